using System.Net;
using System.Text;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Merchants;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;
using PaymentGateway.WorkItems;

namespace PaymentGateway.Tests.Inbox;

/// <summary>What a processor tells us: signed over HTTP, or handed to the readers as the inbox does.</summary>
internal static class ProcessorNews
{
    private static readonly MethodSummary wallet = new("wallet", Wallet: "paytm");

    public static ConnectorOutcome Authorized => new ConnectorOutcome.Authorized("sbx_news", wallet);

    public static ConnectorOutcome Captured => new ConnectorOutcome.Captured("sbx_news", wallet);

    public static ConnectorOutcome Pending => new ConnectorOutcome.Pending("sbx_news", wallet);

    public static ConnectorOutcome Voided => new ConnectorOutcome.Voided("sbx_news");

    public static ConnectorOutcome Declined => new ConnectorOutcome.Declined("sbx_news", "PAYMENT_DECLINED", "Declined.", "05", wallet);

    public static ConnectorOutcome Took(decimal amount) =>
        new ConnectorOutcome.Captured("sbx_news", wallet, Money.FromMajor(amount, Currency.INR));

    public static Tenant TenantOf(this DemoMerchant shop) => new(shop.MerchantId, Mode.Test);

    /// <summary>A payment that waits for its customer at the wallet.</summary>
    public static async Task<(string OrderId, string PaymentId, string ChargeId)> WaitingPayment(
        this HttpClient client, decimal amount = 100m, string? orderId = null)
    {
        orderId ??= await client.CreateOrder(amount);
        var (_, payment, _) = await client.Post(
            "/api/payments", new { orderId, paymentMethod = "wallet", paymentDetails = new { wallet = "paytm" } });
        Assert.Equal("requires_action", payment.Text("status"));
        return (orderId, payment.Text("id"), payment.GetProperty("charges")[0].Text("id"));
    }

    public static Task<Refusal?> TellOfCharge(this TestGateway gateway, string chargeId, ConnectorOutcome outcome, DemoMerchant? shop = null) =>
        gateway.Tell(new ConnectorNews.OfCharge(chargeId, outcome), shop);

    public static Task<Refusal?> TellOfRefund(this TestGateway gateway, string refundId, RefundOutcome outcome, DemoMerchant? shop = null) =>
        gateway.Tell(new ConnectorNews.OfRefund(refundId, outcome), shop);

    /// <summary>As the inbox does once a message is verified and stored.</summary>
    public static Task<Refusal?> Tell(this TestGateway gateway, ConnectorNews news, DemoMerchant? shop = null) =>
        gateway.Get<NewsDispatcher>().Read(
            "sandbox", new ConnectorNotification(Id.New("key", TimeProvider.System), (shop ?? gateway.Shop).TenantOf(), news), Origin.Worker,
            CancellationToken.None);

    /// <summary>Makes the pretended processor have taken the money, whatever it has said.</summary>
    public static Task TakeAtProcessor(this TestGateway gateway, string chargeId, long? minor = null) => gateway.Execute(
        """
        UPDATE sandbox.charges
        SET state = 'captured', amount = coalesce(@minor, amount), captured = coalesce(@minor, amount), decline = NULL, due_at = NULL
        WHERE key = @chargeId
        """, new { chargeId, minor });

    public static Task<int> ActOnWorkItems(this TestGateway gateway) => gateway.Get<ResolveWorkItem>().RunOnce(CancellationToken.None);

    public static async Task<JsonElement> TheWorkItem(this HttpClient client, string filter)
    {
        var list = await client.GetJson($"/api/payments/work-items?{filter}");
        return Assert.Single(list.GetProperty("data").EnumerateArray());
    }

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> ResolveItem(
        this HttpClient client, string itemId, string action, string? idempotencyKey = null) =>
        client.Post($"/api/payments/work-items/{itemId}/resolve", new { action, note = "As agreed." }, idempotencyKey);

    public static string Message(string chargeId, string merchantId, string state, string? id = null) => JsonSerializer.Serialize(new
    {
        id = id ?? Id.New("sbxmsg", TimeProvider.System),
        merchantId,
        mode = "test",
        chargeKey = chargeId,
        reference = "sbx_news",
        state,
        summary = new { method = "wallet", wallet = "paytm" },
        decline = state == "declined" ? new { code = "PAYMENT_DECLINED", sentence = "No.", processorCode = "05" } : null,
    });

    public static async Task<(HttpStatusCode Status, JsonElement Body)> Send(this TestGateway gateway, string message, string? signature = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Address, "/api/payments/webhooks/sandbox"));
        request.Content = new StringContent(message, Encoding.UTF8, "application/json");
        request.Headers.Add(SandboxKeys.SignatureHeader, signature ?? gateway.Get<SandboxKeys>().Sign(Encoding.UTF8.GetBytes(message)));
        using var http = new HttpClient();
        using var response = await http.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Clone());
    }
}
