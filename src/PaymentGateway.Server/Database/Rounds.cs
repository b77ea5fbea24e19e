using Npgsql;

namespace PaymentGateway.Database;

/// <summary>The beat of a background worker.</summary>
public static partial class Rounds
{
    private static readonly TimeSpan everySecond = TimeSpan.FromSeconds(1);

    /// <summary>Runs a round again and again until it is stopped. A database out of reach costs the round and nothing more.</summary>
    /// <param name="what">Names the work in the log.</param>
    /// <param name="round">What is done each time.</param>
    /// <param name="clock">Keeps the beat.</param>
    /// <param name="log">Is told of a round that was lost.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="every">The time from one round to the next; a second when absent.</param>
    public static async Task Repeat(
        string what, Func<CancellationToken, Task> round, TimeProvider clock, ILogger log, CancellationToken stop, TimeSpan? every = null)
    {
        using var timer = new PeriodicTimer(every ?? everySecond, clock);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                await round(stop);
            }
            catch (NpgsqlException e)
            {
                LogRoundFailed(log, e, what);
            }
        }
    }

    /// <summary>
    /// The same for rounds that claim what is due: one that has taken as many as it may is followed by the next at once, since there is
    /// probably more. It comes to an end, as what is claimed is not claimed again before its lease is over.
    /// </summary>
    /// <param name="full">How many a round may take.</param>
    /// <inheritdoc cref="Repeat(string, Func{CancellationToken, Task}, TimeProvider, ILogger, CancellationToken, TimeSpan?)"/>
    public static Task Repeat(
        string what, Func<CancellationToken, Task<int>> round, int full, TimeProvider clock, ILogger log, CancellationToken stop)
    {
        return Repeat(what, UntilNotFull, clock, log, stop);

        async Task UntilNotFull(CancellationToken cancel)
        {
            while (await round(cancel) >= full)
            {
                cancel.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Does what a round has claimed, a few at once.</summary>
    /// <param name="due">What was claimed.</param>
    /// <param name="atOnce">How many at the most.</param>
    /// <param name="work">On one of them.</param>
    /// <param name="cancel">Begins no more.</param>
    /// <returns>How many there were.</returns>
    public static async Task<int> Each<T>(IReadOnlyList<T> due, int atOnce, Func<T, CancellationToken, Task> work, CancellationToken cancel)
    {
        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancel }, async (one, stop) => await work(one, stop));
        return due.Count;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database was out of reach for {What}; the next round tries again")]
    private static partial void LogRoundFailed(ILogger log, Exception e, string what);
}
