using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Identity;

/// <summary>The key pairs of merchants: made, rolled, revoked, and found by what a caller sends.</summary>
public sealed class ApiKeys
{
    /// <summary>A merchant that rolls with overlaps, again and again, has at most this many pairs alive.</summary>
    internal const int LiveMax = 10;

    private readonly ApiKeyStore store;
    private readonly TimeProvider clock;
    private readonly RowCache<string, ApiKey> cache;

    public ApiKeys(Db db, TimeProvider clock)
    {
        store = new(db);
        this.clock = clock;
        cache = new(clock);
    }

    /// <summary>Writes a new pair with the change; it works once the change is committed.</summary>
    public ApiKeyPair Add(Change change, Tenant tenant, Origin origin)
    {
        var now = clock.GetUtcNow();
        var (key, pair) = ApiKey.New(tenant, now);
        change.Write(ApiKeyStore.Insert, key);
        Record(change, origin, "api_key.create", before: null, key);
        return pair;
    }

    /// <summary>
    /// Writes a new pair, and lets all others die when the overlap is over; a key that dies earlier anyway does so. Two rolls at once
    /// conflict, as both write the same old keys. Call <see cref="Forget"/> after the commit.
    /// </summary>
    /// <returns>A refusal when too many pairs are alive because of earlier overlaps.</returns>
    public async Task<Outcome<ApiKeyPair>> Roll(Change change, Tenant tenant, Origin origin, TimeSpan overlap, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var old = await store.ListLive(tenant, now, cancel);
        if (old.Count >= LiveMax && overlap > TimeSpan.Zero)
        {
            return new Refusal(
                Errors.InvalidState, $"{old.Count} key pairs are alive because of overlaps; wait, or roll with overlapHours 0.");
        }

        var end = now + overlap;
        foreach (var key in old)
        {
            var ending = key with { Version = key.Version + 1, ExpiresAt = key.ExpiresAt < end ? key.ExpiresAt : end };
            change.Write(ApiKeyStore.Update, ending);
            Record(change, origin, "api_key.roll", key, ending);
        }

        return Add(change, tenant, origin);
    }

    /// <summary>Writes the end of one pair, at once and for good. Call <see cref="Forget"/> after the commit.</summary>
    /// <returns>False when the tenant has no such live pair.</returns>
    public async Task<bool> Revoke(Change change, Tenant tenant, Origin origin, string apiKey, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if ((await store.ListLive(tenant, now, cancel)).FirstOrDefault(key => key.Id == apiKey) is not { } live)
        {
            return false;
        }

        var revoked = live with { Version = live.Version + 1, RevokedAt = now };
        change.Write(ApiKeyStore.Update, revoked);
        Record(change, origin, "api_key.revoke", live, revoked);
        return true;
    }

    /// <summary>Keys of the tenant that were rolled or revoked stop in this process now; in others within five seconds.</summary>
    public void Forget(Tenant tenant) => cache.Forget(key => key.Tenant == tenant);

    /// <summary>Whether the pair works for the tenant now and has no end set.</summary>
    public async Task<bool> IsLasting(Tenant tenant, ApiKeyPair pair)
    {
        var key = await FindLive(new Credentials(pair.ApiKey, pair.ApiSecret));
        return key is { ExpiresAt: null } && key.Tenant == tenant;
    }

    /// <summary>
    /// The publishable half of the newest live pair, for a page that this server shows for the merchant; null when none is live.
    /// </summary>
    public async Task<string?> PublishableKeyOf(Tenant tenant, CancellationToken cancel) =>
        await store.ListLive(tenant, clock.GetUtcNow(), cancel) is [var newest, ..] ? newest.Id : null;

    /// <summary>Whose live publishable key it is; null when there is none such.</summary>
    public async Task<Tenant?> TenantOfPublishableKey(string publishableKey, CancellationToken cancel) =>
        (await FindLive(new Credentials(publishableKey, null)))?.Tenant;

    /// <summary>The live key that the credentials fit, or null: unknown, wrong secret, expired and revoked look the same.</summary>
    internal async ValueTask<ApiKey?> FindLive(Credentials sent)
    {
        var key = sent switch
        {
            { Id: { } id } => await cache.Find(id, store.FindById),
            { Secret: { } secret } => await FindBySecret(secret),
            _ => null,
        };
        return key is not null && key.IsLive(clock.GetUtcNow()) && (sent.Secret is null || key.HasSecret(sent.Secret)) ? key : null;
    }

    internal Task<IReadOnlyList<ApiKey>> List(Tenant tenant, CancellationToken cancel) => store.List(tenant, most: 100, cancel);

    private void Record(Change change, Origin origin, string action, ApiKey? before, ApiKey key) =>
        AuditTrail.Record(change, key.Tenant, origin, clock, action, "api_key", key.Id, before is null ? null : FieldsOf(before), FieldsOf(key));

    private static JsonObject FieldsOf(ApiKey key) => new()
    {
        ["createdAt"] = Json.Time(key.CreatedAt),
        ["expiresAt"] = key.ExpiresAt is { } end ? Json.Time(end) : null,
        ["revokedAt"] = key.RevokedAt is { } revoked ? Json.Time(revoked) : null,
    };

    private ValueTask<ApiKey?> FindBySecret(string secret)
    {
        var hash = ApiKey.HashOf(secret);
        return cache.Find(Convert.ToHexString(hash), _ => store.FindBySecret(hash));
    }
}
