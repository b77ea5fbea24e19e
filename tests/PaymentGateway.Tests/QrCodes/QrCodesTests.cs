using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.QrCodes;

/// <summary>Codes over HTTP, as a shop and its customers use them.</summary>
public sealed class QrCodesTests(QrCodesFixture shared) : IClassFixture<QrCodesFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Theory]
    [InlineData("upi")]
    [InlineData("emvco")]
    public async Task A_dynamic_code_makes_its_order_and_one_scan_pays_it(string format)
    {
        var code = await client.CreateCode(new { type = "dynamic", format, amount = 499.5, currency = "INR", metadata = new { table = "7" } });
        Assert.Equal(("active", 0), (code.Text("status"), code.GetProperty("paymentsCount").GetInt32()));

        var (status, scan, _) = await client.Scan(code);

        Assert.Equal((HttpStatusCode.Created, "paid"), (status, scan.Text("status")));
        var paid = await client.Read(code);
        Assert.Equal(("paid", 1, 499.5m),
            (paid.Text("status"), paid.GetProperty("paymentsCount").GetInt32(), paid.GetProperty("amountReceived").GetDecimal()));
        var order = await client.GetJson($"/api/payments/orders/{code.Text("orderId")}");
        Assert.Equal(("paid", "7"), (order.Text("status"), order.GetProperty("metadata").Text("table")));
        var payment = await client.GetJson($"/api/payments/{order.Text("paymentId")}");
        Assert.Equal(("succeeded", "qr"), (payment.Text("status"), payment.Text("paymentMethod")));
        var credit = Assert.Single(await client.Credits(code));
        Assert.Equal((order.Text("id"), payment.Text("id"), scan.Text("reference")), (credit.Text("orderId"), credit.Text("paymentId"), credit.Text("reference")));
        foreach (var name in (string[])["qr_code.created", "qr_code.credited", "qr_code.closed"])
        {
            Assert.Equal(1, await gateway.EventsOf(code.Text("id"), name));
        }

        Assert.Equal(1, await gateway.EventsOf(payment.Text("id"), "payment.success"));
        Assert.Equal(1, await gateway.EventsOf(order.Text("id"), "order.paid"));
    }

    [Fact]
    public async Task A_code_pays_an_order_that_is_there()
    {
        var orderId = await client.CreateOrder(100m);
        var code = await client.CreateCode(new { type = "dynamic", orderId });
        Assert.Equal((orderId, 100m), (code.Text("orderId"), code.GetProperty("amount").GetDecimal()));
        var (second, error, _) = await client.Post("/api/payments/qr-codes", new { type = "dynamic", orderId });
        Assert.Equal((HttpStatusCode.Conflict, "INVALID_STATE"), (second, error.Code()));

        await client.Scan(code);

        Assert.Equal("paid", (await client.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
        Assert.Equal("INVALID_STATE", (await client.PayByCard(orderId)).Body.Code());
    }

    [Fact]
    public async Task A_scan_after_a_declined_card_pays_the_same_payment()
    {
        var orderId = await client.CreateOrder(100m);
        await client.PayByCard(orderId, "4000000000000002");
        var code = await client.CreateCode(new { type = "dynamic", orderId });

        await client.Scan(code);

        var payment = await client.GetJson($"/api/payments/{(await client.GetJson($"/api/payments/orders/{orderId}")).Text("paymentId")}");
        Assert.Equal(("succeeded", 2), (payment.Text("status"), payment.GetProperty("charges").GetArrayLength()));
    }

    [Fact]
    public async Task A_static_code_takes_many_payments_each_with_an_order_of_its_own()
    {
        var code = await client.Static();
        foreach (var amount in (decimal[])[10m, 20.50m, 10m])
        {
            Assert.Equal("paid", (await client.Scan(code, new { amount })).Body.Text("status"));
        }

        var read = await client.Read(code);
        Assert.Equal(("active", 3, 40.5m),
            (read.Text("status"), read.GetProperty("paymentsCount").GetInt32(), read.GetProperty("amountReceived").GetDecimal()));
        var credits = await client.Credits(code);
        Assert.Equal(3, credits.Select(credit => credit.Text("orderId")).Distinct().Count());
        Assert.Equal([10m, 20.5m, 10m], credits.Reverse().Select(credit => credit.GetProperty("amount").GetDecimal()));
    }

    [Fact]
    public async Task A_message_that_comes_twice_counts_once()
    {
        var code = await client.Static();
        await client.Scan(code, new { amount = 15 }, behaviour: "duplicate_notification");
        await gateway.NotifyOnce();
        Assert.Equal(1, (await client.Read(code)).GetProperty("paymentsCount").GetInt32());

        Assert.Equal(HttpStatusCode.OK, await gateway.Credit(code.Text("id"), "twice-1"));
        Assert.Equal(HttpStatusCode.OK, await gateway.Credit(code.Text("id"), "twice-1"));

        Assert.Equal(2, (await client.Read(code)).GetProperty("paymentsCount").GetInt32());
    }

    [Fact]
    public async Task A_deemed_payment_waits_for_the_final_word_and_a_decline_leaves_the_code_open()
    {
        var code = await client.Dynamic();
        Assert.Equal("declined", (await client.Scan(code, new { vpa = "nofunds@pgtestupi" })).Body.Text("status"));
        Assert.Equal("pending", (await client.Scan(code, new { vpa = "deemed@pgtestupi" })).Body.Text("status"));
        Assert.Equal("active", (await client.Read(code)).Text("status"));

        shared.Clock.Advance(TimeSpan.FromSeconds(31));
        await gateway.NotifyOnce();

        Assert.Equal("paid", (await client.Read(code)).Text("status"));
    }

    [Fact]
    public async Task A_canceled_code_ends_its_order_and_is_not_paid_any_more()
    {
        var code = await client.Dynamic();
        var (status, canceled, _) = await client.Post($"/api/payments/qr-codes/{code.Text("id")}/cancel", new { });
        Assert.Equal((HttpStatusCode.OK, "canceled"), (status, canceled.Text("status")));
        Assert.Equal("canceled", (await client.GetJson($"/api/payments/orders/{code.Text("orderId")}")).Text("status"));

        Assert.Equal("INVALID_STATE", (await client.Scan(code)).Body.Code());
        Assert.Equal("INVALID_STATE", (await client.Post($"/api/payments/qr-codes/{code.Text("id")}/cancel", new { })).Body.Code());
    }

    [Fact]
    public async Task An_expired_code_is_closed_and_not_paid_any_more()
    {
        var code = await client.CreateCode(new { type = "dynamic", amount = 10, currency = "INR", expiresIn = 60 });
        shared.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("INVALID_STATE", (await client.Scan(code)).Body.Code());

        await gateway.ExpireCodesOnce();
        await gateway.ExpireOnce();

        Assert.Equal("expired", (await client.Read(code)).Text("status"));
        Assert.Equal("expired", (await client.GetJson($"/api/payments/orders/{code.Text("orderId")}")).Text("status"));
        Assert.Equal(1, await gateway.EventsOf(code.Text("id"), "qr_code.closed"));
    }

    [Theory]
    [InlineData("code_canceled")]
    [InlineData("code_expired")]
    [InlineData("code_paid")]
    [InlineData("wrong_amount")]
    [InlineData("order_closed")]
    public async Task Money_that_the_code_is_not_for_is_a_payment_of_its_own(string why)
    {
        var orderId = await client.CreateOrder(499.50m, new { expiresIn = 3600 });
        var code = await client.CreateCode(new { type = "dynamic", orderId, expiresIn = 600 });
        switch (why)
        {
            case "code_canceled":
                await client.Post($"/api/payments/qr-codes/{code.Text("id")}/cancel", new { });
                break;
            case "code_expired":
                shared.Clock.Advance(TimeSpan.FromSeconds(601));
                break;
            case "code_paid":
                await client.Scan(code);
                break;
            case "order_closed":
                await client.PayByCard(orderId);
                break;
        }

        var counted = (await client.Read(code)).GetProperty("paymentsCount").GetInt32();
        Assert.Equal(HttpStatusCode.OK, await gateway.Credit(code.Text("id"), $"surplus-{why}", why == "wrong_amount" ? 1 : 49950));

        Assert.Equal(counted, (await client.Read(code)).GetProperty("paymentsCount").GetInt32());
        var credit = (await client.Credits(code))[0];
        Assert.Equal(why, credit.Text("surplus"));
        Assert.NotEqual(orderId, credit.Text("orderId"));
        Assert.Equal("succeeded", (await client.GetJson($"/api/payments/{credit.Text("paymentId")}")).Text("status"));
        Assert.Equal("paid", (await client.GetJson($"/api/payments/orders/{credit.Text("orderId")}")).Text("status"));
    }

    [Fact]
    public async Task Another_tenant_sees_nothing_and_a_forged_or_foreign_message_does_nothing()
    {
        var code = await client.Dynamic();
        using var other = gateway.ClientOf(gateway.Shops[1]);
        foreach (var path in (string[])["", "/credits"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await other.Call(HttpMethod.Get, $"/api/payments/qr-codes/{code.Text("id")}{path}")).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await other.Post($"/api/payments/qr-codes/{code.Text("id")}/cancel", new { })).Status);
        Assert.DoesNotContain((await other.GetJson("/api/payments/qr-codes")).GetProperty("data").EnumerateArray(), c => c.Text("id") == code.Text("id"));
        Assert.Equal(HttpStatusCode.BadRequest, await gateway.Credit(code.Text("id"), "forged-1", forged: true));
        Assert.Equal(HttpStatusCode.OK, await gateway.Credit(code.Text("id"), "foreign-1", merchantId: gateway.Shops[1].MerchantId));
        Assert.Equal(HttpStatusCode.OK, await gateway.Credit("qr_nobody", "unknown-1"));
        Assert.Equal("active", (await client.Read(code)).Text("status"));
    }

    [Fact]
    public async Task Lists_are_filtered()
    {
        var (till, once) = (await client.Static(), await client.Dynamic());
        var statics = (await client.GetJson("/api/payments/qr-codes?type=static&status=active&limit=100")).GetProperty("data").EnumerateArray().Select(c => c.Text("id")).ToList();
        Assert.Contains(till.Text("id"), statics);
        Assert.DoesNotContain(once.Text("id"), statics);
        var ofOrder = await client.GetJson($"/api/payments/qr-codes?orderId={once.Text("orderId")}");
        Assert.Equal(once.Text("id"), Assert.Single(ofOrder.GetProperty("data").EnumerateArray()).Text("id"));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.Call(HttpMethod.Get, "/api/payments/qr-codes?status=open")).Status);
    }

    [Theory]
    [InlineData("""{}""", "VALIDATION_FAILED")]
    [InlineData("""{"type":"moving","currency":"INR"}""", "VALIDATION_FAILED")]
    [InlineData("""{"type":"static","format":"aztec","currency":"INR"}""", "VALIDATION_FAILED")]
    [InlineData("""{"type":"static"}""", "VALIDATION_FAILED")]
    [InlineData("""{"type":"static","currency":"XXX"}""", "UNSUPPORTED_CURRENCY")]
    [InlineData("""{"type":"static","currency":"KZT"}""", "UNSUPPORTED_CURRENCY")]
    [InlineData("""{"type":"static","currency":"INR","orderId":"order_1"}""", "VALIDATION_FAILED")]
    [InlineData("""{"type":"dynamic","currency":"INR"}""", "INVALID_AMOUNT")]
    [InlineData("""{"type":"dynamic","currency":"INR","amount":0}""", "INVALID_AMOUNT")]
    [InlineData("""{"type":"dynamic","currency":"INR","amount":1.005}""", "INVALID_AMOUNT")]
    [InlineData("""{"type":"dynamic","currency":"INR","amount":100000.01}""", "AMOUNT_ABOVE_MAXIMUM")]
    [InlineData("""{"type":"dynamic","currency":"INR","amount":1,"expiresIn":1}""", "VALIDATION_FAILED")]
    [InlineData("""{"type":"dynamic","orderId":"order_1"}""", "ORDER_NOT_FOUND")]
    [InlineData("""{"type":"static","format":"emvco","currency":"INR","city":"A city with a long name"}""", "VALIDATION_FAILED")]
    [InlineData("""{"type":"static","format":"emvco","currency":"INR","merchantCategory":"12"}""", "VALIDATION_FAILED")]
    [InlineData("""{"type":"static","currency":"INR","colour":"red"}""", "UNKNOWN_FIELD")]
    public async Task A_request_that_makes_no_sense_is_refused(string body, string code)
    {
        var (_, error, _) = await client.Post("/api/payments/qr-codes", JsonDocument.Parse(body).RootElement);
        Assert.Equal(code, error.Code());
    }

    [Fact]
    public async Task A_repeated_request_makes_one_code()
    {
        var body = new { type = "dynamic", amount = 5, currency = "INR" };
        var first = await client.Post("/api/payments/qr-codes", body, idempotencyKey: "qr-once");
        var again = await client.Post("/api/payments/qr-codes", body, idempotencyKey: "qr-once");
        Assert.Equal(first.Body.Text("id"), again.Body.Text("id"));
    }

    [Fact]
    public async Task A_merchant_without_the_method_gets_no_code()
    {
        using var other = gateway.ClientOf(gateway.Shops[1]);
        var (_, error, _) = await other.Post("/api/payments/qr-codes", new { type = "static", currency = "INR" });
        Assert.Equal("PAYMENT_METHOD_NOT_AVAILABLE", error.Code());
    }

    [Fact]
    public async Task Pictures_are_drawn_in_limits_and_kept_by_their_tag()
    {
        var code = await client.Dynamic();
        using var page = new HttpClient { BaseAddress = gateway.Address };
        var path = $"/api/payments/qr-codes/{code.Text("id")}/image";

        using var png = await page.GetAsync($"{path}?format=png&size=400");
        Assert.Equal((HttpStatusCode.OK, QrPicture.PngType), (png.StatusCode, png.Content.Headers.ContentType!.MediaType!));
        Assert.Equal(TimeSpan.FromMinutes(5), png.Headers.CacheControl!.MaxAge);
        using var known = new HttpRequestMessage(HttpMethod.Get, $"{path}?format=png&size=400");
        known.Headers.IfNoneMatch.Add(png.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await page.SendAsync(known)).StatusCode);
        Assert.Equal(QrPicture.SvgType, (await page.GetAsync(path)).Content.Headers.ContentType!.MediaType);
        foreach (var wrong in (string[])["?format=gif", "?size=99", "?size=1025", "?size=x", "?size=200&size=300", "?format="])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await page.GetAsync(path + wrong)).StatusCode);
        }

        await client.Scan(code);
        Assert.Equal(HttpStatusCode.Conflict, (await page.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await page.GetAsync("/api/payments/qr-codes/qr_nobody/image")).StatusCode);
    }

    [Fact]
    public async Task The_page_of_the_test_app_pays_too()
    {
        var code = await client.Static();
        using var browser = new HttpClient();
        Assert.Contains("Amount in INR", await browser.GetStringAsync(code.Text("testUrl")), StringComparison.Ordinal);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["amount"] = "12.50", ["vpa"] = "asha@okbank" });
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync(new Uri(code.Text("testUrl")), form)).StatusCode);
        using var wrong = new FormUrlEncodedContent(new Dictionary<string, string> { ["amount"] = "a lot", ["vpa"] = "asha@okbank" });
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(new Uri(code.Text("testUrl")), wrong)).StatusCode);
        Assert.Equal(12.5m, (await client.Read(code)).GetProperty("amountReceived").GetDecimal());
    }

    [Theory]
    [InlineData("upi")]
    [InlineData("emvco")]
    public async Task An_order_is_paid_by_the_method_qr(string format)
    {
        var orderId = await client.CreateOrder(100m);
        var (status, payment, _) = await client.Post("/api/payments", new { orderId, paymentMethod = "qr", paymentDetails = new { format } });
        Assert.Equal((HttpStatusCode.Created, "requires_action"), (status, payment.Text("status")));
        var action = payment.GetProperty("nextAction");
        Assert.Equal("qr_code", action.Text("type"));
        Assert.False(format == "upi" ? UpiLink.Read(action.Text("qr")).IsRefused : EmvText.Read(action.Text("qr")).IsRefused);
        using var page = new HttpClient();
        using var png = await page.GetAsync(action.GetProperty("qrImages").Text("png"));
        Assert.Equal((HttpStatusCode.OK, QrPicture.PngType), (png.StatusCode, png.Content.Headers.ContentType!.MediaType!));

        await SandboxWorld.AnswerAtBank(action.Text("testUrl"), "approve");

        Assert.Equal("paid", (await client.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
        Assert.Equal(HttpStatusCode.NotFound, (await page.GetAsync(action.GetProperty("qrImages").Text("png"))).StatusCode);
    }
}
