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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database was out of reach for {What}; the next round tries again")]
    private static partial void LogRoundFailed(ILogger log, Exception e, string what);
}
