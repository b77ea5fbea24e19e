using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Http;
using PaymentGateway.Ledger;
using PaymentGateway.Methods;

namespace PaymentGateway.Payments;

/// <summary>What a command leads to: the next payment and what is written with it.</summary>
/// <param name="Facts">Names of events.</param>
/// <param name="ChangesTheOffer">The merchant changed fields that no other step touches.</param>
public sealed record PaymentStep(
    Payment Next, IReadOnlyList<string> Facts, IReadOnlyList<Posting> Postings, bool IsNewCharge = false, bool ChangesTheOffer = false)
{
    /// <summary>Old or repeated news: nothing is written.</summary>
    public static PaymentStep Nothing(Payment now) => new(now, [], []);
}

/// <summary>The state machine of a payment: pure, one line for each pair that is legal.</summary>
public static class PaymentDecisions
{
    public static Outcome<PaymentStep> Decide(Payment now, PaymentCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (_, PaymentCommand.News news) => WithProofs(Hear(now, news, when), now, news),

        (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation, PaymentCommand.Choose choose) => Chosen(now, choose),
        (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation, PaymentCommand.Confirm confirm) => Submitted(now, confirm, when),
        (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation, PaymentCommand.Cancel cancel) => Canceled(now, cancel.Reason, when),
        (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation, PaymentCommand.Expire) => Canceled(now, "expired", when),

        (PaymentState.RequiresAction, PaymentCommand.Cancel cancel) => Voiding(now, cancel.Reason, when, cancel.AskAfter),
        (PaymentState.RequiresAction, PaymentCommand.Expire expire) => Voiding(now, "expired", when, expire.AskAfter),
        (PaymentState.RequiresAction, PaymentCommand.Abandon abandon) => Voiding(now, null, when, abandon.AskAfter),

        (PaymentState.RequiresCapture, PaymentCommand.Capture capture) => HoldDecisions.Capturing(now, capture, when),
        (PaymentState.RequiresCapture, PaymentCommand.Increment increment) => HoldDecisions.Incrementing(now, increment, when),
        (PaymentState.RequiresCapture, PaymentCommand.Cancel cancel) => Voiding(now, cancel.Reason, when, cancel.AskAfter),
        (PaymentState.RequiresCapture, PaymentCommand.ExpireHold expire) when when >= now.Charge!.CaptureBefore =>
            Voiding(now, HoldDecisions.AuthorizationExpired, when, expire.AskAfter),

        (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation, PaymentCommand.Update update) => Updated(now, update.Fields),
        (not (PaymentState.Succeeded or PaymentState.Canceled or PaymentState.Failed or PaymentState.Returned), PaymentCommand.Update update)
            when !update.Fields.ChangesTheOffer => Updated(now, update.Fields),

        (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation or PaymentState.Canceled or PaymentState.Failed,
            PaymentCommand.AcceptLate late) when now.Charge?.Id == late.ChargeId =>
            WithProofs(BroughtBack(now, late, when), now, new(late.ChargeId, late.Outcome)),
        (not (PaymentState.Succeeded or PaymentState.Canceled or PaymentState.Failed
            or PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation), PaymentCommand.AcceptAmount accept)
            when now.Charge?.Id == accept.ChargeId => HoldDecisions.TookOther(now, accept.Amount, when),

        _ => Refusal.InvalidState("payment", StateWords.Status(now.State), CommandsIn(now.State)),
    };

    /// <summary>The commands that a caller can give in a state.</summary>
    public static IEnumerable<string> CommandsIn(PaymentState state) => state switch
    {
        PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation => ["choose_method", "confirm", "update", "cancel"],
        PaymentState.RequiresAction => ["abandon", "cancel"],
        PaymentState.RequiresCapture => ["capture", "increment", "cancel"],
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

        if (news.OperationId is not null)
        {
            return HoldDecisions.HearOfOperation(now, news, when);
        }

        return (now.State, news.Outcome) switch
        {
            (PaymentState.Authorizing or PaymentState.Pending or PaymentState.RequiresAction, _) => HearOfAttempt(now, news, when),
            (PaymentState.RequiresCapture or PaymentState.Capturing or PaymentState.Incrementing, _) => HoldDecisions.HearOfHold(now, news, when),
            (PaymentState.Voiding, _) => HearOfVoid(now, news, when),

            (PaymentState.Succeeded or PaymentState.Returned, ConnectorOutcome.Returned returned) => Returned(now, returned, when),
            (PaymentState.Succeeded or PaymentState.Returned, _) when now.Charge!.CheckAt is not null => AskLater(now, when, firstFact: null),
            (PaymentState.Succeeded, ConnectorOutcome.Voided or ConnectorOutcome.Declined) => Contradiction(now, news),
            (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation or PaymentState.Canceled or PaymentState.Failed, var outcome)
                when MovedMoney(outcome) => Contradiction(now, news),
            _ => PaymentStep.Nothing(now),
        };
    }

