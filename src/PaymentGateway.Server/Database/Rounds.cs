using Npgsql;

namespace PaymentGateway.Database;

/// <summary>The beat of a background worker.</summary>
public static partial class Rounds
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(1);

    /// <summary>Runs a round every second until it is stopped. A database out of reach costs the round and nothing more.</summary>
    /// <param name="what">Names the work in the log.</param>
    public static async Task Repeat(
        string what, Func<CancellationToken, Task<int>> round, TimeProvider clock, ILogger log, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval, clock);
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
