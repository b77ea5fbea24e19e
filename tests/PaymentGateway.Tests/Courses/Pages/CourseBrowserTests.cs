using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PaymentGateway.Connectors;
using PaymentGateway.Hosting;
using PaymentGateway.Tests.Checkout;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Simulators;

namespace PaymentGateway.Tests.Courses.Pages;

/// <summary>Chromium, SmartGateway's page, a mail server and an authenticator app: from registering to the refund.</summary>
public sealed class CourseBrowserTests
{
    [Fact]
    public async Task A_student_registers_buys_fails_once_tries_again_and_gets_receipt_and_refund()
    {
        var mailPort = FreePort().ToString(CultureInfo.InvariantCulture);
        await using var bank = await RunningSimulator.Start("hdfc");
        await using var gateway = await TestGateway.Start(variables:
        [
            ("HDFC_API_URL", bank.Address), ("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", mailPort), ("SMTP_TLS", "none"),
            ("MAIL_FROM", "courses@learn.example.com"),
        ]);
        var demo = new DemoProcessors(new ConnectorSettings { Hdfc = ConnectorSettings.Official(bank.Address) });
        var account = await demo.Open("hdfc", new Uri(gateway.Address, "/nowhere").ToString(), TestContext.Current.CancellationToken);
        using var staff = gateway.Client();
        var (status, body, _) = await staff.Call(HttpMethod.Put, "/api/payments/processors/hdfc/account", new { fields = account.Fields });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        await EndToEnd.AssertPasses(
            gateway, "node", ["--test", "course-pages.js"], ("BANK_URL", bank.Address), ("MAIL_PORT", mailPort));
    }

    /// <summary>The server must know it before the script that listens there is started.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
