using System.Net;
using System.Text.Json;
using PaymentGateway.Database;
using PaymentGateway.Merchants;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

/// <summary>Banks, wallets and UPI addresses: what is listed, and what is refused before a processor is asked.</summary>
public sealed class WaysThatAreClosedTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task A_bank_that_is_down_is_listed_and_refused()
    {
        var banks = (await client.GetJson("/api/payments/netbanking/banks")).GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(["DOWN"], banks.Where(bank => !bank.GetProperty("available").GetBoolean()).Select(bank => bank.Text("code")));
        Assert.Contains(banks, bank => bank.Text("name") == "HDFC Bank");

        var (status, error) = await Pay(await client.CreateOrder(100m), "netbanking", new { bankCode = "DOWN" });

        Assert.Equal((HttpStatusCode.BadRequest, "BANK_UNAVAILABLE"), (status, error.Code()));
    }

    [Fact]
    public async Task A_wallet_takes_its_own_currencies()
    {
        Assert.Equal(["applepay", "googlepay", "paypal", "paytm", "phonepe"], await WalletsFor("INR"));
        Assert.Equal(["applepay", "googlepay", "kaspi", "paypal"], await WalletsFor("KZT"));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.Call(HttpMethod.Get, "/api/payments/wallets?currency=rupees")).Status);

        var (_, error) = await Pay(await client.CreateOrder(100m), "wallet", new { wallet = "kaspi" });

        Assert.Equal("PAYMENT_METHOD_NOT_AVAILABLE", error.Code());
    }

    [Fact]
    public async Task Collect_is_refused_once_it_is_switched_off_and_the_limit_follows_the_trade()
    {
        using var shop = gateway.ClientOf(gateway.Shops[1]);
        var path = $"/api/payments/merchants/{gateway.Shops[1].MerchantId}";
        var order = await shop.CreateOrder(100_000.01m);
        await shop.Call(HttpMethod.Patch, path, new { paymentMethods = (string[])["card", "upi"] });
        Assert.Equal("AMOUNT_ABOVE_MAXIMUM", (await Pay(order, "upi", new { vpa = "success@pgtestupi" }, shop)).Error.Code());

        var (status, changed, _) = await shop.Call(HttpMethod.Patch, path, new { upi = new { collect = false, category = "education" } });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(500_000m, changed.GetProperty("upi").GetProperty("maximumAmount").GetDecimal());
        Assert.Equal("COLLECT_NOT_ALLOWED", (await Pay(order, "upi", new { vpa = "success@pgtestupi" }, shop)).Error.Code());
        Assert.Equal(HttpStatusCode.Created, (await Pay(order, "upi", new { flow = "intent" }, shop)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await shop.Call(HttpMethod.Patch, path, new { upi = new { category = "casino" } })).Status);
    }

    [Fact]
    public void Collect_is_off_at_first_in_live_mode() => Assert.Equal((true, false), (UpiTerms.Of(Mode.Test).Collect, UpiTerms.Of(Mode.Live).Collect));

    [Fact]
    public async Task An_intent_has_a_link_for_each_app()
    {
        var (_, payment) = await Pay(await client.CreateOrder(100m), "upi", new { flow = "intent" });
        var action = payment.GetProperty("nextAction");
        Assert.StartsWith("upi://pay?pa=sandbox@pgtestupi&", action.Text("url"), StringComparison.Ordinal);
        Assert.StartsWith("tez://upi/pay?pa=", action.GetProperty("appLinks").Text("gpay"), StringComparison.Ordinal);
        Assert.StartsWith("phonepe://pay?pa=", action.GetProperty("appLinks").Text("phonepe"), StringComparison.Ordinal);
        Assert.StartsWith("paytmmp://pay?pa=", action.GetProperty("appLinks").Text("paytm"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("success@pgtestupi", true)]
    [InlineData("unknown@pgtestupi", false)]
    public async Task An_address_is_looked_up_and_its_name_is_masked(string vpa, bool valid)
    {
        var (status, body, _) = await client.Post("/api/payments/payment-methods/upi/validate", new { vpa });
        Assert.Equal((HttpStatusCode.OK, valid), (status, body.GetProperty("valid").GetBoolean()));
        Assert.Equal(valid ? "T*** C*******" : null, valid ? body.Text("name") : null);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"vpa":"nobody"}""")]
    [InlineData("""{"vpa":"a@b@c"}""")]
    public async Task What_is_no_address_is_refused(string body) => Assert.Equal(
        HttpStatusCode.BadRequest, (await client.Post("/api/payments/payment-methods/upi/validate", JsonDocument.Parse(body).RootElement)).Status);

    [Theory]
    [InlineData("failure@pgtestupi", "UPI_DECLINED", "ZA")]
    [InlineData("timeout@pgtestupi", "UPI_TIMEOUT", "U69")]
    [InlineData("nofunds@pgtestupi", "INSUFFICIENT_FUNDS", "Z9")]
    [InlineData("limit@pgtestupi", "LIMIT_EXCEEDED", "Z8")]
    [InlineData("unknown@pgtestupi", "VALIDATION_FAILED", "invalid_vpa")]
    public async Task An_address_decides_by_itself(string vpa, string code, string processorCode)
    {
        var orderId = await client.CreateOrder(100m);
        Assert.Equal(code, (await Pay(orderId, "upi", new { vpa })).Error.Code());
        var payment = await client.GetJson($"/api/payments/{(await client.GetJson($"/api/payments/orders/{orderId}")).Text("paymentId")}");
        Assert.Equal(processorCode, payment.GetProperty("charges")[0].Text("processorCode"));
    }

    [Fact]
    public async Task A_deemed_payment_stays_processing_until_the_final_word()
    {
        var orderId = await client.CreateOrder(100m);
        var (status, payment) = await Pay(orderId, "upi", new { vpa = "deemed@pgtestupi" });
        Assert.Equal((HttpStatusCode.Accepted, "processing"), (status, payment.Text("status")));
        Assert.Equal("RB", payment.GetProperty("charges")[0].Text("processorCode"));
        Assert.Equal("INVALID_STATE", (await Pay(orderId, "upi", new { vpa = "success@pgtestupi" })).Error.Code());

        shared.Clock.Advance(TimeSpan.FromSeconds(31));
        await gateway.NotifyOnce();

        var done = await client.GetJson($"/api/payments/{payment.Text("id")}");
        Assert.Equal("succeeded", done.Text("status"));
        Assert.False(done.GetProperty("charges")[0].TryGetProperty("processorCode", out _));
    }

    [Fact]
    public async Task The_page_finds_a_bank_and_shows_which_is_down()
    {
        var orderId = await client.CreateOrder(100m);
        using var browser = new HttpClient { BaseAddress = gateway.Address };
        var all = await browser.GetStringAsync($"/checkout/{orderId}");
        Assert.Contains("""<option value="DOWN" disabled>""", all, StringComparison.Ordinal);
        Assert.Contains("""role="search">""", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Kaspi Pay", all, StringComparison.Ordinal);

        var found = await browser.GetStringAsync($"/checkout/{orderId}?bank=hdf");
        Assert.Contains("""<option value="HDFC">""", found, StringComparison.Ordinal);
        Assert.DoesNotContain("""<option value="SBIN">""", found, StringComparison.Ordinal);
        var none = await browser.GetStringAsync($"/checkout/{orderId}?bank=%3Cb%3E");
        Assert.Contains("No bank has this name", none, StringComparison.Ordinal);
        Assert.Contains("""<option value="SBIN">""", none, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", none, StringComparison.Ordinal);
    }

    private async Task<string[]> WalletsFor(string currency) =>
    [
        .. (await client.GetJson($"/api/payments/wallets?currency={currency}")).GetProperty("data").EnumerateArray()
            .Where(wallet => wallet.GetProperty("available").GetBoolean()).Select(wallet => wallet.Text("wallet")).Order(),
    ];

    private async Task<(HttpStatusCode Status, JsonElement Error)> Pay(string orderId, string method, object details, HttpClient? by = null)
    {
        var (status, body, _) = await (by ?? client).Post("/api/payments", new { orderId, paymentMethod = method, paymentDetails = details });
        return (status, body);
    }
}
