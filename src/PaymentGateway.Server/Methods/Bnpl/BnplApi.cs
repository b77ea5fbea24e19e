using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.Methods.Bnpl;

/// <param name="CustomerId">Your id of the customer, as on the order.</param>
/// <param name="Amount">Major units, a number such as 1200.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record EligibilityBody(string? CustomerId, AmountText? Amount, string? Currency);

/// <param name="Reference">The lender's receipt or your own number of it, 1 to 255 characters.</param>
public sealed record PayInstallmentBody(string? Reference);

/// <summary>Whether a customer may pay later, and the instalments of those who do.</summary>
internal sealed class BnplApi(
    BnplStore store, BnplOffers offers, InstallmentMoves moves, MerchantStore merchants, ConnectorRegistry connectors, Idempotency idempotency,
    MerchantClocks clocks)
{
    private const string Method = "bnpl";

    public static void Map(IEndpointRouteBuilder routes, BnplApi api)
    {
        var bnpl = routes.MapGroup("/api/payments/bnpl").WithTags("BNPL").WithMetadata(new RequiresKey(KeyKind.Secret));
        bnpl.MapPost("eligibility", api.Eligibility).WithName("checkBnplEligibility").WithSummary("Check whether a customer can pay later")
            .WithDescription("With the plans, when the customer can. It reserves nothing: the credit is consumed by the payment.")
            .Produces<BnplEligibilityView>()
            .WithMetadata(new TakesNoIdempotencyKey())
            .Example(BnplExamples.CheckEligibility, BnplExamples.Eligible)
            .Errors(Errors.InvalidAmount, Errors.UnsupportedCurrency, Errors.AmountAboveMaximum);
        bnpl.MapGet("installments", api.List).WithName("listBnplInstallments").WithSummary("List BNPL instalments")
            .WithDescription("Newest first. Filters: status, customerId, paymentId, dueFrom, dueTo (days; dueTo itself is not in the list).")
            .Produces<ListView<InstallmentView>>()
            .Filters("status", "customerId", "paymentId", "dueFrom", "dueTo")
            .Example(OperationExample.ListOf(BnplExamples.Installment))
            .Errors();
        bnpl.MapGet("installments/{installmentId}", api.Get).WithName("getBnplInstallment").WithSummary("Get a BNPL instalment")
            .WithDescription("What the customer owes to the lender, until when, and how it stands.").Produces<InstallmentView>()
            .Example(BnplExamples.Installment)
            .Errors(Errors.InstallmentNotFound);
        bnpl.MapPost("installments/{installmentId}/pay", api.Pay).WithName("payBnplInstallment").WithSummary("Record that an instalment is paid")
            .WithDescription("The lender collects the money and gives a receipt; recording it frees the customer's credit. A written-off one can still be paid.")
            .Produces<InstallmentView>()
            .Example(BnplExamples.Pay, BnplExamples.PaidInstallment)
            .Errors(Errors.InstallmentNotFound, Errors.InvalidState);
        bnpl.MapPost("installments/{installmentId}/write-off", api.WriteOff).WithName("writeOffBnplInstallment").WithSummary("Write an instalment off")
            .WithDescription("Nobody is reminded any more. The credit stays consumed and the customer can buy nothing more until it is paid.")
            .Produces<InstallmentView>()
            .Example("{}", BnplExamples.WrittenOffInstallment)
            .Errors(Errors.InstallmentNotFound, Errors.InvalidState);
    }

    private async Task<Answer> Eligibility(Caller caller, Body<EligibilityBody> body, CancellationToken cancel)
    {
        var amount = RequestedAmount.Read(body.Value.Amount, body.Value.Currency);
        if (amount.IsRefused || body.Value.CustomerId is not { Length: >= 1 and <= 255 } customerId)
        {
            return Answer.Of(amount.Refusal ?? Refusal.Field("customerId", "must have 1 to 255 characters"), caller.RequestId);
        }

        var merchant = (await merchants.Find(caller.Tenant))!;
        return Answer.Ok(await IsOffered(merchant, amount.Value.Currency)
            ? await offers.For(caller.Tenant, customerId, amount.Value, cancel)
            : new BnplEligibilityView(false, "method_not_enabled", 0, 0, []));
    }

    private async ValueTask<bool> IsOffered(Merchant merchant, Currency currency) =>
        merchant.PaymentMethods.Contains(Method) && (await connectors.For(merchant.Tenant)).Candidates(Method, currency).Count > 0;

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "inst", "status", "customerId", "paymentId", "dueFrom", "dueTo");
        if (query.IsRefused)
        {
            return Answer.Of(query.Refusal!, caller.RequestId);
        }

        return query.Value["status"] is { } status && !Enum.GetValues<InstallmentState>().Select(InstallmentDecisions.WordOf).Contains(status)
            ? Answer.Of(Refusal.Field("status", "is not a status of these objects"), caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, query.Value, cancel));
    }

    private async Task<Answer> Get(Caller caller, string installmentId, CancellationToken cancel) =>
        await store.Find(caller.Tenant, installmentId, cancel) is { } found
            ? Answer.Ok(InstallmentView.Of(found))
            : Answer.Of(new Refusal(Errors.InstallmentNotFound), caller.RequestId);

    private async Task<Answer> Pay(
        Caller caller, string installmentId, HttpRequest request, Body<PayInstallmentBody> body, CancellationToken cancel) =>
        body.Value.Reference is { Length: >= 1 and <= 255 } reference
            ? await Give(caller, installmentId, request, body, new InstallmentCommand.Pay(reference), cancel)
            : Answer.Of(Refusal.Field("reference", "must have 1 to 255 characters"), caller.RequestId);

    private Task<Answer> WriteOff(Caller caller, string installmentId, HttpRequest request, Body<EmptyBody> body, CancellationToken cancel) =>
        Give(caller, installmentId, request, body, new InstallmentCommand.WriteOff(), cancel);

    private Task<Answer> Give<T>(
        Caller caller, string installmentId, HttpRequest request, Body<T> body, InstallmentCommand what, CancellationToken cancel) where T : class =>
        idempotency.Run(caller, request, body, async _ =>
        {
            if (await store.Find(caller.Tenant, installmentId, cancel) is not { } now)
            {
                return new Decided(null, Answer.Of(new Refusal(Errors.InstallmentNotFound), caller.RequestId));
            }

            var decided = InstallmentDecisions.Decide(now, what, clocks.Now(now.Tenant));
            if (decided.IsRefused)
            {
                return new Decided(null, Answer.Of(decided.Refusal!, caller.RequestId));
            }

            var change = new Change();
            moves.Write(change, now, decided.Value, caller.Origin);
            return new Decided(change, Answer.Ok(InstallmentView.Of(decided.Value.Next)));
        }, cancel);
}
