using System.Net;
using Npgsql;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.Customers;

/// <summary>Many callers at once, and raw SQL. Who wins is open; what is left behind is not.</summary>
public sealed class CustomerRaceTests(RaceFixture shared) : IClassFixture<RaceFixture>
{
    private const int Callers = 32;

    private static readonly string[] cards =
    [
        "4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556", "5555555555554444", "2223003122003222",
        "5200828282828210", "5105105105105100", "378282246310005", "371449635398431", "6082015309577308", "6074825972083818",
        "6011111111111117", "6011000990139424", "3056930009020004", "3566002020360505", "3530111333300000", "6200000000000005",
        "4000000000002701", "5200000000002235", "4000000000002719",
    ];

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Thirty_two_attaches_of_one_card_are_one_method()
    {
        var customer = await client.CreateCustomer();

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => client.AttachCard(customer)));

        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Accepted, a.Body.ToString()));
        Assert.Single(answers.Select(a => a.Body.Text("id")).Distinct());
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.Equal((1L, 1), await gateway.Query<(long, int)>(
            """
            SELECT count(m.id), max(c.methods_count)::int
            FROM customers.customers c JOIN customers.payment_methods m ON m.customer_id = c.id WHERE c.id = @customer
            """, new { customer }));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Thirty_two_attaches_at_the_limit_leave_twenty_methods()
    {
        var customer = await client.CreateCustomer();
        foreach (var number in cards.Take(14))
        {
            await client.AttachCard(customer, number);
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => i % 2 == 0
            ? client.AttachUpi(customer, $"payer{i}@okbank")
            : client.AttachCard(customer, cards[14 + (i % 7)])));

        Assert.All(answers.Where(a => a.Status is not (HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Accepted)),
            a => Assert.Equal((HttpStatusCode.Conflict, "TOO_MANY_PAYMENT_METHODS"), (a.Status, a.Body.Code())));
        Assert.Contains(answers, a => a.Status == HttpStatusCode.Conflict);
        Assert.Equal(20, (await client.Methods(customer)).Length);
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_customer_deleted_while_thirty_two_payments_run_is_paid_with_no_more_afterwards()
    {
        var (customer, method) = await client.CustomerWithCard();
        var orders = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => client.CreateOrder(100m, new { customerId = customer })));

        var pays = orders.Select((order, i) => client.Post(
            "/api/payments", new { orderId = order, paymentDetails = new { paymentMethodId = method } }, $"{order}-{i}")).ToList();
        var deletion = await client.Call(HttpMethod.Delete, $"/api/payments/customers/{customer}");
        var answers = await Task.WhenAll(pays);

        Assert.Equal(HttpStatusCode.OK, deletion.Status);
        Assert.All(answers, a => Assert.True(
            a.Status is HttpStatusCode.Created or HttpStatusCode.Accepted
            || a.Body.Code() is "PAYMENT_METHOD_NOT_AVAILABLE" or "INVALID_TOKEN" or "PAYMENT_METHOD_NOT_FOUND", a.Body.ToString()));

        // Whoever came after the deletion has begun no attempt: what began, began before it.
        var begun = await gateway.Query<long>(
            """
            SELECT count(*) FROM payments.charges c JOIN payments.payments p ON p.id = c.payment_id
            WHERE p.order_id = ANY (@orders)
            """, new { orders });
        Assert.Equal(answers.Count(a => a.Status is HttpStatusCode.Created or HttpStatusCode.Accepted || a.Body.Code() == "INVALID_TOKEN"), begun);
        var late = await client.Post("/api/payments", new { orderId = await client.CreateOrder(), paymentDetails = new { paymentMethodId = method } });
        Assert.Equal("PAYMENT_METHOD_NOT_AVAILABLE", late.Body.Code());
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Thirty_two_choices_of_a_default_leave_one_and_detaching_it_leaves_none_that_is_gone()
    {
        var (customer, first) = await client.CustomerWithCard();
        var second = (await client.AttachCard(customer, "5555555555554444")).Body.Text("id");

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async i =>
        {
            _ = i == 17 ? await client.Detach(second) : await client.Patch(customer, new { defaultPaymentMethodId = i % 2 == 0 ? first : second });
        }));

        var shown = await client.GetJson($"/api/payments/customers/{customer}");
        Assert.True(!shown.TryGetProperty("defaultPaymentMethodId", out var chosen) || chosen.GetString() == first);
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Thirty_two_attaches_under_one_key_are_one()
    {
        var customer = await client.CreateCustomer();
        var token = await client.Token("4242424242424242");

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => client.Post(
            $"/api/payments/customers/{customer}/payment-methods", new { cardToken = token }, $"one-{customer}")));

        Assert.All(answers, a => Assert.True(
            a.Status is HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Accepted || a.Body.Code() == "IDEMPOTENCY_IN_PROGRESS", a.Body.ToString()));
        Assert.Single(await client.Methods(customer));
    }

    [Theory]
    [InlineData("at_most_20_methods", "UPDATE customers.customers SET methods_count = 21 WHERE id = @customer")]
    [InlineData("a_deleted_customer_keeps_nothing_personal",
        "UPDATE customers.customers SET state = 'deleted', deleted_at = created_at, methods_count = 0, default_payment_method_id = NULL WHERE id = @customer")]
    [InlineData("a_deleted_customer_says_when", "UPDATE customers.customers SET deleted_at = created_at WHERE id = @customer")]
    [InlineData("the_default_is_a_method_of_the_customer",
        "UPDATE customers.customers SET default_payment_method_id = (SELECT id FROM customers.payment_methods WHERE customer_id <> @customer LIMIT 1) WHERE id = @customer")]
    [InlineData("one_attached_method_per_fingerprint", """
        INSERT INTO customers.payment_methods (id, merchant_id, mode, customer_id, state, method, fingerprint, connector, reference, has_place, metadata,
            created_at, attached_at, checks, version)
        SELECT 'pm_copy', merchant_id, mode, customer_id, state, method, fingerprint, connector, reference, true, '{}', created_at, attached_at, 0, 1
        FROM customers.payment_methods WHERE id = @method
        """)]
    [InlineData("method_and_customer_have_one_owner", "UPDATE customers.payment_methods SET merchant_id = 'MERCH_TG_002' WHERE id = @method")]
    [InlineData("an_active_method_is_with_its_processor", "UPDATE customers.payment_methods SET reference = NULL WHERE id = @method")]
    [InlineData("what_is_over_takes_no_place",
        "UPDATE customers.payment_methods SET state = 'detached', detached_at = created_at, check_at = created_at, notice_at = NULL WHERE id = @method")]
    [InlineData("only_saving_keeps_its_source", "UPDATE customers.payment_methods SET source = '{}' WHERE id = @method")]
    [InlineData("a_failed_method_says_why", "UPDATE customers.payment_methods SET failure_code = 'X' WHERE id = @method")]
    [InlineData("a_detached_method_says_when", "UPDATE customers.payment_methods SET detached_at = created_at WHERE id = @method")]
    [InlineData("only_what_waits_for_its_processor_is_checked", "UPDATE customers.payment_methods SET check_at = created_at WHERE id = @method")]
    [InlineData("a_notice_is_of_an_active_method", "UPDATE customers.payment_methods SET expires_at = NULL, notice_at = created_at WHERE id = @method")]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        await client.CustomerWithCard();
        var (customer, method) = await client.CustomerWithCard();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => gateway.Execute(sql, new { customer, method }));

        Assert.Equal(constraint, refused.ConstraintName);
    }
}
