using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Events;

namespace PaymentGateway.Tests.Events;

public sealed class NodeJsonTests(NodeProcess node) : IClassFixture<NodeProcess>
{
    private const int DocumentsTried = 3000;

    // To repeat a failure, put its seed here.
    private static readonly int Seed = RandomNumberGenerator.GetInt32(int.MaxValue);

    [Fact]
    public async Task Generated_text_is_printed_as_Node_prints_it()
    {
        var generator = new RandomJson(new Random(Seed));
        var texts = Enumerable.Range(0, DocumentsTried).Select(_ => Encoding.UTF8.GetBytes(generator.Document())).ToList();
        await AssertAsNode(texts, texts.ConvertAll(Print));
    }

    [Fact]
    public async Task Generated_nodes_are_printed_so_that_Node_prints_the_same_again()
    {
        var generator = new RandomJson(new Random(Seed));
        var printed = Enumerable.Range(0, DocumentsTried).Select(_ => NodeJson.Write(generator.Node())).ToList();
        await AssertAsNode(printed, printed);
    }

    [Fact]
    public async Task A_node_read_from_text_is_printed_as_the_text_is()
    {
        var generator = new RandomJson(new Random(Seed));
        var texts = Enumerable.Range(0, DocumentsTried)
            .Select(_ => Encoding.UTF8.GetBytes(generator.Document())).Where(IsReadByNodes).ToList();
        Assert.True(texts.Count > DocumentsTried / 10, $"Only {texts.Count} documents could be read.");
        await AssertAsNode(texts, texts.ConvertAll(text => NodeJson.Write(JsonNode.Parse(text))));
    }

    [Fact]
    public async Task Every_power_of_two_and_its_neighbours_are_printed_as_Node_prints_them()
    {
        var powers = Enumerable.Range(-1074, 1074 + 1024).Select(power => Math.ScaleB(1, power));
        var texts = powers.SelectMany(power => new[] { Math.BitDecrement(power), power, Math.BitIncrement(power) })
            .Select(value => Encoding.UTF8.GetBytes(value.ToString("E25", CultureInfo.InvariantCulture))).ToList();
        await AssertAsNode(texts, texts.ConvertAll(Print));
    }

    [Theory]
    [InlineData("""{"b":1,"10":2,"a":3,"9":4,"0":5,"01":6}""", """{"0":5,"9":4,"10":2,"b":1,"a":3,"01":6}""")]
    [InlineData("""{"4294967296":1,"4294967295":2,"4294967294":3}""", """{"4294967294":3,"4294967296":1,"4294967295":2}""")]
    [InlineData("""{"a":1,"b":2,"a":3,"1":4,"1":5}""", """{"1":5,"a":3,"b":2}""")]
    [InlineData("""{"a":1,"__proto__":{"isAdmin":true},"b":2,"__proto__":3}""", """{"a":1,"__proto__":3,"b":2}""")]
    [InlineData("""[1e21,1e-7,123456789012345680000,0.1,-0,1.0,1E400,2716.67,500.00]""",
        """[1e+21,1e-7,123456789012345680000,0.1,0,1,null,2716.67,500]""")]
    [InlineData("""["\u003c\u003E\u0026\u0027\u002b\/","\u007f\u2028","\ud83d\ude00","\uD800","\u001F\u0000","\u0008\t"]""",
        "[\"<>&'+/\",\"\u007F\u2028\",\"😀\",\"\\ud800\",\"\\u001f\\u0000\",\"\\b\\t\"]")]
    [InlineData(" { \"a\" : [ ] , \"b\" : { } , \"c\" : null , \"d\" : true } ", """{"a":[],"b":{},"c":null,"d":true}""")]
    [InlineData("null", "null")]
    [InlineData("\"\"", "\"\"")]
    public async Task Cases_to_look_at(string text, string expected)
    {
        Assert.Equal(expected, Encoding.UTF8.GetString(Print(Encoding.UTF8.GetBytes(text))));
        await AssertAsNode([Encoding.UTF8.GetBytes(text)], [Encoding.UTF8.GetBytes(expected)]);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_escaped_wherever_it_stands()
    {
        const string text = """{"a":["\uD83D","\uDE00\uD83D"]}""";
        const string expected = """{"a":["\ud83d","\ude00\ud83d"]}""";
        Assert.Equal(expected, Encoding.UTF8.GetString(NodeJson.Write(JsonNode.Parse(text))));
        Assert.Equal(expected, Encoding.UTF8.GetString(NodeJson.Write(new JsonObject { ["a"] = new JsonArray("\uD83D", "\uDE00\uD83D") })));
        Assert.Equal("""{"\ud83d":1}""", Encoding.UTF8.GetString(NodeJson.Write(new JsonObject { ["\uD83D"] = 1 })));
    }

    [Fact]
    public void What_the_server_puts_into_an_event_is_printed()
    {
        var payload = new JsonObject
        {
            ["amount"] = Money.FromMinor(271667, Currency.INR).ToMajor(),
            ["fee"] = 1.50m,
            ["at"] = new DateTimeOffset(2026, 11, 1, 9, 30, 0, TimeSpan.Zero),
            ["id"] = new Guid("01234567-89ab-cdef-0123-456789abcdef"),
            ["letter"] = 'é',
            ["none"] = null,
            ["card"] = JsonSerializer.SerializeToNode(new { last4 = "1111", big = 12345678901234567890UL, small = 0.1f }),
            ["list"] = JsonValue.Create(new List<int> { 1, 2 }),
        };
        Assert.Equal(
            """{"amount":2716.67,"fee":1.5,"at":"2026-11-01T09:30:00+00:00","id":"01234567-89ab-cdef-0123-456789abcdef","letter":"""
            + """
              "é","none":null,"card":{"last4":"1111","big":12345678901234567000,"small":0.1},"list":[1,2]}
              """,
            Encoding.UTF8.GetString(NodeJson.Write(payload)));
        Assert.Equal("null"u8, NodeJson.Write(null));
        Assert.Throws<InvalidOperationException>(() => NodeJson.Write(default(JsonElement)));
    }

    private async Task AssertAsNode(List<byte[]> texts, List<byte[]> printed)
    {
        var expected = await node.Stringify(texts);
        var again = await node.Stringify(printed);
        for (var i = 0; i < texts.Count; i++)
        {
            AssertSame("Node prints document", i, expected[i], printed[i]);
            AssertSame("Node does not repeat our print of document", i, again[i], printed[i]);
        }
    }

    private static void AssertSame(string what, int document, ReadOnlySpan<byte> byNode, ReadOnlySpan<byte> ours)
    {
        var same = byNode.CommonPrefixLength(ours);
        if (same < byNode.Length || same < ours.Length)
            Assert.Fail($"seed {Seed}, {what} {document}, at byte {same}:\nnode …{Around(byNode)}\nours …{Around(ours)}");

        string Around(ReadOnlySpan<byte> bytes) =>
            Encoding.UTF8.GetString(bytes[Math.Max(0, same - 60)..Math.Min(bytes.Length, same + 30)]);
    }

    private static byte[] Print(byte[] text)
    {
        using var document = JsonDocument.Parse(text);
        return NodeJson.Write(document.RootElement);
    }

    // JsonNode refuses a key that comes twice or holds half a surrogate pair, when it is first looked into.
    private static bool IsReadByNodes(byte[] text)
    {
        try
        {
            NodeJson.Write(JsonNode.Parse(text));
            return true;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
