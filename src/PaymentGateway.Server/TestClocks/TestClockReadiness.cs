using System.Text.Json.Nodes;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.TestClocks;

/// <summary>
/// Finds clocks for which all due work is done. The work itself is that of the areas' own workers; this only looks, so whichever replica
/// looks next goes on where one has died.
/// </summary>
internal sealed class TestClockReadiness(TestClockStore store, Committer committer, EventConsumers events, MerchantClocks clocks)
{
    /// <returns>How many clocks became ready.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var ready = 0;
        foreach (var clock in await store.Advancing(cancel))
        {
            ready += await TryReady(clock, cancel) ? 1 : 0;
        }

        return ready;
    }

    private async Task<bool> TryReady(TestClock clock, CancellationToken cancel)
    {
        var when = clocks.Real.GetUtcNow();
        var mustWait = !TestClockDecisions.HasSettled(clock, when) || await store.SomethingIsDue(clock.Tenant, clock.TimeAt(when), cancel);
        if (TestClockDecisions.Ready(clock, mustWait, when) is not { } ready)
        {
            return false;
        }

        clocks.Saw(clock.Tenant, clock.Ahead);
        var change = new Change().Write(TestClockRows.Update, ready);
        events.Write(change, Event.Of("test_clock.ready", clock.Tenant, clock.Id, FactsOf(ready, when), requestId: null, webhookUrl: null, clocks));
        return await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => true,
            // Advanced again meanwhile, or found ready by another replica.
            CommitOutcome.Conflict => false,
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            var other => throw new InvalidOperationException($"{other} is not an outcome of a commit."),
        };
    }

    private static JsonObject FactsOf(TestClock clock, DateTimeOffset when) => new()
    {
        ["merchantId"] = clock.Tenant.MerchantId,
        ["testClockId"] = clock.Id,
        ["name"] = clock.Name,
        ["status"] = StatusText.Of(clock.Status),
        ["time"] = Json.Time(clock.TimeAt(when)),
    };
}
