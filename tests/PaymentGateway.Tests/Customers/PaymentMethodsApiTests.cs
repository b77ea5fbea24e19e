using System.Net;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.Customers;

/// <summary>Saving and forgetting over HTTP against the sandbox. Time passes only when a test says so.</summary>
public sealed class PaymentMethodsApiTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task A_card_is_attached_shown_and_detached()
    {
        var customer = await client.CreateCustomer();
        var (status, method, response) = await client.AttachCard(customer, key: $"attach-{customer}");
        Assert.True(status == HttpStatusCode.Created, method.ToString());
        var id = method.Text("id");
        Assert.Equal($"/api/payments/payment-methods/{id}", response.Headers.Location?.ToString());
        Assert.Equal(("card", "active", "4242", "sandbox"),
            (method.Text("type"), method.Text("status"), method.GetProperty("card").Text("last4"), method.Text("connector")));
        Assert.Equal(id, (await client.GetJson($"/api/payments/customers/{customer}")).Text("defaultPaymentMethodId"));
        Assert.True((await client.Method(id)).GetProperty("isDefault").GetBoolean());

        var (again, same, _) = await client.AttachCard(customer);
        Assert.Equal((HttpStatusCode.OK, id), (again, same.Text("id")));
        var (_, other, _) = await client.AttachCard(customer, "5555555555554444");
        Assert.Equal([other.Text("id"), id], (await client.Methods(customer)).Select(m => m.Text("id")));
        await client.Patch(customer, new { defaultPaymentMethodId = other.Text("id") });
        Assert.Equal("VALIDATION_FAILED", (await client.Patch(await client.CreateCustomer(), new { defaultPaymentMethodId = id })).Body.Code());

        var (detached, gone, _) = await client.Detach(other.Text("id"));
        Assert.Equal((HttpStatusCode.OK, "detached"), (detached, gone.Text("status")));
        Assert.Equal("INVALID_STATE", (await client.Detach(other.Text("id"))).Body.Code());
        Assert.False((await client.GetJson($"/api/payments/customers/{customer}")).TryGetProperty("defaultPaymentMethodId", out _));
        Assert.Equal(id, Assert.Single(await client.Methods(customer)).Text("id"));
        Assert.Equal(other.Text("id"), Assert.Single(await client.Methods(customer, "&status=detached")).Text("id"));
        Assert.Equal("forgotten", await AtProcessor(other.Text("id")));
        Assert.Equal((1, 1, 0), (await gateway.EventsOf(other.Text("id"), "payment_method.attached"),
            await gateway.EventsOf(other.Text("id"), "payment_method.detached"), await gateway.EventsOf(id, "payment_method.detached")));
    }

    [Fact]
    public async Task A_upi_address_is_attached_and_shown_masked()
    {
        var customer = await client.CreateCustomer();

        var (status, method, _) = await client.AttachUpi(customer);

        Assert.Equal((HttpStatusCode.Created, "su***@pgtestupi"), (status, method.GetProperty("upi").Text("vpa")));
        Assert.Equal("VALIDATION_FAILED", (await client.AttachUpi(customer, "unknown@pgtestupi")).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.AttachUpi(customer, "nobody")).Body.Code());
    }

    [Theory]
    [InlineData("4000000000000002", "CARD_DECLINED")]
    [InlineData("4000000000000069", "CARD_EXPIRED")]
    [InlineData("4000000000000127", "INVALID_CVV")]
    public async Task A_card_that_its_processor_refuses_is_kept_as_failed(string number, string code)
    {
        var customer = await client.CreateCustomer();

        var (status, refused, _) = await client.AttachCard(customer, number);

        Assert.Equal((HttpStatusCode.PaymentRequired, code), (status, refused.Code()));
        var method = refused.GetProperty("error").GetProperty("details").GetProperty("paymentMethod");
        Assert.Equal(("failed", code), (method.Text("status"), method.Text("failureCode")));
        Assert.Empty(await client.Methods(customer));
        Assert.Equal(1, await gateway.EventsOf(method.Text("id"), "payment_method.failed"));
    }

    [Fact]
    public async Task What_nobody_can_attach_is_refused()
    {
        var customer = await client.CreateCustomer();
        var path = $"/api/payments/customers/{customer}/payment-methods";

        Assert.Equal("INVALID_TOKEN", (await client.Post(path, new { cardToken = "tok_unknown" })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.Post(path, new { })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.Post(path, new { cardToken = "t", upi = new { vpa = "a@okbank" } })).Body.Code());
        Assert.Equal("CUSTOMER_NOT_FOUND", (await client.AttachCard("cus_00000000000000000000000000")).Body.Code());
        Assert.Equal("PAYMENT_METHOD_NOT_FOUND",
            (await client.Call(HttpMethod.Get, "/api/payments/payment-methods/pm_00000000000000000000000000")).Body.Code());
        Assert.Equal("PAYMENT_METHOD_NOT_FOUND", (await client.Detach("pm_00000000000000000000000000")).Body.Code());
    }

    [Theory]
    [InlineData("lost_answer")]
    [InlineData("never_arrives")]
    [InlineData("error_500")]
    public async Task An_answer_that_is_lost_is_asked_for_under_the_same_key(string behaviour)
    {
        var customer = await client.CreateCustomer();
        var key = $"lost-{customer}";
        var (status, method, _) = await client.AttachCard(customer, behaviour: behaviour, key: key);
        var id = method.Text("id");
        Assert.Equal((HttpStatusCode.Accepted, "saving"), (status, method.Text("status")));
        var (again, same, _) = await client.AttachCard(customer);
        Assert.Equal((HttpStatusCode.Accepted, id), (again, same.Text("id")));

        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await gateway.ResolveMethodsOnce());

        Assert.Equal("active", (await client.Method(id)).Text("status"));
        Assert.Equal(1, await gateway.Query<long>("SELECT count(*) FROM sandbox.saved_methods WHERE key = @id", new { id }));
        Assert.Equal(0, await gateway.ResolveMethodsOnce());
        Assert.Equal(1, await gateway.EventsOf(id, "payment_method.attached"));
        Assert.Null(await gateway.Query<string?>("SELECT source FROM customers.payment_methods WHERE id = @id", new { id }));
    }

    [Fact]
    public async Task A_method_that_is_detached_while_it_is_saved_is_forgotten_and_a_late_save_is_kept_out()
    {
        var customer = await client.CreateCustomer();
        var (_, method, _) = await client.AttachCard(customer, behaviour: "never_arrives");
        var id = method.Text("id");

        Assert.Equal("detached", (await client.Detach(id)).Body.Text("status"));

        Assert.Equal("forgotten", await AtProcessor(id));
        Assert.Empty(await client.Methods(customer));
        Assert.Equal(0, await gateway.EventsOf(id, "payment_method.detached"));
        Assert.Equal(0, await gateway.Query<int>("SELECT methods_count::int FROM customers.customers WHERE id = @customer", new { customer }));
    }

    [Fact]
    public async Task What_was_cut_off_between_the_two_commits_is_finished_by_the_resolver()
    {
        var (customer, id) = await client.CustomerWithCard();
        var token = await client.Token("4111111111111111");

        // As a server leaves it that was killed after the first commit: the processor may or may not have heard.
        await gateway.Execute(
            """
            UPDATE customers.payment_methods
            SET state = 'saving', reference = NULL, attached_at = NULL, expires_at = NULL, notice_at = NULL, fingerprint = NULL,
                source = json_build_object('kind', 'card', 'token', @token)::text, check_at = created_at
            WHERE id = @id;
            UPDATE customers.customers SET default_payment_method_id = NULL WHERE id = @customer
            """, new { id, customer, token });

        Assert.Equal(1, await gateway.ResolveMethodsOnce());

        // The key is known there: it is what it was saved as, whatever is sent again.
        var method = await client.Method(id);
        Assert.Equal(("active", "4242", true), (method.Text("status"), method.GetProperty("card").Text("last4"), method.GetProperty("isDefault").GetBoolean()));
    }

    [Fact]
    public async Task Merchants_do_not_see_each_others_customers_and_cannot_compare_their_cards()
    {
        var (customer, method) = await client.CustomerWithCard();
        var shop = gateway.Shops[1];
        using var other = gateway.ClientOf(shop);

        foreach (var path in new[] { $"customers/{customer}", $"customers/{customer}/payment-methods", $"payment-methods/{method}" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await other.Call(HttpMethod.Get, $"/api/payments/{path}")).Status);
        }

        Assert.Equal("CUSTOMER_NOT_FOUND", (await other.AttachCard(customer)).Body.Code());
        Assert.Equal("PAYMENT_METHOD_NOT_FOUND", (await other.Detach(method)).Body.Code());
        Assert.Equal("CUSTOMER_NOT_FOUND",
            (await other.Post("/api/payments/orders", new { amount = 5, currency = "INR", customerId = customer })).Body.Code());
        var (_, own) = await other.CustomerWithCard();
        Assert.Equal("PAYMENT_METHOD_NOT_FOUND", (await other.PaySaved(null, method, more: new { })).Body.Code());
        Assert.NotEqual((await client.Method(method)).Text("fingerprint"), (await other.Method(own)).Text("fingerprint"));
        var (_, twin) = await client.CustomerWithCard();
        Assert.Equal((await client.Method(method)).Text("fingerprint"), (await client.Method(twin)).Text("fingerprint"));
    }

    [Fact]
    public async Task A_card_that_will_expire_is_announced_once()
    {
        var (_, method) = await client.CustomerWithCard("378282246310005", "01/27");
        clock.Advance(new DateTimeOffset(2027, 1, 2, 0, 0, 1, TimeSpan.Zero) - clock.GetUtcNow() - TimeSpan.FromHours(1));
        await gateway.AnnounceOnce();
        Assert.Equal(0, await gateway.EventsOf(method, "payment_method.expiring"));

        clock.Advance(TimeSpan.FromHours(1));
        await gateway.AnnounceOnce();
        await gateway.AnnounceOnce();

        Assert.Equal(1, await gateway.EventsOf(method, "payment_method.expiring"));
    }

    private Task<string> AtProcessor(string id) => gateway.Query<string>("SELECT state FROM sandbox.saved_methods WHERE key = @id", new { id });
}
