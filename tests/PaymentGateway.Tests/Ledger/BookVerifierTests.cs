using PaymentGateway.Ledger;

namespace PaymentGateway.Tests.Ledger;

/// <summary>Damage that the rules of the database would have stopped: made as a superuser with the triggers switched off.</summary>
public sealed class BookVerifierTests : IAsyncLifetime
{
    private const string TooMuchInTheCheckpoint =
        "INSERT INTO ledger.checkpoints VALUES (1, 1, 0, 0) ON CONFLICT (account_id) DO UPDATE SET posted = checkpoints.posted + 1";

    private TestBook book = null!;

    public async ValueTask InitializeAsync()
    {
        book = await TestBook.Create();
        var (gross, fee, tax) = (Money.FromMinor(10_000, Currency.INR), Money.FromMinor(200, Currency.INR), Money.FromMinor(36, Currency.INR));
        Assert.True(await book.Booked(Chart.Captured("ch_1", "pay_1", TestBook.Connector, gross, fee, tax)));
        Assert.True(await book.Booked(Chart.Authorized("ch_2", "pay_2", TestBook.Connector, gross)));
        Assert.True(await book.Booked(Chart.Authorized("ch_3", "pay_3", TestBook.Connector, gross)));
        Assert.True(await book.Booked(Chart.Voided("ch_3", "pay_3", TestBook.Connector, gross)));
        await book.Checkpoints.RunOnce(default);
    }

    public ValueTask DisposeAsync() => book.DisposeAsync();

    [Fact]
    public async Task A_sound_book_holds_and_its_trial_balance_is_in_balance()
    {
        var report = await book.Verifier.Verify(default);
        Assert.True(report.Holds);
        Assert.Equal((4, 10), (report.Transactions, report.Entries));
        Assert.Equal(10_000, report.TrialBalance.Sum(row => row.Debit));
        Assert.Equal(10_000, report.TrialBalance.Sum(row => row.Credit));
        Assert.Equal(0, report.TrialBalance.Sum(row => row.Pending));
        Assert.Equal(10_000, report.TrialBalance.Single(row => row.Code == "processor_receivable:sandbox").Pending);
    }

    [Theory]
    [InlineData("The entries of every transaction sum to zero in each currency", "UPDATE ledger.entries SET amount = amount + 1 WHERE line = 1")]
    [InlineData("The entries of every transaction sum to zero in each currency",
        "UPDATE ledger.entries SET layer = 'pending_debit' WHERE line = 1 AND layer = 'posted'")]
    [InlineData("The entries of every transaction sum to zero in each currency", "DELETE FROM ledger.entries WHERE line = 4")]
    [InlineData("Every transaction has entries and every entry has its transaction",
        "DELETE FROM ledger.entries WHERE transaction_id = (SELECT id FROM ledger.transactions WHERE business_key = 'capture:ch_1')")]
    [InlineData("Every transaction has entries and every entry has its transaction",
        "DELETE FROM ledger.transactions WHERE business_key = 'capture:ch_1'")]
    [InlineData("Every entry has the currency and the owner of its account", "UPDATE ledger.entries SET currency = 'USD'")]
    [InlineData("Every entry has the currency and the owner of its account", "UPDATE ledger.entries SET merchant_id = 'MERCH_B'")]
    [InlineData("Every entry has the currency and the owner of its account", "UPDATE ledger.entries SET account_id = 999999 WHERE line = 1")]
    [InlineData("Every entry has the currency and the owner of its account", "DELETE FROM ledger.accounts WHERE code = 'merchant_payable'")]
    [InlineData("Every transaction has the owner of its entries", "UPDATE ledger.transactions SET merchant_id = 'MERCH_B'")]
    [InlineData("What is pending is posted or voided once and in full",
        "UPDATE ledger.transactions SET resolves_key = 'authorize:nothing' WHERE phase = 'void_pending'")]
    [InlineData("What is pending is posted or voided once and in full",
        "UPDATE ledger.entries SET amount = amount * 2 WHERE transaction_id = (SELECT id FROM ledger.transactions WHERE phase = 'void_pending')")]
    [InlineData("What is pending is posted or voided once and in full",
        "UPDATE ledger.transactions SET phase = 'posted' WHERE business_key = 'authorize:ch_3'")]
    [InlineData("Every balance equals the sum of its entries", TooMuchInTheCheckpoint)]
    [InlineData("Every balance equals the sum of its entries",
        "INSERT INTO ledger.checkpoints VALUES (1, 0, 1, 0) ON CONFLICT (account_id) DO UPDATE SET pending_debit = checkpoints.pending_debit + 1")]
    [InlineData("Every balance equals the sum of its entries",
        "UPDATE ledger.entries SET xid = 1; UPDATE ledger.checkpoint_horizon SET below_xid = 2; DELETE FROM ledger.checkpoints")]
    [InlineData("No account that must not go negative is negative",
        "UPDATE ledger.accounts SET may_go_negative = false, kind = 'asset' WHERE code = 'merchant_payable'")]
    [InlineData("All balances together sum to zero in each mode and currency", TooMuchInTheCheckpoint)]
    public async Task Damage_is_found(string check, string damage)
    {
        await book.Execute($"SET session_replication_role = replica; {damage}; RESET session_replication_role");
        var report = await book.Verifier.Verify(default);
        Assert.False(report.Holds);
        Assert.NotEmpty(report.Checks.Single(result => result.Name == check).Broken);
    }

    [Fact]
    public async Task At_most_twenty_places_are_named()
    {
        await book.Execute("""
            SET session_replication_role = replica;
            INSERT INTO ledger.transactions (id, merchant_id, mode, business_key, phase, subject_id, description, created_at)
            SELECT 'empty-' || n, 'MERCH_A', 'test', 'empty-' || n, 'posted', 'pay', 'empty', now() FROM generate_series(1, 50) AS n;
            RESET session_replication_role
            """);
        var report = await book.Verifier.Verify(default);
        Assert.Equal(20, report.Checks.Single(result => result.Broken.Count > 0).Broken.Count);
    }
}
