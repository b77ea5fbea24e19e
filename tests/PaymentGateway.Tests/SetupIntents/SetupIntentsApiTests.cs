using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PaymentGateway.Tests.Customers;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.SetupIntents;

/// <summary>Set-ups over HTTP: a way to pay is ready for later, and nothing was charged.</summary>
public sealed class SetupIntentsApiTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    /// <summary>Card, status or failure code, transStatus, eci.</summary>
    public static TheoryData<string, string, string?, string?> Cards => new()
    {
        { "4242424242424242", "succeeded", null, null },
        { "4000000000002701", "succeeded", "Y", "05" },
        { "5200000000002235", "succeeded", "Y", "02" },
        { "4000000000002719", "succeeded", "A", "06" },
        { "5200000000002482", "succeeded", "A", "01" },
        { "4000000000002420", "succeeded", "U", "07" },
        { "5200000000002664", "succeeded", "U", "00" },
        { "4000000000002925", "CARD_AUTHENTICATION_FAILED", "N", "07" },
        { "5200000000002276", "CARD_AUTHENTICATION_FAILED", "N", "00" },
        { "4000000000002537", "CARD_AUTHENTICATION_REJECTED", "R", "07" },
        { "5200000000002185", "CARD_AUTHENTICATION_REJECTED", "R", "00" },
        { "4000000000002644", "CARD_AUTHENTICATION_UNAVAILABLE", null, null },
        { "5200000000002656", "CARD_AUTHENTICATION_UNAVAILABLE", null, null },
        { "4000000000002503", "requires_action", "C", null },
        { "5200000000002490", "requires_action", "C", null },
        { "4000000000000002", "CARD_DECLINED", null, null },
        { "4000000000000069", "CARD_EXPIRED", null, null },
        { "4000000000000127", "INVALID_CVV", null, null },

        // No money is asked for, so what is only about money comes up with the first payment.
        { "4000000000000341", "succeeded", null, null },
        { "4000000000006975", "succeeded", null, null },
    };

    [Theory, MemberData(nameof(Cards))]
    public async Task Every_card_is_checked_as_the_table_says(string number, string expected, string? transStatus, string? eci)
    {
        var (status, body, _) = await client.SetUp(number);
        var setup = body.Setup();

        Assert.Equal(expected, status == HttpStatusCode.PaymentRequired ? body.Code() : setup.Text("status"));
        Assert.Equal(status == HttpStatusCode.PaymentRequired ? "requires_payment_method" : expected, setup.Text("status"));
        Assert.Equal(status == HttpStatusCode.PaymentRequired ? expected : null, setup.Optional("lastError") is null ? null : setup.GetProperty("lastError").Text("code"));
        Assert.Equal(transStatus, setup.TryGetProperty("threeDSecure", out var said) ? said.Optional("transStatus") : null);
        Assert.Equal(eci, setup.TryGetProperty("threeDSecure", out said) ? said.Optional("eci") : null);
        Assert.Equal(expected == "succeeded", setup.Optional("paymentMethodId") is not null);
        Assert.Equal(expected == "succeeded" ? 1 : 0, (await client.Methods(setup.Text("customerId"))).Length);
    }

    [Fact]
    public async Task What_was_set_up_pays_later_and_nothing_was_charged_before()
    {
        var (status, setup, response) = await client.SetUp("4000000000002701", new { metadata = new { contract = "C-1" }, usage = "on_session" });

        Assert.Equal((HttpStatusCode.Created, $"{SetupCalls.Setups}/{setup.Text("id")}"), (status, response.Headers.Location!.ToString()));
        Assert.Equal(("on_session", "card", "2701", "C-1", setup.Text("id")), (setup.Text("usage"), setup.Text("paymentMethod"),
            setup.GetProperty("card").Text("last4"), setup.GetProperty("metadata").Text("contract"), setup.Text("setupIntentId")));
        Assert.Equal(setup.ToString(), (await client.GetSetup(setup.Text("id"))).ToString());
        Assert.Equal(0L, await gateway.Query<long>(
            "SELECT sum(amount + captured)::bigint FROM sandbox.charges WHERE key LIKE @key", new { key = setup.Text("id") + "-%" }));

        var (_, paid, _) = await client.PaySaved(setup.Text("customerId"), setup.Text("paymentMethodId"));
        Assert.Equal("succeeded", paid.Text("status"));
        Assert.Equal((1, 1, 0), (await Events(setup, "created"), await Events(setup, "succeeded"), await Events(setup, "failed")));
        Assert.True(await gateway.Query<long>("SELECT count(*) FROM audit.rows WHERE object_id = @id", new { id = setup.Text("id") }) >= 3);
    }

    [Theory]
    [InlineData("4000000000002503", "1234", "succeeded", "passed")]
    [InlineData("4000000000002370", "1234", "CARD_AUTHENTICATION_FAILED", "failed")]
    [InlineData("5200000000002151", "0000", "CARD_AUTHENTICATION_FAILED", "failed")]
    [InlineData("5200000000002151", "cancel", "AUTHENTICATION_ABANDONED", "canceled")]
    public async Task A_challenge_ends_as_the_card_holder_answers(string number, string otp, string expected, string outcome)
    {
        var (_, setup, _) = await client.SetUp(number);
        Assert.Equal("three_d_secure", setup.GetProperty("nextAction").Text("type"));
        for (var i = 0; i < 3; i++)
        {
            await SandboxWorld.AnswerAtBank(setup.GetProperty("nextAction").Text("url"), otp == "cancel" ? "refuse" : "approve", otp);
        }

        var ended = await client.GetSetup(setup.Text("id"));
        Assert.Equal(expected, ended.TryGetProperty("lastError", out var error) ? error.Text("code") : ended.Text("status"));
        Assert.Equal(outcome, ended.GetProperty("threeDSecure").Text("challengeOutcome"));
        Assert.False(ended.TryGetProperty("nextAction", out _));
        Assert.Equal((1, expected == "succeeded" ? 1 : 0, expected == "succeeded" ? 0 : 1),
            (await Events(setup, "requires_action"), await Events(setup, "succeeded"), await Events(setup, "failed")));
    }

    [Fact]
    public async Task A_challenge_without_an_answer_has_timed_out_and_another_attempt_may_follow()
    {
        var (_, setup, _) = await client.SetUp(SetupCalls.Challenged);
        shared.Clock.Advance(TimeSpan.FromMinutes(10));
        await gateway.NotifyOnce();
        Assert.Equal("AUTHENTICATION_ABANDONED", (await client.GetSetup(setup.Text("id"))).GetProperty("lastError").Text("code"));

        var (status, again, _) = await client.ConfirmCard(setup.Text("id"));

        Assert.Equal((HttpStatusCode.OK, "succeeded", "2"), (status, again.Text("status"), again.Optional("attempts")));
        Assert.False(again.TryGetProperty("lastError", out _));
    }

    [Fact]
    public async Task The_browser_is_not_believed_and_comes_back_to_the_merchants_page()
    {
        var (_, setup, _) = await client.SetUp(SetupCalls.Challenged, new { returnUrl = "https://shop.example/kept" }, "three_d_secure_contradiction");
        var (cres, note, action) = await setup.AnswerByProtocol();

        var (status, location) = await SetupCalls.ComeBack(action, cres, note);

        Assert.Equal((HttpStatusCode.SeeOther, "https://shop.example/kept"), (status, location));
        Assert.EndsWith("/three-d-secure/setup-return", action, StringComparison.Ordinal);
        Assert.Equal("CARD_AUTHENTICATION_FAILED", (await client.GetSetup(setup.Text("id"))).GetProperty("lastError").Text("code"));
        Assert.Equal(HttpStatusCode.BadRequest, (await SetupCalls.ComeBack(action, cres, note[..^2] + "aa")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SetupCalls.ComeBack(action, "nonsense", note)).Status);
    }

    [Fact]
    public async Task A_result_that_never_comes_is_asked_for_when_the_browser_is_back_or_by_the_worker()
    {
        var (_, first, _) = await client.SetUp(SetupCalls.Challenged, behaviour: "three_d_secure_result_lost");
        var (cres, note, action) = await first.AnswerByProtocol();
        Assert.Equal("requires_action", (await client.GetSetup(first.Text("id"))).Text("status"));
        await SetupCalls.ComeBack(action, cres, note);
        Assert.Equal("succeeded", (await client.GetSetup(first.Text("id"))).Text("status"));

        var (_, second, _) = await client.SetUp(SetupCalls.Challenged, behaviour: "three_d_secure_result_lost");
        await second.AnswerByProtocol();
        await Until(second.Text("id"), "succeeded");
    }

    [Theory]
    [InlineData("lost_answer", "succeeded", null)]
    [InlineData("never_arrives", "requires_payment_method", "GATEWAY_TIMEOUT")]
    [InlineData("error_500", "requires_payment_method", "GATEWAY_TIMEOUT")]
    [InlineData("pending", "succeeded", null)]
    public async Task Without_an_answer_it_is_processing_until_the_processor_says(string behaviour, string expected, string? failure)
    {
        var (status, setup, _) = await client.SetUp(behaviour: behaviour);
        Assert.Equal((HttpStatusCode.Accepted, "processing"), (status, setup.Text("status")));
        Assert.Equal("INVALID_STATE", (await client.CancelSetup(setup.Text("id"))).Body.Code());

        var ended = await Until(setup.Text("id"), expected);

        Assert.Equal(failure, ended.TryGetProperty("lastError", out var error) ? error.Text("code") : null);
        Assert.Equal(expected == "succeeded" ? 1 : 0, (await client.Methods(setup.Text("customerId"))).Length);
    }

    [Theory]
    [InlineData("duplicate_notification")]
    [InlineData("late_notification")]
    public async Task Messages_that_come_twice_or_late_change_nothing(string behaviour)
    {
        var (_, setup, _) = await client.SetUp(behaviour: behaviour);
        Assert.Equal("succeeded", setup.Text("status"));
        shared.Clock.Advance(TimeSpan.FromSeconds(30));
        await gateway.NotifyOnce();

        Assert.Equal(setup.ToString(), (await client.GetSetup(setup.Text("id"))).ToString());
        Assert.Single(await client.Methods(setup.Text("customerId")));
    }

    [Fact]
    public async Task A_server_that_died_between_the_yes_and_the_saving_leaves_it_to_the_worker()
    {
        var (_, setup, _) = await client.SetUp();
        var method = setup.Text("paymentMethodId");

        // As it stands after the commit of the processor's word, and before the method is saved.
        await gateway.Execute("DELETE FROM sandbox.saved_methods WHERE key = @method", new { method });
        await gateway.Execute(
            """
            UPDATE customers.customers c SET methods_count = 0, default_payment_method_id = NULL, version = c.version + 1
            FROM customers.payment_methods m WHERE m.id = @method AND c.id = m.customer_id
            """, new { method });
        await gateway.Execute(
            """
            UPDATE customers.payment_methods SET state = 'saving', reference = NULL, fingerprint = NULL, attached_at = NULL, expires_at = NULL,
                notice_at = NULL, has_place = false, check_at = created_at, source = @source, version = version + 1
            WHERE id = @method
            """, new { method, source = $$"""{"kind":"charge","chargeKey":"{{setup.Text("id")}}-1"}""" });
        await gateway.Execute(
            """
            UPDATE setup_intents.setup_intents SET state = 'processing', succeeded_at = NULL, check_at = created_at, version = version + 1
            WHERE payment_method_id = @method
            """, new { method });

        Assert.False((await client.GetSetup(setup.Text("id"))).TryGetProperty("paymentMethodId", out _));
        await gateway.ResolveSetupsOnce();

        Assert.Equal(method, (await client.GetSetup(setup.Text("id"))).Text("paymentMethodId"));
        Assert.Equal("active", (await client.Method(method)).Text("status"));
    }

    [Fact]
    public async Task A_card_that_the_customer_has_already_is_that_one()
    {
        var (customerId, method) = await client.CustomerWithCard();

        var (_, setup, _) = await client.SetUp(more: new { customerId });

        Assert.Equal(("succeeded", method), (setup.Text("status"), setup.Text("paymentMethodId")));
        Assert.Single(await client.Methods(customerId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_card_that_is_just_being_saved_is_not_named_before_it_can_be_paid_with(bool isKept)
    {
        var customerId = await client.CreateCustomer();
        var twin = (await client.AttachCard(customerId, behaviour: "lost_answer")).Body.Text("id");

        var (status, setup, _) = await client.SetUp(more: new { customerId });

        Assert.Equal((HttpStatusCode.Accepted, "processing"), (status, setup.Text("status")));
        if (!isKept)
        {
            await client.Detach(twin);
        }

        for (var turn = 0; turn < 2; turn++)
        {
            await gateway.Execute(
                """
                UPDATE customers.payment_methods SET check_at = created_at WHERE customer_id = @customerId AND check_at IS NOT NULL;
                UPDATE setup_intents.setup_intents SET check_at = created_at WHERE customer_id = @customerId AND check_at IS NOT NULL
                """, new { customerId });
            await gateway.ResolveMethodsOnce();
            await gateway.ResolveSetupsOnce();
        }

        setup = await client.GetSetup(setup.Text("id"));
        var kept = Assert.Single(await client.Methods(customerId));
        Assert.Equal(("succeeded", kept.Text("id")), (setup.Text("status"), setup.Text("paymentMethodId")));
        Assert.Equal(("active", isKept), (kept.Text("status"), kept.Text("id") == twin));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_customer_without_room_is_refused_before_anybody_is_asked()
    {
        var customerId = await client.CreateCustomer();
        await gateway.Execute("UPDATE customers.customers SET methods_count = 20, version = version + 1 WHERE id = @customerId", new { customerId });
        var (status, body, _) = await client.SetUp(more: new { customerId });
        await gateway.Execute("UPDATE customers.customers SET methods_count = 0, version = version + 1 WHERE id = @customerId", new { customerId });

        Assert.Equal((HttpStatusCode.Conflict, "TOO_MANY_PAYMENT_METHODS"), (status, body.Code()));
    }

    [Fact]
    public async Task A_rejected_card_is_not_asked_about_again_but_another_is()
    {
        var (_, body, _) = await client.SetUp("4000000000002537");
        var id = body.Setup().Text("id");

        Assert.Equal("CARD_AUTHENTICATION_REJECTED", (await client.ConfirmCard(id, "4000000000002537")).Body.Code());
        Assert.Equal(1L, await gateway.Query<long>("SELECT attempts::bigint FROM setup_intents.setup_intents WHERE id = @id", new { id }));
        Assert.Equal(HttpStatusCode.OK, (await client.ConfirmCard(id)).Status);
    }

    [Fact]
    public async Task The_merchant_may_stop_what_could_not_be_authenticated()
    {
        using var shop = gateway.ClientOf(gateway.Shops[2]);
        await shop.Call(HttpMethod.Patch, $"/api/payments/merchants/{gateway.Shops[2].MerchantId}", new { threeDSecure = new { onUnavailable = "stop" } });

        Assert.Equal("CARD_AUTHENTICATION_UNAVAILABLE", (await shop.SetUp("4000000000002420")).Body.Code());
    }

    [Theory]
    [InlineData("success@pgtestupi", "succeeded")]
    [InlineData("failure@pgtestupi", "UPI_DECLINED")]
    [InlineData("asha@okbank", "requires_action")]
    public async Task The_payer_of_a_UPI_address_is_asked(string vpa, string expected)
    {
        var (status, body, _) = await client.SetUp(more: new { paymentMethod = "upi", paymentDetails = new { vpa } });
        var setup = body.Setup();
        Assert.Equal(expected, status == HttpStatusCode.PaymentRequired ? body.Code() : setup.Text("status"));
        if (expected == "requires_action")
        {
            await SandboxWorld.AnswerAtBank(setup.GetProperty("nextAction").Text("testUrl"), "approve");
            setup = await client.GetSetup(setup.Text("id"));
        }

        if (setup.Text("status") == "succeeded")
        {
            Assert.Equal(vpa[..2] + "***" + vpa[vpa.IndexOf('@', StringComparison.Ordinal)..], setup.Text("vpa"));
            Assert.Equal("upi", (await client.Method(setup.Text("paymentMethodId"))).Text("type"));
        }
    }

    // Choosing, confirming, canceling

    [Fact]
    public async Task What_is_chosen_waits_for_the_confirmation_and_may_be_replaced_by_it()
    {
        var empty = await client.NewSetup();
        Assert.Equal(("requires_payment_method", "off_session", "0"), (empty.Text("status"), empty.Text("usage"), empty.Optional("attempts")));
        Assert.Equal("VALIDATION_FAILED", (await client.Post($"{SetupCalls.Setups}/{empty.Text("id")}/confirm", new { })).Body.Code());

        var chosen = await client.NewSetup(new { paymentMethod = "card", paymentDetails = new { cardToken = await client.Token("4000000000000002") } });
        Assert.Equal(("requires_confirmation", "card"), (chosen.Text("status"), chosen.Text("paymentMethod")));

        Assert.Equal("CARD_DECLINED", (await client.Post($"{SetupCalls.Setups}/{chosen.Text("id")}/confirm", new { })).Body.Code());
        Assert.Equal("succeeded", (await client.ConfirmCard(chosen.Text("id"))).Body.Text("status"));
        Assert.Equal("INVALID_STATE", (await client.ConfirmCard(chosen.Text("id"))).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.CancelSetup(chosen.Text("id"))).Body.Code());
    }

    [Fact]
    public async Task A_canceled_one_is_over_at_the_processor_too()
    {
        var (_, setup, _) = await client.SetUp(SetupCalls.Challenged);

        var (status, canceled, _) = await client.CancelSetup(setup.Text("id"));

        Assert.Equal((HttpStatusCode.OK, "canceled", "Changed their mind"),
            (status, canceled.Text("status"), canceled.Text("cancellationReason")));
        await SandboxWorld.AnswerAtBank(setup.GetProperty("nextAction").Text("url"), "approve");
        Assert.Equal("voided", await gateway.Query<string>("SELECT state FROM sandbox.charges WHERE key = @key", new { key = setup.Text("id") + "-1" }));
        Assert.Equal(0L, await gateway.Query<long>(
            "SELECT count(*) FROM setup_intents.setup_intents WHERE id = @id AND check_at IS NOT NULL", new { id = setup.Text("id") }));
        Assert.Equal("INVALID_STATE", (await client.ConfirmCard(setup.Text("id"))).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.CancelSetup(setup.Text("id"))).Body.Code());
        Assert.Equal(1, await Events(setup, "canceled"));
        Assert.Empty(await client.Methods(setup.Text("customerId")));
    }

    // Mandates

    [Fact]
    public async Task A_bank_account_is_set_up_as_a_mandate()
    {
        var (_, token, _) = await client.Post("/api/payments/tokens", new { bankAccount = new { iban = "DE89370400440532013000" } });
        var (status, setup, _) = await client.SetUp(more: new
        {
            paymentMethod = "bank_debit",
            paymentDetails = new { bankAccountToken = token.Text("bankAccountToken") },
            mandate = new { type = "sepa_debit", amountMax = 100.5m, frequency = "monthly", acceptance = new { type = "offline" } },
        });

        Assert.True(status == HttpStatusCode.Created, setup.ToString());
        Assert.Equal(("succeeded", "sepa"), (setup.Text("status"), setup.GetProperty("bankAccount").Text("scheme")));
        Assert.False(setup.TryGetProperty("paymentMethodId", out _));
        var mandate = await client.GetJson($"/api/payments/mandates/{setup.Text("mandateId")}");
        Assert.Equal(("active", 100.5m, setup.Text("customerId")),
            (mandate.Text("status"), mandate.GetProperty("amountMax").GetDecimal(), mandate.Text("customerId")));
    }

    [Theory]
    [InlineData("success@pgtestupi", "succeeded")]
    [InlineData("failure@pgtestupi", "UPI_DECLINED")]
    [InlineData("pending@pgtestupi", "processing")]
    public async Task UPI_AutoPay_is_set_up_when_the_payer_agrees(string vpa, string expected)
    {
        var chosen = await client.NewSetup(new
        {
            paymentMethod = "upi",
            paymentDetails = new { vpa },
            mandate = new { amountMax = 999m, acceptance = new { type = "offline" } },
        });
        var (status, body, _) = await client.Post($"{SetupCalls.Setups}/{chosen.Text("id")}/confirm", new { });

        Assert.Equal(expected, status == HttpStatusCode.PaymentRequired ? body.Code() : body.Text("status"));
        if (expected == "processing")
        {
            shared.Clock.Advance(TimeSpan.FromMinutes(5));
            await gateway.Get<PaymentGateway.Mandates.MandateResolver>().RunOnce(CancellationToken.None);
            await Until(chosen.Text("id"), "succeeded");
        }
    }

    [Fact]
    public async Task A_mandate_whose_answer_was_lost_is_found_again()
    {
        var (_, setup, _) = await client.SetUp(behaviour: "lost_answer", more: new
        {
            paymentMethod = "upi",
            paymentDetails = new { vpa = "success@pgtestupi" },
            mandate = new { amountMax = 999m, acceptance = new { type = "offline" } },
        });
        Assert.Equal("processing", setup.Text("status"));
        for (var i = 0; i < 3; i++)
        {
            shared.Clock.Advance(TimeSpan.FromMinutes(3));
            await gateway.Get<PaymentGateway.Mandates.MandateResolver>().RunOnce(CancellationToken.None);
        }

        Assert.StartsWith("mandate_", (await Until(setup.Text("id"), "succeeded")).Text("mandateId"), StringComparison.Ordinal);
    }

    // Who may see and do what

    [Fact]
    public async Task A_page_confirms_with_the_client_secret_and_sees_no_more_than_it_must()
    {
        var setup = await client.NewSetup();
        var id = setup.Text("id");
        using var page = new HttpClient { BaseAddress = gateway.Address };
        page.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", gateway.Shop.ApiKey);

        Assert.Equal("UNAUTHORIZED_ACCESS", (await page.Call(HttpMethod.Get, $"{SetupCalls.Setups}/{id}")).Body.Code());
        Assert.Equal("UNAUTHORIZED_ACCESS", (await page.ConfirmCard(id)).Body.Code());
        Assert.Equal(HttpStatusCode.Forbidden, (await page.Post(SetupCalls.Setups, new { })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await page.CancelSetup(id)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await page.Call(HttpMethod.Get, SetupCalls.Setups)).Status);
        var clientSecret = setup.Text("clientSecret");
        var asked = await page.Post($"{SetupCalls.Setups}/{id}/confirm", new
        {
            clientSecret,
            paymentMethod = "upi",
            paymentDetails = new { vpa = "success@pgtestupi" },
            mandate = new { amountMax = 1m, acceptance = new { type = "offline" } },
        });
        Assert.Equal("VALIDATION_FAILED", asked.Body.Code());

        var (status, seen, _) = await page.Post($"{SetupCalls.Setups}/{id}/confirm", new
        {
            clientSecret,
            paymentMethod = "card",
            paymentDetails = new { cardToken = await client.Token("4242424242424242"), browser = new { language = "en-IN", colorDepth = 24 } },
        });

        Assert.Equal((HttpStatusCode.OK, "succeeded"), (status, seen.Text("status")));
        Assert.All(new[] { "customerId", "metadata", "clientSecret", "connector" }, hidden => Assert.False(seen.TryGetProperty(hidden, out _)));
        Assert.Equal(HttpStatusCode.OK, (await page.Call(HttpMethod.Get, $"{SetupCalls.Setups}/{id}?clientSecret={clientSecret}")).Status);
    }

    [Fact]
    public async Task Another_tenant_finds_nothing()
    {
        using var other = gateway.ClientOf(gateway.Shops[1]);
        var setup = await client.NewSetup();
        var id = setup.Text("id");

        Assert.Equal("SETUP_INTENT_NOT_FOUND", (await other.Call(HttpMethod.Get, $"{SetupCalls.Setups}/{id}")).Body.Code());
        Assert.Equal("SETUP_INTENT_NOT_FOUND", (await other.ConfirmCard(id)).Body.Code());
        Assert.Equal("SETUP_INTENT_NOT_FOUND", (await other.CancelSetup(id)).Body.Code());
        Assert.Equal("CUSTOMER_NOT_FOUND", (await other.SetUp(more: new { customerId = setup.Text("customerId") })).Body.Code());
        Assert.DoesNotContain(id, (await other.GetJson($"{SetupCalls.Setups}?limit=100")).ToString(), StringComparison.Ordinal);
        Assert.Equal("SETUP_INTENT_NOT_FOUND", (await client.Call(HttpMethod.Get, $"{SetupCalls.Setups}/seti_none")).Body.Code());
    }

    [Fact]
    public async Task Set_ups_are_listed_newest_first_by_customer_state_and_time()
    {
        var customerId = await client.CreateCustomer();
        var first = (await client.SetUp(more: new { customerId })).Body.Text("id");
        shared.Clock.Advance(TimeSpan.FromHours(1));
        var border = shared.Clock.GetUtcNow();
        shared.Clock.Advance(TimeSpan.FromHours(1));
        var second = (await client.NewSetup(new { customerId })).Text("id");
        var time = Uri.EscapeDataString(border.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal([second, first], await Ids($"customerId={customerId}"));
        Assert.Equal([first], await Ids($"customerId={customerId}&status=succeeded"));
        Assert.Equal([second], await Ids($"customerId={customerId}&status=requires_payment_method"));
        Assert.Equal([second], await Ids($"customerId={customerId}&createdFrom={time}"));
        Assert.Equal([first], await Ids($"customerId={customerId}&createdTo={time}"));
        var page = await client.GetJson($"{SetupCalls.Setups}?customerId={customerId}&limit=1");
        Assert.Equal([first], await Ids($"customerId={customerId}&cursor={page.Text("nextCursor")}"));
        Assert.Equal("VALIDATION_FAILED", (await client.Call(HttpMethod.Get, $"{SetupCalls.Setups}?status=asleep")).Body.Code());
        Assert.Equal("UNKNOWN_FIELD", (await client.Call(HttpMethod.Get, $"{SetupCalls.Setups}?colour=red")).Body.Code());

        async Task<string[]> Ids(string query) =>
            [.. (await client.GetJson($"{SetupCalls.Setups}?{query}")).GetProperty("data").EnumerateArray().Select(s => s.Text("id"))];
    }

    [Fact]
    public async Task The_same_key_sets_up_once()
    {
        var customerId = await client.CreateCustomer();
        var body = new { customerId, paymentMethod = "card", paymentDetails = new { cardToken = await client.Token("4242424242424242") }, confirm = true };
        var first = await client.Post(SetupCalls.Setups, body, customerId);
        var second = await client.Post(SetupCalls.Setups, body, customerId);
        Assert.Equal((first.Body.ToString(), "true"), (second.Body.ToString(), second.Response.Headers.GetValues("Idempotent-Replayed").Single()));
        Assert.Equal("IDEMPOTENCY_KEY_REUSED", (await client.Post(SetupCalls.Setups, new { customerId }, customerId)).Body.Code());

        var id = (await client.NewSetup(new { customerId })).Text("id");
        var canceled = await client.CancelSetup(id, id);
        Assert.Equal(canceled.Body.ToString(), (await client.CancelSetup(id, id)).Body.ToString());
    }

    [Theory]
    [InlineData("""{ "customerId": "asha" }""", "customerId")]
    [InlineData("""{ "colour": "red" }""", "colour")]
    [InlineData("""{ "usage": "sometimes" }""", "usage")]
    [InlineData("""{ "confirm": true }""", "paymentMethod")]
    [InlineData("""{ "returnUrl": "javascript:alert(1)" }""", "returnUrl")]
    [InlineData("""{ "metadata": [] }""", "metadata")]
    [InlineData("""{ "paymentMethod": "netbanking" }""", "paymentMethod")]
    [InlineData("""{ "paymentMethod": "card" }""", "paymentDetails.cardToken")]
    [InlineData("""{ "paymentMethod": "card", "paymentDetails": { "cardToken": "t", "vpa": "a@b" } }""", "paymentDetails.vpa")]
    [InlineData("""{ "paymentMethod": "upi", "paymentDetails": { "vpa": "no address" } }""", "paymentDetails.vpa")]
    [InlineData("""{ "paymentMethod": "card", "paymentDetails": { "cardToken": "t" }, "mandate": { } }""", "mandate")]
    [InlineData("""{ "paymentMethod": "bank_debit", "paymentDetails": { "bankAccountToken": "t" } }""", "mandate")]
    [InlineData("""{ "paymentMethod": "bank_debit", "paymentDetails": { "bankAccountToken": "t" }, "mandate": { "type": "upi_autopay" } }""", "paymentDetails.bankAccountToken")]
    [InlineData("""{ "paymentMethod": "upi", "paymentDetails": { "vpa": "asha@okbank" }, "mandate": { "amountMax": 5 } }""", "mandate.acceptance.type")]
    [InlineData("""{ "paymentMethod": "card", "paymentDetails": { "cardToken": "t", "browser": { "colorDepth": 0 } }, "confirm": true }""", "paymentDetails.browser.colorDepth")]
    [InlineData("""{ "paymentMethod": "card", "paymentDetails": { "cardToken": "t" }, "threeDSecure": { "request": "any" } }""", "threeDSecure")]
    [InlineData("""{ "paymentMethod": "card", "paymentDetails": { "cardToken": "t" }, "confirm": true, "threeDSecure": { "exemption": "low_value" } }""", "threeDSecure.exemption")]
    public async Task What_is_wrong_is_named(string json, string field)
    {
        var sent = JsonDocument.Parse(json).RootElement.EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value);
        sent.TryAdd("customerId", await client.CreateCustomer());

        var (status, body, _) = await client.Post(SetupCalls.Setups, sent);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(body.GetProperty("error").GetProperty("details").GetProperty("fields").TryGetProperty(field, out _), body.ToString());
    }

    [Fact]
    public async Task A_card_number_is_refused_and_a_token_of_nobody_is_declined()
    {
        var (status, body, _) = await client.SetUp(more: new { metadata = new { note = "4111111111111111" } });
        Assert.Equal((HttpStatusCode.BadRequest, "CARD_DATA_REFUSED"), (status, body.Code()));
        Assert.Equal("INVALID_TOKEN", (await client.SetUp(more: new { paymentDetails = new { cardToken = "tok_none" } })).Body.Code());
    }

    // Customers who go

    [Fact]
    public async Task Set_ups_of_a_deleted_customer_are_canceled_and_erased()
    {
        var customerId = await client.CreateCustomer();
        var (_, acting, _) = await client.SetUp(SetupCalls.Challenged, new { customerId });
        var (_, unanswered, _) = await client.SetUp("5555555555554444", new { customerId }, behaviour: "lost_answer");
        var chosen = await client.NewSetup(new
        {
            customerId,
            paymentMethod = "upi",
            paymentDetails = new { vpa = "zebedee@okbank" },
            metadata = new { tier = "gold" },
        });
        var (_, done, _) = await client.SetUp(more: new { customerId });

        await client.Call(HttpMethod.Delete, $"/api/payments/customers/{customerId}");
        Assert.Equal("CUSTOMER_NOT_FOUND", (await client.ConfirmCard(chosen.Text("id"))).Body.Code());
        await gateway.ResolveSetupsOnce();

        foreach (var setup in new[] { acting, unanswered, chosen })
        {
            var canceled = await client.GetSetup(setup.Text("id"));
            Assert.Equal(("canceled", "customer_deleted"), (canceled.Text("status"), canceled.Text("cancellationReason")));
            Assert.Equal(1, await Events(setup, "canceled"));
        }

        Assert.Equal("succeeded", (await client.GetSetup(done.Text("id"))).Text("status"));
        Assert.Equal(0L, await gateway.Query<long>(
            """
            SELECT count(*) FROM setup_intents.setup_intents s
            WHERE customer_id = @customerId AND (choice IS NOT NULL OR summary IS NOT NULL OR metadata <> '{}' OR s::text LIKE '%zebedee%')
            """, new { customerId }));
        await SandboxWorld.AnswerAtBank(acting.GetProperty("nextAction").Text("url"), "approve");
        for (var i = 0; i < 3; i++)
        {
            shared.Clock.Advance(TimeSpan.FromMinutes(2));
            await gateway.ResolveSetupsOnce();
        }

        Assert.Equal(0L, await gateway.Query<long>(
            "SELECT count(*) FROM setup_intents.setup_intents WHERE customer_id = @customerId AND check_at IS NOT NULL", new { customerId }));
        Assert.Equal(0L, await gateway.Query<long>(
            "SELECT count(*) FROM customers.payment_methods WHERE customer_id = @customerId AND state IN ('saving', 'active')", new { customerId }));
        Assert.Equal(["voided", "voided"], new[] { acting, unanswered }.Select(s => gateway.Query<string>(
            "SELECT state FROM sandbox.charges WHERE key = @key", new { key = s.Text("id") + "-1" }).GetAwaiter().GetResult()));
    }

    private async Task<JsonElement> Until(string id, string status)
    {
        for (var round = 0; round < 10 && (await client.GetSetup(id)).Text("status") != status; round++)
        {
            shared.Clock.Advance(TimeSpan.FromMinutes(1));
            await gateway.ResolveSetupsOnce();
        }

        var setup = await client.GetSetup(id);
        Assert.Equal(status, setup.Text("status"));
        return setup;
    }

    private Task<long> Events(JsonElement setup, string verb) => gateway.EventsOf(setup.Text("id"), $"setup.{verb}");
}
