using PaymentGateway.Database;

namespace PaymentGateway.Receipts;

/// <summary>Keeps time for documents and credit notes.</summary>
internal sealed class ReceiptsWorker(CreditRefunds credits, PrintReceipt print, TimeProvider clock, ILogger<ReceiptsWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.Repeat("receipts", RunOnce, clock, log, stoppingToken);

    /// <summary>Credit notes first, so that a round that makes one makes its document too.</summary>
    private async Task RunOnce(CancellationToken cancel)
    {
        await credits.RunOnce(cancel);
        await print.RunOnce(cancel);
    }
}
