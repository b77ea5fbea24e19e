using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using PaymentGateway.Merchants;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Checkout;

/// <summary>Runs the browser tests of <c>tests/EndToEnd</c> against a server: Chromium pays like a customer.</summary>
public sealed class BrowserTests
{
    [Fact]
    public async Task Chromium_pays_in_every_way_on_phone_and_desktop()
    {
        await using var gateway = await TestGateway.Start(variables: ("SANDBOX_UPI_PENDING_SECONDS", "3"));
        var demoFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(demoFile, JsonSerializer.Serialize(
                new DemoFile(gateway.Address.ToString(), gateway.Shops), JsonSerializerOptions.Web));
            var (exitCode, output) = await RunNode(gateway.Address, demoFile);
            Assert.True(exitCode == 0, output);
            await gateway.AssertBookHolds();
        }
        finally
        {
            File.Delete(demoFile);
        }
    }

    private static async Task<(int ExitCode, string Output)> RunNode(Uri address, string demoFile, [CallerFilePath] string thisFile = "")
    {
        var start = new ProcessStartInfo("npm", ["test", "--silent"])
        {
            WorkingDirectory = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "EndToEnd")),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["BASE_URL"] = address.ToString();
        start.Environment["DEMO_FILE"] = demoFile;
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        return (node.ExitCode, await output + await errors);
    }
}
