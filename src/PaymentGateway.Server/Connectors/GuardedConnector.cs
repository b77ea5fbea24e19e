using System.Text.Json;
using Npgsql;
using PaymentGateway.Database;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace PaymentGateway.Connectors;

/// <summary>
/// What stands once around every connector: timeout, circuit breaker, one masked log line and the metrics of each call.
/// </summary>
/// <remarks>
/// A processor that does not answer, or not intelligibly, is <see cref="ConnectorOutcome.Unknown"/>, never a failure: the money may have
/// moved. An open breaker is <see cref="ConnectorOutcome.NotCalled"/>: it has not. The caller's own cancellation is thrown on and leaves
/// the same doubt as no answer, so callers pass a token of the server's life, not of a browser's request. Bugs are thrown on too.
/// </remarks>
public sealed partial class GuardedConnector : IConnector
{
    private readonly IConnector inner;
    private readonly Breaker breaker;
    private readonly ConnectorSettings settings;
    private readonly ConnectorMetrics metrics;
    private readonly TimeProvider clock;
    private readonly ILogger<GuardedConnector> log;

    public GuardedConnector(
        IConnector inner, ConnectorSettings settings, ConnectorMetrics metrics, TimeProvider clock, ILogger<GuardedConnector> log)
    {
        (this.inner, this.settings, this.metrics, this.clock, this.log) = (inner, settings, metrics, clock, log);
        breaker = new Breaker(settings, clock);
        metrics.Observe(inner.Name, () => breaker.State);
    }

    public string Name => inner.Name;

    public ConnectorCapabilities Capabilities => inner.Capabilities;

    /// <summary>False while the breaker keeps calls back: a router then takes another connector. True promises nothing.</summary>
    public bool IsAvailable => breaker.IsAvailable;

    public Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel) =>
        Guard("authorize", call.Key, Masked.Text(call.Instrument), token => inner.Authorize(call, token), cancel);

    public Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel) =>
        Guard("capture", call.Key, call.ChargeKey, token => inner.Capture(call, token), cancel);

    public Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel) =>
        Guard("void", call.Key, call.ChargeKey, token => inner.Void(call, token), cancel);

    public Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel) =>
        Guard("status", call.ChargeKey, call.ChargeKey, token => inner.Status(call, token), cancel);

    /// <summary>Not guarded: no money depends on it, and whoever asks must know whether there was an answer.</summary>
    public Task<MethodSummary?> FindCard(Tenant tenant, string token, CancellationToken cancel) => inner.FindCard(tenant, token, cancel);

    /// <summary>Not guarded: it calls nobody.</summary>
    public ConnectorNotification? ReadNotification(IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body) =>
        inner.ReadNotification(headers, body);

    private async Task<ConnectorOutcome> Guard(
        string action, string key, string subject, Func<CancellationToken, Task<ConnectorOutcome>> call, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        var outcome = await Answer(call, cancel);
        var elapsed = clock.GetElapsedTime(started);
        metrics.Record(Name, action, WordOf(outcome), elapsed);
        LogCall(LevelOf(outcome), Name, action, key, subject, WordOf(outcome), elapsed.TotalMilliseconds, DetailOf(outcome));
        return outcome;
    }

    private async Task<ConnectorOutcome> Answer(Func<CancellationToken, Task<ConnectorOutcome>> call, CancellationToken cancel)
    {
        try
        {
            return await breaker.Call(call, cancel);
        }
        catch (BrokenCircuitException)
        {
            return new ConnectorOutcome.NotCalled($"{Name} did not answer lately, so it is left alone for a while.");
        }
        catch (Exception e) when (Breaker.IsNoAnswer(e) && !cancel.IsCancellationRequested)
        {
            return new ConnectorOutcome.Unknown(Why(e));
        }
    }

    /// <summary>Never the exception's own message: a library may have put a part of the request into it.</summary>
    private string Why(Exception e) => e switch
    {
        TimeoutRejectedException or TimeoutException or TaskCanceledException =>
            $"no answer in time (at most {settings.Timeout.TotalSeconds:0.###} s)",
        HttpRequestException { StatusCode: { } status } => $"HTTP {(int)status}",
        HttpRequestException http => $"connection: {http.HttpRequestError}",
        PostgresException database => $"database: {database.SqlState}",
        NpgsqlException => "database: no connection",
        JsonException => "the answer is not the JSON that was expected",
        _ => throw new ArgumentOutOfRangeException(nameof(e), e.GetType().Name, "Not one of Breaker.IsNoAnswer."),
    };

    private static string WordOf(ConnectorOutcome outcome) => outcome switch
    {
        ConnectorOutcome.Authorized => "authorized",
        ConnectorOutcome.Captured => "captured",
        ConnectorOutcome.Voided => "voided",
        ConnectorOutcome.ActionRequired => "action_required",
        ConnectorOutcome.Pending => "pending",
        ConnectorOutcome.Declined => "declined",
        ConnectorOutcome.NotFound => "not_found",
        ConnectorOutcome.Unknown => "unknown",
        ConnectorOutcome.NotCalled => "not_called",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.GetType().Name, "Not an outcome of the contract."),
    };

    private static string DetailOf(ConnectorOutcome outcome) => outcome switch
    {
        ConnectorOutcome.Declined declined => declined.Code,
        ConnectorOutcome.ActionRequired action => action.Action.Type,
        ConnectorOutcome.Unknown unknown => Masked.Text(unknown.Why),
        ConnectorOutcome.NotCalled notCalled => notCalled.Why,
        _ => "",
    };

    private static LogLevel LevelOf(ConnectorOutcome outcome) =>
        outcome is ConnectorOutcome.Unknown or ConnectorOutcome.NotCalled ? LogLevel.Warning : LogLevel.Information;

    [LoggerMessage(Message = "{Connector} {Action} {Key} ({Subject}): {Outcome} in {Milliseconds:0.0} ms {Detail}")]
    private partial void LogCall(
        LogLevel level, string connector, string action, string key, string subject, string outcome, double milliseconds, string detail);
}
