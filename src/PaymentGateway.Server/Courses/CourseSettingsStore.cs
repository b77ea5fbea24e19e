using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>Reads how merchants sell courses.</summary>
internal sealed class CourseSettingsStore(Db db)
{
    /// <summary>As they are now: each start of a payment asks, so a change holds at once on all replicas.</summary>
    public async Task<CourseSettings> Read(Tenant tenant, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            """
            SELECT s.minimum, s.maximum, s.currency, s.session_minutes, s.methods, s.updated_at, s.version
            FROM courses.settings s
            WHERE s.merchant_id = @MerchantId AND s.mode = @mode
            """, new { tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToSettings(tenant) ?? CourseSettings.Default(tenant);
    }

    private sealed record Row
    {
        public long Minimum { get; init; }
        public long Maximum { get; init; }
        public required string Currency { get; init; }
        public int SessionMinutes { get; init; }
        public required string[] Methods { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public int Version { get; init; }

        public CourseSettings ToSettings(Tenant tenant)
        {
            var currency = PaymentGateway.Currency.FromStored(Currency);
            return new(
                tenant, new(Money.FromMinor(Minimum, currency), Money.FromMinor(Maximum, currency)), TimeSpan.FromMinutes(SessionMinutes), Methods,
                UpdatedAt, Version);
        }
    }
}
