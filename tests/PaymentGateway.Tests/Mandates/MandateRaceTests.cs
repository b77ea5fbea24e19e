using System.Net;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Mandates;

/// <summary>Many callers at once. Who wins is open; what is left behind is not.</summary>
public sealed class MandateRaceTests(RaceFixture shared) : IClassFixture<RaceFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Thirty_two_debits_at_once_are_no_more_than_the_mandate_allows()
    {
        await client.TakeBankDebits(gateway);
        var mandate = await client.NewMandate("ach_debit", new { frequency = "yearly", usesMax = 5 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i =>
            client.Debit(mandate, 10m, "USD", i % 2 == 0 ? null : $"{mandate}-{i}")));

        Assert.Equal(5, answers.Count(a => a.Status == HttpStatusCode.Accepted));
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Accepted), a => Assert.Equal("MANDATE_LIMIT_EXCEEDED", a.Body.Code()));
        Assert.Equal(5, await gateway.UsesOf(mandate));
        Assert.Equal(5, await AtProcessor(mandate));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task No_debit_begins_after_the_mandate_was_revoked()
    {
        await client.TakeBankDebits(gateway);
        for (var round = 0; round < 3; round++)
        {
            var mandate = await client.NewMandate("ach_debit");
            var orders = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.CreateOrder(10m, new { currency = "USD" })));

            var debits = orders.Select(order => client.DebitOrder(order, mandate)).ToList();
            var revoked = await client.Revoke(mandate);
            var late = await client.DebitOrder(await client.CreateOrder(10m, new { currency = "USD" }), mandate);
            var answers = await Task.WhenAll(debits);

            Assert.Equal(HttpStatusCode.OK, revoked.Status);
            Assert.Equal("MANDATE_NOT_ACTIVE", late.Body.Code());
            // Debits that were committed before it go on, unless their processor heard of the revocation first.
            Assert.All(answers, a => Assert.True(
                a.Status is HttpStatusCode.Accepted || a.Body.Code() is "MANDATE_NOT_ACTIVE" or "PAYMENT_DECLINED", a.Body.ToString()));
            Assert.Equal(0, await gateway.Query<long>(
                """
                SELECT count(*)
                FROM mandates.debits d
                JOIN mandates.mandates m ON m.id = d.mandate_id
                WHERE m.id = @mandate AND d.created_at > m.closed_at + interval '1 second'
                """, new { mandate }));
        }

        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_debit_that_comes_back_and_refunds_at_once_leave_no_more_than_was_taken()
    {
        await client.TakeBankDebits(gateway);
        var mandate = await client.NewMandate("ach_debit", new
        {
            amountMax = 1000m,
            bankAccountToken = await client.BankToken(new { routingNumber = "110000000", accountNumber = "000333333335" }),
        });
        var payment = (await client.Debit(mandate, 320m, "USD")).Body;
        var id = payment.Text("id");
        await Due(id);
        await gateway.NotifyOnce();
        Assert.Equal("succeeded", (await client.GetPayment(id)).Text("status"));
        await Due(id);

        var refunds = Enumerable.Range(0, 32).Select(_ => client.Refund(id, 10m)).ToList();
        await gateway.NotifyOnce();
        var answers = await Task.WhenAll(refunds);
        await Settled(id);

        var given = answers.Count(a => a.Status == HttpStatusCode.Created) * 10m;
        var after = await client.GetPayment(id);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => Assert.Contains(
            a.Body.Code(), (string[])["REFUND_NOT_ELIGIBLE", "REFUND_DECLINED", "REFUND_AMOUNT_EXCEEDS_ORIGINAL", "PAYMENT_ALREADY_REFUNDED"]));
        var returned = after.TryGetProperty("amountReturned", out var back) ? back.GetDecimal() : 0;
        Assert.Equal((given, 320m - given), (after.GetProperty("amountRefunded").GetDecimal(), returned));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_return_that_was_decided_before_a_refund_was_is_decided_again()
    {
        await client.TakeBankDebits(gateway);
        var id = (await client.Debit(await client.NewMandate("ach_debit", new { amountMax = 1000m }), 320m, "USD")).Body.Text("id");
        await Due(id);
        await gateway.NotifyOnce();
        var (order, payment) = await gateway.Get<PaymentStore>().FindPayment(new Tenant(gateway.Shop.MerchantId, Mode.Test), id, CancellationToken.None);
        var charge = payment!.Charge!;
        var back = new ConnectorOutcome.Returned(Reference: null, payment.AmountCaptured, "BANK_DEBIT_RETURNED", "It came back.", "R10", charge.Summary);
        Assert.Equal(HttpStatusCode.Accepted, (await client.Refund(id, 300m, "pending")).Status);

        Assert.Null(await gateway.Get<PaymentMoves>().TryMove(
            order, payment, isNew: false, new PaymentCommand.News(charge.Id, back), MoveContext.Background, CancellationToken.None));

        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Thirty_two_debits_for_one_notice_are_one()
    {
        await client.TakeBankDebits(gateway);
        var mandate = await client.NewMandate(more: new { noticeDays = 1 });
        await client.Announce(mandate, 10m);
        await gateway.Execute(
            """
            UPDATE mandates.notices
            SET created_at = created_at - interval '2 days', debit_from = debit_from - interval '2 days'
            WHERE mandate_id = @mandate
            """, new { mandate });

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.Debit(mandate, 10m)));

        Assert.Single(answers, a => a.Status == HttpStatusCode.Accepted);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Accepted), a => Assert.Equal("MANDATE_NOTICE_REQUIRED", a.Body.Code()));
        await gateway.AssertBookHolds();
    }

    /// <summary>The processor's time for the payment has come.</summary>
    private Task Due(string paymentId) => gateway.Execute(
        "UPDATE sandbox.charges SET due_at = now() - interval '1 second' WHERE payment_id = @paymentId AND due_at IS NOT NULL", new { paymentId });

    /// <summary>
    /// What of the return did not fit beside refunds under way is asked for again, by us or by the worker that runs beside us; and its message may
    /// have come back to be acted on once more.
    /// </summary>
    private Task Settled(string paymentId) => Eventually.Holds(async () =>
    {
        await gateway.Execute(
            "UPDATE payments.charges SET check_at = now() - interval '1 second' WHERE payment_id = @paymentId AND check_at IS NOT NULL", new { paymentId });
        await gateway.NotifyOnce();
        await gateway.ResolveOnce();
        return await gateway.Query<long>(
            """
            SELECT (SELECT count(*) FROM payments.charges WHERE payment_id = @paymentId AND check_at IS NOT NULL)
                + (SELECT count(*) FROM inbox.messages m JOIN payments.charges c ON c.id = m.subject WHERE c.payment_id = @paymentId AND m.finished_at IS NULL)
            """, new { paymentId }) == 0;
    });

    private Task<long> AtProcessor(string mandate) => gateway.Query<long>(
        """
        SELECT count(*)
        FROM sandbox.charges s
        JOIN payments.charges c ON c.id = s.key
        WHERE c.mandate_id = @mandate
        """, new { mandate });
}
