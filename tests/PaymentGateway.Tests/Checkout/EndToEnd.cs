using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using PaymentGateway.Merchants;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Checkout;

/// <summary>Runs the scripts of <c>tests/EndToEnd</c>, in which Chromium pays like a customer, against a server.</summary>
internal static class EndToEnd
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(15);

    public static async Task AssertPasses(
        TestGateway gateway, string program, IEnumerable<string> arguments, params (string Name, string Value)[] variables)
    {
        var demoFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(demoFile, JsonSerializer.Serialize(
                new DemoFile(gateway.Address.ToString(), gateway.Shops), JsonSerializerOptions.Web));
            var (exitCode, output) = await Run(
                program, arguments, [("BASE_URL", gateway.Address.ToString()), ("DEMO_FILE", demoFile), .. variables]);
            Assert.True(exitCode == 0, output);
            await gateway.AssertBookHolds();
        }
        finally
        {
            File.Delete(demoFile);
        }
    }

    private static async Task<(int ExitCode, string Output)> Run(
        string program, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> variables,
        [CallerFilePath] string thisFile = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "EndToEnd")),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        using var patient = new CancellationTokenSource(patience);
        try
        {
            await node.WaitForExitAsync(patient.Token);
            return (node.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            // What it has said so far is the only trace of what it waits for.
            node.Kill(entireProcessTree: true);
            return (-1, $"Not done after {patience}. {await output + await errors}");
        }
    }
}
