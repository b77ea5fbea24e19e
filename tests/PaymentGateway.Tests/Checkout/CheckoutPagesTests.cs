using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Checkout;

/// <summary>The pages as a browser without script meets them; what needs a real browser is in tests/EndToEnd.</summary>
public sealed partial class CheckoutPagesTests(CheckoutPagesTests.Server server) : IClassFixture<CheckoutPagesTests.Server>
{
    private readonly TestGateway gateway = server.Gateway;
    private readonly HttpClient shop = server.Shop;
    private readonly HttpClient browser = server.Browser;

    [Fact]
    public async Task A_card_is_paid_by_forms_alone()
    {
        var order = await shop.CreateOrder(499m);
        var (_, page) = await Get($"/checkout/{order}");

        var tokenized = await Submit(page, "/sandbox/tokenizer", ("number", "4111111111111111"), ("expiry", "12/25"), ("cvv", "123"));
        var (_, confirmation) = await Get(tokenized);
        Assert.Contains("Pay ₹499.00 with Visa •••• 1111", confirmation, StringComparison.Ordinal);

        Assert.Equal($"/checkout/{order}", await Submit(confirmation, $"/checkout/{order}/pay"));
        var (status, paid) = await Get($"/checkout/{order}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Payment successful", paid, StringComparison.Ordinal);
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task The_second_of_two_forms_finds_the_order_paid()
    {
        var order = await shop.CreateOrder(499m);
        var (_, page) = await Get($"/checkout/{order}");

        await SubmitUpi(page, order, "success@pgtestupi");
        Assert.Equal($"/checkout/{order}?problem=INVALID_STATE", await SubmitUpi(page, order, "success@pgtestupi"));

        var (_, paid) = await Get($"/checkout/{order}?problem=INVALID_STATE");
        Assert.Contains("Payment successful", paid, StringComparison.Ordinal);
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task An_attempt_is_given_up_and_the_bank_is_asked_on_return()
    {
        var order = await shop.CreateOrder(499m);
        var (_, page) = await Get($"/checkout/{order}");
        await SubmitUpi(page, order, "asha@okbank");
        Assert.Equal("needs_action", await StateOf(order));

        var (_, waiting) = await Get($"/checkout/{order}");
        Assert.Equal($"/checkout/{order}", await Submit(waiting, $"/checkout/{order}/check"));
        Assert.Equal("needs_action", await StateOf(order));
        Assert.Equal($"/checkout/{order}", await Submit(waiting, $"/checkout/{order}/abandon"));
        Assert.Equal("payable", await StateOf(order));

        using var back = await browser.GetAsync(new Uri($"/checkout/{order}/return?status=succeeded", UriKind.Relative));
        Assert.Equal(HttpStatusCode.SeeOther, back.StatusCode);
        Assert.Equal("payable", await StateOf(order));
    }

    [Theory]
    [InlineData("pay")]
    [InlineData("abandon")]
    [InlineData("check")]
    public async Task A_step_without_the_client_secret_of_this_order_is_forbidden(string step)
    {
        var order = await shop.CreateOrder(499m);
        var (_, other) = await Get($"/checkout/{await shop.CreateOrder(1m)}");
        var foreign = Hidden().Match(other).Groups["value"].Value;

        foreach (var secret in new[] { "", "x", foreign })
        {
            using var form = new FormUrlEncodedContent(
                [new("clientSecret", secret), new("method", "upi"), new("vpa", "success@pgtestupi")]);
            using var answer = await browser.PostAsync(new Uri($"/checkout/{order}/{step}", UriKind.Relative), form);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.Equal("payable", await StateOf(order));
    }

    [Fact]
    public async Task What_is_no_form_is_refused()
    {
        var order = await shop.CreateOrder(499m);
        using var json = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var answer = await browser.PostAsync(new Uri($"/checkout/{order}/pay", UriKind.Relative), json);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Theory]
    [InlineData("", HttpStatusCode.NotFound)]
    [InlineData("/card", HttpStatusCode.NotFound)]
    [InlineData("/return", HttpStatusCode.NotFound)]
    [InlineData("/state", HttpStatusCode.NotFound)]
    [InlineData("/qr.svg", HttpStatusCode.NotFound)]
    public async Task An_unknown_order_is_not_found(string path, HttpStatusCode expected)
    {
        foreach (var id in new[] { "order_0zzzzzzzzzzzzzzzzzzzzzzzzz", "order_1", "order_%27", "..%2f" })
        {
            var (status, _) = await Get($"/checkout/{id}{path}");
            Assert.Equal(expected, status);
        }
    }

    [Fact]
    public async Task The_code_to_scan_is_there_only_while_it_is_waited_for()
    {
        var order = await shop.CreateOrder(499m);
        Assert.Equal(HttpStatusCode.NotFound, (await Get($"/checkout/{order}/qr.svg")).Status);
        await shop.Post($"/api/payments/orders/{order}/pay", new { paymentMethod = "upi", paymentDetails = new { flow = "qr" } });

        var (status, svg) = await Get($"/checkout/{order}/qr.svg");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("<svg", svg, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_is_closed_is_gone()
    {
        var order = await shop.CreateOrder(499m);
        await shop.Post($"/api/payments/orders/{order}/cancel", new { });

        var (status, page) = await Get($"/checkout/{order}?lang=ru");
        Assert.Equal(HttpStatusCode.Gone, status);
        Assert.Contains("Заказ отменён", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_held_payment_says_that_it_is_held()
    {
        var order = await shop.CreateOrder(499m, new { captureMethod = "manual" });
        await shop.PayByCard(order);

        Assert.Contains("Payment authorized", (await Get($"/checkout/{order}")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chosen_language_is_remembered_and_nothing_else()
    {
        var order = await shop.CreateOrder(499m);
        using var plain = await browser.GetAsync(new Uri($"/checkout/{order}", UriKind.Relative));
        Assert.False(plain.Headers.Contains("Set-Cookie"));

        using var switched = await browser.GetAsync(new Uri($"/checkout/{order}?lang=kk", UriKind.Relative));
        Assert.Equal("checkout_lang=kk; path=/checkout; samesite=lax; httponly", Assert.Single(switched.Headers.GetValues("Set-Cookie")));

        using var wrong = await browser.GetAsync(new Uri($"/checkout/{order}?lang=%22%3E%3Cscript%3E", UriKind.Relative));
        Assert.False(wrong.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("/checkout/brand/c2185b.css", HttpStatusCode.OK)]
    [InlineData("/checkout/brand/}body{x.css", HttpStatusCode.NotFound)]
    [InlineData("/checkout/brand/c2185b", HttpStatusCode.NotFound)]
    [InlineData("/checkout/done", HttpStatusCode.OK)]
    public async Task Small_pages_answer_as_they_should(string path, HttpStatusCode expected) =>
        Assert.Equal(expected, (await Get(path)).Status);

    private async Task<string> StateOf(string order)
    {
        using var answer = JsonDocument.Parse((await Get($"/checkout/{order}/state")).Body);
        return answer.RootElement.GetProperty("state").GetString()!;
    }

    private Task<string> SubmitUpi(string page, string order, string vpa) =>
        Submit(page, $"/checkout/{order}/pay", ("method", "upi"), ("vpa", vpa));

    /// <summary>Sends the first form with this action, with its hidden fields and those given. Returns where it leads.</summary>
    private async Task<string> Submit(string page, string action, params (string Name, string Value)[] fields)
    {
        var form = Form().Matches(page).First(m => m.Groups["action"].Value == action).Value;
        var sent = Hidden().Matches(form).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value));
        foreach (var (name, value) in fields)
        {
            sent[name] = value;
        }

        using var body = new FormUrlEncodedContent(sent);
        using var answer = await browser.PostAsync(new Uri(action, UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    private async Task<(HttpStatusCode Status, string Body)> Get(string path)
    {
        using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>One server for all of these tests: each makes its own orders.</summary>
    public sealed class Server : IAsyncLifetime
    {
        internal TestGateway Gateway { get; private set; } = null!;
        internal HttpClient Shop { get; private set; } = null!;

        /// <summary>Follows no redirect and keeps no cookie, so that each step is seen.</summary>
        internal HttpClient Browser { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Gateway = await TestGateway.Start();
            Shop = Gateway.Client();
            Browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
            {
                BaseAddress = Gateway.Address,
            };
        }

        public async ValueTask DisposeAsync()
        {
            Browser.Dispose();
            Shop.Dispose();
            await Gateway.DisposeAsync();
        }
    }

    [GeneratedRegex("""<form method="post" action="(?<action>[^"]*)".*?</form>""", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""")]
    private static partial Regex Hidden();
}
