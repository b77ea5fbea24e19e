using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Ledger;
using PaymentGateway.Methods;

namespace PaymentGateway.Payments;

/// <summary>What can happen to a payment. The name is the word that callers use.</summary>
public abstract record PaymentCommand(string Name)
{
    /// <summary>Takes a way to pay, to be confirmed later.</summary>
    public sealed record Choose(Instrument Instrument) : PaymentCommand("choose_method");

    /// <summary>Starts an attempt. The charge is committed as submitted before the processor is called.</summary>
    /// <param name="AskAfter">If no answer is recorded by then, the resolver asks the processor.</param>
    public sealed record Confirm(
        string ChargeId, string Connector, MethodSummary Summary, FeeTerms Terms, string? Behaviour, TimeSpan AskAfter,
        MethodDetails? Details = null)
        : PaymentCommand("confirm");

    public sealed record Capture(TimeSpan AskAfter) : PaymentCommand("capture");

    /// <summary>The merchant takes the payment back, or its order is closed.</summary>
    public sealed record Cancel(string Reason, TimeSpan AskAfter) : PaymentCommand("cancel");

    /// <summary>The time of the order is over. Unlike <see cref="Cancel"/> it leaves a held payment alone.</summary>
    public sealed record Expire(TimeSpan AskAfter) : PaymentCommand("expire");

    /// <summary>The customer gives up the attempt that waits for them, to try another way.</summary>
    public sealed record Abandon(TimeSpan AskAfter) : PaymentCommand("abandon");

    /// <summary>The processor said something about a charge: in its answer, in a message, or asked by the resolver.</summary>
    public sealed record News(string ChargeId, ConnectorOutcome Outcome) : PaymentCommand("news");
}

/// <summary>What a merchant pays us for a capture, in percent: <c>Percent</c> of the amount and <c>TaxPercent</c> of that fee.</summary>
public sealed record FeeTerms(decimal Percent, decimal TaxPercent)
{
    /// <summary>Fee and tax, each rounded half to even, and never more than the amount together.</summary>
    public (Money Fee, Money Tax) Of(Money amount)
    {
        var fee = Money.Min(amount.Multiply(Percent / 100m), amount);
        return (fee, Money.Min(fee.Multiply(TaxPercent / 100m), amount - fee));
    }
}

/// <summary>What a command leads to: the next payment and what is written with it.</summary>
/// <param name="Facts">Names of events.</param>
public sealed record PaymentStep(Payment Next, IReadOnlyList<string> Facts, IReadOnlyList<Posting> Postings, bool IsNewCharge = false)
{
    /// <summary>Old or repeated news: nothing is written.</summary>
    public static PaymentStep Nothing(Payment now) => new(now, [], []);
}

/// <summary>The state machine of a payment: pure, one line for each pair that is legal.</summary>
public static class PaymentDecisions
{
    public static Outcome<PaymentStep> Decide(Payment now, PaymentCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (_, PaymentCommand.News news) => Hear(now, news, when),

        (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation, PaymentCommand.Choose choose) => Chosen(now, choose),
        (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation, PaymentCommand.Confirm confirm) => Submitted(now, confirm, when),
        (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation, PaymentCommand.Cancel cancel) => Canceled(now, cancel.Reason, when),
        (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation, PaymentCommand.Expire) => Canceled(now, "expired", when),

        (PaymentState.RequiresAction, PaymentCommand.Cancel cancel) => Voiding(now, cancel.Reason, when, cancel.AskAfter),
        (PaymentState.RequiresAction, PaymentCommand.Expire expire) => Voiding(now, "expired", when, expire.AskAfter),
        (PaymentState.RequiresAction, PaymentCommand.Abandon abandon) => Voiding(now, null, when, abandon.AskAfter),

        (PaymentState.RequiresCapture, PaymentCommand.Capture capture) => Capturing(now, when, capture.AskAfter),
        (PaymentState.RequiresCapture, PaymentCommand.Cancel cancel) => Voiding(now, cancel.Reason, when, cancel.AskAfter),

        _ => Refusal.InvalidState("payment", StateWords.Status(now.State), CommandsIn(now.State)),
    };

    /// <summary>The commands that a caller can give in a state.</summary>
    public static IEnumerable<string> CommandsIn(PaymentState state) => state switch
    {
        PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation => ["choose_method", "confirm", "cancel"],
        PaymentState.RequiresAction => ["abandon", "cancel"],
        PaymentState.RequiresCapture => ["capture", "cancel"],
        _ => [],
    };

