using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.Payments;

/// <param name="Method">card, upi, netbanking, wallet, qr, emi or bnpl.</param>
/// <param name="PaymentMethodId">Of a saved method of the customer; absent where any is meant.</param>
/// <param name="Eligible">Whether it may pay this.</param>
/// <param name="Reason">Why it may not: a word of the guide's list.</param>
/// <param name="Message">The same for a person.</param>
public sealed record EligibleMethodView(string Method, string? PaymentMethodId, bool Eligible, string? Reason, string? Message);

/// <param name="Data">Every method, and every saved method of the customer.</param>
public sealed record EligibilityView(decimal Amount, string Currency, string? Country, string? CustomerId, IReadOnlyList<EligibleMethodView> Data);

/// <summary>Which methods may pay an amount, asked before there is an order.</summary>
internal sealed class EligibilityApi(
    MethodGate gate, MerchantStore merchants, CustomerStore customers, PaymentMethodStore methods)
{
    public static void Map(IEndpointRouteBuilder routes, EligibilityApi api) =>
        routes.MapGet("/api/payments/payment-methods/eligibility", api.Get).WithTags("Ways to pay")
            .WithMetadata(new RequiresKey(KeyKind.Secret))
            .WithName("getPaymentMethodEligibility").WithSummary("Which methods may pay")
            .WithDescription("For each method, and each saved method of the customer: whether it may pay this, and if not why. Paying asks the same.")
            .Query("amount", "Major units.").Query("currency", "ISO 4217.")
            .Query("country", "Where the payer is, ISO 3166-1; that of the customer's address when absent.")
            .Query("customerId", "Whose order it would be.").Query("cardType", "For emi: credit or debit.")
            .Produces<EligibilityView>()
            .Example("""
                {
                  "amount": 499.5, "currency": "INR", "country": "IN",
                  "data": [
                    { "method": "card", "eligible": true },
                    { "method": "qr", "eligible": false, "reason": "off_for_merchant", "message": "You have switched the method off." }
                  ]
                }
                """)
            .Errors(Errors.ValidationFailed, Errors.InvalidAmount, Errors.UnsupportedCurrency, Errors.AmountAboveMaximum, Errors.CustomerNotFound);

    private async Task<Answer> Get(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var (customerId, country, cardType) = (Text(request, "customerId"), Text(request, "country"), Text(request, "cardType"));
        var faults = new FieldFaults();
        ObjectFields.CheckLength("customerId", customerId, 255, faults);
        faults.AddUnless(
            country is null || (country.Length == 2 && country.All(char.IsAsciiLetterUpper)), "country", "must be two capitals, such as IN");
        faults.AddUnless(cardType is null or "credit" or "debit", "cardType", "must be credit or debit");
        var amount = RequestedAmount.Read(Text(request, "amount") is { } text ? new AmountText(text) : null, Text(request, "currency"));
        if ((amount.Refusal ?? faults.Refusal ?? await customers.RefuseUnknown(caller.Tenant, customerId, cancel)) is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var customer = Customer.IsOurs(customerId) ? await customers.Find(caller.Tenant, customerId!, cancel) : null;
        country ??= customer?.Address?.Country;
        var asked = new MethodQuestion(
            (await merchants.Find(caller.Tenant))!, caller.Tenant, amount.Value, new Instrument.Card(""), Saved: null, Allowed: null, customerId, country,
            cardType);
        var views = new List<EligibleMethodView>();
        foreach (var method in PaymentMethods.All)
        {
            views.Add(await ViewOf(asked with { Instrument = PaymentMethods.AnyOf(method) }, cancel));
        }

        foreach (var saved in customer is null ? [] : await methods.AttachedOf(caller.Tenant, customer.Id, cancel))
        {
            views.Add(await ViewOf(asked with { Instrument = new Instrument.Saved(saved.Summary.Method, saved.Id), Saved = saved }, cancel));
        }

        return Answer.Ok(new EligibilityView(amount.Value.ToMajor(), amount.Value.Currency.Code, country, customerId, views));
    }

    private async Task<EligibleMethodView> ViewOf(MethodQuestion asked, CancellationToken cancel)
    {
        var refusal = MerchantLimits.Refuse(asked.Merchant, asked.Amount) ?? (await gate.Choose(asked, cancel)).Refusal;
        var reason = (string?)refusal?.Details?["reason"];
        return new(asked.Method, asked.Saved?.Id, refusal is null, reason, reason is null ? null : MethodGate.Reasons[reason]);
    }

    private static string? Text(HttpRequest request, string name) => request.Query[name] is [{ Length: > 0 } text] ? text : null;
}
