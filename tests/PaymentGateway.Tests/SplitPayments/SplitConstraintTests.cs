using Dapper;
using Npgsql;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.SplitPayments;

public sealed class SplitConstraintFixture : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    /// <summary>Orders: paid in parts, waiting for the customer, paid by one payment, not paid.</summary>
    public string[] Orders { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.Start(variables: [("ROLE", "api")]);
        using var client = Gateway.Client();
        var (paid, split) = await client.PaidInParts(60m, 40m);
        await client.RefundSplit(split.Text("id"), 10m);
        var waiting = await client.CreateOrder(100m);
        await client.Split(waiting, [await client.Card(60m), SplitCalls.Wallet(40m)]);
        var single = await client.CreateOrder(100m);
        await client.PayByCard(single);
        Orders = [paid, waiting, single, await client.CreateOrder(100m)];
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

/// <summary>Whatever the server decides, the database keeps all parts or none, and one payer for an order.</summary>
public sealed class SplitConstraintTests(SplitConstraintFixture shared) : IClassFixture<SplitConstraintFixture>
{
    private const string SplitOf = "(SELECT id FROM splits.split_payments WHERE order_id = ";
    private const string NewSplit = """
        INSERT INTO splits.split_payments (id, merchant_id, mode, order_id, amount, currency, state, created_at, due_at, version)
        SELECT 'split_new', merchant_id, mode, id, amount, currency, 'authorizing', now(), now(), 1 FROM payments.orders WHERE id =
        """;

    [Theory]
    [InlineData("one_live_attempt_per_order", "UPDATE payments.orders SET payer = 'payment' WHERE id = @paid")]
    [InlineData("one_live_attempt_per_order", "UPDATE payments.orders SET payer = 'split_1' WHERE id = @single")]
    [InlineData("one_live_attempt_per_order", NewSplit + " @single")]
    [InlineData("one_live_attempt_per_order", NewSplit + " @waiting")]
    [InlineData("one_live_attempt_per_order", """
        UPDATE payments.payments SET order_id = @waiting WHERE order_id = @single
        """)]
    [InlineData("parts_add_up_to_the_order", "UPDATE payments.orders SET payer = 'split_new' WHERE id = @open;" + NewSplit + " @open")]
    [InlineData("parts_add_up_to_the_order", "UPDATE payments.payments SET amount = amount + 1 WHERE order_id = @waiting AND split_part = 1")]
    [InlineData("parts_add_up_to_the_order", "UPDATE payments.payments SET currency = 'USD' WHERE order_id = @waiting AND split_part = 1")]
    [InlineData("parts_add_up_to_the_order", "UPDATE splits.split_payments SET amount = amount + 1 WHERE order_id = @waiting")]
    [InlineData("captured_only_when_all_hold", "UPDATE payments.payments SET state = 'capturing' WHERE order_id = @waiting AND split_part = 1")]
    [InlineData("captured_only_when_all_hold", "UPDATE splits.split_payments SET state = 'capturing', held_at = now() WHERE order_id = @waiting")]
    [InlineData("captured_after_all_held", "UPDATE splits.split_payments SET state = 'capturing' WHERE order_id = @waiting")]
    [InlineData("all_parts_or_none", "UPDATE splits.split_payments SET state = 'failed', failure_code = 'X' WHERE order_id = @waiting")]
    [InlineData("all_parts_or_none", "UPDATE splits.split_payments SET state = 'canceled', cancel_reason = 'X' WHERE order_id = @paid")]
    [InlineData("an_order_is_paid_by_all_parts", """
        UPDATE payments.orders SET state = 'paid', amount_authorized = amount, amount_paid = amount WHERE id = @waiting
        """)]
    [InlineData("an_order_is_paid_by_all_parts", "UPDATE payments.orders SET amount_authorized = 6000, amount_paid = 6000 WHERE id = @waiting")]
    [InlineData("a_split_that_is_over_says_why", "UPDATE splits.split_payments SET state = 'failed' WHERE order_id = @waiting")]
    [InlineData("a_split_under_way_is_looked_at", "UPDATE splits.split_payments SET due_at = NULL WHERE order_id = @waiting")]
    [InlineData("a_part_has_its_place", "UPDATE payments.payments SET split_part = NULL WHERE order_id = @waiting AND split_part = 1")]
    [InlineData("one_payment_per_order", "UPDATE payments.payments SET split_part = 2 WHERE order_id = @waiting AND split_part = 1")]
    [InlineData("a_spread_adds_up", "UPDATE splits.split_refunds SET amount = amount + 1 WHERE split_payment_id = " + SplitOf + "@paid)")]
    [InlineData("a_spread_adds_up", """
        INSERT INTO splits.split_refunds (id, merchant_id, mode, split_payment_id, amount, currency, strategy, created_at)
        SELECT 'sre_new', merchant_id, mode, split_payment_id, amount, currency, strategy, created_at FROM splits.split_refunds LIMIT 1
        """)]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Run(sql));

        Assert.Equal(constraint, refused.ConstraintName);
    }

    [Fact]
    public async Task A_merchants_connection_sees_its_own_only()
    {
        await using var connection = await shared.Gateway.Db.OpenForMerchant(
            new(shared.Gateway.Shops[1].MerchantId, PaymentGateway.Database.Mode.Test), CancellationToken.None);

        Assert.Equal(0, await connection.QuerySingleAsync<int>("SELECT count(*)::integer FROM splits.split_payments"));
        Assert.Equal(0, await connection.QuerySingleAsync<int>("SELECT count(*)::integer FROM splits.split_refunds"));
    }

    private async Task Run(string sql)
    {
        await using var connection = await shared.Gateway.Db.OpenSystem(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            sql, new { paid = shared.Orders[0], waiting = shared.Orders[1], single = shared.Orders[2], open = shared.Orders[3] }, transaction);
        await transaction.CommitAsync();
    }
}
