using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Methods.Bnpl;
using PaymentGateway.Methods.Emi;

namespace PaymentGateway.Methods;

/// <summary>Agrees, before an attempt begins, on what its method needs beyond the amount.</summary>
public sealed class MethodTerms(EmiRateCardStore rateCards, BnplStore bnpl, MerchantClocks clocks)
{
    /// <returns>
    /// Null for methods that need nothing. Refusals: EMI_NOT_AVAILABLE and BNPL_NOT_AVAILABLE with <c>details.reason</c>, a field.
    /// </returns>
    public async Task<Outcome<MethodDetails?>> Agree(
        Tenant tenant, IConnector connector, Instrument instrument, Money amount, string? customerId, CancellationToken cancel) => instrument switch
        {
            Instrument.Emi emi => await AgreeEmi(tenant, connector, emi, amount, cancel),
            Instrument.Bnpl later => await AgreeBnpl(tenant, later, amount, customerId, cancel),
            _ => (MethodDetails?)null,
        };

    /// <summary>
    /// Why nothing could be agreed on, whatever tenure or plan is chosen, with <c>details.reason</c>; null: something could.
    /// </summary>
    /// <param name="tenant">Whose terms.</param>
    /// <param name="method">Null is answered for methods that need no terms.</param>
    /// <param name="amount">What is to be paid.</param>
    /// <param name="customerId">Whose credit line.</param>
    /// <param name="funding">Of the card, where it is known.</param>
    /// <param name="cancel">Stops the reading.</param>
    public async Task<Refusal?> Refuse(
        Tenant tenant, string method, Money amount, string? customerId, string? funding, CancellationToken cancel) => method switch
        {
            "emi" => EmiDecisions.RefuseAll(await rateCards.TermsOf(tenant, cancel), amount, new(null, funding)),
            "bnpl" when customerId is null => WithoutCustomer(),
            "bnpl" => BnplDecisions.Refuse(await bnpl.LineOf(tenant, customerId, cancel), amount),
            _ => null,
        };

    private static Refusal WithoutCustomer() => new(
        Errors.BnplNotAvailable, "The order names no customer, and credit is somebody's.",
        new Dictionary<string, object?> { ["reason"] = "customer_required" });

    /// <summary>The instrument as the processor is told: with the bank and kind of plan that were agreed, and whose balance it is.</summary>
    public static Instrument ForProcessor(Instrument instrument, MethodDetails? details, string? customerId) => (instrument, details) switch
    {
        (Instrument.Emi emi, { Emi: { } agreed }) => emi with { Bank = agreed.Bank ?? emi.Bank, IsNoCost = agreed.NoCost },
        (Instrument.Account, _) => new Instrument.Account(customerId),
        _ => instrument,
    };

    private async Task<Outcome<MethodDetails?>> AgreeEmi(
        Tenant tenant, IConnector connector, Instrument.Emi emi, Money amount, CancellationToken cancel)
    {
        var card = await connector.FindCard(tenant, emi.Token, cancel);
        var term = EmiDecisions.Choose(await rateCards.TermsOf(tenant, cancel), amount, emi.Tenure, emi.Bank, new(card?.Bank, card?.Funding));
        if (term.IsRefused)
        {
            return term.Refusal!;
        }

        var plan = EmiDecisions.Plan(amount, term.Value, IndianTime.DayOf(clocks.Now(tenant)));
        return new MethodDetails(Emi: EmiPlanView.Of(plan, withSchedule: true) with { Bank = card?.Bank ?? emi.Bank ?? term.Value.Bank });
    }

    private async Task<Outcome<MethodDetails?>> AgreeBnpl(
        Tenant tenant, Instrument.Bnpl later, Money amount, string? customerId, CancellationToken cancel)
    {
        if (customerId is null)
        {
            return WithoutCustomer();
        }

        var line = await bnpl.LineOf(tenant, customerId, cancel);
        var agreed = BnplDecisions.Agree(line, amount, later.PlanId, later.ConsentedAt, IndianTime.DayOf(clocks.Now(tenant)));
        return agreed.IsRefused ? agreed.Refusal! : new MethodDetails(Bnpl: agreed.Value, ConsentAddress: later.ConsentAddress);
    }
}
