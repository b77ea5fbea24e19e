using PaymentGateway.Commit;
using PaymentGateway.Http;
using PaymentGateway.Refunds;

namespace PaymentGateway.Receipts;

/// <summary>
/// Gives each refund of a payment with a receipt its credit note, in the commit of the refund, and takes it back by a debit note in the commit
/// in which the refund comes back. Refunds that were done before the payment had its receipt are looked at soon after it has.
/// </summary>
internal sealed partial class CreditRefunds(
    ReceiptStore store, ReceiptBook book, RefundStore refunds, Committer committer, ILogger<CreditRefunds> log) : IRefundFollower
{
    private const int RoundSize = 50;

    /// <summary>What the database says when the refund came back while its credit note was being written.</summary>
    private const string CameBackMeanwhile = "a_credit_note_is_of_what_was_refunded";

    public async Task Write(Change change, Refund before, Refund after, Origin origin, CancellationToken cancel)
    {
        var isSettled = await Settle(change, after, origin, cancel);
        if (!isSettled && after.State == RefundState.Failed && await store.FindOfPayment(after.Tenant, after.PaymentId, cancel) is not null)
        {
            // Its credit note may be on its way by the worker: then that looks once more.
            change.Write(ReceiptRows.ToCredit, new DoneRefund(after.Id, after.Tenant));
        }
    }

    /// <returns>How many refunds were looked at.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.FindToCredit(RoundSize, cancel);
        foreach (var done in due)
        {
            await Look(done, cancel);
        }

        return due.Count;
    }

    /// <summary>A conflict is another note of the same receipt, or another replica: the next round looks again.</summary>
    private async Task Look(DoneRefund done, CancellationToken cancel)
    {
        var change = new Change().Of(done.Tenant).Write(ReceiptRows.Credited, done);
        if (await refunds.Find(done.Tenant, done.RefundId, cancel) is { } refund)
        {
            await Settle(change, refund, Origin.Worker, cancel);
        }

        if (await committer.Commit(change, cancel) is CommitOutcome.Rejected { Constraint: not CameBackMeanwhile } rejected)
        {
            throw new CommitRejectedException(rejected);
        }
    }

    /// <summary>
    /// Adds the note that the refund should have by now. A refund without one is still a refund: why there is none is for the operator, and no
    /// reason to keep the money.
    /// </summary>
    /// <returns>False: there is no paper to write one to.</returns>
    private async Task<bool> Settle(Change change, Refund refund, Origin origin, CancellationToken cancel)
    {
        Outcome<IssuedReceipt> issued;
        if (refund.State == RefundState.Succeeded && await store.FindOfPayment(refund.Tenant, refund.PaymentId, cancel) is { } receipt)
        {
            issued = await book.Credit(change, receipt, refund, origin, cancel);
        }
        else if (refund.State == RefundState.Failed && await store.FindOfRefund(refund.Tenant, refund.Id, cancel) is { } creditNote)
        {
            issued = await book.Debit(change, creditNote, refund, origin, cancel);
        }
        else
        {
            return false;
        }

        if (issued.Refusal is { } refusal)
        {
            LogRefused(refund.Id, Database.Words.Of(refund.State), refusal.Message ?? refusal.Kind.Sentence);
        }

        return true;
    }

    [LoggerMessage(LogLevel.Error, "Refund {RefundId}, which is {State}, gets no note: {Why}")]
    private partial void LogRefused(string refundId, string state, string why);
}
