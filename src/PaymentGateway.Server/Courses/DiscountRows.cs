using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>All SQL that writes discount codes.</summary>
internal static class DiscountRows
{
    private static readonly Column<DiscountCode>[] columns =
    [
        RowWriter<DiscountCode>.Column(c => c.Id),
        RowWriter<DiscountCode>.Column(c => c.Tenant.MerchantId),
        RowWriter<DiscountCode>.Column(c => c.Tenant.Mode.ToSql()),
        RowWriter<DiscountCode>.Column(c => c.Code),
        RowWriter<DiscountCode>.Column(c => c.Percent),
        RowWriter<DiscountCode>.Column(c => c.Amount?.Minor),
        RowWriter<DiscountCode>.Column(c => c.Amount?.Currency.Code),
        RowWriter<DiscountCode>.Column(c => c.StartsAt),
        RowWriter<DiscountCode>.Column(c => c.EndsAt),
        RowWriter<DiscountCode>.Column(c => c.UseLimit),
        RowWriter<DiscountCode>.Column(c => c.StudentLimit),
        // An array of arrays cannot be unnested by row: ids have no commas.
        RowWriter<DiscountCode>.Column(c => c.CourseIds is { } ids ? string.Join(',', ids) : null),
        RowWriter<DiscountCode>.Column(c => c.Partner),
        RowWriter<DiscountCode>.Column(c => c.IsActive),
        RowWriter<DiscountCode>.Column(c => c.CreatedAt),
        RowWriter<DiscountCode>.Column(c => c.UpdatedAt),
        RowWriter<DiscountCode>.Column(c => c.Version),
    ];

    private const string Row =
        """
        r (id, merchant_id, mode, code, percent, amount, currency, starts_at, ends_at, use_limit, student_limit, course_ids, partner, active,
            created_at, updated_at, version)
        """;

    /// <summary>Conflicts when the merchant has a code of this name.</summary>
    internal static readonly RowWriter<DiscountCode> Insert = RowWriter<DiscountCode>.Guard("courses.discount_codes.insert", 15, c => c.Id,
        $"""
        INSERT INTO courses.discount_codes (id, merchant_id, mode, code, percent, amount, currency, starts_at, ends_at, use_limit,
            student_limit, course_ids, partner, active, created_at, updated_at, version)
        SELECT id, merchant_id, mode, code, percent, amount, currency, starts_at, ends_at, use_limit,
            student_limit, string_to_array(course_ids, ','), partner, active, created_at, updated_at, version
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) AS {Row}
        ON CONFLICT ON CONSTRAINT one_discount_code_of_a_name DO NOTHING
        RETURNING id
        """, columns);

    /// <summary>When the code is still of the version that was decided on, and was not used more often than it now can be.</summary>
    internal static readonly RowWriter<DiscountCode> Update = RowWriter<DiscountCode>.Guard("courses.discount_codes", 15, c => c.Id,
        $"""
        UPDATE courses.discount_codes AS c
        SET ends_at = r.ends_at, use_limit = r.use_limit, student_limit = r.student_limit, course_ids = string_to_array(r.course_ids, ','),
            partner = r.partner, active = r.active, updated_at = r.updated_at, version = r.version
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) AS {Row}
        WHERE c.id = r.id AND c.merchant_id = r.merchant_id AND c.mode = r.mode AND c.version = r.version - 1
          AND (r.use_limit IS NULL OR c.uses <= r.use_limit)
        RETURNING c.id
        """, columns);
}
