using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Ledger;
using PaymentGateway.Merchants;
using PaymentGateway.Payments;

namespace PaymentGateway.Refunds;

/// <summary>A refund as it is asked for.</summary>
/// <param name="Amount">Null: all that is left.</param>
/// <param name="FeeReturned">Whether the merchant gets fee and tax back in proportion.</param>
/// <param name="Days">How long the money takes to the customer.</param>
/// <param name="AskAfter">If no answer is recorded by then, the resolver asks the processor.</param>
/// <param name="Share">Of which whole it is a share, when it is one: the policy looks at the whole.</param>
public sealed record NewRefund(
    string Id, Money? Amount, RefundReason Reason, string? Description, string Metadata, string RequestedBy, string? Behaviour,
    ApprovalPolicy? Policy, bool FeeReturned, int Days, TimeSpan AskAfter, RefundShare? Share = null);

/// <summary>The refund of a split payment, spread over its parts.</summary>
public sealed record RefundShare(string SplitRefundId, Money Whole);

/// <summary>What can happen to a refund. The name is the word that callers use.</summary>
public abstract record RefundCommand(string Name)
{
    /// <param name="Approver">The publishable half of the key.</param>
    public sealed record Approve(string Approver, bool HasSecondFactor, TimeSpan AskAfter) : RefundCommand("approve");

    public sealed record Reject(string Approver, string Reason) : RefundCommand("reject");

    /// <param name="ProcessorCan">Whether the processor takes back what it has not done.</param>
    public sealed record Cancel(string Reason, bool ProcessorCan, TimeSpan AskAfter) : RefundCommand("cancel");

    /// <summary>The processor never heard of it, for certain: it is told once more, with the same key.</summary>
    public sealed record Resend(TimeSpan AskAfter) : RefundCommand("resend");

    /// <summary>The processor said something: in its answer, in a message, or asked by the resolver.</summary>
    public sealed record News(RefundOutcome Outcome) : RefundCommand("news");
}

/// <summary>What a command leads to: the next refund and what is written with it.</summary>
/// <param name="Facts">Names of events.</param>
/// <param name="Decision">The approval or rejection that was given.</param>
public sealed record RefundStep(Refund Next, IReadOnlyList<string> Facts, IReadOnlyList<Posting> Postings, Approval? Decision = null)
{
    /// <summary>Old or repeated news: nothing is written.</summary>
    public static RefundStep Nothing(Refund now) => new(now, [], []);
}

/// <summary>The state machine of a refund: pure, one line for each pair that is legal.</summary>
public static class RefundDecisions
{
    /// <param name="payment">With its latest charge.</param>
    /// <param name="feesReturned">Fee and tax that go back with the payment's other refunds.</param>
    public static Outcome<RefundStep> Create(
        Payment payment, (Money Fee, Money Tax) feesReturned, NewRefund asked, DateTimeOffset when)
    {
        if (WhyNotRefundable(payment, asked.Amount) is { } refusal)
        {
            return refusal;
        }

        var charge = payment.Charge!;
        var amount = asked.Amount ?? payment.AmountRefundable;
        var need = asked.Policy?.NeedOf(asked.Share?.Whole ?? amount) ?? default;
        var (fee, tax) = asked.FeeReturned ? FeesOf(payment, feesReturned, amount) : (Money.Zero(amount.Currency), Money.Zero(amount.Currency));
        var refund = new Refund
        {
            Id = asked.Id,
            Tenant = payment.Tenant,
            PaymentId = payment.Id,
            ChargeId = charge.Id,
            OrderId = payment.OrderId,
            SplitRefundId = asked.Share?.SplitRefundId,
            Connector = charge.Connector,
            Amount = amount,
            Fee = fee,
            Tax = tax,
            State = RefundState.RequiresApproval,
            Reason = asked.Reason,
            Description = asked.Description,
            Metadata = asked.Metadata,
            WebhookUrl = payment.Purpose.WebhookUrl,
            RequestedBy = asked.RequestedBy,
            ApprovalsRequired = need.Approvals,
            SecondFactorRequired = need.SecondFactor,
            Behaviour = asked.Behaviour,
            Days = asked.Days,
            CreatedAt = when,
            Version = 1,
        };
        return new RefundStep(
            need.Approvals > 0 ? refund : Called(refund, RefundState.Submitted, when, asked.AskAfter),
            ["refund.created"],
            [Chart.RefundPending(refund.Id, refund.Connector, amount)]);
    }

