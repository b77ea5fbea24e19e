namespace PaymentGateway.Processors;

/// <summary>Forgets requests to processors once they are older than the operator keeps them.</summary>
internal sealed class RequestPurge(RequestStore store, ProcessorSettings settings, TimeProvider clock)
{
    private const int BatchesMax = 1000;

    /// <returns>How many were forgotten.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var (until, purged) = (clock.GetUtcNow() - settings.RequestsKept, 0);
        for (var batch = 1; batch <= BatchesMax; batch++)
        {
            var more = await store.Purge(until, cancel);
            purged += more;
            if (more == 0)
            {
                break;
            }
        }

        return purged;
    }
}
