using System.Net;
using System.Text.Json;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Customers;

/// <summary>What is said beforehand is what happens: an eligible method pays, and another is refused for the reason that was given.</summary>
public sealed class EligibilityTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Theory]
    [InlineData("INR", 5000, null)]
    [InlineData("INR", 100, "asha")]
    [InlineData("INR", 9999, "asha")]
    [InlineData("INR", 250000, null)]
    [InlineData("USD", 50, "asha")]
    [InlineData("INR", 5000, "cus_in")]
    [InlineData("INR", 5000, "cus_abroad")]
    public async Task Every_method_does_as_was_said(string currency, int amount, string? who)
    {
        await client.Set(gateway.Shop, new { paymentMethods = new[] { "card", "upi", "wallet", "emi", "bnpl" }, limits = new { maximumAmount = 200000 } });
        var customerId = who switch
        {
            "cus_in" => await client.CreateCustomer(new { address = new { country = "IN" } }),
            "cus_abroad" => await client.CreateCustomer(new { address = new { country = "KZ" } }),
            _ => who,
        };
        if (who == "cus_in")
        {
            await client.AttachCard(customerId!);
        }

        var said = await Ask($"amount={amount}&currency={currency}{(customerId is null ? "" : $"&customerId={customerId}")}");

        Assert.Equal(who == "cus_in" ? 8 : 7, said.Length);
        foreach (var method in said)
        {
            var refused = await TryPay(method, currency, amount, customerId);
            var reason = method.TryGetProperty("reason", out var word) ? word.GetString() : null;
            Assert.True(reason == refused, $"{method} but {refused}");
            Assert.True(reason is null || MethodGate.Reasons.ContainsKey(reason));
            Assert.Equal(reason is null, method.GetProperty("eligible").GetBoolean());
        }
    }

    [Fact]
    public async Task A_debit_card_cannot_be_paid_off_and_a_detached_method_is_not_listed()
    {
        await client.Set(gateway.Shop, new { paymentMethods = new[] { "card", "emi" }, limits = new { maximumAmount = 200000 } });
        Assert.Equal("credit_card_required", ReasonOf(await Ask("amount=5000&currency=INR&cardType=debit"), "emi"));
        Assert.Null(ReasonOf(await Ask("amount=5000&currency=INR&cardType=credit"), "emi"));
        Assert.Equal("off_for_merchant", ReasonOf(await Ask("amount=5000&currency=INR"), "upi"));
        Assert.Equal("country", ReasonOf(await Ask("amount=5000&currency=INR&country=KZ"), "emi"));

        var (customer, method) = await client.CustomerWithCard();
        await client.Detach(method);
        Assert.Equal(7, (await Ask($"amount=5000&currency=INR&customerId={customer}")).Length);
    }

    [Theory]
    [InlineData("currency=INR", "INVALID_AMOUNT")]
    [InlineData("amount=1", "VALIDATION_FAILED")]
    [InlineData("amount=1&currency=XXZ", "UNSUPPORTED_CURRENCY")]
    [InlineData("amount=1&currency=INR&country=india", "VALIDATION_FAILED")]
    [InlineData("amount=1&currency=INR&cardType=gold", "VALIDATION_FAILED")]
    [InlineData("amount=1&currency=INR&customerId=cus_nobody", "CUSTOMER_NOT_FOUND")]
    public async Task A_question_that_cannot_be_read_is_refused(string query, string code) => Assert.Equal(
        code, (await client.Call(HttpMethod.Get, $"/api/payments/payment-methods/eligibility?{query}")).Body.Code());

    private async Task<JsonElement[]> Ask(string query) =>
        [.. (await client.GetJson($"/api/payments/payment-methods/eligibility?{query}")).GetProperty("data").EnumerateArray()];

    private static string? ReasonOf(JsonElement[] said, string method) =>
        said.First(view => view.Text("method") == method).TryGetProperty("reason", out var reason) ? reason.GetString() : null;

    /// <summary>Null: it was paid, or the customer has to act.</summary>
    private async Task<string?> TryPay(JsonElement method, string currency, int amount, string? customerId)
    {
        var (created, order, _) = await client.Post("/api/payments/orders", new { amount, currency, customerId });
        if (created != HttpStatusCode.Created)
        {
            return order.Reason();
        }

        object body = method.TryGetProperty("paymentMethodId", out var saved)
            ? new { orderId = order.Text("id"), paymentDetails = new { paymentMethodId = saved.GetString() } }
            : new { orderId = order.Text("id"), paymentMethod = method.Text("method"), paymentDetails = await Details(method.Text("method")) };
        var (status, answer, _) = await client.Post("/api/payments", body);
        return status is HttpStatusCode.Created or HttpStatusCode.Accepted ? null : answer.Reason();
    }

    private async Task<object> Details(string method) => method switch
    {
        "card" => new { cardToken = await client.Token("4242424242424242") },
        "upi" => new { flow = "intent" },
        "netbanking" => new { bankCode = "HDFC" },
        "wallet" => new { wallet = "googlepay" },
        "qr" => new { format = "upi" },
        "emi" => new { cardToken = await client.Token("4242424242424242"), emiTenure = 3 },
        _ => new { bnplPlanId = "bnpl_15days", customerConsent = true },
    };
}
