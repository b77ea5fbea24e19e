using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Model;

/// <summary>The sandbox behind bad lines, one for each merchant.</summary>
internal sealed class FaultyConnector(SandboxConnector inner, Func<Tenant, Line> lineOf)
    : IConnector, IMessageConnector, IUpiDirectory, IDisputeDesk, IMandateConnector, ISetupConnector
{
    public string Name => inner.Name;

    public ConnectorCapabilities Capabilities => inner.Capabilities;

    public Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("authorize", call.Key, token => inner.Authorize(call, token), canBeLate: true, cancel);

    public Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("capture", call.Key, token => inner.Capture(call, token), canBeLate: true, cancel);

    public Task<ConnectorOutcome> Increment(FollowUpCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("increment", call.Key, token => inner.Increment(call, token), canBeLate: true, cancel);

    // It has no key of its own: one that comes after we have counted it as lost would release a newer hold.
    public Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("void", call.Key, token => inner.Void(call, token), canBeLate: false, cancel);

    public Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("status", call.OperationKey ?? call.ChargeKey, token => inner.Status(call, token), canBeLate: false, cancel);

    public Task<RefundOutcome> Refund(RefundCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("refund", call.Key, token => inner.Refund(call, token), canBeLate: true, cancel);

    public Task<RefundOutcome> CancelRefund(RefundStatusCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("cancel_refund", call.Key, token => inner.CancelRefund(call, token), canBeLate: false, cancel);

    public Task<RefundOutcome> RefundStatus(RefundStatusCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("refund_status", call.Key, token => inner.RefundStatus(call, token), canBeLate: false, cancel);

    public Task<ConnectorOutcome> Setup(SetupCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("setup", call.Key, token => inner.Setup(call, token), canBeLate: true, cancel);

    public Task<ConnectorOutcome> SetupStatus(SetupStatusCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("setup_status", call.Key, token => inner.SetupStatus(call, token), canBeLate: false, cancel);

    public Task<ConnectorOutcome> CancelSetup(SetupStatusCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("cancel_setup", call.Key, token => inner.CancelSetup(call, token), canBeLate: false, cancel);

    public Task<DisputeOutcome> SubmitEvidence(EvidenceCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("submit_evidence", call.Key, token => inner.SubmitEvidence(call, token), canBeLate: true, cancel);

    public Task<DisputeOutcome> AcceptDispute(AcceptDisputeCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("accept_dispute", call.Key, token => inner.AcceptDispute(call, token), canBeLate: true, cancel);

    public Task<DisputeOutcome> DisputeStatus(DisputeStatusCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("dispute_status", call.RequestKey ?? call.Reference, token => inner.DisputeStatus(call, token), canBeLate: false, cancel);

    public Task<SaveOutcome> Save(SaveCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("save", call.Key, token => inner.Save(call, token), canBeLate: true, cancel);

    public Task<SaveOutcome> Forget(ForgetCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("forget", call.Key, token => inner.Forget(call, token), canBeLate: true, cancel);

    public Task<MandateOutcome> CreateMandate(MandateCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("create_mandate", call.Key, token => inner.CreateMandate(call, token), canBeLate: true, cancel);

    public Task<MandateOutcome> MandateStatus(MandateStatusCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("mandate_status", call.Key, token => inner.MandateStatus(call, token), canBeLate: false, cancel);

    public Task<MandateOutcome> RevokeMandate(MandateStatusCall call, CancellationToken cancel) =>
        lineOf(call.Tenant).Call("revoke_mandate", call.Key, token => inner.RevokeMandate(call, token), canBeLate: true, cancel);

    public Task<MethodPreview?> Preview(Tenant tenant, SaveSource source, CancellationToken cancel) => inner.Preview(tenant, source, cancel);

    public Task<string?> FindCardFingerprint(Tenant tenant, string token, CancellationToken cancel) =>
        inner.FindCardFingerprint(tenant, token, cancel);

    public Task<UpiHolder> Find(string vpa, CancellationToken cancel) => inner.Find(vpa, cancel);

    public Task<MethodSummary?> FindCard(Tenant tenant, string token, CancellationToken cancel) => inner.FindCard(tenant, token, cancel);

    public Task<VerifiedMessage?> Verify(IncomingMessage message, IReadOnlyList<ProcessorAccount> receivers, CancellationToken cancel) =>
        inner.Verify(message, receivers, cancel);

    public Task<IReadOnlyList<ConnectorNews>> Read(Tenant tenant, IncomingMessage message, CancellationToken cancel) =>
        inner.Read(tenant, message, cancel);
}
