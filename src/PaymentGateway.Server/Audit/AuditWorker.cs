using Npgsql;

namespace PaymentGateway.Audit;

/// <summary>Keeps time for the chainer and the months.</summary>
internal sealed partial class AuditWorker(
    AuditChainer chainer, AuditMonthStore months, AuditSettings settings, TimeProvider clock, ILogger<AuditWorker> log) : BackgroundService
{
    private static readonly TimeSpan chainInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan monthInterval = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Repeat("the chains of audit logs", chainInterval, chainer.Run, stoppingToken),
        Repeat("the months of audit logs", monthInterval, TurnMonths, stoppingToken));

    private async Task TurnMonths(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await months.Ensure(now, cancel);
        var dropped = await months.Drop(now.AddYears(-settings.RetentionYears), cancel);
        if (dropped > 0)
        {
            LogDropped(dropped, settings.RetentionYears);
        }
    }

    private async Task Repeat(string what, TimeSpan interval, Func<CancellationToken, Task> round, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval, clock);
        do
        {
            try
            {
                await round(stop);
            }
            catch (NpgsqlException e)
            {
                LogRoundFailed(e, what);
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Dropped {Count} months of audit logs that were older than {Years} years")]
    private partial void LogDropped(int count, int years);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database was out of reach for {What}; the next round tries again")]
    private partial void LogRoundFailed(Exception e, string what);
}
