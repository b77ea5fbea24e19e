using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.TestClocks;

public enum TestClockStatus
{
    /// <summary>Something that the new time made due is still to be done.</summary>
    Advancing,
    Ready,
}

/// <summary>How far the sandbox of a merchant is ahead of the real time. It only grows; time flows on in between.</summary>
/// <param name="CreatedAt">Real time, as <paramref name="AdvancedAt"/>.</param>
internal sealed record TestClock(
    string Id, Tenant Tenant, string? Name, TimeSpan Ahead, TestClockStatus Status, int Version, DateTimeOffset CreatedAt,
    DateTimeOffset? AdvancedAt)
{
    public DateTimeOffset TimeAt(DateTimeOffset real) => real + Ahead;
}

internal static class TestClockRows
{
    /// <summary>Conflicts when the merchant has a clock already.</summary>
    internal static readonly RowWriter<TestClock> Insert = RowWriter<TestClock>.Guard("clocks.offsets", 17, c => c.Id,
        """
        INSERT INTO clocks.offsets (merchant_id, mode, id, name, ahead, status, version, created_at, advanced_at)
        SELECT merchant_id, mode, id, name, make_interval(secs => seconds), status, 1, created_at, advanced_at
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS r (merchant_id, mode, id, name, seconds, status, created_at, advanced_at)
        ON CONFLICT (merchant_id, mode) DO NOTHING
        RETURNING id
        """,
        RowWriter<TestClock>.Column(c => c.Tenant.MerchantId),
        RowWriter<TestClock>.Column(c => c.Tenant.Mode.ToSql()),
        RowWriter<TestClock>.Column(c => c.Id),
        RowWriter<TestClock>.Column(c => c.Name),
        RowWriter<TestClock>.Column(Seconds),
        RowWriter<TestClock>.Column(c => StatusText.Of(c.Status)),
        RowWriter<TestClock>.Column(c => c.CreatedAt),
        RowWriter<TestClock>.Column(c => c.AdvancedAt));

    internal static readonly RowWriter<TestClock> Update = RowWriter<TestClock>.Guard("clocks.offsets_moved", 18, c => c.Id,
        """
        UPDATE clocks.offsets AS o
        SET ahead = make_interval(secs => r.seconds), status = r.status, advanced_at = r.advanced_at, version = r.version + 1
        FROM unnest($1, $2, $3, $4, $5) AS r (id, seconds, status, advanced_at, version)
        WHERE o.id = r.id AND o.version = r.version
        RETURNING o.id
        """,
        RowWriter<TestClock>.Column(c => c.Id),
        RowWriter<TestClock>.Column(Seconds),
        RowWriter<TestClock>.Column(c => StatusText.Of(c.Status)),
        RowWriter<TestClock>.Column(c => c.AdvancedAt),
        RowWriter<TestClock>.Column(c => c.Version));

    internal static readonly RowWriter<TestClock> Delete = RowWriter<TestClock>.Guard("clocks.offsets_removed", 19, c => c.Id,
        """
        DELETE FROM clocks.offsets AS o
        USING unnest($1, $2) AS r (id, version)
        WHERE o.id = r.id AND o.version = r.version
        RETURNING o.id
        """,
        RowWriter<TestClock>.Column(c => c.Id),
        RowWriter<TestClock>.Column(c => c.Version));

    /// <summary>Whole milliseconds, so that a double holds twenty years of them exactly.</summary>
    private static double Seconds(TestClock clock) => clock.Ahead.TotalMilliseconds / 1000;
}

internal static class StatusText
{
    public static string Of(TestClockStatus status) => status switch
    {
        TestClockStatus.Advancing => "advancing",
        TestClockStatus.Ready => "ready",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status."),
    };
}
