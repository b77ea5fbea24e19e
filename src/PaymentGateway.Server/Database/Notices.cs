using Npgsql;

namespace PaymentGateway.Database;

/// <summary>LISTEN on a connection that is kept for it.</summary>
public static class Notices
{
    /// <summary>Calls <paramref name="heard"/> after every notice; what is missed while it does not listen, it never hears of.</summary>
    /// <param name="db">Where.</param>
    /// <param name="channel">A name of ours, never a caller's text.</param>
    /// <param name="heard">Several notices at once are one call.</param>
    /// <param name="stop">Ends it; else it returns only by an exception, when the connection breaks.</param>
    public static async Task Listen(this Db db, string channel, Func<Task> heard, CancellationToken stop)
    {
        await using var connection = await db.OpenSystem(stop);
        try
        {
            await Run(connection, $"LISTEN {channel}", stop);
            while (true)
            {
                await connection.WaitAsync(stop);
                await heard();
            }
        }
        finally
        {
            // It goes back to the pool as it came.
            if (connection.State == System.Data.ConnectionState.Open)
            {
                await Run(connection, $"UNLISTEN {channel}", CancellationToken.None);
            }
        }
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
