using Dapper;
using Npgsql;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Disputes;

public sealed class DisputeConstraintFixture : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    public string Payment { get; private set; } = "";

    public string Dispute { get; private set; } = "";

    /// <summary>Of another payment.</summary>
    public string Inquiry { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.Start();
        using var client = Gateway.Client();
        (Payment, var charge) = await client.PaidCharge(100m);
        await client.Refund(Payment, 20m);
        Dispute = await client.OpenDispute(charge, new { amount = 50m });
        await client.Upload(Dispute, DisputeCalls.Pdf);
        Inquiry = await client.OpenDispute((await client.PaidCharge(100m)).ChargeId, new { kind = "inquiry" });
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

/// <summary>Whatever the server decides, the database lets no more go than was taken, and no evidence be changed.</summary>
public sealed class DisputeConstraintTests(DisputeConstraintFixture shared) : IClassFixture<DisputeConstraintFixture>
{
    private const string Copy = """
        INSERT INTO disputes.disputes (id, merchant_id, mode, payment_id, charge_id, connector, reference, revision, state, amount, currency,
            amount_taken, fee, bookings, reason, evidence, requests, created_at, check_at, checks, version)
        SELECT 'dp_copy' || @n, merchant_id, mode, payment_id, charge_id, connector, 'copy' || @n, 1, state, 2000, currency,
            2000, 0, 0, reason, '{}', 0, created_at, check_at, 0, 1
        FROM disputes.disputes WHERE id = @dispute;
        """;

    private const string Take = "UPDATE payments.payments SET amount_disputed = amount_disputed + 2000 WHERE id = @payment;";

    private const string File = """
        INSERT INTO disputes.evidence_files (id, dispute_id, merchant_id, mode, position, purpose, name, content_type, size, sha256, content, created_at)
        SELECT 'file_copy', dispute_id, {0}, purpose, name, {1}, created_at FROM disputes.evidence_files WHERE dispute_id = @dispute
        """;

    [Theory]
    [InlineData("disputes_add_up_to_amount_disputed", Copy)]
    [InlineData("disputed_and_refunded_within_captured", Copy + Take + Take)]
    [InlineData("disputed_and_refunded_within_captured", "UPDATE payments.payments SET amount_disputed = 8001 WHERE id = @payment")]
    [InlineData("disputed_and_refunded_within_captured", "UPDATE payments.payments SET amount_refunded = 5001 WHERE id = @payment")]
    [InlineData("disputed_is_not_negative", "UPDATE payments.payments SET amount_disputed = -1 WHERE id = @payment")]
    [InlineData("disputed_and_refunded_within_charge", "UPDATE payments.charges SET amount_disputed = 8001 WHERE payment_id = @payment")]
    [InlineData("disputes_add_up_to_amount_disputed", "UPDATE payments.payments SET amount_disputed = 0 WHERE id = @payment")]
    [InlineData("disputes_add_up_to_amount_disputed", "UPDATE disputes.disputes SET amount_taken = 4000 WHERE id = @dispute")]
    [InlineData("disputes_add_up_to_amount_disputed", "UPDATE disputes.disputes SET payment_id = (SELECT payment_id FROM disputes.disputes WHERE id = @inquiry) WHERE id = @dispute")]
    [InlineData("dispute_and_payment_have_one_owner", "UPDATE disputes.disputes SET currency = 'USD' WHERE id = @dispute")]
    [InlineData("dispute_and_payment_have_one_owner", "UPDATE disputes.disputes SET merchant_id = 'MERCH_TG_002' WHERE id = @inquiry")]
    [InlineData("a_dispute_takes_at_most_its_amount", "UPDATE disputes.disputes SET amount_taken = amount + 1 WHERE id = @dispute")]
    [InlineData("a_dispute_has_an_amount", "UPDATE disputes.disputes SET amount = 0, amount_taken = 0 WHERE id = @dispute")]
    [InlineData("an_inquiry_or_a_won_dispute_takes_nothing", "UPDATE disputes.disputes SET amount_taken = 1 WHERE id = @inquiry")]
    [InlineData("an_inquiry_or_a_won_dispute_takes_nothing", "UPDATE disputes.disputes SET state = 'won', check_at = NULL, closed_at = created_at WHERE id = @dispute")]
    [InlineData("only_an_open_dispute_is_checked", "UPDATE disputes.disputes SET check_at = NULL WHERE id = @dispute")]
    [InlineData("a_closed_dispute_says_when", "UPDATE disputes.disputes SET state = 'lost', check_at = NULL WHERE id = @dispute")]
    [InlineData("one_dispute_per_reference", "UPDATE disputes.disputes SET reference = (SELECT reference FROM disputes.disputes WHERE id = @inquiry) WHERE id = @dispute")]
    [InlineData("evidence_is_immutable", "UPDATE disputes.evidence_files SET name = 'other.pdf' WHERE dispute_id = @dispute")]
    [InlineData("evidence_is_immutable", "DELETE FROM disputes.evidence_files WHERE dispute_id = @dispute")]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Run("1", sql));

        Assert.Equal(constraint, refused.ConstraintName);
    }

    [Theory]
    [InlineData("one_file_per_position", "merchant_id, mode, 1", "content_type, size, sha256, content")]
    [InlineData("at_most_eight_files", "merchant_id, mode, 9", "content_type, size, sha256, content")]
    [InlineData("evidence_is_of_its_dispute", "'MERCH_TG_002', mode, 2", "content_type, size, sha256, content")]
    [InlineData("a_file_is_of_a_known_type", "merchant_id, mode, 2", "'text/html', size, sha256, content")]
    [InlineData("a_file_is_what_its_hash_says", "merchant_id, mode, 2", "content_type, size, sha256('other'), content")]
    [InlineData("a_file_is_not_too_large", "merchant_id, mode, 2", "content_type, size - 1, sha256, content")]
    [InlineData("a_file_is_not_too_large", "merchant_id, mode, 2",
        "content_type, 4194305, sha256(convert_to(repeat('x', 4194305), 'UTF8')), convert_to(repeat('x', 4194305), 'UTF8')")]
    public async Task The_database_refuses_a_file_by_name(string constraint, string place, string content)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Run("1", string.Format(File, place, content)));

        Assert.Equal(constraint, refused.ConstraintName);
    }

    [Fact]
    public async Task Two_transactions_that_do_not_see_each_other_cannot_both_take_the_rest()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                // Fails after the first: the payment has room for one more dispute of this amount.
                await Run($"{i}", Copy + Take);
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
            DELETE FROM disputes.disputes WHERE id LIKE 'dp\_copy%';
            UPDATE payments.payments SET amount_disputed = amount_disputed - 2000 WHERE id = @payment
            """);
    }

    private async Task Run(string n, string sql)
    {
        await using var connection = await shared.Gateway.Db.OpenSystem(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            sql, new { n, payment = shared.Payment, dispute = shared.Dispute, inquiry = shared.Inquiry }, transaction);
        await transaction.CommitAsync();
    }
}
