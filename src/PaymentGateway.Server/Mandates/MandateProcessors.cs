using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Mandates;

/// <summary>Calls to the processor of a mandate: never inside a database transaction, and not stopped when the caller goes away.</summary>
internal sealed class MandateProcessors(ConnectorRegistry connectors)
{
    /// <summary>Who sets up such a mandate; null when nobody does. One that is not available is better than none.</summary>
    public async ValueTask<GuardedConnector?> For(MandateType type, Tenant tenant)
    {
        var candidates = (await connectors.For(tenant)).All
            .Where(c => c.Capabilities.Mandates?.Contains(Words.Of(type)) == true)
            .ToList();
        return candidates.FirstOrDefault(c => c.IsAvailable) ?? candidates.FirstOrDefault();
    }

    public Task<MandateOutcome> Create(Mandate mandate, string? accountToken, string? vpa) => ConnectorOf(mandate).CreateMandate(
        new MandateCall(
            mandate.Tenant, mandate.Id, Words.Of(mandate.Type), accountToken, vpa, mandate.AmountMax, Words.Of(mandate.Frequency),
            mandate.StartsAt, mandate.EndsAt, mandate.Description, mandate.Behaviour),
        CancellationToken.None);

    public Task<MandateOutcome> Ask(Mandate mandate, CancellationToken cancel) => ConnectorOf(mandate).MandateStatus(CallAbout(mandate), cancel);

    public Task<MandateOutcome> Revoke(Mandate mandate, CancellationToken cancel) => ConnectorOf(mandate).RevokeMandate(CallAbout(mandate), cancel);

    /// <summary>How long after a call "not found" is the processor's final word.</summary>
    public TimeSpan NotFoundFinalAfter(Mandate mandate) => ConnectorOf(mandate).Capabilities.NotFoundFinalAfter;

    private static MandateStatusCall CallAbout(Mandate mandate) => new(mandate.Tenant, mandate.Id, Words.Of(mandate.Type), mandate.Reference);

    private GuardedConnector ConnectorOf(Mandate mandate) => connectors.Find(mandate.Connector)
        ?? throw new InvalidOperationException($"Mandate {mandate.Id} belongs to the connector {mandate.Connector}, which is not configured.");
}
