using System.Net;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Mandates;

/// <summary>Mandates over HTTP: what is agreed to, and what may be debited by it.</summary>
public sealed class MandatesApiTests(MandatesFixture shared) : IClassFixture<MandatesFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task A_mandate_says_what_was_agreed_and_tells_of_it()
    {
        var (status, body, response) = await client.AskMandate(more: new
        {
            frequency = "monthly",
            noticeDays = 2,
            metadata = new { contract = "C-1" },
        });

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal($"/api/payments/mandates/{body.Text("id")}", response.Headers.Location!.ToString());
        Assert.Equal(("active", "EUR", "bank_debit", 2, 1),
            (body.Text("status"), body.Text("currency"), body.Text("paymentMethod"), body.GetProperty("noticeDays").GetInt32(),
                body.GetProperty("usesMax").GetInt32()));
        Assert.Equal(("sepa", "DE", "203.0.113.7"),
            (body.GetProperty("bankAccount").Text("scheme"), body.GetProperty("bankAccount").Text("country"),
                body.GetProperty("acceptance").Text("ipAddress")));
        Assert.Equal(body.ToString(), (await client.GetMandate(body.Text("id"))).ToString());
        Assert.Equal(1, await gateway.EventsOf(body.Text("id"), "mandate.created"));
        Assert.Equal(1, await gateway.EventsOf(body.Text("id"), "mandate.updated"));
        Assert.Equal(2, await gateway.Query<long>("SELECT count(*) FROM audit.rows WHERE object_id = @id", new { id = body.Text("id") }));
    }

    [Theory]
    [InlineData("success@pgtestupi", HttpStatusCode.Created, "active", null)]
    [InlineData("failure@pgtestupi", HttpStatusCode.Created, "rejected", "UPI_DECLINED")]
    [InlineData("pending@pgtestupi", HttpStatusCode.Accepted, "pending", null)]
    public async Task The_payer_of_a_UPI_mandate_is_asked(string vpa, HttpStatusCode expected, string state, string? failure)
    {
        var (status, body, _) = await client.AskMandate("upi_autopay", new { vpa });

        Assert.Equal((expected, state), (status, body.Text("status")));
        Assert.Equal(failure, body.TryGetProperty("failureCode", out var code) ? code.GetString() : null);
        Assert.DoesNotContain(vpa, body.ToString(), StringComparison.Ordinal);
        if (state == "pending")
        {
            shared.Clock.Advance(TimeSpan.FromMinutes(5));
            await gateway.ResolveMandatesOnce();
            Assert.Equal("active", (await client.GetMandate(body.Text("id"))).Text("status"));
        }
    }

    [Theory]
    [InlineData("lost_answer", "active")]
    [InlineData("never_arrives", "rejected")]
    public async Task A_mandate_without_an_answer_is_pending_until_the_processor_says(string behaviour, string state)
    {
        var (status, body, _) = await client.AskMandate(behaviour: behaviour);
        Assert.Equal((HttpStatusCode.Accepted, "pending"), (status, body.Text("status")));

        for (var i = 0; i < 3; i++)
        {
            shared.Clock.Advance(TimeSpan.FromMinutes(3));
            await gateway.ResolveMandatesOnce();
        }

        Assert.Equal(state, (await client.GetMandate(body.Text("id"))).Text("status"));
    }

    [Fact]
    public async Task A_debit_needs_a_notice_of_its_amount_given_in_time()
    {
        var mandate = await client.NewMandate(more: new { noticeDays = 14 });
        Assert.Equal("MANDATE_NOTICE_REQUIRED", (await client.Debit(mandate)).Body.Code());

        var (status, notice, _) = await client.Announce(mandate, 100m);
        Assert.Equal(HttpStatusCode.Created, status);
        shared.Clock.Advance(TimeSpan.FromDays(13));
        var early = (await client.Debit(mandate)).Body;
        Assert.Equal("MANDATE_NOTICE_REQUIRED", early.Code());
        Assert.Equal(notice.Text("debitFrom"), early.GetProperty("error").GetProperty("details").Text("debitFrom"));

        shared.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("MANDATE_NOTICE_REQUIRED", (await client.Debit(mandate, 99m)).Body.Code());
        Assert.Equal(HttpStatusCode.Accepted, (await client.Debit(mandate)).Status);
        Assert.Equal("MANDATE_NOTICE_REQUIRED", (await client.Debit(mandate)).Body.Code());
        var used = (await client.GetJson($"{MandateCalls.Mandates}/{mandate}/notices")).GetProperty("data")[0];
        Assert.StartsWith("ch_", used.Text("chargeId"), StringComparison.Ordinal);
        Assert.Equal(1, await gateway.EventsOf(mandate, "mandate.notified"));
    }

    [Fact]
    public async Task A_notice_is_over_after_a_week_and_is_not_given_too_late()
    {
        var mandate = await client.NewMandate(more: new { noticeDays = 1 });
        var now = shared.Clock.GetUtcNow();
        Assert.Equal("VALIDATION_FAILED", (await client.Announce(mandate, 100m, now.AddHours(23))).Body.Code());
        Assert.Equal("MANDATE_LIMIT_EXCEEDED", (await client.Announce(mandate, 501m)).Body.Code());
        await client.Announce(mandate, 100m);

        shared.Clock.Advance(TimeSpan.FromDays(9));

        Assert.Equal("MANDATE_NOTICE_REQUIRED", (await client.Debit(mandate)).Body.Code());
        Assert.Equal("NOT_SUPPORTED", (await client.Announce(await client.NewMandate("ach_debit"), 10m)).Body.Code());
    }

    [Fact]
    public async Task The_limits_of_amount_count_and_time_are_kept()
    {
        var start = shared.Clock.GetUtcNow().AddDays(2);
        var mandate = await client.NewMandate("ach_debit", new { frequency = "daily", usesMax = 2, startsAt = start, endsAt = start.AddDays(5) });
        Assert.Equal("start", await Limit(100m));

        shared.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal("amount", await Limit(500.01m));
        Assert.Equal(HttpStatusCode.Accepted, (await client.Debit(mandate, 500m, "USD")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await client.Debit(mandate, 1m, "USD")).Status);
        Assert.Equal("count", await Limit(1m));

        shared.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(HttpStatusCode.Accepted, (await client.Debit(mandate, 1m, "USD")).Status);

        shared.Clock.Advance(TimeSpan.FromDays(4));
        var over = (await client.Debit(mandate, 1m, "USD")).Body;
        Assert.Equal(("MANDATE_NOT_ACTIVE", "expired"), (over.Code(), over.GetProperty("error").GetProperty("details").Text("status")));
        await gateway.ExpireMandatesOnce();
        Assert.Equal("expired", (await client.GetMandate(mandate)).Text("status"));
        Assert.Equal("INVALID_STATE", (await client.Revoke(mandate)).Body.Code());

        async Task<string> Limit(decimal amount)
        {
            var body = (await client.Debit(mandate, amount, "USD")).Body;
            Assert.Equal("MANDATE_LIMIT_EXCEEDED", body.Code());
            return body.GetProperty("error").GetProperty("details").Text("limit");
        }
    }

    [Fact]
    public async Task A_UPI_debit_above_the_limit_is_approved_by_the_payer_who_must_be_there()
    {
        var mandate = await client.NewMandate("upi_autopay", new { amountMax = 20_000m });
        await shared.Told(mandate, 15_000m);
        Assert.Equal("succeeded", (await client.Debit(mandate, 15_000m, "INR")).Body.Text("status"));

        await shared.Told(mandate, 15_000.01m);
        var (_, intent, _) = await client.Post("/api/payments/payment-intents", new { amount = 15_000.01m, currency = "INR" });
        var away = await client.Post($"/api/payments/payment-intents/{intent.Text("id")}/confirm",
            new { paymentMethod = "upi", paymentDetails = new { mandateId = mandate }, offSession = true });
        Assert.Equal("AUTHENTICATION_REQUIRED", away.Body.Code());

        var there = (await client.Debit(mandate, 15_000.01m, "INR")).Body;
        Assert.Equal("requires_action", there.Text("status"));
        await SandboxWorld.AnswerAtBank(there.GetProperty("nextAction").Text("testUrl"), "approve");
        Assert.Equal("succeeded", (await client.GetPayment(there.Text("id"))).Text("status"));
    }

    [Fact]
    public async Task A_trade_with_a_higher_limit_collects_without_the_payer()
    {
        var mandate = await client.NewMandate("upi_autopay", new { amountMax = 100_000m, category = "insurance" });
        await shared.Told(mandate, 90_000m);

        Assert.Equal("succeeded", (await client.Debit(mandate, 90_000m, "INR")).Body.Text("status"));
    }

    [Fact]
    public async Task A_revoked_mandate_is_not_debited_and_its_processor_knows()
    {
        var mandate = await client.NewMandate("ach_debit");

        var (status, body, _) = await client.Revoke(mandate);

        Assert.Equal((HttpStatusCode.OK, "revoked", "Moved"), (status, body.Text("status"), body.Text("revokeReason")));
        Assert.Equal("MANDATE_NOT_ACTIVE", (await client.Debit(mandate, 1m, "USD")).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.Revoke(mandate)).Body.Code());
        Assert.Equal("revoked", await gateway.Query<string>("SELECT state FROM sandbox.mandates WHERE key = @mandate", new { mandate }));
        Assert.Equal(0, await gateway.Query<long>(
            "SELECT count(*) FROM mandates.mandates WHERE id = @mandate AND check_at IS NOT NULL", new { mandate }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("duplicate_notification")]
    [InlineData("late_notification")]
    public async Task A_payer_who_ends_a_mandate_at_their_bank_is_heard(string? behaviour)
    {
        var mandate = await client.NewMandate("ach_debit");
        var path = $"/api/payments/sandbox/mandates/{mandate}/revoke";
        Assert.Equal("MANDATE_NOT_FOUND", (await shared.Other.Post(path, new { })).Body.Code());

        var (status, body, _) = await client.Call(HttpMethod.Post, path, behaviour: behaviour);

        Assert.Equal((HttpStatusCode.OK, behaviour == "late_notification" ? "active" : "revoked"), (status, body.Text("status")));
        shared.Clock.Advance(TimeSpan.FromMinutes(1));
        await gateway.NotifyOnce();
        var revoked = await client.GetMandate(mandate);
        Assert.Equal(("revoked", "revoked_by_payer"), (revoked.Text("status"), revoked.Text("revokeReason")));
        Assert.Equal(2, await gateway.EventsOf(mandate, "mandate.updated"));
        Assert.Equal("MANDATE_NOT_ACTIVE", (await client.Debit(mandate, 1m, "USD")).Body.Code());
        Assert.Equal(0, await gateway.Query<long>("SELECT count(*) FROM sandbox.notifications WHERE mandate_key = @mandate AND due_at IS NOT NULL",
            new { mandate }));
    }

    [Fact]
    public async Task A_mandate_that_the_sandbox_does_not_have_cannot_be_ended_there() => Assert.Equal("MANDATE_NOT_FOUND",
        (await client.Call(HttpMethod.Post, "/api/payments/sandbox/mandates/mandate_none/revoke")).Body.Code());

    [Fact]
    public async Task The_mandates_of_a_deleted_customer_end_and_nothing_says_from_where_they_agreed()
    {
        var customerId = await client.NewCustomer();
        var active = await client.NewMandate("ach_debit", new { customerId });
        var (_, lost, _) = await client.AskMandate("upi_autopay", new { customerId }, behaviour: "lost_answer");

        await client.Call(HttpMethod.Delete, $"/api/payments/customers/{customerId}");
        Assert.False((await client.GetMandate(active)).GetProperty("acceptance").TryGetProperty("ipAddress", out _));
        for (var i = 0; i < 3; i++)
        {
            await gateway.ResolveMandatesOnce();
            shared.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        foreach (var id in new[] { active, lost.Text("id") })
        {
            var ended = await client.GetMandate(id);
            Assert.Equal(("revoked", "customer_deleted", false), (ended.Text("status"), ended.Text("revokeReason"), ended.TryGetProperty("vpa", out _)));
            Assert.Equal("revoked", await gateway.Query<string>("SELECT state FROM sandbox.mandates WHERE key = @id", new { id }));
            Assert.Equal(0, await gateway.Query<long>(
                "SELECT count(*) FROM mandates.mandates WHERE id = @id AND (check_at IS NOT NULL OR acceptance_user_agent IS NOT NULL)", new { id }));
        }

        Assert.Equal(2, await gateway.EventsOf(active, "mandate.updated"));
    }

    [Fact]
    public async Task The_same_key_makes_one_mandate()
    {
        var customerId = await client.NewCustomer();
        var bankAccountToken = await client.BankToken(new { iban = MandateCalls.Good });
        var first = await client.AskMandate(more: new { customerId, bankAccountToken }, idempotencyKey: customerId);
        var second = await client.AskMandate(more: new { customerId, bankAccountToken }, idempotencyKey: customerId);

        Assert.Equal(first.Body.ToString(), second.Body.ToString());
        Assert.Equal("true", second.Response.Headers.GetValues("Idempotent-Replayed").Single());
    }

    [Fact]
    public async Task Mandates_are_listed_with_filters_and_of_their_own_merchant_only()
    {
        var customerId = await client.NewCustomer();
        var first = await client.NewMandate(more: new { customerId });
        var second = await client.NewMandate("ach_debit", new { customerId });
        await client.Revoke(second);

        Assert.Equal([second, first], await Ids($"customerId={customerId}"));
        Assert.Equal([first], await Ids($"customerId={customerId}&status=active"));
        Assert.Equal([second], await Ids($"customerId={customerId}&type=ach_debit"));
        Assert.Equal("VALIDATION_FAILED", (await client.Call(HttpMethod.Get, $"{MandateCalls.Mandates}?status=asleep")).Body.Code());

        Assert.Equal("MANDATE_NOT_FOUND", (await shared.Other.Call(HttpMethod.Get, $"{MandateCalls.Mandates}/{first}")).Body.Code());
        Assert.Equal("MANDATE_NOT_FOUND", (await shared.Other.Revoke(first)).Body.Code());
        Assert.Equal("MANDATE_NOT_FOUND", (await shared.Other.Announce(first, 1m)).Body.Code());
        Assert.Empty((await shared.Other.GetJson(MandateCalls.Mandates)).GetProperty("data").EnumerateArray());
        var foreign = await shared.Other.AskMandate(more: new { customerId });
        Assert.Equal("CUSTOMER_NOT_FOUND", foreign.Body.Code());

        async Task<string[]> Ids(string query) =>
            [.. (await client.GetJson($"{MandateCalls.Mandates}?{query}")).GetProperty("data").EnumerateArray().Select(m => m.Text("id"))];
    }

    [Fact]
    public async Task A_mandate_is_debited_for_its_customer_only_and_not_after_they_were_deleted()
    {
        var customerId = await client.NewCustomer();
        var mandate = await client.NewMandate("ach_debit", new { customerId });
        var another = await client.CreateOrder(5m, new { currency = "USD", customerId = await client.NewCustomer() });
        Assert.Equal("VALIDATION_FAILED", (await client.DebitOrder(another, mandate)).Body.Code());

        await client.Call(HttpMethod.Delete, $"/api/payments/customers/{customerId}");

        Assert.Equal("CUSTOMER_NOT_FOUND", (await client.Debit(mandate, 5m, "USD")).Body.Code());
    }

    [Theory]
    [InlineData("customerId", "asha")]
    [InlineData("type", "paper")]
    [InlineData("noticeDays", 0)]
    [InlineData("usesMax", 0)]
    [InlineData("endsAt", "2020-01-01T00:00:00Z")]
    [InlineData("vpa", "a@b")]
    [InlineData("category", "insurance")]
    [InlineData("amountMax", null)]
    public async Task What_is_wrong_is_named(string field, object? value)
    {
        var fields = new Dictionary<string, object?>
        {
            ["customerId"] = await client.NewCustomer(),
            ["type"] = "sepa_debit",
            ["amountMax"] = 10m,
            ["bankAccountToken"] = "tok_none",
            ["acceptance"] = new { type = "offline" },
            [field] = value,
        };

        var (status, body, _) = await client.Post(MandateCalls.Mandates, fields);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(field, body.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_another_scheme_or_of_nobody_is_rejected()
    {
        var wrong = await client.AskMandate(more: new
        {
            bankAccountToken = await client.BankToken(new { routingNumber = "110000000", accountNumber = "000123456789" }),
        });
        Assert.Equal(("rejected", "INVALID_BANK_ACCOUNT"), (wrong.Body.Text("status"), wrong.Body.Text("failureCode")));

        var unknown = await client.AskMandate(more: new { bankAccountToken = "tok_none" });
        Assert.Equal(("rejected", "INVALID_TOKEN"), (unknown.Body.Text("status"), unknown.Body.Text("failureCode")));
    }
}
