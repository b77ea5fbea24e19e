using System.Net;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;

namespace PaymentGateway.Tests.Connectors.Sandbox;

public sealed class SandboxPagesTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string ChallengeCard = "4000002500003155";
    private const string ChallengeFailsCard = "4000000000002370";

    [Fact]
    public async Task The_bank_shows_amount_shop_and_last_four_under_a_strict_policy()
    {
        var (_, path) = await Ask(await sandbox.CardCall(ChallengeCard));

        using var answer = await sandbox.Browser.GetAsync(path);
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Contains("500.00 INR", html);
        Assert.Contains("FashionHub", html);
        Assert.Contains("ending in 3155", html);
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("style=", html);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; style-src 'self'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task The_right_password_pays_and_the_news_is_there_before_the_browser_is_back()
    {
        var (call, path) = await Ask(await sandbox.CardCall(ChallengeCard));

        using var answer = await Post(path, "approve", "1234");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("/checkout/order_1/return", answer.Headers.Location!.OriginalString);
        var news = Assert.Single(sandbox.Received(call.Key));
        Assert.Equal(SandboxServer.Shop, news.Tenant);
        Assert.IsType<ConnectorOutcome.Captured>(news.Outcome);
        Assert.Equal(WithoutTotal(await sandbox.Status(call.Key)), news.Outcome);
    }

    [Fact]
    public async Task A_manual_capture_is_only_authorized_by_the_password()
    {
        var (call, path) = await Ask(await sandbox.CardCall(ChallengeCard, capture: false));
        using var answer = await Post(path, "approve", "1234");
        Assert.IsType<ConnectorOutcome.Authorized>(Assert.Single(sandbox.Received(call.Key)).Outcome);
    }

    [Fact]
    public async Task Two_wrong_passwords_may_be_followed_by_the_right_one()
    {
        var (call, path) = await Ask(await sandbox.CardCall(ChallengeCard));

        using var first = await Post(path, "approve", "0000");
        Assert.Equal(path, first.Headers.Location!.OriginalString);
        Assert.Contains("2 tries left", await sandbox.Browser.GetStringAsync(path));
        using var second = await Post(path, "approve", "");
        Assert.Contains("1 try left", await sandbox.Browser.GetStringAsync(path));
        Assert.Empty(sandbox.Received(call.Key));
        using var third = await Post(path, "approve", "1234");

        Assert.IsType<ConnectorOutcome.Captured>(await sandbox.Status(call.Key));
    }

    [Theory]
    [InlineData(ChallengeCard, "0000")]
    [InlineData(ChallengeFailsCard, "1234")]
    public async Task The_third_wrong_password_ends_the_attempt(string number, string otp)
    {
        var (call, path) = await Ask(await sandbox.CardCall(number));
        for (var i = 0; i < 3; i++)
        {
            using var answer = await Post(path, "approve", otp);
        }

        var declined = Assert.IsType<ConnectorOutcome.Declined>(Assert.Single(sandbox.Received(call.Key)).Outcome);
        Assert.Equal(("CARD_AUTHENTICATION_FAILED", "wrong_password"), (declined.Code, declined.ProcessorCode));
    }

    [Fact]
    public async Task Who_refuses_needs_no_password_and_cannot_change_his_mind()
    {
        var (call, path) = await Ask(await sandbox.CardCall(ChallengeCard));

        using var refused = await Post(path, "refuse", "");
        using var late = await Post(path, "approve", "1234");

        var declined = Assert.IsType<ConnectorOutcome.Declined>(Assert.Single(sandbox.Received(call.Key)).Outcome);
        Assert.Equal("AUTHENTICATION_ABANDONED", declined.Code);
        Assert.IsType<ConnectorOutcome.Declined>(await sandbox.Status(call.Key));
        Assert.Contains("Already answered", await sandbox.Browser.GetStringAsync(path));
    }

    [Fact]
    public async Task Two_answers_at_once_are_one()
    {
        var (call, path) = await Ask(await sandbox.CardCall(ChallengeCard));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Post(path, i % 2 == 0 ? "approve" : "refuse", "1234")));
        Assert.Equal(WithoutTotal(await sandbox.Status(call.Key)), Assert.Single(sandbox.Received(call.Key)).Outcome);
    }

    [Fact]
    public async Task A_challenge_without_an_answer_is_over_after_ten_minutes()
    {
        var (call, path) = await Ask(await sandbox.CardCall(ChallengeCard));
        sandbox.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.IsType<ConnectorOutcome.ActionRequired>(await sandbox.Status(call.Key));

        sandbox.Clock.Advance(TimeSpan.FromSeconds(1));
        using var late = await Post(path, "approve", "1234");

        var declined = Assert.IsType<ConnectorOutcome.Declined>(Assert.Single(sandbox.Received(call.Key)).Outcome);
        Assert.Equal(("AUTHENTICATION_ABANDONED", "timed_out"), (declined.Code, declined.ProcessorCode));
    }

    [Fact]
    public async Task Closing_the_page_changes_nothing()
    {
        var (call, path) = await Ask(sandbox.Call(new Instrument.NetBanking("HDFC"), returnUrl: null));

        Assert.Contains($"href=\"{path}/closed\"", await sandbox.Browser.GetStringAsync(path));
        Assert.Contains("without an answer", await sandbox.Browser.GetStringAsync(path + "/closed"));

        Assert.IsType<ConnectorOutcome.ActionRequired>(await sandbox.Status(call.Key));
    }

    [Theory]
    [InlineData("approve", "captured")]
    [InlineData("refuse", "AUTHENTICATION_ABANDONED")]
    public async Task Bank_and_wallet_ask_without_a_password(string answer, string expected)
    {
        foreach (var instrument in new Instrument[] { new Instrument.NetBanking("SBIN"), new Instrument.Wallet("phonepe") })
        {
            var (call, path) = await Ask(sandbox.Call(instrument));
            Assert.DoesNotContain("otp", await sandbox.Browser.GetStringAsync(path));
            using var back = await Post(path, answer, "");
            Assert.Equal(expected, SandboxConnectorTests.WordOf(Assert.Single(sandbox.Received(call.Key)).Outcome));
        }
    }

    [Theory]
    [InlineData("collect", "approve", "captured")]
    [InlineData("intent", "approve", "captured")]
    [InlineData("qr", "refuse", "UPI_DECLINED")]
    public async Task The_upi_app_approves_and_declines(string flow, string answer, string expected)
    {
        var (call, path) = await Ask(sandbox.Call(new Instrument.Upi(flow, "asha@okbank")));
        using var back = await Post(path, answer, "");
        Assert.Equal(expected, SandboxConnectorTests.WordOf(Assert.Single(sandbox.Received(call.Key)).Outcome));
    }

    [Fact]
    public async Task An_upi_request_without_an_answer_is_over_after_five_minutes()
    {
        var call = sandbox.Call(new Instrument.Upi("qr", null));
        await sandbox.Authorize(call);
        sandbox.Clock.Advance(TimeSpan.FromMinutes(5));

        await sandbox.Notifier.RunDue(CancellationToken.None);

        Assert.Equal("UPI_TIMEOUT", SandboxConnectorTests.WordOf(Assert.Single(sandbox.Received(call.Key)).Outcome));
    }

    [Fact]
    public async Task A_pending_payment_settles_at_a_button()
    {
        var call = sandbox.Call(new Instrument.Upi("collect", Vpa.StaysPending));
        var pending = Assert.IsType<ConnectorOutcome.Pending>(await sandbox.Authorize(call));
        var path = $"/sandbox/upi/{pending.Reference}";
        Assert.Contains("Settle now", await sandbox.Browser.GetStringAsync(path));

        using var back = await Post(path, "approve", "");

        Assert.IsType<ConnectorOutcome.Captured>(Assert.Single(sandbox.Received(call.Key)).Outcome);
    }

    [Fact]
    public async Task Names_are_encoded_and_a_script_is_no_way_back()
    {
        var call = sandbox.Call(new Instrument.Wallet("paytm"), returnUrl: "javascript:alert(1)") with { MerchantName = "<b>Shop</b>" };
        var (_, path) = await Ask(call);

        var html = await sandbox.Browser.GetStringAsync(path);
        using var answer = await Post(path, "approve", "");

        Assert.Contains("&lt;b&gt;Shop", html);
        Assert.DoesNotContain("javascript:", html);
        Assert.Equal(path, answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_shop_on_another_host_may_be_returned_to()
    {
        var (_, path) = await Ask(sandbox.Call(new Instrument.Wallet("paytm"), returnUrl: "https://shop.example/thanks?order=1"));

        using var page = await sandbox.Browser.GetAsync(path);
        using var answer = await Post(path, "approve", "");

        Assert.Contains("form-action 'self' https://shop.example;", page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("https://shop.example/thanks?order=1", answer.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("/sandbox/bank/sbx_nothing")]
    [InlineData("/sandbox/upi/sbx_nothing")]
    public async Task An_unknown_payment_is_not_found(string path)
    {
        using var shown = await sandbox.Browser.GetAsync(path);
        using var answered = await Post(path, "approve", "1234");
        Assert.Equal(HttpStatusCode.NotFound, shown.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, answered.StatusCode);
    }

    private async Task<(AuthorizeCall Call, string Path)> Ask(AuthorizeCall call)
    {
        var asked = Assert.IsType<ConnectorOutcome.ActionRequired>(await sandbox.Authorize(call));
        return (call, new Uri(asked.Action.TestUrl ?? asked.Action.Url!).AbsolutePath);
    }

    /// <summary>As a message says it: the amounts are asked for.</summary>
    private static ConnectorOutcome WithoutTotal(ConnectorOutcome asked) =>
        asked is ConnectorOutcome.Captured captured ? captured with { Total = null } : asked;

    private Task<HttpResponseMessage> Post(string path, string answer, string otp) => sandbox.Browser.PostAsync(
        path, new FormUrlEncodedContent(new Dictionary<string, string> { ["answer"] = answer, ["otp"] = otp }));
}
