using System.Text.Json;
using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.Routing;

/// <summary>The rules of a merchant as they are stored, and as they are decided by.</summary>
internal sealed record RoutingVersion(RoutingRules Rules, RoutingBody Body, DateTimeOffset? CreatedAt)
{
    public static RoutingVersion None { get; } = new(RoutingRules.None, new(), CreatedAt: null);
}

/// <summary>All reads of rules. Those that every payment needs are kept for a few seconds.</summary>
internal sealed class RoutingStore(Db db, TimeProvider clock)
{
    private readonly RowCache<Tenant, RoutingVersion> cache = new(clock);

    /// <summary>As they were at most five seconds ago.</summary>
    public async ValueTask<RoutingRules> Find(Tenant tenant) =>
        (await cache.Find(tenant, async whose => await Read(whose, version: null, CancellationToken.None)))!.Rules;

    /// <summary>As they are now; with a version as they were then, or null when there was none.</summary>
    public async Task<RoutingVersion?> Read(Tenant tenant, int? version, CancellationToken cancel)
    {
        if (version == 0)
        {
            return RoutingVersion.None;
        }

        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<(int Version, string Document, DateTimeOffset CreatedAt)?>(new CommandDefinition(
            $"""
            SELECT version, document::text, created_at
            FROM routing.rules
            WHERE merchant_id = @MerchantId AND mode = @mode {(version is null ? "" : "AND version = @version")}
            ORDER BY version DESC
            LIMIT 1
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql(), version }, cancellationToken: cancel));
        return row is var (number, document, createdAt) ? Parse(number, document, createdAt)
            : version is null ? RoutingVersion.None
            : null;
    }

    /// <summary>After a commit: in this process the rules hold at once, in others within five seconds.</summary>
    public void Forget(Tenant tenant) => cache.Forget(tenant);

    private static RoutingVersion Parse(int version, string document, DateTimeOffset createdAt)
    {
        var body = JsonSerializer.Deserialize<RoutingBody>(document, Json.Options)!;
        var rules = RoutingDocument.Read(body, version, KnownNames.Stored);
        return rules.Refusal is { } refusal
            ? throw new InvalidOperationException($"Version {version} of routing rules cannot be read: {string.Join(", ", refusal.Details?.Keys ?? [])}.")
            : new(rules.Value, body, createdAt);
    }
}
