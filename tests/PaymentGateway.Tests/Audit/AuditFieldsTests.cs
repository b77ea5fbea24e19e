using System.Text.Json.Nodes;
using PaymentGateway.Audit;

namespace PaymentGateway.Tests.Audit;

public sealed class AuditFieldsTests
{
    [Fact]
    public void Only_fields_that_differ_are_kept()
    {
        var before = JsonNode.Parse("""{"a":1,"b":"x","c":[1,2],"d":null,"gone":true}""")!.AsObject();
        var after = JsonNode.Parse("""{"a":1,"b":"y","c":[1,3],"e":null,"new":{"deep":1}}""")!.AsObject();
        var names = AuditFields.Differing(before, after);
        Assert.Equal("""{"b":"x","c":[1,2],"gone":true}""", AuditFields.Text(before, names));
        Assert.Equal("""{"b":"y","c":[1,3],"new":{"deep":1}}""", AuditFields.Text(after, names));
    }

    [Fact]
    public void A_new_object_is_kept_whole_without_its_empty_fields()
    {
        var after = new JsonObject { ["a"] = 1, ["b"] = null };
        Assert.Equal("""{"a":1}""", AuditFields.Text(after, AuditFields.Differing(null, after)));
    }

    [Theory]
    [InlineData("apiSecret", "sk_test_MERCH_FH_abc", "***")]
    [InlineData("clientSecret", "order_1_secret_abc", "***")]
    [InlineData("webhookSecret", "whsec_test_abc", "***")]
    [InlineData("password", "hunter2", "***")]
    [InlineData("cardToken", "tok_123", "***")]
    [InlineData("note", "my key is sk_live_SHOP_abc123 ok", "my key is sk_*** ok")]
    [InlineData("note", "paid with 4111 1111 1111 1111", "***")]
    [InlineData("customerEmail", "meera.rao@example.com", "m***@example.com")]
    [InlineData("vpa", "9876543210@okbank", "9***@okbank")]
    [InlineData("customerPhone", "+919876543210", "***3210")]
    [InlineData("url", "https://shop.example/hooks?token=abc&x=1", "https://shop.example/hooks?***")]
    [InlineData("url", "https://user:pass@shop.example/hooks", "https://user:p***@shop.example/hooks")]
    [InlineData("description", "A plain text, 100% kept: é", "A plain text, 100% kept: é")]
    public void Secrets_and_personal_data_are_masked(string name, string value, string kept)
    {
        var fields = new JsonObject { [name] = value, ["deep"] = new JsonArray(new JsonObject { [name] = value }) };
        var text = JsonNode.Parse(AuditFields.Text(fields, AuditFields.Differing(null, fields)))!;
        Assert.Equal(kept, text[name]!.GetValue<string>());
        Assert.Equal(kept, text["deep"]![0]![name]!.GetValue<string>());
    }

    [Fact]
    public void A_long_text_is_cut()
    {
        var fields = new JsonObject { ["text"] = new string('x', 10_000) };
        Assert.True(AuditFields.Text(fields, AuditFields.Differing(null, fields)).Length < 600);
    }
}
