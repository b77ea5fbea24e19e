using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Methods.Bnpl;

/// <summary>What a refund does to the loan that paid for it.</summary>
public sealed class LoanRefundsTests(MethodsFixture shared) : IClassFixture<MethodsFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient shop = shared.GroceryQuick;

    [Fact]
    public async Task A_refund_takes_off_the_last_instalment_first_and_frees_its_credit()
    {
        var paymentId = await Bought(1000m, "returning");

        Assert.Equal(HttpStatusCode.Created, (await shop.Refund(paymentId, 200m)).Status);
        Assert.Equal([(500m, 500m, "due"), (500m, 300m, "due")], await Loan(paymentId));
        Assert.Equal(4200m, await shop.CreditLeft("returning"));

        Assert.Equal(HttpStatusCode.Created, (await shop.Refund(paymentId, 400m)).Status);
        Assert.Equal([(500m, 400m, "due"), (500m, 0m, "refunded")], await Loan(paymentId));
        Assert.Equal(4600m, await shop.CreditLeft("returning"));

        Assert.Equal(HttpStatusCode.Created, (await shop.Refund(paymentId)).Status);
        Assert.Equal([(500m, 0m, "refunded"), (500m, 0m, "refunded")], await Loan(paymentId));
        Assert.Equal(5000m, await shop.CreditLeft("returning"));

        var last = (await shop.InstallmentsOf(paymentId))[1].Text("id");
        Assert.Equal(2, await gateway.EventsOf(last, "bnpl.installment_refunded"));
        Assert.Equal("INVALID_STATE", (await shop.Post($"/api/payments/bnpl/installments/{last}/pay", new { reference = "LN" })).Body.Code());
        Assert.Equal(0, await gateway.Query<long>(
            "SELECT count(*) FROM events.events WHERE name = 'bnpl.surplus_owed' AND body::jsonb -> 'data' ->> 'paymentId' = @paymentId", new { paymentId }));
    }

    [Fact]
    public async Task What_the_customer_had_paid_already_is_owed_back_by_the_lender()
    {
        var paymentId = await Bought(1000m, "early");
        await Pay(paymentId, 0);

        var refundId = (await shop.Refund(paymentId, 700m)).Body.Text("id");

        Assert.Equal([(500m, 500m, "paid"), (500m, 0m, "refunded")], await Loan(paymentId));
        Assert.Equal(5000m, await shop.CreditLeft("early"));
        var owed = JsonDocument.Parse(await gateway.Query<string>(
            "SELECT body FROM events.events WHERE subject_id = @refundId AND name = 'bnpl.surplus_owed'", new { refundId })).RootElement.GetProperty("data");
        Assert.Equal((200m, 700m), (owed.GetProperty("amount").GetDecimal(), owed.GetProperty("amountRefunded").GetDecimal()));
    }

    [Fact]
    public async Task A_written_off_instalment_is_lowered_too_and_the_customer_can_buy_again_when_nothing_is_left()
    {
        var paymentId = await Bought(1000m, "forgiven", "bnpl_15days");
        var id = (await shop.InstallmentsOf(paymentId))[0].Text("id");
        await shop.Post($"/api/payments/bnpl/installments/{id}/write-off", new { });

        await shop.Refund(paymentId, 300m);
        Assert.Equal([(1000m, 700m, "written_off")], await Loan(paymentId));
        Assert.Equal(4300m, await shop.CreditLeft("forgiven"));

        await shop.Refund(paymentId);
        Assert.Equal([(1000m, 0m, "refunded")], await Loan(paymentId));
        Assert.True((await shop.Eligibility("forgiven")).GetProperty("eligible").GetBoolean());
    }

    [Fact]
    public async Task A_refund_that_comes_back_is_due_again_even_beyond_the_limit()
    {
        var paymentId = await Bought(4000m, "unlucky");
        await Pay(paymentId, 0);
        var refund = (await shop.Refund(paymentId, 2500m, "refund_fails_later")).Body;
        Assert.Equal([(2000m, 2000m, "paid"), (2000m, 0m, "refunded")], await Loan(paymentId));
        var second = await Bought(5000m, "unlucky");
        Assert.Equal(0m, await shop.CreditLeft("unlucky"));

        shared.Clock.Advance(SandboxRefundDecisions.ComesBackAfter + TimeSpan.FromSeconds(1));
        await gateway.NotifyOnce();

        Assert.Equal("failed", (await shop.GetRefund(refund.Text("id"))).Text("status"));
        Assert.Equal([(2000m, 2000m, "paid"), (2000m, 0m, "refunded"), (2000m, 2000m, "due")], await Loan(paymentId));
        var again = (await shop.InstallmentsOf(paymentId))[2].Text("id");
        Assert.Equal(1, await gateway.EventsOf(again, "bnpl.installment_added"));
        Assert.Equal(-2000m, await shop.CreditLeft("unlucky"));
        Assert.Equal("BNPL_NOT_AVAILABLE", (await shop.PayLater(await shop.CreateOrder(1m, new { customerId = "unlucky" }))).Body.Code());
        await gateway.AssertBookHolds();

        await Pay(second, 0);
        Assert.Equal(500m, await shop.CreditLeft("unlucky"));
        Assert.Equal(0, await gateway.Query<long>("SELECT overdrawn FROM methods.credit_lines WHERE customer_id = 'unlucky'"));
        await shop.Refund(paymentId, 3000m);
        Assert.Equal([(2000m, 2000m, "paid"), (2000m, 0m, "refunded"), (2000m, 0m, "refunded")], await Loan(paymentId));
    }

    [Fact]
    public async Task Refunds_instalments_paid_and_reminders_at_once_leave_the_loan_and_the_line_right()
    {
        var paymentId = await Bought(1600m, "stormy");
        var owed = await shop.InstallmentsOf(paymentId);
        shared.Clock.Advance(TimeSpan.FromDays(5));

        var refunds = Enumerable.Range(0, 30).Select(_ => shop.Refund(paymentId, 50m));
        var paid = owed.Select(one => shop.Post($"/api/payments/bnpl/installments/{one.Text("id")}/pay", new { reference = "LN-storm" }));
        var answers = Task.WhenAll([.. refunds, .. paid]);
        await Task.WhenAll(answers, gateway.RemindOnce(), gateway.RemindOnce());

        Assert.All((await answers)[..30], answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Equal(1500m, await shop.AmountRefunded(paymentId));
        Assert.DoesNotContain(await Loan(paymentId), part => part.Status is "due" or "overdue");
        Assert.Equal(5000m, await shop.CreditLeft("stormy"));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task An_emi_payment_says_what_its_refund_means_for_the_loan()
    {
        var (_, payment, _) = await shared.TechGadgets.PayByEmi(await shared.TechGadgets.CreateOrder(30000m));
        var paymentId = payment.Text("id");
        Assert.False(payment.GetProperty("emiDetails").TryGetProperty("afterRefund", out _));

        await shared.TechGadgets.Refund(paymentId, 1000m);
        Assert.Equal((1000m, "decided_by_bank"), await AfterRefund(paymentId));

        await shared.TechGadgets.Refund(paymentId);
        Assert.Equal((30000m, "foreclosed_by_bank"), await AfterRefund(paymentId));
    }

    private async Task<(decimal, string)> AfterRefund(string paymentId)
    {
        var note = (await shared.TechGadgets.GetJson($"/api/payments/{paymentId}")).GetProperty("emiDetails").GetProperty("afterRefund");
        return (note.GetProperty("amountRefunded").GetDecimal(), note.Text("outcome"));
    }

    private async Task<string> Bought(decimal amount, string customerId, string plan = "bnpl_2installments")
    {
        var (status, payment, _) = await shop.PayLater(await shop.CreateOrder(amount, new { customerId }), plan);
        Assert.Equal(HttpStatusCode.Created, status);
        return payment.Text("id");
    }

    private async Task Pay(string paymentId, int place)
    {
        var id = (await shop.InstallmentsOf(paymentId))[place].Text("id");
        var (status, _, _) = await shop.Post($"/api/payments/bnpl/installments/{id}/pay", new { reference = $"LN-{id}" });
        Assert.Equal(HttpStatusCode.OK, status);
    }

    private async Task<IReadOnlyList<(decimal Amount, decimal Due, string Status)>> Loan(string paymentId) =>
        [.. (await shop.InstallmentsOf(paymentId)).Select(one =>
            (one.GetProperty("amount").GetDecimal(), one.GetProperty("amountDue").GetDecimal(), one.Text("status")))];
}
