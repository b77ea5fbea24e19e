using PaymentGateway.Connectors;
using PaymentGateway.Tests.Conformance;

namespace PaymentGateway.Tests.Connectors.Paypal;

/// <summary>What is PayPal's own about set-ups, before its simulator; what all connectors do is tried by the kit.</summary>
public sealed class PaypalSetupTests
{
    private const string Good = "4012888888881881";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task Run(Func<PaypalKit, Task> test)
    {
        await using var kit = await PaypalKit.Begin();
        await test(kit);
        await kit.AssertRequestsFit();
    }

    [Fact]
    public Task A_token_is_good_for_one_set_up() => Run(async kit =>
    {
        var call = kit.SetupOf(await kit.SetupToken(Good, "John Doe"));
        var ready = Assert.IsType<ConnectorOutcome.Authorized>(await kit.Connector.Setup(call, Cancel));
        Assert.Equal(("visa", "1881"), (ready.Summary.Network, ready.Summary.Last4));
        var other = call with { Key = $"{kit.NewKey("seti")}-1" };
        Assert.Equal("INVALID_TOKEN", Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Setup(other, Cancel)).Code);
        // What is kept already is no token of a browser.
        var kept = call with { Key = $"{kit.NewKey("seti")}-1", Instrument = new Instrument.Card(ready.Reference!) };
        Assert.Equal("INVALID_TOKEN", Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Setup(kept, Cancel)).Code);
    });

    [Fact]
    public Task A_payer_fills_the_card_in_at_PayPal() => Run(async kit =>
    {
        var empty = (string)(await kit.Ask(HttpMethod.Post, "/v3/vault/setup-tokens", new { payment_source = new { card = new { } } }))["id"]!;
        var call = kit.SetupOf(empty);
        var asked = Assert.IsType<ConnectorOutcome.ActionRequired>(await kit.Connector.Setup(call, Cancel));
        Assert.Equal(("redirect_to_url", empty), (asked.Action.Type, asked.Reference));
        using var browser = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["outcome"] = "approve",
            ["number"] = Good,
            ["expiry"] = "2034-12",
            ["security_code"] = "123",
            ["name"] = "John Doe",
        });
        using var answered = await browser.PostAsync(asked.Action.Url, form, Cancel);
        Assert.True(answered.IsSuccessStatusCode);
        var ready = Assert.IsType<ConnectorOutcome.Authorized>(await kit.Connector.SetupStatus(new(kit.Tenant, call.Key, asked.Reference), Cancel));
        Assert.NotEqual(asked.Reference, ready.Reference);
    });

    [Fact]
    public Task A_token_that_has_ended_is_given_up() => Run(async kit =>
    {
        var call = kit.SetupOf((await kit.Token(TestCard.SetupChallenged))!);
        var asked = Assert.IsType<ConnectorOutcome.ActionRequired>(await kit.Connector.Setup(call, Cancel));
        await kit.LetTimePass(TimeSpan.FromDays(4));
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.SetupStatus(new(kit.Tenant, call.Key, asked.Reference), Cancel));
    });

    [Fact]
    public Task A_card_that_is_set_up_and_not_saved_is_let_go() => Run(async kit =>
    {
        var call = kit.SetupOf(await kit.SetupToken(Good, "John Doe"));
        var ready = Assert.IsType<ConnectorOutcome.Authorized>(await kit.Connector.Setup(call, Cancel));
        var source = new SaveSource.OfSetup(call.Key, ready.Reference);
        await kit.Connector.Forget(new(kit.Tenant, kit.NewKey("pm"), null, null, source), Cancel);
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.SetupStatus(new(kit.Tenant, call.Key, ready.Reference), Cancel));
        Assert.IsType<SaveOutcome.Declined>(await kit.Connector.Save(new(kit.Tenant, kit.NewKey("pm"), source, null), Cancel));
    });
}
