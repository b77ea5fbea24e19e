using PaymentGateway.Connectors.ThreeDSecure;

namespace PaymentGateway.Tests.Connectors.ThreeDSecure;

public sealed class MessagesTests
{
    private const string Server = "8a880dc0-d2d2-4067-bcb1-b08d1690b26e";
    private const string Acs = "d7c1ee99-9478-44a6-b1f2-391e29c6b340";

    private const string Method =
        "eyJ0aHJlZURTU2VydmVyVHJhbnNJRCI6IjhhODgwZGMwLWQyZDItNDA2Ny1iY2IxLWIwOGQxNjkwYjI2ZSIsInRocmVlRFNNZXRob2ROb3RpZmljYXRpb25VUkwiOiJodHRwczov"
        + "L21lcmNoYW50LmV4YW1wbGUvM2RzL21ldGhvZCJ9";

    private const string Creq =
        "eyJ0aHJlZURTU2VydmVyVHJhbnNJRCI6IjhhODgwZGMwLWQyZDItNDA2Ny1iY2IxLWIwOGQxNjkwYjI2ZSIsImFjc1RyYW5zSUQiOiJkN2MxZWU5OS05NDc4LTQ0YTYtYjFmMi0z"
        + "OTFlMjljNmIzNDAiLCJjaGFsbGVuZ2VXaW5kb3dTaXplIjoiMDIiLCJtZXNzYWdlVHlwZSI6IkNSZXEiLCJtZXNzYWdlVmVyc2lvbiI6IjIuMi4wIn0";

    private const string Cres =
        "eyJ0aHJlZURTU2VydmVyVHJhbnNJRCI6IjhhODgwZGMwLWQyZDItNDA2Ny1iY2IxLWIwOGQxNjkwYjI2ZSIsImFjc1RyYW5zSUQiOiJkN2MxZWU5OS05NDc4LTQ0YTYtYjFmMi0z"
        + "OTFlMjljNmIzNDAiLCJjaGFsbGVuZ2VDb21wbGV0aW9uSW5kIjoiWSIsIm1lc3NhZ2VUeXBlIjoiQ1JlcyIsIm1lc3NhZ2VWZXJzaW9uIjoiMi4yLjAiLCJ0cmFuc1N0YXR1cyI6"
        + "IlkifQ";

    private static readonly MethodData method = new(Server, "https://merchant.example/3ds/method");
    private static readonly ChallengeRequest request = new(Server, Acs, "02");
    private static readonly ChallengeResponse response = new(Server, Acs, "Y", Status: TransStatus.Authenticated);

    [Fact]
    public void Messages_are_written_to_the_letter_without_padding() =>
        Assert.Equal((Method, Creq, Cres), (Messages.Encode(method), Messages.Encode(request), Messages.Encode(response)));

    [Fact]
    public void What_is_written_is_read_again_with_padding_or_without()
    {
        Assert.Equal(method, Messages.Decode<MethodData>(Method));
        Assert.Equal(request, Messages.Decode<ChallengeRequest>(Creq));
        Assert.Equal(response, Messages.Decode<ChallengeResponse>(Cres));
        Assert.Equal(request, Messages.Decode<ChallengeRequest>(Creq + new string('=', (4 - (Creq.Length % 4)) % 4)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("%%%")]
    [InlineData("bm8")]
    [InlineData("W10")]
    [InlineData("eyJ0cmFuc1N0YXR1cyI6IloifQ")]
    public void What_is_no_message_is_null(string? text) => Assert.Null(Messages.Decode<ChallengeResponse>(text));

    [Fact]
    public void A_text_longer_than_a_message_can_be_is_not_looked_at() =>
        Assert.Null(Messages.Decode<ChallengeResponse>(new string('A', Messages.EncodedLengthMax + 1)));

    [Fact]
    public void A_result_has_the_words_of_the_protocol_and_prints_no_proof()
    {
        var result = new ResultsRequest(Server, Acs, "ds", TransStatus.Attempted, "06", "AQIDBAUGBwgJCgsMDQ4PEBESExQ=");
        var text = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(Messages.Encode(result)));
        Assert.Equal(
            $$"""{"threeDSServerTransID":"{{Server}}","acsTransID":"{{Acs}}","dsTransID":"ds","transStatus":"A","eci":"06","authenticationValue":"AQIDBAUGBwgJCgsMDQ4PEBESExQ=","messageType":"RReq","messageVersion":"2.2.0"}""",
            text);
        Assert.DoesNotContain("AQID", result.ToString());
    }

    [Fact]
    public void The_answer_of_the_issuer_prints_no_proof() =>
        Assert.DoesNotContain("AQID", new AuthenticationResponse(Server, "ds", Acs, TransStatus.Authenticated, "05", "AQID", null).ToString());
}
