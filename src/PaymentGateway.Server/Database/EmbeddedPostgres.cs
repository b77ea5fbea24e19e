using System.Globalization;
using Npgsql;

namespace PaymentGateway.Database;

/// <summary>
/// The private PostgreSQL of a server without a database of its own: reachable only through a socket in its data
/// directory, stopped with the server. See docs/decisions/0001-embedded-postgresql.md.
/// </summary>
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    private const string Name = "paymentgateway";
    private const int OrphanLooksInPeace = 40;
    private const int OrphanLooksMax = 200;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly PostgresBinaries binaries;
    private readonly PostgresAccount account;
    private readonly PostgresFolder folder;
    private readonly ILogger logger;

    private EmbeddedPostgres(PostgresBinaries binaries, PostgresAccount account, PostgresFolder folder, ILogger logger)
    {
        this.binaries = binaries;
        this.account = account;
        this.folder = folder;
        this.logger = logger;
    }

    public string ConnectionString { get; private set; } = "";

    /// <summary>Starts the database of this data directory, and creates it the first time.</summary>
    /// <exception cref="StartupException">It cannot be started; the sentence says why.</exception>
    public static Task<EmbeddedPostgres> Start(
        string dataDirectory, string? postgresBin, ILogger logger, CancellationToken cancellation) =>
        Start(dataDirectory, postgresBin, EmbeddedTuning.Durable, logger, cancellation);

    internal static async Task<EmbeddedPostgres> Start(
        string dataDirectory, string? postgresBin, EmbeddedTuning tuning, ILogger logger, CancellationToken cancellation)
    {
        var binaries = await PostgresBinaries.Find(postgresBin, AppContext.BaseDirectory, PostgresBinaries.SystemFolder, cancellation);
        var account = await PostgresAccount.For(PostgresFolder.PathIn(dataDirectory), cancellation);
        await account.RequireEntry(binaries.Folder, "move it, or name another folder in POSTGRES_BIN", cancellation);
        var folder = await PostgresFolder.Open(dataDirectory, account, cancellation);
        var postgres = new EmbeddedPostgres(binaries, account, folder, logger);
        try
        {
            await postgres.Start(tuning, cancellation);
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address of the PostgreSQL that runs on this data directory, whoever started it; null when none answers.</summary>
    internal static async Task<string?> FindRunning(string dataDirectory, CancellationToken cancellation)
    {
        if (PostgresFolder.FindRunning(dataDirectory) is not var (socketFolder, password)) return null;
        var address = Address(socketFolder, password);
        try
        {
            await using var connection = new NpgsqlConnection($"{address};Pooling=false");
            await connection.OpenAsync(cancellation);
            return address;
        }
        catch (NpgsqlException nobody) when (nobody.SqlState is null)
        {
            return null; // its server was killed, and it too
        }
        catch (PostgresException refusal)
        {
            throw new StartupException($"PostgreSQL runs in {PostgresFolder.PathIn(dataDirectory)} but refuses: {refusal.MessageText}.", refusal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(folder.PidFile)) await Stop();
        folder.Dispose();
    }

    private async Task Start(EmbeddedTuning tuning, CancellationToken cancellation)
    {
        if (!folder.HasCluster) await CreateCluster(tuning, cancellation);
        folder.RequireVersion(binaries);
        ConnectionString = Address(folder.SocketFolder, folder.ReadPassword());
        await EndFormerServer(cancellation);
        await WriteConfiguration(tuning, cancellation);
        File.Delete(folder.StartLog);
        // Once started it must be waited for, or nobody would stop it: cancellation is looked at afterwards.
        var outcome = await PgCtl("-l", "start.log", "-w", "-t", "300", "start");
        if (!outcome.Succeeded) throw new StartupException($"PostgreSQL did not start: {LastWords(outcome)}");
        cancellation.ThrowIfCancellationRequested();
        LogStarted(logger, binaries.Major, folder.Cluster);
    }

    private static string Address(string socketFolder, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = socketFolder,
        Database = "postgres",
        Username = Name,
        Password = password,
    }.ConnectionString;

    // Under another name until it is whole: a first start that was killed leaves nothing that looks like a database.
    private async Task CreateCluster(EmbeddedTuning tuning, CancellationToken cancellation)
    {
        if (Directory.Exists(folder.UnfinishedCluster)) Directory.Delete(folder.UnfinishedCluster, recursive: true);
        await folder.CreatePassword(account, cancellation);
        string[] arguments =
        [
            "-D", Path.GetFileName(folder.UnfinishedCluster), "-U", Name, $"--pwfile={Path.GetFileName(folder.PasswordFile)}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums", "--no-instructions",
        ];
        var outcome = await account.Run(
            binaries.Initdb, tuning.IsDurable ? arguments : [.. arguments, "--no-sync"], folder.Root, cancellation);
        if (!outcome.Succeeded) throw new StartupException($"PostgreSQL's initdb failed: {outcome.Output}");
        await File.AppendAllTextAsync(
            Path.Combine(folder.UnfinishedCluster, "postgresql.conf"),
            $"\n# Written by the server at each start.\ninclude '{Path.GetFileName(folder.ConfigurationFile)}'\n",
            cancellation);
        Directory.Move(folder.UnfinishedCluster, folder.Cluster);
    }

    // The socket folder as seen from the cluster's: no quoting and no length to think about. The folder made for a path
    // that is too long is under the system's temporary folder and holds only plain characters.
    private async Task WriteConfiguration(EmbeddedTuning tuning, CancellationToken cancellation)
    {
        var socketFolder = folder.SocketFolder == folder.Root ? ".." : folder.SocketFolder;
        await File.WriteAllTextAsync(folder.ConfigurationFile, tuning.ToConfiguration(socketFolder), cancellation);
        await account.Own(folder.ConfigurationFile, cancellation);
    }

    // A server that was killed leaves its PostgreSQL running, perhaps with a statement in flight. We hold the lock, so
    // nobody else uses it: end it, and whatever it was doing, before starting again.
    private async Task EndFormerServer(CancellationToken cancellation)
    {
        if (!File.Exists(folder.PidFile)) return;
        if (!OperatingSystem.IsLinux())
        {
            if ((await PgCtl("status")).Succeeded) await Stop();
            return;
        }

        var running = await ClusterProcesses.Running(folder.Cluster, cancellation);
        if (running.Contains(await PostmasterId(cancellation))) await Stop();
        await EndOrphans(cancellation);
        // Nobody works in the folder. The process id in its two lock files may meanwhile be that of another program, often
        // so in a container, or of a dead one that nobody has buried: PostgreSQL would then refuse to start.
        File.Delete(folder.PidFile);
        File.Delete(folder.SocketLockFile);
    }

    // A postmaster that was killed alone: its backends notice and leave, except one in the middle of a long computation.
    // That one may be killed: without a postmaster its work is lost anyway, and the next start recovers from the log.
    private async Task EndOrphans(CancellationToken cancellation)
    {
        for (var looked = 0; await ClusterProcesses.Running(folder.Cluster, cancellation) is { Count: > 0 } running; looked++)
        {
            if (looked == OrphanLooksMax)
                throw new StartupException(
                    $"PostgreSQL processes of a former start do not leave {folder.Cluster} (process ids {string.Join(", ", running)}).");
            if (looked >= OrphanLooksInPeace) ClusterProcesses.Kill(running);
            await Task.Delay(BetweenLooks, cancellation);
        }
    }

    private async Task<int> PostmasterId(CancellationToken cancellation)
    {
        var lines = await File.ReadAllLinesAsync(folder.PidFile, cancellation);
        return lines.Length > 0 && int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
    }

    private async Task Stop()
    {
        var outcome = await PgCtl("-m", "fast", "-w", "-t", "60", "stop");
        if (!outcome.Succeeded) LogNotStopped(logger, folder.Cluster, outcome.Output);
    }

    // Relative names: pg_ctl builds a shell command from them, and the data directory may have any name.
    private Task<OperatingSystemProgram.Outcome> PgCtl(params string[] arguments) =>
        account.Run(binaries.PgCtl, ["-D", Path.GetFileName(folder.Cluster), .. arguments], folder.Root, CancellationToken.None);

    // Before PostgreSQL has read its settings it speaks to start.log, afterwards to its own log.
    private string LastWords(OperatingSystemProgram.Outcome outcome)
    {
        string[] logs = [folder.StartLog, .. Directory.Exists(folder.LogFolder) ? Directory.GetFiles(folder.LogFolder) : []];
        var latest = logs.Where(File.Exists).MaxBy(File.GetLastWriteTimeUtc);
        return latest is null ? outcome.Output : string.Join('\n', File.ReadLines(latest).TakeLast(4));
    }

    [LoggerMessage(LogLevel.Information, "PostgreSQL {Major} runs in {Folder}")]
    private static partial void LogStarted(ILogger logger, int major, string folder);

    [LoggerMessage(LogLevel.Error, "PostgreSQL in {Folder} did not stop: {Output}")]
    private static partial void LogNotStopped(ILogger logger, string folder, string output);
}
