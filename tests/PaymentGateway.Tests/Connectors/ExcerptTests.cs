using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Connectors;

/// <summary>What may be kept of a request and its answer: names, and values of known names that are words.</summary>
public sealed class ExcerptTests
{
    private const string Number = "4242424242424242";

    private static readonly ProcessorAccount account = new("pacc_1", new("MERCH_1", Mode.Test), "stripe", new Dictionary<string, string>
    {
        ["secretKey"] = "opaque-secret-0042",
        ["locationId"] = "L1",
    });

    [Theory]
    [InlineData("""{"status":"succeeded","amount":100,"paid":true,"none":null}""", """{"status":"succeeded","amount":100,"paid":true,"none":null}""")]
    [InlineData("""{"message":"Asha Rao owes","email":"a@b.example","exp_month":12}""", """{"message":"***","email":"***","exp_month":"***"}""")]
    [InlineData("""{"error":{"code":"card_declined","message":"no"}}""", """{"error":{"code":"card_declined","message":"***"}}""")]
    [InlineData("""{"status":"4242424242424242"}""", """{"status":"***"}""")]
    [InlineData("""{"amount":4242424242424242}""", """{"amount":"***"}""")]
    [InlineData("""{"id":"pm_1Nx"}""", """{"id":"***"}""")]
    [InlineData("""{"id":"ccof:customer-card"}""", """{"id":"***"}""")]
    [InlineData("""{"id":"pi_1Nx"}""", """{"id":"pi_1Nx"}""")]
    [InlineData("""{"status":"sk_test_4eC39"}""", """{"status":"***"}""")]
    [InlineData("""{"reference_id":"opaque-secret-0042"}""", """{"reference_id":"***"}""")]
    [InlineData("""{"status":"+919811122233","code":"919811122233","type":"203.0.113.99"}""", """{"status":"***","code":"***","type":"***"}""")]
    [InlineData("""{"reason":"for Asha Rao"}""", """{"reason":"***"}""")]
    [InlineData("""{"4242424242424242":"x","status":"ok"}""", """{"status":"ok"}""")]
    [InlineData("""{"Asha Rao":"x","asha@example.com":"y"}""", "{}")]
    [InlineData("""[[[[1,2],[1,2]],[[1,2],[1,2]]]]""", """[[[["***","***"],["***","***"]],[["***","***"],["***","***"]]]]""")]
    [InlineData("""["ok",2]""", """["***","***"]""")]
    public void Of_an_answer_only_what_is_known_to_be_harmless_is_shown(string answer, string kept)
    {
        using var document = JsonDocument.Parse(answer);
        Assert.Equal(kept, Excerpt.Of(document.RootElement, "/v1/charges", account));
    }

    [Fact]
    public void Of_an_empty_answer_nothing_is_kept() => Assert.Null(Excerpt.Of(default, "/v1/charges", account));

    [Fact]
    public void The_id_of_a_token_in_the_vault_is_not_shown()
    {
        using var document = JsonDocument.Parse("""{"id":"8kk8451t"}""");
        Assert.Equal("""{"id":"***"}""", Excerpt.Of(document.RootElement, "/v3/vault/payment-tokens", account));
    }

    [Fact]
    public void A_form_is_shown_by_its_last_names()
    {
        var kept = Excerpt.OfRequest(
            "application/x-www-form-urlencoded",
            "amount=100&metadata%5Bcharge%5D=ch_1&payment_method=pm_card_visa&description=Asha+Rao&card%5Bnumber%5D=" + Number + "&amount=200",
            "/v1/payment_intents", account);
        Assert.Equal(
            """{"amount":"100","metadata[charge]":"ch_1","payment_method":"***","description":"***","card[number]":"***"}""", kept);
    }

    [Fact]
    public void What_is_neither_form_nor_json_is_not_kept() => Assert.Null(Excerpt.OfRequest("text/plain", "opaque", "/", account));

    [Fact]
    public void A_long_answer_is_cut_and_still_json()
    {
        var many = new JsonArray([.. Enumerable.Range(0, 500).Select(i => new JsonObject { ["id"] = $"ch_{i}", ["status"] = "ok", ["amount"] = i })]);
        var wide = new JsonObject(Enumerable.Range(0, 500).Select(i => KeyValuePair.Create<string, JsonNode?>($"field_{i}", "x")));
        using var document = JsonDocument.Parse(new JsonObject { ["data"] = many, ["wide"] = wide }.ToJsonString());

        var kept = JsonNode.Parse(Excerpt.Of(document.RootElement, "/v1/charges", account)!)!;

        Assert.Equal(3, kept["data"]!.AsArray().Count);
        Assert.True(kept["wide"]!.AsObject().Count < 100);
    }

    [Theory]
    [InlineData("/v1/payment_methods/pm_1Nx/attach", "/v1/payment_methods/***/attach")]
    [InlineData("/v3/vault/payment-tokens/8kk8451t", "/v3/vault/payment-tokens/***")]
    [InlineData("/v2/cards/ccof:1/disable", "/v2/cards/***/disable")]
    [InlineData("/v2/cards", "/v2/cards")]
    [InlineData("/v1/payment_intents/pi_1", "/v1/payment_intents/pi_1")]
    [InlineData("/v1/x/4242424242424242", "/v1/x/***")]
    public void A_path_is_shown_without_tokens(string path, string kept) => Assert.Equal(kept, Excerpt.PathOf(path, account));
}
