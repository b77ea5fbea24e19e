using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PaymentGateway.Tests.Crash;

/// <summary>The shop's side of the webhooks: takes them at a local port, but some only at the second attempt.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private const int RefusedOneIn = 20;

    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, int> received = new();
    private int requests;

    private WebhookReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        app = builder.Build();
        app.MapPost("/webhook", (HttpRequest request) =>
        {
            if (Interlocked.Increment(ref requests) % RefusedOneIn == 0)
            {
                return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
            }

            received.AddOrUpdate(request.Headers["webhook-id"].ToString(), 1, (_, times) => times + 1);
            return Results.Ok();
        });
    }

    internal string Address => app.Urls.First() + "/webhook";

    internal IReadOnlyDictionary<string, int> Received => received;

    internal static async Task<WebhookReceiver> Start()
    {
        var receiver = new WebhookReceiver();
        await receiver.app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
