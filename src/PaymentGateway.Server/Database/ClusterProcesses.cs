using System.Diagnostics;
using System.Globalization;

namespace PaymentGateway.Database;

/// <summary>Every process of a PostgreSQL server has the cluster's folder as its working folder: /proc shows who still runs.</summary>
internal static class ClusterProcesses
{
    internal static async Task<IReadOnlyCollection<int>> Running(string cluster, CancellationToken cancellation)
    {
        var realPath = await OperatingSystemProgram.Run("realpath", [cluster], cancellation: cancellation);
        return Directory.GetDirectories("/proc")
            .Where(process => WorkingFolder(process) == realPath.Output)
            .Select(process => int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture))
            .ToHashSet();
    }

    internal static void Kill(IEnumerable<int> processes)
    {
        foreach (var id in processes)
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (ArgumentException)
            {
                // It has just left.
            }
        }
    }

    private static string? WorkingFolder(string process)
    {
        if (!char.IsAsciiDigit(Path.GetFileName(process)[0])) return null;
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null; // ended just now, or of a user who could not have opened our folder
        }
    }
}
