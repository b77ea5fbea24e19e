using System.Net;
using System.Text.Json;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

/// <summary>Held payments, and the commands that follow.</summary>
internal static class Holds
{
    private const string Intents = "/api/payments/payment-intents";

    /// <summary>A payment intent without an order whose money is held.</summary>
    public static async Task<string> Hold(this HttpClient client, decimal amount = 100m, string? behaviour = null, object? more = null)
    {
        var (status, body, _) = await client.PayIntent(amount, behaviour: behaviour, more: more);
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        Assert.Equal("requires_capture", body.Text("status"));
        return body.Text("id");
    }

    /// <summary>Creates and confirms an intent that is captured by hand.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> PayIntent(
        this HttpClient client, decimal amount = 100m, string number = "4111111111111111", string? behaviour = null, object? more = null)
    {
        var fields = new Dictionary<string, object?>
        {
            ["amount"] = amount,
            ["currency"] = "INR",
            ["captureMethod"] = "manual",
            ["confirm"] = true,
            ["paymentMethod"] = "card",
            ["paymentDetails"] = new { cardToken = await client.CardToken(number) },
        };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            fields[property.Name] = property.GetValue(more);
        }

        return await client.Post(Intents, fields, behaviour: behaviour);
    }

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Follow(
        this HttpClient client, string paymentId, string command, object? body = null, string? idempotencyKey = null, string? behaviour = null) =>
        client.Post($"{Intents}/{paymentId}/{command}", body ?? new { }, idempotencyKey, behaviour);

    /// <summary>status, authorized, captured, capturable.</summary>
    public static (string Status, decimal Authorized, decimal Captured, decimal Capturable) Amounts(this JsonElement payment) => (
        payment.Text("status"), payment.GetProperty("amountAuthorized").GetDecimal(), payment.GetProperty("amountCaptured").GetDecimal(),
        payment.GetProperty("amountCapturable").GetDecimal());

    public static async Task<(string Status, decimal Authorized, decimal Captured, decimal Capturable)> AmountsOf(
        this HttpClient client, string paymentId) =>
        (await client.GetJson($"/api/payments/{paymentId}")).Amounts();

    /// <summary>What the pretended processor holds and took, in minor units.</summary>
    public static Task<(string State, long Amount, long Captured)> HoldAtProcessor(this TestGateway gateway, string paymentId) =>
        gateway.Query<(string, long, long)>("SELECT state, amount, captured FROM sandbox.charges WHERE payment_id = @paymentId", new { paymentId });
}
