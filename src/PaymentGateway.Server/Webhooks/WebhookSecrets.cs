using PaymentGateway.Database;
using PaymentGateway.Identity;

namespace PaymentGateway.Webhooks;

/// <summary>The secrets that sign a delivery: the endpoint's own, or the merchant's for an order's address.</summary>
internal sealed class WebhookSecrets(SecretVault vault, MerchantWebhookSecret ofMerchant)
{
    public async ValueTask<SigningSecrets> Of(ClaimedDelivery delivery, DateTimeOffset now) => delivery.EndpointId is { } endpoint
        ? Of(delivery.Tenant, endpoint, delivery.Secret!, delivery.PreviousSecret, delivery.PreviousSecretUntil, now)
        : new(await ofMerchant(delivery.Tenant));

    public SigningSecrets Of(WebhookEndpoint endpoint, DateTimeOffset now) =>
        Of(endpoint.Tenant, endpoint.Id, endpoint.Secret, endpoint.PreviousSecret, endpoint.PreviousSecretUntil, now);

    public string Seal(Tenant tenant, string endpointId, string secret) => vault.Encrypt(PurposeOf(tenant, endpointId), secret);

    private SigningSecrets Of(
        Tenant tenant, string endpointId, string secret, string? previous, DateTimeOffset? previousUntil, DateTimeOffset now)
    {
        var purpose = PurposeOf(tenant, endpointId);
        return new(vault.Decrypt(purpose, secret), previous is not null && previousUntil > now ? vault.Decrypt(purpose, previous) : null);
    }

    /// <summary>With the endpoint in it, so that a sealed secret does not open in another's row.</summary>
    private static string PurposeOf(Tenant tenant, string endpointId) =>
        $"webhooks.endpoint_secret/{tenant.MerchantId}/{tenant.Mode.ToSql()}/{endpointId}";

    public static SealedColumn Sealed { get; } = ColumnOf("secret");

    public static SealedColumn SealedPrevious { get; } = ColumnOf("previous_secret");

    private static SealedColumn ColumnOf(string name) => new(
        "webhooks.endpoints", ["id"], name, ["merchant_id", "mode", "id"], row => PurposeOf(Tenant.FromStored(row[0], row[1]), row[2]));
}
