using Dapper;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Model;

/// <summary>What the pretended processor knows of a merchant, by our keys, in minor units.</summary>
internal static class AtSandbox
{
    /// <param name="now">The merchant's time: a hold is let go at its end without another word.</param>
    public static async Task<IReadOnlyDictionary<string, (string? State, long Captured, long Returned)>> ChargesAtSandbox(
        this TestGateway gateway, string merchantId, DateTimeOffset now)
    {
        await using var connection = await gateway.Db.OpenSystem(CancellationToken.None);
        var rows = await connection.QueryAsync<(string Key, string State, long Captured, long Returned)>(
            """
            SELECT key, CASE WHEN state = 'authorized' AND expires_at <= @now THEN 'expired' ELSE state END, captured, returned
            FROM sandbox.charges
            WHERE merchant_id = @merchantId
            """, new { merchantId, now });
        return rows.ToDictionary(row => row.Key, row => ((string?)row.State, row.Captured, row.Returned));
    }

    public static async Task<IReadOnlyDictionary<string, (string? State, long Amount)>> RefundsAtSandbox(this TestGateway gateway, string merchantId)
    {
        await using var connection = await gateway.Db.OpenSystem(CancellationToken.None);
        var rows = await connection.QueryAsync<(string Key, string State, long Amount)>(
            "SELECT key, state, amount FROM sandbox.refunds WHERE merchant_id = @merchantId", new { merchantId });
        return rows.ToDictionary(row => row.Key, row => ((string?)row.State, row.Amount));
    }

    public static async Task<IReadOnlyDictionary<string, string>> MethodsAtSandbox(this TestGateway gateway, string merchantId)
    {
        await using var connection = await gateway.Db.OpenSystem(CancellationToken.None);
        var rows = await connection.QueryAsync<(string Key, string State)>(
            "SELECT key, state FROM sandbox.saved_methods WHERE merchant_id = @merchantId", new { merchantId });
        return rows.ToDictionary(row => row.Key, row => row.State);
    }

    public static async Task<IReadOnlyDictionary<string, string>> MandatesAtSandbox(this TestGateway gateway, string merchantId)
    {
        await using var connection = await gateway.Db.OpenSystem(CancellationToken.None);
        var rows = await connection.QueryAsync<(string Key, string State)>(
            "SELECT key, state FROM sandbox.mandates WHERE merchant_id = @merchantId", new { merchantId });
        return rows.ToDictionary(row => row.Key, row => row.State);
    }

    /// <summary>How the disputes that were told of stand, by the processor's own ids.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> DisputesAtSandbox(this TestGateway gateway, string merchantId)
    {
        await using var connection = await gateway.Db.OpenSystem(CancellationToken.None);
        var rows = await connection.QueryAsync<(string Reference, string Standing)>(
            """
            SELECT reference, lower(regexp_replace(standing, '(.)([A-Z])', '\1_\2', 'g'))
            FROM sandbox.disputes
            WHERE merchant_id = @merchantId AND revision > 0
            """, new { merchantId });
        return rows.ToDictionary(row => row.Reference, row => row.Standing);
    }
}
