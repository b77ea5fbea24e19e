using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>Keeps time for the end of sessions and for what is to go back by itself.</summary>
internal sealed class CoursesWorker(SessionExpiry expiry, DuplicateRefunds duplicates, TimeProvider clock, ILogger<CoursesWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Rounds.Repeat("the expiry of course sessions", expiry.RunOnce, clock, log, stoppingToken),
        Rounds.Repeat("the refund of duplicate course payments", duplicates.RunOnce, clock, log, stoppingToken));
}