    /// <summary>
    /// What 3-D Secure and the card network said comes with the processor's word, whatever that is, and is kept as long as the word is
    /// news: of 3-D Secure the last, of the network the first that money moved by, since that is what the holder agreed to.
    /// </summary>
    private static Outcome<PaymentStep> WithProofs(Outcome<PaymentStep> heard, Payment now, PaymentCommand.News news)
    {
        var (authentication, network) = (news.Outcome.Authentication, MovedMoney(news.Outcome) ? news.Outcome.NetworkTransactionId : null);
        return (authentication ?? (object?)network) is not null
            && heard is { IsRefused: false, Value: { Next.Charge: { } charge } step } && !ReferenceEquals(step.Next, now) && charge.Id == news.ChargeId
                ? step with
                {
                    Next = step.Next with
                    {
                        Charge = charge with
                        {
                            Authentication = authentication ?? charge.Authentication,
                            NetworkTransactionId = charge.NetworkTransactionId ?? network,
                        },
                    },
                }
                : heard;
    }

    private static Outcome<PaymentStep> HearOfAttempt(Payment now, PaymentCommand.News news, DateTimeOffset when) => news.Outcome switch
    {
        ConnectorOutcome.Authorized authorized => Authorized(now, authorized),
        ConnectorOutcome.Captured captured => HoldDecisions.CapturedUnasked(now, news, captured, when),
        ConnectorOutcome.ActionRequired action => ActionRequired(now, action, when),
        ConnectorOutcome.Pending pending => Pending(now, pending, when),
        ConnectorOutcome.Declined declined => AttemptFailed(now, declined, when),
        // It was taken and went back before we heard of either: nothing was, in the end.
        ConnectorOutcome.Returned back => AttemptFailed(
            now, new(back.Reference, back.Code, back.Sentence, back.ProcessorCode, back.Summary), when),
        ConnectorOutcome.Voided voided => AttemptFailed(now, Failure(Errors.AuthenticationAbandoned, voided.Reference), when),
        ConnectorOutcome.NotFound => AttemptFailed(now, Failure(Errors.GatewayTimeout, null), when),
        ConnectorOutcome.NotCalled => AttemptFailed(now, Failure(Errors.GatewayUnavailable, null), when),
        _ => AskLater(now, when, firstFact: now.State == PaymentState.Authorizing ? "payment.processing" : null),
    };

    private static Outcome<PaymentStep> HearOfVoid(Payment now, PaymentCommand.News news, DateTimeOffset when) => (news.Outcome, IsHeld(now)) switch
    {
        // A hold that the processor will not release is still there; an attempt that it declined is over, which is what we wanted.
        (ConnectorOutcome.Declined declined, true) when !HoldDecisions.HasExpired(declined) => HoldDecisions.HeldAgain(now, declined, when),
        (ConnectorOutcome.Voided or ConnectorOutcome.NotFound or ConnectorOutcome.Declined, _) => now.CancelReason is { } reason
            ? HoldDecisions.Released(now, reason, when)
            : AttemptFailed(now, Failure(Errors.AuthenticationAbandoned, news.Outcome.Reference), when),

        // Nothing more was taken than we know of, and nothing is held any more.
        (ConnectorOutcome.Captured captured, true) when captured.Total == now.AmountCaptured && now.CancelReason is { } reason =>
            HoldDecisions.Released(now, reason, when),

        // The customer was faster than the void: the money is there, so that is what happened.
        (ConnectorOutcome.Captured captured, _) => HoldDecisions.CapturedUnasked(now, news, captured, when),
        (ConnectorOutcome.Authorized or ConnectorOutcome.NotCalled, true) => HoldDecisions.HeldAgain(now, null, when),
        (ConnectorOutcome.Authorized authorized, false) => Authorized(now with { CancelReason = null }, authorized),
        (ConnectorOutcome.ActionRequired action, false) => ActionRequired(now with { CancelReason = null }, action, when),
        (ConnectorOutcome.NotCalled, false) => WaitsForCustomerAgain(now, when),
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

        var charge = new Charge
        {
            Id = confirm.ChargeId,
            PaymentId = now.Id,
            Tenant = now.Tenant,
            Connector = confirm.Connector,
            Summary = confirm.Summary,
            Amount = now.Amount,
            Terms = confirm.Terms,
            AmountRefunded = Money.Zero(now.Amount.Currency),
            State = ChargeState.Submitted,
            Details = confirm.Details,
            MandateId = confirm.MandateId,
            Routing = confirm.Routing,
            Behaviour = confirm.Behaviour,
            ReturnUrl = confirm.ReturnUrl,
            CreatedAt = when,
            CalledAt = when,
            CheckAt = when + confirm.AskAfter,
        };
        var next = now with
        {
            State = PaymentState.Authorizing,
            Instrument = null,
            PaymentMethodId = confirm.PaymentMethodId,
            Charge = charge,
            Attempts = now.Attempts + 1,
            FailureCode = null,
            FailureReason = null,
        };
        return new PaymentStep(next, ["payment.initiated"], [], IsNewCharge: true);
    }

