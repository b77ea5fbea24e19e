using System.Net;
using PaymentGateway.Tests.Customers;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

/// <summary>What a payment intent says beside its amount, and how it is changed.</summary>
public sealed class IntentFieldsTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private const string Intents = "/api/payments/payment-intents";

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task What_is_sent_is_changed_and_what_is_absent_stays()
    {
        var paymentId = await Create(new
        {
            amount = 100,
            currency = "INR",
            description = "Deposit",
            metadata = new { room = "12" },
            customerId = await client.CreateCustomer(),
        });

        var (status, changed, _) = await client.Post($"{Intents}/{paymentId}", new
        {
            amount = 250.5,
            captureMethod = "manual",
            allowedPaymentMethods = new[] { "card" },
            setupFutureUsage = "off_session",
            statementDescriptor = "FASHIONHUB",
            statementDescriptorSuffix = "ROOM 12",
        });
        var (_, again, _) = await client.Post($"{Intents}/{paymentId}", new { metadata = new { room = "14" } });

        Assert.Equal((HttpStatusCode.OK, 250.5m, "manual"), (status, changed.GetProperty("amount").GetDecimal(), changed.Text("captureMethod")));
        Assert.Equal(("Deposit", "12"), (changed.Text("description"), changed.GetProperty("metadata").Text("room")));
        Assert.Equal(("Deposit", "14"), (again.Text("description"), again.GetProperty("metadata").Text("room")));
        var stored = await client.GetJson($"{Intents}/{paymentId}");
        Assert.Equal(("off_session", "FASHIONHUB", "ROOM 12", "card"), (stored.Text("setupFutureUsage"), stored.Text("statementDescriptor"),
            stored.Text("statementDescriptorSuffix"), stored.GetProperty("allowedPaymentMethods")[0].GetString()));
        Assert.Equal(2, await gateway.EventsOf(paymentId, "payment.updated"));
    }

    [Fact]
    public async Task What_is_rewritten_is_named_in_the_audit_logs_and_not_repeated()
    {
        var paymentId = await Create(new { amount = 100, currency = "INR", description = "Deposit" });

        await client.Post($"{Intents}/{paymentId}", new { description = "For Anna", metadata = new { room = "14" }, statementDescriptor = "HOTEL" });

        var row = (await client.GetJson($"/api/payments/audit-logs?objectId={paymentId}")).GetProperty("data")[0];
        Assert.Equal("payment.update", row.Text("action"));
        Assert.Equal("""["description","metadata"]""", row.GetProperty("after").GetProperty("rewritten").GetRawText());
        Assert.Equal("HOTEL", row.GetProperty("after").Text("statementDescriptor"));
        Assert.DoesNotContain("Anna", row.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_processor_is_told_the_new_amount_the_statement_and_the_use()
    {
        var paymentId = await Create(new { amount = 100, currency = "INR", statementDescriptor = "FASHIONHUB", setupFutureUsage = "on_session", customerId = await client.CreateCustomer() });
        await client.Post($"{Intents}/{paymentId}", new { amount = 80, statementDescriptorSuffix = "ROOM 12" });

        var (_, paid, _) = await Confirm(paymentId);

        Assert.Equal(("succeeded", 80m, 80m, 0m), paid.Amounts());
        Assert.Equal(("FASHIONHUB* ROOM 12", "on_session"), await gateway.Query<(string, string)>(
            "SELECT statement_descriptor, setup_future_usage FROM sandbox.charges WHERE payment_id = @paymentId", new { paymentId }));
    }

    [Fact]
    public async Task Once_it_is_confirmed_only_description_and_metadata_change()
    {
        var paymentId = await client.Hold(100m);

        Assert.Equal("INVALID_STATE", (await client.Post($"{Intents}/{paymentId}", new { amount = 50 })).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.Post($"{Intents}/{paymentId}", new { statementDescriptor = "OTHER" })).Body.Code());
        Assert.Equal("Late", (await client.Post($"{Intents}/{paymentId}", new { description = "Late" })).Body.Text("description"));
    }

    [Fact]
    public async Task An_update_while_the_processor_is_asked_disturbs_nothing()
    {
        var paymentId = await client.Hold(100m);
        await client.Follow(paymentId, "capture", new { amountToCapture = 10, finalCapture = false }, behaviour: "lost_answer");

        var (status, body, _) = await client.Post($"{Intents}/{paymentId}", new { description = "Meanwhile" }, $"{paymentId}-update");

        Assert.Equal((HttpStatusCode.Accepted, "processing", "Meanwhile"), (status, body.Text("status"), body.Text("description")));
        shared.Clock.Advance(TimeSpan.FromSeconds(30));
        await gateway.ResolveOnce();
        Assert.Equal(("requires_capture", 100m, 10m, 90m), await client.AmountsOf(paymentId));
    }

    [Fact]
    public async Task The_payment_of_an_order_takes_its_amount_from_the_order()
    {
        var orderId = await client.CreateOrder(100m);
        var declined = (await client.PayByCard(orderId, "4000000000000002")).Body;
        var paymentId = declined.GetProperty("error").GetProperty("details").GetProperty("payment").Text("id");

        Assert.Equal("NOT_SUPPORTED", (await client.Post($"{Intents}/{paymentId}", new { amount = 50 })).Body.Code());
        Assert.Equal("Second try", (await client.Post($"{Intents}/{paymentId}", new { description = "Second try" })).Body.Text("description"));
    }

    [Fact]
    public async Task A_suffix_that_does_not_fit_the_stored_descriptor_is_refused()
    {
        var paymentId = await Create(new { amount = 100, currency = "INR", statementDescriptor = "A RATHER LONG NAME" });

        Assert.Equal("VALIDATION_FAILED", (await client.Post($"{Intents}/{paymentId}", new { statementDescriptorSuffix = "ROOM" })).Body.Code());
    }

    [Fact]
    public async Task Only_the_allowed_methods_pay()
    {
        var paymentId = await Create(new { amount = 100, currency = "INR", allowedPaymentMethods = new[] { "upi" } });

        Assert.Equal("PAYMENT_METHOD_NOT_AVAILABLE", (await Confirm(paymentId)).Body.Code());
    }

    [Fact]
    public async Task Off_session_a_challenge_is_a_decline_that_can_be_tried_again_on_session()
    {
        var (status, declined, _) = await client.PayIntent(number: "4000002500003155", more: new { offSession = true });

        Assert.Equal((HttpStatusCode.PaymentRequired, "AUTHENTICATION_REQUIRED"), (status, declined.Code()));
        var payment = declined.GetProperty("error").GetProperty("details").GetProperty("payment");
        Assert.Equal("requires_payment_method", payment.Text("status"));
        var (_, asked, _) = await Confirm(payment.Text("id"), "4000002500003155");
        Assert.Equal("requires_action", asked.Text("status"));
    }

    [Fact]
    public async Task Off_session_a_card_without_a_challenge_is_paid() => Assert.Equal(
        "requires_capture", (await client.PayIntent(more: new { offSession = true })).Body.Text("status"));

    private async Task<string> Create(object body)
    {
        var (status, intent, _) = await client.Post(Intents, body);
        Assert.True(status == HttpStatusCode.Created, intent.ToString());
        return intent.Text("id");
    }

    private async Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body, HttpResponseMessage Response)> Confirm(
        string paymentId, string number = "4111111111111111") =>
        await client.Follow(paymentId, "confirm",
            new { paymentMethod = "card", paymentDetails = new { cardToken = await client.CardToken(number) } });
}
