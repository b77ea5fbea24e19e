using PaymentGateway.Database;

namespace PaymentGateway.WorkItems;

/// <summary>Keeps time for the actions of work items.</summary>
internal sealed class WorkItemsWorker(ResolveWorkItem resolve, TimeProvider clock, ILogger<WorkItemsWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Repeat("the actions of work items", resolve.RunOnce, ResolveWorkItem.BatchMax, clock, log, stoppingToken);
}
