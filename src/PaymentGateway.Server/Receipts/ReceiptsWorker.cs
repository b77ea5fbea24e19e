using PaymentGateway.Database;

namespace PaymentGateway.Receipts;

/// <summary>Keeps time for documents and credit notes.</summary>
internal sealed class ReceiptsWorker(
    CreditRefunds credits, PrintReceipt print, TimeProvider clock, ILogger<ReceiptsWorker> log) : BackgroundService
{
    /// <summary>As many batches as one beat may take, so that a backlog is worked off faster than it grows.</summary>
    private const int BatchesMax = 20;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.Repeat("receipts", RunOnce, clock, log, stoppingToken);

    /// <summary>Credit notes first, so that a round that makes one makes its document too.</summary>
    private async Task RunOnce(CancellationToken cancel)
    {
        await WorkOff(credits.RunOnce, cancel);
        await WorkOff(print.RunOnce, cancel);
    }

    private static async Task WorkOff(Func<CancellationToken, Task<int>> batch, CancellationToken cancel)
    {
        for (var i = 0; i < BatchesMax && await batch(cancel) > 0; i++)
        {
        }
    }
}
