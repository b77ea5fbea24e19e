using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>Reads where the pages for students lead to.</summary>
internal sealed class CoursePageLinksStore(Db db)
{
    /// <returns>Null: the merchant has said nothing yet.</returns>
    public async Task<CoursePageLinks?> Find(Tenant tenant, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            """
            SELECT terms_url, privacy_url, support_url, updated_at, version
            FROM courses.page_links
            WHERE merchant_id = @MerchantId AND mode = @mode
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row is null ? null : new(tenant, row.TermsUrl, row.PrivacyUrl, row.SupportUrl, row.UpdatedAt, row.Version);
    }

    private sealed record Row
    {
        public string? TermsUrl { get; init; }
        public string? PrivacyUrl { get; init; }
        public string? SupportUrl { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public int Version { get; init; }
    }
}
