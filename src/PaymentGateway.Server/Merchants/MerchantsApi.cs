using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Merchants;

/// <param name="Mode">The settings are those of the key's mode.</param>
/// <param name="FeePercent">Of each payment.</param>
/// <param name="FeeTaxPercent">Of the fee.</param>
/// <param name="FeeReturnedOnRefund">Whether fee and tax come back in proportion to what is refunded.</param>
/// <param name="RefundPolicy">Which refunds need the approval of another key, or a second factor.</param>
/// <param name="ThreeDSecure">What happens when a card holder cannot be authenticated.</param>
internal sealed record MerchantView(
    string Id, string MerchantId, string Mode, string Name, MerchantStatus Status, string Country, string DefaultCurrency, Brand Brand,
    IReadOnlyList<string> PaymentMethods, IReadOnlyList<string> IpAllowList, decimal FeePercent, decimal FeeTaxPercent,
    LimitsView Limits, UpiView Upi, bool FeeReturnedOnRefund, ApprovalPolicyView RefundPolicy,
    ThreeDSecureRuleView ThreeDSecure, DateTimeOffset CreatedAt)
{
    public static MerchantView Of(Merchant merchant) => new(
        merchant.Tenant.MerchantId, merchant.Tenant.MerchantId, merchant.Tenant.Mode.ToSql(), merchant.Name, merchant.Status,
        merchant.Country, merchant.DefaultCurrency.Code, merchant.Brand, merchant.PaymentMethods,
        [.. merchant.IpAllowList.Select(range => range.ToString())], merchant.FeePercent, merchant.FeeTaxPercent,
        new(merchant.Limits.Minimum, merchant.Limits.Maximum),
        new(merchant.Upi.Collect, merchant.Upi.Category, merchant.Upi.Maximum), merchant.FeeReturnedOnRefund,
        new(merchant.RefundPolicy?.ApprovalAbove, merchant.RefundPolicy?.Approvals ?? 1, merchant.RefundPolicy?.SecondFactorAbove),
        new(merchant.StopsWhenUnauthenticated ? UnavailableRule.Stop : UnavailableRule.Authorize), merchant.CreatedAt);
}

/// <param name="Collect">Whether requests to a payer's address are allowed.</param>
/// <param name="Category">standard, education or healthcare.</param>
/// <param name="MaximumAmount">Of one payment, in rupees; it follows from the category.</param>
internal sealed record UpiView(bool Collect, string Category, Money MaximumAmount);

/// <param name="OnUnavailable">authorize, without the shift of liability, or stop.</param>
internal sealed record ThreeDSecureRuleView(UnavailableRule OnUnavailable);

/// <summary>In the default currency.</summary>
internal sealed record LimitsView(Money? MinimumAmount, Money? MaximumAmount);

/// <inheritdoc cref="ApprovalPolicy"/>
internal sealed record ApprovalPolicyView(Money? ApprovalAbove, int Approvals, Money? SecondFactorAbove);

internal static class MerchantsApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var merchants = app.MapGroup("/api/payments/merchants/{merchantId}")
            .WithTags("Merchants").WithMetadata(new RequiresKey(KeyKind.Secret));
        merchants.MapGet("", Get).WithName("getMerchant").WithSummary("Read the settings of the merchant")
            .WithDescription("A key sees its own merchant, in its own mode.")
            .Produces<MerchantView>()
            .Example(MerchantExamples.Merchant)
            .Errors(Errors.MerchantNotFound);
        merchants.MapPatch("", Update).WithName("updateMerchant").WithSummary("Change settings of the merchant")
            .WithDescription("Fields that are left out stay as they are. "
                + "brand, limits and refundPolicy are replaced whole: what they do not name is removed.")
            .Produces<MerchantView>()
            .Example(MerchantExamples.Update, MerchantExamples.Updated)
            .Errors(Errors.MerchantNotFound);
    }

    private static async Task<IResult> Get(string merchantId, Caller caller, MerchantStore store) =>
        merchantId == caller.Tenant.MerchantId && await store.Read(caller.Tenant) is { } merchant
            ? Answer.Ok(MerchantView.Of(merchant))
            : NotFound(caller);

    private static async Task<IResult> Update(
        string merchantId, Caller caller, Body<UpdateMerchant> body, HttpRequest request, MerchantStore store, Idempotency idempotency,
        TimeProvider clock, CancellationToken cancel)
    {
        if (merchantId != caller.Tenant.MerchantId)
        {
            return NotFound(caller);
        }

        var answer = await idempotency.Run(caller, request, body, _ => Decide(caller, body.Value, store, clock), cancel);
        store.Forget(caller.Tenant);
        return answer;
    }

    private static async Task<Decided> Decide(Caller caller, UpdateMerchant asked, MerchantStore store, TimeProvider clock)
    {
        if (await store.Read(caller.Tenant) is not { } now)
        {
            return new(null, NotFound(caller));
        }

        var outcome = MerchantDecisions.Update(now, asked);
        if (outcome.Refusal is { } refusal)
        {
            return new(null, Answer.Of(refusal, caller.RequestId));
        }

        var change = new Change().Write(MerchantRow.Update, outcome.Value);
        MerchantTrail.Record(change, caller.Origin, clock, now, outcome.Value);
        return new(change, Answer.Ok(MerchantView.Of(outcome.Value)));
    }

    private static Answer NotFound(Caller caller) => Answer.Of(new Refusal(Errors.MerchantNotFound), caller.RequestId);
}
