using PaymentGateway.Database;

namespace PaymentGateway.SetupIntents;

/// <summary>Keeps time for the resolver of set-ups.</summary>
internal sealed class SetupIntentsWorker(SetupResolver resolver, TimeProvider clock, ILogger<SetupIntentsWorker> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Repeat("the resolver of setup intents", resolver.RunOnce, SetupResolver.BatchMax, clock, log, stoppingToken);
}
