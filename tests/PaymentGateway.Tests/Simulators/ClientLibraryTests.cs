using System.Diagnostics;

namespace PaymentGateway.Tests.Simulators;

/// <summary>
/// The processors' own client libraries, under real Node, against the simulators: what they accept is the real protocol. The scripts
/// are in <c>tests/ClientLibraries</c>.
/// </summary>
public sealed class ClientLibraryTests
{
    [Theory]
    [InlineData("stripe")]
    [InlineData("square")]
    [InlineData("paypal")]
    [InlineData("hdfc")]
    public async Task A_processors_own_library_finds_nothing_strange(string name)
    {
        await using var simulator = await RunningSimulator.Start(name);
        var (certificate, key) = TestCertificate.Create();
        using var node = Process.Start(new ProcessStartInfo("node", ["--test", "--test-reporter=spec", $"{name}.test.mjs"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "ClientLibraries"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SIMULATOR"] = simulator.Address, ["TLS_CERTIFICATE"] = certificate, ["TLS_KEY"] = key },
        })!;
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, $"{await output}\n{await errors}");
    }
}
