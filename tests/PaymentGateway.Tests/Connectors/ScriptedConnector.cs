using System.Collections.Frozen;
using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Connectors;

/// <summary>A connector that answers what the test says.</summary>
internal class ScriptedConnector(string name = "scripted") : IConnector
{
    public Func<CancellationToken, Task<ConnectorOutcome>> Answer { get; set; } =
        _ => Task.FromResult<ConnectorOutcome>(new ConnectorOutcome.NotFound());

    public int Calls { get; private set; }

    public string Name => name;

    public ConnectorCapabilities Capabilities { get; init; } = new(
        new[] { "card" }.ToFrozenSet(), null, new[] { Mode.Test, Mode.Live }.ToFrozenSet(), TimeSpan.FromMinutes(1));

    public Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel) => Run(cancel);

    public Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel) => Run(cancel);

    public Task<ConnectorOutcome> Increment(FollowUpCall call, CancellationToken cancel) => Run(cancel);

    public Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel) => Run(cancel);

    public Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel) => Run(cancel);

    public Func<CancellationToken, Task<RefundOutcome>> RefundAnswer { get; set; } =
        _ => Task.FromResult<RefundOutcome>(new RefundOutcome.NotFound());

    public Task<RefundOutcome> Refund(RefundCall call, CancellationToken cancel) => RefundAnswer(cancel);

    public Task<RefundOutcome> CancelRefund(RefundStatusCall call, CancellationToken cancel) => RefundAnswer(cancel);

    public Task<RefundOutcome> RefundStatus(RefundStatusCall call, CancellationToken cancel) => RefundAnswer(cancel);

    private Task<ConnectorOutcome> Run(CancellationToken cancel)
    {
        Calls++;
        return Answer(cancel);
    }
}

/// <summary>The same of a processor that merchants have accounts at.</summary>
internal sealed class AccountedConnector(string name) : ScriptedConnector(name), IAccountConnector
{
    public IReadOnlyList<AccountField> AccountFields { get; } = [];

    public Task<ConnectionTest> TestConnection(ProcessorAccount account, CancellationToken cancel) => Task.FromResult(new ConnectionTest(true, ""));
}
