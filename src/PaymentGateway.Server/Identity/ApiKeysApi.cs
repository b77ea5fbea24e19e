using PaymentGateway.Http;

namespace PaymentGateway.Identity;

/// <param name="OverlapHours">How long the old keys go on working, 0 to 72.</param>
internal sealed record RollApiKeys(int? OverlapHours = null);

/// <param name="ApiSecret">Shown in this answer only.</param>
/// <param name="OldKeysExpireAt">When the keys before this one stop.</param>
internal sealed record RolledApiKeyView(
    string Id, string ApiKey, string ApiSecret, DateTimeOffset CreatedAt, DateTimeOffset OldKeysExpireAt);

/// <param name="Status"><c>active</c>, <c>expiring</c>, <c>expired</c> or <c>revoked</c>.</param>
internal sealed record ApiKeyView(
    string Id, string ApiKey, string Status, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

internal static class ApiKeysApi
{
    private const int OverlapHoursMax = 72;

    public static void Map(IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/api/payments/merchants/{merchantId}/api-keys")
            .WithTags("Merchants").WithMetadata(new RequiresKey(KeyKind.Secret));
        keys.MapPost("/roll", Roll).WithName("rollApiKeys").WithSummary("Make a new key pair and end the old ones")
            .WithDescription("The secret is in this answer and nowhere else. "
                + "Keys of the same mode that worked so far go on for overlapHours.")
            .Produces<RolledApiKeyView>(StatusCodes.Status201Created)
            .Example(ApiKeyExamples.Roll, ApiKeyExamples.Rolled)
            .Errors(Errors.MerchantNotFound);
        keys.MapGet("", List).WithName("listApiKeys").WithSummary("List the key pairs of this mode")
            .WithDescription("The newest 100, without their secrets.")
            .Produces<ListView<ApiKeyView>>()
            .Example(OperationExample.ListOf(ApiKeyExamples.Key))
            .Errors(Errors.MerchantNotFound);
    }

    private static async Task<IResult> Roll(
        string merchantId, Caller caller, Body<RollApiKeys> body, HttpRequest request, RollingApiKeys rolling, CancellationToken cancel)
    {
        if (merchantId != caller.Tenant.MerchantId)
        {
            return Answer.Of(new Refusal(Errors.MerchantNotFound), caller.RequestId);
        }

        return body.Value.OverlapHours is < 0 or > OverlapHoursMax
            ? Answer.Of(Refusal.Field("overlapHours", $"must be a whole number from 0 to {OverlapHoursMax}"), caller.RequestId)
            : await rolling.Run(caller, request, body.Fingerprint, TimeSpan.FromHours(body.Value.OverlapHours ?? 0), cancel);
    }

    private static async Task<IResult> List(string merchantId, Caller caller, ApiKeys keys, TimeProvider clock, CancellationToken cancel)
    {
        if (merchantId != caller.Tenant.MerchantId)
        {
            return Answer.Of(new Refusal(Errors.MerchantNotFound), caller.RequestId);
        }

        var now = clock.GetUtcNow();
        var views = (await keys.List(caller.Tenant, cancel)).Select(key => new ApiKeyView(
            key.Id, key.Id, StatusOf(key, now), key.CreatedAt, key.ExpiresAt, key.RevokedAt));
        return Answer.Ok(new ListView<ApiKeyView>([.. views], HasMore: false, NextCursor: null));
    }

    private static string StatusOf(ApiKey key, DateTimeOffset now) => key switch
    {
        { RevokedAt: not null } => "revoked",
        { ExpiresAt: null } => "active",
        _ => key.IsLive(now) ? "expiring" : "expired",
    };
}
