using System.Net;
using System.Text.Json;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Methods.Bnpl;

public sealed class InstallmentsTests(MethodsFixture shared) : IClassFixture<MethodsFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient shop = shared.GroceryQuick;

    [Fact]
    public async Task A_paid_instalment_frees_its_credit_and_is_told_once()
    {
        var (_, owed) = await Bought(1000m, "payer");
        var id = owed[0].Text("id");

        var (status, paid, _) = await shop.Post($"/api/payments/bnpl/installments/{id}/pay", new { reference = "LN-1" }, "pay-1");
        var (_, again, _) = await shop.Post($"/api/payments/bnpl/installments/{id}/pay", new { reference = "LN-1" }, "pay-1");
        var (refused, body, _) = await shop.Post($"/api/payments/bnpl/installments/{id}/pay", new { reference = "LN-2" });

        Assert.Equal((HttpStatusCode.OK, "paid", "LN-1"), (status, paid.Text("status"), paid.Text("reference")));
        Assert.Equal(paid.GetRawText(), again.GetRawText());
        Assert.Equal((HttpStatusCode.Conflict, "INVALID_STATE"), (refused, body.Code()));
        Assert.Equal(4500m, await shop.CreditLeft("payer"));
        Assert.Equal(1, await gateway.EventsOf(id, "bnpl.installment_paid"));
    }

    [Fact]
    public async Task Thirty_two_callers_record_one_receipt()
    {
        var (_, owed) = await Bought(1000m, "hurried");
        var id = owed[0].Text("id");

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i =>
            shop.Post($"/api/payments/bnpl/installments/{id}/pay", new { reference = $"LN-{i}" }, i % 2 == 0 ? null : $"hurried-{i}")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(4500m, await shop.CreditLeft("hurried"));
        Assert.Equal(1, await gateway.EventsOf(id, "bnpl.installment_paid"));
    }

    [Fact]
    public async Task An_overdue_customer_is_reminded_and_buys_nothing_more_until_it_is_paid()
    {
        var (_, owed) = await Bought(1000m, "late", "bnpl_15days");
        var id = owed[0].Text("id");

        shared.Clock.Advance(TimeSpan.FromDays(12));
        await Task.WhenAll(gateway.RemindOnce(), gateway.RemindOnce(), gateway.RemindOnce());
        Assert.Equal((1, 0, "due"), await Told(id));

        shared.Clock.Advance(TimeSpan.FromDays(3));
        await gateway.RemindOnce();
        await gateway.RemindOnce();
        Assert.Equal((2, 0, "due"), await Told(id));
        Assert.True((await shop.Eligibility("late")).GetProperty("eligible").GetBoolean());

        shared.Clock.Advance(TimeSpan.FromDays(1));
        await gateway.RemindOnce();
        Assert.Equal((2, 0, "overdue"), await Told(id));
        Assert.Equal("pending_dues", (await shop.Eligibility("late")).Text("reason"));
        var (refused, _, _) = await shop.PayLater(await shop.CreateOrder(10m, new { customerId = "late" }));
        Assert.Equal(HttpStatusCode.BadRequest, refused);

        shared.Clock.Advance(TimeSpan.FromDays(2));
        await Task.WhenAll(gateway.RemindOnce(), gateway.RemindOnce());
        Assert.Equal((2, 1, "overdue"), await Told(id));

        await shop.Post($"/api/payments/bnpl/installments/{id}/pay", new { reference = "LN-late" });
        shared.Clock.Advance(TimeSpan.FromDays(30));
        await gateway.RemindOnce();
        Assert.Equal((2, 1, "paid"), await Told(id));
        Assert.Equal((true, 5000m), ((await shop.Eligibility("late")).GetProperty("eligible").GetBoolean(), await shop.CreditLeft("late")));
    }

    [Fact]
    public async Task What_is_written_off_still_counts_until_it_is_paid_after_all()
    {
        var (_, owed) = await Bought(1000m, "gone");
        var id = owed[0].Text("id");

        var (status, writtenOff, _) = await shop.Post($"/api/payments/bnpl/installments/{id}/write-off", new { });
        Assert.Equal((HttpStatusCode.OK, "written_off"), (status, writtenOff.Text("status")));
        Assert.Equal("pending_dues", (await shop.Eligibility("gone")).Text("reason"));

        await shop.Post($"/api/payments/bnpl/installments/{id}/pay", new { reference = "LN-gone" });
        Assert.Equal((true, 4500m), ((await shop.Eligibility("gone")).GetProperty("eligible").GetBoolean(), await shop.CreditLeft("gone")));
    }

    [Fact]
    public async Task The_list_is_filtered_and_paged()
    {
        var (paymentId, owed) = await Bought(1000m, "listed");
        var all = await shop.GetJson("/api/payments/bnpl/installments?customerId=listed");
        Assert.Equal(2, all.GetProperty("data").GetArrayLength());

        var (first, second) = (owed[0].Text("dueDate"), owed[1].Text("dueDate"));
        Assert.Equal([first], await DueDates($"paymentId={paymentId}&dueTo={second}"));
        Assert.Equal([second], await DueDates($"paymentId={paymentId}&dueFrom={second}"));
        Assert.Empty(await DueDates($"customerId=listed&status=paid"));
        var page = await shop.GetJson("/api/payments/bnpl/installments?customerId=listed&limit=1");
        Assert.Equal([first], await DueDates($"customerId=listed&limit=1&cursor={page.Text("nextCursor")}"));
        Assert.Equal(owed[0].GetRawText(), (await shop.GetJson($"/api/payments/bnpl/installments/{owed[0].Text("id")}")).GetRawText());
    }

    [Theory]
    [InlineData("status=open", "VALIDATION_FAILED")]
    [InlineData("dueFrom=soon", "VALIDATION_FAILED")]
    [InlineData("cursor=pay_1", "VALIDATION_FAILED")]
    [InlineData("limit=0", "VALIDATION_FAILED")]
    [InlineData("orderId=order_1", "UNKNOWN_FIELD")]
    public async Task A_malformed_list_is_refused(string query, string code) =>
        Assert.Equal(code, (await shop.Call(HttpMethod.Get, $"/api/payments/bnpl/installments?{query}")).Body.Code());

    [Theory]
    [InlineData("""{}""", "VALIDATION_FAILED")]
    [InlineData("""{"reference":""}""", "VALIDATION_FAILED")]
    [InlineData("""{"reference":5}""", "VALIDATION_FAILED")]
    [InlineData("""{"reference":"x","amount":5}""", "UNKNOWN_FIELD")]
    public async Task A_malformed_receipt_is_refused(string body, string code) => Assert.Equal(
        code, (await shop.Post("/api/payments/bnpl/installments/inst_none/pay", JsonDocument.Parse(body).RootElement)).Body.Code());

    private async Task<(string PaymentId, IReadOnlyList<JsonElement> Owed)> Bought(decimal amount, string customerId, string plan = "bnpl_2installments")
    {
        var (status, payment, _) = await shop.PayLater(await shop.CreateOrder(amount, new { customerId }), plan);
        Assert.Equal(HttpStatusCode.Created, status);
        return (payment.Text("id"), await shop.InstallmentsOf(payment.Text("id")));
    }

    private async Task<(long Due, long Overdue, string Status)> Told(string id) => (
        await gateway.EventsOf(id, "bnpl.installment_due"), await gateway.EventsOf(id, "bnpl.installment_overdue"),
        (await shop.GetJson($"/api/payments/bnpl/installments/{id}")).Text("status"));

    private async Task<IEnumerable<string>> DueDates(string query) =>
        [.. (await shop.GetJson($"/api/payments/bnpl/installments?{query}")).GetProperty("data").EnumerateArray().Select(one => one.Text("dueDate"))];
}
