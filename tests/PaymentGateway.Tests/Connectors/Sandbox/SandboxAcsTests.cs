using System.Net;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Connectors.Sandbox;

/// <summary>The pretended issuer and its authorizer, by themselves.</summary>
public sealed class SandboxAcsTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string Frictionless = "4000000000002701";
    private const string Challenged = "4000002500003155";

    [Fact]
    public void A_proof_is_twenty_bytes_and_the_same_every_time()
    {
        var keys = sandbox.Service<SandboxKeys>();
        var id = NewId();
        Assert.Equal(28, keys.ProofOf(id).Length);
        Assert.Equal(20, Convert.FromBase64String(keys.ProofOf(id)).Length);
        Assert.Equal(keys.ProofOf(id), keys.ProofOf(id));
        Assert.NotEqual(keys.ProofOf(id), keys.ProofOf(NewId()));
        Assert.True(SandboxAuthorizer.IsReal(keys, id, keys.ProofOf(id)));
        Assert.False(SandboxAuthorizer.IsReal(keys, id, keys.ProofOf(NewId())));
        Assert.False(SandboxAuthorizer.IsReal(keys, id, null));
        Assert.True(Guid.TryParseExact(keys.TransIdOf("ds", id), "D", out _));
        Assert.NotEqual(keys.TransIdOf("ds", id), keys.TransIdOf("acs", id));
    }

    [Fact]
    public async Task A_proof_pays_once()
    {
        var id = NewId();
        Assert.IsType<ConnectorOutcome.Captured>(await Pay(Frictionless, id));
        Assert.Equal("proof_used", await DeclineOf(Frictionless, id));
        Assert.Equal("proof_of_another_card", await DeclineOf("5200000000002235", id));
        Assert.Equal("proof_of_another_amount", await DeclineOf(Frictionless, id, amount: 500.01m));
        Assert.Equal("proof_of_another_currency", await DeclineOf(Frictionless, id, currency: Currency.USD));
    }

    [Fact]
    public async Task A_declined_proof_moves_no_money_and_stays_declined()
    {
        var id = NewId();
        await Pay(Frictionless, id);
        var call = await CallWith(Frictionless, id);
        Assert.IsType<ConnectorOutcome.Declined>(await sandbox.Authorize(call));
        Assert.IsType<ConnectorOutcome.Declined>(await sandbox.Authorize(call));
        Assert.IsType<ConnectorOutcome.Declined>(await sandbox.Status(call.Key));
    }

    [Fact]
    public async Task A_repeat_of_the_same_call_uses_the_proof_no_second_time()
    {
        var call = await CallWith(Frictionless, NewId());
        Assert.Equal(await sandbox.Authorize(call), await sandbox.Authorize(call));
        Assert.IsType<ConnectorOutcome.Captured>(await sandbox.Status(call.Key));
    }

    [Fact]
    public async Task Of_many_at_once_one_uses_the_proof()
    {
        var id = NewId();
        var calls = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => CallWith(Frictionless, id)));
        var outcomes = await Task.WhenAll(calls.Select(sandbox.Authorize));
        Assert.Single(outcomes.OfType<ConnectorOutcome.Captured>());
        Assert.Equal(31, outcomes.OfType<ConnectorOutcome.Declined>().Count(declined => declined.ProcessorCode == "proof_used"));
    }

    [Fact]
    public async Task The_proof_of_another_shop_is_no_good()
    {
        var id = NewId();
        await Pay(Frictionless, id);
        var other = new Tenant("MERCH_OTHER", Mode.Test);
        var call = (await CallWith(Frictionless, id)) with
        {
            Tenant = other,
            Instrument = new Instrument.Card(await sandbox.Token(Frictionless, other)),
        };
        Assert.Equal("proof_of_another_card", Assert.IsType<ConnectorOutcome.Declined>(await sandbox.Authorize(call)).ProcessorCode);
    }

    [Fact]
    public async Task A_notification_address_of_another_host_is_refused()
    {
        var call = await sandbox.CardCall(Challenged) with
        {
            ThreeDSecure = ThreeDSecureCall.Default with { NotificationUrl = "https://elsewhere.example/back", SessionData = "s" },
        };
        Assert.Equal("notification_url", Assert.IsType<ConnectorOutcome.Declined>(await sandbox.Authorize(call)).ProcessorCode);
    }

    [Fact]
    public async Task A_challenge_begun_by_a_request_of_another_payment_is_not_shown()
    {
        var (first, second) = (await Challenge(), await Challenge());
        Assert.Equal(HttpStatusCode.OK, (await Post(first.AcsUrl, ("creq", first.Creq), ("threeDSSessionData", "s"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(first.AcsUrl, ("creq", second.Creq), ("threeDSSessionData", "s"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(first.AcsUrl, ("creq", "nonsense"), ("threeDSSessionData", "s"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await Post(first.AcsUrl, ("creq", second.Creq), ("answer", "approve"), ("otp", "1234"))).Status);
        Assert.IsType<ConnectorOutcome.ActionRequired>(await sandbox.Status(first.Key));
    }

    [Fact]
    public async Task By_protocol_the_password_page_leads_to_a_form_back_with_what_was_sent()
    {
        var challenge = await Challenge();
        (string, string)[] carried = [("creq", challenge.Creq), ("threeDSSessionData", "note & more")];

        var asked = await Post(challenge.AcsUrl, carried);
        Assert.Contains("One-time password", asked.Html);
        Assert.Contains("500.00 INR", asked.Html);
        Assert.Contains("ending in 3155", asked.Html);
        Assert.Contains("FashionHub", asked.Html);
        Assert.Contains("2 tries left", (await Post(challenge.AcsUrl, [.. carried, ("answer", "approve"), ("otp", "0000")])).Html);
        var done = await Post(challenge.AcsUrl, [.. carried, ("answer", "approve"), ("otp", "1234")]);

        Assert.Contains("value=\"note &amp; more\"", done.Html);
        Assert.Contains($"action=\"{new Uri(sandbox.Browser.BaseAddress!, "/three-d-secure/return")}\"", done.Html);
        Assert.Contains("script-src 'self'", done.Policy);
        Assert.IsType<ConnectorOutcome.Captured>(Assert.Single(sandbox.Received(challenge.Key)).Outcome);
    }

    [Theory]
    [InlineData(false, "threeDSMethodData")]
    [InlineData(true, "looks at the browser")]
    public async Task The_method_page_tells_that_it_is_done_or_stays_silent(bool isSilent, string expected)
    {
        var token = await sandbox.Token(Frictionless);
        var notify = new Uri(sandbox.Browser.BaseAddress!, "/checkout/order_1/method").AbsoluteUri;
        var page = (await sandbox.Guarded.FindMethodPage(
            SandboxServer.Shop, token, Money.FromMajor(isSilent ? 9213 : 500, Currency.INR), notify, CancellationToken.None))!;
        Assert.Equal(new MethodData(page.ServerTransId, notify), Messages.Decode<MethodData>(page.Data));
        Assert.Contains(expected, (await Post(page.Url!, ("threeDSMethodData", page.Data!))).Html);
    }

    [Fact]
    public async Task The_method_page_talks_to_our_host_only()
    {
        var page = new Uri(sandbox.Browser.BaseAddress!, "/sandbox/acs/method").AbsoluteUri;
        var data = Messages.Encode(new MethodData(NewId(), "https://elsewhere.example/"));
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(page, ("threeDSMethodData", data))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(page, ("threeDSMethodData", "nonsense"))).Status);
        Assert.Null(await sandbox.Guarded.FindMethodPage(
            SandboxServer.Shop, await sandbox.Token(Frictionless), Money.FromMajor(1, Currency.INR), "https://elsewhere.example/", CancellationToken.None));
    }

    [Fact]
    public async Task A_card_for_which_the_network_answers_has_no_method_page_and_other_networks_have_no_protocol()
    {
        var notify = new Uri(sandbox.Browser.BaseAddress!, "/checkout/order_1/method").AbsoluteUri;
        Assert.Null((await Find("4000000000002719"))!.Url);
        Assert.Null(await Find("6082015309577308"));

        async Task<MethodPage?> Find(string number) => await sandbox.Guarded.FindMethodPage(
            SandboxServer.Shop, await sandbox.Token(number), Money.FromMajor(1, Currency.INR), notify, CancellationToken.None);
    }

    private async Task<(string Key, string AcsUrl, string Creq)> Challenge()
    {
        var call = await sandbox.CardCall(Challenged) with
        {
            ThreeDSecure = ThreeDSecureCall.Default with
            {
                NotificationUrl = new Uri(sandbox.Browser.BaseAddress!, "/three-d-secure/return").AbsoluteUri,
                SessionData = "s",
            },
        };
        var form = Assert.IsType<ConnectorOutcome.ActionRequired>(await sandbox.Authorize(call)).Action.Challenge!;
        return (call.Key, form.AcsUrl, form.Creq);
    }

    private async Task<AuthorizeCall> CallWith(string number, string serverTransId, decimal amount = 500, Currency? currency = null) =>
        sandbox.Call(new Instrument.Card(await sandbox.Token(number)), amount: amount, currency: currency) with
        {
            ThreeDSecure = ThreeDSecureCall.Default with { ServerTransId = serverTransId },
        };

    private async Task<ConnectorOutcome> Pay(string number, string serverTransId) => await sandbox.Authorize(await CallWith(number, serverTransId));

    private async Task<string?> DeclineOf(string number, string serverTransId, decimal amount = 500, Currency? currency = null) =>
        Assert.IsType<ConnectorOutcome.Declined>(await sandbox.Authorize(await CallWith(number, serverTransId, amount, currency))).ProcessorCode;

    private async Task<(HttpStatusCode Status, string Html, string Policy)> Post(string url, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await sandbox.Browser.PostAsync(new Uri(url), form);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.GetValues("Content-Security-Policy").Single());
    }

    private static string NewId() => Guid.NewGuid().ToString("D");
}
