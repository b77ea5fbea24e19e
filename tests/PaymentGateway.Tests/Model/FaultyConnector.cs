using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Model;

/// <summary>The sandbox behind a bad line: what is said to it and what it says is lost, late or broken as the seed wants.</summary>
internal sealed class FaultyConnector(SandboxConnector inner, Mishaps mishaps)
    : IConnector, IMessageConnector, IUpiDirectory, IDisputeDesk, IMandateConnector, ISetupConnector
{
    private readonly ConcurrentQueue<(string Key, Func<Task> Call)> onTheirWay = new();

    /// <summary>Names an object by its id, the same in every run.</summary>
    public Func<string, string> NameOf { get; set; } = id => id;

    public string Name => inner.Name;

    public ConnectorCapabilities Capabilities => inner.Capabilities;

    public int LateCalls => onTheirWay.Count;

    public Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel) =>
        Run("authorize", call.Key, token => inner.Authorize(call, token), canBeLate: true, cancel);

    public Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel) =>
        Run("capture", call.Key, token => inner.Capture(call, token), canBeLate: true, cancel);

    public Task<ConnectorOutcome> Increment(FollowUpCall call, CancellationToken cancel) =>
        Run("increment", call.Key, token => inner.Increment(call, token), canBeLate: true, cancel);

    // It has no key of its own: one that comes after we have counted it as lost would release a newer hold.
    public Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel) =>
        Run("void", call.Key, token => inner.Void(call, token), canBeLate: false, cancel);

    public Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel) =>
        Run("status", call.OperationKey ?? call.ChargeKey, token => inner.Status(call, token), canBeLate: false, cancel);

    public Task<RefundOutcome> Refund(RefundCall call, CancellationToken cancel) =>
        Run("refund", call.Key, token => inner.Refund(call, token), canBeLate: true, cancel);

    public Task<RefundOutcome> CancelRefund(RefundStatusCall call, CancellationToken cancel) =>
        Run("cancel_refund", call.Key, token => inner.CancelRefund(call, token), canBeLate: false, cancel);

    public Task<RefundOutcome> RefundStatus(RefundStatusCall call, CancellationToken cancel) =>
        Run("refund_status", call.Key, token => inner.RefundStatus(call, token), canBeLate: false, cancel);

    public Task<ConnectorOutcome> Setup(SetupCall call, CancellationToken cancel) =>
        Run("setup", call.Key, token => inner.Setup(call, token), canBeLate: true, cancel);

    public Task<ConnectorOutcome> SetupStatus(SetupStatusCall call, CancellationToken cancel) =>
        Run("setup_status", call.Key, token => inner.SetupStatus(call, token), canBeLate: false, cancel);

    public Task<ConnectorOutcome> CancelSetup(SetupStatusCall call, CancellationToken cancel) =>
        Run("cancel_setup", call.Key, token => inner.CancelSetup(call, token), canBeLate: false, cancel);

    public Task<DisputeOutcome> SubmitEvidence(EvidenceCall call, CancellationToken cancel) =>
        Run("submit_evidence", call.Key, token => inner.SubmitEvidence(call, token), canBeLate: true, cancel);

    public Task<DisputeOutcome> AcceptDispute(AcceptDisputeCall call, CancellationToken cancel) =>
        Run("accept_dispute", call.Key, token => inner.AcceptDispute(call, token), canBeLate: true, cancel);

    public Task<DisputeOutcome> DisputeStatus(DisputeStatusCall call, CancellationToken cancel) =>
        Run("dispute_status", call.RequestKey ?? call.Reference, token => inner.DisputeStatus(call, token), canBeLate: false, cancel);

    public Task<SaveOutcome> Save(SaveCall call, CancellationToken cancel) =>
        Run("save", call.Key, token => inner.Save(call, token), canBeLate: true, cancel);

    public Task<SaveOutcome> Forget(ForgetCall call, CancellationToken cancel) =>
        Run("forget", call.Key, token => inner.Forget(call, token), canBeLate: true, cancel);

    public Task<MandateOutcome> CreateMandate(MandateCall call, CancellationToken cancel) =>
        Run("create_mandate", call.Key, token => inner.CreateMandate(call, token), canBeLate: true, cancel);

    public Task<MandateOutcome> MandateStatus(MandateStatusCall call, CancellationToken cancel) =>
        Run("mandate_status", call.Key, token => inner.MandateStatus(call, token), canBeLate: false, cancel);

    public Task<MandateOutcome> RevokeMandate(MandateStatusCall call, CancellationToken cancel) =>
        Run("revoke_mandate", call.Key, token => inner.RevokeMandate(call, token), canBeLate: true, cancel);

    public Task<MethodPreview?> Preview(Tenant tenant, SaveSource source, CancellationToken cancel) => inner.Preview(tenant, source, cancel);

    public Task<string?> FindCardFingerprint(Tenant tenant, string token, CancellationToken cancel) =>
        inner.FindCardFingerprint(tenant, token, cancel);

    public Task<UpiHolder> Find(string vpa, CancellationToken cancel) => inner.Find(vpa, cancel);

    public Task<MethodSummary?> FindCard(Tenant tenant, string token, CancellationToken cancel) => inner.FindCard(tenant, token, cancel);

    public Task<VerifiedMessage?> Verify(IncomingMessage message, IReadOnlyList<ProcessorAccount> receivers, CancellationToken cancel) =>
        inner.Verify(message, receivers, cancel);

    public Task<IReadOnlyList<ConnectorNews>> Read(Tenant tenant, IncomingMessage message, CancellationToken cancel) =>
        inner.Read(tenant, message, cancel);

    /// <summary>The calls that nobody waits for any more arrive.</summary>
    /// <returns>How many.</returns>
    public async Task<int> LetLateCallsArrive()
    {
        var count = 0;
        while (onTheirWay.TryDequeue(out var late))
        {
            await late.Call();
            count++;
        }

        return count;
    }

    private async Task<T> Run<T>(string action, string key, Func<CancellationToken, Task<T>> call, bool canBeLate, CancellationToken cancel)
    {
        var mishap = mishaps.Next($"{action} {NameOf(key)}");
        switch (mishap)
        {
            case Mishap.LateCall when canBeLate:
                onTheirWay.Enqueue((key, () => call(CancellationToken.None)));
                throw new TimeoutException("The call is late.");
            case Mishap.LostCall or Mishap.LateCall:
                throw new TimeoutException("The call is lost.");
            case Mishap.FailedBefore:
                throw new HttpRequestException("The processor failed.", inner: null, HttpStatusCode.InternalServerError);
        }

        var answer = await call(cancel);
        return mishap switch
        {
            Mishap.LostAnswer => throw new TimeoutException("The answer is lost."),
            Mishap.FailedAfter => throw new HttpRequestException("The processor failed.", inner: null, HttpStatusCode.BadGateway),
            Mishap.Garbled => throw new JsonException("The answer is garbled."),
            _ => answer,
        };
    }
}
