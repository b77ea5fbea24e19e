using System.Text.Json;
using Dapper;
using Npgsql;
using PaymentGateway.Clocks;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The pretended processor's memory of bank accounts and mandates; as <see cref="SandboxStore"/>, committed before it answers.</summary>
internal sealed class SandboxMandateStore(Db db, MerchantClocks clocks)
{
    private const string Columns = """
        merchant_id, mode, key, reference, type, state, summary::text AS summary, debit, decline::text AS decline, due_at
        """;

    public async Task AddToken(BankToken token, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {SandboxStore.DoNotWaitForDisk}
            INSERT INTO sandbox.bank_tokens (merchant_id, mode, id, scheme, last4, bank, country, debit, fingerprint, created_at, expires_at)
            VALUES (@MerchantId, @mode, @Id, @Scheme, @Last4, @Bank, @Country, @Debit, @Fingerprint, @now, @ExpiresAt)
            """,
            new
            {
                token.Tenant.MerchantId,
                mode = token.Tenant.Mode.ToSql(),
                token.Id,
                token.Scheme,
                token.Last4,
                token.Bank,
                token.Country,
                token.Debit,
                token.Fingerprint,
                now = clocks.Now(token.Tenant),
                token.ExpiresAt,
            },
            cancellationToken: cancel));
    }

    /// <summary>The merchant's token, unless it has expired.</summary>
    public async Task<BankToken?> FindToken(Tenant tenant, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<BankTokenRow>(new CommandDefinition(
            """
            SELECT id, scheme, last4, bank, country, debit, fingerprint, expires_at
            FROM sandbox.bank_tokens
            WHERE merchant_id = @MerchantId AND mode = @mode AND id = @id AND expires_at > @now
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql(), id, now = clocks.Now(tenant) }, cancellationToken: cancel));
        return row?.ToToken(tenant);
    }

    /// <summary>Adds a mandate, once for each key: a repeat gets what is there.</summary>
    public async Task<SandboxMandate> Add(SandboxMandate mandate, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {SandboxStore.DoNotWaitForDisk}
            INSERT INTO sandbox.mandates (merchant_id, mode, key, reference, type, state, summary, debit, decline, due_at, created_at)
            VALUES (@MerchantId, @Mode, @Key, @Reference, @Type, @State, @Summary::jsonb, @Debit, @Decline::jsonb, @DueAt, @Now)
            ON CONFLICT (merchant_id, mode, key) DO NOTHING
            """, ParametersOf(mandate), cancellationToken: cancel));
        return (await Find(connection, null, mandate.Tenant, mandate.Key, "", cancel))!;
    }

    public async Task<SandboxMandate?> Find(Tenant tenant, string key, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await Find(connection, null, tenant, key, "", cancel);
    }

    /// <summary>Locks a mandate, decides and writes; when it moved, <paramref name="news"/> makes the notification of the same commit.</summary>
    /// <returns>Null when there is no such mandate.</returns>
    public async Task<SandboxMandate?> Move(
        Tenant tenant, string key, Func<SandboxMandate, SandboxMandate> decide, CancellationToken cancel,
        Func<SandboxMandate, Notification>? news = null)
    {
        await using var connection = await db.OpenSystem(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Find(connection, transaction, tenant, key, "FOR UPDATE", cancel) is not { } now)
        {
            return null;
        }

        var next = decide(now);
        if (next != now)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                $"""
                {SandboxStore.DoNotWaitForDisk}
                UPDATE sandbox.mandates
                SET state = @State, decline = @Decline::jsonb, due_at = @DueAt
                WHERE merchant_id = @MerchantId AND mode = @Mode AND key = @Key
                """, ParametersOf(next), transaction, cancellationToken: cancel));
            if (news is not null)
            {
                await SandboxStore.AddNotification(connection, transaction, news(next), clocks.Now(tenant), cancel);
            }

            await transaction.CommitAsync(cancel);
        }

        return next;
    }

    private static async Task<SandboxMandate?> Find(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Tenant tenant, string key, string locking, CancellationToken cancel) =>
        (await connection.QuerySingleOrDefaultAsync<MandateRow>(new CommandDefinition(
            $"SELECT {Columns} FROM sandbox.mandates WHERE merchant_id = @MerchantId AND mode = @mode AND key = @key {locking}",
            new { tenant.MerchantId, mode = tenant.Mode.ToSql(), key }, transaction, cancellationToken: cancel)))?.ToMandate();

    private object ParametersOf(SandboxMandate mandate) => new
    {
        mandate.Tenant.MerchantId,
        Mode = mandate.Tenant.Mode.ToSql(),
        mandate.Key,
        mandate.Reference,
        mandate.Type,
        State = mandate.State.ToString().ToLowerInvariant(),
        Summary = JsonSerializer.Serialize(mandate.Summary, SandboxMessages.Options),
        mandate.Debit,
        Decline = mandate.Decline is null ? null : JsonSerializer.Serialize(mandate.Decline, SandboxMessages.Options),
        mandate.DueAt,
        Now = clocks.Now(mandate.Tenant),
    };

    private sealed record BankTokenRow
    {
        public required string Id { get; init; }
        public required string Scheme { get; init; }
        public required string Last4 { get; init; }
        public required string Bank { get; init; }
        public required string Country { get; init; }
        public required string Debit { get; init; }
        public required string Fingerprint { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }

        public BankToken ToToken(Tenant tenant) => new()
        {
            Id = Id,
            Tenant = tenant,
            Scheme = Scheme,
            Last4 = Last4,
            Bank = Bank,
            Country = Country,
            Debit = Debit,
            Fingerprint = Fingerprint,
            ExpiresAt = ExpiresAt,
        };
    }

    private sealed record MandateRow
    {
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string Key { get; init; }
        public required string Reference { get; init; }
        public required string Type { get; init; }
        public required string State { get; init; }
        public required string Summary { get; init; }
        public string? Debit { get; init; }
        public string? Decline { get; init; }
        public DateTimeOffset? DueAt { get; init; }

        public SandboxMandate ToMandate() => new()
        {
            Tenant = new Tenant(MerchantId, Database.Mode.Test),
            Key = Key,
            Reference = Reference,
            Type = Type,
            State = Enum.Parse<MandateState>(State, ignoreCase: true),
            Summary = JsonSerializer.Deserialize<MethodSummary>(Summary, SandboxMessages.Options)!,
            Debit = Debit,
            Decline = Decline is null ? null : JsonSerializer.Deserialize<Decline>(Decline, SandboxMessages.Options),
            DueAt = DueAt,
        };
    }
}
