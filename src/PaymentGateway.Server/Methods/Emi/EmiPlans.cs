using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Methods.Emi;

/// <summary>The plans that a merchant's customer is shown.</summary>
public sealed class EmiPlans(EmiRateCardStore store, ConnectorRegistry connectors, MerchantClocks clocks)
{
    /// <summary>The shortest tenure first; none when the amount is too small. Refuses a card with EMI_NOT_AVAILABLE.</summary>
    /// <param name="tenant">Who sells.</param>
    /// <param name="amount">The price.</param>
    /// <param name="bank">The bank that the customer names; null: none.</param>
    /// <param name="cardToken">The customer's card; null: not known yet.</param>
    /// <param name="withSchedule">With every instalment.</param>
    /// <param name="cancel">Before the answer.</param>
    public async Task<Outcome<IReadOnlyList<EmiPlanView>>> For(
        Tenant tenant, Money amount, string? bank, string? cardToken, bool withSchedule, CancellationToken cancel)
    {
        var card = cardToken is not null && (await connectors.For(tenant)).Candidates("emi", amount.Currency) is [var connector, ..]
            ? await connector.FindCard(tenant, cardToken, cancel)
            : null;
        if (EmiDecisions.RefuseCard(bank, new(card?.Bank, card?.Funding)) is { } refusal)
        {
            return refusal;
        }

        var today = IndianTime.DayOf(clocks.Now(tenant));
        return EmiDecisions.TermsFor(await store.TermsOf(tenant, cancel), amount, card?.Bank ?? bank)
            .Select(term => EmiPlanView.Of(EmiDecisions.Plan(amount, term, today), withSchedule) with { Bank = card?.Bank ?? bank ?? term.Bank })
            .ToList();
    }
}
