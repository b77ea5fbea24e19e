using PaymentGateway.Audit;
using PaymentGateway.Database;

namespace PaymentGateway.Bench;

/// <summary>The chainer of audit logs alone, in this process: how fast it links the rows that payments leave behind.</summary>
internal sealed class AuditLoad(Db db)
{
    /// <summary>What one order created and paid by card writes: ceiling.sql has them.</summary>
    public const int RowsPerPayment = 5;

    private const int Rows = 50_000;

    private readonly AuditChainer chainer = new(db);

    /// <summary>Writes rows as long as a payment's, in transactions of one merchant, and links them.</summary>
    /// <returns>Rows linked a second.</returns>
    public async Task<double> Measure(int round, CancellationToken cancel)
    {
        await using var write = db.System.CreateCommand(
            $$"""
            INSERT INTO audit.rows (id, merchant_id, mode, created_at, actor, address, action, object_type, object_id, before, after, request_id)
            SELECT 'aud_' || lpad((n + {{round}} * {{Rows}})::text, 26, '0'), 'MERCH_FH_001', 'test', now(), rpad('key', 47, '.'), '127.0.0.1',
                   'payment.outcome', 'payment', 'pay_' || n, to_json(rpad('{', 35, '.')), to_json(rpad('{', 140, '.')), 'req_' || n
            FROM generate_series(1, {{Rows}}) AS n
            """);
        await write.ExecuteNonQueryAsync(cancel);
        var clock = TimeProvider.System;
        var begun = clock.GetTimestamp();
        var linked = 0;
        while (linked < Rows)
        {
            linked += await chainer.Run(cancel);
        }

        return linked / clock.GetElapsedTime(begun).TotalSeconds;
    }
}
