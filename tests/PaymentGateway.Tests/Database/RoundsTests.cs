using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

/// <summary>The beat of background workers, on a clock that stands.</summary>
public sealed class RoundsTests
{
    private const int Full = 50;

    [Fact]
    public async Task A_full_round_is_followed_by_the_next_at_once_and_any_other_by_a_pause()
    {
        var clock = new ManualClock();
        using var stop = new CancellationTokenSource();
        var (found, taken) = (new Queue<int>([Full, Full + 1, Full - 1, Full]), 0);
        var firstTick = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var worker = Rounds.Repeat("a test", Take, Full, clock, NullLogger.Instance, stop.Token);
        clock.Advance(TimeSpan.FromSeconds(1));
        await firstTick.Task;

        Assert.Equal(3, taken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker);

        Task<int> Take(CancellationToken cancel)
        {
            var count = found.Dequeue();
            taken++;
            if (count < Full)
            {
                firstTick.TrySetResult();
            }

            return Task.FromResult(count);
        }
    }

    [Fact]
    public async Task A_worker_that_is_stopped_begins_no_further_round()
    {
        var clock = new ManualClock();
        using var stop = new CancellationTokenSource();
        var rounds = 0;

        var worker = Rounds.Repeat("a test", Take, Full, clock, NullLogger.Instance, stop.Token);
        clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker);
        Assert.Equal(1, rounds);

        Task<int> Take(CancellationToken cancel)
        {
            rounds++;
            stop.Cancel();
            return Task.FromResult(Full);
        }
    }
}
