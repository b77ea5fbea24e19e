using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Database;

namespace PaymentGateway.TestClocks;

/// <summary>Reads test clocks, and asks all areas whether something is due.</summary>
internal sealed class TestClockStore(Db db, IEnumerable<DueRows> dueRows)
{
    private const string Columns = "merchant_id, mode, id, name, ahead, status, version, created_at, advanced_at";

    /// <summary>The merchant's clock, or null.</summary>
    public async Task<TestClock?> Find(Tenant tenant, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<ClockRow>(new CommandDefinition(
            $"SELECT {Columns} FROM clocks.offsets WHERE merchant_id = @MerchantId AND mode = @mode",
            new { tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToClock();
    }

    /// <summary>Of all merchants, those that are not ready.</summary>
    public async Task<IReadOnlyList<TestClock>> Advancing(CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<ClockRow>(new CommandDefinition(
            $"SELECT {Columns} FROM clocks.offsets WHERE mode = 'test' AND status = 'advancing'", cancellationToken: cancel));
        return [.. rows.Select(row => row.ToClock())];
    }

    /// <summary>Whether anything of the merchant is due at a time of its clock and not done yet, in any area.</summary>
    public async Task<bool> SomethingIsDue(Tenant tenant, DateTimeOffset at, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        // One statement sees one instant: work that goes from one table to the next is in one of them.
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            $"SELECT {string.Join("\n OR ", dueRows.Select(rows => rows.Exists))}",
            new { merchantId = tenant.MerchantId, at }, cancellationToken: cancel));
    }

    private sealed record ClockRow
    {
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string Id { get; init; }
        public string? Name { get; init; }
        public TimeSpan Ahead { get; init; }
        public required string Status { get; init; }
        public int Version { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? AdvancedAt { get; init; }

        public TestClock ToClock() => new(
            Id, Tenant.FromStored(MerchantId, Mode), Name, Ahead, Status == "ready" ? TestClockStatus.Ready : TestClockStatus.Advancing,
            Version, CreatedAt, AdvancedAt);
    }
}
