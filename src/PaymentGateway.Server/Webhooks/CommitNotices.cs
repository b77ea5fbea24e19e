using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Webhooks;

/// <summary>
/// Tells other replicas that events were committed here. Not in the commit itself: NOTIFY takes a lock of the whole database until its
/// transaction ends, which would make every payment wait for every other. So it is sent after, and many commits share one.
/// </summary>
internal sealed class CommitAnnouncer(Db db, WebhookSignals signals, TimeProvider clock, ILogger<CommitAnnouncer> log) : BackgroundService
{
    internal const string Channel = "webhooks_committed";

    private static readonly TimeSpan pace = TimeSpan.FromMilliseconds(50);

    /// <summary>Nothing is lost when a notice is: the listener polls as well.</summary>
    private static readonly TimeSpan longest = TimeSpan.FromHours(1);

    public async Task<bool> Announce(CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        // A notice that a crash takes back only costs a poll: it need not wait for the disk.
        await using var notify = new NpgsqlCommand($"SELECT set_config('synchronous_commit', 'off', true); NOTIFY {Channel}", connection);
        await notify.ExecuteNonQueryAsync(cancel);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await signals.CommittedHere.Wait(longest, clock, stoppingToken);
            signals.Committed.Set();
            await Worker.Guarded(() => Announce(stoppingToken), ifUnreachable: false, log);
            await Task.Delay(pace, clock, stoppingToken);
        }
    }
}

/// <summary>Hears what other replicas committed, on a connection that it keeps.</summary>
internal sealed class CommitListener(Db db, WebhookSignals signals, TimeProvider clock, ILogger<CommitListener> log) : BackgroundService
{
    private static readonly TimeSpan reconnect = TimeSpan.FromSeconds(1);

    /// <summary>Listens until the connection breaks.</summary>
    public async Task<bool> Listen(CancellationToken stop)
    {
        await db.Listen(CommitAnnouncer.Channel, Hear, stop);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Worker.Guarded(() => Listen(stoppingToken), ifUnreachable: false, log);
            await Task.Delay(reconnect, clock, stoppingToken);
        }
    }

    private Task Hear()
    {
        signals.Committed.Set();
        return Task.CompletedTask;
    }
}
