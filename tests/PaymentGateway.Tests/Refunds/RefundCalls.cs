using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PaymentGateway.Merchants;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Refunds;

/// <summary>The calls that tests of refunds make.</summary>
internal static class RefundCalls
{
    /// <summary>A payment that is captured in full.</summary>
    public static async Task<string> PaidPayment(this HttpClient client, decimal amount = 500m)
    {
        var (status, payment, _) = await client.PayByCard(await client.CreateOrder(amount));
        Assert.True(status == HttpStatusCode.Created, payment.ToString());
        return payment.Text("id");
    }

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Refund(
        this HttpClient client, string paymentId, decimal? amount = null, string? behaviour = null, string? idempotencyKey = null) =>
        client.Post(
            "/api/payments/refunds",
            amount is null ? new { paymentId } : new { paymentId, amount, reason = "duplicate", description = "Came back", metadata = new { a = 1 } },
            idempotencyKey, behaviour);

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Command(
        this HttpClient client, string refundId, string command, object? body = null, string? idempotencyKey = null) =>
        client.Post($"/api/payments/refunds/{refundId}/{command}", body ?? new { }, idempotencyKey);

    public static Task<JsonElement> GetRefund(this HttpClient client, string refundId) => client.GetJson($"/api/payments/refunds/{refundId}");

    public static async Task<decimal> AmountRefunded(this HttpClient client, string paymentId) =>
        (await client.GetJson($"/api/payments/{paymentId}")).GetProperty("amountRefunded").GetDecimal();

    /// <summary>Changes the settings of a shop.</summary>
    public static async Task Set(this HttpClient client, DemoMerchant shop, object settings)
    {
        var (status, body, _) = await client.Call(HttpMethod.Patch, $"/api/payments/merchants/{shop.MerchantId}", settings);
        Assert.True(status == HttpStatusCode.OK, body.ToString());
    }

    /// <summary>A client with one more key of the shop; the others go on working.</summary>
    public static async Task<HttpClient> AnotherKey(this TestGateway gateway, HttpClient client, DemoMerchant shop)
    {
        var (status, body, _) = await client.Post($"/api/payments/merchants/{shop.MerchantId}/api-keys/roll", new { overlapHours = 72 });
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        var another = new HttpClient { BaseAddress = gateway.Address };
        another.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.Text("apiSecret"));
        return another;
    }

    /// <summary>How many refunds the processor has for a payment, and how much it gave back in minor units.</summary>
    public static Task<(long Refunds, long Amount)> RefundsAtProcessor(this TestGateway gateway, string paymentId) =>
        gateway.Query<(long, long)>(
            """
            SELECT count(*), coalesce(sum(s.amount) FILTER (WHERE s.state IN ('pending', 'succeeded')), 0)::bigint
            FROM sandbox.refunds s
            JOIN payments.charges c ON c.id = s.charge_key
            WHERE c.payment_id = @paymentId
            """, new { paymentId });
}
