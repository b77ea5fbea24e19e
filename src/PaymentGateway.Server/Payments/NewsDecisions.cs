using PaymentGateway.Connectors;

namespace PaymentGateway.Payments;

/// <summary>What we have of the charge that a processor's word is about.</summary>
public enum Standing
{
    /// <summary>The latest attempt, and we wait for a word about it, its capture, its increment or its release.</summary>
    UnderWay,

    /// <summary>Its money is held.</summary>
    Held,

    /// <summary>Its money is taken, and the payment has succeeded by it.</summary>
    Taken,

    /// <summary>The latest attempt, which has failed; the payment, and its order, can still be paid.</summary>
    GivenUp,

    /// <summary>The latest attempt of a payment that ended because the time of its order was over.</summary>
    Expired,

    /// <summary>The latest attempt of a payment that was canceled or released, or one whose terms, such as instalments, are over.</summary>
    Canceled,

    /// <summary>A later attempt has taken its place, or has paid.</summary>
    Replaced,

    /// <summary>Its money was taken, and the customer's bank has taken it back.</summary>
    CameBack,
}

/// <summary>What the word says, measured by what we expect.</summary>
public enum Word
{
    Held,

    /// <summary>Exactly what was to be taken is taken.</summary>
    Taken,

    /// <summary>More or less than that is taken, or what nobody asked for.</summary>
    OtherAmount,

    /// <summary>A decline.</summary>
    Denied,

    /// <summary>Released, given up, or the time of the authorization is over.</summary>
    Over,

    /// <summary>The customer's bank took the money back, as it may with a debit.</summary>
    CameBack,

    /// <summary>No end: it waits, is not known, or is older than what we know.</summary>
    Nothing,
}

/// <summary>What is done about a word.</summary>
public enum Verdict
{
    /// <summary>The state machine takes it.</summary>
    Apply,

    /// <summary>It says nothing new.</summary>
    Ignore,

    /// <summary>Late, and still welcome: the payment is brought back and takes the money.</summary>
    Accept,

    /// <summary>The money becomes a payment of its own, which is refunded, or released where it is only held.</summary>
    GiveBack,

    /// <summary>A work item: nobody but a person can know.</summary>
    Ask,
}

/// <param name="Money">What the processor took that does not fit; null when it took nothing or did not say.</param>
public sealed record Judgement(Standing Standing, Word Word, Verdict Verdict, Money? Money);

/// <summary>What to do about what a processor says, by what we have: one table, pure.</summary>
public static class NewsDecisions
{
    public static Verdict Decide(Standing ours, Word theirs) => (ours, theirs) switch
    {
        (Standing.UnderWay, Word.OtherAmount) => Verdict.Ask,
        (Standing.UnderWay, _) => Verdict.Apply,

        (Standing.Held, Word.Taken or Word.Over) => Verdict.Apply,
        (Standing.Held, Word.OtherAmount or Word.Denied) => Verdict.Ask,

        // Debits come back by their own rules, which both sides know.
        (Standing.Taken or Standing.CameBack, Word.CameBack) => Verdict.Apply,
        (Standing.Held or Standing.Replaced, Word.CameBack) => Verdict.Ask,
        (Standing.CameBack, Word.OtherAmount) => Verdict.Ask,

        // Money that was taken is never un-made by any other message.
        (Standing.Taken, Word.OtherAmount or Word.Denied or Word.Over) => Verdict.Ask,

        (Standing.GivenUp or Standing.Expired, Word.Held or Word.Taken) => Verdict.Accept,
        (Standing.GivenUp or Standing.Expired, Word.OtherAmount) => Verdict.GiveBack,
        (Standing.Canceled or Standing.Replaced, Word.Held or Word.Taken or Word.OtherAmount) => Verdict.GiveBack,

        _ => Verdict.Ignore,
    };

