using PaymentGateway.Database;

namespace PaymentGateway.Methods.Bnpl;

/// <summary>Keeps time for reminders. Days are what counts, so once a minute is often enough.</summary>
internal sealed class BnplWorker(InstallmentMoves moves, TimeProvider clock, ILogger<BnplWorker> log) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Repeat("the reminders of instalments", moves.RunOnce, clock, log, stoppingToken, interval);
}
