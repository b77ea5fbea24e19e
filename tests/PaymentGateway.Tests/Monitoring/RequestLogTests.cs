using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentGateway.Http;
using PaymentGateway.Monitoring;

namespace PaymentGateway.Tests.Monitoring;

public sealed class RequestLogTests
{
    [Fact]
    public async Task A_request_is_one_line_with_route_status_request_id_and_the_callers_trace()
    {
        var lines = new Lines();
        await using var app = await Start(lines);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/things/4111111111111111?q=sk_test_x");
        request.Headers.Add("X-Request-Id", "mine-1");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var response = await client.SendAsync(request);

        var line = await lines.Next();
        Assert.StartsWith("GET /things/{id} 200 in ", line, StringComparison.Ordinal);
        Assert.Contains("request mine-1", line, StringComparison.Ordinal);
        Assert.Contains("trace 0af7651916cd43dd8448eb211c80319c", line, StringComparison.Ordinal);
        Assert.DoesNotContain("4111", line, StringComparison.Ordinal);
        Assert.DoesNotContain("sk_test", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_request_is_logged_with_the_status_that_was_sent()
    {
        var lines = new Lines();
        await using var app = await Start(lines);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var response = await client.GetAsync("/broken");
        Assert.StartsWith("GET /broken 500 in ", await lines.Next(), StringComparison.Ordinal);
        using var unknown = await client.GetAsync("/4111111111111111");
        Assert.StartsWith("GET (no route) 404 in ", await lines.Next(), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> Start(Lines lines)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(lines);
        builder.Services.AddSingleton(TimeProvider.System);
        var app = builder.Build();
        app.UseErrorEdge().UseMonitoring();
        app.UseRouting();
        app.MapGet("/things/{id}", (string id) => Results.Ok());
        app.MapGet("/broken", IResult () => throw new InvalidOperationException("a bug"));
        await app.StartAsync();
        return app;
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly System.Threading.Channels.Channel<string> written = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public async Task<string> Next()
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            return await written.Reader.ReadAsync(timeout.Token);
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _ = formatter(state, exception) is var line && line.Contains(", request ", StringComparison.Ordinal) && written.Writer.TryWrite(line);

        public void Dispose()
        {
        }
    }
}