    /// <summary>
    /// What the processor's word does. The word is about one charge; about any other than the latest only the end is news, and an end
    /// that we know is not. <see cref="ConnectorOutcome.NotFound"/> comes here only when it is the processor's final word.
    /// </summary>
    private static Outcome<PaymentStep> Hear(Payment now, PaymentCommand.News news, DateTimeOffset when)
    {
        if (now.Charge?.Id != news.ChargeId)
        {
            return MovedMoney(news.Outcome) ? Contradiction(now, news) : PaymentStep.Nothing(now);
        }

        return (now.State, news.Outcome) switch
        {
            (PaymentState.Authorizing or PaymentState.Pending or PaymentState.RequiresAction, var outcome) => HearOfAttempt(now, outcome, when),
            (PaymentState.Capturing, var outcome) => HearOfCapture(now, outcome, when),
            (PaymentState.Voiding, var outcome) => HearOfVoid(now, outcome, when),

            (PaymentState.RequiresCapture, ConnectorOutcome.Captured captured) => Captured(now, captured, when),
            (PaymentState.RequiresCapture, ConnectorOutcome.Voided) => Released(now, now.CancelReason ?? "released_by_processor", when),

            (PaymentState.Succeeded, ConnectorOutcome.Voided or ConnectorOutcome.Declined) => Contradiction(now, news),
            (PaymentState.RequiresCapture, ConnectorOutcome.Declined) => Contradiction(now, news),
            (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation or PaymentState.Canceled or PaymentState.Failed, var outcome)
                when MovedMoney(outcome) => Contradiction(now, news),
            _ => PaymentStep.Nothing(now),
        };
    }

    private static Outcome<PaymentStep> HearOfAttempt(Payment now, ConnectorOutcome outcome, DateTimeOffset when) => outcome switch
    {
        ConnectorOutcome.Authorized authorized => Authorized(now, authorized, when),
        ConnectorOutcome.Captured captured => Captured(now, captured, when),
        ConnectorOutcome.ActionRequired action => ActionRequired(now, action, when),
        ConnectorOutcome.Pending pending => Pending(now, pending, when),
        ConnectorOutcome.Declined declined => AttemptFailed(now, declined, when),
        ConnectorOutcome.Voided voided => AttemptFailed(now, Failure(Errors.AuthenticationAbandoned, voided.Reference), when),
        ConnectorOutcome.NotFound => AttemptFailed(now, Failure(Errors.GatewayTimeout, null), when),
        ConnectorOutcome.NotCalled => AttemptFailed(now, Failure(Errors.GatewayUnavailable, null), when),
        _ => AskLater(now, when, firstFact: now.State == PaymentState.Authorizing ? "payment.processing" : null),
    };

    private static Outcome<PaymentStep> HearOfCapture(Payment now, ConnectorOutcome outcome, DateTimeOffset when) => outcome switch
    {
        ConnectorOutcome.Captured captured => Captured(now, captured, when),
        ConnectorOutcome.Voided => Released(now, now.CancelReason ?? "released_by_processor", when),
        ConnectorOutcome.Authorized or ConnectorOutcome.NotCalled => HeldAgain(now, null),
        ConnectorOutcome.Declined declined => HeldAgain(now, declined),
        _ => AskLater(now, when, firstFact: "payment.processing"),
    };

    private static Outcome<PaymentStep> HearOfVoid(Payment now, ConnectorOutcome outcome, DateTimeOffset when) => outcome switch
    {
        // A hold that the processor will not release is still there; an attempt that it declined is over, which is what we wanted.
        ConnectorOutcome.Declined declined when now.AmountAuthorized.IsPositive => HeldAgain(now, declined),
        ConnectorOutcome.Voided or ConnectorOutcome.NotFound or ConnectorOutcome.Declined => now.CancelReason is { } reason
            ? Released(now, reason, when)
            : AttemptFailed(now, Failure(Errors.AuthenticationAbandoned, outcome.Reference), when),

        // The customer was faster than the void: the money is there, so that is what happened.
        ConnectorOutcome.Captured captured => Captured(now with { CancelReason = null }, captured, when),
        ConnectorOutcome.Authorized authorized when now.AmountAuthorized.IsZero => Authorized(now with { CancelReason = null }, authorized, when),
        ConnectorOutcome.Authorized => HeldAgain(now, null),
        ConnectorOutcome.ActionRequired action when now.AmountAuthorized.IsZero => ActionRequired(now with { CancelReason = null }, action, when),
        ConnectorOutcome.NotCalled when now.AmountAuthorized.IsPositive => HeldAgain(now, null),
        ConnectorOutcome.NotCalled => WaitsForCustomerAgain(now, when),
        _ => AskLater(now, when, firstFact: null),
    };

