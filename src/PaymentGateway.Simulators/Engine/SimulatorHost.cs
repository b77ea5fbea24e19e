using System.Net;

namespace PaymentGateway.Simulators.Engine;

/// <summary>Makes the processor of a simulator.</summary>
internal delegate IProcessor ProcessorFactory(World world);

/// <param name="Port">0: any that is free.</param>
/// <param name="DataFolder">Where it remembers; null: in memory only.</param>
/// <param name="Seed">The same seed and the same requests give the same ids and the same faults.</param>
internal sealed record SimulatorSettings(string Name, ProcessorFactory Create, int Port, string? DataFolder, int Seed);

/// <summary>A running simulator. Each has a port of its own, since processors and their client libraries want the root of a host.</summary>
internal sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task sending;
    private readonly Task ticking;

    private SimulatorHost(WebApplication app, Simulator simulator)
    {
        this.app = app;
        Simulator = simulator;
        sending = Send(simulator, stopping.Token);
        ticking = Tick(simulator, stopping.Token);
    }

    public Simulator Simulator { get; }

    /// <summary><c>http://127.0.0.1:12111</c></summary>
    public string Address => app.Urls.Single();

    public static async Task<SimulatorHost> Start(SimulatorSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, settings.Port));
        var app = builder.Build();
        var world = World.Create(settings.Name, settings.Seed, FileOf(settings), clock, app.Logger);
        var simulator = new Simulator(settings.Create(world), world);
        app.MapControl(simulator);
        app.MapFallback("{**path}", simulator.Serve);
        await app.StartAsync(cancel);
        world.Origin = app.Urls.Single();
        return new(app, simulator);
    }

    private static string? FileOf(SimulatorSettings settings)
    {
        if (settings.DataFolder is not { } folder)
            return null;
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $"{settings.Name}.jsonl");
    }

    private static async Task Send(Simulator simulator, CancellationToken stop)
    {
        try
        {
            await simulator.World.Outbox.Run(simulator.Processor, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    // So that a webhook goes out when it is due, and not only when somebody asks.
    private static async Task Tick(Simulator simulator, CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            while (await timer.WaitForNextTickAsync(stop))
                await simulator.Exclusively(() => true, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Ends when the process is told to stop.</summary>
    public Task UntilStopped(CancellationToken cancel) => app.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(sending, ticking);
        await app.DisposeAsync();
        Simulator.Dispose();
        stopping.Dispose();
    }
}