    public static Outcome<RefundStep> Decide(Refund now, RefundCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (_, RefundCommand.News news) => Hear(now, news.Outcome, when),

        (RefundState.RequiresApproval, RefundCommand.Approve approve) => Approved(now, approve, when),
        (RefundState.RequiresApproval, RefundCommand.Reject reject) => Rejected(now, reject, when),
        (RefundState.RequiresApproval, RefundCommand.Cancel cancel) => Canceled(now, cancel.Reason, when),

        (RefundState.Submitted, RefundCommand.Resend resend) =>
            new RefundStep(Called(now, RefundState.Submitted, when, resend.AskAfter), [], []),

        (RefundState.Pending, RefundCommand.Cancel { ProcessorCan: true } cancel) => new RefundStep(
            Called(now, RefundState.Canceling, when, cancel.AskAfter) with { CancelReason = cancel.Reason }, [], []),

        _ => Refusal.InvalidState("refund", now.Status, CommandsIn(now.State)),
    };

    /// <summary>The commands that a caller can give in a state; <c>cancel</c> of a pending one where its processor can.</summary>
    public static IEnumerable<string> CommandsIn(RefundState state) => state switch
    {
        RefundState.RequiresApproval => ["approve", "reject", "cancel"],
        RefundState.Pending => ["cancel"],
        _ => [],
    };

    /// <summary>What cannot be after what the processor said before, or before anybody has told it to.</summary>
    public static bool Contradicts(Refund now, RefundOutcome outcome) => (now.State, outcome) is
        (RefundState.Succeeded, RefundOutcome.Canceled)
        or (RefundState.Failed or RefundState.Canceled, RefundOutcome.Succeeded)
        or (RefundState.RequiresApproval, RefundOutcome.Succeeded or RefundOutcome.Pending);

    private static Refusal? WhyNotRefundable(Payment payment, Money? amount)
    {
        var refundable = payment.AmountRefundable;
        if (payment.AmountCaptured.IsZero)
        {
            return new Refusal(Errors.RefundNotEligible, "Nothing of this payment has been captured.");
        }

        if (payment.AmountDisputed.IsPositive && (refundable.IsZero || amount > refundable))
        {
            return new Refusal(Errors.PaymentDisputed, $"{payment.AmountDisputed} of this payment is disputed; {refundable} can still be refunded.",
                new Dictionary<string, object?>
                {
                    ["refundable"] = refundable.ToMajor(),
                    ["amountDisputed"] = payment.AmountDisputed.ToMajor(),
                    ["amountRefunded"] = payment.AmountRefunded.ToMajor(),
                });
        }

        return refundable.IsZero && payment.AmountReturned.IsPositive
            ? new Refusal(Errors.RefundNotEligible, "The customer's bank took the money back already.")
            : refundable.IsZero ? new Refusal(Errors.PaymentAlreadyRefunded)
            : amount > refundable ? new Refusal(Errors.RefundAmountExceedsOriginal, $"{refundable} of this payment can still be refunded.",
                new Dictionary<string, object?>
                {
                    ["refundable"] = refundable.ToMajor(),
                    ["amountCaptured"] = payment.AmountCaptured.ToMajor(),
                    ["amountRefunded"] = payment.AmountRefunded.ToMajor(),
                })
            : null;
    }

    /// <summary>
    /// Fee and tax in proportion to all that is then refunded, less what goes back already: roundings do not add up, and the refund that
    /// empties the payment takes the rest.
    /// </summary>
    private static (Money Fee, Money Tax) FeesOf(Payment payment, (Money Fee, Money Tax) returned, Money amount)
    {
        var total = payment.AmountRefunded + amount;
        return (PartOf(payment.Charge!.Fee, returned.Fee), PartOf(payment.Charge.Tax, returned.Tax));

        Money PartOf(Money whole, Money already)
        {
            var due = total == payment.AmountCaptured ? whole : whole.Multiply((decimal)total.Minor / payment.AmountCaptured.Minor);
            return due > already ? due - already : Money.Zero(whole.Currency);
        }
    }

    /// <summary>
    /// What the processor's word does. <see cref="RefundOutcome.NotFound"/> is never the end of a refund: it is sent again instead.
    /// </summary>
    private static Outcome<RefundStep> Hear(Refund now, RefundOutcome outcome, DateTimeOffset when) => (now.State, outcome) switch
    {
        (RefundState.Submitted or RefundState.Pending or RefundState.Canceling, RefundOutcome.Succeeded done) => Succeeded(now, done, when),
        (RefundState.Submitted or RefundState.Pending or RefundState.Canceling, RefundOutcome.Failed failed) => Failed(now, failed, when),
        (RefundState.Submitted or RefundState.Pending or RefundState.Canceling, RefundOutcome.Canceled gone) =>
            Canceled(now with { Reference = gone.Reference ?? now.Reference }, now.CancelReason ?? "canceled_by_processor", when),
        (RefundState.Submitted or RefundState.Pending, RefundOutcome.Pending pending) => Pending(now, pending.Reference, when),

        // The processor kept it, or was never told to take it back.
        (RefundState.Canceling, RefundOutcome.Pending pending) => Pending(now, pending.Reference, when),
        (RefundState.Canceling, RefundOutcome.NotCalled) => Pending(now, null, when),
        (RefundState.Submitted or RefundState.Pending or RefundState.Canceling, _) => new RefundStep(Asked(now, when), [], []),

        (RefundState.Succeeded, RefundOutcome.Failed failed) => CameBack(now, failed),

        _ when Contradicts(now, outcome) => Contradiction(now, outcome),
        _ => RefundStep.Nothing(now),
    };

