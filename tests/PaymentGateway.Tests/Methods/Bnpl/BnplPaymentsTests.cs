using System.Net;
using System.Text.Json;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Methods.Bnpl;

public sealed class BnplPaymentsTests(MethodsFixture shared) : IClassFixture<MethodsFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient shop = shared.GroceryQuick;

    [Fact]
    public async Task The_merchant_of_the_guide_is_paid_at_once_and_the_customer_owes_instalments()
    {
        var orderId = await shop.CreateOrder(1200m, new { customerId = "guide" });

        var (status, payment, _) = await shop.PayLater(orderId);

        Assert.Equal((HttpStatusCode.Created, "succeeded", "bnpl"), (status, payment.Text("status"), payment.Text("paymentMethod")));
        var details = payment.GetProperty("bnplDetails");
        Assert.Equal(("bnpl_2installments", 1200m), (details.Text("planId"), details.GetProperty("totalAmount").GetDecimal()));
        Assert.Equal(
            """[{"dueDate":"2026-11-08","amount":600},{"dueDate":"2026-11-22","amount":600}]""", details.GetProperty("installments").GetRawText());
        Assert.Equal((1, 1200_00), await gateway.AtProcessor(orderId));

        var owed = await shop.InstallmentsOf(payment.Text("id"));
        Assert.Equal(
            [(1, "2026-11-08", 600m, "due"), (2, "2026-11-22", 600m, "due")],
            owed.Select(one => (one.GetProperty("number").GetInt32(), one.Text("dueDate"), one.GetProperty("amount").GetDecimal(), one.Text("status"))));
        Assert.Equal((orderId, "guide"), (owed[0].Text("orderId"), owed[0].Text("customerId")));
        Assert.Equal(3800m, await shop.CreditLeft("guide"));
    }

    [Fact]
    public async Task One_sum_is_due_after_fifteen_days()
    {
        var (_, payment, _) = await shop.PayLater(await shop.CreateOrder(99.99m, new { customerId = "fifteen" }), "bnpl_15days");

        Assert.Equal("2026-11-16", payment.GetProperty("bnplDetails").Text("dueDate"));
        Assert.Equal(("2026-11-16", 99.99m), Assert.Single((await shop.InstallmentsOf(payment.Text("id")))
            .Select(one => (one.Text("dueDate"), one.GetProperty("amount").GetDecimal()))));
    }

    [Fact]
    public async Task Eligibility_is_as_the_guide_reads_it()
    {
        await shop.PayLater(await shop.CreateOrder(800m, new { customerId = "asked" }));

        var body = await shop.Eligibility("asked", 1200);
        Assert.Equal(
            """{"eligible":true,"maxAmount":5000,"availableCredit":4200,"plans":[{"id":"bnpl_15days","name":"Pay in 15 days","dueDate":"2026-11-16","interestRate":0,"totalAmount":1200},{"id":"bnpl_2installments","name":"Pay in 2 installments","installments":[{"dueDate":"2026-11-08","amount":600},{"dueDate":"2026-11-22","amount":600}],"interestRate":0,"totalAmount":1200}]}""",
            body.GetRawText());

        Assert.Equal((false, "credit_limit_exceeded", 0), Short(await shop.Eligibility("asked", 4200.01m)));
        Assert.Equal((false, "method_not_enabled", 0), Short(await shared.FashionHub.Eligibility("asked", 10m)));
        var (_, dollars, _) = await shop.Post("/api/payments/bnpl/eligibility", new { customerId = "asked", amount = 10, currency = "USD" });
        Assert.Equal((false, "currency_not_supported", 0), Short(dollars));
    }

    [Theory]
    [InlineData("""{"amount":1,"currency":"INR"}""", "VALIDATION_FAILED")]
    [InlineData("""{"customerId":"","amount":1,"currency":"INR"}""", "VALIDATION_FAILED")]
    [InlineData("""{"customerId":"a","amount":0,"currency":"INR"}""", "INVALID_AMOUNT")]
    [InlineData("""{"customerId":"a","amount":"1","currency":"INR"}""", "INVALID_AMOUNT")]
    [InlineData("""{"customerId":"a","amount":1}""", "VALIDATION_FAILED")]
    [InlineData("""{"customerId":"a","amount":1,"currency":"INR","limit":9}""", "UNKNOWN_FIELD")]
    public async Task A_malformed_question_is_refused(string body, string code)
    {
        var (status, answer, _) = await shop.Post("/api/payments/bnpl/eligibility", JsonDocument.Parse(body).RootElement);

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, answer.Code()));
    }

    [Theory]
    [InlineData("""{"bnplPlanId":"bnpl_15days"}""", "CONSENT_REQUIRED")]
    [InlineData("""{"bnplPlanId":"bnpl_15days","customerConsent":false}""", "CONSENT_REQUIRED")]
    [InlineData("""{"bnplPlanId":"bnpl_15days","customerConsent":"yes"}""", "VALIDATION_FAILED")]
    [InlineData("""{"customerConsent":true}""", "VALIDATION_FAILED")]
    [InlineData("""{"bnplPlanId":"bnpl_never","customerConsent":true}""", "VALIDATION_FAILED")]
    [InlineData("""{"bnplPlanId":"bnpl_15days","customerConsent":true,"cardToken":"tok_x"}""", "VALIDATION_FAILED")]
    public async Task Without_consent_or_plan_nothing_is_tried(string details, string code)
    {
        var orderId = await shop.CreateOrder(100m, new { customerId = "careless" });

        var (status, body, _) = await shop.Post(
            "/api/payments", new { orderId, paymentMethod = "bnpl", paymentDetails = JsonDocument.Parse(details).RootElement });

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, body.Code()));
        Assert.Equal((0, 0), await gateway.AtProcessor(orderId));
        Assert.Equal(5000m, await shop.CreditLeft("careless"));
    }

    [Fact]
    public async Task The_consent_is_kept_with_its_time_and_address()
    {
        var (_, payment, _) = await shop.PayLater(await shop.CreateOrder(100m, new { customerId = "consenting" }));

        var kept = await gateway.Query<(string PlanId, string Terms, DateTimeOffset When, string From)>(
            "SELECT plan_id, terms, consented_at, consent_address FROM methods.bnpl_agreements WHERE payment_id = @id", new { id = payment.Text("id") });

        Assert.Equal(("bnpl_2installments", shared.Clock.GetUtcNow(), "127.0.0.1"), (kept.PlanId, kept.When, kept.From));
        Assert.Equal(payment.GetProperty("bnplDetails").GetRawText(), kept.Terms);
    }

    [Fact]
    public async Task Credit_is_somebodys()
    {
        var (status, body, _) = await shop.PayLater(await shop.CreateOrder(100m));

        Assert.Equal((HttpStatusCode.BadRequest, "BNPL_NOT_AVAILABLE"), (status, body.Code()));
        Assert.Equal("customer_required", body.GetProperty("error").GetProperty("details").Text("reason"));
    }

    [Fact]
    public async Task Above_the_line_nothing_is_tried()
    {
        await shop.PayLater(await shop.CreateOrder(4000m, new { customerId = "limited" }));
        var orderId = await shop.CreateOrder(1000.01m, new { customerId = "limited" });

        var (status, body, _) = await shop.PayLater(orderId);

        Assert.Equal((HttpStatusCode.BadRequest, "BNPL_NOT_AVAILABLE"), (status, body.Code()));
        Assert.Equal(1000m, body.GetProperty("error").GetProperty("details").GetProperty("availableCredit").GetDecimal());
        Assert.Equal((0, 0), await gateway.AtProcessor(orderId));
        Assert.Equal(HttpStatusCode.Created, (await shop.PayLater(await shop.CreateOrder(1000m, new { customerId = "limited" }))).Status);
        Assert.Equal(0m, await shop.CreditLeft("limited"));
    }

    [Fact]
    public async Task A_hold_consumes_the_credit_and_a_void_gives_it_back()
    {
        var (_, held, _) = await shop.PayLater(await shop.CreateOrder(500m, new { customerId = "voided", captureMethod = "manual" }));
        Assert.Equal(("requires_capture", 4500m), (held.Text("status"), await shop.CreditLeft("voided")));
        Assert.Empty(await shop.InstallmentsOf(held.Text("id")));

        await shop.Post($"/api/payments/payment-intents/{held.Text("id")}/cancel", new { });

        Assert.Equal(5000m, await shop.CreditLeft("voided"));
        Assert.Empty(await shop.InstallmentsOf(held.Text("id")));
    }

    [Fact]
    public async Task A_captured_hold_is_owed()
    {
        var (_, held, _) = await shop.PayLater(await shop.CreateOrder(500m, new { customerId = "captured", captureMethod = "manual" }));

        await shop.Post($"/api/payments/payment-intents/{held.Text("id")}/capture", new { });

        Assert.Equal([250m, 250m], (await shop.InstallmentsOf(held.Text("id"))).Select(one => one.GetProperty("amount").GetDecimal()));
        Assert.Equal(4500m, await shop.CreditLeft("captured"));
    }

    [Fact]
    public async Task A_call_that_never_arrived_gives_the_credit_back_when_the_lender_says_so()
    {
        var orderId = await shop.CreateOrder(500m, new { customerId = "lost" });
        var (status, _, _) = await shop.PayLater(orderId, behaviour: "never_arrives");
        Assert.Equal((HttpStatusCode.Accepted, 4500m), (status, await shop.CreditLeft("lost")));

        for (var round = 0; round < 5; round++)
        {
            shared.Clock.Advance(TimeSpan.FromSeconds(90));
            await gateway.ResolveOnce();
        }

        Assert.Equal(5000m, await shop.CreditLeft("lost"));
        Assert.Equal(0, (await gateway.AtProcessor(orderId)).Captured);
    }

    [Fact]
    public async Task A_lost_answer_consumes_the_credit_once()
    {
        var orderId = await shop.CreateOrder(500m, new { customerId = "unheard" });
        var (_, _, _) = await shop.PayLater(orderId, behaviour: "lost_answer");

        for (var round = 0; round < 5; round++)
        {
            shared.Clock.Advance(TimeSpan.FromSeconds(90));
            await gateway.ResolveOnce();
        }

        var payment = await shop.GetJson($"/api/payments?orderId={orderId}");
        Assert.Equal("succeeded", payment.GetProperty("data")[0].Text("status"));
        Assert.Equal(4500m, await shop.CreditLeft("unheard"));
        Assert.Equal(2, (await shop.InstallmentsOf(payment.GetProperty("data")[0].Text("id"))).Count);
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_buys_once()
    {
        var orderId = await shop.CreateOrder(500m, new { customerId = "repeated" });

        var first = await shop.PayLater(orderId, idempotencyKey: "later-1");
        var second = await shop.PayLater(orderId, idempotencyKey: "later-1");

        Assert.Equal(first.Body.GetRawText(), second.Body.GetRawText());
        Assert.Equal(4500m, await shop.CreditLeft("repeated"));
    }

    [Fact]
    public async Task A_customer_of_one_merchant_is_nobody_to_another()
    {
        var (_, payment, _) = await shop.PayLater(await shop.CreateOrder(500m, new { customerId = "shared" }));
        var id = (await shop.InstallmentsOf(payment.Text("id")))[0].Text("id");

        var (read, body, _) = await shared.TechGadgets.Call(HttpMethod.Get, $"/api/payments/bnpl/installments/{id}");
        var (paid, _, _) = await shared.TechGadgets.Post($"/api/payments/bnpl/installments/{id}/pay", new { reference = "x" });
        var (writtenOff, _, _) = await shared.TechGadgets.Post($"/api/payments/bnpl/installments/{id}/write-off", new { });

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound), (read, paid, writtenOff));
        Assert.Equal("INSTALLMENT_NOT_FOUND", body.Code());
        Assert.Empty((await shared.TechGadgets.GetJson("/api/payments/bnpl/installments")).GetProperty("data").EnumerateArray());
    }

    private static (bool, string?, int) Short(JsonElement body) => (
        body.GetProperty("eligible").GetBoolean(), body.TryGetProperty("reason", out var reason) ? reason.GetString() : null,
        body.GetProperty("plans").GetArrayLength());
}
