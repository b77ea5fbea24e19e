using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Stripe;

/// <summary>What can be seen of a key without asking: Stripe writes kind and mode into it. Stripe Docs, "API keys".</summary>
internal static class StripeKeys
{
    public static string? SecretFault(string key, Mode mode) => Begins(key, $"sk_{mode.ToSql()}_", $"rk_{mode.ToSql()}_");

    public static string? PublishableFault(string key, Mode mode) => Begins(key, $"pk_{mode.ToSql()}_");

    public static string? WebhookFault(string secret, Mode mode) => Begins(secret, "whsec_");

    private static string? Begins(string key, params string[] prefixes) =>
        prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)) && key.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? null
            : $"must begin with {string.Join(" or ", prefixes)}";
}

/// <summary>What a payment needs to use a kept card: Stripe asks for the customer and the payment method.</summary>
internal static class SavedReference
{
    public static string Of(string customer, string method) => $"{customer}/{method}";

    public static string? CustomerOf(string? reference) => reference?.Split('/')[0];

    public static string MethodOf(string reference) => reference.Split('/')[1];
}
