using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Ledger;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>On whose behalf a dispute moves, and what is written besides.</summary>
/// <param name="Origin">Stands on the events and audit rows.</param>
/// <param name="Also">Adds the idempotent answer, or an uploaded file, to the change; gets the dispute as it will be.</param>
internal sealed record DisputeContext(Origin Origin, Action<Change, Dispute>? Also = null)
{
    public static readonly DisputeContext Background = new(Origin.Worker);
}

/// <summary>
/// The shell around the decisions: load, decide, commit with the payment's amount, ledger, events and answer, and decide again when
/// another was first.
/// </summary>
internal sealed partial class DisputeMoves(
    DisputeStore store, PaymentStore payments, Committer committer, LedgerStore ledger, EventConsumers events, PartMoved partMoved,
    MerchantClocks clocks, ILogger<DisputeMoves> log)
{
    /// <summary>Each lost round means that another change of this dispute or its payment won it, so this many are never needed.</summary>
    public const int RoundsMax = 100;

    /// <summary>Records what a processor says about a dispute of this charge, also when nobody has heard of the dispute before.</summary>
    public async Task<Dispute> Hear(Charge charge, DisputeReport report, DisputeContext context, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var known = await store.FindByReference(charge.Tenant, charge.Connector, report.Reference, cancel);
            var heard = known is null
                ? await TryOpen(charge, report, context, cancel)
                : (await TryGive(known, new DisputeCommand.News(report), context, cancel))?.Value;
            if (heard is not null)
            {
                return heard;
            }
        }

        throw new InvalidOperationException($"Dispute {report.Reference} of {charge.Id} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>Gives a command to a dispute.</summary>
    /// <returns>The dispute as committed, or the refusal of the decision.</returns>
    public async Task<Outcome<Dispute>> Give(
        Tenant tenant, string disputeId, DisputeCommand what, DisputeContext context, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await TryGive(tenant, disputeId, what, context, cancel) is { } outcome)
            {
                return outcome;
            }
        }

        throw new InvalidOperationException($"Dispute {disputeId} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>One round of <see cref="Give"/>: null when another change was first and it must be loaded and decided again.</summary>
    public async Task<Outcome<Dispute>?> TryGive(
        Tenant tenant, string disputeId, DisputeCommand what, DisputeContext context, CancellationToken cancel) =>
        await store.Find(tenant, disputeId, cancel) is { } dispute
            ? await TryGive(dispute, what, context, cancel)
            : new Refusal(Errors.DisputeNotFound);

    private async Task<Outcome<Dispute>?> TryGive(Dispute now, DisputeCommand what, DisputeContext context, CancellationToken cancel)
    {
        var payment = await PaymentOf(now.Tenant, now.PaymentId, cancel);
        if (payment.AmountDisputed < now.Taken)
        {
            // The payment is newer than the dispute that was read before it.
            return null;
        }

        var decided = DisputeDecisions.Decide(now, payment, what, clocks.Now(now.Tenant));
        if (decided.IsRefused)
        {
            return decided.Refusal!;
        }

        return await TryCommit(now, decided.Value, payment, context, cancel) is { } next ? next : (Outcome<Dispute>?)null;
    }

    private async Task<Dispute?> TryOpen(Charge charge, DisputeReport report, DisputeContext context, CancellationToken cancel)
    {
        var payment = await PaymentOf(charge.Tenant, charge.PaymentId, cancel);
        var step = DisputeDecisions.Open(payment, charge, report, Id.New("dp", clocks.Real), clocks.Now(charge.Tenant));
        return await TryCommit(before: null, step, payment, context, cancel);
    }

    /// <summary>The one place where a dispute is written: before and after, and all that belongs to the step.</summary>
    /// <returns>The dispute as committed; null when another change was first.</returns>
    private async Task<Dispute?> TryCommit(
        Dispute? before, DisputeStep step, Payment payment, DisputeContext context, CancellationToken cancel)
    {
        var next = step.Next;
        var change = new Change();
        if (!ReferenceEquals(before, next))
        {
            Write(change, before, step, payment, context.Origin);
        }

        context.Also?.Invoke(change, next);
        if (change.IsEmpty)
        {
            return next;
        }

        await OpenAccounts(next.Tenant, step, cancel);
        switch (await committer.Commit(change, cancel))
        {
            case CommitOutcome.Committed:
                TellOfContradiction(before, next);
                return next with { Version = next.Version + (before is null ? 0 : 1) };
            case CommitOutcome.Rejected rejected:
                throw new CommitRejectedException(rejected);
            default:
                return null;
        }
    }

    private void Write(Change change, Dispute? before, DisputeStep step, Payment payment, Origin origin)
    {
        var next = step.Next;
        change.Write(before is null ? DisputeRows.Insert : DisputeRows.Update, next);
        DisputeTrail.Record(change, origin, clocks.Real, before, step);
        var taken = TakenOfPayment(next, payment) - TakenOfPayment(before, payment);
        if (!taken.IsZero)
        {
            DisputedAmounts.Write(change, origin, clocks.Real, payment, payment.AmountDisputed + taken);
            if (payment.SplitPaymentId is not null)
            {
                // What a split that was not paid has to give back is less by it, or more again.
                partMoved(change, payment, clocks.Now(payment.Tenant));
            }
        }

        foreach (var posting in step.Postings)
        {
            ledger.Write(change, next.Tenant, posting);
        }

        foreach (var fact in step.Facts)
        {
            events.Write(change, Event.Of(
                fact, next.Tenant, next.Id, DisputeFacts.Of(next, step.IsReminder), origin.RequestId, next.WebhookUrl, clocks));
        }
    }

    private async Task OpenAccounts(Tenant tenant, DisputeStep step, CancellationToken cancel)
    {
        foreach (var entries in step.Postings.SelectMany(posting => posting.Entries).GroupBy(entry => entry.Amount.Currency))
        {
            await ledger.EnsureOpen(tenant, entries.Key, [.. entries.Select(entry => entry.Account).Distinct()], cancel);
        }
    }

    /// <summary>Nothing is taken in another currency than the payment's.</summary>
    private static Money TakenOfPayment(Dispute? dispute, Payment payment) =>
        dispute is { Taken.IsPositive: true } ? dispute.Taken : Money.Zero(payment.Amount.Currency);

    private async Task<Payment> PaymentOf(Tenant tenant, string paymentId, CancellationToken cancel) =>
        (await payments.FindPayment(tenant, paymentId, cancel)).Payment
        ?? throw new InvalidOperationException($"The disputed payment {paymentId} is gone.");

    private void TellOfContradiction(Dispute? before, Dispute next)
    {
        if (next.Contradiction is { } contradiction && contradiction != before?.Contradiction)
        {
            LogContradiction(next.Id, contradiction, next.Amount, next.Taken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Dispute {DisputeId} does not fit its payment: {Contradiction}, {Amount} disputed, {Taken} taken")]
    private partial void LogContradiction(string disputeId, DisputeContradiction contradiction, Money amount, Money taken);
}
