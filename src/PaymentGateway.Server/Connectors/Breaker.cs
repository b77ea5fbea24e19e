using System.Text.Json;
using Npgsql;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace PaymentGateway.Connectors;

/// <summary>The timeout and the circuit breaker of one connector.</summary>
internal sealed class Breaker
{
    private readonly CircuitBreakerStateProvider state = new();
    private readonly ResiliencePipeline pipeline;
    private readonly TimeProvider clock;
    private long openUntilTicks;

    public Breaker(ConnectorSettings settings, TimeProvider clock)
    {
        this.clock = clock;
        pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = settings.BreakerFailureRatio,
                MinimumThroughput = settings.BreakerCallsMin,
                SamplingDuration = settings.BreakerWindow,
                BreakDuration = settings.BreakerPause,
                StateProvider = state,
                ShouldHandle = call => ValueTask.FromResult(IsNoAnswer(call)),
                OnOpened = opened =>
                {
                    Volatile.Write(ref openUntilTicks, (clock.GetUtcNow() + opened.BreakDuration).UtcTicks);
                    return ValueTask.CompletedTask;
                },
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = settings.Timeout })
            .Build();
    }

    public CircuitState State => state.CircuitState;

    /// <summary>
    /// Whether a call would be let through. An open breaker whose pause is over stays open until somebody calls, so the clock
    /// decides here: otherwise a router that skips what is not available would never try it again.
    /// </summary>
    public bool IsAvailable =>
        State is CircuitState.Closed or CircuitState.HalfOpen || clock.GetUtcNow().UtcTicks >= Volatile.Read(ref openUntilTicks);

    /// <summary>Waits no longer than the timeout, also for a connector that does not listen to its token.</summary>
    /// <exception cref="BrokenCircuitException">The breaker is open: nothing was called.</exception>
    public async Task<T> Call<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel) where T : class =>
        await pipeline.ExecuteAsync(
            static async (call, token) => await call(token).WaitAsync(token), call, cancel);

    /// <summary>The exceptions that mean: no answer, or none that can be understood. Anything else is a bug and is thrown on.</summary>
    public static bool IsNoAnswer(Exception? e) => e
        is TimeoutRejectedException
        or TimeoutException
        or HttpRequestException
        or NpgsqlException
        or JsonException
        or TaskCanceledException;

    private static bool IsNoAnswer(CircuitBreakerPredicateArguments<object> call) =>
        call.Outcome.Result is ConnectorOutcome.Unknown or RefundOutcome.Unknown or SaveOutcome.Unknown or DisputeOutcome.Unknown
        || (IsNoAnswer(call.Outcome.Exception) && !call.Context.CancellationToken.IsCancellationRequested);
}
