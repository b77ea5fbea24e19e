using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using PaymentGateway.Database;

namespace PaymentGateway.Hosting;

internal sealed record ReceivedWebhook(byte[] Body, string? Signature);

/// <summary>A shop's webhook address on a free port of 127.0.0.1.</summary>
internal sealed class WebhookListener : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<ReceivedWebhook> received = Channel.CreateUnbounded<ReceivedWebhook>();

    private WebhookListener()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        app = builder.Build();
        app.MapPost("/webhook", async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            await received.Writer.WriteAsync(new(body.ToArray(), http.Request.Headers["X-Webhook-Signature"]));
        });
    }

    public string Address => app.Urls.First() + "/webhook";

    public static async Task<WebhookListener> Start(CancellationToken cancel)
    {
        var listener = new WebhookListener();
        await listener.app.StartAsync(cancel);
        return listener;
    }

    /// <summary>The first webhook of this event.</summary>
    /// <exception cref="StartupException">None came in time.</exception>
    public async Task<ReceivedWebhook> WaitFor(string name, TimeSpan longest, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(longest);
        try
        {
            await foreach (var webhook in received.Reader.ReadAllAsync(timeout.Token))
            {
                using var body = JsonDocument.Parse(webhook.Body);
                if (body.RootElement.GetProperty("event").GetString() == name)
                {
                    return webhook;
                }
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Said below.
        }

        throw new StartupException($"The demo payment failed: no {name} webhook came within {longest.TotalSeconds:F0} seconds.");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
