using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Clocks;

/// <summary>Keeps this replica's offsets up to date: by notice, and by reading them again.</summary>
internal sealed partial class ClocksWatch(MerchantClocks clocks, Db db, ILogger<ClocksWatch> log) : BackgroundService
{
    /// <summary>A trigger of <c>clocks.offsets</c> sends it.</summary>
    internal const string Channel = "clocks_moved";

    private static readonly TimeSpan reconnect = TimeSpan.FromSeconds(1);

    /// <summary>Before the first request: a replica that has just started must not live in the past.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await clocks.Refresh(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Repeat(() => clocks.Refresh(stoppingToken), MerchantClocks.Poll, stoppingToken),
        Repeat(() => db.Listen(Channel, () => clocks.Refresh(stoppingToken), stoppingToken), reconnect, stoppingToken));

    private async Task Repeat(Func<Task> round, TimeSpan pause, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await round();
            }
            catch (NpgsqlException e) when (e is not PostgresException || e.IsTransient)
            {
                LogOutOfReach(e);
            }

            await Task.Delay(pause, clocks.Real, stop);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The test clocks could not be read; the next round tries again")]
    private partial void LogOutOfReach(NpgsqlException e);
}