    private static Outcome<RefundStep> Approved(Refund now, RefundCommand.Approve approve, DateTimeOffset when)
    {
        if (approve.Approver == now.RequestedBy || HasDecided(now, approve.Approver))
        {
            return new Refusal(Errors.SameApprover);
        }

        if (now.SecondFactorRequired && !approve.HasSecondFactor)
        {
            return new Refusal(Errors.TwoFactorAuthRequired);
        }

        var approval = new Approval(approve.Approver, IsApproved: true, null, when);
        var next = now with { Approvals = [.. now.Approvals, approval] };
        var isEnough = next.Approvals.Count(a => a.IsApproved) >= now.ApprovalsRequired;
        return new RefundStep(
            isEnough ? Called(next, RefundState.Submitted, when, approve.AskAfter) : next, ["refund.updated"], [], approval);
    }

    private static Outcome<RefundStep> Rejected(Refund now, RefundCommand.Reject reject, DateTimeOffset when)
    {
        if (HasDecided(now, reject.Approver))
        {
            return new Refusal(Errors.SameApprover);
        }

        var rejection = new Approval(reject.Approver, IsApproved: false, reject.Reason, when);
        return Canceled(now with { Approvals = [.. now.Approvals, rejection] }, "rejected", when) with { Decision = rejection };
    }

    private static bool HasDecided(Refund now, string approver) => now.Approvals.Any(approval => approval.Approver == approver);

    private static Outcome<RefundStep> Pending(Refund now, string? reference, DateTimeOffset when) => new RefundStep(
        Asked(now, when) with { State = RefundState.Pending, Reference = reference ?? now.Reference, CancelReason = null },
        now.State == RefundState.Submitted ? ["refund.updated"] : [], []);

    private static Outcome<RefundStep> Succeeded(Refund now, RefundOutcome.Succeeded done, DateTimeOffset when) => new RefundStep(
        Settled(now, RefundState.Succeeded, done.Reference) with
        {
            TraceNumber = done.TraceNumber,
            CancelReason = null,
            ExpectedAt = when.AddDays(now.Days),
            ProcessedAt = when,
        },
        ["refund.processed"], [Chart.Refunded(now.Id, now.Connector, now.Amount, now.Fee, now.Tax)]);

    private static Outcome<RefundStep> Failed(Refund now, RefundOutcome.Failed failed, DateTimeOffset when) => new RefundStep(
        Failure(now, failed) with { CancelReason = null, ProcessedAt = when }, ["refund.failed"],
        [Chart.RefundVoided(now.Id, now.Connector, now.Amount)]);

    private static Outcome<RefundStep> CameBack(Refund now, RefundOutcome.Failed failed) => new RefundStep(
        Failure(now, failed), ["refund.failed"], [Chart.RefundReversed(now.Id, now.Connector, now.Amount, now.Fee, now.Tax)]);

    private static RefundStep Canceled(Refund now, string reason, DateTimeOffset when) => new(
        Settled(now, RefundState.Canceled, null) with { CancelReason = reason, ExpectedAt = null, ProcessedAt = when }, ["refund.canceled"],
        [Chart.RefundVoided(now.Id, now.Connector, now.Amount)]);

    private static Refund Failure(Refund now, RefundOutcome.Failed failed) => Settled(now, RefundState.Failed, failed.Reference) with
    {
        FailureCode = failed.Code,
        FailureReason = failed.Sentence,
        ProcessorCode = failed.ProcessorCode,
        ExpectedAt = null,
    };

    private static Refund Called(Refund refund, RefundState state, DateTimeOffset when, TimeSpan askAfter) => refund with
    {
        State = state,
        CalledAt = when,
        CheckAt = when + askAfter,
        Checks = 0,
        ExpectedAt = refund.ExpectedAt ?? when.AddDays(refund.Days),
    };

    /// <summary>Nothing final is known: ask again, each time later.</summary>
    private static Refund Asked(Refund refund, DateTimeOffset when) =>
        refund with { CheckAt = when + AskAgain.After(refund.Checks), Checks = refund.Checks + 1 };

    private static Refund Settled(Refund refund, RefundState state, string? reference) =>
        refund with { State = state, Reference = reference ?? refund.Reference, CheckAt = null, Checks = 0 };

    /// <summary>The processor says what cannot be after what it said before: nothing is changed, a person has to look.</summary>
    private static Refusal Contradiction(Refund now, RefundOutcome outcome) => new(
        Errors.InvalidState,
        $"Refund {now.Id} is {now.Status}, but the processor reports {outcome.GetType().Name}.",
        new Dictionary<string, object?> { ["state"] = now.Status, ["allowed"] = Array.Empty<string>() });
}
