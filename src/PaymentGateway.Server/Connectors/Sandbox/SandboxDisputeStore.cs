using Dapper;
using Npgsql;
using PaymentGateway.Clocks;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The pretended processor's memory of disputes; as <see cref="SandboxStore"/>, committed before it answers.</summary>
internal sealed class SandboxDisputeStore(Db db, MerchantClocks clocks)
{
    internal static DueRows WaitingDisputes { get; } = new("sandbox.disputes", "due_at", "d.due_at IS NOT NULL");

    private const string Columns = """
        merchant_id, reference, charge_key, standing, currency, amount, fee, is_fee_returned, reason, network_reason_code, evidence_due_by,
        revision, will_be_won, due_at, behaviour
        """;

    private const string InsertSql = $"""
        {SandboxStore.DoNotWaitForDisk}
        INSERT INTO sandbox.disputes
            (merchant_id, mode, reference, charge_key, standing, currency, amount, fee, is_fee_returned, reason, network_reason_code,
             evidence_due_by, revision, will_be_won, due_at, behaviour, created_at, updated_at)
        VALUES
            (@MerchantId, @Mode, @Reference, @ChargeKey, @Standing, @Currency, @Amount, @Fee, @IsFeeReturned, @Reason, @NetworkReasonCode,
             @EvidenceDueBy, @Revision, @WillBeWon, @DueAt, @Behaviour, @Now, @Now)
        ON CONFLICT (merchant_id, mode, reference) DO NOTHING
        """;

    public async Task Add(SandboxDispute dispute, Notification news, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Insert(connection, transaction, dispute, clocks.Now(dispute.Tenant), cancel);
        await SandboxStore.AddNotification(connection, transaction, news, clocks.Now(dispute.Tenant), cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>
    /// Opens the dispute that the charge's card or amount asks for, in the transaction of its capture; nobody is told yet, and a further
    /// capture opens no second one.
    /// </summary>
    internal static async Task OpenIfAsked(
        NpgsqlConnection connection, NpgsqlTransaction transaction, SandboxCharge charge, DateTimeOffset now, CancellationToken cancel)
    {
        if (SandboxDisputeDecisions.TermsOf(charge) is { } terms)
        {
            var dispute = SandboxDisputeDecisions.Open(charge, terms, "dp" + charge.Reference, now);
            await Insert(connection, transaction, dispute with { Revision = 0, DueAt = now }, now, cancel);
        }
    }

    public async Task<SandboxDispute?> Find(Tenant tenant, string reference, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await Find(connection, null, tenant, reference, cancel);
    }

    /// <summary>Locks a dispute, decides and writes. A move is told in the message of the same commit.</summary>
    /// <param name="news">Makes the message; null when the mover is answered instead.</param>
    public async Task<SandboxDispute?> Move(
        Tenant tenant, string reference, Func<SandboxDispute, SandboxDispute> decide, Func<SandboxDispute, Notification>? news,
        CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var now = await Find(connection, transaction, tenant, reference, cancel, "FOR UPDATE");
        if (now is null || decide(now) is not { } next || next == now)
        {
            return now;
        }

        await Update(connection, transaction, next, cancel);
        if (news is not null)
        {
            await SandboxStore.AddNotification(connection, transaction, news(next), clocks.Now(tenant), cancel);
        }

        await transaction.CommitAsync(cancel);
        return next;
    }

    /// <summary>A request of ours, done at most once for each key: a repeat is answered with what is.</summary>
    /// <param name="decide">Null: it is refused, and stays so.</param>
    /// <returns>The dispute afterwards and whether the request was done; null when there is no such dispute.</returns>
    public async Task<(SandboxDispute Dispute, bool IsDone)?> Request(
        Tenant tenant, string reference, string key, Func<SandboxDispute, SandboxDispute?> decide, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Find(connection, transaction, tenant, reference, cancel, "FOR UPDATE") is not { } now)
        {
            return null;
        }

        if (await WasDone(connection, transaction, tenant, reference, key, cancel) is { } known)
        {
            return (now, known);
        }

        var next = decide(now);
        if (next is not null)
        {
            await Update(connection, transaction, next, cancel);
        }

        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {SandboxStore.DoNotWaitForDisk}
            INSERT INTO sandbox.dispute_requests (merchant_id, mode, key, reference, is_done, created_at)
            VALUES (@merchantId, @mode, @key, @reference, @isDone, @now)
            """,
            new
            {
                merchantId = tenant.MerchantId,
                mode = tenant.Mode.ToSql(),
                key,
                reference,
                isDone = next is not null,
                now = clocks.Now(tenant),
            }, transaction, cancellationToken: cancel));
        await transaction.CommitAsync(cancel);
        return (next ?? now, next is not null);
    }

    /// <summary>Whether the request with this key was done; null when it never arrived.</summary>
    public async Task<bool?> WasDone(Tenant tenant, string reference, string key, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await WasDone(connection, null, tenant, reference, key, cancel);
    }

    /// <summary>The disputes that waited long enough, oldest first.</summary>
    public async Task<IReadOnlyList<(Tenant Tenant, string Reference)>> FindDue(int max, CancellationToken cancel)
    {
        var now = await clocks.StartRound(cancel);
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<(string MerchantId, string Reference)>(new CommandDefinition(
            WaitingDisputes.Select("merchant_id, reference"), new { now, limit = max }, cancellationToken: cancel));
        return [.. rows.Select(row => (new Tenant(row.MerchantId, Mode.Test), row.Reference))];
    }

    private static async Task Insert(
        NpgsqlConnection connection, NpgsqlTransaction transaction, SandboxDispute dispute, DateTimeOffset now, CancellationToken cancel) =>
        await connection.ExecuteAsync(new CommandDefinition(InsertSql, Row.Of(dispute, now), transaction, cancellationToken: cancel));

    private async Task Update(NpgsqlConnection connection, NpgsqlTransaction transaction, SandboxDispute dispute, CancellationToken cancel) =>
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {SandboxStore.DoNotWaitForDisk}
            UPDATE sandbox.disputes
            SET standing = @Standing, evidence_due_by = @EvidenceDueBy, revision = @Revision, will_be_won = @WillBeWon, due_at = @DueAt,
                updated_at = @Now
            WHERE merchant_id = @MerchantId AND mode = @Mode AND reference = @Reference
            """, Row.Of(dispute, clocks.Now(dispute.Tenant)), transaction, cancellationToken: cancel));

