using System.Net;
using System.Text.Json;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.Customers;

/// <summary>Customers over HTTP.</summary>
public sealed class CustomersApiTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task A_customer_is_created_read_changed_and_deleted()
    {
        var (status, customer, response) = await client.Post("/api/payments/customers", new
        {
            name = "Asha Rao",
            email = "asha@example.com",
            phone = "+919876543210",
            address = new { line1 = "14 MG Road", city = "Bengaluru", country = "IN" },
            metadata = new { tier = "gold" },
        });
        Assert.True(status == HttpStatusCode.Created, customer.ToString());
        var id = customer.Text("id");
        Assert.StartsWith("cus_", id, StringComparison.Ordinal);
        Assert.Equal($"/api/payments/customers/{id}", response.Headers.Location?.ToString());
        Assert.Equal(customer.ToString(), (await client.GetJson($"/api/payments/customers/{id}")).ToString());

        var (_, updated, _) = await client.Patch(id, new { email = "a.rao@example.com", phone = "", address = new { } });
        Assert.Equal(("Asha Rao", "a.rao@example.com", "gold"),
            (updated.Text("name"), updated.Text("email"), updated.GetProperty("metadata").Text("tier")));
        Assert.False(updated.TryGetProperty("phone", out _));
        Assert.False(updated.TryGetProperty("address", out _));

        var (deleted, said, _) = await client.Call(HttpMethod.Delete, $"/api/payments/customers/{id}");
        Assert.Equal((HttpStatusCode.OK, true), (deleted, said.GetProperty("deleted").GetBoolean()));
        Assert.Equal("CUSTOMER_NOT_FOUND", (await client.Call(HttpMethod.Get, $"/api/payments/customers/{id}")).Body.Code());
        Assert.Equal("CUSTOMER_NOT_FOUND", (await client.Patch(id, new { name = "Again" })).Body.Code());
        Assert.Equal("CUSTOMER_NOT_FOUND", (await client.Call(HttpMethod.Delete, $"/api/payments/customers/{id}")).Body.Code());
        foreach (var name in new[] { "customer.created", "customer.updated", "customer.deleted" })
        {
            Assert.Equal(1, await gateway.EventsOf(id, name));
        }

        Assert.Equal(3, await gateway.Query<long>(
            "SELECT count(*) FROM audit.rows WHERE object_id = @id AND object_type = 'customer'", new { id }));
    }

    [Fact]
    public async Task The_list_finds_customers_by_address_in_any_case_and_by_time()
    {
        var first = await client.CreateCustomer(new { email = "List.Me@Example.com" });
        var second = await client.CreateCustomer(new { email = "list.me@example.com" });

        var found = await client.GetJson("/api/payments/customers?email=LIST.ME@example.com&limit=1");
        Assert.Equal(second, found.GetProperty("data")[0].Text("id"));
        Assert.True(found.GetProperty("hasMore").GetBoolean());
        var next = await client.GetJson($"/api/payments/customers?email=list.me@example.com&cursor={found.Text("nextCursor")}");
        Assert.Equal(first, Assert.Single(next.GetProperty("data").EnumerateArray()).Text("id"));
        Assert.Empty((await client.GetJson("/api/payments/customers?createdTo=2026-01-01")).GetProperty("data").EnumerateArray());
    }

    [Theory]
    [InlineData("""{ "email": "nobody" }""", "VALIDATION_FAILED", "email")]
    [InlineData("""{ "phone": "12 34" }""", "VALIDATION_FAILED", "phone")]
    [InlineData("""{ "name": "" }""", "VALIDATION_FAILED", "name")]
    [InlineData("""{ "address": { "country": "india" } }""", "VALIDATION_FAILED", "address.country")]
    [InlineData("""{ "address": { "street": "x" } }""", "UNKNOWN_FIELD", "address")]
    [InlineData("""{ "metadata": [] }""", "VALIDATION_FAILED", "metadata")]
    [InlineData("""{ "age": 4 }""", "UNKNOWN_FIELD", "age")]
    public async Task A_faulty_field_is_named(string body, string code, string field)
    {
        var (status, refused, _) = await client.Post("/api/payments/customers", JsonDocument.Parse(body).RootElement);

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, refused.Code()));
        Assert.Contains(
            refused.GetProperty("error").GetProperty("details").GetProperty("fields").EnumerateObject(),
            fault => fault.Name.StartsWith(field, StringComparison.Ordinal));
    }
}
