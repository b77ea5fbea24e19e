using System.Security.Cryptography;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Hdfc;

/// <summary>The fields of an account, and what can be seen of them without asking.</summary>
internal static class HdfcKeys
{
    public const string MerchantId = "merchantId";
    public const string ApiKey = "apiKey";
    public const string ClientId = "paymentPageClientId";
    public const string Hosts = "hosts";
    public const string ResponseKey = "responseKey";
    public const string WebhookUser = "webhookUser";
    public const string WebhookPassword = "webhookPassword";
    public const string KeyId = "keyId";
    public const string GatewayPublicKey = "gatewayPublicKey";
    public const string MerchantPrivateKey = "merchantPrivateKey";

    private const int KeyBitsMin = 2048;

    public static IReadOnlyList<AccountField> All { get; } =
    [
        new(MerchantId, "The merchant id of the welcome mail.", IsSecret: false, IsRequired: true, Word),
        new(ApiKey, "The API key: Settings, Security.", IsSecret: true, IsRequired: true, Word),
        new(ClientId, "The client id of the payment page: hdfcmaster in the sandbox.", IsSecret: false, IsRequired: true, Word),
        new(Hosts, "Which of the bank's names is called: hdfc.bank.in (as when absent), hdfcbank.com, or juspay.in.",
            IsSecret: false, IsRequired: false, HostFault),
        new(ResponseKey, "The response key, which signs what the payer's browser brings back.", IsSecret: true, IsRequired: false),
        new(WebhookUser, "The user that webhooks come with: Settings, Webhook.", IsSecret: false, IsRequired: false, UserFault),
        new(WebhookPassword, "The password of the same place.", IsSecret: true, IsRequired: false),
        new(KeyId, "Encrypted calls: the id of the key. Calls are encrypted once all three of these fields are set.",
            IsSecret: false, IsRequired: false, KeyIdFault),
        new(GatewayPublicKey, "Encrypted calls: the bank's public key, as PEM.", IsSecret: false, IsRequired: false, PublicKeyFault),
        new(MerchantPrivateKey, "Encrypted calls: your private key, as PEM.", IsSecret: true, IsRequired: false, PrivateKeyFault),
    ];

    /// <summary>What encrypted calls need; null: the account makes plain ones.</summary>
    public static EnvelopeKeys? EnvelopeOf(ProcessorAccount account) =>
        account[KeyId] is { } id && account[GatewayPublicKey] is { } theirs && account[MerchantPrivateKey] is { } own
            ? new(id, theirs, own)
            : null;

    private static string? Word(string value, Mode mode) =>
        value.All(c => c is > ' ' and <= '~' and not ':') ? null : "must have visible ASCII characters only, and no colon";

    private static string? UserFault(string user, Mode mode) => user.Contains(':', StringComparison.Ordinal) ? "must have no colon" : null;

    private static string? HostFault(string family, Mode mode) =>
        HdfcHosts.Families.ContainsKey(family)
            ? null
            : $"must be one of {string.Join(", ", HdfcHosts.Families.Keys.Order(StringComparer.Ordinal))}";

    // It stands in a header of JSON that the client library writes without escaping.
    private static string? KeyIdFault(string id, Mode mode) =>
        id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? null : "must be letters, digits, _ and -";

    private static string? PublicKeyFault(string pem, Mode mode) =>
        pem.Contains("PRIVATE KEY", StringComparison.Ordinal) ? "must be a public key, not a private one" : PemFault(pem, needsPrivate: false);

    private static string? PrivateKeyFault(string pem, Mode mode) => PemFault(pem, needsPrivate: true);

    private static string? PemFault(string pem, bool needsPrivate)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            if (needsPrivate)
            {
                _ = rsa.ExportRSAPrivateKey();
            }

            return rsa.KeySize >= KeyBitsMin ? null : $"must be an RSA key of at least {KeyBitsMin} bits";
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or CryptographicException)
        {
            return $"must be {(needsPrivate ? "a private" : "a public")} RSA key as PEM";
        }
    }
}

/// <summary>SmartGateway answers under several names, and each merchant was told one of them.</summary>
internal static class HdfcHosts
{
    public const string Otherwise = "hdfc.bank.in";

    public static IReadOnlyDictionary<string, ProcessorAddresses> Families { get; } = new Dictionary<string, ProcessorAddresses>
    {
        [Otherwise] = new(new Uri("https://smartgateway.hdfcuat.bank.in"), new Uri("https://smartgateway.hdfc.bank.in")),
        ["hdfcbank.com"] = new(new Uri("https://smartgatewayuat.hdfcbank.com"), new Uri("https://smartgateway.hdfcbank.com")),
        ["juspay.in"] = new(new Uri("https://sandbox.juspay.in"), new Uri("https://api.juspay.in")),
    };
}
