using PaymentGateway.Clocks;
using PaymentGateway.Database;

namespace PaymentGateway.Methods.Bnpl;

/// <summary>What a merchant's customer is offered.</summary>
public sealed class BnplOffers(BnplStore store, MerchantClocks clocks)
{
    /// <summary>Whether the customer can pay the amount later, and how. It reserves nothing.</summary>
    public async Task<BnplEligibilityView> For(Tenant tenant, string customerId, Money amount, CancellationToken cancel) =>
        BnplDecisions.Eligibility(await store.LineOf(tenant, customerId, cancel), amount, IndianTime.DayOf(clocks.Now(tenant)));
}
