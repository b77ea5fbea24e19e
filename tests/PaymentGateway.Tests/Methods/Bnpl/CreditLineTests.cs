using System.Net;
using Npgsql;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Methods.Bnpl;

/// <summary>The limit of a credit line, against races and against SQL.</summary>
public sealed class CreditLineTests(MethodsFixture shared) : IClassFixture<MethodsFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient shop = shared.GroceryQuick;

    [Fact]
    public async Task Thirty_two_purchases_at_once_never_get_above_the_limit()
    {
        // A line that is there already, and one that the race opens.
        await shop.PayLater(await shop.CreateOrder(1m, new { customerId = "racing" }));
        foreach (var (customerId, amount, fitting) in new[] { ("racing", 999.80m, 5), ("opening", 1000m, 5) })
        {
            var orders = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => shop.CreateOrder(amount, new { customerId })));

            var answers = await Task.WhenAll(orders.Select((orderId, i) => shop.PayLater(orderId, idempotencyKey: i % 2 == 0 ? null : $"{customerId}-{i}")));

            Assert.Equal(fitting, answers.Count(answer => answer.Status == HttpStatusCode.Created));
            Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer =>
                Assert.Equal((HttpStatusCode.BadRequest, "BNPL_NOT_AVAILABLE"), (answer.Status, answer.Body.Code())));
            Assert.Equal(0m, await shop.CreditLeft(customerId));
            Assert.Equal((5, 5000_00 - (customerId == "racing" ? 100 : 0)), await AtLender(orders));
        }
    }

    [Fact]
    public async Task Purchases_and_voids_at_once_leave_the_line_at_what_is_owed()
    {
        var held = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var (_, payment, _) = await shop.PayLater(await shop.CreateOrder(1000m, new { customerId = "mixed", captureMethod = "manual" }));
            held.Add(payment.Text("id"));
        }

        var orders = await Task.WhenAll(Enumerable.Range(0, 28).Select(_ => shop.CreateOrder(1000m, new { customerId = "mixed" })));
        var voids = held.Select(id => shop.Post($"/api/payments/payment-intents/{id}/cancel", new { }));
        var answers = await Task.WhenAll([.. orders.Select(orderId => shop.PayLater(orderId)), .. voids]);

        var bought = answers.Take(28).Count(answer => answer.Status == HttpStatusCode.Created);
        Assert.InRange(bought, 1, 5);
        Assert.Equal(5000m - (1000m * bought), await shop.CreditLeft("mixed"));
    }

    [Theory]
    [InlineData("used_within_limit", "UPDATE methods.credit_lines SET used = credit_limit + 1 WHERE customer_id = 'constrained'")]
    [InlineData("used_within_limit", "UPDATE methods.credit_lines SET used = -1 WHERE customer_id = 'constrained'")]
    [InlineData("used_within_limit", "UPDATE methods.credit_lines SET credit_limit = used - 1 WHERE customer_id = 'constrained'")]
    [InlineData("financed_within_agreement", "UPDATE methods.bnpl_agreements SET financed = amount + 1 WHERE customer_id = 'constrained'")]
    [InlineData("one_installment_of_a_number", "UPDATE methods.bnpl_installments SET number = 1 WHERE customer_id = 'constrained'")]
    [InlineData("paid_says_when_and_how", "UPDATE methods.bnpl_installments SET state = 'paid', next_notice_at = NULL WHERE customer_id = 'constrained'")]
    [InlineData("only_what_is_owed_is_reminded", "UPDATE methods.bnpl_installments SET state = 'written_off' WHERE customer_id = 'constrained'")]
    [InlineData("refunded_within_installment", "UPDATE methods.bnpl_installments SET refunded = amount + 1, state = 'due' WHERE customer_id = 'constrained'")]
    [InlineData("what_is_refunded_whole_is_not_owed", "UPDATE methods.bnpl_installments SET refunded = amount WHERE customer_id = 'constrained'")]
    [InlineData("refunded_within_financed", "UPDATE methods.bnpl_agreements SET refunded = financed + 1 WHERE customer_id = 'constrained'")]
    [InlineData("surplus_within_refunded", "UPDATE methods.bnpl_agreements SET surplus = 1 WHERE customer_id = 'constrained'")]
    [InlineData("overdrawn_is_not_negative", "UPDATE methods.credit_lines SET overdrawn = -1 WHERE customer_id = 'constrained'")]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        if ((await shop.CreditLeft("constrained")) == 5000m)
        {
            await shop.PayLater(await shop.CreateOrder(100m, new { customerId = "constrained" }));
        }

        var refused = await Assert.ThrowsAsync<PostgresException>(() => gateway.Execute(sql));

        Assert.Equal(constraint, refused.ConstraintName);
    }

    private Task<(long, long)> AtLender(string[] orders) => gateway.Query<(long, long)>(
        """
        SELECT count(*), coalesce(sum(s.captured), 0)::bigint
        FROM sandbox.charges s
        JOIN payments.charges c ON c.id = s.key
        JOIN payments.payments p ON p.id = c.payment_id
        WHERE p.order_id = ANY (@orders)
        """, new { orders });
}
