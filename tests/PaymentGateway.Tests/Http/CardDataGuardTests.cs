using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Http;

namespace PaymentGateway.Tests.Http;

public sealed class CardDataGuardTests
{
    [Theory]
    [InlineData("4111111111111111")]
    [InlineData("4111 1111 1111 1111")]
    [InlineData("4111-1111-1111-1111")]
    [InlineData("4111\u00a01111\u00a01111\u00a01111")]
    [InlineData("4111 – 1111 – 1111 – 1111")]
    [InlineData("4111.1111.1111.1111")]
    [InlineData("4111_1111_1111_1111")]
    [InlineData("41111111 11111111")]
    [InlineData("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")]
    [InlineData("order 77 4111 1111 1111 1111 paid")]
    [InlineData("4111 1111 1111 1111 123")]
    [InlineData("4111111111111111 12/27")]
    [InlineData("2026-11-01 4111111111111111")]
    [InlineData("x4111111111111111y")]
    [InlineData("tok_4111111111111111")]
    [InlineData("no.4111111111111111")]
    [InlineData("+4111111111111111")]
    [InlineData("3782 822463 10005")]
    [InlineData("3056 930902 5904")]
    [InlineData("6011111111111117")]
    [InlineData("6759649826438453")]
    [InlineData("4222222222222")]
    [InlineData("६०८२०१५३०९५७७३०८")]
    [InlineData("４１１１１１１１１１１１１１１１")]
    public void A_card_number_is_found_however_it_is_written(string text) => Assert.True(CardDataGuard.HoldsCardNumber(text));

    [Theory]
    [InlineData("4111111111111112")] // the check digit
    [InlineData("9111111111111119")] // nobody issues these
    [InlineData("411111111111116")] // no Visa has fifteen digits
    [InlineData("41111111111111114111")]
    [InlineData("+49 151 1234 56784")]
    [InlineData("+4915112345674")]
    [InlineData("632610112345")] // a retrieval reference number has twelve digits
    [InlineData("1763718931020")]
    [InlineData("1763718931020123456")]
    [InlineData("2026-11-21T04:35:41.020Z")]
    [InlineData("20261121043541")]
    [InlineData("27AAPFU0939F1ZV")]
    [InlineData("AXI5f3c2a1b4e6d7c8b9a0f1e2d3c4b5a6")]
    [InlineData("order_01m7y66z84fp6apgqpphw8p8j7")]
    [InlineData("0.4111111111111111")]
    [InlineData("a4111111-1111-4111-8111-111111111111")]
    [InlineData("ab4111111111111111cdef0123456789abcdef0123456789abcdef0123456789")]
    [InlineData("FI4955550000555551")]
    [InlineData("FR76 3000 6000 0112 3456 7890 189")]
    [InlineData("DE89 3704 0044 0532 0130 00")]
    [InlineData("556 556 500 278 333 500 556 278 4111 1111")]
    public void What_only_looks_like_one_is_let_through(string text) => Assert.False(CardDataGuard.HoldsCardNumber(text));

    [Theory]
    [InlineData("cvv: 123", true)]
    [InlineData("CVC=1234", true)]
    [InlineData("""{"cvv2":"123"}""", true)]
    [InlineData("the cvv is wrong", false)]
    [InlineData("cvv 12345", false)]
    [InlineData("acvv: 123", false)]
    [InlineData("cvv", false)]
    public void A_security_code_is_found_by_its_name(string text, bool isFound) => Assert.Equal(isFound, CardDataGuard.HoldsCardData(text));

    [Theory]
    [InlineData("""{"a":{"b":["x",{"c":"4111 1111 1111 1111"}]}}""", "a.b[1].c")]
    [InlineData("""{"a":[["4111111111111111"]]}""", "a[0][0]")]
    [InlineData("""{"a":4111111111111111}""", "a")]
    [InlineData("""{"a":"\u0034111111111111111"}""", "a")]
    [InlineData("""{"a":"{\"number\":\"4111111111111111\"}"}""", "a")]
    [InlineData("""{"m":{"4111111111111111":true}}""", "m.…")]
    [InlineData("""{"card_number":"x"}""", "card_number")]
    [InlineData("""{"Card Number":null}""", "Card Number")]
    [InlineData("""{"card":{"CVV2":"1"}}""", "card.CVV2")]
    [InlineData("""{"\u0063vv":"1"}""", "cvv")]
    [InlineData("""{"pan":"x"}""", "pan")]
    [InlineData("""{"pan":"ABCDE1234F"}""", null)]
    [InlineData("""{"amount":4111.11,"at":"2026-11-01T09:30:00Z","cvvResult":"M","company":"Pan"}""", null)]
    public void A_request_is_refused_by_the_path_of_what_is_in_it(string json, string? path) =>
        Assert.Equal(path, CardDataGuard.Find(JsonDocument.Parse(json).RootElement));

    [Fact]
    public void A_file_is_searched_for_numbers_as_they_are_printed()
    {
        Assert.True(CardDataGuard.HoldsCardNumber("(Card 4111 1111 1111 1111) Tj"u8));
        Assert.True(CardDataGuard.HoldsCardNumber([0xFF, 0x00, .. "4111111111111111"u8]));
        Assert.False(CardDataGuard.HoldsCardNumber("/W [41 111 111 111 11 111 1]"u8));
        Assert.False(CardDataGuard.HoldsCardNumber("0000000016 00000 n"u8));
    }

    [Fact]
    public void Words_are_masked_and_names_of_things_elsewhere_stay()
    {
        Assert.Equal("card *** and ***", CardDataGuard.Masked("card 4111 1111 1111 1111 and 378282246310005"));
        var fields = JsonNode.Parse(
            """{"failureReason":"4111111111111111 declined","processorReference":"4111111111111111","deep":[{"a":["4111111111111111"]}],"n":1}""")!.AsObject();
        CardDataGuard.MaskIn(fields);
        Assert.Equal(
            """{"failureReason":"*** declined","processorReference":"4111111111111111","deep":[{"a":["***"]}],"n":1}""", fields.ToJsonString());
    }

    /// <summary>Ids of all kinds that honest requests are full of. One refused in ten thousand would be too many.</summary>
    [Fact]
    public void No_id_is_refused_by_chance()
    {
        var random = new Random(20261121);
        var bytes = new byte[32];
        for (var i = 0; i < 50_000; i++)
        {
            random.NextBytes(bytes);
            var id = new Guid(bytes.AsSpan(0, 16));
            Assert.False(CardDataGuard.HoldsCardNumber(id.ToString()), id.ToString());
            Assert.False(CardDataGuard.HoldsCardNumber(id.ToString("N")), id.ToString("N"));
            var digest = Convert.ToHexStringLower(bytes);
            Assert.False(CardDataGuard.HoldsCardNumber(digest), digest);
        }
    }

    [Fact]
    public void An_ordinary_request_is_searched_without_copying_it()
    {
        var request = JsonDocument.Parse(Encoding.UTF8.GetBytes(
            """
            {"orderId":"order_01m7y66z84fp6apgqpphw8p8j7","paymentMethod":"card","paymentDetails":{"cardToken":"tok_01m7y66z84fp6apgqpphw8p8j7"},
            "amount":2716.67,"at":"2026-11-01T09:30:00Z","phone":"+919876543210","metadata":{"cart":"a1b2c3","email":"a@example.com"}}
            """)).RootElement;
        Assert.Null(CardDataGuard.Find(request));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            CardDataGuard.Find(request);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
