using System.Net;
using System.Text.Json;
using PaymentGateway.Customers;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Customers;

/// <summary>The calls that tests of customers make.</summary>
internal static class CustomerCalls
{
    public static async Task<string> CreateCustomer(this HttpClient client, object? body = null)
    {
        var (status, customer, _) = await client.Post("/api/payments/customers", body ?? new { name = "Asha Rao" });
        Assert.True(status == HttpStatusCode.Created, customer.ToString());
        return customer.Text("id");
    }

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Patch(
        this HttpClient client, string customerId, object body) =>
        client.Call(HttpMethod.Patch, $"/api/payments/customers/{customerId}", body);

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> AttachUpi(
        this HttpClient client, string customerId, string vpa = "success@pgtestupi", string? key = null) =>
        client.Post($"/api/payments/customers/{customerId}/payment-methods", new { upi = new { vpa } }, key);

    public static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> AttachCard(
        this HttpClient client, string customerId, string number = "4242424242424242", string expiry = "12/29", string? behaviour = null,
        string? key = null) => await client.Post(
            $"/api/payments/customers/{customerId}/payment-methods", new { cardToken = await client.Token(number, expiry) }, key, behaviour);

    /// <summary>A customer with one card.</summary>
    public static async Task<(string Customer, string Method)> CustomerWithCard(
        this HttpClient client, string number = "4242424242424242", string expiry = "12/29")
    {
        var customer = await client.CreateCustomer();
        var (status, method, _) = await client.AttachCard(customer, number, expiry);
        Assert.True(status == HttpStatusCode.Created, method.ToString());
        return (customer, method.Text("id"));
    }

    public static async Task<string> Token(this HttpClient client, string number, string expiry = "12/29")
    {
        var (status, token, _) = await client.Post("/api/payments/tokens", new { card = new { number, expiry, cvv = "123" } });
        Assert.True(status == HttpStatusCode.Created, token.ToString());
        return token.Text("cardToken");
    }

    public static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> PaySaved(
        this HttpClient client, string? customerId, string methodId, decimal amount = 499.50m, object? more = null) => await client.Post(
            "/api/payments", new { orderId = await client.CreateOrder(amount, more ?? new { customerId }), paymentDetails = new { paymentMethodId = methodId } });

    public static Task<JsonElement> Method(this HttpClient client, string methodId) => client.GetJson($"/api/payments/payment-methods/{methodId}");

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Detach(this HttpClient client, string methodId) =>
        client.Call(HttpMethod.Delete, $"/api/payments/payment-methods/{methodId}");

    public static async Task<JsonElement[]> Methods(this HttpClient client, string customerId, string query = "") =>
        [.. (await client.GetJson($"/api/payments/customers/{customerId}/payment-methods?limit=100{query}")).GetProperty("data").EnumerateArray()];

    public static Task<int> ResolveMethodsOnce(this TestGateway gateway) => gateway.Get<PaymentMethodResolver>().RunOnce(CancellationToken.None);

    public static Task<int> AnnounceOnce(this TestGateway gateway) => gateway.Get<ExpiryNotices>().RunOnce(CancellationToken.None);

    public static string? Reason(this JsonElement refused) => refused.GetProperty("error").GetProperty("details").Text("reason");
}
