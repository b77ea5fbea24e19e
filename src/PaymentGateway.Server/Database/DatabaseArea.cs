using Npgsql;

namespace PaymentGateway.Database;

/// <summary>From the settings to a database that is up, migrated, and ready to use.</summary>
public static class DatabaseArea
{
    private const int OldestVersion = 15;

    /// <summary>Starts the embedded PostgreSQL where the settings name no other, and migrates. Whoever opens it disposes it.</summary>
    /// <exception cref="StartupException">There is no database to work with; the sentence says why.</exception>
    public static async Task<Db> Open(DatabaseSettings settings, ILogger logger, CancellationToken cancellation)
    {
        var embedded = settings.ConnectionString is null
            ? await EmbeddedPostgres.Start(settings.DataDirectory, settings.PostgresBin, logger, cancellation)
            : null;
        var db = new Db(settings.ConnectionString ?? embedded!.ConnectionString, embedded);
        try
        {
            await RequireDatabase(db, cancellation);
            await Migrator.Run(db.System, logger, cancellation);
            return db;
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// For commands that only look: joins the embedded PostgreSQL that already runs on this data directory, on connections that cannot
    /// write, and leaves it as it is. Where none runs, this is <see cref="Open"/>.
    /// </summary>
    /// <exception cref="StartupException">There is no database to work with; the sentence says why.</exception>
    public static async Task<Db> OpenToRead(DatabaseSettings settings, ILogger logger, CancellationToken cancellation) =>
        settings.IsEmbedded && await EmbeddedPostgres.FindRunning(settings.DataDirectory, cancellation) is { } running
            ? new Db(PoolSettings.ReadOnly(running))
            : await Open(settings, logger, cancellation);

    /// <summary>As <see cref="OpenToRead"/>, for the few commands that write beside a server that runs.</summary>
    public static async Task<Db> OpenBeside(DatabaseSettings settings, ILogger logger, CancellationToken cancellation) =>
        settings.IsEmbedded && await EmbeddedPostgres.FindRunning(settings.DataDirectory, cancellation) is { } running
            ? new Db(running)
            : await Open(settings, logger, cancellation);

    /// <summary>Hands the opened database to the other areas. The container does not dispose it.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services, Db db) => services.AddSingleton(db);

    private static async Task RequireDatabase(Db db, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await db.OpenSystem(cancellation);
            if (connection.PostgreSqlVersion.Major < OldestVersion)
                throw new StartupException(
                    $"The database server is PostgreSQL {connection.PostgreSqlVersion}, but {OldestVersion} or newer is needed.");
        }
        catch (NpgsqlException refusal)
        {
            throw new StartupException(Sentence(refusal, new NpgsqlConnectionStringBuilder(db.System.ConnectionString)), refusal);
        }
    }

    private static string Sentence(NpgsqlException refusal, NpgsqlConnectionStringBuilder address)
    {
        var server = $"The database server {address.Host}:{address.Port}";
        return refusal.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                $"{server} does not let the user {address.Username} in: check the user and the password.",
            PostgresErrorCodes.InvalidCatalogName => $"{server} has no database {address.Database}: create it first.",
            null => $"{server} cannot be reached: {refusal.InnerException?.Message ?? refusal.Message}",
            _ => $"{server} refuses the connection: {refusal.Message}",
        };
    }
}
