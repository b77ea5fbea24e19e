using PaymentGateway.Database;

namespace PaymentGateway.People;

/// <summary>Forgets sessions, links, codes and attempts that are long over.</summary>
internal sealed class PeopleWorker(SessionStore sessions, PersonTime time, ILogger<PeopleWorker> log) : BackgroundService
{
    private static readonly TimeSpan interval = TimeSpan.FromMinutes(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.Repeat(
        "forgetting old sessions", cancel => sessions.Forget(time.Now, cancel), time.Clock, log, stoppingToken, interval);
}