    /// <summary>As if the attempt had never been given up: what it led to is undone, and the word is heard.</summary>
    private static Outcome<PaymentStep> BroughtBack(Payment now, PaymentCommand.AcceptLate late, DateTimeOffset when)
    {
        var attempt = now with
        {
            State = PaymentState.Authorizing,
            Instrument = null,
            CancelReason = null,
            CanceledAt = null,
            FailureCode = null,
            FailureReason = null,
            Charge = now.Charge! with { State = ChargeState.Submitted, FailureCode = null, FailureReason = null, FinishedAt = null },
        };
        return HearOfAttempt(attempt, new PaymentCommand.News(late.ChargeId, late.Outcome), when);
    }

    private static Outcome<PaymentStep> Authorized(Payment now, ConnectorOutcome.Authorized outcome)
    {
        var charge = Settled(now.Charge!, ChargeState.Authorized, outcome.Reference, outcome.Summary, finishedAt: null) with
        {
            HoldId = now.Charge!.Id,
            CaptureBefore = outcome.CaptureBefore,
        };
        var next = now with { State = PaymentState.RequiresCapture, AmountAuthorized = charge.Amount, Charge = charge };
        return new PaymentStep(next, ["payment.authorized"], [Chart.Authorized(charge.Id, now.Id, charge.Connector, charge.Amount)]);
    }

