using PaymentGateway.Connectors;
using PaymentGateway.Payments;

namespace PaymentGateway.Refunds;

/// <summary>
/// Calls to the processor of a refund: never inside a database transaction, and not stopped when the caller goes away.
/// </summary>
internal sealed class RefundProcessors(ConnectorRegistry connectors, PaymentStore payments)
{
    /// <summary>What a connector can do about refunds; null when it can nothing, or is not configured.</summary>
    public RefundCapabilities? CapabilitiesOf(string connector) => connectors.Find(connector)?.Capabilities.Refunds;

    /// <summary>How long after a call "not found" is a processor's final word.</summary>
    public TimeSpan NotFoundFinalAfter(Refund refund) => ConnectorOf(refund).Capabilities.NotFoundFinalAfter;

    public async Task<RefundOutcome> Send(Refund refund)
    {
        var charge = await payments.FindCharge(refund.Tenant, refund.ChargeId, CancellationToken.None);
        return await ConnectorOf(refund).Refund(
            new RefundCall(
                refund.Tenant, refund.Id, refund.ChargeId, charge!.Reference, refund.Amount, StateWords.Of(refund.Reason), refund.Behaviour),
            CancellationToken.None);
    }

    public Task<RefundOutcome> Cancel(Refund refund) => ConnectorOf(refund).CancelRefund(CallAbout(refund), CancellationToken.None);

    public Task<RefundOutcome> Ask(Refund refund, CancellationToken cancel) => ConnectorOf(refund).RefundStatus(CallAbout(refund), cancel);

    private static RefundStatusCall CallAbout(Refund refund) => new(refund.Tenant, refund.Id, refund.ChargeId, refund.Reference);

    private GuardedConnector ConnectorOf(Refund refund) => connectors.Find(refund.Connector)
        ?? throw new InvalidOperationException($"Refund {refund.Id} belongs to the connector {refund.Connector}, which is not configured.");
}
