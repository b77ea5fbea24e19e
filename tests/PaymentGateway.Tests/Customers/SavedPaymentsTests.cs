using System.Net;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;
using PaymentGateway.Tests.SetupIntents;

namespace PaymentGateway.Tests.Customers;

/// <summary>Paying with what was saved, and saving what was paid with.</summary>
public sealed class SavedPaymentsTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private const string Intents = "/api/payments/payment-intents";

    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task A_saved_card_pays_an_order_of_its_customer_and_no_other()
    {
        var (customer, method) = await client.CustomerWithCard();

        var (status, paid, _) = await client.PaySaved(customer, method);
        Assert.Equal((HttpStatusCode.Created, "succeeded"), (status, paid.Text("status")));
        Assert.Equal((method, "card", "4242"), (paid.Text("paymentMethodId"), paid.Text("paymentMethod"), paid.GetProperty("card").Text("last4")));
        Assert.Equal(method, (await client.GetJson($"/api/payments/{paid.Text("id")}")).Text("paymentMethodId"));

        foreach (var other in new[] { null, "asha", await client.CreateCustomer() })
        {
            var (no, refused, _) = await client.PaySaved(other, method);
            Assert.Equal((HttpStatusCode.BadRequest, "PAYMENT_METHOD_NOT_AVAILABLE", "other_customer"), (no, refused.Code(), refused.Reason()));
        }

        await client.Detach(method);
        Assert.Equal("not_attached", (await client.PaySaved(customer, method)).Body.Reason());
    }

    [Fact]
    public async Task A_saved_upi_address_pays()
    {
        var customer = await client.CreateCustomer();
        var (_, method, _) = await client.AttachUpi(customer);

        var (_, paid, _) = await client.PaySaved(customer, method.Text("id"));

        Assert.Equal(("succeeded", "upi"), (paid.Text("status"), paid.Text("paymentMethod")));
    }

    [Fact]
    public async Task An_intent_takes_a_saved_method_by_its_id_and_pays_without_the_customer()
    {
        var (customer, method) = await client.CustomerWithCard();
        var (_, intent, _) = await client.Post(Intents, new { amount = 70, currency = "INR", customerId = customer, paymentMethod = method });
        Assert.Equal(("requires_confirmation", method, "card"),
            (intent.Text("status"), intent.Text("paymentMethodId"), intent.Text("paymentMethod")));

        var (status, paid, _) = await client.Post($"{Intents}/{intent.Text("id")}/confirm", new { offSession = true });
        Assert.Equal((HttpStatusCode.OK, "succeeded"), (status, paid.Text("status")));

        var (_, other, _) = await client.Post(Intents, new { amount = 70, currency = "INR", customerId = customer });
        Assert.Equal("succeeded", (await client.Post($"{Intents}/{other.Text("id")}/confirm", new { paymentMethod = method })).Body.Text("status"));
        Assert.Equal("VALIDATION_FAILED", (await client.Post(Intents,
            new { amount = 70, currency = "INR", customerId = customer, paymentMethod = "upi", paymentDetails = new { paymentMethodId = method } })).Body.Code());
        Assert.Equal("PAYMENT_METHOD_NOT_FOUND", (await client.Post(Intents,
            new { amount = 70, currency = "INR", customerId = customer, paymentMethod = "pm_00000000000000000000000000" })).Body.Code());
    }

    [Fact]
    public async Task What_the_network_calls_a_payment_stays_with_it_and_with_the_card_that_it_saved()
    {
        var customer = await client.CreateCustomer();
        var (_, intent, _) = await client.Post(Intents, new
        {
            amount = 70,
            currency = "INR",
            customerId = customer,
            setupFutureUsage = "off_session",
            paymentMethod = "card",
            paymentDetails = new { cardToken = await client.Token("4242424242424242") },
            confirm = true,
        });
        await gateway.ResolveMethodsOnce();
        Assert.Equal("succeeded", intent.Text("status"));
        var network = intent.GetProperty("charges")[0].Text("networkTransactionId");
        Assert.StartsWith("SBX", network, StringComparison.Ordinal);
        var method = await client.GetJson($"/api/payments/payment-methods/{intent.Text("paymentMethodId")}");
        Assert.Equal(network, method.Text("networkTransactionId"));
        Assert.Equal(network, (await client.GetJson($"/api/payments/charges/{intent.GetProperty("charges")[0].Text("id")}")).Text("networkTransactionId"));

        var (_, again, _) = await client.PaySaved(customer, method.Text("id"));
        Assert.NotEqual(network, again.GetProperty("charges")[0].Text("networkTransactionId"));
        Assert.Equal(network, (await client.GetJson($"/api/payments/payment-methods/{method.Text("id")}")).Text("networkTransactionId"));
        var (_, attached, _) = await client.AttachCard(customer, "5555555555554444");
        Assert.False(attached.TryGetProperty("networkTransactionId", out _));

        await client.Call(HttpMethod.Delete, $"/api/payments/customers/{customer}");
        Assert.Equal(0, await gateway.Query<int>(
            "SELECT count(*)::integer FROM customers.payment_methods WHERE customer_id = @customer AND network_transaction_id IS NOT NULL", new { customer }));
    }

    [Fact]
    public async Task A_set_up_leaves_the_network_s_id_with_the_card_that_it_made_ready()
    {
        var (_, setup, _) = await client.SetUp();
        Assert.Equal("succeeded", setup.Text("status"));
        var method = await client.GetJson($"/api/payments/payment-methods/{setup.Text("paymentMethodId")}");
        Assert.StartsWith("SBX", method.Text("networkTransactionId"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_saved_card_behaves_as_the_card_does()
    {
        var (poor, noFunds) = await client.CustomerWithCard("4000000000000341");
        Assert.Equal("INSUFFICIENT_FUNDS", (await client.PaySaved(poor, noFunds)).Body.Code());

        var (careful, challenged) = await client.CustomerWithCard("4000002500003155");
        Assert.Equal("requires_action", (await client.PaySaved(careful, challenged)).Body.Text("status"));
        var (_, refused, _) = await client.Post(Intents, new
        {
            amount = 70,
            currency = "INR",
            customerId = careful,
            paymentMethod = challenged,
            confirm = true,
            offSession = true,
        });
        Assert.Equal("AUTHENTICATION_REQUIRED", refused.Code());
    }

    [Fact]
    public async Task A_card_that_is_over_is_refused_before_its_processor_is_asked()
    {
        var (customer, method) = await client.CustomerWithCard("5555555555554444", "12/27");
        clock.Advance(new DateTimeOffset(2027, 12, 31, 23, 59, 0, TimeSpan.Zero) - clock.GetUtcNow());
        Assert.Equal("succeeded", (await client.PaySaved(customer, method)).Body.Text("status"));

        clock.Advance(TimeSpan.FromMinutes(2));
        var (status, refused, _) = await client.PaySaved(customer, method);

        Assert.Equal((HttpStatusCode.PaymentRequired, "CARD_EXPIRED", "card_expired"), (status, refused.Code(), refused.Reason()));
    }

    [Fact]
    public async Task A_payment_saves_what_it_was_made_with_for_its_customer()
    {
        // What other tests of this server left to do is done first, so that what is counted is this test's own.
        await gateway.ResolveMethodsOnce();
        var customer = await client.CreateCustomer();
        var paid = await PayAndKeep(customer, "4242424242424242");
        var method = paid.Text("paymentMethodId");
        Assert.Equal("saving", (await client.Method(method)).Text("status"));

        Assert.Equal(1, await gateway.ResolveMethodsOnce());

        var saved = await client.Method(method);
        Assert.Equal(("active", customer, "4242"), (saved.Text("status"), saved.Text("customerId"), saved.GetProperty("card").Text("last4")));
        Assert.Equal("succeeded", (await client.PaySaved(customer, method)).Body.Text("status"));

        // The same card once more is the method that is there.
        Assert.Equal(method, (await PayAndKeep(customer, "4242424242424242")).Text("paymentMethodId"));
        Assert.Single(await client.Methods(customer));
    }

    [Fact]
    public async Task Two_payments_that_save_the_same_card_leave_one_method_that_both_name()
    {
        var customer = await client.CreateCustomer();
        var first = await PayAndKeep(customer, "4111111111111111");
        var second = await PayAndKeep(customer, "4111111111111111");
        Assert.NotEqual(first.Text("paymentMethodId"), second.Text("paymentMethodId"));

        await gateway.ResolveMethodsOnce();

        var method = Assert.Single(await client.Methods(customer)).Text("id");
        foreach (var payment in new[] { first, second })
        {
            Assert.Equal(method, (await client.GetJson($"/api/payments/{payment.Text("id")}")).Text("paymentMethodId"));
        }

        await gateway.ResolveMethodsOnce();
        Assert.Equal(1, await gateway.Query<long>(
            "SELECT count(*) FROM sandbox.saved_methods WHERE key IN (@a, @b) AND state = 'saved'",
            new { a = first.Text("paymentMethodId"), b = second.Text("paymentMethodId") }));
    }

    [Fact]
    public async Task A_payment_that_failed_saves_nothing_and_one_without_a_customer_cannot_be_asked_to()
    {
        var customer = await client.CreateCustomer();
        var (_, declined, _) = await client.Post(Intents, await Keeping(customer, "4000000000000002"));
        Assert.Equal("CARD_DECLINED", declined.Code());
        Assert.Equal(0, await gateway.Query<long>("SELECT count(*) FROM customers.payment_methods WHERE customer_id = @customer", new { customer }));

        foreach (var nobody in new[] { null, "asha" })
        {
            var (status, refused, _) = await client.Post(Intents, await Keeping(nobody, "4242424242424242"));
            Assert.Equal((HttpStatusCode.BadRequest, "VALIDATION_FAILED"), (status, refused.Code()));
        }

        var (_, unkept, _) = await client.Post(Intents, new
        {
            amount = 70,
            currency = "INR",
            customerId = customer,
            setupFutureUsage = "on_session",
            confirm = true,
            paymentMethod = "netbanking",
            paymentDetails = new { bankCode = "HDFC" },
        });
        Assert.Equal("NOT_SUPPORTED", unkept.Code());
    }

    [Fact]
    public async Task A_customer_of_ours_must_exist_and_the_merchants_own_word_need_not()
    {
        var deleted = await client.CreateCustomer();
        await client.Call(HttpMethod.Delete, $"/api/payments/customers/{deleted}");
        foreach (var unknown in new[] { deleted, "cus_00000000000000000000000000", "cus_x" })
        {
            Assert.Equal("CUSTOMER_NOT_FOUND",
                (await client.Post("/api/payments/orders", new { amount = 5, currency = "INR", customerId = unknown })).Body.Code());
            Assert.Equal("CUSTOMER_NOT_FOUND",
                (await client.Post(Intents, new { amount = 5, currency = "INR", customerId = unknown })).Body.Code());
        }

        Assert.Equal(HttpStatusCode.Created,
            (await client.Post("/api/payments/orders", new { amount = 5, currency = "INR", customerId = "asha" })).Status);
    }

    private async Task<System.Text.Json.JsonElement> PayAndKeep(string customer, string number)
    {
        var (status, paid, _) = await client.Post(Intents, await Keeping(customer, number));
        Assert.True(status == HttpStatusCode.Created, paid.ToString());
        return paid;
    }

    private async Task<object> Keeping(string? customerId, string number) => new
    {
        amount = 70,
        currency = "INR",
        customerId,
        setupFutureUsage = "off_session",
        confirm = true,
        paymentMethod = "card",
        paymentDetails = new { cardToken = await client.Token(number) },
    };
}
