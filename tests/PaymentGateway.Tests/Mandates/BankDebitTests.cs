using System.Net;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Tests.Disputes;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Mandates;

/// <summary>Debits of bank accounts: they take days, they fail, and they come back.</summary>
public sealed class BankDebitTests(MandatesFixture shared) : IClassFixture<MandatesFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task A_debit_is_processing_over_the_weekend_and_then_paid()
    {
        var mandate = await client.NewMandate(more: new { noticeDays = 1 });
        await shared.Told(mandate, 100m);
        await client.Announce(mandate, 100m);
        shared.Clock.GoTo(DayOfWeek.Thursday, 12);
        await client.Announce(mandate, 100m);
        shared.Clock.GoTo(DayOfWeek.Friday, 13);

        var (status, payment, _) = await client.Debit(mandate);
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(("processing", mandate, "3000"),
            (payment.Text("status"), payment.Text("mandateId"), payment.GetProperty("bankAccount").Text("last4")));
        Assert.False(payment.TryGetProperty("card", out _));

        shared.Clock.GoTo(DayOfWeek.Wednesday, 12);
        await gateway.NotifyOnce();
        Assert.Equal("processing", (await client.GetPayment(payment.Text("id"))).Text("status"));

        shared.Clock.Advance(TimeSpan.FromHours(2));
        await gateway.NotifyOnce();
        var paid = await client.GetPayment(payment.Text("id"));
        Assert.Equal("succeeded", paid.Text("status"));
        Assert.Equal("paid", (await client.GetJson($"/api/payments/orders/{payment.Text("orderId")}")).Text("status"));
        Assert.Equal(1, await gateway.UsesOf(mandate));
    }

    [Theory]
    [InlineData(MandateCalls.NoFunds, "INSUFFICIENT_FUNDS", "AM04")]
    [InlineData(MandateCalls.Closed, "BANK_ACCOUNT_CLOSED", "AC04")]
    public async Task A_debit_that_fails_gives_its_use_and_notice_back(string iban, string code, string processorCode)
    {
        var mandate = await client.NewMandate(more: new { noticeDays = 1, frequency = "monthly" }, iban: iban);
        await shared.Told(mandate, 100m);

        var payment = (await client.Debit(mandate)).Body;
        shared.Clock.Advance(TimeSpan.FromDays(5));
        await gateway.NotifyOnce();

        var failed = await client.GetPayment(payment.Text("id"));
        Assert.Equal(("requires_payment_method", code), (failed.Text("status"), failed.Text("failureCode")));
        Assert.Equal(processorCode, failed.GetProperty("charges")[0].Text("processorCode"));
        Assert.Equal(0, await gateway.UsesOf(mandate));
        var again = await client.Debit(mandate);
        Assert.Equal(HttpStatusCode.Accepted, again.Status);
    }

    [Fact]
    public async Task A_debit_comes_back_after_success_and_its_order_is_owed_again()
    {
        var payment = await Returned(refund: null);

        Assert.Equal(("failed", "BANK_DEBIT_RETURNED", 100m, 100m),
            (payment.Text("status"), payment.Text("failureCode"), payment.GetProperty("amountReturned").GetDecimal(),
                payment.GetProperty("amountCaptured").GetDecimal()));
        var order = await client.GetJson($"/api/payments/orders/{payment.Text("orderId")}");
        Assert.Equal(("unpaid", 100m, 0m),
            (order.Text("status"), order.GetProperty("amountDue").GetDecimal(), order.GetProperty("amountPaid").GetDecimal()));
        Assert.Equal(1, await gateway.EventsOf(payment.Text("id"), "payment.success"));
        Assert.Equal(1, await gateway.EventsOf(payment.Text("id"), "payment.failed"));
        Assert.Equal(1, await gateway.EventsOf(payment.Text("orderId"), "order.unpaid"));
        var refund = await client.Refund(payment.Text("id"), 10m);
        Assert.Equal("REFUND_NOT_ELIGIBLE", refund.Body.Code());
        Assert.Equal("INVALID_STATE", (await client.PayByCard(payment.Text("orderId"))).Body.Code());
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task What_was_refunded_does_not_come_back_once_more()
    {
        var payment = await Returned(refund: 30m);

        Assert.Equal((70m, 30m), (payment.GetProperty("amountReturned").GetDecimal(), payment.GetProperty("amountRefunded").GetDecimal()));
        var order = await client.GetJson($"/api/payments/orders/{payment.Text("orderId")}");
        Assert.Equal(("unpaid", 70m), (order.Text("status"), order.GetProperty("amountDue").GetDecimal()));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_refund_that_waits_for_approval_does_not_hold_the_return_up()
    {
        var payment = await Paid();
        var id = payment.Text("id");
        await client.Set(gateway.Shop, new { refundPolicy = new { approvalAbove = 0 } });
        var refund = (await client.Refund(id, 40m)).Body;
        await client.Set(gateway.Shop, new { refundPolicy = new { approvalAbove = 1_000_000 } });
        shared.Clock.Advance(TimeSpan.FromDays(5));
        await gateway.NotifyOnce();
        Assert.Equal(60m, (await client.GetPayment(id)).GetProperty("amountReturned").GetDecimal());

        var rejecter = await client.Command(refund.Text("id"), "reject", new { reason = "It came back" });
        Assert.Equal(HttpStatusCode.OK, rejecter.Status);
        shared.Clock.Advance(TimeSpan.FromHours(2));
        await gateway.ResolveOnce();

        Assert.Equal(100m, (await client.GetPayment(id)).GetProperty("amountReturned").GetDecimal());
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task The_message_of_a_return_may_come_twice()
    {
        var payment = await Returned(refund: null);
        await gateway.Execute(
            "UPDATE sandbox.notifications SET due_at = now() - interval '1 day', copies = 1 WHERE charge_key = @id",
            new { id = payment.GetProperty("charges")[0].Text("id") });
        await gateway.NotifyOnce();

        Assert.Equal(1, await gateway.EventsOf(payment.Text("id"), "payment.failed"));
        Assert.Equal(100m, (await client.GetPayment(payment.Text("id"))).GetProperty("amountReturned").GetDecimal());
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_debit_is_taken_back_when_the_customer_says_so_and_that_is_no_dispute()
    {
        var payment = await Paid();
        var chargeId = payment.GetProperty("charges")[0].Text("id");
        foreach (var refused in new object[] { new { kind = "inquiry" }, new { amount = 40m } })
        {
            Assert.Equal("VALIDATION_FAILED", (await client.TryOpenDispute(chargeId, refused)).Body.Code());
        }

        var (status, taken, _) = await client.TryOpenDispute(chargeId, behaviour: "duplicate_notification");

        Assert.Equal((HttpStatusCode.Created, false), (status, taken.TryGetProperty("disputeId", out _)));
        var returned = await client.GetPayment(payment.Text("id"));
        Assert.Equal(("failed", 100m, false),
            (returned.Text("status"), returned.GetProperty("amountReturned").GetDecimal(), returned.GetProperty("disputed").GetBoolean()));
        shared.Clock.Advance(TimeSpan.FromDays(5));
        await gateway.NotifyOnce();
        await gateway.ResolveOnce();
        Assert.Equal("CHARGE_NOT_FOUND", (await client.TryOpenDispute(chargeId)).Body.Code());
        Assert.Equal(1, await gateway.EventsOf(payment.Text("id"), "payment.failed"));
        await AssertNobodyAsks(chargeId);
    }

    [Theory]
    [InlineData(DisputeStanding.NeedsResponse, 100)]
    [InlineData(DisputeStanding.Lost, 100)]
    [InlineData(DisputeStanding.Won, 0)]
    [InlineData(DisputeStanding.WarningNeedsResponse, 0)]
    public async Task What_a_processor_calls_a_dispute_of_a_debit_is_its_return(DisputeStanding standing, int returned)
    {
        var payment = await Paid();
        var chargeId = payment.GetProperty("charges")[0].Text("id");
        var report = new DisputeReport(
            chargeId, $"dp_{chargeId}", 1, standing, Money.FromMajor(100m, Currency.EUR), Money.Zero(Currency.EUR), DisputeReason.General, "MD06", EvidenceDueBy: null);
        var message = new ConnectorNotification("msg", new Tenant(gateway.Shop.MerchantId, Mode.Test), new ConnectorNews.OfDispute(report));

        var refusal = await gateway.Get<NewsDispatcher>().Read("sandbox", message, Origin.Worker, CancellationToken.None);

        Assert.Equal(returned == 0 ? "NOT_SUPPORTED" : null, refusal?.Kind.Code);
        var heard = await client.GetPayment(payment.Text("id"));
        Assert.Equal(((decimal)returned, false), (Returned(heard), heard.GetProperty("disputed").GetBoolean()));
        // The same, by its proper name: booked once, and nobody is asked for the rest.
        shared.Clock.Advance(TimeSpan.FromDays(5));
        await gateway.NotifyOnce();
        await gateway.ResolveOnce();
        Assert.Equal(100m, Returned(await client.GetPayment(payment.Text("id"))));
        Assert.Equal(1, await gateway.EventsOf(payment.Text("id"), "payment.failed"));
        await AssertNobodyAsks(chargeId);

        static decimal Returned(System.Text.Json.JsonElement payment) =>
            payment.TryGetProperty("amountReturned", out var amount) ? amount.GetDecimal() : 0;
    }

    [Fact]
    public async Task A_debit_whose_answer_was_lost_is_asked_for()
    {
        var mandate = await client.NewMandate("ach_debit");
        var orderId = await client.CreateOrder(100m, new { currency = "USD" });
        var (status, payment, _) = await client.Post(
            "/api/payments", new { orderId, paymentMethod = "bank_debit", paymentDetails = new { mandateId = mandate } }, behaviour: "lost_answer");
        Assert.Equal((HttpStatusCode.Accepted, "processing"), (status, payment.Text("status")));

        shared.Clock.Advance(TimeSpan.FromDays(6));
        await gateway.ResolveOnce();

        Assert.Equal("succeeded", (await client.GetPayment(payment.Text("id"))).Text("status"));
        Assert.Equal((1L, 10000L), await gateway.AtProcessor(orderId));
    }

    [Fact]
    public async Task A_debit_cannot_be_held_and_is_not_made_in_another_currency()
    {
        var mandate = await client.NewMandate("ach_debit");
        var held = await client.DebitOrder(await client.CreateOrder(50m, new { currency = "USD", captureMethod = "manual" }), mandate);
        Assert.Equal("NOT_SUPPORTED", held.Body.Code());

        var rupees = await client.DebitOrder(await client.CreateOrder(50m), mandate);
        Assert.Equal("PAYMENT_METHOD_NOT_AVAILABLE", rupees.Body.Code());

        var euros = await client.DebitOrder(await client.CreateOrder(50m, new { currency = "EUR" }), mandate);
        Assert.Equal("VALIDATION_FAILED", euros.Body.Code());
    }

    [Theory]
    [InlineData("""{ "iban": "DE89370400440532013001" }""", "INVALID_BANK_ACCOUNT", "check digits")]
    [InlineData("""{ "iban": "NL91ABNA0417164300" }""", "INVALID_BANK_ACCOUNT", "test accounts")]
    [InlineData("""{ "routingNumber": "110000001", "accountNumber": "000123456789" }""", "INVALID_BANK_ACCOUNT", "check digit")]
    [InlineData("""{ "routingNumber": "021000021", "accountNumber": "000123456789" }""", "INVALID_BANK_ACCOUNT", "test accounts")]
    [InlineData("""{ "routingNumber": "110000000", "accountNumber": "12" }""", "INVALID_BANK_ACCOUNT", "4 to 17 digits")]
    [InlineData("""{ "iban": "DE89370400440532013000", "accountNumber": "1" }""", "VALIDATION_FAILED", "only one")]
    [InlineData("{}", "VALIDATION_FAILED", "only one")]
    public async Task Other_accounts_than_the_published_ones_are_refused(string account, string code, string sentence)
    {
        var (status, body, _) = await client.Tokenize(System.Text.Json.JsonDocument.Parse(account).RootElement);

        Assert.Equal((HttpStatusCode.BadRequest, code), (status, body.Code()));
        Assert.Contains(sentence, body.GetProperty("error").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_account_number_is_in_any_table_of_ours()
    {
        var mandate = await client.NewMandate(iban: "FR14 2004 1010 0505 0001 3M02 606");

        var kept = await gateway.Query<string>(
            """
            SELECT (SELECT json_agg(m)::text FROM mandates.mandates m) || (SELECT json_agg(t)::text FROM sandbox.bank_tokens t)
                || (SELECT json_agg(s)::text FROM sandbox.mandates s) || (SELECT json_agg(e)::text FROM events.events e)
            """);
        Assert.DoesNotContain("2004101005", kept, StringComparison.Ordinal);
        Assert.Contains(mandate, kept, StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113.7", await gateway.Query<string>(
            "SELECT json_agg(e)::text FROM events.events e WHERE subject_id = @mandate", new { mandate }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_debit_whose_return_is_heard_of_before_its_success_stays_unpaid()
    {
        var payment = (await client.Debit(await client.NewMandate("ach_debit"), currency: "USD")).Body;
        var (chargeId, all) = (payment.GetProperty("charges")[0].Text("id"), Money.FromMajor(100m, Currency.FromStored("USD")));
        var summary = new MethodSummary("bank_debit");

        await Hear(new ConnectorOutcome.Returned("ref", all, "BANK_DEBIT_RETURNED", "Back.", "R10", summary));
        await Hear(new ConnectorOutcome.Captured("ref", summary));

        var unpaid = await client.GetPayment(payment.Text("id"));
        Assert.Equal(("requires_payment_method", "BANK_DEBIT_RETURNED", 0m),
            (unpaid.Text("status"), unpaid.Text("failureCode"), unpaid.GetProperty("amountCaptured").GetDecimal()));
        Assert.Equal(0, await gateway.EventsOf(payment.Text("id"), "payment.success"));
        await AssertNobodyAsks(chargeId);

        async Task Hear(ConnectorOutcome outcome) => Assert.Null(await gateway.Get<NewsDispatcher>().Read(
            "sandbox", new("msg", new Tenant(gateway.Shop.MerchantId, Mode.Test), new ConnectorNews.OfCharge(chargeId, outcome)), Origin.Worker,
            CancellationToken.None));
    }

    private async Task AssertNobodyAsks(string chargeId)
    {
        Assert.True(await gateway.Query<bool>("SELECT check_at IS NULL FROM payments.charges WHERE id = @chargeId", new { chargeId }));
        await gateway.AssertBookHolds();
    }

    private async Task<System.Text.Json.JsonElement> Paid()
    {
        var mandate = await client.NewMandate(more: new { noticeDays = 1 }, iban: MandateCalls.ComesBack);
        await shared.Told(mandate, 100m);
        shared.Clock.GoTo(DayOfWeek.Monday, 9);
        var payment = (await client.Debit(mandate)).Body;
        shared.Clock.GoTo(DayOfWeek.Thursday, 10);
        await gateway.NotifyOnce();
        var paid = await client.GetPayment(payment.Text("id"));
        Assert.Equal("succeeded", paid.Text("status"));
        return paid;
    }

    private async Task<System.Text.Json.JsonElement> Returned(decimal? refund)
    {
        var payment = await Paid();
        if (refund is { } amount)
        {
            Assert.Equal(HttpStatusCode.Created, (await client.Refund(payment.Text("id"), amount)).Status);
        }

        shared.Clock.Advance(TimeSpan.FromDays(5));
        await gateway.NotifyOnce();
        return await client.GetPayment(payment.Text("id"));
    }
}
