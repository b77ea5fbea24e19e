using Npgsql;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

public sealed class ConstraintFixture : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    public string PaidOrder { get; private set; } = "";

    public string OpenOrder { get; private set; } = "";

    public string Payment { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.Start();
        using var client = Gateway.Client();
        (PaidOrder, OpenOrder) = (await client.CreateOrder(100m), await client.CreateOrder(100m));
        Payment = (await client.PayByCard(PaidOrder)).Body.Text("id");
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

/// <summary>Whatever the server decides, the database does not take what must not be.</summary>
public sealed class ConstraintTests(ConstraintFixture shared) : IClassFixture<ConstraintFixture>
{
    private const string Copy = """
        INSERT INTO payments.charges (id, merchant_id, mode, payment_id, connector, method, summary, amount, currency, fee, tax, state, reference,
            next_action, failure_code, failure_reason, processor_code, behaviour, created_at, called_at, check_at, checks, finished_at)
        SELECT 'ch_copy', merchant_id, mode, payment_id, connector, method, summary, amount, currency, fee, tax, state, reference, next_action,
            failure_code, failure_reason, processor_code, behaviour, created_at, called_at, check_at, checks, finished_at
        FROM payments.charges WHERE payment_id = @payment
        """;

    [Theory]
    [InlineData("an_order_has_an_amount", "UPDATE payments.orders SET amount = 0 WHERE id = @open")]
    [InlineData("authorized_within_order", "UPDATE payments.orders SET amount_authorized = amount + 1 WHERE id = @open")]
    [InlineData("authorized_within_order", "UPDATE payments.orders SET amount_authorized = -1 WHERE id = @open")]
    [InlineData("paid_within_authorized", "UPDATE payments.orders SET amount_paid = 1 WHERE id = @open")]
    [InlineData("a_paid_order_is_paid_in_full", "UPDATE payments.orders SET state = 'paid' WHERE id = @open")]
    [InlineData("a_paid_order_is_paid_in_full", "UPDATE payments.orders SET amount_paid = amount_paid - 1 WHERE id = @paid")]
    [InlineData("a_closed_order_took_nothing", "UPDATE payments.orders SET state = 'canceled' WHERE id = @paid")]
    [InlineData("a_closed_order_took_nothing", "UPDATE payments.orders SET state = 'expired', amount_authorized = 1 WHERE id = @open")]
    [InlineData("orders_state_check", "UPDATE payments.orders SET state = 'done' WHERE id = @open")]
    [InlineData("orders_currency_check", "UPDATE payments.orders SET currency = 'inr' WHERE id = @open")]
    [InlineData("orders_mode_check", "UPDATE payments.orders SET mode = 'demo' WHERE id = @open")]
    [InlineData("a_payment_has_an_amount", "UPDATE payments.payments SET amount = 0, amount_authorized = 0, amount_captured = 0, state = 'canceled' WHERE id = @payment")]
    [InlineData("authorized_within_payment", "UPDATE payments.payments SET amount_authorized = amount + 1 WHERE id = @payment")]
    [InlineData("captured_within_authorized", "UPDATE payments.payments SET amount_captured = amount_authorized + 1 WHERE id = @payment")]
    [InlineData("succeeded_means_captured", "UPDATE payments.payments SET state = 'canceled' WHERE id = @payment")]
    [InlineData("succeeded_means_captured", "UPDATE payments.payments SET amount_captured = 0 WHERE id = @payment")]
    [InlineData("payments_state_check", "UPDATE payments.payments SET state = 'paid' WHERE id = @payment")]
    [InlineData("payments_order_id_fkey", "UPDATE payments.payments SET order_id = 'order_none' WHERE id = @payment")]
    [InlineData("payments_order_id_fkey", "DELETE FROM payments.orders WHERE id = @paid")]
    [InlineData("charges_payment_id_fkey", "DELETE FROM payments.payments WHERE id = @payment")]
    [InlineData("fee_and_tax_within_charge", "UPDATE payments.charges SET fee = amount, tax = 1 WHERE payment_id = @payment")]
    [InlineData("charges_fee_check", "UPDATE payments.charges SET fee = -1 WHERE payment_id = @payment")]
    [InlineData("charges_amount_check", "UPDATE payments.charges SET amount = 0, fee = 0, tax = 0 WHERE payment_id = @payment")]
    [InlineData("only_a_live_charge_is_checked", "UPDATE payments.charges SET check_at = created_at WHERE payment_id = @payment")]
    [InlineData("only_a_live_charge_is_checked", "UPDATE payments.charges SET state = 'submitted' WHERE payment_id = @payment")]
    [InlineData("charges_state_check", "UPDATE payments.charges SET state = 'won' WHERE payment_id = @payment")]
    [InlineData("one_live_attempt_per_payment", Copy)]
    [InlineData("one_payment_per_order", """
        INSERT INTO payments.payments (id, merchant_id, mode, order_id, amount, currency, state, capture_method, attempts, metadata, created_at, version)
        SELECT 'pay_copy', merchant_id, mode, order_id, amount, currency, 'requires_payment_method', capture_method, 0, metadata, created_at, 1
        FROM payments.payments WHERE id = @payment
        """)]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            shared.Gateway.Execute(sql, new { paid = shared.PaidOrder, open = shared.OpenOrder, payment = shared.Payment }));

        Assert.Equal(constraint, refused.ConstraintName);
    }
}
