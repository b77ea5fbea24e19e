using System.Text.Json;
using Dapper;
using Npgsql;
using PaymentGateway.Clocks;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The pretended processor's memory of refunds; as <see cref="SandboxStore"/>, committed before it answers.</summary>
internal sealed class SandboxRefundStore(Db db, MerchantClocks clocks)
{
    internal static DueRows WaitingRefunds { get; } = new("sandbox.refunds", "due_at", "d.due_at IS NOT NULL");

    private const string Columns = """
        merchant_id, mode, key, reference, charge_key, state, currency, amount, behaviour, decline::text AS decline, due_at
        """;

    /// <summary>
    /// Starts a refund, once for each key: a repeat gets what is there. The charge is locked while what is left of it is counted.
    /// </summary>
    /// <param name="start">Makes the refund from what is left of the charge.</param>
    public async Task<SandboxRefund> Add(
        RefundCall call, Func<Money?, SandboxRefund> start, Func<SandboxRefund, Notification?> news, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var left = await LockCharge(connection, transaction, call, cancel);
        if (await Find(connection, transaction, call.Tenant, call.Key, cancel) is { } known)
        {
            return known;
        }

        var refund = start(left);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {SandboxStore.DoNotWaitForDisk}
            INSERT INTO sandbox.refunds
                (merchant_id, mode, key, reference, charge_key, state, currency, amount, behaviour, decline, due_at, created_at, updated_at)
            VALUES
                (@MerchantId, @Mode, @Key, @Reference, @ChargeKey, @State, @Currency, @Amount, @Behaviour, @Decline::jsonb, @DueAt, @Now, @Now)
            """, RowOf(refund), transaction, cancellationToken: cancel));
        if (news(refund) is { } message)
        {
            await SandboxStore.AddNotification(connection, transaction, message, clocks.Now(call.Tenant), cancel);
        }

        await transaction.CommitAsync(cancel);
        return refund;
    }

    public async Task<SandboxRefund?> Find(Tenant tenant, string key, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await Find(connection, null, tenant, key, cancel);
    }

    /// <summary>Locks a refund, decides and writes. A move of the state is told in the message of the same commit.</summary>
    /// <param name="news">Makes the message; null when the mover is answered instead.</param>
    public async Task<SandboxRefund?> Move(
        Tenant tenant, string key, Func<SandboxRefund, SandboxRefund> decide, Func<SandboxRefund, Notification>? news, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var now = await Find(connection, transaction, tenant, key, cancel, "FOR UPDATE");
        if (now is null || decide(now) is not { } next || next == now)
        {
            return now;
        }

        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {SandboxStore.DoNotWaitForDisk}
            UPDATE sandbox.refunds
            SET state = @State, decline = @Decline::jsonb, due_at = @DueAt, updated_at = @Now
            WHERE merchant_id = @MerchantId AND mode = @Mode AND key = @Key
            """, RowOf(next), transaction, cancellationToken: cancel));
        if (news is not null)
        {
            await SandboxStore.AddNotification(connection, transaction, news(next), clocks.Now(tenant), cancel);
        }

        await transaction.CommitAsync(cancel);
        return next;
    }

    /// <summary>The refunds that waited long enough, oldest first.</summary>
    public async Task<IReadOnlyList<(Tenant Tenant, string Key)>> FindDue(int max, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<(string MerchantId, string Key)>(new CommandDefinition(
            WaitingRefunds.Select("merchant_id, key"), new { now = await clocks.StartRound(cancel), limit = max }, cancellationToken: cancel));
        return [.. rows.Select(row => (new Tenant(row.MerchantId, Mode.Test), row.Key))];
    }

    /// <summary>What is captured and not given back; null when the charge is unknown or took nothing.</summary>
    private static async Task<Money?> LockCharge(
        NpgsqlConnection connection, NpgsqlTransaction transaction, RefundCall call, CancellationToken cancel)
    {
        var parameters = new { merchantId = call.Tenant.MerchantId, mode = call.Tenant.Mode.ToSql(), call.ChargeKey };
        var charge = await connection.QuerySingleOrDefaultAsync<(long Captured, string Currency)?>(new CommandDefinition(
            """
            SELECT captured - returned, currency
            FROM sandbox.charges
            WHERE merchant_id = @merchantId AND mode = @mode AND key = @ChargeKey
            FOR UPDATE
            """, parameters, transaction, cancellationToken: cancel));
        if (charge is not var (captured, code) || captured == 0 || !Currency.TryParse(code, out var currency))
        {
            return null;
        }

        var refunded = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            SELECT coalesce(sum(amount), 0)::bigint
            FROM sandbox.refunds
            WHERE merchant_id = @merchantId AND mode = @mode AND charge_key = @ChargeKey AND state IN ('pending', 'succeeded')
            """, parameters, transaction, cancellationToken: cancel));
        return Money.FromMinor(captured - refunded, currency);
    }

    /// <summary>What of a charge, which the transaction has locked, is captured and not refunded.</summary>
    internal static async Task<Money> LeftOf(
        NpgsqlConnection connection, NpgsqlTransaction transaction, SandboxCharge charge, CancellationToken cancel)
    {
        var parameters = new { charge.Tenant.MerchantId, mode = charge.Tenant.Mode.ToSql(), charge.Key };
        var refunded = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            SELECT coalesce(sum(amount), 0)::bigint
            FROM sandbox.refunds
            WHERE merchant_id = @MerchantId AND mode = @mode AND charge_key = @Key AND state IN ('pending', 'succeeded')
            """, parameters, transaction, cancellationToken: cancel));
        return Money.FromMinor(Math.Max(charge.Captured - charge.Returned - refunded, 0), charge.Amount.Currency);
    }

    private static async Task<SandboxRefund?> Find(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Tenant tenant, string key, CancellationToken cancel, string locking = "") =>
        (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM sandbox.refunds WHERE merchant_id = @merchantId AND mode = @mode AND key = @key {locking}",
            new { merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql(), key }, transaction, cancellationToken: cancel)))?.ToRefund();

    private object RowOf(SandboxRefund refund) => new
    {
        refund.Tenant.MerchantId,
        Mode = refund.Tenant.Mode.ToSql(),
        refund.Key,
        refund.Reference,
        refund.ChargeKey,
        State = refund.State.ToString().ToLowerInvariant(),
        Currency = refund.Amount.Currency.Code,
        Amount = refund.Amount.Minor,
        refund.Behaviour,
        Decline = refund.Decline is null ? null : JsonSerializer.Serialize(refund.Decline, SandboxMessages.Options),
        refund.DueAt,
        Now = clocks.Now(refund.Tenant),
    };

    private sealed record Row
    {
        public required string MerchantId { get; init; }
        public required string Key { get; init; }
        public required string Reference { get; init; }
        public required string ChargeKey { get; init; }
        public required string State { get; init; }
        public required string Currency { get; init; }
        public long Amount { get; init; }
        public string? Behaviour { get; init; }
        public string? Decline { get; init; }
        public DateTimeOffset? DueAt { get; init; }

        public SandboxRefund ToRefund() => new()
        {
            Tenant = new Tenant(MerchantId, Database.Mode.Test),
            Key = Key,
            Reference = Reference,
            ChargeKey = ChargeKey,
            State = Enum.Parse<RefundState>(State, ignoreCase: true),
            Amount = Money.FromMinor(Amount, PaymentGateway.Currency.FromStored(Currency)),
            Behaviour = Behaviour,
            Decline = Decline is null ? null : JsonSerializer.Deserialize<Decline>(Decline, SandboxMessages.Options),
            DueAt = DueAt,
        };
    }
}