    private static async Task<SandboxDispute?> Find(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Tenant tenant, string reference, CancellationToken cancel,
        string locking = "") =>
        (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM sandbox.disputes WHERE merchant_id = @merchantId AND mode = @mode AND reference = @reference {locking}",
            new { merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql(), reference }, transaction, cancellationToken: cancel)))?.ToDispute();

    private static Task<bool?> WasDone(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Tenant tenant, string reference, string key, CancellationToken cancel) =>
        connection.QuerySingleOrDefaultAsync<bool?>(new CommandDefinition(
            """
            SELECT is_done
            FROM sandbox.dispute_requests
            WHERE merchant_id = @merchantId AND mode = @mode AND key = @key AND reference = @reference
            """,
            new { merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql(), key, reference }, transaction, cancellationToken: cancel));

    private sealed record Row
    {
        public required string MerchantId { get; init; }
        public string? Mode { get; init; }
        public required string Reference { get; init; }
        public required string ChargeKey { get; init; }
        public required string Standing { get; init; }
        public required string Currency { get; init; }
        public long Amount { get; init; }
        public long Fee { get; init; }
        public bool IsFeeReturned { get; init; }
        public required string Reason { get; init; }
        public string? NetworkReasonCode { get; init; }
        public DateTimeOffset? EvidenceDueBy { get; init; }
        public long Revision { get; init; }
        public bool? WillBeWon { get; init; }
        public DateTimeOffset? DueAt { get; init; }
        public string? Behaviour { get; init; }
        public DateTimeOffset Now { get; init; }

        public static Row Of(SandboxDispute dispute, DateTimeOffset now) => new()
        {
            MerchantId = dispute.Tenant.MerchantId,
            Mode = dispute.Tenant.Mode.ToSql(),
            Reference = dispute.Reference,
            ChargeKey = dispute.ChargeKey,
            Standing = dispute.Standing.ToString(),
            Currency = dispute.Amount.Currency.Code,
            Amount = dispute.Amount.Minor,
            Fee = dispute.Fee.Minor,
            IsFeeReturned = dispute.IsFeeReturned,
            Reason = dispute.Reason.ToString(),
            NetworkReasonCode = dispute.NetworkReasonCode,
            EvidenceDueBy = dispute.EvidenceDueBy,
            Revision = dispute.Revision,
            WillBeWon = dispute.WillBeWon,
            DueAt = dispute.DueAt,
            Behaviour = dispute.Behaviour,
            Now = now,
        };

        public SandboxDispute ToDispute()
        {
            var currency = PaymentGateway.Currency.FromStored(Currency);
            return new()
            {
                Tenant = new Tenant(MerchantId, Database.Mode.Test),
                Reference = Reference,
                ChargeKey = ChargeKey,
                Standing = Enum.Parse<DisputeStanding>(Standing),
                Amount = Money.FromMinor(Amount, currency),
                Fee = Money.FromMinor(Fee, currency),
                IsFeeReturned = IsFeeReturned,
                Reason = Enum.Parse<DisputeReason>(Reason),
                NetworkReasonCode = NetworkReasonCode,
                EvidenceDueBy = EvidenceDueBy,
                Revision = Revision,
                WillBeWon = WillBeWon,
                DueAt = DueAt,
                Behaviour = Behaviour,
            };
        }
    }
}
