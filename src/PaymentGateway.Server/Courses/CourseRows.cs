using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>A term with its course.</summary>
internal sealed record TaxTermOf(Course Course, TaxTerm Term);

/// <summary>All SQL that writes courses, discount codes and enrolments. They are written before orders: whoever loses a race loses it here.</summary>
internal static class CourseRows
{
    internal static readonly RowWriter<Course> Insert = RowWriter<Course>.Append("courses.courses.insert", 13, c => c.Id,
        """
        INSERT INTO courses.courses (id, merchant_id, mode, title, instructor, price, currency, active, created_at, updated_at, version)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        RowWriter<Course>.Column(c => c.Id),
        RowWriter<Course>.Column(c => c.Tenant.MerchantId),
        RowWriter<Course>.Column(c => c.Tenant.Mode.ToSql()),
        RowWriter<Course>.Column(c => c.Title),
        RowWriter<Course>.Column(c => c.Instructor),
        RowWriter<Course>.Column(c => c.Price.Minor),
        RowWriter<Course>.Column(c => c.Price.Currency.Code),
        RowWriter<Course>.Column(c => c.IsActive),
        RowWriter<Course>.Column(c => c.CreatedAt),
        RowWriter<Course>.Column(c => c.UpdatedAt),
        RowWriter<Course>.Column(c => c.Version));

    /// <summary>When the course is still of the version that was decided on.</summary>
    internal static readonly RowWriter<Course> Update = RowWriter<Course>.Guard("courses.courses", 13, c => c.Id,
        """
        UPDATE courses.courses AS c
        SET title = r.title, instructor = r.instructor, price = r.price, active = r.active, updated_at = r.updated_at, version = r.version
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS r
            (id, merchant_id, mode, title, instructor, price, active, updated_at, version)
        WHERE c.id = r.id AND c.merchant_id = r.merchant_id AND c.mode = r.mode AND c.version = r.version - 1
        RETURNING c.id
        """,
        RowWriter<Course>.Column(c => c.Id),
        RowWriter<Course>.Column(c => c.Tenant.MerchantId),
        RowWriter<Course>.Column(c => c.Tenant.Mode.ToSql()),
        RowWriter<Course>.Column(c => c.Title),
        RowWriter<Course>.Column(c => c.Instructor),
        RowWriter<Course>.Column(c => c.Price.Minor),
        RowWriter<Course>.Column(c => c.IsActive),
        RowWriter<Course>.Column(c => c.UpdatedAt),
        RowWriter<Course>.Column(c => c.Version));

    /// <summary>When they are still of the version that was decided on.</summary>
    internal static readonly RowWriter<CoursePageLinks> PutPageLinks = RowWriter<CoursePageLinks>.Guard(
        "courses.page_links", 13, l => $"{l.Tenant.MerchantId}/{l.Tenant.Mode.ToSql()}",
        """
        INSERT INTO courses.page_links AS l (merchant_id, mode, terms_url, privacy_url, support_url, updated_at, version)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (merchant_id, mode) DO UPDATE
        SET terms_url = excluded.terms_url, privacy_url = excluded.privacy_url, support_url = excluded.support_url,
            updated_at = excluded.updated_at, version = excluded.version
        WHERE l.version = excluded.version - 1
        RETURNING l.merchant_id || '/' || l.mode
        """,
        RowWriter<CoursePageLinks>.Column(l => l.Tenant.MerchantId),
        RowWriter<CoursePageLinks>.Column(l => l.Tenant.Mode.ToSql()),
        RowWriter<CoursePageLinks>.Column(l => l.TermsUrl),
        RowWriter<CoursePageLinks>.Column(l => l.PrivacyUrl),
        RowWriter<CoursePageLinks>.Column(l => l.SupportUrl),
        RowWriter<CoursePageLinks>.Column(l => l.UpdatedAt),
        RowWriter<CoursePageLinks>.Column(l => l.Version));

    internal static readonly RowWriter<TaxTermOf> InsertTaxTerm = RowWriter<TaxTermOf>.Append("courses.tax_terms", 14, t => t.Course.Id,
        """
        INSERT INTO courses.tax_terms (course_id, merchant_id, mode, applies_from, class, percent, sac)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
        """,
        RowWriter<TaxTermOf>.Column(t => t.Course.Id),
        RowWriter<TaxTermOf>.Column(t => t.Course.Tenant.MerchantId),
        RowWriter<TaxTermOf>.Column(t => t.Course.Tenant.Mode.ToSql()),
        RowWriter<TaxTermOf>.Column(t => t.Term.AppliesFrom),
        RowWriter<TaxTermOf>.Column(t => Words.Of(t.Term.Class)),
        RowWriter<TaxTermOf>.Column(t => t.Term.Percent),
        RowWriter<TaxTermOf>.Column(t => t.Term.Sac));
}

internal static class EnrollmentRows
{
    /// <summary>Conflicts when the student has the course already.</summary>
    internal static readonly RowWriter<Enrollment> Insert = RowWriter<Enrollment>.Guard("courses.enrollments.insert", 18, e => e.Id,
        """
        INSERT INTO courses.enrollments
            (id, merchant_id, mode, course_id, student_id, transaction_id, state, opened_at, closed_at, closed_why)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        RowWriter<Enrollment>.Column(e => e.Id),
        RowWriter<Enrollment>.Column(e => e.Tenant.MerchantId),
        RowWriter<Enrollment>.Column(e => e.Tenant.Mode.ToSql()),
        RowWriter<Enrollment>.Column(e => e.CourseId),
        RowWriter<Enrollment>.Column(e => e.StudentId),
        RowWriter<Enrollment>.Column(e => e.TransactionId),
        RowWriter<Enrollment>.Column(e => Words.Of(e.State)),
        RowWriter<Enrollment>.Column(e => e.OpenedAt),
        RowWriter<Enrollment>.Column(e => e.ClosedAt),
        RowWriter<Enrollment>.Column(e => e.ClosedWhy is { } why ? Words.Of(why) : null));

    /// <summary>Conflicts when it was closed meanwhile.</summary>
    internal static readonly RowWriter<Enrollment> Close = RowWriter<Enrollment>.Guard("courses.enrollments", 18, e => e.Id,
        """
        UPDATE courses.enrollments AS e
        SET state = 'closed', closed_at = r.closed_at, closed_why = r.closed_why
        FROM unnest($1, $2, $3, $4, $5) AS r (id, merchant_id, mode, closed_at, closed_why)
        WHERE e.id = r.id AND e.merchant_id = r.merchant_id AND e.mode = r.mode AND e.state = 'active'
        RETURNING e.id
        """,
        RowWriter<Enrollment>.Column(e => e.Id),
        RowWriter<Enrollment>.Column(e => e.Tenant.MerchantId),
        RowWriter<Enrollment>.Column(e => e.Tenant.Mode.ToSql()),
        RowWriter<Enrollment>.Column(e => e.ClosedAt),
        RowWriter<Enrollment>.Column(e => e.ClosedWhy is { } why ? Words.Of(why) : null));
}