    private static Outcome<PaymentStep> ActionRequired(Payment now, ConnectorOutcome.ActionRequired outcome, DateTimeOffset when)
    {
        // Some processors say only once until when it can be done.
        var known = now.Charge!.NextAction;
        var action = known is not null && outcome.Action == (known with { ExpiresAt = null }) ? known : outcome.Action;
        var isNew = now.State != PaymentState.RequiresAction || known != action;
        var charge = Asked(now.Charge!, when) with
        {
            State = ChargeState.RequiresAction,
            Reference = outcome.Reference ?? now.Charge!.Reference,
            Summary = outcome.Summary,
            NextAction = action,
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

    /// <summary>
    /// The customer's bank took the money back. What a dispute has taken is a part of it: no bank takes the same money twice. What fits
    /// beside the refunds is booked now; what is reserved for one that is under way follows when that has failed, as it must, since its
    /// processor has the money no more.
    /// </summary>
    private static Outcome<PaymentStep> Returned(Payment now, ConnectorOutcome.Returned outcome, DateTimeOffset when)
    {
        var missing = outcome.Amount - now.AmountReturned - now.AmountDisputed;
        var more = Money.Min(missing, now.AmountRefundable);
        if (!more.IsPositive)
        {
            return missing.IsPositive ? AskLater(now, when, firstFact: null)
                : now.Charge!.CheckAt is null ? PaymentStep.Nothing(now)
                : new PaymentStep(now with { Charge = now.Charge with { CheckAt = null, Checks = 0 } }, [], []);
        }

        var charge = (more < missing ? Asked(now.Charge!, when) : now.Charge! with { CheckAt = null, Checks = 0 }) with
        {
            State = ChargeState.Returned,
            FailureCode = outcome.Code,
            FailureReason = outcome.Sentence,
            ProcessorCode = outcome.ProcessorCode,
        };
        var next = now with
        {
            State = PaymentState.Returned,
            AmountReturned = now.AmountReturned + more,
            Charge = charge,
            FailureCode = outcome.Code,
            FailureReason = outcome.Sentence,
        };
        return new PaymentStep(
            next, ["payment.failed"], [Chart.Returned(charge.Id, now.Id, charge.Connector, next.AmountReturned, more)]);
    }

    private static Outcome<PaymentStep> Updated(Payment now, PaymentUpdate fields)
    {
        if (now.OrderId is not null && fields.ChangesTheOffer)
        {
            return new Refusal(Errors.NotSupported, "The payment of an order has all but its description and metadata from the order.");
        }

        if (fields.SetupFutureUsage is not null && !Customer.IsOurs(now.Purpose.CustomerId))
        {
            return Refusal.Field("setupFutureUsage", "needs a payment with a customerId of one of your customers here");
        }

        var next = now with
        {
            Amount = fields.Amount ?? now.Amount,
            Capture = fields.Capture ?? now.Capture,
            AllowedMethods = fields.AllowedMethods ?? now.AllowedMethods,
            SetupFutureUsage = fields.SetupFutureUsage ?? now.SetupFutureUsage,
            StatementDescriptor = fields.StatementDescriptor ?? now.StatementDescriptor,
            StatementDescriptorSuffix = fields.StatementDescriptorSuffix ?? now.StatementDescriptorSuffix,
            Purpose = now.Purpose with
            {
                Description = fields.Description ?? now.Purpose.Description,
                Metadata = fields.Metadata ?? now.Purpose.Metadata,
            },
        };
        return Statements.Fault(next.StatementDescriptor, next.StatementDescriptorSuffix)
            ?? (Outcome<PaymentStep>)new PaymentStep(next, ["payment.updated"], [], ChangesTheOffer: true);
    }

    private static Outcome<PaymentStep> Voiding(Payment now, string? reason, DateTimeOffset when, TimeSpan askAfter) => new PaymentStep(
        now with
        {
            State = PaymentState.Voiding,
            CancelReason = reason,
            FailureCode = null,
            FailureReason = null,
            Charge = Called(now.Charge!, ChargeState.Voiding, when, askAfter),
        }, [], []);

    private static Outcome<PaymentStep> WaitsForCustomerAgain(Payment now, DateTimeOffset when) => new PaymentStep(
        now with
        {
            State = PaymentState.RequiresAction,
            CancelReason = null,
            Charge = Asked(now.Charge!, when) with { State = ChargeState.RequiresAction },
        }, [], []);

    private static Outcome<PaymentStep> Canceled(Payment now, string reason, DateTimeOffset when) => new PaymentStep(
        now with { State = PaymentState.Canceled, CancelReason = reason, CanceledAt = when, Instrument = null }, ["payment.canceled"], []);

    /// <summary>Nothing is known yet: ask again, each time later, and say once that it takes time.</summary>
    internal static Outcome<PaymentStep> AskLater(Payment now, DateTimeOffset when, string? firstFact) => new PaymentStep(
        now with { Charge = Asked(now.Charge!, when) }, firstFact is not null && now.Charge!.Checks == 0 ? [firstFact] : [], []);

    internal static Charge Called(Charge charge, ChargeState state, DateTimeOffset when, TimeSpan askAfter) =>
        charge with { State = state, CalledAt = when, CheckAt = when + askAfter, Checks = 0 };

    internal static Charge Asked(Charge charge, DateTimeOffset when) =>
        charge with { CheckAt = when + AskAgain.After(charge.Checks), Checks = charge.Checks + 1 };

    internal static Charge Settled(
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

    private static bool IsHeld(Payment payment) => payment.AmountCapturable.IsPositive;

    private static bool MovedMoney(ConnectorOutcome outcome) => outcome is ConnectorOutcome.Authorized or ConnectorOutcome.Captured;

    /// <summary>The processor says what cannot be after what it said before: nothing is changed, a person has to look.</summary>
    internal static Refusal Contradiction(Payment now, PaymentCommand.News news) => new(
        Errors.InvalidState,
        $"Payment {now.Id} is {StateWords.Status(now.State)}, but the processor reports {news.Outcome.GetType().Name} for {news.ChargeId}.",
        new Dictionary<string, object?> { ["state"] = StateWords.Status(now.State), ["allowed"] = Array.Empty<string>() });
}
