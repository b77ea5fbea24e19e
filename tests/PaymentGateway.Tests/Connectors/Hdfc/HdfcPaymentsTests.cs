using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Hosting;
using PaymentGateway.Tests.Conformance;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Simulators;

namespace PaymentGateway.Tests.Connectors.Hdfc;

/// <summary>A server beside the simulator of SmartGateway, from the merchant's call over the payer's page to the webhook and the book.</summary>
public sealed class HdfcPaymentsTests : IAsyncLifetime
{
    private RunningSimulator bank = null!;
    private TestGateway gateway = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        bank = await RunningSimulator.Start("hdfc");
        gateway = await TestGateway.Start(variables: [("HDFC_API_URL", bank.Address)]);
        client = gateway.Client();
        var demo = new DemoProcessors(new ConnectorSettings { Hdfc = ConnectorSettings.Official(bank.Address) });
        var account = await demo.Open("hdfc", new Uri(gateway.Address, "/api/payments/webhooks/hdfc").ToString(), Cancel);
        var (status, body, _) = await client.Call(HttpMethod.Put, "/api/payments/processors/hdfc/account", new { fields = account.Fields });
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Created, body.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await gateway.DisposeAsync();
        await bank.DisposeAsync();
    }

    private async Task<JsonElement> Pay(decimal amount = 100)
    {
        var orderId = await client.CreateOrder(amount, new { customerEmail = "asha@example.com", customerPhone = "+919876543210" });
        var (status, payment, _) = await client.Post("/api/payments", new { orderId, paymentMethod = "wallet", paymentDetails = new { wallet = "smartgateway" } });
        Assert.True(status == HttpStatusCode.Created, payment.ToString());
        Assert.Equal("requires_action", payment.Text("status"));
        return payment;
    }

    private static NextAction ActionOf(JsonElement payment) => new("redirect_to_url", payment.Needed("nextAction", "url"));

    [Fact]
    public async Task A_payment_at_the_page_is_told_by_webhook_booked_and_refunded()
    {
        var payment = await Pay();
        await HdfcKit.PagePayer.WithCard().Pay(ActionOf(payment));
        var paid = await client.Becomes($"/api/payments/{payment.Text("paymentId")}", "succeeded");
        Assert.Equal(100, paid.At("amountCaptured").GetDecimal());

        var (created, refund, _) = await client.Post("/api/payments/refunds", new { paymentId = payment.Text("paymentId"), amount = 40 });
        Assert.True((int)created is >= 200 and < 300, refund.ToString());
        await client.Becomes($"/api/payments/refunds/{refund.Text("refundId")}", "succeeded");
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_declined_payment_can_be_tried_again()
    {
        var payment = await Pay();
        await HdfcKit.PagePayer.WithCard(outcome: "failure").Pay(ActionOf(payment));
        var declined = await client.Becomes($"/api/payments/{payment.Text("paymentId")}", "requires_payment_method");
        Assert.Equal("CARD_DECLINED", declined.Text("failureCode"));
        var (status, again, _) = await client.Post(
            "/api/payments", new { orderId = payment.Text("orderId"), paymentMethod = "wallet", paymentDetails = new { wallet = "smartgateway" } });
        Assert.True(status == HttpStatusCode.Created, again.ToString());
        Assert.NotEqual(payment.Needed("nextAction", "url"), again.Needed("nextAction", "url"));
        await HdfcKit.PagePayer.WithUpi("success@upi").Pay(ActionOf(again));
        await client.Becomes($"/api/payments/{payment.Text("paymentId")}", "succeeded");
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_forged_webhook_changes_nothing()
    {
        using var forged = new HttpRequestMessage(HttpMethod.Post, "/api/payments/webhooks/hdfc")
        {
            Content = new StringContent("""{"id":"evt_1","event_name":"ORDER_SUCCEEDED","content":{"order":{"order_id":"A"}}}"""),
        };
        forged.Headers.Authorization = new("Basic", Convert.ToBase64String("demo:guess"u8));
        using var http = new HttpClient { BaseAddress = gateway.Address };
        using var answer = await http.SendAsync(forged, Cancel);
        Assert.False(answer.IsSuccessStatusCode);
    }

    /// <summary>The sandbox takes wallets too, and does not know this one; and the other way round.</summary>
    [Fact]
    public async Task A_wallet_goes_to_the_processor_that_names_it()
    {
        await Pay();
        var orderId = await client.CreateOrder(100);
        var (status, payment, _) = await client.Post("/api/payments", new { orderId, paymentMethod = "wallet", paymentDetails = new { wallet = "paytm" } });
        Assert.True((int)status < 300, payment.ToString());
        Assert.DoesNotContain(new Uri(bank.Address).Authority, payment.ToString(), StringComparison.Ordinal);
    }
}
