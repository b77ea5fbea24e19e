using System.Collections.Concurrent;
using System.Collections.Frozen;
using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Routing;

/// <summary>A processor that keeps what it took, and answers as the test says.</summary>
internal sealed class FakeProcessor(string name) : IConnector
{
    private readonly ConcurrentDictionary<string, ConnectorOutcome> charges = new();

    /// <summary>Null: it takes the money.</summary>
    public Func<AuthorizeCall, ConnectorOutcome?> Says { get; set; } = _ => null;

    /// <summary>What happens while it is being asked.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    /// <summary>What went wrong on the line once the work was done; null: nothing.</summary>
    public Exception? OnTheWayBack { get; set; }

    /// <summary>Cards are not held here: the money moves when the customer agrees.</summary>
    public bool TakesCardsAtOnce { get; set; }

    public ConcurrentQueue<AuthorizeCall> Calls { get; } = new();

    /// <summary>The charges that took money.</summary>
    public IEnumerable<string> Taken => charges.Where(charge => charge.Value is ConnectorOutcome.Captured).Select(charge => charge.Key);

    public string Name => name;

    public ConnectorCapabilities Capabilities => TakesCardsAtOnce ? capabilities with { TakenAtOnce = new[] { "card" }.ToFrozenSet() } : capabilities;

    private readonly ConnectorCapabilities capabilities = new(
        new[] { "card", "netbanking" }.ToFrozenSet(), null, new[] { Mode.Test }.ToFrozenSet(), TimeSpan.FromMinutes(1),
        TokenPrefixes: [name + "_"],
        Banks: new Dictionary<string, string> { ["HDFC"] = "HDFC Bank" },
        Countries: new Dictionary<string, IReadOnlySet<string>>());

    public static ConnectorOutcome Soft { get; } =
        new ConnectorOutcome.Declined(null, "PROCESSING_ERROR", "The processor could not process the payment.", "try_again", new("card"));

    public static ConnectorOutcome Hard { get; } = new ConnectorOutcome.Declined(null, "CARD_DECLINED", "The card was declined.", "do_not_honor", new("card"));

    public async Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel)
    {
        Calls.Enqueue(call);
        await Meanwhile();
        var outcome = charges.GetOrAdd(call.Key, _ => Says(call) ?? (call.Capture
            ? new ConnectorOutcome.Captured($"{name}-{call.Key}", SummaryOf(call.Instrument.Method))
            : new ConnectorOutcome.Authorized($"{name}-{call.Key}", SummaryOf(call.Instrument.Method))));
        return OnTheWayBack is { } lost ? throw lost : outcome;
    }

    public Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel) =>
        Task.FromResult(charges.GetValueOrDefault(call.ChargeKey, new ConnectorOutcome.NotFound()));

    public Task<MethodSummary?> FindCard(Tenant tenant, string token, CancellationToken cancel) =>
        Task.FromResult<MethodSummary?>(new("card", Network: token.Contains("amex", StringComparison.Ordinal) ? "amex" : "visa"));

    public Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel) =>
        Task.FromResult(charges.AddOrUpdate(
            call.ChargeKey, new ConnectorOutcome.Voided(null), (_, now) => now is ConnectorOutcome.Authorized ? new ConnectorOutcome.Voided(now.Reference) : now));

    public Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel) => Task.FromResult(charges.AddOrUpdate(
        call.ChargeKey, new ConnectorOutcome.NotFound(),
        (_, now) => now is ConnectorOutcome.Authorized held ? new ConnectorOutcome.Captured(held.Reference, held.Summary, call.Amount) : now));

    private static MethodSummary SummaryOf(string method) => new(method, Network: "visa", Last4: "4242");

    public Task<ConnectorOutcome> Increment(FollowUpCall call, CancellationToken cancel) => throw new NotSupportedException();

    public Task<RefundOutcome> Refund(RefundCall call, CancellationToken cancel) => throw new NotSupportedException();

    public Task<RefundOutcome> CancelRefund(RefundStatusCall call, CancellationToken cancel) => throw new NotSupportedException();

    public Task<RefundOutcome> RefundStatus(RefundStatusCall call, CancellationToken cancel) => throw new NotSupportedException();

    public void Reset()
    {
        (Says, Meanwhile, OnTheWayBack) = (_ => null, () => Task.CompletedTask, null);
        TakesCardsAtOnce = false;
        charges.Clear();
        Calls.Clear();
    }
}
