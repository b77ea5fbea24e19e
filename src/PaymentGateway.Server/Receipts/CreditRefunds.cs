using PaymentGateway.Commit;
using PaymentGateway.Http;
using PaymentGateway.Refunds;

namespace PaymentGateway.Receipts;

/// <summary>
/// Gives each refund of a payment with a receipt its credit note, in the commit of the refund; and those that were done before the payment
/// had its receipt, soon after it has.
/// </summary>
internal sealed partial class CreditRefunds(
    ReceiptStore store, ReceiptBook book, RefundStore refunds, Committer committer, ILogger<CreditRefunds> log) : IRefundFollower
{
    private const int RoundSize = 50;

    /// <summary>A refund without a credit note is still a refund: why there is none is for the operator, and no reason to keep the money.</summary>
    public async Task Write(Change change, Refund before, Refund after, Origin origin, CancellationToken cancel)
    {
        if (after.State == RefundState.Succeeded && await store.FindOfPayment(after.Tenant, after.PaymentId, cancel) is { } receipt)
        {
            await AddTo(change, receipt, after, origin, cancel);
        }
    }

    /// <returns>How many refunds were looked at.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.FindToCredit(RoundSize, cancel);
        foreach (var done in due)
        {
            await Credit(done, cancel);
        }

        return due.Count;
    }

    /// <summary>A conflict is another credit note of the same receipt, or another replica: the next round looks again.</summary>
    private async Task Credit(DoneRefund done, CancellationToken cancel)
    {
        var change = new Change().Of(done.Tenant).Write(ReceiptRows.Credited, done);
        if (await refunds.Find(done.Tenant, done.RefundId, cancel) is { State: RefundState.Succeeded } refund
            && await store.FindOfPayment(done.Tenant, refund.PaymentId, cancel) is { } receipt)
        {
            await AddTo(change, receipt, refund, Origin.Worker, cancel);
        }

        if (await committer.Commit(change, cancel) is CommitOutcome.Rejected rejected)
        {
            throw new CommitRejectedException(rejected);
        }
    }

    private async Task AddTo(Change change, Receipt receipt, Refund refund, Origin origin, CancellationToken cancel)
    {
        var issued = await book.Credit(change, receipt, refund, origin, cancel);
        if (issued.Refusal is { } refusal)
        {
            LogRefused(refund.Id, refusal.Message ?? refusal.Kind.Sentence);
        }
    }

    [LoggerMessage(LogLevel.Error, "Refund {RefundId} gets no credit note: {Why}")]
    private partial void LogRefused(string refundId, string why);
}
