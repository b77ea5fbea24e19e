using System.Text.Json;
using Dapper;
using Npgsql;
using PaymentGateway.Clocks;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>
/// The pretended processor's memory, in transactions of its own that are committed before it answers.
/// </summary>
/// <remarks>
/// These transactions do not wait for the disk (<c>synchronous_commit = off</c>): a killed server loses nothing, since PostgreSQL has
/// the commit. Only a power cut can lose the last moments, and then the resolver hears "not found" as from a processor that never got
/// the call. So the sandbox does not take its share of the disk from the payments that are measured against it.
/// </remarks>
internal sealed class SandboxStore(Db db, MerchantClocks clocks)
{
    // As a function, not SET LOCAL: the statements of one command are one transaction, but not a transaction block.
    internal const string DoNotWaitForDisk = "SELECT set_config('synchronous_commit', 'off', true);";

    private const string ChargeColumns = """
        merchant_id, mode, key, reference, payment_id, qr_code_id, state, currency, amount, captured, capture_at_once, behaviour, expires_at,
        setup_future_usage, statement_descriptor,
        summary::text AS summary, action::text AS action, decline::text AS decline, challenge, wrong_answers, merchant_name,
        description, return_url, due_at, debit, returned, is_setup, authentication::text AS authentication
        """;

    /// <summary>What its customer or the pretended bank has let wait long enough.</summary>
    internal static DueRows WaitingCharges { get; } = new("sandbox.charges", "due_at", "d.due_at IS NOT NULL");

    /// <summary>Messages that have not arrived yet.</summary>
    internal static DueRows WaitingNotifications { get; } = new("sandbox.notifications", "due_at", "d.due_at IS NOT NULL");

