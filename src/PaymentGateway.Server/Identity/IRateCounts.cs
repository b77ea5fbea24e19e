namespace PaymentGateway.Identity;

/// <summary>The counts that all replicas share: a table of PostgreSQL, or Redis.</summary>
internal interface IRateCounts
{
    /// <summary>Adds to each name's count of a window and returns the totals of all replicas.</summary>
    /// <exception cref="RateCountsAwayException">Nobody answered, or in vain. What was sent may have been counted.</exception>
    Task<Dictionary<string, long>> Add(RateWindow window, IReadOnlyDictionary<string, long> counts, CancellationToken cancel);

    /// <summary>Forgets the windows that ended before this minute.</summary>
    /// <inheritdoc cref="Add"/>
    Task DeleteBefore(long minute, CancellationToken cancel);
}

/// <summary>The shared counts cannot be reached: until they can, each replica counts alone.</summary>
internal sealed class RateCountsAwayException(string why, Exception cause) : Exception(why, cause);
