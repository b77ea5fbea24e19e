using PaymentGateway.Database;

namespace PaymentGateway.Inbox;

/// <summary>Keeps time for messages that were stored and not acted on.</summary>
internal sealed class InboxWorker(ReceiveMessage receive, TimeProvider clock, ILogger<InboxWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Repeat("the inbox", receive.RunOnce, ReceiveMessage.BatchMax, clock, log, stoppingToken);
}
