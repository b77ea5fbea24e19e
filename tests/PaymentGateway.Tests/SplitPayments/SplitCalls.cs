using System.Net;
using System.Text.Json;
using PaymentGateway.SplitPayments;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.SplitPayments;

/// <summary>The calls that tests of split payments make.</summary>
internal static class SplitCalls
{
    public const string Splits = "/api/payments/split";

    public const string Good = "4111111111111111";
    public const string Bad = "4000000000000002";
    public const string Challenged = "4000002500003155";

    public static Task<int> DriveSplitsOnce(this TestGateway gateway) => gateway.Get<SplitDriver>().RunOnce(CancellationToken.None);

    public static async Task<object> Card(this HttpClient client, decimal amount, string number = Good) =>
        new { paymentMethod = "card", amount, paymentDetails = new { cardToken = await client.CardToken(number) } };

    public static object Upi(decimal amount, string vpa = "success@pgtestupi") => new { paymentMethod = "upi", amount, paymentDetails = new { vpa } };

    public static object Wallet(decimal amount) => new { paymentMethod = "wallet", amount, paymentDetails = new { wallet = "paytm" } };

    public static object Bank(decimal amount) => new { paymentMethod = "netbanking", amount, paymentDetails = new { bankCode = "HDFC" } };

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Split(
        this HttpClient client, string orderId, object[] splits, string? idempotencyKey = null, string? behaviour = null) =>
        client.Post(Splits, new { orderId, splits }, idempotencyKey, behaviour);

    /// <summary>An order that is paid by cards in these parts.</summary>
    public static async Task<(string OrderId, JsonElement Split)> PaidInParts(this HttpClient client, params decimal[] amounts)
    {
        var orderId = await client.CreateOrder(amounts.Sum());
        var parts = new List<object>();
        foreach (var amount in amounts)
        {
            parts.Add(await client.Card(amount));
        }

        var (status, split, _) = await client.Split(orderId, [.. parts]);
        Assert.True(status == HttpStatusCode.Created, split.ToString());
        Assert.Equal("succeeded", split.Text("status"));
        return (orderId, split);
    }

    public static Task<JsonElement> GetSplit(this HttpClient client, string splitId) => client.GetJson($"{Splits}/{splitId}");

    public static Task<JsonElement> GetOrder(this HttpClient client, string orderId) => client.GetJson($"/api/payments/orders/{orderId}");

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> RefundSplit(
        this HttpClient client, string splitId, decimal? amount = null, string? strategy = null, string? idempotencyKey = null) =>
        client.Post($"{Splits}/{splitId}/refunds", (amount, strategy) switch
        {
            (null, null) => new { },
            ({ } some, null) => new { amount = some },
            (null, _) => new { strategy },
            var (some, rule) => new { amount = some, strategy = rule },
        }, idempotencyKey);

    public static string[] Statuses(this JsonElement split) =>
        [.. split.GetProperty("payments").EnumerateArray().Select(part => part.Text("status"))];

    public static JsonElement FailedSplit(this JsonElement body) => body.GetProperty("error").GetProperty("details").GetProperty("splitPayment");

    /// <summary>What the processor keeps of an order after its refunds, and what it holds, in minor units.</summary>
    public static Task<(long Kept, long Held)> KeptAtProcessor(this TestGateway gateway, string orderId) => gateway.Query<(long, long)>(
        """
        SELECT coalesce(sum(s.captured), 0)::bigint - coalesce(sum((
                   SELECT sum(r.amount) FROM sandbox.refunds r WHERE r.charge_key = s.key AND r.state IN ('pending', 'succeeded'))), 0)::bigint,
               coalesce(sum(s.amount) FILTER (WHERE s.state = 'authorized'), 0)::bigint
        FROM sandbox.charges s
        JOIN payments.charges c ON c.id = s.key
        JOIN payments.payments p ON p.id = c.payment_id
        WHERE p.order_id = @orderId
        """, new { orderId });
}