    private static Outcome<PaymentStep> Chosen(Payment now, PaymentCommand.Choose choose) =>
        new PaymentStep(now with { State = PaymentState.RequiresConfirmation, Instrument = choose.Instrument }, [], []);

    private static Outcome<PaymentStep> Submitted(Payment now, PaymentCommand.Confirm confirm, DateTimeOffset when)
    {
        if (now.Attempts >= Payment.AttemptsMax)
        {
            return new Refusal(Errors.RetryLimitExceeded);
        }

        var (fee, tax) = confirm.Terms.Of(now.Amount);
        var charge = new Charge
        {
            Id = confirm.ChargeId,
            PaymentId = now.Id,
            Tenant = now.Tenant,
            Connector = confirm.Connector,
            Summary = confirm.Summary,
            Amount = now.Amount,
            Fee = fee,
            Tax = tax,
            AmountRefunded = Money.Zero(now.Amount.Currency),
            State = ChargeState.Submitted,
            Details = confirm.Details,
            Behaviour = confirm.Behaviour,
            CreatedAt = when,
            CalledAt = when,
            CheckAt = when + confirm.AskAfter,
        };
        var next = now with
        {
            State = PaymentState.Authorizing,
            Instrument = null,
            Charge = charge,
            Attempts = now.Attempts + 1,
            FailureCode = null,
            FailureReason = null,
        };
        return new PaymentStep(next, ["payment.initiated"], [], IsNewCharge: true);
    }

    private static Outcome<PaymentStep> Authorized(Payment now, ConnectorOutcome.Authorized outcome, DateTimeOffset when)
    {
        var charge = Settled(now.Charge!, ChargeState.Authorized, outcome.Reference, outcome.Summary, finishedAt: null);
        var next = now with { State = PaymentState.RequiresCapture, AmountAuthorized = charge.Amount, Charge = charge };
        return new PaymentStep(next, ["payment.authorized"], [Chart.Authorized(charge.Id, now.Id, charge.Connector, charge.Amount)]);
    }

    private static Outcome<PaymentStep> Captured(Payment now, ConnectorOutcome.Captured outcome, DateTimeOffset when)
    {
        var wasHeld = now.AmountAuthorized.IsPositive;
        var charge = Settled(now.Charge!, ChargeState.Captured, outcome.Reference, outcome.Summary, finishedAt: when);
        var next = now with
        {
            State = PaymentState.Succeeded,
            AmountAuthorized = charge.Amount,
            AmountCaptured = charge.Amount,
            Charge = charge,
            FailureCode = null,
            FailureReason = null,
            PaidAt = when,
        };
        return new PaymentStep(next, wasHeld ? ["payment.captured", "payment.success"] : ["payment.success"],
        [
            wasHeld
                ? Chart.CapturedAfterAuthorization(charge.Id, now.Id, charge.Connector, now.AmountAuthorized, charge.Amount, charge.Fee, charge.Tax)
                : Chart.Captured(charge.Id, now.Id, charge.Connector, charge.Amount, charge.Fee, charge.Tax),
        ]);
    }

    private static Outcome<PaymentStep> ActionRequired(Payment now, ConnectorOutcome.ActionRequired outcome, DateTimeOffset when)
    {
        var isNew = now.State != PaymentState.RequiresAction || now.Charge!.NextAction != outcome.Action;
        var charge = Asked(now.Charge!, when) with
        {
            State = ChargeState.RequiresAction,
            Reference = outcome.Reference ?? now.Charge!.Reference,
            Summary = outcome.Summary,
            NextAction = outcome.Action,
        };
        return new PaymentStep(now with { State = PaymentState.RequiresAction, Charge = charge }, isNew ? ["payment.requires_action"] : [], []);
    }

    private static Outcome<PaymentStep> Pending(Payment now, ConnectorOutcome.Pending outcome, DateTimeOffset when)
    {
        var charge = Asked(now.Charge!, when) with
        {
            State = ChargeState.Pending,
            Reference = outcome.Reference ?? now.Charge!.Reference,
            Summary = outcome.Summary,
            NextAction = null,
            ProcessorCode = outcome.ProcessorCode,
        };
        return new PaymentStep(
            now with { State = PaymentState.Pending, Charge = charge }, now.State == PaymentState.Pending ? [] : ["payment.processing"], []);
    }

    private static Outcome<PaymentStep> AttemptFailed(Payment now, ConnectorOutcome.Declined declined, DateTimeOffset when)
    {
        var charge = Settled(now.Charge!, ChargeState.Failed, declined.Reference, declined.Summary, finishedAt: when) with
        {
            FailureCode = declined.Code,
            FailureReason = declined.Sentence,
            ProcessorCode = declined.ProcessorCode,
        };
        var next = now with
        {
            State = now.Attempts >= Payment.AttemptsMax ? PaymentState.Failed : PaymentState.RequiresPaymentMethod,
            Charge = charge,
            FailureCode = declined.Code,
            FailureReason = declined.Sentence,
        };
        return new PaymentStep(next, ["payment.failed"], []);
    }

