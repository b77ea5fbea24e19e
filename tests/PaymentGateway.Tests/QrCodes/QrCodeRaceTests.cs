using System.Net;
using Npgsql;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.QrCodes;

/// <summary>Many customers at once, and raw SQL. Who wins is open; what is left behind is not.</summary>
public sealed class QrCodeRaceTests(QrCodesFixture shared) : IClassFixture<QrCodesFixture>
{
    private const int Callers = 32;

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Of_thirty_two_customers_one_pays_a_dynamic_code()
    {
        var code = await client.Dynamic();

        var scans = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => client.Scan(code)));

        Assert.Single(scans, scan => scan.Status == HttpStatusCode.Created && scan.Body.Text("status") == "paid");
        Assert.Equal((1L, 49950L), await gateway.AtProcessor(code.Text("orderId")));
        var read = await client.Read(code);
        Assert.Equal(("paid", 1, 499.5m),
            (read.Text("status"), read.GetProperty("paymentsCount").GetInt32(), read.GetProperty("amountReceived").GetDecimal()));
        Assert.Single(await client.Credits(code));
    }

    [Fact]
    public async Task Of_thirty_two_messages_for_one_dynamic_code_one_is_counted_and_none_is_lost()
    {
        var code = await client.Dynamic();

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => gateway.Credit(code.Text("id"), $"many-{i}")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
        Assert.Equal(1, (await client.Read(code)).GetProperty("paymentsCount").GetInt32());
        var credits = await client.Credits(code);
        Assert.Equal(Callers, credits.Length);
        Assert.Single(credits, credit => credit.Text("orderId") == code.Text("orderId"));
        Assert.Equal(Callers, credits.Select(credit => credit.Text("paymentId")).Distinct().Count());
    }

    [Fact]
    public async Task One_message_thirty_two_times_is_one_payment()
    {
        var code = await client.Static();

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => gateway.Credit(code.Text("id"), "same-1", 700)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
        var read = await client.Read(code);
        Assert.Equal((1, 7m), (read.GetProperty("paymentsCount").GetInt32(), read.GetProperty("amountReceived").GetDecimal()));
        Assert.Single(await client.Credits(code));
    }

    [Fact]
    public async Task Thirty_two_customers_at_one_till_are_all_counted()
    {
        var code = await client.Static();

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => client.Scan(code, new { amount = 2.50 })));

        var read = await client.Read(code);
        Assert.Equal((Callers, Callers * 2.5m), (read.GetProperty("paymentsCount").GetInt32(), read.GetProperty("amountReceived").GetDecimal()));
    }

    [Fact]
    public async Task Cancel_and_scan_of_one_code_end_in_one_of_both()
    {
        for (var round = 0; round < 8; round++)
        {
            var code = await client.Dynamic();
            await Task.WhenAll(Enumerable.Range(0, 4).Select<int, Task>(i => (i + round) % 2 == 0
                ? client.Scan(code)
                : client.Post($"/api/payments/qr-codes/{code.Text("id")}/cancel", new { })));

            var read = await client.Read(code);
            var order = (await client.GetJson($"/api/payments/orders/{code.Text("orderId")}")).Text("status");
            Assert.Contains((read.Text("status"), order, read.GetProperty("paymentsCount").GetInt32()),
                ((string, string, int)[])[("paid", "paid", 1), ("canceled", "canceled", 0)]);
            // Money that crossed the cancel is not lost: it is a payment of its own.
            Assert.All((await client.Credits(code)).Where(credit => credit.Text("orderId") != code.Text("orderId")),
                credit => Assert.Equal("code_canceled", credit.Text("surplus")));
        }
    }

    [Fact]
    public async Task A_scan_and_a_card_on_one_order_pay_it_once()
    {
        for (var round = 0; round < 8; round++)
        {
            var orderId = await client.CreateOrder(499.50m);
            var code = await client.CreateCode(new { type = "dynamic", orderId });

            await Task.WhenAll(client.PayByCard(orderId), gateway.Credit(code.Text("id"), $"card-{orderId}"));

            var order = await client.GetJson($"/api/payments/orders/{orderId}");
            Assert.Equal(("paid", 499.5m), (order.Text("status"), order.GetProperty("amountPaid").GetDecimal()));
        }
    }

    [Fact]
    public async Task Thirty_two_requests_open_one_code_for_an_order()
    {
        var orderId = await client.CreateOrder(100m);
        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => client.Post("/api/payments/qr-codes", new { type = "dynamic", orderId })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Equal("INVALID_STATE", answer.Body.Code()));
    }

    [Theory]
    [InlineData("a_dynamic_code_is_paid_once", "UPDATE qr_codes.qr_codes SET payments_count = 2, amount_received = 2 * amount WHERE id = @paid")]
    [InlineData("a_dynamic_code_takes_its_amount", "UPDATE qr_codes.qr_codes SET amount_received = amount_received + 1 WHERE id = @paid")]
    [InlineData("paid_means_one_payment", "UPDATE qr_codes.qr_codes SET state = 'paid', closed_at = created_at WHERE id = @open")]
    [InlineData("paid_means_one_payment", "UPDATE qr_codes.qr_codes SET state = 'canceled' WHERE id = @paid")]
    [InlineData("a_closed_code_says_when", "UPDATE qr_codes.qr_codes SET state = 'canceled' WHERE id = @open")]
    [InlineData("a_dynamic_code_has_amount_order_and_end", "UPDATE qr_codes.qr_codes SET order_id = NULL WHERE id = @open")]
    [InlineData("qr_codes_amount_check", "UPDATE qr_codes.qr_codes SET amount = 0 WHERE id = @open")]
    [InlineData("one_credit_per_reference", """
        INSERT INTO qr_codes.credits
        SELECT merchant_id, mode, connector, reference, qr_code_id, 'pay_copy', order_id, amount, currency, surplus, credited_at
        FROM qr_codes.credits WHERE qr_code_id = @paid
        """)]
    [InlineData("one_credit_per_payment", """
        INSERT INTO qr_codes.credits
        SELECT merchant_id, mode, connector, 'another', qr_code_id, payment_id, order_id, amount, currency, surplus, credited_at
        FROM qr_codes.credits WHERE qr_code_id = @paid
        """)]
    [InlineData("one_open_code_per_order", """
        INSERT INTO qr_codes.qr_codes (id, merchant_id, mode, kind, format, state, amount, currency, order_id, owns_order, text, metadata, created_at, expires_at, version)
        SELECT 'qr_copy', merchant_id, mode, kind, format, state, amount, currency, order_id, owns_order, text, metadata, created_at, expires_at, 1
        FROM qr_codes.qr_codes WHERE id = @open
        """)]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        var (open, paid) = (await client.Dynamic(), await client.Dynamic());
        await client.Scan(paid);

        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            gateway.Execute(sql, new { open = open.Text("id"), paid = paid.Text("id") }));

        Assert.Equal(constraint, refused.ConstraintName);
    }
}
