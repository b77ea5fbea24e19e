using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors;

namespace PaymentGateway.Tests.Model;

/// <summary>
/// A merchant's line to the processor, a bad one: what is said and what is answered is lost, late or broken as the seed wants. Each has a breaker
/// of its own, of the server's own make: one merchant's bad luck must not change what happens to another.
/// </summary>
internal sealed class Line(ConnectorSettings settings, TimeProvider clock)
{
    private readonly Breaker breaker = new(settings, clock);
    private readonly ConcurrentQueue<Func<Task>> onTheirWay = new();

    public Mishaps Mishaps { get; } = new();

    /// <summary>Names an object by its id, the same in every run.</summary>
    public Func<string, string> NameOf { get; set; } = id => id;

    /// <summary>Calls are not kept back.</summary>
    public bool IsReachable => breaker.IsAvailable;

    public int LateCalls => onTheirWay.Count;

    /// <exception cref="Polly.CircuitBreaker.BrokenCircuitException">The breaker is open, which the server's own takes for one of its own.</exception>
    public Task<T> Call<T>(string action, string key, Func<CancellationToken, Task<T>> call, bool canBeLate, CancellationToken cancel) where T : class =>
        breaker.Call(token => Send(action, key, call, canBeLate, token), cancel);

    /// <summary>The calls that nobody waits for any more arrive.</summary>
    /// <returns>How many.</returns>
    public async Task<int> LetLateCallsArrive()
    {
        var count = 0;
        while (onTheirWay.TryDequeue(out var late))
        {
            await late();
            count++;
        }

        return count;
    }

    private async Task<T> Send<T>(string action, string key, Func<CancellationToken, Task<T>> call, bool canBeLate, CancellationToken cancel)
    {
        var mishap = Mishaps.Next($"{action} {NameOf(key)}");
        switch (mishap)
        {
            case Mishap.LateCall when canBeLate:
                onTheirWay.Enqueue(() => call(CancellationToken.None));
                throw new TimeoutException("The call is late.");
            case Mishap.LostCall or Mishap.LateCall:
                throw new TimeoutException("The call is lost.");
            case Mishap.FailedBefore:
                throw new HttpRequestException("The processor failed.", inner: null, HttpStatusCode.InternalServerError);
        }

        var answer = await call(cancel);
        return mishap switch
        {
            Mishap.LostAnswer => throw new TimeoutException("The answer is lost."),
            Mishap.FailedAfter => throw new HttpRequestException("The processor failed.", inner: null, HttpStatusCode.BadGateway),
            Mishap.Garbled => throw new JsonException("The answer is garbled."),
            _ => answer,
        };
    }
}
