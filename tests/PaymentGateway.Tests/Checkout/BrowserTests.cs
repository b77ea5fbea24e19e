using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Checkout;

/// <summary>Runs the browser tests of <c>tests/EndToEnd</c> against a server: Chromium pays like a customer.</summary>
public sealed class BrowserTests
{
    [Fact]
    public async Task Chromium_pays_in_every_way_on_phone_and_desktop()
    {
        await using var gateway = await TestGateway.Start(variables: ("SANDBOX_UPI_PENDING_SECONDS", "3"));
        await EndToEnd.AssertPasses(gateway, "npm", ["test", "--silent"]);
    }
}
