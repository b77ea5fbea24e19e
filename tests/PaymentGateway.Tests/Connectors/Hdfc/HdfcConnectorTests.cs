using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Hdfc;
using PaymentGateway.Database;
using PaymentGateway.Tests.Conformance;
using static PaymentGateway.Tests.Conformance.HdfcKit;

namespace PaymentGateway.Tests.Connectors.Hdfc;

/// <summary>What is SmartGateway's own, before its simulator; what all connectors do is tried by the kit.</summary>
public sealed class HdfcConnectorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task Run(Func<HdfcKit, Task> test)
    {
        await using var kit = await StartHdfc();
        await test(kit);
        await kit.AssertRequestsFit();
        Assert.Equal(0, (int)(await kit.Simulator.Look())["answerViolations"]!);
    }

    private static AuthorizeCall Call(HdfcKit kit, decimal amount = 100) => kit.Call(Page, amount, capture: true);

    private static async Task<(AuthorizeCall Call, ConnectorOutcome.ActionRequired Asks)> Open(HdfcKit kit, decimal amount = 100)
    {
        var call = Call(kit, amount);
        return (call, Assert.IsType<ConnectorOutcome.ActionRequired>(await kit.Connector.Authorize(call, Cancel)));
    }

    private static Task<ConnectorOutcome> Status(HdfcKit kit, AuthorizeCall call) => kit.Connector.Status(new(kit.Tenant, call.Key, null), Cancel);

    private static async Task<AuthorizeCall> Charged(HdfcKit kit, decimal amount = 100)
    {
        var (call, asks) = await Open(kit, amount);
        await PagePayer.WithCard().Pay(asks.Action);
        Assert.IsType<ConnectorOutcome.Captured>(await Status(kit, call));
        return call;
    }

    [Fact]
    public Task A_payment_is_a_page_and_the_order_carries_our_key() => Run(async kit =>
    {
        var call = Call(kit, 100.15m) with { Payer = new("cus_1", "asha@example.com", "+91 98765 43210") };
        var asks = Assert.IsType<ConnectorOutcome.ActionRequired>(await kit.Connector.Authorize(call, Cancel));
        Assert.Equal(("redirect_to_url", HdfcIds.OrderIdOf(call.Key)), (asks.Action.Type, asks.Reference));
        Assert.InRange(asks.Action.ExpiresAt!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(16));
        var order = Assert.Single(JsonDocument.Parse((await kit.Simulator.Look("/objects/order")).ToJsonString()).RootElement.EnumerateArray());
        Assert.Equal((call.Key, "cus_1", "asha@example.com", "9876543210"), (order.Text("udf6"), order.Text("customer_id"), order.Text("customer_email"), order.Text("customer_phone")));
        Assert.Equal(100.15m, order.At("amount").GetDecimal());
    });

    [Fact]
    public Task What_was_paid_with_is_told_afterwards() => Run(async kit =>
    {
        foreach (var (payer, summary) in new (PagePayer, MethodSummary)[]
        {
            (PagePayer.WithCard(), new("card", "visa", "1097", "credit")),
            (PagePayer.WithUpi("success@upi"), new("upi", Vpa: "su***@upi")),
            (PagePayer.With("NB", "NB_HDFC", "success"), new("netbanking", Bank: "HDFC")),
            (PagePayer.With("WALLET", "PAYTM", "success"), new("wallet", Wallet: "paytm")),
        })
        {
            var (call, asks) = await Open(kit);
            await payer.Pay(asks.Action);
            Assert.Equal(summary, Assert.IsType<ConnectorOutcome.Captured>(await Status(kit, call)).Summary);
        }
    });

    [Fact]
    public Task The_browser_comes_back_with_a_signature_that_fits() => Run(async kit =>
    {
        var (_, asks) = await Open(kit);
        var back = await PagePayer.WithCard().Pay(asks.Action);
        var fields = QueryHelpers.ParseQuery(back!.Query).Select(field => new KeyValuePair<string, string>(field.Key, field.Value.ToString())).ToList();
        Assert.True(HdfcReturn.Verify(fields, "TESTRESPONSEKEY00000000000000001"));
        Assert.Contains(new("status", "CHARGED"), fields);
        Assert.False(HdfcReturn.Verify(fields, "ANOTHERKEY"));
    });

    [Fact]
    public Task Pending_is_neither_yes_nor_no_until_the_bank_has_said_it() => Run(async kit =>
    {
        var (call, asks) = await Open(kit, 700);
        await PagePayer.WithCard(outcome: "by_amount").Pay(asks.Action);
        Assert.IsType<ConnectorOutcome.Pending>(await Status(kit, call));
        await kit.LetTimePass(TimeSpan.FromSeconds(10));
        Assert.Equal(kit.Amount(700), Assert.IsType<ConnectorOutcome.Captured>(await Status(kit, call)).Total);
    });

    [Fact]
    public Task A_wrong_one_time_password_is_a_failed_authentication() => Run(async kit =>
    {
        var (call, asks) = await Open(kit);
        await kit.Answer(asks.Action, passes: false);
        Assert.Equal("CARD_AUTHENTICATION_FAILED", Assert.IsType<ConnectorOutcome.Declined>(await Status(kit, call)).Code);
    });

    [Fact]
    public Task Money_that_UPI_may_have_moved_waits() => Run(async kit =>
    {
        var (call, asks) = await Open(kit);
        await PagePayer.WithUpi("deemed@upi").Pay(asks.Action);
        Assert.Equal("RB", Assert.IsType<ConnectorOutcome.Pending>(await Status(kit, call)).ProcessorCode);
        await kit.LetTimePass(TimeSpan.FromSeconds(10));
        Assert.IsType<ConnectorOutcome.Captured>(await Status(kit, call));
    });

    [Fact]
    public Task Another_amount_is_told_as_what_it_is() => Run(async kit =>
    {
        var call = await Charged(kit);
        // The same key for another amount: the order that is there counts.
        var again = Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Authorize(call with { Amount = kit.Amount(7) }, Cancel));
        Assert.Equal(kit.Amount(100), again.Total);
    });

    [Fact]
    public Task The_same_key_with_another_amount_opens_no_second_page() => Run(async kit =>
    {
        var (call, asks) = await Open(kit);
        var other = Assert.IsType<ConnectorOutcome.ActionRequired>(await kit.Connector.Authorize(call with { Amount = kit.Amount(7) }, Cancel));
        Assert.Equal(asks.Action.Url, other.Action.Url);
        Assert.Equal((1, kit.Amount(0)), await kit.AtProcessor(call.Key));
    });

    [Fact]
    public Task Held_and_off_session_payments_are_declined_unasked() => Run(async kit =>
    {
        var held = Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Authorize(Call(kit) with { Capture = false }, Cancel));
        Assert.Equal("NOT_SUPPORTED", held.Code);
        var alone = Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Authorize(Call(kit) with { OffSession = true }, Cancel));
        Assert.Equal("AUTHENTICATION_REQUIRED", alone.Code);
        Assert.Empty((await kit.Simulator.Look("/objects/order")).AsArray());
    });

    [Fact]
    public Task A_void_waits_until_the_page_is_over() => Run(async kit =>
    {
        var (call, asks) = await Open(kit);
        var giveUp = new FollowUpCall(kit.Tenant, kit.NewKey("op"), call.Key, asks.Reference, call.Amount, null, ActionExpiresAt: asks.Action.ExpiresAt);
        Assert.IsType<ConnectorOutcome.Pending>(await kit.Connector.Void(giveUp, Cancel));
        var later = kit.With(kit.Account, new ManualClock(asks.Action.ExpiresAt!.Value.AddMinutes(2)));
        Assert.IsType<ConnectorOutcome.Voided>(await later.Void(giveUp, Cancel));
        // Where the answer with that time was lost, a day.
        Assert.IsType<ConnectorOutcome.Pending>(await later.Void(giveUp with { ActionExpiresAt = null }, Cancel));
        var nextDay = kit.With(kit.Account, new ManualClock(asks.Action.ExpiresAt!.Value.AddDays(1)));
        Assert.IsType<ConnectorOutcome.Voided>(await nextDay.Void(giveUp with { ActionExpiresAt = null }, Cancel));
    });

    [Fact]
    public Task A_payer_who_was_faster_than_the_void_has_paid() => Run(async kit =>
    {
        var (call, asks) = await Open(kit);
        await PagePayer.WithCard().Pay(asks.Action);
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Void(
            new(kit.Tenant, kit.NewKey("op"), call.Key, asks.Reference, call.Amount, null, ActionExpiresAt: asks.Action.ExpiresAt), Cancel));
    });

    [Fact]
    public Task A_key_that_never_arrived_is_over_after_four_minutes() => Run(async kit =>
    {
        var close = new FollowUpCall(kit.Tenant, kit.NewKey("op"), kit.NewKey(), null, kit.Amount(1), null);
        Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Void(close, Cancel));
        var later = kit.With(kit.Account, new ManualClock(TimeProvider.System.GetUtcNow().AddMinutes(5)));
        Assert.IsType<ConnectorOutcome.Voided>(await later.Void(close, Cancel));
    });

    [Fact]
    public Task Money_that_the_bank_gave_back_by_itself_came_back() => Run(async kit =>
    {
        var call = await Charged(kit);
        await kit.SetStatus(call.Key, "AUTO_REFUNDED");
        var back = Assert.IsType<ConnectorOutcome.Returned>(await Status(kit, call));
        Assert.Equal((kit.Amount(100), "AUTO_REFUNDED"), (back.Amount, back.ProcessorCode));
    });

    [Theory]
    [InlineData("xml")]
    [InlineData("form")]
    public Task Answers_in_other_formats_are_understood(string format) => Run(async kit =>
    {
        await kit.AnswerIn(format);
        var call = await Charged(kit, 100.5m);
        Assert.Equal(kit.Amount(100.5m), Assert.IsType<ConnectorOutcome.Captured>(await Status(kit, call)).Total);
        var refund = new RefundCall(kit.Tenant, kit.NewKey("re"), call.Key, null, kit.Amount(0.5m), "other", null);
        Assert.IsType<RefundOutcome.Pending>(await kit.Connector.Refund(refund, Cancel));
        Assert.IsType<RefundOutcome.Failed>(await kit.Connector.Refund(refund with { Key = kit.NewKey("re"), Amount = kit.Amount(1000) }, Cancel));
        await kit.LetTimePass(TimeSpan.FromMinutes(1));
        Assert.IsType<RefundOutcome.Succeeded>(await kit.Connector.RefundStatus(new(kit.Tenant, refund.Key, call.Key, null), Cancel));
        Assert.IsType<ConnectorOutcome.NotFound>(await kit.Connector.Status(new(kit.Tenant, kit.NewKey(), null), Cancel));
    });

    [Fact]
    public Task A_broken_or_malformed_refund_is_unknown_and_never_sent_twice() => Run(async kit =>
    {
        var call = await Charged(kit);
        var refund = new RefundCall(kit.Tenant, kit.NewKey("re"), call.Key, null, kit.Amount(10), "other", null);
        await kit.Simulator.Control("/faults", new { kind = "malformed", method = "POST", path = "/refunds", times = 1 });
        Assert.IsType<RefundOutcome.Unknown>(await kit.Connector.Refund(refund, Cancel));
        Assert.IsType<RefundOutcome.Pending>(await kit.Connector.RefundStatus(new(kit.Tenant, refund.Key, call.Key, null), Cancel));
        Assert.IsType<RefundOutcome.Pending>(await kit.Connector.Refund(refund, Cancel));
        Assert.Single((await kit.Simulator.Look("/objects/order"))[0]!["refunds"]!.AsArray());
    });

    [Fact]
    public Task A_refund_that_people_look_at_is_pending() => Run(async kit =>
    {
        var call = await Charged(kit);
        await kit.Simulator.Control("", new { @do = "next_refund", outcome = "manual_review" });
        var refund = new RefundCall(kit.Tenant, kit.NewKey("re"), call.Key, null, kit.Amount(10), "other", null);
        await kit.Connector.Refund(refund, Cancel);
        await kit.LetTimePass(TimeSpan.FromMinutes(1));
        Assert.IsType<RefundOutcome.Pending>(await kit.Connector.RefundStatus(new(kit.Tenant, refund.Key, call.Key, null), Cancel));
    });

    [Fact]
    public Task Refunds_that_race_with_one_key_are_one() => Run(async kit =>
    {
        var call = await Charged(kit);
        var refund = new RefundCall(kit.Tenant, kit.NewKey("re"), call.Key, null, kit.Amount(60), "other", null);
        var all = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => kit.Connector.Refund(refund, Cancel)));
        Assert.All(all, outcome => Assert.IsType<RefundOutcome.Pending>(outcome));
        Assert.Single((await kit.Simulator.Look("/objects/order"))[0]!["refunds"]!.AsArray());
    });

    [Fact]
    public Task Keys_that_are_refused_are_told_apart_from_no_answer() => Run(async kit =>
    {
        var wrong = kit.AccountWith((HdfcKeys.ApiKey, "wrongkey"));
        Assert.False((await kit.Connector.TestConnection(wrong, Cancel)).IsOk);
        Assert.False((await kit.Connector.TestConnection(kit.AccountWith((HdfcKeys.ApiKey, "forbidden")), Cancel)).IsOk);
        var declined = Assert.IsType<ConnectorOutcome.Declined>(await kit.With(wrong).Authorize(Call(kit), Cancel));
        Assert.Equal(("PROCESSOR_REJECTED", "UNAUTHENTICATED"), (declined.Code, declined.ProcessorCode));
        await kit.Simulator.Control("/faults", new { kind = "status", status = 503 });
        Assert.Null((await kit.Connector.TestConnection(kit.Account, Cancel)).IsOk);
    });

    [Fact]
    public Task Encrypted_calls_do_the_same() => Run(async kit =>
    {
        var connector = kit.With(await Encrypted(kit, "sha256"));
        Assert.Contains("encrypted", (await connector.TestConnection(await Encrypted(kit, "sha256"), Cancel)).Sentence, StringComparison.Ordinal);
    });

    [Fact]
    public Task An_encrypted_payment_is_taken_asked_about_and_refunded() => Run(async kit =>
    {
        var connector = kit.With(await Encrypted(kit, "sha256"));
        var call = Call(kit);
        var asks = Assert.IsType<ConnectorOutcome.ActionRequired>(await connector.Authorize(call, Cancel));
        await PagePayer.WithCard().Pay(asks.Action);
        Assert.IsType<ConnectorOutcome.Captured>(await connector.Status(new(kit.Tenant, call.Key, null), Cancel));
        Assert.IsType<ConnectorOutcome.NotFound>(await connector.Status(new(kit.Tenant, kit.NewKey(), null), Cancel));
        var refund = new RefundCall(kit.Tenant, kit.NewKey("re"), call.Key, null, kit.Amount(10), "other", null);
        Assert.IsType<RefundOutcome.Pending>(await connector.Refund(refund, Cancel));
        Assert.DoesNotContain((await kit.Simulator.Look("/journal"))["requests"]!.AsArray(), one => (string)one!["path"]! == "/session");
    });

    [Fact]
    public Task An_answer_whose_key_is_wrapped_by_SHA1_is_no_answer() => Run(async kit =>
    {
        var connector = kit.With(await Encrypted(kit, "sha1"));
        Assert.IsType<ConnectorOutcome.Unknown>(await connector.Authorize(Call(kit), Cancel));
    });

    [Fact]
    public Task Calls_that_another_key_has_signed_are_refused() => Run(async kit =>
    {
        var account = await Encrypted(kit, "sha256");
        using var stranger = RSA.Create(2048);
        var fields = new Dictionary<string, string>(account.Fields) { [HdfcKeys.MerchantPrivateKey] = stranger.ExportPkcs8PrivateKeyPem() };
        Assert.False((await kit.Connector.TestConnection(account with { Fields = fields }, Cancel)).IsOk);
    });

    private static async Task<ProcessorAccount> Encrypted(HdfcKit kit, string replyOaep)
    {
        using var own = RSA.Create(2048);
        var bank = await kit.Dashboard(new { @do = "dashboard", merchant = Merchant, keyId = "key_1", publicKey = own.ExportSubjectPublicKeyInfoPem(), replyOaep });
        return kit.AccountWith(
            (HdfcKeys.KeyId, "key_1"), (HdfcKeys.GatewayPublicKey, (string)bank["gatewayPublicKey"]!), (HdfcKeys.MerchantPrivateKey, own.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void A_webhook_fits_by_its_user_and_password_alone()
    {
        var account = new ProcessorAccount("pacc_1", new("M", Mode.Test), "hdfc", new Dictionary<string, string>
        {
            [HdfcKeys.WebhookUser] = "webhook_user",
            [HdfcKeys.WebhookPassword] = "s3cret",
        });
        Assert.True(HdfcConnector.Fits("Basic d2ViaG9va191c2VyOnMzY3JldA==", account));
        Assert.False(HdfcConnector.Fits("Basic d2ViaG9va191c2VyOnMzY3JldB==", account));
        Assert.False(HdfcConnector.Fits("Bearer d2ViaG9va191c2VyOnMzY3JldA==", account));
        Assert.False(HdfcConnector.Fits("", account));
        Assert.False(HdfcConnector.Fits(null, account));
        Assert.False(HdfcConnector.Fits("Basic Og==", account with { Fields = new Dictionary<string, string>() }));
    }

    [Fact]
    public void The_API_key_is_sent_without_a_colon() => Assert.Equal("VEVTVEFQSUtFWTAx", HdfcClient.Credentials("TESTAPIKEY01"));

    [Fact]
    public Task A_webhook_says_which_order_and_the_order_says_the_rest() => Run(async kit =>
    {
        var call = await Charged(kit);
        // Whatever the message claims, the bank is asked.
        var news = Assert.Single(await Read(kit, "ORDER_FAILED", HdfcIds.OrderIdOf(call.Key)));
        Assert.IsType<ConnectorOutcome.Captured>(Assert.IsType<ConnectorNews.OfCharge>(news).Outcome);
        Assert.Equal(call.Key, news.Key);
        Assert.NotEmpty(await Read(kit, "NAME_OF_TOMORROW", HdfcIds.OrderIdOf(call.Key)));
    });

    [Fact]
    public Task A_webhook_about_refunds_tells_of_each_by_our_key() => Run(async kit =>
    {
        var call = await Charged(kit);
        var keys = new[] { kit.NewKey("re"), kit.NewKey("re") };
        foreach (var key in keys)
        {
            await kit.Connector.Refund(new(kit.Tenant, key, call.Key, null, kit.Amount(10), "other", null), Cancel);
        }

        await kit.LetTimePass(TimeSpan.FromMinutes(1));
        var news = await Read(kit, "ORDER_REFUNDED", HdfcIds.OrderIdOf(call.Key));
        Assert.Equal(keys, news.Select(one => one.Key));
        Assert.All(news, one => Assert.IsType<RefundOutcome.Succeeded>(Assert.IsType<ConnectorNews.OfRefund>(one).Outcome));
    });

    [Fact]
    public Task Messages_about_others_orders_and_mandates_say_nothing_here() => Run(async kit =>
    {
        var (call, _) = await Open(kit);
        Assert.Empty(await Read(kit, "TXN_CREATED", HdfcIds.OrderIdOf(call.Key)));
        Assert.Empty(await Read(kit, "ORDER_SUCCEEDED", "NOTHERE"));
        Assert.Empty(await Read(kit, "MANDATE_CREATED", HdfcIds.OrderIdOf(call.Key)));
        Assert.Empty(await Read(kit, "ORDER_SUCCEEDED", null));
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/orders")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["order_id"] = "FOREIGN1", ["amount"] = "1", ["udf6"] = call.Key }),
        };
        foreign.Headers.Add("x-merchantid", Merchant);
        foreign.Headers.Add("Authorization", $"Basic {HdfcClient.Credentials("kitkey")}");
        using var made = await kit.Simulator.Http.SendAsync(foreign, Cancel);
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        await kit.Simulator.Control("", new { @do = "set_status", order = "FOREIGN1", status = "CHARGED" });
        Assert.Empty(await Read(kit, "ORDER_SUCCEEDED", "FOREIGN1"));
    });

    private static Task<IReadOnlyList<ConnectorNews>> Read(HdfcKit kit, string name, string? orderId)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { id = "evt_V2_1", event_name = name, content = new { order = new { order_id = orderId, status = "CHARGED" } } });
        return kit.Connector.Read(kit.Tenant, new(new Dictionary<string, string>(), body, TimeProvider.System.GetUtcNow()), Cancel);
    }

    [Theory]
    [InlineData(Mode.Test, null, "https://smartgateway.hdfcuat.bank.in")]
    [InlineData(Mode.Live, null, "https://smartgateway.hdfc.bank.in")]
    [InlineData(Mode.Live, "hdfcbank.com", "https://smartgateway.hdfcbank.com")]
    [InlineData(Mode.Test, "juspay.in", "https://sandbox.juspay.in")]
    public async Task The_account_says_under_which_name_the_bank_is_called(Mode mode, string? hosts, string expected)
    {
        var called = new List<Uri>();
        var fields = new Dictionary<string, string> { [HdfcKeys.MerchantId] = "m", [HdfcKeys.ApiKey] = "k", [HdfcKeys.ClientId] = "c" };
        if (hosts is not null)
        {
            fields[HdfcKeys.Hosts] = hosts;
        }

        var account = new ProcessorAccount("pacc_1", new("M", mode), "hdfc", fields);
        using var handler = new Recording(called);
        using var http = new HttpClient(handler);
        var client = new HdfcClient(
            new(http, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<ProcessorHttp>.Instance), new ConnectorSettings().Hdfc, new TestAccounts(account));
        await client.GetOrder(account, "A1", Cancel);
        Assert.Equal(new Uri(new Uri(expected), "/orders/A1"), Assert.Single(called));
    }

    /// <summary>Answers without a network.</summary>
    private sealed class Recording(List<Uri> called) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            called.Add(request.RequestUri!);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("{}", Encoding.UTF8, "application/json") });
        }
    }
}
