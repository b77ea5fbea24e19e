using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.Courses;

/// <summary>A gateway with a page that a merchant can send students to.</summary>
/// <param name="Instrument">The page, as a way to pay.</param>
/// <param name="SignsReturn">What the browser brings back carries the gateway's signature.</param>
internal sealed record UsableGateway(GuardedConnector Connector, Instrument Instrument, bool SignsReturn)
{
    public bool IsAvailable => Connector.IsAvailable;
}

/// <summary>
/// Where students pay: at SmartGateway's page, where the merchant has an account; in test mode without one at the sandbox, whose page of
/// the same bank stands for it.
/// </summary>
internal sealed class CourseGateway(ConnectorRegistry connectors, PublicAddress address, SecretVault vault)
{
    public const string Connector = "hdfc";
    public const string CallbackPath = "/api/payment/callback";
    public const string WebhookPath = "/api/payment/webhook";
    public const string TransactionField = "transactionId";
    public const string SignatureField = "signature";

    private const string Page = "smartgateway";
    private const string SandboxBank = "HDFC";
    private const string SignPurpose = "courses.callback";

    /// <param name="tenant">Whose.</param>
    /// <param name="methods">What the page shall offer; null: all that it has. The sandbox's page has one way to pay, whatever is asked for.</param>
    public async Task<UsableGateway?> Find(Tenant tenant, IReadOnlyList<string>? methods)
    {
        var usable = await connectors.For(tenant);
        if (usable.Candidates("wallet", Currency.INR).FirstOrDefault(one => one.Capabilities.TakesWallet(Page, Currency.INR)) is { } gateway)
        {
            return new(gateway, new Instrument.Wallet(Page, methods), SignsReturn: true);
        }

        return tenant.Mode == Mode.Test && usable.Candidates("netbanking", Currency.INR).FirstOrDefault(one => one.AccountFields is null) is { } sandbox
            ? new(sandbox, new Instrument.NetBanking(SandboxBank), SignsReturn: false)
            : null;
    }

    /// <summary>Where the browser comes back to. SmartGateway takes no query and signs by itself; elsewhere the address carries our own signature.</summary>
    public string ReturnUrlOf(CourseTransaction transaction, UsableGateway gateway) => address.Link(gateway.SignsReturn
        ? CallbackPath
        : $"{CallbackPath}?{TransactionField}={transaction.Id}&{SignatureField}={vault.Sign(SignPurpose, transaction.Id)}");

    /// <summary>Whether an address that names a payment is one that we gave out.</summary>
    public bool IsOurSignature(CourseTransaction transaction, string? signature) =>
        transaction.Tenant.Mode == Mode.Test && vault.IsSignature(SignPurpose, transaction.Id, signature);

    /// <param name="begun">What was begun and is being found out; null: nothing was.</param>
    public static Refusal Closed(CourseTransaction? begun = null) => new(
        Errors.GatewayUnavailable, "The payment gateway is under maintenance. Nothing was charged; please try again in a little while.",
        begun is null ? null : new Dictionary<string, object?> { [TransactionField] = begun.Id });
}
