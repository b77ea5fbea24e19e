using System.Net;
using System.Text.Json;
using PaymentGateway.Mandates;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Mandates;

/// <summary>One server on a clock that stands, with shops that take bank debits; when all tests are done, the book must hold.</summary>
public sealed class MandatesFixture : IAsyncLifetime
{
    /// <summary>A Saturday begins.</summary>
    public ManualClock Clock { get; } = new();

    public TestGateway Gateway { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Of another merchant.</summary>
    public HttpClient Other { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await SandboxWorld.StartDriven(Clock);
        (Client, Other) = (Gateway.Client(), Gateway.ClientOf(Gateway.Shops[1]));
        await Client.TakeBankDebits(Gateway);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Other.Dispose();
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

/// <summary>The calls that tests of mandates make.</summary>
internal static class MandateCalls
{
    public const string Mandates = "/api/payments/mandates";

    public const string Good = "DE89370400440532013000";
    public const string NoFunds = "DE62370400440532013001";
    public const string Closed = "DE35370400440532013002";
    public const string ComesBack = "DE08370400440532013003";

    public static Task TakeBankDebits(this HttpClient client, TestGateway gateway) =>
        client.Set(gateway.Shop, new { paymentMethods = new[] { "card", "upi", "netbanking", "wallet", "bank_debit" } });

    public static async Task<string> NewCustomer(this HttpClient client)
    {
        var (status, body, _) = await client.Post("/api/payments/customers", new { name = "Asha Rao" });
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        return body.Text("id");
    }

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Tokenize(this HttpClient client, object bankAccount) =>
        client.Post("/api/payments/tokens", new { bankAccount });

    public static async Task<string> BankToken(this HttpClient client, object bankAccount)
    {
        var (status, body, _) = await client.Tokenize(bankAccount);
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        return body.Text("bankAccountToken");
    }

    /// <summary>Asks for a mandate; <paramref name="more"/> adds and replaces fields.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> AskMandate(
        this HttpClient client, string type = "sepa_debit", object? more = null, string iban = Good, string? behaviour = null,
        string? idempotencyKey = null)
    {
        var fields = new Dictionary<string, object?>
        {
            ["customerId"] = await client.NewCustomer(),
            ["type"] = type,
            ["amountMax"] = 500m,
            ["acceptance"] = new { type = "online", ipAddress = "203.0.113.7", userAgent = "Tests" },
        };
        switch (type)
        {
            case "sepa_debit":
                fields["bankAccountToken"] = await client.BankToken(new { iban });
                break;
            case "ach_debit":
                fields["bankAccountToken"] = await client.BankToken(new { routingNumber = "110000000", accountNumber = "000123456789" });
                break;
            default:
                fields["vpa"] = "success@pgtestupi";
                break;
        }

        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            fields[property.Name] = property.GetValue(more);
        }

        return await client.Post(Mandates, fields, idempotencyKey, behaviour);
    }

    public static async Task<string> NewMandate(this HttpClient client, string type = "sepa_debit", object? more = null, string iban = Good)
    {
        var (status, body, _) = await client.AskMandate(type, more, iban);
        Assert.True(status == HttpStatusCode.Created && body.Text("status") == "active", body.ToString());
        return body.Text("id");
    }

    public static Task<JsonElement> GetMandate(this HttpClient client, string id) => client.GetJson($"{Mandates}/{id}");

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Revoke(
        this HttpClient client, string id, string? idempotencyKey = null) =>
        client.Post($"{Mandates}/{id}/revoke", new { reason = "Moved" }, idempotencyKey);

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Announce(
        this HttpClient client, string id, decimal amount, DateTimeOffset? debitFrom = null) =>
        client.Post($"{Mandates}/{id}/notices", new { amount, debitFrom });

    /// <summary>Tells the customer and lets the time of the notice pass.</summary>
    public static async Task Told(this MandatesFixture shared, string mandateId, decimal amount, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            var (status, body, _) = await shared.Client.Announce(mandateId, amount);
            Assert.True(status == HttpStatusCode.Created, body.ToString());
        }

        shared.Clock.Advance(TimeSpan.FromDays(1));
    }

    /// <summary>Debits a mandate for an order of its own.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Debit(
        this HttpClient client, string mandateId, decimal amount = 100m, string currency = "EUR", string? idempotencyKey = null)
    {
        var orderId = await client.CreateOrder(amount, new { currency });
        return await client.DebitOrder(orderId, mandateId, currency == "INR" ? "upi" : "bank_debit", idempotencyKey);
    }

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> DebitOrder(
        this HttpClient client, string orderId, string mandateId, string paymentMethod = "bank_debit", string? idempotencyKey = null) =>
        client.Post("/api/payments", new { orderId, paymentMethod, paymentDetails = new { mandateId } }, idempotencyKey);

    public static Task<JsonElement> GetPayment(this HttpClient client, string paymentId) => client.GetJson($"/api/payments/{paymentId}");

    public static Task<int> ResolveMandatesOnce(this TestGateway gateway) => gateway.Get<MandateResolver>().RunOnce(CancellationToken.None);

    public static Task<int> ExpireMandatesOnce(this TestGateway gateway) => gateway.Get<MandateExpiry>().RunOnce(CancellationToken.None);

    /// <summary>Moves to a day of the week and hour: settlement does not count weekends.</summary>
    public static void GoTo(this ManualClock clock, DayOfWeek day, int hour)
    {
        var now = clock.GetUtcNow();
        var target = now.Date.AddDays(((int)day - (int)now.DayOfWeek + 7) % 7).AddHours(hour);
        clock.Advance(target > now.UtcDateTime ? target - now.UtcDateTime : target.AddDays(7) - now.UtcDateTime);
    }

    public static async Task<long> UsesOf(this TestGateway gateway, string mandateId) => await gateway.Query<long>(
        "SELECT coalesce(sum(uses), 0)::bigint FROM mandates.periods WHERE mandate_id = @mandateId", new { mandateId });
}
