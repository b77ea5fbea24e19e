using Npgsql;

namespace PaymentGateway.QrCodes;

/// <summary>Keeps time for the expiry of codes.</summary>
internal sealed partial class QrCodesWorker(QrCodeExpiry expiry, TimeProvider clock, ILogger<QrCodesWorker> log) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await expiry.RunOnce(stoppingToken);
            }
            catch (NpgsqlException e)
            {
                LogRoundFailed(e);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The database was out of reach for the expiry of QR codes; the next round tries again")]
    private partial void LogRoundFailed(Exception e);
}
