using System.Net;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

public sealed class PayOrderTests : IAsyncLifetime
{
    private TestGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await TestGateway.Start();

    public async ValueTask DisposeAsync() => await gateway.DisposeAsync();

    [Fact]
    public async Task A_card_payment_succeeds_and_the_book_holds()
    {
        using var client = gateway.Client();
        var orderId = await client.CreateOrder(2716.67m);

        var (status, payment, response) = await client.PayByCard(orderId);

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("succeeded", payment.GetProperty("status").GetString());
        Assert.Equal(2716.67m, payment.GetProperty("amountCaptured").GetDecimal());
        Assert.Equal($"/api/payments/{payment.GetProperty("paymentId").GetString()}", response.Headers.Location!.ToString());
        var order = await client.GetJson($"/api/payments/orders/{orderId}");
        Assert.Equal("paid", order.GetProperty("status").GetString());
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_declined_card_is_402_with_the_payment_inside_and_another_card_may_follow()
    {
        using var client = gateway.Client();
        var orderId = await client.CreateOrder();

        var (declined, error, _) = await client.PayByCard(orderId, "4000000000000002");

        Assert.Equal(HttpStatusCode.PaymentRequired, declined);
        Assert.Equal("CARD_DECLINED", error.GetProperty("error").GetProperty("code").GetString());
        var inside = error.GetProperty("error").GetProperty("details").GetProperty("payment");
        Assert.Equal("requires_payment_method", inside.GetProperty("status").GetString());

        var (paid, payment, _) = await client.PayByCard(orderId);
        Assert.Equal(HttpStatusCode.Created, paid);
        Assert.Equal(inside.GetProperty("id").GetString(), payment.GetProperty("id").GetString());
        var read = await client.GetJson($"/api/payments/{payment.GetProperty("id").GetString()}");
        Assert.Equal(2, read.GetProperty("charges").GetArrayLength());
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_manual_payment_is_held_and_captured_in_full()
    {
        using var client = gateway.Client();
        var orderId = await client.CreateOrder(100m, new { captureMethod = "manual" });

        var (_, held, _) = await client.PayByCard(orderId);
        Assert.Equal("requires_capture", held.GetProperty("status").GetString());
        await gateway.AssertBookHolds();

        var (status, captured, _) = await client.Post($"/api/payments/payment-intents/{held.GetProperty("id").GetString()}/capture", new { });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("succeeded", captured.GetProperty("status").GetString());
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_held_payment_that_is_canceled_releases_the_money_and_closes_the_order()
    {
        using var client = gateway.Client();
        var orderId = await client.CreateOrder(100m, new { captureMethod = "manual" });
        await client.PayByCard(orderId);

        var (status, order, _) = await client.Post($"/api/payments/orders/{orderId}/cancel", new { });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("canceled", order.GetProperty("status").GetString());
        Assert.Equal("canceled", (await client.GetJson($"/api/payments/orders/{orderId}")).GetProperty("status").GetString());
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task An_intent_without_an_order_is_created_confirmed_and_paid()
    {
        using var client = gateway.Client();
        var (created, intent, _) = await client.Post("/api/payments/payment-intents", new { amount = 10, currency = "USD" });
        Assert.Equal(HttpStatusCode.Created, created);
        Assert.Equal("requires_payment_method", intent.GetProperty("status").GetString());

        var (status, paid, _) = await client.Post($"/api/payments/payment-intents/{intent.GetProperty("id").GetString()}/confirm",
            new { paymentMethod = "card", paymentDetails = new { cardToken = await client.CardToken() } });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("succeeded", paid.GetProperty("status").GetString());
        await gateway.AssertBookHolds();
    }
}
