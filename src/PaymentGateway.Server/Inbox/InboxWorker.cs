using PaymentGateway.Database;

namespace PaymentGateway.Inbox;

/// <summary>Keeps time for messages that were stored and not acted on, and for forgetting old ones.</summary>
internal sealed class InboxWorker(ReceiveMessage receive, TimeProvider clock, ILogger<InboxWorker> log) : BackgroundService
{
    private static readonly TimeSpan purgeEvery = TimeSpan.FromMinutes(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Rounds.Repeat("the inbox", receive.RunOnce, ReceiveMessage.BatchMax, clock, log, stoppingToken),
        Rounds.Repeat("the purge of the inbox", receive.Purge, clock, log, stoppingToken, purgeEvery));
}
