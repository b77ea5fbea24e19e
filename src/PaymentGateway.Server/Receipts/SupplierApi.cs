using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Http;

namespace PaymentGateway.Receipts;

/// <summary>Who issues the receipts of a merchant.</summary>
internal sealed class SupplierApi(ReceiptStore store, Idempotency idempotency, ReceiptFacts facts, MerchantClocks clocks)
{
    public static void Map(IEndpointRouteBuilder routes, SupplierApi api)
    {
        var supplier = routes.MapGroup("/api/payments/receipts/supplier")
            .WithTags("Receipts").WithMetadata(new RequiresKey(KeyKind.Secret));
        supplier.MapGet("", api.Get).WithName("getReceiptSupplier").WithSummary("Read who issues your receipts")
            .WithDescription("In the mode of the key.").Produces<SupplierView>()
            .Example(ReceiptExamples.Supplier)
            .Errors(Errors.ReceiptNotAvailable);
        supplier.MapPut("", api.Put).WithName("putReceiptSupplier").WithSummary("Say who issues your receipts")
            .WithDescription("Replaced whole. It counts for receipts from now on: those that were issued stay as they are.")
            .Produces<SupplierView>()
            .Example(ReceiptExamples.PutSupplier, ReceiptExamples.Supplier)
            .Errors();
    }

    private async Task<Answer> Get(Caller caller, CancellationToken cancel) =>
        await store.FindSupplier(caller.Tenant, cancel) is { } supplier
            ? Answer.Ok(SupplierView.Of(supplier))
            : Answer.Of(ReceiptBook.NoSupplier(), caller.RequestId);

    private Task<Answer> Put(Caller caller, HttpRequest request, Body<SupplierBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            var before = await store.FindSupplier(caller.Tenant, cancel);
            var next = SupplierDecisions.Replace(caller.Tenant, before, body.Value, clocks.Now(caller.Tenant));
            if (next.IsRefused)
            {
                return new Decided(null, Answer.Of(next.Refusal!, caller.RequestId));
            }

            var change = new Change().Of(caller.Tenant).Write(ReceiptRows.PutSupplier, next.Value);
            facts.Replaced(change, before, next.Value, caller.Origin);
            return new Decided(change, Answer.Ok(SupplierView.Of(next.Value)));
        }, cancel);
}
