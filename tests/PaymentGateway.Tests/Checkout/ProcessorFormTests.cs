using System.Net;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Simulators;

namespace PaymentGateway.Tests.Checkout;

/// <summary>Chromium pays in the checkout through the browser libraries of processors (<c>tests/EndToEnd/processor-forms.js</c>).</summary>
public sealed class ProcessorFormTests
{
    [Theory]
    [InlineData("stripe")]
    [InlineData("square")]
    [InlineData("paypal")]
    public async Task Chromium_pays_through_the_form_of_the_processor(string processor)
    {
        await using var simulator = await RunningSimulator.Start(processor);
        await using var gateway = await TestGateway.Start(variables: ($"{processor.ToUpperInvariant()}_API_URL", simulator.Address));
        using var shop = gateway.Client();
        var (status, account, _) = await shop.Call(
            HttpMethod.Put, $"/api/payments/processors/{processor}/account", new { fields = BrowserAccounts.FieldsOf(processor) });
        Assert.True(status == HttpStatusCode.OK, account.ToString());
        await EndToEnd.AssertPasses(
            gateway, "node", ["--test", "processor-forms.js"], ("PROCESSOR", processor), ("SIMULATOR_URL", simulator.Address));
        Assert.Equal(0, (int)(await simulator.Look())["requestViolations"]!);
    }
}

/// <summary>Accounts at simulators that know what a browser must know.</summary>
internal static class BrowserAccounts
{
    public static IReadOnlyDictionary<string, string> FieldsOf(string processor) => processor switch
    {
        "stripe" => new Dictionary<string, string>
        {
            ["secretKey"] = "sk_test_browser",
            ["publishableKey"] = "pk_test_browser",
        },
        "square" => new Dictionary<string, string>
        {
            ["accessToken"] = "EAAAbrowser",
            ["locationId"] = "LMAINUSD00001",
            ["applicationId"] = "sandbox-sq0idb-browser",
        },
        "paypal" => new Dictionary<string, string>
        {
            ["clientId"] = "browser",
            ["clientSecret"] = "browsersecret",
            ["cardFields"] = "true",
        },
        _ => throw new ArgumentOutOfRangeException(nameof(processor), processor, "Not a processor with a card form."),
    };
}
