using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Merchants;
using PaymentGateway.Methods.Bnpl;
using PaymentGateway.Methods.Emi;
using PaymentGateway.Payments;

namespace PaymentGateway.Checkout;

/// <summary>Gathers what a page shows: the order and its payment, the merchant, and what the connectors take.</summary>
internal sealed class CheckoutViews(
    PaymentStore payments, MerchantStore merchants, ApiKeys keys, ConnectorRegistry connectors, PublicAddress address, EmiPlans emi, BnplOffers bnpl, SecretVault vault,
    MerchantClocks clocks)
{
    /// <summary>The order whose link it is; null when there is none.</summary>
    public async Task<(Order Order, Payment? Payment)?> FindOrder(string orderId, CancellationToken cancel) =>
        Id.IsValid("order", orderId) && await payments.FindOrderAnywhere(orderId, cancel) is ({ } order, var payment)
            ? (order, payment)
            : null;

    /// <param name="problem">Of the step just before; a decline of the payment itself is found without.</param>
    public async Task<CheckoutView> Of(Order order, Payment? payment, Language language, Problem? problem, CancellationToken cancel)
    {
        var merchant = await merchants.Find(order.Tenant)
            ?? throw new InvalidOperationException($"Order {order.Id} belongs to a merchant that does not exist.");
        var now = clocks.Now(order.Tenant);
        var state = CheckoutStates.Of(order, payment, now);
        return new CheckoutView
        {
            Language = language,
            Shop = new Shop(
                merchant.Name, BrandColour.Parse(merchant.Brand.Color) ?? BrandColour.Default, SafeUrl.Web(merchant.Brand.LogoUrl)),
            OrderId = order.Id,
            ClientSecret = vault.ClientSecretOf(order.Id),
            IsTest = order.Tenant.Mode == Mode.Test,
            Amount = order.Amount,
            Description = order.Purpose.Description,
            MerchantOrderId = order.Purpose.MerchantOrderId,
            Now = now,
            ExpiresAt = order.ExpiresAt,
            State = state,
            Stamp = StampOf(state, payment),
            Offer = await OfferOf(order, merchant, cancel),
            OpenMethod = problem?.Method ?? payment?.Charge?.Summary.Method,
            Problem = state == CheckoutState.Payable ? problem ?? DeclineOf(payment) : null,
            Action = payment?.Charge?.NextAction,
            Summary = payment?.Charge?.Summary,
            PaymentId = payment?.Id,
            PaidAt = payment?.PaidAt,
            ReturnLink = await ReturnLinkOf(order, payment),
        };
    }

    /// <summary>The page on which the bank of a card wants to see the browser first; null when nobody can tell.</summary>
    public async Task<MethodPage?> FindMethodPage(Order order, string cardToken, CancellationToken cancel) =>
        (await connectors.For(order.Tenant)).Candidates("card", order.Amount.Currency)
            .FirstOrDefault(c => c.IsAvailable && c.Capabilities.Made(cardToken)) is { } connector
            ? await connector.FindMethodPage(
                order.Tenant, cardToken, order.AmountDue, address.Link($"/checkout/{order.Id}/method"), cancel)
            : null;

    /// <summary>The plans that fit the customer's card; a refusal when it cannot be paid off monthly.</summary>
    public Task<Outcome<IReadOnlyList<EmiPlanView>>> EmiPlansOf(Order order, string cardToken, CancellationToken cancel) =>
        emi.For(order.Tenant, order.Amount, null, cardToken, withSchedule: false, cancel);

    /// <summary>Names what is shown: another state, or another attempt in the same state.</summary>
    public static string StampOf(CheckoutState state, Payment? payment) => $"{state.Word()}-{payment?.Attempts ?? 0}";

    private static Problem? DeclineOf(Payment? payment) => payment?.FailureCode is { } code ? new(code, IsDecline: true) : null;

    private async Task<Offer> OfferOf(Order order, Merchant merchant, CancellationToken cancel)
    {
        var usable = await connectors.For(order.Tenant);
        var methods = PaymentMethods.Of(merchant, order.AllowedMethods, usable, order.Amount.Currency);
        return new Offer(
            // UPI moves rupees only, whatever else its connector takes. Who has the link need not be the customer whose balance it is.
            [.. methods.Where(method => method != "account" && (method != "upi" || order.Amount.Currency == Currency.INR))],
            // Not every processor has a form for pages: then the card is another's, and goes there by its token.
            usable.Candidates("card", order.Amount.Currency).Select(c => c.Capabilities.Cards).FirstOrDefault(c => c is not null) is { } cards && await keys.PublishableKeyOf(order.Tenant, cancel) is { } key
                ? new CardTokenizer(cards.FormUrl, cards.JsonUrl, key)
                : null,
            CapabilitiesFor("netbanking")?.Banks ?? Offer.Nothing.Banks,
            WalletsOf(CapabilitiesFor("wallet"), order.Amount.Currency))
        {
            BanksDown = CapabilitiesFor("netbanking")?.BanksDown ?? Offer.Nothing.BanksDown,
            HasEmi = methods.Contains("emi") && (await emi.For(order.Tenant, order.Amount, null, null, withSchedule: false, cancel)).Value.Count > 0,
            PayLater = methods.Contains("bnpl") && order.Purpose.CustomerId is { } customerId
                ? (await bnpl.For(order.Tenant, customerId, order.Amount, cancel)).Plans
                : [],
        };

        // The connector that a payment made now would go to.
        ConnectorCapabilities? CapabilitiesFor(string method)
        {
            var candidates = usable.Candidates(method, order.Amount.Currency);
            return (candidates.FirstOrDefault(c => c.IsAvailable) ?? (candidates is [var first, ..] ? first : null))?.Capabilities;
        }
    }

    private static IReadOnlyDictionary<string, string> WalletsOf(ConnectorCapabilities? can, Currency currency) =>
        can?.Wallets?.Where(wallet => can.TakesWallet(wallet.Key, currency)).ToDictionary() ?? Offer.Nothing.Wallets;

    private async Task<string?> ReturnLinkOf(Order order, Payment? payment) => order.Purpose.ReturnUrl is not { } returnUrl
        ? null
        : ReturnSignature.Link(
            returnUrl, order.Id, payment?.Id, payment is null ? StateWords.Of(order.State) : StateWords.Status(payment.State),
            await merchants.WebhookSecretOf(order.Tenant));
}
