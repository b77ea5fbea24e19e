using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Merchants;
using PaymentGateway.Methods;

namespace PaymentGateway.Payments;

/// <summary>What is to be paid and how, as far as a method has to do with it.</summary>
/// <param name="Instrument">What is paid with; where only the method is asked about, what stands for any of that method.</param>
/// <param name="Saved">What the instrument names, when it is a saved method.</param>
/// <param name="Allowed">The only methods that the order or payment may be paid by; null: all.</param>
/// <param name="CustomerId">Of the order or payment.</param>
/// <param name="Country">Where the payer is; null: not known.</param>
/// <param name="Funding">Of the card, where it is known: credit, debit or prepaid.</param>
internal sealed record MethodQuestion(
    Merchant Merchant, Tenant Tenant, Money Amount, Instrument Instrument, PaymentMethod? Saved, IReadOnlyList<string>? Allowed,
    string? CustomerId, string? Country, string? Funding = null)
{
    public string Method => Saved?.Summary.Method ?? Instrument.Method;
}

/// <summary>
/// Whether a method may pay, and through which processor: the one answer for those who ask beforehand and for those who pay, so that the
/// two cannot disagree. Every refusal has a word of <see cref="Reasons"/> as <c>details.reason</c>.
/// </summary>
internal sealed class MethodGate(ConnectorRegistry connectors, MethodTerms terms, MerchantClocks clocks)
{
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
        ["off_for_merchant"] = "You have switched the method off.",
        ["not_allowed_here"] = "The order or payment names other methods only.",
        ["no_processor"] = "No processor takes the method.",
        ["currency"] = "The method does not take this currency.",
        ["country"] = "The method is not for payers of this country.",
        ["processor_unavailable"] = "The processors of the method do not answer at the moment.",
        ["amount_below_minimum"] = "The amount is below the smallest that is taken.",
        ["amount_above_maximum"] = "The amount is above the largest that is taken.",
        ["collect_not_allowed"] = "Requests to a UPI address are switched off.",
        ["bank_unavailable"] = "The bank cannot be used at the moment.",
        ["credit_card_required"] = "Only a credit card can be paid off monthly.",
        ["no_plans"] = "No bank offers instalments for this currency.",
        ["customer_required"] = "The method needs a customer.",
        ["currency_not_supported"] = "The lender does not lend in this currency.",
        ["pending_dues"] = "The customer owes an instalment that is over its date.",
        ["credit_limit_exceeded"] = "The amount is more than what is left of the customer's credit line.",
        ["other_customer"] = "The saved method is not of the customer of this payment.",
        ["not_attached"] = "The saved method is not saved yet, or not any more.",
        ["card_expired"] = "The saved card has expired.",
    };

    /// <summary>The processor to pay through.</summary>
    public async Task<Outcome<GuardedConnector>> Choose(MethodQuestion asked, CancellationToken cancel)
    {
        var usable = await connectors.For(asked.Tenant);
        var candidates = usable.Candidates(asked.Method, asked.Amount.Currency)
            .Where(candidate => asked.Saved is null || candidate.Name == asked.Saved.Connector).ToList();
        if ((WhyNotTaken(asked, usable, candidates) ?? WhyNotSaved(asked) ?? WhyNotFrom(asked, candidates) ?? WhyNoBalance(asked)) is { } refusal)
        {
            return refusal;
        }

        if (candidates.FirstOrDefault(candidate => candidate.IsAvailable) is not { } connector)
        {
            return Because("processor_unavailable", new Refusal(Errors.GatewayUnavailable));
        }

        // A saved UPI address is paid with by a request to it.
        var instrument = asked.Saved is { Summary.Method: "upi" } ? new Instrument.Upi("collect", null) : asked.Instrument;
        return MethodRules.Refuse(instrument, asked.Amount, asked.Merchant.Upi, connector.Capabilities) is { } against
            ? Because(ReasonOf(against), against)
            : await terms.Refuse(asked.Tenant, asked.Method, asked.Amount, asked.CustomerId, asked.Funding, cancel) is { } noTerms
                ? noTerms
                : connector;
    }

    private static Refusal? WhyNotTaken(MethodQuestion asked, MerchantConnectors usable, List<GuardedConnector> candidates)
    {
        var reason = !asked.Merchant.PaymentMethods.Contains(asked.Method) ? "off_for_merchant"
            : asked.Allowed?.Contains(asked.Method) == false ? "not_allowed_here"
            : candidates.Count > 0 ? null
            : usable.All.Any(c => c.Capabilities.Methods.Contains(asked.Method)) ? "currency"
            : "no_processor";
        return reason is null ? null : Because(reason, new Refusal(
            Errors.PaymentMethodNotAvailable, $"This payment cannot be made by {asked.Method}.",
            new Dictionary<string, object?>
            {
                ["allowed"] = PaymentMethods.Of(asked.Merchant, asked.Allowed, usable, asked.Amount.Currency),
            }));
    }

    /// <summary>As with other platforms, a saved method pays for its own customer only.</summary>
    private Refusal? WhyNotSaved(MethodQuestion asked) => asked.Saved switch
    {
        null => null,
        { CustomerId: var owner } when owner != asked.CustomerId =>
            Because("other_customer", new Refusal(Errors.PaymentMethodNotAvailable, Reasons["other_customer"])),
        { State: not PaymentMethodState.Active } =>
            Because("not_attached", new Refusal(Errors.PaymentMethodNotAvailable, Reasons["not_attached"])),
        var saved when saved.IsOverAt(clocks.Now(asked.Tenant)) => Because("card_expired", new Refusal(Errors.CardExpired)),
        _ => null,
    };

    private static Refusal? WhyNotFrom(MethodQuestion asked, List<GuardedConnector> candidates) =>
        asked.Country is { } country && candidates.TrueForAll(candidate =>
            candidate.Capabilities.Countries?.TryGetValue(asked.Method, out var own) == true && !own.Contains(country))
            ? Because("country", new Refusal(
                Errors.PaymentMethodNotAvailable, $"{asked.Method} is not for payers of {country}.", new Dictionary<string, object?> { ["country"] = country }))
            : null;

    private static Refusal? WhyNoBalance(MethodQuestion asked) => asked.Method == "account" && !Customer.IsOurs(asked.CustomerId)
        ? Because("customer_required", new Refusal(
            Errors.PaymentMethodNotAvailable, "The payment names no customer that is kept here, and a balance is somebody's."))
        : null;

    private static string ReasonOf(Refusal refusal) =>
        refusal.Kind == Errors.AmountAboveMaximum ? "amount_above_maximum"
        : refusal.Kind == Errors.CollectNotAllowed ? "collect_not_allowed"
        : refusal.Kind == Errors.BankUnavailable ? "bank_unavailable"
        : "currency";

    private static Refusal Because(string reason, Refusal refusal) => refusal with
    {
        Details = new Dictionary<string, object?>(refusal.Details ?? new Dictionary<string, object?>()) { ["reason"] = reason },
    };
}
