using System.Net;
using System.Text;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Courses;
using PaymentGateway.Database;
using PaymentGateway.Hosting;
using PaymentGateway.Http;
using PaymentGateway.Tests.Conformance;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Simulators;

namespace PaymentGateway.Tests.Courses;

/// <summary>At the simulator of SmartGateway: its page, its signature on the way back, and its webhook.</summary>
public sealed class SmartGatewayTests : IAsyncLifetime
{
    private RunningSimulator bank = null!;
    private TestGateway gateway = null!;
    private HttpClient staff = null!;
    private HttpClient browser = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        bank = await RunningSimulator.Start("hdfc");
        gateway = await TestGateway.Start(variables: [("HDFC_API_URL", bank.Address), ("ROLE", "api")]);
        staff = gateway.Client();
        browser = new HttpClient { BaseAddress = gateway.Address };
        var demo = new DemoProcessors(new ConnectorSettings { Hdfc = ConnectorSettings.Official(bank.Address) });
        // Its webhooks go nowhere: what comes when is the test's.
        var account = await demo.Open("hdfc", new Uri(gateway.Address, "/nowhere").ToString(), Cancel);
        var (status, body, _) = await staff.Call(HttpMethod.Put, "/api/payments/processors/hdfc/account", new { fields = account.Fields });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        staff.Dispose();
        browser.Dispose();
        await gateway.DisposeAsync();
        await bank.DisposeAsync();
    }

    [Fact]
    public async Task A_student_pays_at_the_page_and_comes_back_signed()
    {
        var started = await Start();
        Assert.StartsWith(bank.Address, started.PaymentUrl, StringComparison.Ordinal);
        var back = (await HdfcKit.PagePayer.WithCard().Pay(new NextAction("redirect_to_url", started.PaymentUrl)))!;
        Assert.StartsWith($"{gateway.Address}api/payment/callback?", back.ToString(), StringComparison.Ordinal);

        for (var time = 0; time < 2; time++)
        {
            Assert.Contains("Your course is open", await browser.GetStringAsync(back, Cancel), StringComparison.Ordinal);
        }

        Assert.Equal(("success", "card", "1097"), await gateway.Query<(string, string, string)>(
            "SELECT state, method, last4 FROM courses.transactions WHERE id = @Id", new { started.Id }));
        Assert.Equal((1, 1), await gateway.Effects(started.Id));
        Assert.Equal(1, await gateway.Query<long>("SELECT count(*) FROM courses.messages WHERE transaction_id = @Id AND kind = 'callback'", new { started.Id }));
        await gateway.AssertBookHolds();
    }

    /// <summary>The signed fields with one letter changed, the signature of another payment, and none at all; by GET and by POST.</summary>
    [Fact]
    public async Task What_the_bank_has_not_signed_changes_nothing()
    {
        var (paid, refused) = (await Start(), await Start());
        var genuine = (await HdfcKit.PagePayer.WithCard().Pay(new NextAction("redirect_to_url", paid.PaymentUrl)))!.Query;
        var other = (await HdfcKit.PagePayer.WithCard(outcome: "failure").Pay(new NextAction("redirect_to_url", refused.PaymentUrl)))!.Query;
        var before = await VersionOf(paid.Id);
        foreach (var forged in new[]
        {
            genuine.Replace("CHARGED", "NEW", StringComparison.Ordinal),
            other.Replace("AUTHORIZATION_FAILED", "CHARGED", StringComparison.Ordinal),
            genuine.Replace("signature=", "signature=A", StringComparison.Ordinal),
            genuine[..genuine.IndexOf("&signature", StringComparison.Ordinal)],
            genuine + "&status=CHARGED",
            "?order_id=NOSUCHORDER&signature=x&signature_algorithm=HMAC-SHA256",
            "",
        })
        {
            using var byGet = await browser.GetAsync(new Uri("/api/payment/callback" + forged, UriKind.Relative), Cancel);
            using var form = new StringContent(forged.TrimStart('?'), Encoding.UTF8, "application/x-www-form-urlencoded");
            using var byPost = await browser.PostAsync(new Uri("/api/payment/callback", UriKind.Relative), form, Cancel);
            Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (byGet.StatusCode, byPost.StatusCode));
        }

        Assert.Equal(before, await VersionOf(paid.Id));
        Assert.Equal(8, await gateway.EventsOf(paid.Id, "security.alert"));
    }

    [Fact]
    public async Task A_webhook_that_is_not_the_banks_is_401_and_a_genuine_one_is_received()
    {
        var paid = await Start();
        await HdfcKit.PagePayer.WithCard().Pay(new NextAction("redirect_to_url", paid.PaymentUrl));
        var reference = await gateway.Query<string>("SELECT gateway_reference FROM courses.transactions WHERE id = @Id", new { paid.Id });
        var body = BodyOf(reference);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Webhook(body, "demo:guess")).Status);
        var (status401, unsigned) = await Webhook(body, null);
        Assert.Equal((HttpStatusCode.Unauthorized, "WEBHOOK_NOT_AUTHENTIC"), (status401, JsonDocument.Parse(unsigned).RootElement.Code()));
        Assert.Equal(2, await gateway.EventsOf(paid.Id, "security.alert"));

        for (var time = 0; time < 2; time++)
        {
            var (status, answer) = await Webhook(body, "demo:demopassword");
            Assert.Equal((HttpStatusCode.OK, true), (status, JsonDocument.Parse(answer).RootElement.GetProperty("received").GetBoolean()));
        }

        Assert.Equal((1, 1), await gateway.Effects(paid.Id));
    }

    [Fact]
    public async Task The_page_offers_the_ways_to_pay_that_are_on_and_takes_no_other()
    {
        var (status, config, _) = await staff.Call(
            HttpMethod.Put, "/api/admin/payment/config", new { version = 0, methods = new { upi = false, netbanking = false, wallet = false } });
        Assert.True(status == HttpStatusCode.OK, config.ToString());
        var started = await Start();

        var page = await browser.GetStringAsync(new Uri(started.PaymentUrl!), Cancel);
        Assert.Equal((true, false), (page.Contains("Pay by card", StringComparison.Ordinal), page.Contains("Pay by UPI", StringComparison.Ordinal)));
        using var form = new StringContent("payment_method_type=UPI&upi_vpa=success@upi", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var refused = await browser.PostAsync(new Uri(started.PaymentUrl!), form, Cancel);
        Assert.Contains("instrument mismatch", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await HdfcKit.PagePayer.WithCard().Pay(new NextAction("redirect_to_url", started.PaymentUrl));
        Assert.Equal(TransactionState.Success, (await gateway.Get<SessionExpiry>().Refresh(started, Cancel)).State);
    }

    [Fact]
    public async Task The_connection_is_tested_with_the_keys_of_the_account()
    {
        const string test = "/api/admin/payment/test-connection";
        var (status, said, _) = await staff.Call(HttpMethod.Post, test);
        Assert.Equal((HttpStatusCode.OK, "connected", "test"), (status, said.Text("gatewayStatus"), said.Text("environment")));
        Assert.Equal((await staff.GetJson("/api/admin/payment/config")).Text("merchantId"), said.Text("merchantId"));
        Assert.True(said.GetProperty("responseTime").GetInt64() >= 0);

        await staff.Call(HttpMethod.Put, "/api/admin/payment/config", new { version = 0, credentials = new { apiKey = "wrong_key" } });
        var (wrong, refused, _) = await staff.Call(HttpMethod.Post, test);
        Assert.Equal((HttpStatusCode.BadGateway, "GATEWAY_AUTH_FAILED"), (wrong, refused.Code()));
        await bank.DisposeAsync();
        bank = await RunningSimulator.Start("hdfc");
        var (silent, nothing, _) = await staff.Call(HttpMethod.Post, test);
        Assert.Equal((HttpStatusCode.BadGateway, "GATEWAY_CONNECTION_FAILED"), (silent, nothing.Code()));
    }

    [Fact]
    public async Task A_webhook_that_cannot_be_stored_is_500_and_comes_again()
    {
        var paid = await Start();
        await HdfcKit.PagePayer.WithCard().Pay(new NextAction("redirect_to_url", paid.PaymentUrl));
        var reference = await gateway.Query<string>("SELECT gateway_reference FROM courses.transactions WHERE id = @Id", new { paid.Id });
        var body = BodyOf(reference);
        await gateway.Execute("ALTER TABLE inbox.messages RENAME TO messages_out_of_reach");
        var (status, answer) = await Webhook(body, "demo:demopassword");
        Assert.Equal((HttpStatusCode.InternalServerError, "INTERNAL_ERROR"), (status, JsonDocument.Parse(answer).RootElement.Code()));
        Assert.Equal((0, 0), await gateway.Effects(paid.Id));

        await gateway.Execute("ALTER TABLE inbox.messages_out_of_reach RENAME TO messages");
        Assert.Equal(HttpStatusCode.OK, (await Webhook(body, "demo:demopassword")).Status);
        Assert.Equal((1, 1), await gateway.Effects(paid.Id));
    }

    private static string BodyOf(string reference) => JsonSerializer.Serialize(new
    {
        id = $"evt_{reference}",
        event_name = "ORDER_SUCCEEDED",
        content = new { order = new { order_id = reference, status = "CHARGED" } },
    });

    private async Task<CourseTransaction> Start()
    {
        var started = await gateway.Get<StartCoursePayment>().Run(
            new(new Tenant(gateway.Shop.MerchantId, Mode.Test), CourseCalls.NewStudent(), await staff.Course(), null, null, Origin.System), Cancel);
        return started.Value;
    }

    private async Task<(HttpStatusCode Status, string Body)> Webhook(string body, string? credentials)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/payment/webhook");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (credentials is not null)
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        }

        using var response = await browser.SendAsync(request, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    private Task<int> VersionOf(string id) => gateway.Query<int>("SELECT version FROM courses.transactions WHERE id = @id", new { id });
}
