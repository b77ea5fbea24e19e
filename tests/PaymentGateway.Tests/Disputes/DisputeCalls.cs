using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Disputes;
using PaymentGateway.Http;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Disputes;

/// <summary>The calls that tests of disputes make.</summary>
internal static class DisputeCalls
{
    public static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n");

    public static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    /// <summary>A captured charge and its payment.</summary>
    public static async Task<(string PaymentId, string ChargeId)> PaidCharge(this HttpClient client, decimal amount = 500m)
    {
        var paymentId = await client.PaidPayment(amount);
        return (paymentId, (await client.GetJson($"/api/payments/{paymentId}")).GetProperty("charges")[0].Text("id"));
    }

    /// <summary>Opens a dispute at the pretended bank; the message has arrived when this returns.</summary>
    public static async Task<string> OpenDispute(this HttpClient client, string chargeId, object? more = null)
    {
        var (status, body, _) = await client.TryOpenDispute(chargeId, more);
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        return body.Text("disputeId");
    }

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> TryOpenDispute(
        this HttpClient client, string chargeId, object? more = null, string? behaviour = null)
    {
        var fields = new Dictionary<string, object?> { ["chargeId"] = chargeId };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            fields[property.Name] = property.GetValue(more);
        }

        return client.Post("/api/payments/sandbox/disputes", fields, behaviour: behaviour);
    }

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Decide(
        this HttpClient client, string disputeId, string outcome) =>
        client.Post($"/api/payments/sandbox/disputes/{disputeId}/decide", new { outcome });

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Evidence(
        this HttpClient client, string disputeId, object evidence, string? idempotencyKey = null, string? behaviour = null) =>
        client.Post($"/api/payments/disputes/{disputeId}/evidence", evidence, idempotencyKey, behaviour);

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Accept(
        this HttpClient client, string disputeId, string? idempotencyKey = null, string? behaviour = null) =>
        client.Post($"/api/payments/disputes/{disputeId}/accept", new { }, idempotencyKey, behaviour);

    public static Task<JsonElement> GetDispute(this HttpClient client, string disputeId) => client.GetJson($"/api/payments/disputes/{disputeId}");

    public static async Task<(HttpStatusCode Status, JsonElement Body)> Upload(
        this HttpClient client, string disputeId, byte[] content, string name = "receipt.pdf", string? purpose = "receipt",
        string field = "file", string? idempotencyKey = null)
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        form.Add(file, field, name);
        if (purpose is not null)
        {
            form.Add(new StringContent(purpose), "purpose");
        }

        return await client.Send($"/api/payments/disputes/{disputeId}/evidence-files", form, idempotencyKey);
    }

    public static async Task<(HttpStatusCode Status, JsonElement Body)> Send(
        this HttpClient client, string path, HttpContent content, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await client.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.Clone());
    }

    public static Task<int> ResolveDisputesOnce(this TestGateway gateway) => gateway.Get<DisputeResolver>().RunOnce(CancellationToken.None);

    public static Task<int> RemindOnce(this TestGateway gateway) => gateway.Get<DisputeReminders>().RunOnce(CancellationToken.None);

    /// <summary>A processor's message, as its connector has read it.</summary>
    public static Task<Refusal?> Tell(this TestGateway gateway, DisputeReport report, string connector = "sandbox") =>
        gateway.Get<NewsDispatcher>().Read(
            connector, new ConnectorNotification("msg", new(gateway.Shop.MerchantId, PaymentGateway.Database.Mode.Test), new ConnectorNews.OfDispute(report)),
            new Origin("processor:" + connector, null, null), CancellationToken.None);

    public static DisputeReport Report(
        string chargeId, string reference, long revision, DisputeStanding standing, long amount = 50000, long fee = 1500, string currency = "INR") =>
        new(chargeId, reference, revision, standing, Money.FromMinor(amount, CurrencyOf(currency)), Money.FromMinor(fee, CurrencyOf(currency)),
            DisputeReason.ProductNotReceived, "13.1", new DateTimeOffset(2027, 3, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>What a merchant is owed, what the processor owes, and what is to be claimed from it, in minor units.</summary>
    public static Task<(long Payable, long Receivable, long Claims)> Balances(this TestGateway gateway, string merchantId, string currency = "INR") =>
        gateway.Query<(long, long, long)>(
            """
            SELECT coalesce(-sum(posted) FILTER (WHERE code = 'merchant_payable'), 0)::bigint,
                   coalesce(sum(posted) FILTER (WHERE code = 'processor_receivable:sandbox'), 0)::bigint,
                   coalesce(sum(posted) FILTER (WHERE code = 'dispute_claims:sandbox'), 0)::bigint
            FROM ledger.balances
            WHERE merchant_id = @merchantId AND mode = 'test' AND currency = @currency
            """, new { merchantId, currency });

    private static Currency CurrencyOf(string code) => Currency.TryParse(code, out var currency) ? currency : throw new ArgumentException(code);
}