    /// <param name="order">Of the payment, when it has one.</param>
    /// <param name="payment">Whose charge, the latest or an earlier one, the word is about.</param>
    /// <param name="amount">Of that charge.</param>
    public static Judgement Judge(Order? order, Payment payment, Money amount, PaymentCommand.News news)
    {
        var standing = StandingOf(order, payment, news.ChargeId);
        var (word, money) = news.OperationId is { } operation
            ? OfOperation(payment, operation, standing, news.Outcome, amount)
            : OfCharge(payment, standing, news.Outcome, amount);
        return new(standing, word, Decide(standing, word), money);
    }

    private static Standing StandingOf(Order? order, Payment payment, string chargeId) => payment switch
    {
        _ when payment.Charge?.Id != chargeId => Standing.Replaced,
        { State: PaymentState.RequiresCapture } => Standing.Held,
        { State: PaymentState.Succeeded } => Standing.Taken,
        { State: PaymentState.Returned } => Standing.CameBack,
        { State: not (PaymentState.RequiresPaymentMethod or PaymentState.RequiresConfirmation or PaymentState.Canceled or PaymentState.Failed) } =>
            Standing.UnderWay,
        { Charge.Details: not null } => Standing.Canceled,
        _ when order?.State == OrderState.Canceled => Standing.Canceled,
        _ when order?.State == OrderState.Expired => payment.CancelReason is null or "expired" ? Standing.Expired : Standing.Canceled,
        { State: PaymentState.Canceled } => Standing.Canceled,
        _ => Standing.GivenUp,
    };

    private static (Word Word, Money? Money) OfCharge(Payment payment, Standing standing, ConnectorOutcome outcome, Money amount) => outcome switch
    {
        ConnectorOutcome.Authorized => (Word.Held, amount),
        ConnectorOutcome.Captured captured => OfCaptured(payment, standing, captured.Total ?? amount, amount),
        ConnectorOutcome.Voided => (Word.Over, null),
        ConnectorOutcome.Returned => (Word.CameBack, null),
        ConnectorOutcome.Declined declined => (HoldDecisions.HasExpired(declined) ? Word.Over : Word.Denied, null),
        _ => (Word.Nothing, null),
    };

    private static (Word Word, Money? Money) OfCaptured(Payment payment, Standing standing, Money total, Money amount)
    {
        var more = total - payment.AmountCaptured;
        return standing switch
        {
            Standing.Taken or Standing.CameBack => more.IsPositive ? (Word.OtherAmount, more) : (Word.Nothing, null),
            Standing.UnderWay or Standing.Held when !more.IsPositive => (Word.Nothing, null),
            Standing.UnderWay or Standing.Held => (more == Expected(payment) ? Word.Taken : Word.OtherAmount, more),
            _ => (total == amount ? Word.Taken : Word.OtherAmount, total),
        };
    }

    /// <summary>What the processor is to take now: the part that was asked for, or all that is left of the attempt or its hold.</summary>
    private static Money Expected(Payment payment) =>
        payment.Charge!.CaptureUnderWay?.Amount ?? (payment.Charge.HoldId is null ? payment.Charge.Amount : payment.AmountCapturable);

    /// <summary>About a capture or increment that is over, only money that should not be there is news.</summary>
    private static (Word Word, Money? Money) OfOperation(
        Payment payment, string operationId, Standing standing, ConnectorOutcome outcome, Money amount)
    {
        var capture = standing == Standing.Replaced ? null : payment.Charge!.Captures.FirstOrDefault(known => known.Id == operationId);
        if (standing == Standing.UnderWay && payment.Charge!.OperationId == operationId)
        {
            return outcome switch
            {
                ConnectorOutcome.Captured captured => capture is null ? (Word.OtherAmount, captured.Total) : (Word.Taken, capture.Amount),
                _ => OfCharge(payment, standing, outcome, amount),
            };
        }

        return outcome is ConnectorOutcome.Captured late && capture?.State != CaptureState.Captured
            ? (Word.OtherAmount, capture?.Amount ?? late.Total)
            : (Word.Nothing, null);
    }
}
