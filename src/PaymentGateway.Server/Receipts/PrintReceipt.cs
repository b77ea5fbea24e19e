using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Refunds;

namespace PaymentGateway.Receipts;

/// <summary>
/// Makes the document of a receipt, once: the first who asks for it, or the worker. The event that a receipt was issued is of the same
/// commit, so whoever hears of it can fetch it.
/// </summary>
public sealed class PrintReceipt
{
    private const int RoundSize = 50;

    private readonly ReceiptStore store;
    private readonly RefundStore refunds;
    private readonly Committer committer;
    private readonly ReceiptFacts facts;
    private readonly MerchantClocks clocks;

    internal PrintReceipt(ReceiptStore store, RefundStore refunds, Committer committer, ReceiptFacts facts, MerchantClocks clocks) =>
        (this.store, this.refunds, this.committer, this.facts, this.clocks) = (store, refunds, committer, facts, clocks);

    /// <summary>The document of a receipt as it is kept.</summary>
    public async Task<ReceiptFile> Of(Receipt receipt, Origin origin, CancellationToken cancel)
    {
        if (await store.FindFile(receipt.Tenant, receipt.Id, cancel) is { } kept)
        {
            return kept;
        }

        // Whoever was faster has kept the same bytes, and has told of it.
        var file = Make(receipt);
        return await TryKeep(receipt, file, origin, cancel) ? file : (await store.FindFile(receipt.Tenant, receipt.Id, cancel))!;
    }

    /// <summary>Makes the documents that nobody has asked for yet.</summary>
    /// <returns>How many.</returns>
    internal async Task<int> RunOnce(CancellationToken cancel)
    {
        var receipts = await store.FindToPrint(RoundSize, cancel);
        foreach (var receipt in receipts)
        {
            await TryKeep(receipt, Make(receipt), Origin.Worker, cancel);
        }

        return receipts.Count;
    }

    private ReceiptFile Make(Receipt receipt) => ReceiptPdf.CanShow(receipt)
        ? new(receipt.Id, receipt.Tenant, ReceiptFile.Pdf, ReceiptPdf.Of(receipt), clocks.Now(receipt.Tenant))
        : new(receipt.Id, receipt.Tenant, ReceiptFile.Html, ReceiptHtml.Of(receipt), clocks.Now(receipt.Tenant));

    private async Task<bool> TryKeep(Receipt receipt, ReceiptFile file, Origin origin, CancellationToken cancel)
    {
        var change = new Change().Write(ReceiptRows.InsertFile, file).Write(ReceiptRows.Printed, file);
        facts.Issued(change, receipt, file, origin);
        if (receipt.IsOfPayment)
        {
            await CreditEarlierRefunds(change, receipt, cancel);
        }

        return await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => true,
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => false,
        };
    }

    /// <summary>
    /// What was refunded before the receipt was there has no credit note. The receipt is committed by now, so a refund that is done from
    /// now on finds it; and those that are done already are seen here.
    /// </summary>
    private async Task CreditEarlierRefunds(Change change, Receipt receipt, CancellationToken cancel) =>
        change.WriteAll(
            ReceiptRows.ToCredit,
            (await refunds.DoneOf(receipt.Tenant, receipt.PaymentId, cancel)).Select(refundId => new DoneRefund(refundId, receipt.Tenant)));
}
