using Dapper;
using Npgsql;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Mandates;

public sealed class MandateConstraintFixture : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    public string Mandate { get; private set; } = "";

    public string Payment { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.Start();
        using var client = Gateway.Client();
        await client.TakeBankDebits(Gateway);
        Mandate = await client.NewMandate("upi_autopay", new { frequency = "yearly", usesMax = 1 });
        await client.Announce(Mandate, 100m);
        await Gateway.Execute(
            "UPDATE mandates.notices SET created_at = created_at - interval '2 days', debit_from = debit_from - interval '2 days'");
        Payment = (await client.Debit(Mandate, 100m, "INR")).Body.Text("id");
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

/// <summary>Whatever the server decides, the database keeps to what the customer agreed to, and to what was captured.</summary>
public sealed class MandateConstraintTests(MandateConstraintFixture shared) : IClassFixture<MandateConstraintFixture>
{
    [Theory]
    [InlineData("uses_within_the_period", "UPDATE mandates.periods SET uses = uses + 1 WHERE mandate_id = @mandate")]
    [InlineData("uses_within_the_period", "UPDATE mandates.periods SET uses = -1 WHERE mandate_id = @mandate")]
    [InlineData("a_debit_is_within_its_mandate", "UPDATE mandates.debits SET amount = amount_max + 1 WHERE mandate_id = @mandate")]
    [InlineData("a_debit_has_its_mandates_limit", "UPDATE mandates.debits SET amount_max = amount_max + 1 WHERE mandate_id = @mandate")]
    [InlineData("a_debit_has_its_mandates_limit", "UPDATE mandates.mandates SET amount_max = amount_max + 1 WHERE id = @mandate")]
    [InlineData("a_mandate_is_in_its_currency", "UPDATE mandates.mandates SET currency = 'EUR' WHERE id = @mandate")]
    [InlineData("notice_is_what_the_scheme_asks_for", "UPDATE mandates.mandates SET notice_hours = 23 WHERE id = @mandate")]
    [InlineData("a_notice_comes_first", "UPDATE mandates.notices SET debit_from = created_at WHERE mandate_id = @mandate")]
    [InlineData("one_notice_per_debit", """
        INSERT INTO mandates.notices (id, merchant_id, mode, mandate_id, amount, currency, created_at, debit_from, debit_until, charge_id)
        SELECT 'notice_copy', merchant_id, mode, mandate_id, amount, currency, created_at, debit_from, debit_until, charge_id
        FROM mandates.notices WHERE mandate_id = @mandate
        """)]
    [InlineData("a_closed_mandate_says_when", "UPDATE mandates.mandates SET state = 'revoked' WHERE id = @mandate")]
    [InlineData("an_online_acceptance_says_from_where", "UPDATE mandates.mandates SET acceptance_ip = NULL WHERE id = @mandate")]
    [InlineData("mandate_and_customer_have_one_owner", "UPDATE mandates.mandates SET merchant_id = 'MERCH_TG_002' WHERE id = @mandate")]
    [InlineData("disputed_and_refunded_within_captured", """
        UPDATE payments.payments SET amount_returned = amount_captured + 1, state = 'returned' WHERE id = @payment
        """)]
    [InlineData("returned_within_captured", "UPDATE payments.payments SET amount_returned = -1 WHERE id = @payment")]
    [InlineData("returned_means_money_went_back", "UPDATE payments.payments SET amount_returned = amount_captured WHERE id = @payment")]
    [InlineData("returned_means_money_went_back", "UPDATE payments.payments SET state = 'returned' WHERE id = @payment")]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        await using var connection = await shared.Gateway.Db.OpenSystem(CancellationToken.None);

        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            connection.ExecuteAsync(sql, new { mandate = shared.Mandate, payment = shared.Payment }));

        Assert.Equal(constraint, refused.ConstraintName);
    }
}
