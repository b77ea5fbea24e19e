using Dapper;
using Npgsql;

namespace PaymentGateway.Database;

/// <summary>Brings the schema up to this program's last migration. Any number of replicas may do it at once.</summary>
public static partial class Migrator
{
    // Any number will do, as long as nobody else in this database takes it: the ASCII codes of "paygate".
    private const long LockKey = 0x70617967617465;

    private const string LockAndPrepare = """
        SET LOCAL lock_timeout = '5min';
        SET LOCAL client_min_messages = warning;
        SELECT pg_advisory_xact_lock(@LockKey);
        CREATE SCHEMA IF NOT EXISTS gateway;
        CREATE TABLE IF NOT EXISTS gateway.migrations (
            number int NOT NULL,
            name text NOT NULL,
            checksum bytea NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT migrations_pk PRIMARY KEY (number)
        );
        """;

    private const string SelectApplied = """
        SELECT number, name, checksum
        FROM gateway.migrations
        ORDER BY number
        """;

    private const string InsertApplied = """
        INSERT INTO gateway.migrations (number, name, checksum)
        VALUES (@Number, @FileName, @Checksum)
        """;

    /// <exception cref="StartupException">The database and the files of this program do not fit together, or a file failed.</exception>
    public static Task Run(NpgsqlDataSource database, ILogger logger, CancellationToken cancellation) =>
        Run(database, Migration.BuiltIn(), logger, cancellation);

    internal static async Task Run(
        NpgsqlDataSource database, IReadOnlyList<Migration> files, ILogger logger, CancellationToken cancellation)
    {
        DapperSettings.Apply();
        while (await ApplyNext(database, files, cancellation) is { } applied)
            LogApplied(logger, applied.FileName);
    }

    // The lock is the transaction's own, taken again for each file: a replica that dies in the middle leaves nothing
    // locked and nothing half done, and one that waited finds the work done when it comes in.
    private static async Task<Migration?> ApplyNext(
        NpgsqlDataSource database, IReadOnlyList<Migration> files, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await LockDatabase(connection, cancellation);
        var applied = (await connection.QueryAsync<Applied>(SelectApplied)).AsList();
        Compare(applied, files);
        if (applied.Count == files.Count)
        {
            await transaction.CommitAsync(cancellation);
            return null;
        }

        var next = files[applied.Count];
        await Execute(connection, next, cancellation);
        await connection.ExecuteAsync(InsertApplied, new { next.Number, next.FileName, next.Checksum });
        await transaction.CommitAsync(cancellation);
        return next;
    }

    private static async Task LockDatabase(NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            await connection.ExecuteAsync(
                new CommandDefinition(LockAndPrepare, new { LockKey }, commandTimeout: 0, cancellationToken: cancellation));
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StartupException("Another server has been migrating this database for five minutes: wait for it, then start again.");
        }
    }

    private static void Compare(List<Applied> applied, IReadOnlyList<Migration> files)
    {
        if (applied.Count > files.Count)
            throw new StartupException(
                $"The database has migration {applied[files.Count].Name}, which this program does not know: start a newer program.");
        foreach (var (row, file) in applied.Zip(files))
        {
            if (row.Number != file.Number || row.Name != file.FileName)
                throw new StartupException($"The database has migration {row.Name} where this program has {file.FileName}.");
            if (!row.Checksum.AsSpan().SequenceEqual(file.Checksum))
                throw new StartupException(
                    $"Migration {file.FileName} was changed after it was applied: restore the file and put the change into a new one.");
        }
    }

    // A large table may need long: no time limit.
    private static async Task Execute(NpgsqlConnection connection, Migration file, CancellationToken cancellation)
    {
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(file.Sql, commandTimeout: 0, cancellationToken: cancellation));
        }
        catch (PostgresException refusal)
        {
            var hint = refusal.Hint is null ? "" : $" {refusal.Hint}";
            throw new StartupException($"Migration {file.FileName} failed: {refusal.MessageText}.{hint}", refusal);
        }
    }

    [LoggerMessage(LogLevel.Information, "Applied migration {FileName}")]
    private static partial void LogApplied(ILogger logger, string fileName);

    private sealed record Applied(int Number, string Name, byte[] Checksum);
}
