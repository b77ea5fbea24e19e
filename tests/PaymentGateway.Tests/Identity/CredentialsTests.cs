using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using PaymentGateway.Identity;

namespace PaymentGateway.Tests.Identity;

public sealed class CredentialsTests
{
    private const string Id = "pk_test_A_1";
    private const string Secret = "sk_test_A_2";

    [Theory]
    [InlineData(Id, Secret, "Authorization: Basic " + "cGtfdGVzdF9BXzE6c2tfdGVzdF9BXzI=")]
    [InlineData(Id, Secret, "Authorization: bAsIc   cGtfdGVzdF9BXzE6c2tfdGVzdF9BXzI= ")]
    [InlineData(Id, Secret, "X-Api-Key: pk_test_A_1|X-Api-Secret: sk_test_A_2")]
    [InlineData(Id, null, "X-Api-Key: pk_test_A_1")]
    [InlineData(Id, null, "Authorization: Bearer pk_test_A_1")]
    [InlineData(null, Secret, "Authorization: Bearer sk_test_A_2")]
    public void The_known_ways_are_read(string? id, string? secret, string headers)
    {
        Assert.True(Credentials.TryRead(Headers(headers), out var read));
        Assert.Equal(new Credentials(id, secret), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Authorization: ")]
    [InlineData("Authorization: Basic")]
    [InlineData("Authorization: Basic ")]
    [InlineData("Authorization: Basic !!!")]
    [InlineData("Authorization: Basic cGtfdGVzdF9BXzE")]
    [InlineData("Authorization: Basic cGtfdGVzdF9BXzE=")]
    [InlineData("Authorization: Basic Og==")]
    [InlineData("Authorization: Basic /zr/")]
    [InlineData("Authorization: Basic c2tfdGVzdF9BXzI6")]
    [InlineData("Authorization: Bearer")]
    [InlineData("Authorization: Bearer ")]
    [InlineData("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.x")]
    [InlineData("Authorization: Bearer sk_test_A_2 sk_test_A_2")]
    [InlineData("Authorization: Bearer sk_tést")]
    [InlineData("Authorization: Digest username=\"x\"")]
    [InlineData("Authorization: pk_test_A_1")]
    [InlineData("Authorization: Bearer sk_test_A_2|Authorization: Bearer sk_test_A_2")]
    [InlineData("Authorization: Bearer sk_test_A_2|X-Api-Key: pk_test_A_1")]
    [InlineData("X-Api-Secret: sk_test_A_2")]
    [InlineData("X-Api-Key: sk_test_A_2")]
    [InlineData("X-Api-Key: sk_test_A_2|X-Api-Secret: pk_test_A_1")]
    [InlineData("X-Api-Key: pk_test_A_1|X-Api-Secret: ")]
    [InlineData("X-Api-Key: pk_test_A_1|X-Api-Key: pk_test_A_1")]
    [InlineData("X-Api-Key: ' OR 1=1 --|X-Api-Secret: x")]
    public void Everything_else_is_no_credentials(string headers) => Assert.False(Credentials.TryRead(Headers(headers), out _));

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void A_key_has_a_length(int length, bool isRead)
    {
        var key = "pk_" + new string('a', length - 3);
        Assert.Equal(isRead, Credentials.TryRead(Headers($"X-Api-Key: {key}"), out _));
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:s{key[1..]}"));
        Assert.Equal(isRead, Credentials.TryRead(Headers($"Authorization: Basic {basic}"), out _));
    }

    private static HeaderDictionary Headers(string lines)
    {
        var headers = new HeaderDictionary();
        foreach (var line in lines.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            headers[line[..colon]] = StringValues.Concat(headers[line[..colon]], line[(colon + 2)..]);
        }

        return headers;
    }
}
