using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

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
        var (certificate, key) = NewCertificate();
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

    /// <summary>For a library that speaks TLS alone: its script puts a proxy with this certificate before the simulator.</summary>
    private static (string Certificate, string Key) NewCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return (made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
