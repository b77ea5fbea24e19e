using System.Diagnostics;

namespace PaymentGateway.Bench;

/// <summary>Runs other programs to their end and returns what they said.</summary>
internal static class Commands
{
    public static async Task<string> Run(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new BenchException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode == 0 ? await output + await errors : throw new BenchException($"{program} failed: {await errors}");
    }

    /// <summary>Asks a process to stop. .NET can only kill.</summary>
    public static Task Terminate(int process) =>
        Run("/bin/sh", ["-c", "kill -TERM \"$1\" 2> /dev/null || true", "sh", process.ToString()], null, CancellationToken.None);
}
