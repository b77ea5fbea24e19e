using Dapper;
using Npgsql;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Refunds;

public sealed class RefundConstraintFixture : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    public string Payment { get; private set; } = "";

    public string Refund { get; private set; } = "";

    public string Waiting { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.Start();
        using var client = Gateway.Client();
        Payment = await client.PaidPayment(100m);
        Refund = (await client.Refund(Payment, 60m)).Body.Text("id");
        await client.Set(Gateway.Shop, new { refundPolicy = new { approvalAbove = 0 } });
        Waiting = (await client.Refund(await client.PaidPayment(100m), 60m)).Body.Text("id");
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

/// <summary>Whatever the server decides, the database does not give back more than was taken.</summary>
public sealed class RefundConstraintTests(RefundConstraintFixture shared) : IClassFixture<RefundConstraintFixture>
{
    private const string Copy = """
        INSERT INTO refunds.refunds (id, merchant_id, mode, payment_id, charge_id, connector, amount, currency, fee, tax, state, reason, metadata,
            requested_by, approvals_required, second_factor_required, refund_days, created_at, checks, version)
        SELECT 're_copy' || @n, merchant_id, mode, payment_id, charge_id, connector, 4000, currency, 0, 0, state, reason, metadata,
            requested_by, 0, false, refund_days, created_at, 0, 1
        FROM refunds.refunds WHERE id = @refund;
        """;

    private const string Reserve = "UPDATE payments.payments SET amount_refunded = amount_refunded + 4000 WHERE id = @payment;";

    [Theory]
    [InlineData("refunds_add_up_to_amount_refunded", Copy)]
    [InlineData("disputed_and_refunded_within_captured", Copy + Reserve + Reserve)]
    [InlineData("refunds_add_up_to_amount_refunded", "UPDATE refunds.refunds SET amount = 10000 WHERE id = @refund")]
    [InlineData("refunds_add_up_to_amount_refunded", "UPDATE refunds.refunds SET state = 'failed', failure_code = 'X' WHERE id = @refund")]
    [InlineData("refunds_add_up_to_amount_refunded", "DELETE FROM refunds.refunds WHERE id = @refund")]
    [InlineData("refunds_add_up_to_amount_refunded", "UPDATE payments.payments SET amount_refunded = 0 WHERE id = @payment")]
    [InlineData("disputed_and_refunded_within_captured", "UPDATE payments.payments SET amount_refunded = amount_captured + 1 WHERE id = @payment")]
    [InlineData("refunded_within_captured", "UPDATE payments.payments SET amount_refunded = -1 WHERE id = @payment")]
    [InlineData("disputed_and_refunded_within_charge", "UPDATE payments.charges SET amount_refunded = amount + 1 WHERE payment_id = @payment")]
    [InlineData("refunded_within_paid", """
        UPDATE payments.orders SET amount_refunded = amount_paid + 1
        WHERE id = (SELECT order_id FROM payments.payments WHERE id = @payment)
        """)]
    [InlineData("refund_and_payment_have_one_owner", "UPDATE refunds.refunds SET currency = 'USD' WHERE id = @refund")]
    [InlineData("refund_and_payment_have_one_owner", "UPDATE refunds.refunds SET merchant_id = 'MERCH_TG_002' WHERE id = @refund")]
    [InlineData("a_refund_has_an_amount", "UPDATE refunds.refunds SET amount = 0 WHERE id = @refund")]
    [InlineData("only_a_running_refund_is_checked", "UPDATE refunds.refunds SET check_at = created_at WHERE id = @refund")]
    [InlineData("a_failed_refund_says_why", "UPDATE refunds.refunds SET state = 'failed' WHERE id = @refund")]
    [InlineData("a_refund_is_sent_when_approved", "UPDATE refunds.refunds SET state = 'submitted', check_at = created_at WHERE id = @waiting")]
    [InlineData("a_refund_is_sent_when_approved", "UPDATE refunds.refunds SET approvals_required = 1 WHERE id = @refund")]
    [InlineData("nobody_approves_their_own", """
        INSERT INTO refunds.approvals (refund_id, merchant_id, mode, approver, requested_by, decision, created_at)
        SELECT id, merchant_id, mode, requested_by, requested_by, 'approved', created_at FROM refunds.refunds WHERE id = @waiting
        """)]
    [InlineData("an_approval_is_of_its_refund", """
        INSERT INTO refunds.approvals (refund_id, merchant_id, mode, approver, requested_by, decision, created_at)
        SELECT id, merchant_id, mode, requested_by, 'somebody', 'approved', created_at FROM refunds.refunds WHERE id = @waiting
        """)]
    [InlineData("one_decision_per_approver", """
        INSERT INTO refunds.approvals (refund_id, merchant_id, mode, approver, requested_by, decision, created_at)
        SELECT id, merchant_id, mode, 'another', requested_by, 'approved', created_at FROM refunds.refunds, generate_series(1, 2) WHERE id = @waiting
        """)]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Run("1", sql));

        Assert.Equal(constraint, refused.ConstraintName);
    }

    [Fact]
    public async Task Two_transactions_that_do_not_see_each_other_cannot_both_refund_the_rest()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                // Fails after the first: the payment has room for one more refund of this amount.
                await Run($"{i}_{shared.Refund}", Copy + Reserve);
                return "";
            }
            catch (PostgresException e)
            {
                return e.ConstraintName;
            }
        }));

        Assert.Single(outcomes, "");
        Assert.All(outcomes.Where(o => o != ""), o => Assert.Equal("disputed_and_refunded_within_captured", o));
        await Run("", """
            DELETE FROM refunds.refunds WHERE id LIKE 're\_copy%';
            UPDATE payments.payments SET amount_refunded = amount_refunded - 4000 WHERE id = @payment
            """);
    }

    private async Task Run(string n, string sql)
    {
        await using var connection = await shared.Gateway.Db.OpenSystem(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(sql, new { n, payment = shared.Payment, refund = shared.Refund, waiting = shared.Waiting }, transaction);
        await transaction.CommitAsync();
    }
}
