using PaymentGateway.Database;

namespace PaymentGateway.Tests.Webhooks;

public sealed class FanOutTests
{
    [Theory]
    [InlineData("payment.success", "*", "payment.success")]
    [InlineData("payment.success", "payment.success", "payment.success")]
    [InlineData("payment.success", "payment.completed", "payment.completed")]
    [InlineData("payment.success", "payment.completed payment.success", "payment.success")]
    [InlineData("payment.success", "payment.failed", null)]
    [InlineData("payment.failed", "payment.completed", null)]
    [InlineData("payment.failed", "order.paid payment.failed", "payment.failed")]
    public async Task An_endpoint_gets_what_it_asked_for_under_the_name_it_asked_for(string emitted, string subscribed, string? received)
    {
        await using var world = await WebhookWorld.Create();
        await world.Endpoint("http://127.0.0.1:9999/", subscribed.Split(' '));
        await world.EmitAndFanOut(emitted);
        Assert.Equal(received is null ? [] : [received], (await world.Deliveries()).Select(d => d.EventName));
    }

    [Fact]
    public async Task An_orders_own_address_is_told_beside_the_endpoints()
    {
        await using var world = await WebhookWorld.Create();
        var (endpoint, _) = await world.Endpoint("http://127.0.0.1:9999/a");
        await world.EmitAndFanOut(webhookUrl: "http://127.0.0.1:9999/own");
        Assert.Equal([null, endpoint], (await world.Deliveries()).Select(d => d.EndpointId).Order());
    }

    [Fact]
    public async Task An_orders_own_address_that_is_an_endpoints_too_is_told_once()
    {
        await using var world = await WebhookWorld.Create();
        var (endpoint, _) = await world.Endpoint("http://127.0.0.1:9999/a");
        await world.EmitAndFanOut(webhookUrl: "http://127.0.0.1:9999/a");
        Assert.Equal(endpoint, (await world.Delivery()).EndpointId);
    }

    [Fact]
    public async Task Another_merchant_and_another_mode_are_told_nothing()
    {
        await using var world = await WebhookWorld.Create();
        await world.Endpoint("http://127.0.0.1:9999/");
        await world.Emit(tenant: new Tenant("MERCH_TG_002", Mode.Test));
        await world.Emit(tenant: WebhookWorld.Shop with { Mode = Mode.Live });
        await world.FanOut.RunOnce(default);
        Assert.Empty(await world.Deliveries());
        Assert.Equal(0, await world.Count("events.outbox"));
    }

    [Fact]
    public async Task An_orders_address_that_is_no_URL_fails_alone()
    {
        await using var world = await WebhookWorld.Create();
        await world.EmitAndFanOut(webhookUrl: "nonsense");
        await world.Dispatcher.RunOnce(default);
        Assert.Equal("The address may not be called.", (await world.Delivery()).LastError);
    }
}
