using System.Globalization;

namespace PaymentGateway.Identity;

/// <summary>The shared counts in Redis, one key for each name and minute. A key goes away by itself when its minute is over.</summary>
internal sealed class RedisRateCounts(RedisClient redis) : IRateCounts
{
    /// <summary>So many counts a transaction, so that nobody else waits long.</summary>
    private const int CountsMax = 500;

    /// <summary>Twice the minute, for replicas whose clocks differ.</summary>
    private const string SecondsKept = "120";

    public async Task<Dictionary<string, long>> Add(long minute, IReadOnlyDictionary<string, long> counts, CancellationToken cancel)
    {
        var totals = new Dictionary<string, long>(counts.Count);
        foreach (var some in counts.Chunk(CountsMax))
        {
            var answers = await Send(some.SelectMany(count => CommandsOf(minute, count.Key, count.Value)), cancel);
            for (var i = 0; i < some.Length; i++)
            {
                // Two answers for each count: the total, and that it will go away.
                totals[some[i].Key] = answers[2 * i];
            }
        }

        return totals;
    }

    public Task DeleteBefore(long minute, CancellationToken cancel) => Task.CompletedTask;

    private static IEnumerable<string[]> CommandsOf(long minute, string name, long count)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"paymentgateway:rate:{minute}:{name}");
        return [["INCRBY", key, count.ToString(CultureInfo.InvariantCulture)], ["EXPIRE", key, SecondsKept]];
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
