using Npgsql;

namespace PaymentGateway.Webhooks;

/// <summary>What a background loop may survive: a database that is away for a while. Everything else is a bug and stops the host.</summary>
internal static class Worker
{
    public static async Task<T> Guarded<T>(Func<Task<T>> round, T ifUnreachable, ILogger log)
    {
        try
        {
            return await round();
        }
        catch (NpgsqlException e) when (e is not PostgresException || e.IsTransient)
        {
            log.LogWarning(e, "The database is out of reach; the next round tries again");
            return ifUnreachable;
        }
    }
}
