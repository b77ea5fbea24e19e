using System.Diagnostics;

namespace PaymentGateway.Database;

/// <summary>Runs a short-lived program and keeps what it said.</summary>
internal static class OperatingSystemProgram
{
    internal sealed record Outcome(int ExitCode, string Output)
    {
        internal bool Succeeded => ExitCode == 0;
    }

    internal static async Task<Outcome> Run(
        string file, IEnumerable<string> arguments, string? folder = null, CancellationToken cancellation = default)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder ?? "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // PGDATA, PGPORT and their like would speak over what we ask for; the words we may have to show are English.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new Outcome(process.ExitCode, $"{await output}{await errors}".Trim());
    }
}
