using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Ledger;
using PaymentGateway.Methods.Bnpl;
using PaymentGateway.Payments;
using PaymentGateway.WorkItems;

namespace PaymentGateway.Refunds;

/// <summary>On whose behalf a refund moves, and what is answered for it.</summary>
/// <param name="Origin">Stands on the events and audit rows.</param>
/// <param name="Also">Adds the idempotent answer to the change; gets the refund as it will be.</param>
internal sealed record RefundContext(Origin Origin, Action<Change, Refund>? Also = null)
{
    public static readonly RefundContext Background = new(Origin.Worker);
}

/// <summary>
/// The shell around the decisions: load, decide, commit with the payment's amount, ledger, events and answer, and decide again when
/// another was first.
/// </summary>
internal sealed class RefundMoves(
    RefundStore store, PaymentStore payments, LoanRefunds loans, Committer committer, LedgerStore ledger, EventConsumers events, PartMoved partMoved,
    WorkItemMoves items, IEnumerable<IRefundFollower> followers, MerchantClocks clocks)
{
    /// <summary>Each lost round means that another change of this refund or its payment won it, so this many are never needed.</summary>
    public const int RoundsMax = 100;

    /// <summary>Gives a command to a refund.</summary>
    /// <returns>The refund as committed, or the refusal of the decision.</returns>
    public async Task<Outcome<Refund>> Give(
        Tenant tenant, string refundId, RefundCommand what, RefundContext context, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await TryGive(tenant, refundId, what, context, cancel) is { } outcome)
            {
                return outcome;
            }
        }

        throw new InvalidOperationException($"Refund {refundId} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>One round of <see cref="Give"/>: null when another change was first and it must be loaded and decided again.</summary>
    public async Task<Outcome<Refund>?> TryGive(
        Tenant tenant, string refundId, RefundCommand what, RefundContext context, CancellationToken cancel)
    {
        if (await store.Find(tenant, refundId, cancel) is not { } refund)
        {
            return new Refusal(Errors.RefundNotFound);
        }

        var decided = RefundDecisions.Decide(refund, what, clocks.Now(refund.Tenant));
        if (decided.IsRefused)
        {
            return decided.Refusal!;
        }

        var (_, payment) = decided.Value.Next.HoldsMoney == refund.HoldsMoney
            ? default
            : await payments.FindPayment(tenant, refund.PaymentId, cancel);
        return await TryCommit(refund, decided.Value, payment, context, cancel) is { } next ? next : (Outcome<Refund>?)null;
    }

    /// <summary>
    /// Commits what the processor said about a refund, whoever heard it. A contradiction changes nothing but that a person is asked, once.
    /// </summary>
    /// <returns>The refund as it is afterwards.</returns>
    public async Task<Outcome<Refund>> Tell(
        Tenant tenant, string refundId, RefundOutcome outcome, RefundContext context, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await store.Find(tenant, refundId, cancel) is not { } refund)
            {
                return new Refusal(Errors.RefundNotFound);
            }

            var told = RefundDecisions.Contradicts(refund, outcome)
                ? await TryAsk(refund, outcome, context, cancel)
                : await TryGive(tenant, refundId, new RefundCommand.News(outcome), context, cancel);
            if (told is { } known)
            {
                return known;
            }
        }

        throw new InvalidOperationException($"Refund {refundId} met a conflict {RoundsMax} times in a row.");
    }

    private async Task<Outcome<Refund>?> TryAsk(Refund refund, RefundOutcome outcome, RefundContext context, CancellationToken cancel)
    {
        var change = new Change();
        await items.Open(change, RefundContradictions.Of(refund, outcome), context.Origin, cancel);
        context.Also?.Invoke(change, refund);
        return change.IsEmpty ? (Outcome<Refund>)refund : await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => (Outcome<Refund>)refund,
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => (Outcome<Refund>?)null,
        };
    }

    /// <summary>The one place where a refund is written: before and after, and all that belongs to the step.</summary>
    /// <param name="before">Null: the refund is new.</param>
    /// <param name="payment">Its payment, when what the payment gave back changes with this step.</param>
    /// <returns>The refund as committed; null when another change was first.</returns>
    public async Task<Refund?> TryCommit(
        Refund? before, RefundStep step, Payment? payment, RefundContext context, CancellationToken cancel)
    {
        var next = step.Next;
        var change = new Change();
        if (!ReferenceEquals(before, next))
        {
            Write(change, before, step, payment, context.Origin);
            await WriteLoan(change, before, next, context.Origin, cancel);
            await WriteFollowers(change, before, next, context.Origin, cancel);
        }

        context.Also?.Invoke(change, next);
        if (change.IsEmpty)
        {
            return next;
        }

        await ledger.EnsureOpen(next.Tenant, next.Amount.Currency, AccountsOf(step), cancel);
        return await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => next with { Version = next.Version + (before is null ? 0 : 1) },
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => null,
        };
    }

    /// <summary>Of a payment that was a loan, the loan goes with the refund.</summary>
    private Task WriteLoan(Change change, Refund? before, Refund next, Origin origin, CancellationToken cancel)
    {
        var refund = new LoanRefund(next.Tenant, next.Id, next.ChargeId, next.Amount);
        return (before?.State, next.State) switch
        {
            (not RefundState.Succeeded, RefundState.Succeeded) => loans.WriteDone(change, refund, origin, cancel),
            (RefundState.Succeeded, not RefundState.Succeeded) => loans.WriteReturned(change, refund, origin, cancel),
            _ => Task.CompletedTask,
        };
    }

    private async Task WriteFollowers(Change change, Refund? before, Refund next, Origin origin, CancellationToken cancel)
    {
        if (before is null || before.State == RefundState.Succeeded == (next.State == RefundState.Succeeded))
        {
            return;
        }

        foreach (var follower in followers)
        {
            await follower.Write(change, before, next, origin, cancel);
        }
    }

    /// <summary>As <see cref="TryCommit"/> for new refunds of several payments: all of them are reserved, or none.</summary>
    public async Task<Refund[]?> TryCommitNew(
        IReadOnlyList<(RefundStep Step, Payment Payment)> made, Origin origin, Action<Change, IReadOnlyList<Refund>> also,
        CancellationToken cancel)
    {
        var change = new Change();
        foreach (var (step, payment) in made)
        {
            Write(change, before: null, step, payment, origin);
            await ledger.EnsureOpen(payment.Tenant, payment.Amount.Currency, AccountsOf(step), cancel);
        }

        Refund[] refunds = [.. made.Select(one => one.Step.Next)];
        also(change, refunds);
        return await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => refunds,
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => null,
        };
    }

    private void Write(Change change, Refund? before, RefundStep step, Payment? payment, Origin origin)
    {
        var next = step.Next;
        change.Write(before is null ? RefundRows.Insert : RefundRows.Update, next);
        RefundTrail.Record(change, origin, clocks.Real, before, next);
        if (step.Decision is { } decision)
        {
            change.Write(RefundRows.InsertApproval, new ApprovalOf(next, decision));
        }

        if (payment is not null)
        {
            RefundedAmounts.Write(change, origin, clocks.Real, payment,
                next.HoldsMoney ? payment.AmountRefunded + next.Amount : payment.AmountRefunded - next.Amount);
            if (payment.SplitPaymentId is not null && !next.HoldsMoney)
            {
                // The part keeps its money again, which a split that was not paid must not.
                partMoved(change, payment, clocks.Now(payment.Tenant));
            }
        }

        foreach (var posting in step.Postings)
        {
            ledger.Write(change, next.Tenant, posting);
        }

        foreach (var fact in step.Facts)
        {
            events.Write(change, Event.Of(fact, next.Tenant, next.Id, RefundFacts.Of(next), origin.RequestId, next.WebhookUrl, clocks));
        }
    }

    private static Account[] AccountsOf(RefundStep step) =>
        [.. step.Postings.SelectMany(p => p.Entries).Select(e => e.Account).Distinct()];
}
