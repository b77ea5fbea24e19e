using PaymentGateway.Database;

namespace PaymentGateway.Methods.Bnpl;

/// <summary>
/// Keeps time for reminders. Days are what counts, but a test clock is not ready before they are sent, and a server that is started again
/// has to look at once.
/// </summary>
internal sealed class BnplWorker(InstallmentMoves moves, TimeProvider clock, ILogger<BnplWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Repeat("the reminders of instalments", moves.RunOnce, clock, log, stoppingToken);
}
