using System.Net;
using System.Text.Json;
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
}
