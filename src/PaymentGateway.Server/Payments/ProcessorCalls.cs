using PaymentGateway.Connectors;

namespace PaymentGateway.Payments;

/// <summary>The one place that tells a processor what was committed about a charge: to capture, to increment or to void it.</summary>
internal static class ProcessorCalls
{
    /// <summary>Sends the operation under way, always under its own key: repeated, it is done once.</summary>
    /// <param name="charge">In one of the states capturing, incrementing or voiding.</param>
    /// <param name="behaviour">Sandbox only.</param>
    /// <returns>What the processor said, as news of that operation.</returns>
    public static async Task<PaymentCommand.News> Send(IConnector connector, Charge charge, string? behaviour, CancellationToken cancel)
    {
        var outcome = charge switch
        {
            { CaptureUnderWay: { } capture } =>
                await connector.Capture(Call(charge, capture.Id, capture.Amount, behaviour) with { IsFinal = capture.IsFinal }, cancel),
            { Increment: { } increment } => await connector.Increment(Call(charge, increment.Id, increment.Amount, behaviour), cancel),
            _ => await Void(connector, charge, behaviour, cancel),
        };
        return new(charge.Id, outcome, charge.OperationId);
    }

    public static Task<ConnectorOutcome> Void(IConnector connector, Charge charge, string? behaviour, CancellationToken cancel) =>
        connector.Void(Call(charge, "void:" + charge.Id, charge.Amount, behaviour), cancel);

    private static FollowUpCall Call(Charge charge, string key, Money amount, string? behaviour) =>
        new(charge.Tenant, key, charge.Id, charge.Reference, amount, behaviour, ActionExpiresAt: charge.NextAction?.ExpiresAt);
}
