using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

/// <summary>
/// Folders for PostgreSQL in tests: in the temporary folder, and enterable for the user postgres when root runs us. The cluster of the run, which has
/// nothing to keep, is in memory where there is plenty.
/// </summary>
internal static class TestFolder
{
    private const string Prefix = "paymentgateway-test-";
    private const string RunPrefix = "paymentgateway-testrun-";
    private const string Memory = "/dev/shm";
    private const long MemoryMin = 8L << 30;

    private static readonly string runs =
        Environment.GetEnvironmentVariable("TMPDIR") is null && Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= MemoryMin
            ? Memory
            : Path.GetTempPath();

    /// <summary>The binaries that the run was told to use, if any.</summary>
    internal static string? PostgresBin => Environment.GetEnvironmentVariable("POSTGRES_BIN");

    internal static string Create() => Enterable(Directory.CreateTempSubdirectory(Prefix).FullName);

    /// <summary>For the cluster that runs as long as the tests do.</summary>
    internal static string CreateForRun() =>
        Enterable(Directory.CreateDirectory(Path.Combine(runs, RunPrefix + Path.GetRandomFileName())).FullName);

    /// <summary>
    /// A run that was killed leaves its PostgreSQL. Starting on its folder ends that one; then the folder goes too. Only
    /// folders whose server runs all the time are looked at: another run's stopped clusters are nobody's to remove.
    /// </summary>
    internal static async Task RemoveLeftBehind()
    {
        foreach (var folder in Directory.GetDirectories(runs, $"{RunPrefix}*"))
        {
            if (!Directory.Exists(Path.Combine(folder, "postgres", "cluster"))) continue;
            try
            {
                await using (await EmbeddedPostgres.Start(
                    folder, PostgresBin, EmbeddedTuning.Fleeting, NullLogger.Instance, CancellationToken.None))
                {
                }
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception taken) when (taken is StartupException or IOException)
            {
                // Another run is using, making or removing it, or it is another user's: not ours to remove.
            }
        }
    }

    private static string Enterable(string folder)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return folder;
    }
}
