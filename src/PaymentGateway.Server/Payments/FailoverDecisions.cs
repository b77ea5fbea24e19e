using PaymentGateway.Connectors;

namespace PaymentGateway.Payments;

/// <summary>Whether another processor may be asked in the same confirmation: pure.</summary>
/// <remarks>
/// Two things must be sure: that the first attempt took no money and never will, and that its failure says nothing about the payer. So it
/// takes the processor's own word, or the proof that nothing was sent. What is unknown or pending is left to the resolver.
/// </remarks>
internal static class FailoverDecisions
{
    /// <param name="said">What became of the call.</param>
    /// <param name="told">The payment once that is written.</param>
    /// <param name="chargeId">The attempt that was called for.</param>
    /// <param name="attempts">Of this confirmation, with that one.</param>
    /// <param name="attemptsMax">As the merchant's rules have it.</param>
    public static bool MayFollow(ConnectorOutcome said, Payment told, string chargeId, int attempts, int attemptsMax) =>
        attempts < attemptsMax
        && SaysNothingOfThePayer(said)
        && told is { State: PaymentState.RequiresPaymentMethod, Charge: { State: ChargeState.Failed, NextAction: null, Authentication: null } failed }
        && failed.Id == chargeId;

    /// <summary>
    /// Whether the next processor can do for the payment what the first was to do. Of a split payment what can be held is held until all
    /// parts are, so a part that waits to be captured is not sent to a processor that takes the money at once.
    /// </summary>
    public static bool CanTakeOver(Payment told, string method, ConnectorCapabilities next) =>
        told.SplitPaymentId is null || told.Capture == CaptureMethod.Automatic || next.TakenAtOnce?.Contains(method) != true;

    /// <summary>Where the bank has spoken of the card holder, or the customer was asked, the attempt was theirs.</summary>
    private static bool SaysNothingOfThePayer(ConnectorOutcome said) => said switch
    {
        ConnectorOutcome.NotCalled => true,
        ConnectorOutcome.Declined { IsSoft: true, Authentication: null } => true,
        _ => false,
    };
}
