using System.Net;
using Microsoft.AspNetCore.Http;
using PaymentGateway.Identity;
using PaymentGateway.Settings;

namespace PaymentGateway.Tests.Identity;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("", "203.0.113.9", "198.51.100.1", "203.0.113.9")]
    [InlineData("10.0.0.0/8", "203.0.113.9", "198.51.100.1", "203.0.113.9")]
    [InlineData("10.0.0.0/8", "10.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.0/8", "::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.0/8", "10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.0/8", "10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.0/8", "10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1")]
    [InlineData("10.0.0.0/8", "10.0.0.1", "198.51.100.1:4711", "198.51.100.1")]
    [InlineData("10.0.0.0/8", "10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("10.0.0.0/8", "10.0.0.1", "2001:db8::1", "2001:db8::1")]
    [InlineData("10.0.0.0/8", "10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.0/8", "10.0.0.1", "198.51.100.1, unknown", "10.0.0.1")]
    [InlineData("10.0.0.0/8", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3")]
    public void A_proxy_is_believed_only_when_it_is_trusted(string trusted, string remote, string forwarded, string expected)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        http.Request.Headers["X-Forwarded-For"] = forwarded;
        Assert.Equal(expected, ClientAddress.Of(http, AddressRange.TryParse(trusted, out var range) ? [range] : [])?.ToString());
    }
}
