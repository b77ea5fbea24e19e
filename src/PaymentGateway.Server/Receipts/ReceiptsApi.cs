using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.Receipts;

/// <summary>Receipts and their documents.</summary>
internal sealed class ReceiptsApi(
    ReceiptStore store, ReceiptBook book, PrintReceipt print, PaymentStore payments, RefundStore refunds, Idempotency idempotency,
    Committer committer, PublicAddress address)
{
    private static readonly string[] filters = ["paymentId", "kind", "number", "customerId", "createdFrom", "createdTo"];

    public static void Map(IEndpointRouteBuilder routes, ReceiptsApi api)
    {
        var receipts = routes.MapGroup("/api/payments/receipts").WithTags("Receipts").WithMetadata(new RequiresKey(KeyKind.Secret));
        receipts.MapPost("", api.Issue).WithName("issueReceipt").WithSummary("Issue the receipt of a payment")
            .WithDescription("A tax invoice, a bill of supply or a plain receipt: that follows from who you are and what you sold. A "
                + "payment has one receipt: asking again answers 200 with the one that is there.")
            .Produces<ReceiptView>(StatusCodes.Status201Created).Produces<ReceiptView>()
            .Example(ReceiptExamples.Issue, ReceiptExamples.Invoice)
            .Errors(Errors.PaymentNotFound, Errors.InvalidState, Errors.ReceiptNotAvailable);
        receipts.MapGet("", api.List).WithName("listReceipts").WithSummary("List receipts")
            .WithDescription("Newest first, credit notes among them. Filters: paymentId, kind, number, customerId, createdFrom, createdTo.")
            .Produces<ListView<ReceiptView>>()
            .Filters(filters)
            .Example(OperationExample.ListOf(ReceiptExamples.Invoice))
            .Errors();
        receipts.MapGet("{receiptId}", api.Get).WithName("getReceipt").WithSummary("Get a receipt")
            .WithDescription("All that is printed on it.")
            .Produces<ReceiptView>()
            .Example(ReceiptExamples.Invoice)
            .Errors(Errors.ReceiptNotFound);
        receipts.MapPost("{receiptId}/credit-notes", api.Credit).WithName("creditReceipt").WithSummary("Issue the credit note of a refund")
            .WithDescription("Refunds get theirs by themselves, a moment after they are done; this is for those who do not want to wait.")
            .Produces<ReceiptView>(StatusCodes.Status201Created).Produces<ReceiptView>()
            .Example(ReceiptExamples.Credit, ReceiptExamples.CreditNote)
            .Errors(Errors.ReceiptNotFound, Errors.RefundNotFound, Errors.InvalidState, Errors.NotSupported);
        receipts.MapGet("{receiptId}/pdf", api.Pdf).WithName("downloadReceipt").WithSummary("Download a receipt")
            .WithDescription("The same bytes every time. RECEIPT_NOT_AVAILABLE where a name is in a script that the PDF cannot show, such "
                + "as Devanagari: details.html is the page to print instead.")
            .Produces<string>(StatusCodes.Status200OK, ReceiptFile.Pdf)
            .Example("\"the file\"")
            .Errors(Errors.ReceiptNotFound, Errors.ReceiptNotAvailable);
        receipts.MapGet("{receiptId}/html", api.Html).WithName("showReceipt").WithSummary("Show a receipt as a page")
            .WithDescription("To be shown or printed; in any script.")
            .Produces<string>(StatusCodes.Status200OK, "text/html")
            .Example("\"the page\"")
            .Errors(Errors.ReceiptNotFound);
    }

    private async Task<Answer> Get(Caller caller, string receiptId, CancellationToken cancel) =>
        await store.Find(caller.Tenant, receiptId, cancel) is { } receipt ? Answer.Ok(ReceiptView.Of(receipt, address)) : NotFound(caller);

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, Receipt.IdPrefix, filters);
        var refusal = query.Refusal ?? (query.Value["kind"] is { } kind && Words.StatesWith<ReceiptKind>(kind, Words.Of).Length == 0
            ? Refusal.Field("kind", $"must be one of {string.Join(", ", Enum.GetValues<ReceiptKind>().Select(Words.Of))}")
            : null);
        return refusal is not null
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, query.Value, receipt => ReceiptView.Of(receipt, address), cancel));
    }

    private Task<Answer> Issue(Caller caller, HttpRequest request, Body<IssueReceiptBody> body, CancellationToken cancel) =>
        Write(caller, request, body.Fingerprint, async change =>
        {
            if (body.Value is not { PaymentId: { } paymentId, Lines: not null })
            {
                return Refusal.Field(body.Value.PaymentId is null ? "paymentId" : "lines", "is required");
            }

            var (_, payment) = await payments.FindPayment(caller.Tenant, paymentId, cancel);
            if (payment is null)
            {
                return new Refusal(Errors.PaymentNotFound);
            }

            var draft = body.Value.Read(payment.Amount.Currency);
            return draft.IsRefused ? draft.Refusal! : await book.Issue(change, caller.Tenant, draft.Value, caller.Origin, cancel);
        }, cancel);

    private Task<Answer> Credit(
        Caller caller, string receiptId, HttpRequest request, Body<CreditReceiptBody> body, CancellationToken cancel) =>
        Write(caller, request, body.Fingerprint, async change =>
        {
            if (await store.Find(caller.Tenant, receiptId, cancel) is not { } receipt)
            {
                return new Refusal(Errors.ReceiptNotFound);
            }

            if (body.Value.RefundId is not { } refundId)
            {
                return Refusal.Field("refundId", "is required");
            }

            return await refunds.Find(caller.Tenant, refundId, cancel) is { } refund
                ? await book.Credit(change, receipt, refund, caller.Origin, cancel)
                : new Refusal(Errors.RefundNotFound);
        }, cancel);

    /// <summary>
    /// The receipt has its number only once it is committed: so the key is reserved with it, and the answer is stored when it can be read.
    /// </summary>
    private Task<Answer> Write(
        Caller caller, HttpRequest request, byte[] fingerprint, Func<Change, Task<Outcome<IssuedReceipt>>> issue,
        CancellationToken cancel) =>
        idempotency.RunSteps<IssuedView>(
            caller, request, fingerprint, issued => issued.ToAnswer(address),
            async (call, answer) =>
            {
                if (call.Resumes is { } interrupted)
                {
                    return new IssuedView((await store.Find(caller.Tenant, interrupted, cancel))!, IsNew: true);
                }

                var change = new Change();
                var issued = await issue(change);
                if (issued.IsRefused)
                {
                    return issued.Refusal!;
                }

                if (issued.Value.IsNew)
                {
                    call.Reserve(change, issued.Value.Id);
                    if (!await IsCommitted(change, cancel))
                    {
                        return null;
                    }
                }

                var view = new IssuedView((await store.Find(caller.Tenant, issued.Value.Id, cancel))!, issued.Value.IsNew);
                var finish = new Change();
                call.Finish(finish, answer(view));
                if (!finish.IsEmpty && !await IsCommitted(finish, cancel))
                {
                    return null;
                }

                return view;
            }, cancel);

    private async Task<bool> IsCommitted(Change change, CancellationToken cancel) => await committer.Commit(change, cancel) switch
    {
        CommitOutcome.Committed => true,
        CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
        _ => false,
    };

    private async Task<IResult> Pdf(Caller caller, string receiptId, HttpContext http, CancellationToken cancel)
    {
        if (await store.Find(caller.Tenant, receiptId, cancel) is not { } receipt)
        {
            return NotFound(caller);
        }

        var file = await print.Of(receipt, caller.Origin, cancel);
        if (file.ContentType != ReceiptFile.Pdf)
        {
            var page = address.Link($"/api/payments/receipts/{receipt.Id}/html");
            return Answer.Of(
                new Refusal(
                    Errors.ReceiptNotAvailable, "This receipt has a name in a script that the PDF cannot show; print its page instead.",
                    new Dictionary<string, object?> { ["reason"] = "script", ["html"] = page }),
                caller.RequestId);
        }

        return ReceiptDownload.Of(http, receipt, file);
    }

    /// <summary>The page that is kept, where the page is the document; else one made anew of what is kept.</summary>
    private async Task<IResult> Html(Caller caller, string receiptId, HttpContext http, CancellationToken cancel)
    {
        if (await store.Find(caller.Tenant, receiptId, cancel) is not { } receipt)
        {
            return NotFound(caller);
        }

        var file = await print.Of(receipt, caller.Origin, cancel);
        ReceiptDownload.Harden(http, ReceiptHtml.ContentPolicy);
        return Results.Bytes(file.ContentType == ReceiptFile.Html ? file.Content : ReceiptHtml.Of(receipt), ReceiptFile.Html);
    }

    private static Answer NotFound(Caller caller) => Answer.Of(new Refusal(Errors.ReceiptNotFound), caller.RequestId);

    /// <summary>What a request to issue comes to: a new receipt, or the one that was there.</summary>
    private sealed record IssuedView(Receipt Receipt, bool IsNew)
    {
        public Answer ToAnswer(PublicAddress address)
        {
            var view = ReceiptView.Of(Receipt, address);
            return IsNew ? Answer.Created(view, $"/api/payments/receipts/{Receipt.Id}") : Answer.Ok(view);
        }
    }
}
