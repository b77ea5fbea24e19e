using PaymentGateway.Connectors;
using PaymentGateway.Methods;
using PaymentGateway.Routing;

namespace PaymentGateway.Payments;

/// <summary>What can happen to a payment. The name is the word that callers use.</summary>
public abstract record PaymentCommand(string Name)
{
    /// <summary>Takes a way to pay, to be confirmed later.</summary>
    public sealed record Choose(Instrument Instrument) : PaymentCommand("choose_method");

    /// <summary>Starts an attempt. The charge is committed as submitted before the processor is called.</summary>
    /// <param name="AskAfter">If no answer is recorded by then, the resolver asks the processor.</param>
    /// <param name="PaymentMethodId">The saved method that it is paid with, or that need not be saved again.</param>
    /// <param name="Routing">Why it goes to this processor.</param>
    public sealed record Confirm(
        string ChargeId, string Connector, MethodSummary Summary, FeeTerms Terms, string? Behaviour, TimeSpan AskAfter,
        MethodDetails? Details = null, string? PaymentMethodId = null, string? ReturnUrl = null, string? MandateId = null,
        RoutingTrace? Routing = null)
        : PaymentCommand("confirm");

    /// <summary>Takes held money, in full or a part.</summary>
    /// <param name="CaptureId">The key that the processor deduplicates by.</param>
    /// <param name="Amount">Null: all that is held.</param>
    /// <param name="IsFinal">What is held beyond the amount is released with it.</param>
    /// <param name="Can">What the charge's processor can do with a hold.</param>
    public sealed record Capture(string CaptureId, Money? Amount, bool IsFinal, HoldFeatures Can, TimeSpan AskAfter) : PaymentCommand("capture");

    /// <summary>Holds more.</summary>
    /// <param name="IncrementId">The key that the processor deduplicates by.</param>
    /// <param name="Amount">The new total that is authorized, with what is captured already.</param>
    public sealed record Increment(string IncrementId, Money Amount, HoldFeatures Can, TimeSpan AskAfter) : PaymentCommand("increment");

    /// <summary>The merchant takes the payment back, or its order is closed. What is captured already stays captured.</summary>
    public sealed record Cancel(string Reason, TimeSpan AskAfter) : PaymentCommand("cancel");

    /// <summary>The time of the order is over. Unlike <see cref="Cancel"/> it leaves a held payment alone.</summary>
    public sealed record Expire(TimeSpan AskAfter) : PaymentCommand("expire");

    /// <summary>The time of the authorization is over: what is still held is let go.</summary>
    public sealed record ExpireHold(TimeSpan AskAfter) : PaymentCommand("expire_hold");

    /// <summary>The customer gives up the attempt that waits for them, to try another way.</summary>
    public sealed record Abandon(TimeSpan AskAfter) : PaymentCommand("abandon");

    /// <summary>The merchant says something else about the payment. What is null stays.</summary>
    public sealed record Update(PaymentUpdate Fields) : PaymentCommand("update");

    /// <summary>Success after we had given the attempt up: the payment is brought back and takes it.</summary>
    public sealed record AcceptLate(string ChargeId, ConnectorOutcome Outcome) : PaymentCommand("accept_late");

    /// <summary>The processor took less than was expected, and a person has said that this is right.</summary>
    public sealed record AcceptAmount(string ChargeId, Money Amount) : PaymentCommand("accept_amount");

    /// <summary>The processor said something about a charge: in its answer, in a message, or asked by the resolver.</summary>
    /// <param name="OperationId">The capture or increment that the word is about; null: the charge as a whole.</param>
    public sealed record News(string ChargeId, ConnectorOutcome Outcome, string? OperationId = null) : PaymentCommand("news");
}

/// <summary>New values of a payment's fields; null leaves a field as it is.</summary>
public sealed record PaymentUpdate(
    Money? Amount = null, CaptureMethod? Capture = null, IReadOnlyList<string>? AllowedMethods = null,
    SetupFutureUsage? SetupFutureUsage = null, string? StatementDescriptor = null, string? StatementDescriptorSuffix = null,
    string? Description = null, string? Metadata = null)
{
    /// <summary>Whether it changes what the processor is told, which is possible only before it is told.</summary>
    internal bool ChangesTheOffer =>
        (Amount, Capture, AllowedMethods, SetupFutureUsage, StatementDescriptor, StatementDescriptorSuffix) != (null, null, null, null, null, null);
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

    /// <summary>
    /// Fee and tax of the next part: those of all that is then captured, less what earlier parts were charged. So the parts add up to
    /// the fee of the whole, whichever way it is cut. A part never owes more than it is; what that leaves open the next one takes.
    /// </summary>
    /// <param name="captured">By earlier parts.</param>
    /// <param name="charged">Fee and tax of the earlier parts.</param>
    public (Money Fee, Money Tax) OfPart(Money captured, (Money Fee, Money Tax) charged, Money part)
    {
        var (fee, tax) = Of(captured + part);
        var partFee = Money.Min(fee - charged.Fee, part);
        return (partFee, Money.Min(tax - charged.Tax, part - partFee));
    }
}
