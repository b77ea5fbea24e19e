using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

/// <summary>Folders for PostgreSQL in tests: in the temporary folder, and enterable for the user postgres when root runs us.</summary>
internal static class TestFolder
{
    private const string Prefix = "paymentgateway-test-";

    /// <summary>The binaries that the run was told to use, if any.</summary>
    internal static string? PostgresBin => Environment.GetEnvironmentVariable("POSTGRES_BIN");

    internal static string Create()
    {
        var folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return folder;
    }

    /// <summary>A run that was killed leaves its PostgreSQL. Starting on its folder ends that one; then the folder goes too.</summary>
    internal static async Task RemoveLeftBehind()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), $"{Prefix}*"))
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
}
