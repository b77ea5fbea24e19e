using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.Payments;

/// <param name="Vpa">A UPI address such as name@bank.</param>
public sealed record ValidateUpiBody(string? Vpa);

/// <param name="Valid">Whether somebody has this address; absent when the processor does not say.</param>
/// <param name="Name">Whose it is, masked: enough to recognise oneself.</param>
public sealed record UpiValidationView(bool? Valid, string? Name);

/// <param name="Data">In the order of their names.</param>
public sealed record BankListView(string Currency, IReadOnlyList<BankView> Data);

/// <param name="Code">For paymentDetails.bankCode.</param>
/// <param name="Available">False while the bank is down: a payment through it is refused.</param>
public sealed record BankView(string Code, string Name, bool Available);

/// <param name="Data">In the order of their names.</param>
public sealed record WalletListView(string Currency, IReadOnlyList<WalletView> Data);

/// <param name="Wallet">For paymentDetails.wallet.</param>
/// <param name="Available">False when it does not take this currency.</param>
public sealed record WalletView(string Wallet, string Name, bool Available);

/// <summary>What a page needs to know before it offers a bank, a wallet or a UPI address.</summary>
internal sealed class PaymentOptionsApi(ConnectorRegistry connectors, MerchantStore merchants)
{
    public static void Map(IEndpointRouteBuilder routes, PaymentOptionsApi api)
    {
        var options = routes.MapGroup("/api/payments").WithTags("Ways to pay").WithMetadata(new RequiresKey(KeyKind.Secret, KeyKind.Publishable));
        options.MapGet("netbanking/banks", api.Banks).WithName("listBanks").WithSummary("List the banks of net banking")
            .WithDescription("Empty when you do not take net banking in this currency.")
            .Query("currency", "ISO 4217; your default currency when absent.").Produces<BankListView>()
            .Example("""{ "currency": "INR", "data": [{ "code": "HDFC", "name": "HDFC Bank", "available": true }] }""")
            .Errors(Errors.UnsupportedCurrency);
        options.MapGet("wallets", api.Wallets).WithName("listWallets").WithSummary("List the wallets")
            .WithDescription("Which of them can pay in this currency. Empty when you do not take wallets.")
            .Query("currency", "ISO 4217; your default currency when absent.").Produces<WalletListView>()
            .Example("""{ "currency": "INR", "data": [{ "wallet": "paytm", "name": "Paytm", "available": true }] }""")
            .Errors(Errors.UnsupportedCurrency);
        options.MapPost("payment-methods/upi/validate", api.ValidateUpi).WithName("validateUpiAddress").WithSummary("Check a UPI address")
            .WithDescription("Asks the processor whether somebody has it. Nothing is kept.").WithMetadata(new TakesNoIdempotencyKey())
            .Produces<UpiValidationView>()
            .Example("""{ "vpa": "asha@okbank" }""", """{ "valid": true, "name": "A*** K****" }""")
            .Errors(Errors.PaymentMethodNotAvailable);
    }

    private async Task<Answer> Banks(Caller caller, HttpRequest request) => await CapabilitiesFor(caller, request, "netbanking") switch
    {
        { Refusal: { } refusal } => Answer.Of(refusal, caller.RequestId),
        { Value: var (currency, can) } => Answer.Ok(new BankListView(currency.Code,
        [
            .. (can?.Banks ?? new Dictionary<string, string>()).OrderBy(bank => bank.Value, StringComparer.Ordinal)
                .Select(bank => new BankView(bank.Key, bank.Value, can?.BanksDown?.Contains(bank.Key) != true)),
        ])),
    };

    private async Task<Answer> Wallets(Caller caller, HttpRequest request) => await CapabilitiesFor(caller, request, "wallet") switch
    {
        { Refusal: { } refusal } => Answer.Of(refusal, caller.RequestId),
        { Value: var (currency, can) } => Answer.Ok(new WalletListView(currency.Code,
        [
            .. (can?.Wallets ?? new Dictionary<string, string>()).OrderBy(wallet => wallet.Value, StringComparer.Ordinal)
                .Select(wallet => new WalletView(wallet.Key, wallet.Value, can!.TakesWallet(wallet.Key, currency))),
        ])),
    };

    private async Task<Answer> ValidateUpi(Caller caller, Body<ValidateUpiBody> body, CancellationToken cancel)
    {
        if (body.Value.Vpa is not { } vpa || !UpiAddress.IsWellFormed(vpa))
        {
            return Answer.Of(Refusal.Field("vpa", "must be a UPI address such as name@bank"), caller.RequestId);
        }

        if (await Connector("upi", Currency.INR, caller) is not { } connector)
        {
            return Answer.Of(new Refusal(Errors.PaymentMethodNotAvailable, "No processor takes UPI here."), caller.RequestId);
        }

        var holder = await connector.FindUpiAddress(vpa, cancel);
        return Answer.Ok(new UpiValidationView(holder.Exists, holder.Name is { } name ? Masked(name) : null));
    }

    /// <summary>The currency that is asked for and what the connector of a payment made now can do; null where the merchant has no use for it.</summary>
    private async Task<Outcome<(Currency Currency, ConnectorCapabilities? Can)>> CapabilitiesFor(Caller caller, HttpRequest request, string method)
    {
        var merchant = (await merchants.Find(caller.Tenant))!;
        if (!Currency.TryParse(request.Query["currency"] is [{ } code] ? code : merchant.DefaultCurrency.Code, out var currency))
        {
            return Refusal.Field(Errors.UnsupportedCurrency, "currency", "must be an ISO 4217 code in capitals, such as INR");
        }

        return (currency, merchant.PaymentMethods.Contains(method) ? (await Connector(method, currency, caller))?.Capabilities : null);
    }

    private async ValueTask<GuardedConnector?> Connector(string method, Currency currency, Caller caller)
    {
        var candidates = (await connectors.For(caller.Tenant)).Candidates(method, currency);
        return candidates.FirstOrDefault(c => c.IsAvailable) ?? (candidates is [var first, ..] ? first : null);
    }

    /// <summary>The first letter of each word.</summary>
    internal static string Masked(string name) => string.Join(' ', name.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(word => word[..1] + new string('*', word.Length - 1)));
}
