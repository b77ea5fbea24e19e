namespace PaymentGateway.Webhooks;

/// <summary>The secrets that sign a delivery: the endpoint's own, or the merchant's for an order's address.</summary>
internal sealed class WebhookSecrets(SecretSealing sealing, MerchantWebhookSecret ofMerchant)
{
    public async Task<SigningSecrets?> Of(ClaimedDelivery delivery, DateTimeOffset now, CancellationToken cancel)
    {
        if (delivery.Secret is { } secret)
        {
            return Of(secret, delivery.PreviousSecret, delivery.PreviousSecretUntil, now);
        }

        return await ofMerchant(delivery.Tenant, cancel) is { } merchants ? new SigningSecrets(merchants) : null;
    }

    public SigningSecrets Of(string secret, string? previous, DateTimeOffset? previousUntil, DateTimeOffset now) =>
        new(sealing.Open(secret), previous is not null && previousUntil > now ? sealing.Open(previous) : null);
}
