using Microsoft.AspNetCore.Http.Features;
using PaymentGateway.Http;

namespace PaymentGateway.Monitoring;

/// <summary>Endpoint metadata: called by machines every few seconds, so logged only when it fails or debugging is on.</summary>
internal sealed record Quiet;

/// <summary>One line for each request, when it is over. Never its path or query: they can hold what nobody should read.</summary>
internal sealed partial class RequestLog(RequestDelegate next, TimeProvider clock, ILogger<RequestLog> log)
{
    public Task InvokeAsync(HttpContext http)
    {
        var started = clock.GetTimestamp();
        var trace = http.Features.Get<IHttpActivityFeature>()?.Activity.TraceId.ToString();

        // After the error edge, which may still turn an exception into an answer, has had its say.
        http.Response.OnCompleted(() =>
        {
            Write(http, trace, clock.GetElapsedTime(started));
            return Task.CompletedTask;
        });
        return next(http);
    }

    private void Write(HttpContext http, string? trace, TimeSpan elapsed)
    {
        var endpoint = http.GetEndpoint();
        var caller = http.Features.Get<Caller>();
        LogRequest(
            LevelOf(http.Response.StatusCode, endpoint), http.Request.Method, RouteOf(endpoint), http.Response.StatusCode,
            Math.Round(elapsed.TotalMilliseconds, 1), caller?.Tenant.MerchantId ?? "-",
            caller?.KeyId ?? "-", RequestId.Of(http, clock), trace ?? "-");
    }

    private static LogLevel LevelOf(int status, Endpoint? endpoint) => status switch
    {
        >= StatusCodes.Status500InternalServerError => LogLevel.Warning,
        _ when endpoint?.Metadata.GetMetadata<Quiet>() is not null => LogLevel.Debug,
        _ => LogLevel.Information,
    };

    private static string RouteOf(Endpoint? endpoint) => (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";

    [LoggerMessage(Message = "{Method} {Route} {Status} in {ElapsedMs} ms, merchant {Merchant}, key {KeyId}, request {RequestId}, trace {Trace}")]
    private partial void LogRequest(
        LogLevel level, string method, string route, int status, double elapsedMs, string merchant, string keyId, string requestId, string trace);
}
