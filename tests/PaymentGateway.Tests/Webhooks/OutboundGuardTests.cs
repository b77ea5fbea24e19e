using System.Net;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Tests.Webhooks;

public sealed class OutboundGuardTests
{
    private static readonly OutboundGuard guard = new(allowPrivateInTest: true);
    private static readonly OutboundGuard denying = new(allowPrivateInTest: false);

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("1.1.1.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2001:4860:4860::8888")]
    public void A_public_address_may_always_be_called(string address)
    {
        Assert.True(guard.Allows(IPAddress.Parse(address), Mode.Live));
        Assert.True(denying.Allows(IPAddress.Parse(address), Mode.Test));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("::1")]
    [InlineData("fc00::1")]
    [InlineData("fdff:ffff::1")]
    public void A_private_address_may_be_called_in_the_sandbox_unless_denied(string address)
    {
        Assert.False(guard.Allows(IPAddress.Parse(address), Mode.Live));
        Assert.True(guard.Allows(IPAddress.Parse(address), Mode.Test));
        Assert.False(denying.Allows(IPAddress.Parse(address), Mode.Test));
    }

    [Theory]
    [InlineData("169.254.169.254")] // metadata of most clouds
    [InlineData("169.254.0.1")]
    [InlineData("100.100.100.200")] // metadata inside the shared range
    [InlineData("fd00:ec2::254")] // metadata inside the unique local range
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::ffff:127.0.0.1")] // mapped
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::7f00:1")] // compatible
    [InlineData("64:ff9b::7f00:1")] // NAT64
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")] // discard
    [InlineData("2001::1")] // Teredo
    [InlineData("2001:2::1")]
    [InlineData("2001:20::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")] // 6to4 of 127.0.0.1
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void An_address_that_no_merchant_can_own_may_never_be_called(string address)
    {
        Assert.False(guard.Allows(IPAddress.Parse(address), Mode.Live));
        Assert.False(guard.Allows(IPAddress.Parse(address), Mode.Test));
    }

    [Theory]
    [InlineData("https://shop.example/hook", Mode.Live)]
    [InlineData("https://shop.example:8443/hook?shop=1", Mode.Live)]
    [InlineData("https://8.8.8.8/", Mode.Live)]
    [InlineData("http://shop.example/", Mode.Test)]
    [InlineData("http://localhost:3000/webhook/payment", Mode.Test)]
    [InlineData("http://[::1]:3000/", Mode.Test)]
    [InlineData("http://192.168.1.10:8080/", Mode.Test)]
    public void A_usable_URL_is_taken(string url, Mode mode) => Assert.False(guard.Check("url", url, mode).IsRefused);

    [Theory]
    [InlineData("", Mode.Test)]
    [InlineData("shop.example/hook", Mode.Test)]
    [InlineData("/hook", Mode.Test)]
    [InlineData("ftp://shop.example/", Mode.Test)]
    [InlineData("file:///etc/passwd", Mode.Test)]
    [InlineData("gopher://shop.example/", Mode.Test)]
    [InlineData("http:///hook", Mode.Test)]
    [InlineData("https://user:secret@shop.example/", Mode.Test)]
    [InlineData("https://user@shop.example/", Mode.Test)]
    [InlineData("https://shop.example/#top", Mode.Test)]
    [InlineData("https://shop.example:22/", Mode.Test)]
    [InlineData("https://shop.example:25/", Mode.Test)]
    [InlineData("https://shop.example:0/", Mode.Test)]
    [InlineData("https://shop.example/a b", Mode.Test)]
    [InlineData("https://shop.example/\r\nX: y", Mode.Test)]
    [InlineData("http://169.254.169.254/latest/meta-data", Mode.Test)]
    [InlineData("http://[fe80::1]/", Mode.Test)]
    [InlineData("http://[::ffff:169.254.169.254]/", Mode.Test)]
    [InlineData("http://2852039166/", Mode.Test)] // 169.254.169.254 as one number
    [InlineData("http://0xa9.0xfe.0xa9.0xfe/", Mode.Test)]
    [InlineData("http://0251.0376.0251.0376/", Mode.Test)]
    [InlineData("http://shop.example/", Mode.Live)]
    [InlineData("https://127.0.0.1/", Mode.Live)]
    [InlineData("https://127.1/", Mode.Live)]
    [InlineData("https://2130706433/", Mode.Live)]
    [InlineData("https://0x7f000001/", Mode.Live)]
    [InlineData("https://localhost/", Mode.Live)]
    [InlineData("https://LOCALHOST./", Mode.Live)]
    [InlineData("https://shop.localhost/", Mode.Live)]
    [InlineData("https://[::1]/", Mode.Live)]
    [InlineData("https://10.1.2.3/", Mode.Live)]
    [InlineData("https://[fd12::1]/", Mode.Live)]
    public void A_URL_that_may_not_be_called_is_refused_by_name(string url, Mode mode)
    {
        var refusal = guard.Check("webhookUrl", url, mode).Refusal;
        Assert.Same(Errors.WebhookUrlRefused, refusal?.Kind);
        Assert.Contains("webhookUrl", (IReadOnlyDictionary<string, List<string>>)refusal!.Details!["fields"]!);
    }

    [Fact]
    public void A_URL_has_a_greatest_length() =>
        Assert.True(guard.Check("url", "https://shop.example/" + new string('a', OutboundGuard.UrlLengthMax), Mode.Test).IsRefused);

    [Theory]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://innocent.example:{0}/")]
    public async Task A_name_that_leads_inside_is_not_connected_to_in_live_mode(string pattern)
    {
        await using var inside = await Receiver.Start();
        var url = string.Format(pattern, new Uri(inside.Url).Port);
        var pointing = new OutboundGuard(allowPrivateInTest: true, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        using var live = new HttpClient(pointing.HandlerFor(Mode.Live));
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => live.GetAsync(url));
        Assert.IsType<OutboundRefusedException>(failure.InnerException ?? failure);
        Assert.Empty(inside.Received);

        using var test = new HttpClient(pointing.HandlerFor(Mode.Test));
        Assert.True((await test.GetAsync(url)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_name_that_is_pointed_inside_after_the_check_leads_nowhere()
    {
        await using var inside = await Receiver.Start();
        IPAddress[] answer = [IPAddress.Parse("93.184.216.34")];
        var rebinding = new OutboundGuard(allowPrivateInTest: false, (_, _) => Task.FromResult(answer));
        var url = $"http://rebound.example:{new Uri(inside.Url).Port}/";
        Assert.False(rebinding.Check("url", url, Mode.Test).IsRefused);
        answer = [IPAddress.Loopback, IPAddress.Parse("169.254.169.254"), IPAddress.IPv6Loopback];
        using var client = new HttpClient(rebinding.HandlerFor(Mode.Test));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(url));
        Assert.Empty(inside.Received);
    }

    [Fact]
    public async Task Of_several_addresses_only_the_allowed_ones_are_tried()
    {
        await using var shop = await Receiver.Start();
        var mixed = new OutboundGuard(
            allowPrivateInTest: true, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("169.254.169.254"), IPAddress.Loopback]));
        using var client = new HttpClient(mixed.HandlerFor(Mode.Test));
        Assert.True((await client.GetAsync($"http://shop.example:{new Uri(shop.Url).Port}/")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task No_proxy_of_the_environment_is_used_and_no_redirect_followed()
    {
        using var handler = guard.HandlerFor(Mode.Live);
        Assert.False(handler.UseProxy);
        Assert.False(handler.AllowAutoRedirect);
        await using var shop = await Receiver.Start();
        shop.Answer = (http, _) =>
        {
            http.Response.Redirect("http://169.254.169.254/latest/meta-data");
            return Task.CompletedTask;
        };
        using var client = new HttpClient(guard.HandlerFor(Mode.Test));
        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync(shop.Url)).StatusCode);
    }
}
