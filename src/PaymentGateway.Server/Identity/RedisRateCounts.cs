using System.Globalization;

namespace PaymentGateway.Identity;

/// <summary>The shared counts in Redis, one key for each name and window. A key goes away by itself some time after its window.</summary>
internal sealed class RedisRateCounts(RedisClient redis) : IRateCounts
{
    /// <summary>So many counts a transaction, so that nobody else waits long.</summary>
    private const int CountsMax = 500;

    /// <summary>A minute more than the window lasts, for replicas whose clocks differ.</summary>
    private const int MinutesMore = 1;

    public async Task<Dictionary<string, long>> Add(RateWindow window, IReadOnlyDictionary<string, long> counts, CancellationToken cancel)
    {
        var totals = new Dictionary<string, long>(counts.Count);
        foreach (var some in counts.Chunk(CountsMax))
        {
            var answers = await Send(some.SelectMany(count => CommandsOf(window, count.Key, count.Value)), cancel);
            for (var i = 0; i < some.Length; i++)
            {
                // Two answers for each count: the total, and that it will go away.
                totals[some[i].Key] = answers[2 * i];
            }
        }

        return totals;
    }

    public Task DeleteBefore(long minute, CancellationToken cancel) => Task.CompletedTask;

    private static IEnumerable<string[]> CommandsOf(RateWindow window, string name, long count)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"paymentgateway:rate:{window.LastMinute}:{name}");
        var secondsKept = ((window.Minutes + MinutesMore) * 60).ToString(CultureInfo.InvariantCulture);
        return [["INCRBY", key, count.ToString(CultureInfo.InvariantCulture)], ["EXPIRE", key, secondsKept]];
    }

    private async Task<IReadOnlyList<long>> Send(IEnumerable<string[]> commands, CancellationToken cancel)
    {
        try
        {
            return await redis.Transaction([.. commands], cancel);
        }
        catch (RedisException e)
        {
            throw new RateCountsAwayException(e.Message, e);
        }
    }
}
