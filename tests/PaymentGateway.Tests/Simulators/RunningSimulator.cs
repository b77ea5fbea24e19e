using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators;
using PaymentGateway.Simulators.Engine;

namespace PaymentGateway.Tests.Simulators;

/// <summary>One simulated processor on a free port, and a client for it.</summary>
internal sealed class RunningSimulator : IAsyncDisposable
{
    private readonly SimulatorHost host;

    private RunningSimulator(SimulatorHost host)
    {
        this.host = host;
        Http = new HttpClient { BaseAddress = new Uri(host.Address) };
    }

    public string Address => host.Address;

    public HttpClient Http { get; }

    public static async Task<RunningSimulator> Start(string name, string? dataFolder = null)
    {
        var create = SimulatorList.All.Single(one => one.Name == name).Create;
        return new(await SimulatorHost.Start(new(name, create, Port: 0, dataFolder, Seed: 1), TimeProvider.System, TestContext.Current.CancellationToken));
    }

    public async Task<HttpResponseMessage> Control(string path, object command) =>
        await Http.PostAsJsonAsync($"/_control{path}", command, TestContext.Current.CancellationToken);

    public async Task<JsonNode> Look(string path = "") =>
        JsonNode.Parse(await Http.GetStringAsync($"/_control{path}", TestContext.Current.CancellationToken))!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await host.DisposeAsync();
    }
}
