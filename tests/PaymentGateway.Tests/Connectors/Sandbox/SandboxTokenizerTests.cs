using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Connectors.Sandbox;

public sealed class SandboxTokenizerTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string GoodCard = "4111 1111 1111 1111";

    [Fact]
    public async Task A_test_card_becomes_a_token()
    {
        var (status, body) = await Post(new { card = new { number = GoodCard, cvv = "123", expiry = "12/25", name = "Test User" } });

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(body.GetProperty("id").GetString(), body.GetProperty("cardToken").GetString());
        Assert.True(Id.IsValid("tok", body.GetProperty("id").GetString()));
        Assert.Equal("""{"network":"visa","last4":"1111","funding":"credit","expiry":"12/25"}""", body.GetProperty("card").GetRawText());
        Assert.Equal(sandbox.Clock.GetUtcNow().AddHours(1), body.GetProperty("expiresAt").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("4485275742308327", "12/25", "123", "Test User", "INVALID_CARD", "card.number")]
    [InlineData("", "12/25", "123", "Test User", "INVALID_CARD", "card.number")]
    [InlineData(null, "12/25", "123", "Test User", "INVALID_CARD", "card.number")]
    [InlineData(GoodCard, "13/25", "123", "Test User", "VALIDATION_FAILED", "card.expiry")]
    [InlineData(GoodCard, "1/25", "123", "Test User", "VALIDATION_FAILED", "card.expiry")]
    [InlineData(GoodCard, null, "123", "Test User", "VALIDATION_FAILED", "card.expiry")]
    [InlineData(GoodCard, "12/25", "12", "Test User", "VALIDATION_FAILED", "card.cvv")]
    [InlineData(GoodCard, "12/25", "12a", "Test User", "VALIDATION_FAILED", "card.cvv")]
    [InlineData(GoodCard, "12/25", "12345", "Test User", "VALIDATION_FAILED", "card.cvv")]
    [InlineData(GoodCard, "12/25", "123", "4111 1111 1111 1111", "VALIDATION_FAILED", "card.name")]
    [InlineData("1", "x", "y", "Test User", "VALIDATION_FAILED", "card.expiry,card.cvv,card.number")]
    public async Task A_faulty_card_is_refused_field_by_field(
        string? number, string? expiry, string? cvv, string? name, string code, string fields)
    {
        var (status, body) = await Post(new { card = new { number, cvv, expiry, name } });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = body.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(fields, string.Join(',', error.GetProperty("details").GetProperty("fields").EnumerateObject().Select(f => f.Name)));
    }

    [Fact]
    public async Task An_unknown_field_is_refused_by_name()
    {
        var (status, body) = await Post(new { card = new { number = GoodCard, cvc = "123", expiry = "12/25" } });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("UNKNOWN_FIELD", body.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_live_key_gets_no_token()
    {
        sandbox.Caller = SandboxServer.Shop with { Mode = Mode.Live };
        var (status, body) = await Post(new { card = new { number = GoodCard, cvv = "123", expiry = "12/25" } });
        sandbox.Caller = SandboxServer.Shop;

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("UNAUTHORIZED_ACCESS", body.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_token_is_of_no_use_after_an_hour()
    {
        var token = await sandbox.Token("4111111111111111");
        Assert.IsType<ConnectorOutcome.Captured>(await Pay(token));

        sandbox.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal("INVALID_TOKEN", Assert.IsType<ConnectorOutcome.Declined>(await Pay(token)).Code);
    }

    [Fact]
    public async Task Another_merchants_token_is_unknown()
    {
        var token = await sandbox.Token("4111111111111111", new Tenant("MERCH_TG_002", Mode.Test));
        Assert.Equal("INVALID_TOKEN", Assert.IsType<ConnectorOutcome.Declined>(await Pay(token)).Code);
    }

    [Theory]
    [InlineData("4242424242424242", "123", "^/checkout/order_1\\?lang=hi&cardToken=tok_[0-9a-z]{26}&network=visa&last4=4242$")]
    [InlineData("4485275742308327", "123", "^/checkout/order_1\\?lang=hi&cardError=INVALID_CARD&field=card.number$")]
    [InlineData("4242424242424242", "", "^/checkout/order_1\\?lang=hi&cardError=VALIDATION_FAILED&field=card.cvv$")]
    public async Task A_page_without_script_is_sent_back_with_a_token_or_an_error(string number, string cvv, string expected)
    {
        using var answer = await PostForm("/checkout/order_1?lang=hi", number, cvv);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Matches(expected, answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_wrong_publishable_key_is_sent_back_too()
    {
        using var answer = await PostForm("/checkout/order_1", "4242424242424242", "123", key: "pk_test_nobody");
        Assert.Equal("/checkout/order_1?cardError=AUTHENTICATION_FAILED", answer.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("https://evil.example/checkout/")]
    [InlineData("//evil.example/checkout/")]
    [InlineData("/checkout/../elsewhere")]
    [InlineData("/checkout//evil.example")]
    [InlineData("/checkout/\\evil.example")]
    [InlineData("/checkout/\r\nSet-Cookie: a=b")]
    [InlineData("/checkoutx")]
    [InlineData("")]
    public async Task The_way_back_leads_to_our_own_checkout_only(string returnTo)
    {
        using var answer = await PostForm(returnTo, "4242424242424242", "123");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
    }

    [Fact]
    public async Task A_form_that_is_no_form_is_refused()
    {
        using var answer = await sandbox.Browser.PostAsync("/sandbox/tokenizer", JsonContent.Create(new { number = GoodCard }));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    private Task<ConnectorOutcome> Pay(string token) => sandbox.Authorize(sandbox.Call(new Instrument.Card(token)));

    private async Task<(HttpStatusCode Status, JsonElement Body)> Post(object body)
    {
        using var answer = await sandbox.Browser.PostAsJsonAsync("/api/payments/tokens", body);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private Task<HttpResponseMessage> PostForm(string returnTo, string number, string cvv, string key = SandboxServer.PublishableKey) =>
        sandbox.Browser.PostAsync("/sandbox/tokenizer", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["publishableKey"] = key,
            ["number"] = number,
            ["expiry"] = "12/25",
            ["cvv"] = cvv,
            ["name"] = "Test User",
            ["returnTo"] = returnTo,
        }));
}
