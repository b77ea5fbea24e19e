using System.Net;
using System.Text.Json;
using PaymentGateway.Receipts;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Receipts;

/// <summary>A server on a clock that stands, whose shop has said who it is; at the end the book must hold.</summary>
public sealed class ReceiptsFixture : IAsyncLifetime
{
    private readonly Lazy<Task<object>> world;

    public ReceiptsFixture() => world = new(MakeWorld);

    public ManualClock Clock { get; } = new();

    public TestGateway Gateway { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>A receipt with a refund that is not credited, and another payment with one, for what the database refuses.</summary>
    public Task<object> World => world.Value;

    public async ValueTask InitializeAsync()
    {
        Gateway = await SandboxWorld.StartDriven(Clock);
        Client = Gateway.Client();
        await Client.PutSupplier();
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

    private async Task<object> MakeWorld()
    {
        var (payment, other) = (await Client.Paid(), await Client.Paid());
        await Client.Issued();
        // A refund of before the receipt is credited by a round of the worker, which here has nothing to do.
        var (refund, othersRefund) = ((await Client.Refund(payment, 18m)).Body.Text("id"), (await Client.Refund(other, 18m)).Body.Text("id"));
        var receipt = await Client.Issued(payment);
        await Client.GetByteArrayAsync($"/api/payments/receipts/{receipt.Text("id")}/pdf");
        await Gateway.Execute("DELETE FROM receipts.to_credit");
        return new { receipt = receipt.Text("id"), series = receipt.Text("number").Split('/')[0], other, refund, othersRefund };
    }
}

internal static class ReceiptCalls
{
    public static async Task<JsonElement> PutSupplier(this HttpClient client, string series = "FH", string creditNoteSeries = "FC")
    {
        var (status, body, _) = await client.Call(HttpMethod.Put, "/api/payments/receipts/supplier", new
        {
            legalName = "FashionHub Retail Private Limited",
            address = (string[])["14 MG Road", "Pune 411001"],
            gstin = "27ABCDE1234F1Z0",
            series,
            creditNoteSeries,
            sac = "999293",
            supportContact = "help@fashionhub.example",
        });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return body;
    }

    /// <summary>A payment of 118 rupees.</summary>
    public static Task<string> Paid(this HttpClient client) => client.PaidPayment(118m);

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Issue(
        this HttpClient client, string paymentId, string buyer = "Asha Rao", decimal price = 100m, string? idempotencyKey = null) =>
        client.Post("/api/payments/receipts", new
        {
            paymentId,
            lines = (object[])[new { description = "Styling course", unitPrice = price }],
            buyer = new { name = buyer, address = (string[])["7 Lake View", "Pune 411002"], state = "27" },
            transactionId = "FH-1001",
        }, idempotencyKey);

    public static async Task<JsonElement> Issued(this HttpClient client, string? paymentId = null, string buyer = "Asha Rao")
    {
        var (status, body, _) = await client.Issue(paymentId ?? await client.Paid(), buyer);
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        return body;
    }

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Credit(
        this HttpClient client, JsonElement receipt, string refundId) =>
        client.Post($"/api/payments/receipts/{receipt.Text("id")}/credit-notes", new { refundId });

    public static async Task<JsonElement[]> Receipts(this HttpClient client, string query) =>
        [.. (await client.GetJson($"/api/payments/receipts?limit=100{(query.Length == 0 ? "" : "&" + query)}")).GetProperty("data").EnumerateArray()];

    /// <summary>What the worker does in one beat.</summary>
    public static async Task WorkOnce(this TestGateway gateway)
    {
        await gateway.Get<CreditRefunds>().RunOnce(CancellationToken.None);
        await gateway.Get<PrintReceipt>().RunOnce(CancellationToken.None);
    }

    public static int Serial(this JsonElement receipt) => int.Parse(receipt.Text("number").Split('/')[2]);
}
