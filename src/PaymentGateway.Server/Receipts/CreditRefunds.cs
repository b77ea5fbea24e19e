using PaymentGateway.Commit;
using PaymentGateway.Http;
using PaymentGateway.Refunds;

namespace PaymentGateway.Receipts;

/// <summary>Gives each refund of a payment with a receipt its credit note, soon after the refund is done.</summary>
internal sealed partial class CreditRefunds(
    ReceiptStore store, ReceiptBook book, RefundStore refunds, Committer committer, ILogger<CreditRefunds> log)
{
    private const int RoundSize = 50;

    /// <summary>In the change in which a refund succeeds: it shall be looked at.</summary>
    public static void WhenDone(Change change, Refund refund) =>
        change.Write(ReceiptRows.ToCredit, new DoneRefund(refund.Id, refund.Tenant));

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
            var issued = await book.Credit(change, receipt, refund, Origin.Worker, cancel);
            if (issued.Refusal is { } refusal)
            {
                LogRefused(refund.Id, refusal.Message ?? refusal.Kind.Sentence);
            }
        }

        if (await committer.Commit(change, cancel) is CommitOutcome.Rejected rejected)
        {
            throw new CommitRejectedException(rejected);
        }
    }

    [LoggerMessage(LogLevel.Error, "Refund {RefundId} gets no credit note: {Why}")]
    private partial void LogRefused(string refundId, string why);
}
