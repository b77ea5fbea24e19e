using System.Security.Cryptography;
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
    PaymentStore payments, MerchantStore merchants, ApiKeys keys, ConnectorRegistry connectors, IProcessorAccounts accounts,
    CardProcessors cards, PublicAddress address, EmiPlans emi, BnplOffers bnpl, SecretVault vault, Assets assets, MerchantClocks clocks)
{
    private const int NonceLength = 32;

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

    /// <summary>What the processor's fields on the page fill a card into; null: the page shows another form now, or nobody answers.</summary>
    public async Task<string?> OpenCardSession(Order order, string processor, CancellationToken cancel) =>
        (await CardsOf(order, cancel)).Form is { Form.NeedsSession: true } form && form.Processor == processor
            ? await connectors.Find(processor)!.OpenCardSession(order.Tenant, cancel)
            : null;

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
        var (tokenizer, form) = methods.Contains("card") ? await CardsOf(order, cancel) : (null, null);
        return new Offer(
            // UPI moves rupees only, whatever else its connector takes. Who has the link need not be the customer whose balance it is.
            [.. methods.Where(method => method != "account" && (method != "upi" || order.Amount.Currency == Currency.INR))],
            tokenizer,
            CapabilitiesFor("netbanking")?.Banks ?? Offer.Nothing.Banks,
            WalletsOf(CapabilitiesFor("wallet"), order.Amount.Currency))
        {
            CardForm = form,
            EmiCards = methods.Contains("emi") ? await TokenizerOf(order, usable.Candidates("emi", order.Amount.Currency), cancel) : null,
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

    /// <summary>
    /// The form of the first processor by routing that has one for pages: its token then leads the payment there. A card that none of them
    /// takes in a browser is not offered.
    /// </summary>
    private async Task<(CardTokenizer? Tokenizer, ProcessorForm? Form)> CardsOf(Order order, CancellationToken cancel)
    {
        foreach (var connector in await cards.InOrder(order, cancel))
        {
            if (await accounts.Find(order.Tenant, connector.Name) is { } account && connector.CardFormOf(account) is { } form)
            {
                var nonce = form.Hosts.WritesStyles ? RandomNumberGenerator.GetHexString(NonceLength, lowercase: true) : null;
                return (null, new(connector.Name, assets.CardAdapter(form.Adapter), form, nonce));
            }

            if (await TokenizerOf(order, [connector], cancel) is { } tokenizer)
            {
                return (tokenizer, null);
            }
        }

        return (null, null);
    }

    private async Task<CardTokenizer?> TokenizerOf(Order order, IReadOnlyList<GuardedConnector> candidates, CancellationToken cancel) =>
        candidates.Select(connector => connector.Capabilities.Cards).FirstOrDefault(paths => paths is not null) is { } paths
        && await keys.PublishableKeyOf(order.Tenant, cancel) is { } key
            ? new CardTokenizer(paths.FormUrl, paths.JsonUrl, key)
            : null;

    private static IReadOnlyDictionary<string, string> WalletsOf(ConnectorCapabilities? can, Currency currency) =>
        can?.Wallets?.Where(wallet => can.TakesWallet(wallet.Key, currency)).ToDictionary() ?? Offer.Nothing.Wallets;

    private async Task<string?> ReturnLinkOf(Order order, Payment? payment) => order.Purpose.ReturnUrl is not { } returnUrl
        ? null
        : ReturnSignature.Link(
            returnUrl, order.Id, payment?.Id, payment is null ? StateWords.Of(order.State) : StateWords.Status(payment.State),
            await merchants.WebhookSecretOf(order.Tenant));
}
