using PaymentGateway.Database;

namespace PaymentGateway.QrCodes;

/// <summary>Keeps time for the expiry of codes.</summary>
internal sealed class QrCodesWorker(QrCodeExpiry expiry, TimeProvider clock, ILogger<QrCodesWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Repeat("the expiry of QR codes", expiry.RunOnce, clock, log, stoppingToken);
}
