using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>All SQL that writes how merchants sell courses.</summary>
internal static class CourseSettingsRows
{
    /// <summary>Conflicts when it is not of the version that was decided on.</summary>
    internal static readonly RowWriter<CourseSettings> Put = RowWriter<CourseSettings>.Guard("courses.settings", 12, KeyOf,
        """
        INSERT INTO courses.settings AS s
            (merchant_id, mode, minimum, maximum, currency, session_minutes, methods, updated_at, version)
        SELECT merchant_id, mode, minimum, maximum, currency, session_minutes, string_to_array(methods, ','), updated_at, version
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS r
            (merchant_id, mode, minimum, maximum, currency, session_minutes, methods, updated_at, version)
        ON CONFLICT (merchant_id, mode) DO UPDATE
        SET minimum = excluded.minimum, maximum = excluded.maximum, currency = excluded.currency, session_minutes = excluded.session_minutes,
            methods = excluded.methods, updated_at = excluded.updated_at, version = excluded.version
        WHERE s.version = excluded.version - 1
        RETURNING s.merchant_id || '/' || s.mode
        """,
        RowWriter<CourseSettings>.Column(s => s.Tenant.MerchantId),
        RowWriter<CourseSettings>.Column(s => s.Tenant.Mode.ToSql()),
        RowWriter<CourseSettings>.Column(s => s.Limits.Minimum.Minor),
        RowWriter<CourseSettings>.Column(s => s.Limits.Maximum.Minor),
        RowWriter<CourseSettings>.Column(s => s.Limits.Maximum.Currency.Code),
        RowWriter<CourseSettings>.Column(s => (int)s.SessionLifetime.TotalMinutes),
        // An array of arrays cannot be unnested by row: words of methods have no commas.
        RowWriter<CourseSettings>.Column(s => string.Join(',', s.Methods)),
        RowWriter<CourseSettings>.Column(s => s.UpdatedAt!.Value),
        RowWriter<CourseSettings>.Column(s => s.Version));

    private static string KeyOf(CourseSettings settings) => $"{settings.Tenant.MerchantId}/{settings.Tenant.Mode.ToSql()}";
}
