using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Ledger;
using PaymentGateway.Mandates;
using PaymentGateway.Methods;
using PaymentGateway.WorkItems;

namespace PaymentGateway.Payments;

/// <summary>On whose behalf a payment moves, and what is answered for it.</summary>
/// <param name="Origin">Stands on the events and audit rows.</param>
/// <param name="Also">Adds the idempotent answer to the change; gets the payment as it will be.</param>
internal sealed record MoveContext(Origin Origin, Action<Change, Payment>? Also = null)
{
    public static readonly MoveContext Background = new(Origin.Worker);
}

/// <summary>A payment and its order as one commit left them: what the next move may start from without reading them again.</summary>
internal sealed record Moved(Order? Order, Payment Payment);

/// <summary>
/// The shell around the decisions: load, decide, commit with ledger, events, audit rows and answer, and decide again when another was first.
/// </summary>
internal sealed class PaymentMoves(
    PaymentStore store, Committer committer, LedgerStore ledger, EventConsumers events, MethodEffects methods, SavedMethods saved, PartMoved partMoved,
    WorkItemMoves items, IEnumerable<IPaymentFollower> followers, MerchantClocks clocks)
{
    private readonly IPaymentFollower[] followers = [.. followers];

    /// <summary>Each lost round means that another change of this payment won it, so this many are never needed.</summary>
    private const int RoundsMax = 100;

    /// <inheritdoc cref="Give(Tenant, string, Func{Payment, Outcome{PaymentCommand}}, MoveContext, CancellationToken)"/>
    public Task<Outcome<Payment>> Give(
        Tenant tenant, string paymentId, PaymentCommand what, MoveContext context, CancellationToken cancel) =>
        Give(tenant, paymentId, _ => what, context, cancel);

    /// <summary>Gives a command to a payment that exists.</summary>
    /// <param name="command">Made of the payment as it is in each round.</param>
    /// <returns>The payment as committed, or the refusal of the decision.</returns>
    public async Task<Outcome<Payment>> Give(
        Tenant tenant, string paymentId, Func<Payment, Outcome<PaymentCommand>> command, MoveContext context, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var (order, payment) = await store.FindPayment(tenant, paymentId, cancel);
            if (payment is null)
            {
                return new Refusal(Errors.PaymentNotFound);
            }

            if (await TryGive(order, payment, command, context, cancel) is { } outcome)
            {
                return outcome;
            }
        }

        throw new InvalidOperationException($"Payment {paymentId} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>One round of <see cref="Give(Tenant, string, Func{Payment, Outcome{PaymentCommand}}, MoveContext, CancellationToken)"/>.</summary>
    /// <returns>Null when another change was first.</returns>
    public async Task<Outcome<Payment>?> TryGive(
        Order? order, Payment payment, Func<Payment, Outcome<PaymentCommand>> command, MoveContext context, CancellationToken cancel)
    {
        var what = command(payment);
        if (what.IsRefused)
        {
            return what.Refusal!;
        }

        return await TryMove(order, payment, isNew: false, what.Value, context, cancel) is { } outcome ? PaymentOf(outcome) : (Outcome<Payment>?)null;
    }

    /// <summary>
    /// Commits what the processor said about a charge, whoever heard it: the one place where <see cref="NewsDecisions"/> is asked. What
    /// contradicts our books ends as a late acceptance, as money that is given back, or as a work item.
    /// </summary>
    /// <returns>The payment as it is afterwards.</returns>
    public async Task<Outcome<Payment>> Tell(
        Tenant tenant, string paymentId, PaymentCommand.News news, MoveContext context, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var (order, payment) = await store.FindPayment(tenant, paymentId, cancel);
            if (payment is null)
            {
                return new Refusal(Errors.PaymentNotFound);
            }

            if (await TryTell(order, payment, news, context, cancel) is { } outcome)
            {
                return PaymentOf(outcome);
            }
        }

        throw new InvalidOperationException($"Payment {paymentId} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>
    /// As <see cref="Tell(Tenant, string, PaymentCommand.News, MoveContext, CancellationToken)"/> by whoever has just committed the
    /// charge: the payment is read again only when another change came between, which its version shows.
    /// </summary>
    public async Task<Outcome<Payment>> Tell(Moved known, ConnectorOutcome outcome, MoveContext context, CancellationToken cancel)
    {
        var (order, payment) = known;
        var news = new PaymentCommand.News(payment.Charge!.Id, outcome);
        return await TryTell(order, payment, news, context, cancel) is { IsRefused: false } moved
            ? moved.Value.Payment
            : await Tell(payment.Tenant, payment.Id, news, context, cancel);
    }

    /// <summary>Writes the answer to the request alone: no more comes of it than the payment as it is.</summary>
    public async Task<Outcome<Payment>> Close(Payment payment, MoveContext context, CancellationToken cancel)
    {
        await Unchanged(new Change(), order: null, payment, context, cancel);
        return payment;
    }

    /// <summary>One round: null when another change was first.</summary>
    private async Task<Outcome<Moved>?> TryTell(
        Order? order, Payment payment, PaymentCommand.News news, MoveContext context, CancellationToken cancel)
    {
        var charge = payment.Charge?.Id == news.ChargeId ? payment.Charge : await store.FindCharge(payment.Tenant, news.ChargeId, cancel);
        if (charge is null)
        {
            return (Outcome<Moved>)new Refusal(Errors.ChargeNotFound);
        }

        if (charge.PaymentId != payment.Id)
        {
            // Its money has become a payment of its own since, and the word is about that.
            await Tell(payment.Tenant, charge.PaymentId, news, new MoveContext(context.Origin), cancel);
            return await Unchanged(new Change(), order, payment, context, cancel);
        }

        if (charge.CameBackUnpaid && news.Outcome is ConnectorOutcome.Captured)
        {
            // It was taken before it came back: the word is older than the return, and came late.
            return await Unchanged(new Change(), order, payment, context, cancel);
        }

        var judged = NewsDecisions.Judge(order, payment, charge.Amount, news);
        if (judged is { Word: Word.Held, Verdict: Verdict.Accept or Verdict.GiveBack }
            && await ledger.KnowsHold(payment.Tenant, charge.Id, cancel))
        {
            // Held again is no charge: the word is older than the release, and came late.
            return await Unchanged(new Change(), order, payment, context, cancel);
        }

        return judged.Verdict switch
        {
            Verdict.Accept => await TryMove(
                order, payment, isNew: false, new PaymentCommand.AcceptLate(news.ChargeId, news.Outcome), context, cancel),
            Verdict.GiveBack => await TryGiveBack(order, payment, charge, news, judged, context, cancel),
            Verdict.Ask => await TryAsk(order, payment, charge, news, judged, context, cancel),
            Verdict.Ignore => await Unchanged(new Change(), order, payment, context, cancel),
            _ => await TryMove(order, payment, isNew: false, news, context, cancel),
        };
    }

    /// <summary>The money becomes a payment of its own, and a work item that gives it back by itself.</summary>
    private async Task<Outcome<Moved>?> TryGiveBack(
        Order? order, Payment payment, Charge charge, PaymentCommand.News news, Judgement judged, MoveContext context, CancellationToken cancel)
    {
        var change = new Change();
        var (left, surplus) = await WriteAside(change, payment, charge, news.Outcome, judged.Money ?? charge.Amount, context.Origin, cancel);
        await items.Open(change, Contradictions.OfSurplus(order, payment, charge, news, judged, surplus), context.Origin, cancel);
        context.Also?.Invoke(change, left);
        return await Committed(change, order, left with { Version = left.Version + 1 }, cancel);
    }

    /// <summary>Nothing is changed but that a person is asked, once; money that came stands in suspense meanwhile.</summary>
    private async Task<Outcome<Moved>?> TryAsk(
        Order? order, Payment payment, Charge charge, PaymentCommand.News news, Judgement judged, MoveContext context, CancellationToken cancel)
    {
        var change = new Change();
        await items.Open(change, Contradictions.Of(order, payment, charge, news, judged), context.Origin, cancel);
        return await Unchanged(change, order, payment, context, cancel);
    }

    /// <summary>The payment stays as it is; a work item or an idempotent answer is written all the same.</summary>
    private async Task<Outcome<Moved>?> Unchanged(Change change, Order? order, Payment payment, MoveContext context, CancellationToken cancel)
    {
        context.Also?.Invoke(change, payment);
        return change.IsEmpty ? (Outcome<Moved>)new Moved(order, payment) : await Committed(change, order, payment, cancel);
    }

    /// <summary>Adds that the money of a charge becomes a payment of its own.</summary>
    /// <returns>The payment that had the charge, and the new one.</returns>
    public async Task<(Payment Left, Payment Surplus)> WriteAside(
        Change change, Payment payment, Charge charge, ConnectorOutcome outcome, Money money, Origin origin, CancellationToken cancel)
    {
        var aside = SurplusDecisions.SetAside(payment, charge, outcome, money, Id.New("pay", clocks.Real), clocks.Now(payment.Tenant));
        var (begun, took) = (aside.Steps[0], aside.Steps[^1]);
        await ledger.EnsureOpen(payment.Tenant, money.Currency, AccountsOf(took), cancel);

        // The payment that is left is written even where it does not change: its version says that it was as we saw it.
        change.Write(PaymentRows.UpdatePayment, aside.Left).Write(PaymentRows.MoveCharge, took.Next.Charge!);
        WritePayment(change, begun.Next, isNew: true, aside.Steps);
        PaymentTrail.Record(change, origin, clocks.Real, "payment.set_aside", payment, aside.Left);
        PaymentTrail.Record(change, origin, clocks.Real, "payment.receive", before: null, took.Next);
        WriteFacts(change, isNew: true, took, origin.RequestId);
        return (aside.Left, took.Next);
    }

    private async Task<Outcome<Moved>?> Committed(Change change, Order? order, Payment payment, CancellationToken cancel) =>
        await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => (Outcome<Moved>)new Moved(order, payment),
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => (Outcome<Moved>?)null,
        };

    public static Outcome<Payment> PaymentOf(Outcome<Moved> outcome) => outcome.IsRefused ? outcome.Refusal! : outcome.Value.Payment;

    /// <summary>One round: null when another change was first and the caller must load and decide again.</summary>
    public async Task<Outcome<Moved>?> TryMove(
        Order? order, Payment payment, bool isNew, PaymentCommand what, MoveContext context, CancellationToken cancel)
    {
        var decided = PaymentDecisions.Decide(payment, what, clocks.Now(payment.Tenant));
        if (decided.IsRefused)
        {
            return decided.Refusal!;
        }

        var change = new Change();
        var (step, move) = WithMethod(payment, await saved.Follow(change, payment, decided.Value, context.Origin, cancel));
        var followed = WriteStep(change, order, payment, isNew, what, step, context);
        if (followed.IsRefused)
        {
            return followed.Refusal!;
        }

        if (move is not null)
        {
            methods.Write(change, move, context.Origin);
        }

        if (EndsDebit(payment, step) is { } ended)
        {
            MandateTerms.End(change, ended.Id, wasDeclined: ended.State != ChargeState.Returned);
        }

        await WriteFollowers(change, payment, step.Next, context.Origin, cancel);
        context.Also?.Invoke(change, step.Next);
        if (change.IsEmpty)
        {
            return (Outcome<Moved>)new Moved(order, step.Next);
        }

        await ledger.EnsureOpen(payment.Tenant, payment.Amount.Currency, AccountsOf(step), cancel);
        var committed = await committer.Commit(change, cancel);
        if (committed is CommitOutcome.Committed)
        {
            PaymentMetrics.Count(step);
        }

        return committed switch
        {
            CommitOutcome.Committed => (Outcome<Moved>)new Moved(
                followed.Value is { } next && !ReferenceEquals(next, order) ? next with { Version = next.Version + 1 } : order,
                step.Next with { Version = payment.Version + (isNew ? 0 : 1) }),
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => (Outcome<Moved>?)null,
        };
    }

    private async Task WriteFollowers(Change change, Payment before, Payment after, Origin origin, CancellationToken cancel)
    {
        foreach (var follower in followers.Where(follower => !ReferenceEquals(before, after) && follower.Follows(after)))
        {
            await follower.Write(change, before, after, origin, cancel);
        }
    }

    /// <summary>The step with what the attempt's method posts beside it, and what the step does to the attempt's money.</summary>
    private (PaymentStep Step, ChargeMove? Move) WithMethod(Payment before, PaymentStep step)
    {
        if (step.Next.Charge is not { Details: { } details } charge || ReferenceEquals(before, step.Next))
        {
            return (step, null);
        }

        var nothing = Money.Zero(charge.Amount.Currency);
        var ends = IsOver(charge) && (before.Charge?.Id != charge.Id || !IsOver(before.Charge));
        var move = new ChargeMove(
            charge.Tenant, charge.Id, charge.PaymentId, step.Next.OrderId, step.Next.Purpose.CustomerId, step.Next.Purpose.WebhookUrl, details,
            charge.Amount,
            Reserved: step.IsNewCharge ? charge.Amount : nothing,
            CapturedBefore: before.AmountCaptured,
            Captured: step.Next.AmountCaptured - before.AmountCaptured,
            Released: ends ? charge.Amount - step.Next.AmountCaptured : nothing);
        return (step with { Postings = [.. step.Postings, .. methods.PostingsOf(move)] }, move);
    }

    /// <summary>The charge whose debit ends with this step without money, if one does.</summary>
    private static Charge? EndsDebit(Payment before, PaymentStep step) =>
        step.Next.Charge is { MandateId: not null, State: ChargeState.Failed or ChargeState.Voided or ChargeState.Returned } charge
        && (before.Charge?.Id != charge.Id || before.Charge.State != charge.State) ? charge : null;

    /// <summary>Nothing is held by it any more.</summary>
    private static bool IsOver(Charge charge) => charge.State is ChargeState.Failed or ChargeState.Voided or ChargeState.Captured;

    /// <returns>The order as the step leaves it.</returns>
    private Outcome<Order?> WriteStep(
        Change change, Order? order, Payment payment, bool isNew, PaymentCommand what, PaymentStep step, MoveContext context)
    {
        if (ReferenceEquals(step.Next, payment))
        {
            return order;
        }

        var next = order;
        if (payment.SplitPaymentId is not null)
        {
            // The order is the whole's to move.
            partMoved(change, step.Next, clocks.Now(payment.Tenant));
        }
        else if (order is not null)
        {
            var followed = OrderDecisions.Follow(order, payment, step, clocks.Now(payment.Tenant));
            if (followed.IsRefused)
            {
                return followed.Refusal!;
            }

            next = followed.Value;
            WriteOrder(change, order, next, context.Origin);
        }

        WritePayment(change, payment, isNew, [step]);
        PaymentTrail.Record(
            change, context.Origin, clocks.Real, PaymentTrail.ActionOf(what), isNew ? null : payment, step.Next, isUpdate: step.ChangesTheOffer);
        WriteFacts(change, isNew, step, context.Origin.RequestId);
        return next;
    }

    /// <summary>Writes the events of a step and its entries in the book.</summary>
    public void WriteFacts(Change change, bool isNew, PaymentStep step, string? requestId)
    {
        var payment = step.Next;
        foreach (var fact in isNew ? ["payment.created", .. step.Facts] : step.Facts)
        {
            events.Write(change, Event.Of(fact, payment.Tenant, payment.Id, PaymentFacts.Of(payment, fact), requestId, payment.Purpose.WebhookUrl, clocks));
        }

        foreach (var posting in step.Postings)
        {
            ledger.Write(change, payment.Tenant, posting);
        }
    }

    /// <summary>Writes an order that did not exist with its audit row, and its event.</summary>
    public void WriteNewOrder(Change change, Order order, Origin origin)
    {
        change.Write(PaymentRows.InsertOrder, order);
        PaymentTrail.Record(change, origin, clocks.Real, before: null, order);
        events.Write(change, Event.Of(
            "order.created", order.Tenant, order.Id, PaymentFacts.Of(order), origin.RequestId, order.Purpose.WebhookUrl, clocks));
    }

    /// <summary>Writes an order's next state with its audit row, and the event of it, where it has one.</summary>
    public void WriteOrder(Change change, Order before, Order next, Origin origin)
    {
        if (ReferenceEquals(before, next))
        {
            return;
        }

        change.Write(PaymentRows.UpdateOrder, next);
        PaymentTrail.Record(change, origin, clocks.Real, before, next);
        var fact = next.State == before.State ? null : next.State switch
        {
            OrderState.Paid => "order.paid",
            OrderState.Unpaid => "order.unpaid",
            OrderState.Expired => "order.expired",
            _ => null,
        };
        if (fact is not null)
        {
            events.Write(change, Event.Of(fact, next.Tenant, next.Id, PaymentFacts.Of(next), origin.RequestId, next.Purpose.WebhookUrl, clocks));
        }
    }

    /// <summary>
    /// Writes what several steps of one payment lead to in one commit: a row that a step makes is inserted as that step leaves it, and
    /// each row is updated once, to what the last step says.
    /// </summary>
    public static void WritePayment(Change change, Payment before, bool isNew, IReadOnlyList<PaymentStep> steps)
    {
        var (first, last) = (steps[0], steps[^1]);
        if (last.Next.PaymentMethodId != (isNew ? null : before.PaymentMethodId))
        {
            change.Write(CustomerReferenceRows.WriteMethod, last.Next);
        }

        if (isNew)
        {
            change.Write(PaymentRows.InsertPayment, first.Next);
        }

        if (!isNew || steps.Count > 1)
        {
            change.Write(PaymentRows.UpdatePayment, last.Next);
        }

        if (steps.Any(step => step.ChangesTheOffer))
        {
            change.Write(PaymentRows.UpdateOffer, last.Next);
        }

        if (last.Next.Charge is { } charge)
        {
            WriteCharge(change, before, charge, steps);
        }
    }

    private static void WriteCharge(Change change, Payment before, Charge charge, IReadOnlyList<PaymentStep> steps)
    {
        var begun = steps.SingleOrDefault(step => step.IsNewCharge);
        if (begun is not null)
        {
            change.Write(PaymentRows.InsertCharge, begun.Next.Charge!);
        }

        if (!ReferenceEquals(begun?.Next.Charge, charge))
        {
            change.Write(PaymentRows.UpdateCharge, charge);
        }

        IEnumerable<Capture> known = begun is null && before.Charge?.Id == charge.Id ? before.Charge.Captures : [];
        change.WriteAll(PaymentRows.WriteCapture, charge.Captures.Except(known).Select(capture => new CapturedPart(charge, capture)));
    }

    private static Account[] AccountsOf(PaymentStep step) =>
        [.. step.Postings.SelectMany(p => p.Entries).Select(e => e.Account).Distinct()];
}