    public async Task AddToken(CardToken token, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {DoNotWaitForDisk}
            INSERT INTO sandbox.tokens
                (merchant_id, mode, id, network, last4, funding, expiry, name, behaviour, fingerprint, bank, created_at, expires_at)
            VALUES
                (@merchantId, @mode, @Id, @Network, @Last4, @Funding, @Expiry, @Name, @Behaviour, @Fingerprint, @Bank, @now, @ExpiresAt)
            """,
            new
            {
                merchantId = token.Tenant.MerchantId,
                mode = token.Tenant.Mode.ToSql(),
                token.Id,
                token.Network,
                token.Last4,
                token.Funding,
                token.Expiry,
                token.Name,
                token.Behaviour,
                token.Fingerprint,
                token.Bank,
                now = clocks.Now(token.Tenant),
                token.ExpiresAt,
            },
            cancellationToken: cancel));
    }

    /// <summary>The merchant's token, unless it has expired.</summary>
    public async Task<CardToken?> FindToken(Tenant tenant, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<TokenRow>(new CommandDefinition(
            """
            SELECT id, network, last4, funding, expiry, name, behaviour, fingerprint, bank, expires_at
            FROM sandbox.tokens
            WHERE merchant_id = @merchantId AND mode = @mode AND id = @id AND expires_at > @now
            """,
            new { merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql(), id, now = clocks.Now(tenant) },
            cancellationToken: cancel));
        return row?.ToToken(tenant);
    }

    /// <summary>The merchant's token, also when its time is over: what it was used for before that goes on.</summary>
    public async Task<CardToken?> FindUsedToken(Tenant tenant, string chargeKey, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<TokenRow>(new CommandDefinition(
            """
            SELECT t.id, t.network, t.last4, t.funding, t.expiry, t.name, t.behaviour, t.fingerprint, t.bank, t.expires_at
            FROM sandbox.charge_tokens c
            JOIN sandbox.tokens t ON t.merchant_id = c.merchant_id AND t.mode = c.mode AND t.id = c.token
            WHERE c.merchant_id = @merchantId AND c.mode = @mode AND c.key = @chargeKey
            """,
            new { merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql(), chargeKey }, cancellationToken: cancel));
        return row?.ToToken(tenant);
    }

    /// <summary>Keeps a new charge. Null when the key is taken: then nothing is written, whoever was faster.</summary>
    /// <param name="news">The notification of the same commit, of the charge as it is kept.</param>
    /// <returns>The charge as kept: declined when its proof was used before.</returns>
    public async Task<SandboxCharge?> Add(SandboxCharge charge, Func<SandboxCharge, Notification?> news, CancellationToken cancel)
    {
        const string insert = $"""
            {DoNotWaitForDisk}
            INSERT INTO sandbox.charges
                (merchant_id, mode, key, reference, payment_id, qr_code_id, state, currency, amount, captured, capture_at_once, behaviour, expires_at,
                 setup_future_usage, statement_descriptor,
                 summary, action, decline, challenge, wrong_answers, merchant_name, description, return_url, due_at, debit, is_setup, authentication,
                 created_at, updated_at)
            VALUES
                (@MerchantId, @Mode, @Key, @Reference, @PaymentId, @QrCodeId, @State, @Currency, @Amount, @Captured, @CaptureAtOnce,
                 @Behaviour, @ExpiresAt, @SetupFutureUsage, @StatementDescriptor,
                 @Summary::jsonb, @Action::jsonb, @Decline::jsonb, @Challenge, @WrongAnswers, @MerchantName, @Description,
                 @ReturnUrl, @DueAt, @Debit, @IsSetup, @Authentication::jsonb, @Now, @Now)
            ON CONFLICT (merchant_id, mode, key) DO NOTHING
            """;
        await using var connection = await db.OpenSystem(cancel);
        if (charge.Proof is null && news(charge) is null && SandboxDisputeDecisions.TermsOf(charge) is null)
        {
            var row = ChargeRow.Of(charge, clocks.Now(charge.Tenant));
            return await connection.ExecuteAsync(new CommandDefinition(insert, row, cancellationToken: cancel)) == 1 ? charge : null;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var kept = await UseProof(connection, transaction, charge, cancel);
        var keptRow = ChargeRow.Of(kept, clocks.Now(kept.Tenant));
        if (await connection.ExecuteAsync(new CommandDefinition(insert, keptRow, transaction, cancellationToken: cancel)) == 0)
        {
            return null;
        }

        if (news(kept) is { } message)
        {
            await AddNotification(connection, transaction, message, clocks.Now(message.Tenant), cancel);
        }

        await SandboxDisputeStore.OpenIfAsked(connection, transaction, kept, clocks.Now(kept.Tenant), cancel);

        await transaction.CommitAsync(cancel);
        return kept;
    }

    public async Task<SandboxCharge?> Find(Tenant tenant, string key, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await Read(connection, null, tenant, key, locking: "", cancel);
    }

    public async Task<SandboxCharge?> FindByReference(string reference, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<ChargeRow>(new CommandDefinition(
            $"SELECT {ChargeColumns} FROM sandbox.charges WHERE reference = @reference", new { reference }, cancellationToken: cancel));
        return row?.ToCharge();
    }

    /// <summary>
    /// A key that was never heard of gets a voided charge, so that an authorization that arrives later finds its key taken.
    /// </summary>
    public async Task KeepOut(FollowUpCall call, string reference, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {DoNotWaitForDisk}
            INSERT INTO sandbox.charges
                (merchant_id, mode, key, reference, state, currency, amount, capture_at_once, summary, merchant_name, created_at, updated_at)
            VALUES
                (@merchantId, @mode, @key, @reference, 'voided', @currency, @amount, false, @tombstone::jsonb, @merchantId, @now, @now)
            ON CONFLICT (merchant_id, mode, key) DO NOTHING
            """,
            new
            {
                merchantId = call.Tenant.MerchantId,
                mode = call.Tenant.Mode.ToSql(),
                key = call.ChargeKey,
                reference,
                currency = call.Amount.Currency.Code,
                amount = call.Amount.Minor,
                tombstone = JsonSerializer.Serialize(new MethodSummary("unknown"), SandboxMessages.Options),
                now = clocks.Now(call.Tenant),
            },
            cancellationToken: cancel));
    }

    /// <summary>Locks the charge; a key that was heard before is answered as then, else <paramref name="decide"/> moves the charge.</summary>
    /// <returns>Null when there is no such charge.</returns>
    public async Task<ConnectorOutcome?> Operate(
        FollowUpCall call, Func<SandboxCharge, FollowUpCall, DateTimeOffset, SandboxStep> decide, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Read(connection, transaction, call.Tenant, call.ChargeKey, "FOR UPDATE", cancel) is not { } charge)
        {
            return null;
        }

        if (await FindOperation(connection, transaction, call.Tenant, call.ChargeKey, call.Key, cancel) is { } done)
        {
            return done.ToOutcome(charge);
        }

        var step = decide(charge, call, clocks.Now(call.Tenant));
        if (step.Charge != charge)
        {
            await Update(connection, transaction, step.Charge, cancel);
        }

        if (step.Operation is { } operation)
        {
            await AddOperation(connection, transaction, step.Charge, operation, cancel);
        }

        await transaction.CommitAsync(cancel);
        return step.Answer;
    }

    /// <summary>What became of one capture or increment; of one that never arrived, why it cannot be done any more, or NotFound.</summary>
    public async Task<ConnectorOutcome> OutcomeOf(StatusCall call, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        if (await Read(connection, null, call.Tenant, call.ChargeKey, "", cancel) is not { } charge)
        {
            return new ConnectorOutcome.NotFound();
        }

        var done = await FindOperation(connection, null, call.Tenant, call.ChargeKey, call.OperationKey!, cancel);
        return done?.ToOutcome(charge)
            ?? (charge.State == ChargeState.Voided ? new ConnectorOutcome.Voided(charge.Reference) : new ConnectorOutcome.NotFound());
    }

    /// <summary>
    /// Locks a charge, decides with what is captured of it and not refunded, and writes. When the state moved, <paramref name="news"/> makes the notification of the same commit.
    /// </summary>
    public async Task<Moved?> Move(
        string reference, Func<SandboxCharge, Money, SandboxCharge> decide, Func<SandboxCharge, Notification?> news, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<ChargeRow>(new CommandDefinition(
            $"SELECT {ChargeColumns} FROM sandbox.charges WHERE reference = @reference FOR UPDATE",
            new { reference }, transaction, cancellationToken: cancel));
        if (row?.ToCharge() is not { } now)
        {
            return null;
        }

        var next = decide(now, await SandboxRefundStore.LeftOf(connection, transaction, now, cancel));
        if (next == now)
        {
            return new Moved(now, null);
        }

        next = await UseProof(connection, transaction, next, cancel);
        var message = next.State == now.State ? null : news(next);
        await Update(connection, transaction, next, cancel);
        if (message is not null)
        {
            await AddNotification(connection, transaction, message, clocks.Now(message.Tenant), cancel);
        }

        await transaction.CommitAsync(cancel);
        return new Moved(next, message);
    }

    /// <summary>The references of charges that waited long enough, oldest first.</summary>
    public async Task<IReadOnlyList<string>> FindDue(int max, CancellationToken cancel)
    {
        var now = await clocks.StartRound(cancel);
        await using var connection = await db.OpenSystem(cancel);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            WaitingCharges.Select("reference"), new { now, limit = max }, cancellationToken: cancel))];
    }

    /// <summary>Claims notifications that are due; no other replica takes them before <paramref name="lease"/> is over.</summary>
    public async Task<IReadOnlyList<Notification>> Claim(int max, TimeSpan lease, CancellationToken cancel)
    {
        var now = await clocks.StartRound(cancel);
        await using var connection = await db.OpenSystem(cancel);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            $"""
            {DoNotWaitForDisk}
            WITH due AS MATERIALIZED ({WaitingNotifications.SelectToClaim("merchant_id, mode, id")})
            UPDATE sandbox.notifications AS claimed
            SET attempts = claimed.attempts + 1, claimed_until = @until
            FROM due
            WHERE claimed.merchant_id = due.merchant_id AND claimed.mode = due.mode AND claimed.id = due.id
            RETURNING claimed.merchant_id, claimed.mode, claimed.id, claimed.charge_key, claimed.mandate_key, claimed.body, claimed.copies, claimed.attempts
            """,
            new { now, until = now + lease, limit = max }, cancellationToken: cancel));
        await results.ReadAsync<string>();
        return [.. (await results.ReadAsync<NotificationRow>()).Select(row => row.ToNotification())];
    }

    /// <summary>One copy arrived; the next, if there is one, is due at once.</summary>
    public Task Delivered(Notification notification, CancellationToken cancel) => UpdateNotification(
        notification, "copies = copies - 1, attempts = 0, due_at = CASE WHEN copies > 1 THEN @due END",
        clocks.Now(notification.Tenant), cancel);

    /// <summary>It did not arrive; null gives it up.</summary>
    public Task TryAgain(Notification notification, DateTimeOffset? due, CancellationToken cancel) =>
        UpdateNotification(notification, "due_at = @due", due, cancel);

    private static async Task<SandboxCharge?> Read(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Tenant tenant, string key, string locking, CancellationToken cancel)
    {
        var row = await connection.QuerySingleOrDefaultAsync<ChargeRow>(new CommandDefinition(
            $"""
            SELECT {ChargeColumns}
            FROM sandbox.charges
            WHERE merchant_id = @merchantId AND mode = @mode AND key = @key
            {locking}
            """,
            new { merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql(), key }, transaction, cancellationToken: cancel));
        return row?.ToCharge();
    }

    /// <summary>The authorizer's memory: a proof is used once, by whichever charge is first. Another's attempt is declined.</summary>
    private async Task<SandboxCharge> UseProof(
        NpgsqlConnection connection, NpgsqlTransaction transaction, SandboxCharge charge, CancellationToken cancel)
    {
        if (charge.Proof is not { } proof)
        {
            return charge;
        }

        var written = await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO sandbox.proofs (server_trans_id, merchant_id, mode, charge_key, card_fingerprint, currency, amount, used_at)
            VALUES (@ServerTransId, @merchantId, @mode, @chargeKey, @CardFingerprint, @currency, @amount, @now)
            ON CONFLICT (server_trans_id) DO NOTHING
            """,
            new
            {
                proof.ServerTransId,
                merchantId = charge.Tenant.MerchantId,
                mode = charge.Tenant.Mode.ToSql(),
                chargeKey = charge.Key,
                proof.CardFingerprint,
                currency = proof.Amount.Currency.Code,
                amount = proof.Amount.Minor,
                now = clocks.Now(charge.Tenant),
            },
            transaction, cancellationToken: cancel));
        if (written == 1)
        {
            return charge;
        }

        // Whose it was is of no matter: no merchant may use the proof of another either.
        var (fingerprint, currency, amount) = await connection.QuerySingleAsync<(string, string, long)>(new CommandDefinition(
            "SELECT card_fingerprint, currency, amount FROM sandbox.proofs WHERE server_trans_id = @ServerTransId",
            new { proof.ServerTransId }, transaction, cancellationToken: cancel));
        var used = new Proof(proof.ServerTransId, fingerprint, Money.FromMinor(amount, Currency.FromStored(currency)));
        return SandboxDecisions.RefuseProof(charge, SandboxAuthorizer.OfUsed(used, proof));
    }

    private static async Task<SandboxOperation?> FindOperation(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Tenant tenant, string chargeKey, string key, CancellationToken cancel)
    {
        var row = await connection.QuerySingleOrDefaultAsync<OperationRow>(new CommandDefinition(
            """
            SELECT key, kind, amount, decline::text AS decline
            FROM sandbox.operations
            WHERE merchant_id = @merchantId AND mode = @mode AND key = @key AND charge_key = @chargeKey
            """,
            new { merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql(), key, chargeKey }, transaction, cancellationToken: cancel));
        return row?.ToOperation();
    }

    private async Task AddOperation(
        NpgsqlConnection connection, NpgsqlTransaction transaction, SandboxCharge charge, SandboxOperation operation, CancellationToken cancel) =>
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO sandbox.operations (merchant_id, mode, key, charge_key, kind, amount, decline, created_at)
            VALUES (@merchantId, @mode, @Key, @chargeKey, @kind, @Amount, @decline::jsonb, @now)
            """,
            new
            {
                merchantId = charge.Tenant.MerchantId,
                mode = charge.Tenant.Mode.ToSql(),
                operation.Key,
                chargeKey = charge.Key,
                kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(operation.Kind.ToString()),
                operation.Amount,
                decline = operation.Decline is null ? null : JsonSerializer.Serialize(operation.Decline, SandboxMessages.Options),
                now = clocks.Now(charge.Tenant),
            },
            transaction, cancellationToken: cancel));

    private async Task Update(NpgsqlConnection connection, NpgsqlTransaction transaction, SandboxCharge charge, CancellationToken cancel)
    {
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {DoNotWaitForDisk}
            UPDATE sandbox.charges
            SET state = @State, amount = @Amount, captured = @Captured, decline = @Decline::jsonb, wrong_answers = @WrongAnswers, due_at = @DueAt,
                returned = @Returned, authentication = @Authentication::jsonb, updated_at = @Now
            WHERE merchant_id = @MerchantId AND mode = @Mode AND key = @Key
            """,
            ChargeRow.Of(charge, clocks.Now(charge.Tenant)), transaction, cancellationToken: cancel));
        await SandboxDisputeStore.OpenIfAsked(connection, transaction, charge, clocks.Now(charge.Tenant), cancel);
    }

    internal static async Task AddNotification(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Notification notification, DateTimeOffset now, CancellationToken cancel) =>
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO sandbox.notifications
                (merchant_id, mode, id, charge_key, mandate_key, body, copies, attempts, due_at, claimed_until, created_at)
            VALUES (@merchantId, @mode, @Id, @ChargeKey, @MandateKey, @Body, @Copies, @Attempts, @DueAt, @ClaimedUntil, @now)
            """,
            new
            {
                merchantId = notification.Tenant.MerchantId,
                mode = notification.Tenant.Mode.ToSql(),
                notification.Id,
                notification.ChargeKey,
                notification.MandateKey,
                notification.Body,
                notification.Copies,
                notification.Attempts,
                notification.DueAt,
                notification.ClaimedUntil,
                now,
            },
            transaction, cancellationToken: cancel));

    private async Task UpdateNotification(Notification notification, string set, DateTimeOffset? due, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {DoNotWaitForDisk}
            UPDATE sandbox.notifications
            SET claimed_until = NULL, {set}
            WHERE merchant_id = @merchantId AND mode = @mode AND id = @Id
            """,
            new { merchantId = notification.Tenant.MerchantId, mode = notification.Tenant.Mode.ToSql(), notification.Id, due },
            cancellationToken: cancel));
    }
}

/// <param name="News">The notification that was committed with the move; null when the state did not change.</param>
internal sealed record Moved(SandboxCharge Charge, Notification? News);
