using PaymentGateway.Connectors;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>
/// Calls to the processor of a dispute: never inside a database transaction, and not stopped when the caller goes away.
/// </summary>
internal sealed class DisputeProcessors(ConnectorRegistry connectors, DisputeStore store)
{
    /// <summary>What a connector takes about disputes; null when it takes nothing, or is not configured.</summary>
    public DisputeCapabilities? CapabilitiesOf(string connector) => connectors.Find(connector)?.Capabilities.Disputes;

    /// <summary>How long after a call "not found" is a processor's final word.</summary>
    public TimeSpan NotFoundFinalAfter(Dispute dispute) => ConnectorOf(dispute).Capabilities.NotFoundFinalAfter;

    /// <summary>Sends the request under way, always under its own key: repeated, it is done once.</summary>
    /// <param name="dispute">In one of the states that wait for the processor.</param>
    /// <param name="behaviour">Sandbox only.</param>
    public async Task<DisputeOutcome> Send(Dispute dispute, string? behaviour)
    {
        var key = dispute.RequestKey ?? throw new InvalidOperationException($"Dispute {dispute.Id} has nothing to send.");
        if (dispute.State == DisputeState.Accepting)
        {
            return await ConnectorOf(dispute).AcceptDispute(
                new AcceptDisputeCall(dispute.Tenant, key, dispute.ChargeId, dispute.Reference, behaviour), CancellationToken.None);
        }

        var contents = await store.ContentsOf(dispute, onlyFile: null, CancellationToken.None);
        var files = dispute.Files.Select(file => new EvidenceAttachment(StateWords.Of(file.Purpose), file.Name, file.ContentType, contents[file.Id]));
        return await ConnectorOf(dispute).SubmitEvidence(
            new EvidenceCall(dispute.Tenant, key, dispute.ChargeId, dispute.Reference, dispute.Evidence, [.. files], behaviour),
            CancellationToken.None);
    }

    /// <summary>What became of the request under way; without one, what the dispute is.</summary>
    public Task<DisputeOutcome> Ask(Dispute dispute, CancellationToken cancel) => ConnectorOf(dispute).DisputeStatus(
        new DisputeStatusCall(dispute.Tenant, dispute.ChargeId, dispute.Reference, dispute.RequestKey), cancel);

    private GuardedConnector ConnectorOf(Dispute dispute) => connectors.Find(dispute.Connector)
        ?? throw new InvalidOperationException($"Dispute {dispute.Id} belongs to the connector {dispute.Connector}, which is not configured.");
}
