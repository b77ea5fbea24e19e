using PaymentGateway.Database;

namespace PaymentGateway.Mail;

/// <summary>Sends mail, and forgets what was sent.</summary>
internal sealed partial class MailWorker(MailDispatch dispatch, MailPost post, TimeProvider clock, ILogger<MailWorker> log) : BackgroundService
{
    private static readonly TimeSpan purgeInterval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!post.IsOpen)
        {
            LogClosed();
        }

        return Task.WhenAll(
            Rounds.Repeat("sending mail", dispatch.RunOnce, clock, log, stoppingToken),
            Rounds.Repeat("forgetting mail", dispatch.Forget, clock, log, stoppingToken, purgeInterval));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Neither SMTP_HOST nor MAIL_DIRECTORY is set: mail waits in the database")]
    private partial void LogClosed();
}
