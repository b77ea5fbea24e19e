using System.Text.Json.Nodes;
using PaymentGateway.Simulators.OpenApi;

namespace PaymentGateway.Tests.Simulators;

/// <summary>What a description says about a value, one line a case.</summary>
public sealed class SchemaTests
{
    private const string Components = """
        { "schemas": {
            "money": { "type": "object", "required": ["value"], "properties": { "value": { "type": "integer", "minimum": 1, "maximum": 99 }, "code": { "type": "string", "enum": ["usd", "eur"] } } },
            "card": { "type": "object", "allOf": [{ "properties": { "number": { "type": "string" } } }, { "type": "object", "properties": { "vault_id": { "type": "string" } } }] },
            "tree": { "type": "object", "properties": { "child": { "$ref": "#/components/schemas/tree" } } }
        } }
        """;

    [Theory]
    [InlineData("""{ "type": "string" }""", "\"a\"", "")]
    [InlineData("""{ "type": "string" }""", "1", "must be a string, not a number")]
    [InlineData("""{ "type": "string" }""", "null", "must not be null")]
    [InlineData("""{ "type": "string", "nullable": true }""", "null", "")]
    [InlineData("""{ "type": "string", "minLength": 2 }""", "\"a\"", "has 1 characters; at least 2 are allowed")]
    [InlineData("""{ "type": "string", "maxLength": 1 }""", "\"ab\"", "has 2 characters; at most 1 are allowed")]
    [InlineData("""{ "type": "string", "pattern": "^[a-z]$" }""", "\"A\"", "must match ^[a-z]$")]
    [InlineData("""{ "type": "integer" }""", "1.5", "must be an integer, not a number")]
    [InlineData("""{ "type": "integer" }""", "\"1\"", "must be an integer, not a text")]
    [InlineData("""{ "type": "array", "maxItems": 1, "items": { "type": "boolean" } }""", "[true, false]", "has 2 items; at most 1 are allowed")]
    [InlineData("""{ "type": "array", "items": { "type": "boolean" } }""", "[1]", "0: must be a boolean, not a number")]
    [InlineData("""{ "$ref": "#/components/schemas/money" }""", """{ "code": "usd" }""", "value: is required")]
    [InlineData("""{ "$ref": "#/components/schemas/money" }""", """{ "value": 100 }""", "value: must be at most 99")]
    [InlineData("""{ "$ref": "#/components/schemas/money" }""", """{ "value": 1, "code": "gbp" }""", "code: must be one of usd, eur")]
    [InlineData("""{ "$ref": "#/components/schemas/money" }""", """{ "value": 1, "colour": "red" }""", "colour: is not a field of this request")]
    [InlineData("""{ "$ref": "#/components/schemas/tree" }""", """{ "child": { "child": { "child": 1 } } }""", "child.child.child: must be an object, not a number")]
    [InlineData("""{ "anyOf": [{ "type": "string" }, { "$ref": "#/components/schemas/money" }] }""", "\"a\"", "")]
    [InlineData("""{ "anyOf": [{ "type": "string" }, { "$ref": "#/components/schemas/money" }] }""", """{ "value": 0 }""", "value: must be at least 1")]
    [InlineData("""{ "allOf": [{ "$ref": "#/components/schemas/money" }] }""", """{ "value": 0 }""", "value: must be at least 1")]
    [InlineData("""{ "$ref": "#/components/schemas/card" }""", """{ "number": "1", "vault_id": "2" }""", "")]
    [InlineData("""{ "$ref": "#/components/schemas/card" }""", """{ "number": "1", "colour": "red" }""", "colour: is not a field of this request")]
    [InlineData("""{ "$ref": "#/components/schemas/card" }""", """{ "vault_id": 2 }""", "vault_id: must be a string, not a number")]
    public void A_value_is_checked(string schema, string value, string expected) =>
        Assert.Equal(expected, Check(schema, value, text: false));

    [Theory]
    [InlineData("""{ "type": "integer" }""", "\"1\"", "")]
    [InlineData("""{ "type": "integer" }""", "\"one\"", "must be an integer, not a text")]
    [InlineData("""{ "type": "boolean" }""", "\"true\"", "")]
    [InlineData("""{ "type": "boolean" }""", "\"yes\"", "must be a boolean, not a text")]
    [InlineData("""{ "type": "object" }""", "\"\"", "")]
    public void A_form_holds_texts(string schema, string value, string expected) =>
        Assert.Equal(expected, Check(schema, value, text: true));

    private static string Check(string schema, string value, bool text) => string.Join("; ",
        new Schema((JsonObject)JsonNode.Parse(Components)!, open: false, text).Check(JsonNode.Parse(schema), JsonNode.Parse(value)));

    [Theory]
    [InlineData("a=1&b=2", """{"a":"1","b":"2"}""")]
    [InlineData("a[b][c]=1&a[b][d]=2", """{"a":{"b":{"c":"1","d":"2"}}}""")]
    [InlineData("a[]=1&a[]=2", """{"a":["1","2"]}""")]
    [InlineData("a[0]=1&a[1]=2", """{"a":["1","2"]}""")]
    [InlineData("a[0][b]=1&a[1][b]=2", """{"a":[{"b":"1"},{"b":"2"}]}""")]
    [InlineData("a=1&&&b=2&", """{"a":"1","b":"2"}""")]
    [InlineData("a%5Bb%5D=x+y", """{"a":{"b":"x y"}}""")]
    [InlineData("", "{}")]
    public void A_form_with_brackets_is_a_tree(string form, string expected) => Assert.Equal(expected, BracketForm.Read(form).ToJsonString());

    [Fact]
    public void The_descriptions_can_be_read_and_their_paths_are_told_apart()
    {
        var stripe = ApiDescription.Load("stripe.json");
        Assert.Equal("/v1/payment_intents/search", stripe.Find("GET", "/v1/payment_intents/search")!.Template);
        Assert.Equal("pi_1", stripe.Find("GET", "/v1/payment_intents/pi_1")!.PathValues["intent"]);
        Assert.Null(stripe.Find("DELETE", "/v1/payment_intents/pi_1"));
        Assert.True(stripe.Knows("/v1/payment_intents/pi_1"));
        Assert.False(stripe.Knows("/v1/nothing"));
        Assert.NotNull(ApiDescription.Load("square.json").Find("POST", "/v2/payments"));
        Assert.NotNull(ApiDescription.Load("paypal-orders-v2.json", "paypal-reporting-v1.json").Find("GET", "/v1/reporting/transactions"));
    }
}
