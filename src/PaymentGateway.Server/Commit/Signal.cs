using System.Threading.Channels;

namespace PaymentGateway.Commit;

/// <summary>
/// Wakes one background worker of this process: set by a commit, awaited by the worker.
/// Any number of sets before the wait are one wake-up.
/// </summary>
public sealed class Signal
{
    private readonly Channel<bool> pending =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => pending.Writer.TryWrite(true);

    /// <summary>Returns when set, or when <paramref name="longest"/> has passed on <paramref name="clock"/>.</summary>
    public async Task Wait(TimeSpan longest, TimeProvider clock, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            await pending.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The longest wait is over: the worker looks for work that another replica committed.
        }
    }
}
