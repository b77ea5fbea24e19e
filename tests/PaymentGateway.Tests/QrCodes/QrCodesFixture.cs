using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.QrCodes;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.QrCodes;

/// <summary>A server on a clock that stands, with a shop that takes QR codes; at the end the book must hold.</summary>
public sealed class QrCodesFixture : IAsyncLifetime
{
    public ManualClock Clock { get; } = new();

    public TestGateway Gateway { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await SandboxWorld.StartDriven(Clock);
        Client = Gateway.Client();
        await Client.TakeQr(Gateway.Shop.MerchantId);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        try
        {
            await Gateway.AssertBookHolds();
        }
        finally
        {
            await Gateway.DisposeAsync();
        }
    }
}

internal static class QrCodeCalls
{
    public static async Task TakeQr(this HttpClient client, string merchantId)
    {
        var (status, body, _) = await client.Call(HttpMethod.Patch, $"/api/payments/merchants/{merchantId}",
            new { paymentMethods = (string[])["card", "upi", "netbanking", "wallet", "qr"] });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
    }

    public static async Task<JsonElement> CreateCode(this HttpClient client, object body)
    {
        var (status, code, _) = await client.Post("/api/payments/qr-codes", body);
        Assert.True(status == HttpStatusCode.Created, code.ToString());
        return code;
    }

    public static Task<JsonElement> Dynamic(this HttpClient client, decimal amount = 499.50m) =>
        client.CreateCode(new { type = "dynamic", amount, currency = "INR", description = "Two coffees" });

    public static Task<JsonElement> Static(this HttpClient client) => client.CreateCode(new { type = "static", currency = "INR" });

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Scan(
        this HttpClient client, JsonElement code, object? body = null, string? behaviour = null) =>
        client.Post($"/sandbox/qr-codes/{code.Text("id")}/scans", body ?? new { }, behaviour: behaviour);

    public static Task<JsonElement> Read(this HttpClient client, JsonElement code) => client.GetJson($"/api/payments/qr-codes/{code.Text("id")}");

    public static async Task<JsonElement[]> Credits(this HttpClient client, JsonElement code) =>
        [.. (await client.GetJson($"/api/payments/qr-codes/{code.Text("id")}/credits?limit=100")).GetProperty("data").EnumerateArray()];

    public static Task<int> ExpireCodesOnce(this TestGateway gateway) => gateway.Get<QrCodeExpiry>().RunOnce(CancellationToken.None);

    /// <summary>A signed message of the pretended processor that money came in, whether it did or not.</summary>
    public static async Task<HttpStatusCode> Credit(
        this TestGateway gateway, string qrCodeId, string reference, long minor = 49950, string currency = "INR", string? merchantId = null, bool forged = false)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new SandboxMessage(
                $"sbxmsg_{reference}", merchantId ?? gateway.Shop.MerchantId, "test", $"ch_{reference}", reference, ChargeState.Captured,
                new MethodSummary("qr", Vpa: "payer@okbank"), null, new SandboxCredit(qrCodeId, minor, currency)),
            SandboxMessages.Options);
        using var client = new HttpClient { BaseAddress = gateway.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/payments/webhooks/sandbox");
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(SandboxKeys.SignatureHeader, forged ? new string('0', 64) : gateway.Get<SandboxKeys>().Sign(body));
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
