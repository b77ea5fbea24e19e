using System.Text.Json;
using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>What the pretended processor keeps for later payments; as <see cref="SandboxStore"/> in its own transactions.</summary>
internal sealed class SandboxSavedStore(Db db, SandboxStore sandbox, SandboxKeys keys, MerchantClocks clocks)
{
    private const string Columns = "reference, state, method, network, last4, funding, expiry, behaviour, bank, vpa, fingerprint, decline::text AS decline";

    /// <summary>What a source stands for, or why it cannot be kept.</summary>
    public async Task<SandboxSaved> Read(Tenant tenant, SaveSource source, CancellationToken cancel)
    {
        switch (source)
        {
            case SaveSource.OfCard card:
                return SandboxSaved.OfCard(tenant, await sandbox.FindToken(tenant, card.Token, cancel));
            case SaveSource.OfUpi upi:
                return SandboxSaved.OfUpi(tenant, upi.Vpa, keys);
            case SaveSource.OfCharge charge:
                return await ReadCharge(tenant, charge.ChargeKey, cancel);
            case SaveSource.OfSetup setup:
                // Kept here as a charge of nothing.
                return await ReadCharge(tenant, setup.Key, cancel);
            default:
                throw new ArgumentOutOfRangeException(nameof(source), source.GetType().Name, "Not a source of the contract.");
        }
    }

    private async Task<SandboxSaved> ReadCharge(Tenant tenant, string key, CancellationToken cancel) =>
        await sandbox.FindUsedToken(tenant, key, cancel) is { } token
            ? SandboxSaved.OfCard(tenant, token)
            : SandboxSaved.OfUpi(tenant, (await sandbox.Find(tenant, key, cancel))?.Summary.Vpa, keys);

    /// <summary>Keeps it under the key, unless the key is taken: then what is there, whoever was faster.</summary>
    public async Task<SandboxSaved> Add(Tenant tenant, string key, string reference, SandboxSaved method, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {SandboxStore.DoNotWaitForDisk}
            INSERT INTO sandbox.saved_methods
                (merchant_id, mode, key, reference, state, method, network, last4, funding, expiry, behaviour, bank, vpa, fingerprint, decline, created_at)
            VALUES
                (@merchantId, @mode, @key, @reference, @state, @Method, @Network, @Last4, @Funding, @Expiry, @Behaviour, @Bank, @Vpa, @Fingerprint,
                 @decline::jsonb, @now)
            ON CONFLICT (merchant_id, mode, key) DO NOTHING
            """,
            new
            {
                merchantId = tenant.MerchantId,
                mode = tenant.Mode.ToSql(),
                key,
                reference,
                state = method.Decline is null ? "saved" : "declined",
                method.Summary.Method,
                method.Summary.Network,
                method.Summary.Last4,
                method.Summary.Funding,
                method.Summary.Expiry,
                method.Behaviour,
                method.Summary.Bank,
                method.Summary.Vpa,
                method.Fingerprint,
                decline = method.Decline is null ? null : JsonSerializer.Serialize(method.Decline, SandboxMessages.Options),
                now = clocks.Now(tenant),
            },
            cancellationToken: cancel));
        var row = await connection.QuerySingleAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM sandbox.saved_methods WHERE merchant_id = @merchantId AND mode = @mode AND key = @key",
            new { merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql(), key }, cancellationToken: cancel));
        return row.ToSaved(tenant);
    }

    /// <summary>Nothing is left but the key, which keeps a late save out.</summary>
    public async Task Forget(Tenant tenant, string key, string reference, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {SandboxStore.DoNotWaitForDisk}
            INSERT INTO sandbox.saved_methods AS s (merchant_id, mode, key, reference, state, method, created_at)
            VALUES (@merchantId, @mode, @key, @reference, 'forgotten', 'unknown', @now)
            ON CONFLICT (merchant_id, mode, key) DO UPDATE
            SET state = 'forgotten', network = NULL, last4 = NULL, funding = NULL, expiry = NULL, behaviour = NULL, bank = NULL, vpa = NULL,
                fingerprint = NULL, decline = NULL
            """,
            new { merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql(), key, reference, now = clocks.Now(tenant) },
            cancellationToken: cancel));
    }

    /// <summary>Null also when it was forgotten, or is another merchant's.</summary>
    public async Task<SandboxSaved?> FindByReference(Tenant tenant, string reference, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM sandbox.saved_methods
            WHERE reference = @reference AND merchant_id = @merchantId AND mode = @mode AND state = 'saved'
            """,
            new { reference, merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToSaved(tenant);
    }

    /// <summary>Which card a charge is paid with, for a save that comes after it.</summary>
    public async Task RememberCard(Tenant tenant, string chargeKey, CardToken token, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {SandboxStore.DoNotWaitForDisk}
            INSERT INTO sandbox.charge_tokens (merchant_id, mode, key, token) VALUES (@merchantId, @mode, @chargeKey, @Id)
            ON CONFLICT (merchant_id, mode, key) DO NOTHING
            """,
            new { merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql(), chargeKey, token.Id }, cancellationToken: cancel));
    }

    private sealed record Row
    {
        public required string Reference { get; init; }
        public required string State { get; init; }
        public required string Method { get; init; }
        public string? Network { get; init; }
        public string? Last4 { get; init; }
        public string? Funding { get; init; }
        public string? Expiry { get; init; }
        public string? Behaviour { get; init; }
        public string? Bank { get; init; }
        public string? Vpa { get; init; }
        public string? Fingerprint { get; init; }
        public string? Decline { get; init; }

        public SandboxSaved ToSaved(Tenant tenant) => new()
        {
            Tenant = tenant,
            Reference = Reference,
            Summary = new(Method, Network, Last4, Funding, Expiry, Vpa, Bank),
            Behaviour = Behaviour,
            Fingerprint = Fingerprint,
            Decline = Decline is null ? null : JsonSerializer.Deserialize<Decline>(Decline, SandboxMessages.Options),
            IsForgotten = State == "forgotten",
        };
    }
}
