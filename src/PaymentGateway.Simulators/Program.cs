using System.CommandLine;
using PaymentGateway.Simulators.Engine;

namespace PaymentGateway.Simulators;

/// <summary>Serves the simulated processors on this machine until it is stopped.</summary>
public static class Program
{
    public static Task<int> Main(string[] args)
    {
        var data = new Option<string?>("--data") { Description = "folder where they remember; without it they forget when they stop" };
        var seed = new Option<int>("--seed") { Description = "the same seed and requests give the same ids and faults", DefaultValueFactory = _ => 1 };
        var ports = SimulatorList.All
            .Select(one => (one.Name, one.Create, Port: new Option<int>($"--{one.Name}-port") { Description = $"port of {one.Name}", DefaultValueFactory = _ => one.Port }))
            .ToList();
        var root = new RootCommand("Payment processors on localhost: each speaks its own protocol, and misbehaves when POST /_control says so.") { data, seed };
        foreach (var one in ports)
            root.Options.Add(one.Port);
        root.SetAction((parsed, cancel) => Serve(
            [.. ports.Select(one => new SimulatorSettings(one.Name, one.Create, parsed.GetValue(one.Port), parsed.GetValue(data), parsed.GetValue(seed)))], cancel));
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<int> Serve(IReadOnlyList<SimulatorSettings> all, CancellationToken cancel)
    {
        var running = new List<SimulatorHost>();
        try
        {
            foreach (var settings in all)
            {
                running.Add(await SimulatorHost.Start(settings, TimeProvider.System, cancel));
                Console.WriteLine($"{settings.Name,-10} {running[^1].Address}");
            }
            await Task.WhenAny(running.Select(one => one.UntilStopped(cancel)));
            return 0;
        }
        catch (IOException occupied)
        {
            await Console.Error.WriteLineAsync($"{occupied.Message} Give another port: --help shows the options.");
            return 2;
        }
        finally
        {
            foreach (var one in running)
                await one.DisposeAsync();
        }
    }
}