    private static Outcome<PaymentStep> Capturing(Payment now, DateTimeOffset when, TimeSpan askAfter) => new PaymentStep(
        now with { State = PaymentState.Capturing, Charge = Called(now.Charge!, ChargeState.Capturing, when, askAfter) }, [], []);

    private static Outcome<PaymentStep> Voiding(Payment now, string? reason, DateTimeOffset when, TimeSpan askAfter) => new PaymentStep(
        now with { State = PaymentState.Voiding, CancelReason = reason, Charge = Called(now.Charge!, ChargeState.Voiding, when, askAfter) }, [], []);

    /// <summary>The capture or void did not happen: the hold stands as before.</summary>
    private static Outcome<PaymentStep> HeldAgain(Payment now, ConnectorOutcome.Declined? why) => new PaymentStep(
        now with
        {
            State = PaymentState.RequiresCapture,
            CancelReason = null,
            FailureCode = why?.Code,
            FailureReason = why?.Sentence,
            Charge = now.Charge! with { State = ChargeState.Authorized, CheckAt = null, Checks = 0 },
        }, [], []);

    private static Outcome<PaymentStep> WaitsForCustomerAgain(Payment now, DateTimeOffset when) => new PaymentStep(
        now with
        {
            State = PaymentState.RequiresAction,
            CancelReason = null,
            Charge = Asked(now.Charge!, when) with { State = ChargeState.RequiresAction },
        }, [], []);

    /// <summary>The hold is gone, or the attempt that waited for the customer: the payment ends here.</summary>
    private static Outcome<PaymentStep> Released(Payment now, string reason, DateTimeOffset when)
    {
        var held = now.AmountAuthorized;
        var charge = Settled(now.Charge!, ChargeState.Voided, null, null, finishedAt: when);
        var next = now with
        {
            State = PaymentState.Canceled,
            AmountAuthorized = Money.Zero(held.Currency),
            CancelReason = reason,
            CanceledAt = when,
            Charge = charge,
        };
        return new PaymentStep(next, ["payment.canceled"],
            held.IsPositive ? [Chart.Voided(charge.Id, now.Id, charge.Connector, held)] : []);
    }

    private static Outcome<PaymentStep> Canceled(Payment now, string reason, DateTimeOffset when) => new PaymentStep(
        now with { State = PaymentState.Canceled, CancelReason = reason, CanceledAt = when, Instrument = null }, ["payment.canceled"], []);

    /// <summary>Nothing is known yet: ask again, each time later, and say once that it takes time.</summary>
    private static Outcome<PaymentStep> AskLater(Payment now, DateTimeOffset when, string? firstFact) => new PaymentStep(
        now with { Charge = Asked(now.Charge!, when) }, firstFact is not null && now.Charge!.Checks == 0 ? [firstFact] : [], []);

    private static Charge Called(Charge charge, ChargeState state, DateTimeOffset when, TimeSpan askAfter) =>
        charge with { State = state, CalledAt = when, CheckAt = when + askAfter, Checks = 0 };

    private static Charge Asked(Charge charge, DateTimeOffset when) =>
        charge with { CheckAt = when + AskAgain.After(charge.Checks), Checks = charge.Checks + 1 };

    private static Charge Settled(
        Charge charge, ChargeState state, string? reference, MethodSummary? summary, DateTimeOffset? finishedAt) => charge with
        {
            State = state,
            Reference = reference ?? charge.Reference,
            Summary = summary ?? charge.Summary,
            NextAction = null,
            ProcessorCode = null,
            CheckAt = null,
            Checks = 0,
            FinishedAt = finishedAt,
        };

    private static ConnectorOutcome.Declined Failure(ErrorKind kind, string? reference) => new(reference, kind.Code, kind.Sentence, null, null);

    private static bool MovedMoney(ConnectorOutcome outcome) => outcome is ConnectorOutcome.Authorized or ConnectorOutcome.Captured;

    /// <summary>The processor says what cannot be after what it said before: nothing is changed, a person has to look.</summary>
    private static Refusal Contradiction(Payment now, PaymentCommand.News news) => new(
        Errors.InvalidState,
        $"Payment {now.Id} is {StateWords.Status(now.State)}, but the processor reports {news.Outcome.GetType().Name} for {news.ChargeId}.",
        new Dictionary<string, object?> { ["state"] = StateWords.Status(now.State), ["allowed"] = Array.Empty<string>() });
}
