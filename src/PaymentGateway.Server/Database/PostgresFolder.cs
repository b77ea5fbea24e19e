using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Database;

/// <summary>
/// The folder <c>postgres</c> of the data directory: <c>cluster/</c> (PostgreSQL's own), <c>password</c>, <c>start.log</c>,
/// the socket, and <c>server.lock</c>, held by the one server that may use it.
/// </summary>
internal sealed class PostgresFolder : IDisposable
{
    // sockaddr_un has 108 bytes with the closing zero.
    private const int SocketPathBytesMax = 107;
    private const int SocketFolderLine = 4;
    private const string SocketName = ".s.PGSQL.5432";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream serverLock;
    private string? shortSocketFolder;

    private PostgresFolder(string root, FileStream serverLock)
    {
        Root = root;
        this.serverLock = serverLock;
    }

    internal string Root { get; }
    internal string Cluster => Path.Combine(Root, "cluster");
    internal string UnfinishedCluster => Path.Combine(Root, "cluster.new");
    internal string PasswordFile => Path.Combine(Root, "password");
    internal string StartLog => Path.Combine(Root, "start.log");
    internal string LogFolder => Path.Combine(Cluster, "log");
    internal string ConfigurationFile => Path.Combine(Cluster, "paymentgateway.conf");
    internal string PidFile => Path.Combine(Cluster, "postmaster.pid");
    internal string SocketLockFile => Path.Combine(Root, $"{SocketName}.lock");
    internal string SocketFolder => shortSocketFolder ?? Root;
    internal bool HasCluster => Directory.Exists(Cluster);

    internal static string PathIn(string dataDirectory) => Path.Combine(Path.GetFullPath(dataDirectory), "postgres");

    /// <summary>Where the PostgreSQL of this data directory listens, by its own notes; null when it is not running.</summary>
    internal static (string SocketFolder, string Password)? FindRunning(string dataDirectory)
    {
        var root = PathIn(dataDirectory);
        var (cluster, password) = (Path.Combine(root, "cluster"), Path.Combine(root, "password"));
        var pidFile = Path.Combine(cluster, "postmaster.pid");
        if (!File.Exists(pidFile) || !File.Exists(password)) return null;
        var lines = File.ReadAllLines(pidFile);
        return lines.Length > SocketFolderLine
            ? (Path.GetFullPath(lines[SocketFolderLine], cluster), File.ReadAllText(password))
            : null;
    }

    /// <summary>Creates the folder where needed and takes its lock, which the system frees even when this process is killed.</summary>
    internal static async Task<PostgresFolder> Open(string dataDirectory, PostgresAccount account, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows())
            throw new StartupException("The embedded database needs Linux or macOS: use a server of your own with DATABASE_URL.");
        var root = PathIn(dataDirectory);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root)!);
            Directory.CreateDirectory(root, OwnerOnly);
            await account.Own(root, cancellation);
            await account.RequireEntry(root, "choose another data directory with --data, or set DATABASE_URL", cancellation);
            var folder = new PostgresFolder(root, Lock(Path.Combine(root, "server.lock")));
            await folder.ChooseSocketFolder(account, cancellation);
            return folder;
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            throw new StartupException($"The data directory {root} cannot be used: {refused.Message}", refused);
        }
    }

    internal string ReadPassword() => File.Exists(PasswordFile)
        ? File.ReadAllText(PasswordFile)
        : throw new StartupException(
            $"The file {PasswordFile} is missing: put it back, since the database's password is not kept elsewhere.");

    internal async Task CreatePassword(PostgresAccount account, CancellationToken cancellation)
    {
        File.Delete(PasswordFile);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var writer = new StreamWriter(PasswordFile, options))
            await writer.WriteAsync(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        await account.Own(PasswordFile, cancellation);
    }

    internal void RequireVersion(PostgresBinaries binaries)
    {
        var version = File.ReadAllText(Path.Combine(Cluster, "PG_VERSION")).Trim();
        if (version == binaries.Major.ToString(CultureInfo.InvariantCulture)) return;
        throw new StartupException(
            $"The data in {Cluster} is of PostgreSQL {version}, but the programs in {binaries.Folder} are of {binaries.Major}: "
            + $"name a folder with PostgreSQL {version} in POSTGRES_BIN.");
    }

    public void Dispose()
    {
        if (shortSocketFolder is not null) Directory.Delete(shortSocketFolder, recursive: true);
        serverLock.Dispose();
    }

    // A comma would split the address into two hosts.
    private async Task ChooseSocketFolder(PostgresAccount account, CancellationToken cancellation)
    {
        var socket = Path.Combine(Root, SocketName);
        var isUsable = Encoding.UTF8.GetByteCount(socket) <= SocketPathBytesMax && !socket.Contains(',', StringComparison.Ordinal);
        if (isUsable) return;
        shortSocketFolder = Directory.CreateTempSubdirectory("paymentgateway-").FullName;
        await account.Own(shortSocketFolder, cancellation);
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken.GetType() == typeof(IOException))
        {
            throw new StartupException(
                $"Another server is using {Path.GetDirectoryName(path)}: stop it, or choose another data directory with --data.");
        }
    }
}
