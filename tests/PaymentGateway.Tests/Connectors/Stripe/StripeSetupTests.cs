using PaymentGateway.Connectors;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Tests.Conformance;

namespace PaymentGateway.Tests.Connectors.Stripe;

/// <summary>What is Stripe's own about set-ups, before its simulator; what all connectors do is tried by the kit.</summary>
public sealed class StripeSetupTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task Run(Func<StripeKit, Task> test)
    {
        await using var kit = await StripeKit.StartStripe();
        await test(kit);
        await kit.AssertRequestsFit();
        Assert.Equal(0, (int)(await kit.Simulator.Look())["answerViolations"]!);
    }

    [Fact]
    public Task A_set_up_that_comes_after_it_was_given_up_is_kept_out() => Run(async kit =>
    {
        var late = kit.SetupOf("pm_card_visa");
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.CancelSetup(new(kit.Tenant, late.Key, null), Cancel));
        Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Setup(late, Cancel));
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.SetupStatus(new(kit.Tenant, late.Key, null), Cancel));
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.CancelSetup(new(kit.Tenant, late.Key, null), Cancel));
    });

    [Fact]
    public Task The_bank_is_asked_where_the_merchant_wishes_it_and_what_it_said_is_told() => Run(async kit =>
    {
        var call = kit.SetupOf("pm_card_visa") with
        {
            Usage = SetupFutureUsage.OnSession,
            ThreeDSecure = ThreeDSecureCall.Default with { Wish = AuthenticationWish.Any },
        };
        var asked = Assert.IsType<ConnectorOutcome.ActionRequired>(await kit.Connector.Setup(call, Cancel));
        Assert.Equal("4242", asked.Summary.Last4);
        await kit.Answer(asked.Action, passes: true);
        var ready = Assert.IsType<ConnectorOutcome.Authorized>(await kit.Connector.SetupStatus(new(kit.Tenant, call.Key, asked.Reference), Cancel));
        Assert.Equal((TransStatus.Authenticated, "05"), (ready.Authentication?.Status, ready.Authentication?.Eci));
        var atStripe = await kit.Simulator.Look("/objects/setup_intent");
        Assert.Equal(("on_session", "The monthly box"), ((string?)atStripe[0]!["usage"], (string?)atStripe[0]!["description"]));
    });

    [Fact]
    public Task A_card_that_is_kept_and_not_saved_goes_with_its_customer() => Run(async kit =>
    {
        var call = kit.SetupOf("pm_card_visa");
        var ready = Assert.IsType<ConnectorOutcome.Authorized>(await kit.Connector.Setup(call, Cancel));
        var source = new SaveSource.OfSetup(call.Key, ready.Reference);
        await kit.Connector.Forget(new(kit.Tenant, kit.NewKey("pm"), null, null, source), Cancel);
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.SetupStatus(new(kit.Tenant, call.Key, ready.Reference), Cancel));
        Assert.IsType<SaveOutcome.Declined>(await kit.Connector.Save(new(kit.Tenant, kit.NewKey("pm"), source, null), Cancel));
    });
}
