using System.Net;
using Dapper;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.Customers;

/// <summary>What is personal of a deleted customer is nowhere any more; what they paid is.</summary>
public sealed class CustomerErasureTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private const string Intents = "/api/payments/payment-intents";

    private static readonly string[] personal =
        ["Zebedee Quorn", "zebedee.quorn@example.net", "+919811122233", "17 Larkspur Lane", "marigold-tier", "zebedee@okbank", "ze***@okbank", "203.0.113.99", "Zebedee-Browser"];

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task A_deleted_customer_is_found_in_no_column_of_the_database()
    {
        var customer = await CreateZebedee();
        var key = $"order-{customer}";
        var orderFields = new
        {
            amount = 99,
            currency = "INR",
            customerId = customer,
            customerEmail = personal[1],
            customerPhone = personal[2],
        };
        var (_, order, _) = await client.Post("/api/payments/orders", orderFields, key);
        await client.AttachUpi(customer, "zebedee@okbank", $"attach-{customer}");
        var (_, paying, _) = await client.Post("/api/payments", new
        {
            orderId = order.Text("id"),
            paymentMethod = "upi",
            paymentDetails = new { vpa = "zebedee@okbank" },
        }, $"pay-{customer}");
        await client.Post(Intents, new
        {
            amount = 12,
            currency = "INR",
            customerId = customer,
            customerEmail = personal[1],
            customerPhone = personal[2],
            paymentMethod = "upi",
            paymentDetails = new { vpa = "zebedee@okbank" },
        }, $"intent-{customer}");
        await client.Post("/api/payments/setup-intents", new
        {
            customerId = customer,
            description = personal[0],
            paymentMethod = "upi",
            paymentDetails = new { vpa = "zebedee@okbank" },
        }, $"setup-{customer}");
        await client.Post("/api/payments/mandates", new
        {
            customerId = customer,
            type = "upi_autopay",
            vpa = "success@pgtestupi",
            amountMax = 5,
            acceptance = new { type = "online", ipAddress = personal[7], userAgent = personal[8] },
        }, $"mandate-{customer}");
        Assert.NotEmpty(await Found());

        Assert.Equal(HttpStatusCode.OK, (await client.Call(HttpMethod.Delete, $"/api/payments/customers/{customer}")).Status);
        Assert.Empty(await Found());

        // What the processor says later brings nothing back.
        await SandboxWorld.AnswerAtBank(paying.GetProperty("nextAction").Text("testUrl"), "approve");
        await gateway.NotifyOnce();
        var paid = await client.GetJson($"/api/payments/{paying.Text("id")}");
        Assert.Equal(("succeeded", 99m, customer), (paid.Text("status"), paid.GetProperty("amountCaptured").GetDecimal(), paid.Text("customerId")));
        Assert.Empty(await Found());

        // A repeat of an old request is still no second one.
        var (_, repeated, response) = await client.Post("/api/payments/orders", orderFields, key);
        Assert.Equal("true", response.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal((order.Text("id"), true), (repeated.Text("id"), repeated.GetProperty("customerDeleted").GetBoolean()));
        Assert.Empty(await Found());
        await gateway.ResolveMethodsOnce();
        Assert.Equal(0, await gateway.Query<long>(
            "SELECT count(*) FROM sandbox.saved_methods WHERE vpa LIKE '%zebedee%'"));
    }

    [Fact]
    public async Task A_method_that_is_being_saved_goes_with_its_customer()
    {
        var customer = await client.CreateCustomer();
        var (_, method, _) = await client.AttachCard(customer, behaviour: "lost_answer");

        await client.Call(HttpMethod.Delete, $"/api/payments/customers/{customer}");
        await gateway.ResolveMethodsOnce();

        Assert.Equal("detached", (await client.Method(method.Text("id"))).Text("status"));
        Assert.Equal("forgotten", await gateway.Query<string>("SELECT state FROM sandbox.saved_methods WHERE key = @id", new { id = method.Text("id") }));
    }

    private Task<string> CreateZebedee() => client.CreateCustomer(new
    {
        name = personal[0],
        email = personal[1],
        phone = personal[2],
        address = new { line1 = personal[3], city = "Pune", country = "IN" },
        metadata = new { tier = personal[4] },
    });

    /// <summary>
    /// Table and column of everything that holds one of the values, in every text, JSON and byte column. The schema sandbox is another
    /// company's memory.
    /// </summary>
    private async Task<IReadOnlyList<string>> Found()
    {
        await using var connection = await gateway.Db.OpenSystem(CancellationToken.None);
        var columns = await connection.QueryAsync<(string Schema, string Table, string Column, string Type)>(
            """
            SELECT c.table_schema, c.table_name, c.column_name, c.data_type
            FROM information_schema.columns c
            JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE t.table_type = 'BASE TABLE' AND c.data_type IN ('text', 'json', 'jsonb', 'bytea', 'ARRAY', 'character varying')
              AND c.table_schema NOT IN ('pg_catalog', 'information_schema', 'sandbox')
            """);
        var found = new List<string>();
        foreach (var (schema, table, column, type) in columns)
        {
            var text = type == "bytea" ? $"encode(\"{column}\", 'escape')" : $"\"{column}\"::text";
            if (await connection.ExecuteScalarAsync<bool>(
                $"SELECT EXISTS (SELECT FROM \"{schema}\".\"{table}\" WHERE {text} LIKE ANY (@patterns))",
                new { patterns = personal.Select(value => $"%{value}%").ToArray() }))
            {
                found.Add($"{schema}.{table}.{column}");
            }
        }

        return found;
    }
}
