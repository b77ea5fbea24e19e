using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PaymentGateway.Connectors;
using PaymentGateway.Tests.Simulators;

namespace PaymentGateway.Tests.Conformance;

/// <summary>A connector before the simulator of its processor, with a receiver of webhooks on a real port.</summary>
public abstract class SimulatorKit : ProcessorKit
{
    /// <summary>As often as our side may repeat a call.</summary>
    private const int Tries = 3;

    private readonly ConcurrentQueue<IncomingMessage> received = new();
    private readonly SemaphoreSlim arrivals = new(0);
    private WebApplication? receiver;

    internal RunningSimulator Simulator { get; private set; } = null!;

    internal string ReceiverUrl => $"{receiver!.Urls.Single()}/webhooks";

    /// <summary>A part of the path of the requests that move money, so that a token request of the processor is left alone.</summary>
    protected abstract string MoneyPath { get; }

    /// <summary>A part of the path of the request that makes a way to pay ready.</summary>
    protected virtual string SetupPath => MoneyPath;

    internal override Task<bool> LoseAnswerToSetup() =>
        Control("/faults", new { kind = "drop", method = "POST", path = SetupPath, times = Tries, afterWork = true });

    protected async Task StartSimulator(string name)
    {
        Simulator = await RunningSimulator.Start(name);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        receiver = builder.Build();
        receiver.Urls.Add("http://127.0.0.1:0");
        receiver.MapPost("/webhooks", (Delegate)Receive);
        await receiver.StartAsync(Cancel);
    }

    internal override async Task<bool> Misbehave(ProcessorFault fault)
    {
        object? command = fault switch
        {
            ProcessorFault.AnswerLost => new { kind = "drop", method = "POST", path = MoneyPath, times = Tries, afterWork = true },
            ProcessorFault.CallLost => new { kind = "drop", method = "POST", path = MoneyPath, times = Tries },
            ProcessorFault.Busy => new { kind = "status", status = 429, method = "POST", path = MoneyPath, times = Tries },
            ProcessorFault.Broken => new { kind = "status", status = 500, method = "POST", path = MoneyPath, times = Tries },
            ProcessorFault.Malformed => new { kind = "malformed", method = "POST", path = MoneyPath, times = Tries },
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a fault."),
        };
        return await Control("/faults", command);
    }

    internal override Task<bool> Misbehave(WebhookFault fault) =>
        Control("/faults", new { kind = $"webhook_{fault.ToString().ToLowerInvariant()}", times = 1 });

    internal override async Task EndFaults()
    {
        using var ended = await Simulator.Http.DeleteAsync("/_control/faults", Cancel);
        ended.EnsureSuccessStatusCode();
    }

    internal override async Task<IReadOnlyList<IncomingMessage>> Webhooks(int atLeast)
    {
        var came = new List<IncomingMessage>();
        while (came.Count < atLeast && await arrivals.WaitAsync(TimeSpan.FromSeconds(20), Cancel))
        {
            came.Add(Next());
        }

        while ((int)(await Simulator.Look())["webhooksWaiting"]! > HeldBack || arrivals.CurrentCount > 0)
        {
            if (await arrivals.WaitAsync(TimeSpan.FromMilliseconds(50), Cancel))
            {
                came.Add(Next());
            }
        }

        return came;

        IncomingMessage Next() => received.TryDequeue(out var message) ? message : throw new InvalidOperationException("A message was taken twice.");
    }

    /// <summary>Webhooks that wait for another one to overtake them.</summary>
    protected virtual int HeldBack => 0;

    internal override async Task ReleaseWebhooks() => await Control("", new { @do = "release_webhooks" });

    internal override async Task LetTimePass(TimeSpan time) => await Control("", new { @do = "advance_clock", seconds = (long)time.TotalSeconds });

    internal override async Task AssertRequestsFit()
    {
        if ((int)(await Simulator.Look())["requestViolations"]! > 0)
        {
            Assert.Fail($"Requests that the processor's description does not allow: {await Simulator.Look("/journal")}");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await Simulator.DisposeAsync();
        if (receiver is not null)
        {
            await receiver.DisposeAsync();
        }

        arrivals.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A command of the simulator.</summary>
    protected async Task<bool> Control(string path, object command)
    {
        using var done = await Simulator.Control(path, command);
        Assert.True(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync(Cancel));
        return true;
    }

    /// <summary>All objects of a kind that the simulator has.</summary>
    protected async Task<IReadOnlyList<JsonNode>> Objects(string kind) => [.. (await Simulator.Look($"/objects/{kind}")).AsArray().Select(one => one!)];

    private async Task<IResult> Receive(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString());
        received.Enqueue(new(headers, body.ToArray(), TimeProvider.System.GetUtcNow(), ReceiverUrl));
        arrivals.Release();
        return Results.Ok();
    }
}
