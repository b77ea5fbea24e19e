using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Tests.Conformance;
using Instrument = PaymentGateway.Connectors.Instrument;

namespace PaymentGateway.Tests.Connectors.Paypal;

/// <summary>What the kit has no behaviour for: the wallet, whose payer agrees on PayPal's page, and the end of PayPal's memory.</summary>
public sealed class PaypalWalletTests : IAsyncLifetime
{
    private PaypalKit kit = null!;

    public async ValueTask InitializeAsync() => kit = await PaypalKit.Begin();

    public async ValueTask DisposeAsync()
    {
        await kit.AssertRequestsFit();
        await kit.DisposeAsync();
    }

    private async Task<(AuthorizeCall Call, ConnectorOutcome.ActionRequired Asks)> Asked(bool capture = true)
    {
        var call = kit.Call(new Instrument.Wallet("paypal"), capture: capture);
        return (call, Assert.IsType<ConnectorOutcome.ActionRequired>(await kit.Connector.Authorize(call, ProcessorKit.Cancel)));
    }

    private Task<ConnectorOutcome> Status(AuthorizeCall call, string? reference = null) =>
        kit.Connector.Status(new(kit.Tenant, call.Key, reference), ProcessorKit.Cancel);

    [Fact]
    public async Task A_payer_who_agrees_has_paid_once_somebody_asks()
    {
        var (call, asks) = await Asked();
        Assert.IsType<ConnectorOutcome.ActionRequired>(await Status(call));
        await PaypalKit.Answer(asks.Action, "approve");
        var captured = Assert.IsType<ConnectorOutcome.Captured>(await Status(call));
        Assert.Equal((asks.Reference, "wallet", "paypal"), (captured.Reference, captured.Summary.Method, captured.Summary.Wallet));
        Assert.Equal((1, kit.Amount(100)), await kit.AtProcessor(call.Key));
    }

    [Fact]
    public async Task A_webhook_completes_what_the_payer_approved()
    {
        var (call, asks) = await Asked();
        await PaypalKit.Answer(asks.Action, "approve");
        var message = Assert.Single(await kit.Webhooks(atLeast: 1));
        Assert.NotNull(await kit.Connector.Verify(message, [kit.Account], ProcessorKit.Cancel));
        var news = Assert.IsType<ConnectorNews.OfCharge>(Assert.Single(await kit.Connector.Read(kit.Tenant, message, ProcessorKit.Cancel)));
        Assert.Equal(call.Key, news.Key);
        Assert.IsType<ConnectorOutcome.Captured>(news.Outcome);
    }

    [Fact]
    public async Task What_the_wallet_pays_from_is_declined_for_good()
    {
        var (call, asks) = await Asked();
        await PaypalKit.Answer(asks.Action, "approve", "declined");
        var declined = Assert.IsType<ConnectorOutcome.Declined>(await Status(call));
        Assert.Equal((Errors.PaymentDeclined.Code, "INSTRUMENT_DECLINED"), (declined.Code, declined.ProcessorCode));
        await PaypalKit.Answer(asks.Action, "approve");
        Assert.IsType<ConnectorOutcome.Declined>(await Status(call));
        Assert.Equal(kit.Amount(0), (await kit.AtProcessor(call.Key)).Captured);
    }

    [Fact]
    public async Task What_was_given_up_is_not_paid_by_a_late_payer()
    {
        var (call, asks) = await Asked();
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.Void(kit.Follow(call, asks, 100), ProcessorKit.Cancel));
        await PaypalKit.Answer(asks.Action, "approve");
        Assert.IsType<ConnectorOutcome.Voided>(await Status(call));
        Assert.Equal((0, kit.Amount(0)), await kit.AtProcessor(call.Key));
    }

    [Fact]
    public async Task An_electronic_cheque_is_pending_and_so_is_its_refund()
    {
        var (call, asks) = await Asked();
        await PaypalKit.Answer(asks.Action, "approve", "echeck");
        Assert.Equal("ECHECK", Assert.IsType<ConnectorOutcome.Pending>(await Status(call)).ProcessorCode);
        await kit.LetTimePass(TimeSpan.FromDays(4));
        var captured = Assert.IsType<ConnectorOutcome.Captured>(await Status(call, asks.Reference));
        var refund = kit.RefundOf(call, captured, 40);
        var pending = Assert.IsType<RefundOutcome.Pending>(await kit.Connector.Refund(refund, ProcessorKit.Cancel));
        await kit.LetTimePass(TimeSpan.FromDays(3));
        Assert.IsType<RefundOutcome.Succeeded>(await kit.Connector.RefundStatus(new(kit.Tenant, refund.Key, call.Key, pending.Reference), ProcessorKit.Cancel));
    }

    [Fact]
    public async Task A_held_payment_under_review_is_pending()
    {
        var (call, asks) = await Asked(capture: false);
        await PaypalKit.Answer(asks.Action, "approve", "review");
        Assert.Equal("PENDING_REVIEW", Assert.IsType<ConnectorOutcome.Pending>(await Status(call)).ProcessorCode);
        await kit.LetTimePass(TimeSpan.FromDays(1));
        Assert.IsType<ConnectorOutcome.Authorized>(await Status(call, asks.Reference));
    }

    [Fact]
    public async Task Each_capture_is_refunded_by_itself()
    {
        var (call, asks) = await Asked(capture: false);
        await PaypalKit.Answer(asks.Action, "approve");
        var held = await Status(call);
        await kit.Connector.Capture(kit.Follow(call, held, 30, isFinal: false), ProcessorKit.Cancel);
        await kit.Connector.Capture(kit.Follow(call, held, 70), ProcessorKit.Cancel);
        Assert.IsType<RefundOutcome.Failed>(await kit.Connector.Refund(kit.RefundOf(call, held, 71), ProcessorKit.Cancel));
        Assert.IsType<RefundOutcome.Succeeded>(await kit.Connector.Refund(kit.RefundOf(call, held, 60), ProcessorKit.Cancel));
        Assert.IsType<RefundOutcome.Succeeded>(await kit.Connector.Refund(kit.RefundOf(call, held, 30), ProcessorKit.Cancel));
        Assert.IsType<RefundOutcome.Failed>(await kit.Connector.Refund(kit.RefundOf(call, held, 11), ProcessorKit.Cancel));
    }

    [Fact]
    public async Task After_PayPal_forgot_the_key_its_reports_are_asked()
    {
        var (call, asks) = await Asked();
        await PaypalKit.Answer(asks.Action, "approve");
        Assert.IsType<ConnectorOutcome.Captured>(await Status(call));
        var clock = new ManualClock(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(7));
        await kit.LetTimePass(TimeSpan.FromHours(7));
        var test = new Uri(kit.Simulator.Address);
        var later = PaypalKit.ConnectorOf(kit.Account, new(test, test), clock);
        Assert.Equal(asks.Reference, Assert.IsType<ConnectorOutcome.Captured>(await later.Status(new(kit.Tenant, call.Key, null), ProcessorKit.Cancel)).Reference);
        Assert.IsType<ConnectorOutcome.NotFound>(await later.Status(new(kit.Tenant, kit.NewKey(), null), ProcessorKit.Cancel));
    }

    [Fact]
    public async Task A_token_that_PayPal_took_back_is_asked_for_anew()
    {
        await Asked();
        using var revoked = await kit.Simulator.Control("", new { @do = "revoke_tokens" });
        revoked.EnsureSuccessStatusCode();
        await Asked();
    }
}
