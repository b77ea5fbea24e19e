using Dapper;
using PaymentGateway.Commit;
using PaymentGateway.Ledger;

namespace PaymentGateway.Tests.Ledger;

/// <summary>Whoever has the owner's connection and writes SQL by hand still cannot break the book.</summary>
public sealed class BookRulesTests : IAsyncLifetime
{
    /// <summary>Accounts of the shop, of another merchant, and of the shop in another currency; one booked, one pending, one resolved fact.</summary>
    private const string Before = """
        CREATE FUNCTION public.transaction(id text, phase text, resolves text, key text) RETURNS void LANGUAGE sql AS $$
            INSERT INTO ledger.transactions (id, merchant_id, mode, business_key, phase, resolves_key, subject_id, description, created_at)
            VALUES (id, 'MERCH_A', 'test', key, phase, resolves, 'pay_1', 'by hand', now()) $$;
        CREATE FUNCTION public.account(merchant text, account text, unit text) RETURNS bigint LANGUAGE sql AS $$
            SELECT id FROM ledger.accounts WHERE merchant_id = merchant AND mode = 'test' AND code = account AND currency = unit $$;
        CREATE FUNCTION public.owed(unit text DEFAULT 'INR') RETURNS bigint LANGUAGE sql AS $$
            SELECT public.account('MERCH_A', 'processor_receivable:sandbox', unit) $$;
        CREATE FUNCTION public.payable(merchant text DEFAULT 'MERCH_A') RETURNS bigint LANGUAGE sql AS $$
            SELECT public.account(merchant, 'merchant_payable', 'INR') $$;
        CREATE FUNCTION public.fee() RETURNS bigint LANGUAGE sql AS $$ SELECT public.account('MERCH_A', 'fee_income', 'INR') $$;
        CREATE FUNCTION public.wallet() RETURNS bigint LANGUAGE sql AS $$ SELECT public.account('MERCH_A', 'wallet:cus_1', 'INR') $$;
        CREATE VIEW public.entries AS
            SELECT transaction_id AS id, line, merchant_id, mode, account_id, layer, amount, currency FROM ledger.entries;
        ALTER VIEW public.entries ALTER merchant_id SET DEFAULT 'MERCH_A';
        ALTER VIEW public.entries ALTER mode SET DEFAULT 'test';
        ALTER VIEW public.entries ALTER currency SET DEFAULT 'INR';
        """;

    private const string Add = "INSERT INTO public.entries (id, line, account_id, layer, amount) VALUES ";

    private TestBook book = null!;

    public async ValueTask InitializeAsync()
    {
        book = await TestBook.Create();
        await book.Open(TestBook.Shop, Currency.USD);
        await book.Execute(Before);
        await book.Execute($"""
            SELECT public.transaction('old', 'posted', NULL, 'capture:old');
            {Add} ('old', 1, public.owed(), 'posted', 100), ('old', 2, public.payable(), 'posted', -100);
            """);
        await book.Execute($"""
            SELECT public.transaction('held', 'pending', NULL, 'authorize:held');
            {Add} ('held', 1, public.owed(), 'pending_debit', 100), ('held', 2, public.payable(), 'pending_credit', -100);
            """);
        await book.Execute($"""
            SELECT public.transaction('done', 'pending', NULL, 'authorize:done');
            {Add} ('done', 1, public.owed(), 'pending_debit', 100), ('done', 2, public.payable(), 'pending_credit', -100);
            """);
        await book.Execute($"""
            SELECT public.transaction('captured', 'post_pending', 'authorize:done', 'capture:done');
            {Add} ('captured', 1, public.owed(), 'pending_debit', -100), ('captured', 2, public.payable(), 'pending_credit', 100),
                  ('captured', 3, public.owed(), 'posted', 100), ('captured', 4, public.payable(), 'posted', -100);
            """);
    }

    public ValueTask DisposeAsync() => book.DisposeAsync();

    private const string Posted = "SELECT public.transaction('t', 'posted', NULL, 'capture:t'); ";
    private const string Pending = "SELECT public.transaction('t', 'pending', NULL, 'authorize:t'); ";
    private const string VoidsHeld = "SELECT public.transaction('t', 'void_pending', 'authorize:held', 'void:held'); ";
    private const string PostsHeld = "SELECT public.transaction('t', 'post_pending', 'authorize:held', 'capture:held'); ";
    private const string TakesBack = "('t', 1, public.owed(), 'pending_debit', -100), ('t', 2, public.payable(), 'pending_credit', 100)";

    public static TheoryData<string, string, string> Tries { get; } = new()
    {
        { "does not sum to zero", "entries_sum_to_zero",
            Posted + Add + "('t', 1, public.owed(), 'posted', 100), ('t', 2, public.payable(), 'posted', -99)" },
        { "sums to zero only later", "entries_sum_to_zero",
            Posted + Add + "('t', 1, public.owed(), 'posted', 100); " + Add + "('t', 2, public.payable(), 'posted', -100)" },
        { "sums to zero over two currencies", "entries_sum_to_zero",
            Posted + "INSERT INTO public.entries (id, line, account_id, layer, amount, currency) VALUES "
            + "('t', 1, public.owed('USD'), 'posted', 100, 'USD'), ('t', 2, public.payable(), 'posted', -100, 'INR')" },
        { "sums to zero over what is final and what is pending", "entries_sum_to_zero",
            PostsHeld + Add + "('t', 1, public.owed(), 'posted', 100), ('t', 2, public.payable(), 'pending_credit', -100)" },
        { "is in another currency than its account", "entry_and_account_have_one_currency",
            Posted + Add + "('t', 1, public.owed('USD'), 'posted', 100), ('t', 2, public.payable(), 'posted', -100)" },
        { "is on an account that does not exist", "entry_and_account_have_one_currency",
            Posted + Add + "('t', 1, 999999, 'posted', 100), ('t', 2, public.payable(), 'posted', -100)" },
        { "is on another merchant's account", "entry_account_and_transaction_have_one_owner",
            Posted + Add + "('t', 1, public.owed(), 'posted', 100), ('t', 2, public.payable('MERCH_B'), 'posted', -100)" },
        { "is another merchant's in his own name", "entry_account_and_transaction_have_one_owner",
            Posted + "INSERT INTO public.entries (id, line, merchant_id, account_id, layer, amount) VALUES "
            + "('t', 1, 'MERCH_A', public.owed(), 'posted', 100), ('t', 2, 'MERCH_B', public.payable('MERCH_B'), 'posted', -100)" },
        { "belongs to no transaction", "entries_are_written_with_their_transaction",
            Add + "('nobody', 1, public.owed(), 'posted', 100), ('nobody', 2, public.payable(), 'posted', -100)" },
        { "is added to an old transaction", "entries_are_written_with_their_transaction",
            Add + "('old', 3, public.owed(), 'posted', 100), ('old', 4, public.payable(), 'posted', -100)" },
        { "claims another database transaction, and would be missed by a checkpoint", "entries_are_written_with_their_transaction",
            Posted + "INSERT INTO ledger.entries (transaction_id, line, merchant_id, mode, account_id, layer, amount, currency, xid) VALUES "
            + "('t', 1, 'MERCH_A', 'test', public.owed(), 'posted', 100, 'INR', 1), "
            + "('t', 2, 'MERCH_A', 'test', public.payable(), 'posted', -100, 'INR', 1)" },
        { "is nothing", "entries_amount_check",
            Posted + Add + "('t', 1, public.owed(), 'posted', 0), ('t', 2, public.payable(), 'posted', 0)" },
        { "is pending in a final transaction", "entry_layer_fits_the_phase",
            Posted + Add + "('t', 1, public.owed(), 'pending_debit', 100), ('t', 2, public.payable(), 'pending_credit', -100)" },
        { "is final in a pending transaction", "entry_layer_fits_the_phase",
            Pending + Add + "('t', 1, public.owed(), 'posted', 100), ('t', 2, public.payable(), 'posted', -100)" },
        { "is final in a void", "entry_layer_fits_the_phase",
            VoidsHeld + Add + "('t', 1, public.owed(), 'posted', 100), ('t', 2, public.payable(), 'posted', -100)" },

        { "has no entries", "a_transaction_has_entries", Posted },
        { "books a fact twice", "one_transaction_per_business_key", "SELECT public.transaction('t', 'posted', NULL, 'capture:old')" },
        { "has the id of another", "transactions_pkey", "SELECT public.transaction('old', 'posted', NULL, 'capture:t')" },
        { "resolves without saying what", "a_resolution_names_what_it_resolves",
            "SELECT public.transaction('t', 'void_pending', NULL, 'void:t')" },
        { "is final and resolves", "a_resolution_names_what_it_resolves",
            "SELECT public.transaction('t', 'posted', 'authorize:held', 'capture:t')" },
        { "posts a second time what was pending", "a_pending_transaction_is_resolved_once",
            "SELECT public.transaction('t', 'post_pending', 'authorize:done', 'capture:again')" },
        { "voids after the post", "a_pending_transaction_is_resolved_once",
            "SELECT public.transaction('t', 'void_pending', 'authorize:done', 'void:done')" },
        { "resolves what was never pending", "a_resolution_takes_back_what_was_pending",
            "SELECT public.transaction('t', 'void_pending', 'capture:old', 'void:old'); " + Add + TakesBack },
        { "resolves what does not exist", "a_resolution_takes_back_what_was_pending",
            "SELECT public.transaction('t', 'void_pending', 'authorize:nothing', 'void:nothing'); " + Add + TakesBack },
        { "takes back less than was pending", "a_resolution_takes_back_what_was_pending",
            VoidsHeld + Add + "('t', 1, public.owed(), 'pending_debit', -99), ('t', 2, public.payable(), 'pending_credit', 99)" },
        { "takes back more than was pending", "a_resolution_takes_back_what_was_pending",
            VoidsHeld + Add + "('t', 1, public.owed(), 'pending_debit', -101), ('t', 2, public.payable(), 'pending_credit', 101)" },
        { "takes back from another account", "a_resolution_takes_back_what_was_pending",
            VoidsHeld + Add + "('t', 1, public.owed(), 'pending_debit', -100), ('t', 2, public.fee(), 'pending_credit', 100)" },
        { "takes back on the other side", "a_resolution_takes_back_what_was_pending",
            VoidsHeld + Add + "('t', 1, public.owed(), 'pending_credit', -100), ('t', 2, public.payable(), 'pending_debit', 100)" },
        { "posts without taking back", "a_resolution_takes_back_what_was_pending",
            PostsHeld + Add + "('t', 1, public.owed(), 'posted', 100), ('t', 2, public.payable(), 'posted', -100)" },
        { "overdraws an account", "account_does_not_go_negative",
            Posted + Add + "('t', 1, public.wallet(), 'posted', 1), ('t', 2, public.payable(), 'posted', -1)" },
        { "holds more than there is", "account_does_not_go_negative",
            Pending + Add + "('t', 1, public.wallet(), 'pending_debit', 1), ('t', 2, public.payable(), 'pending_credit', -1)" },

        { "changes an account", "the_book_is_immutable", "UPDATE ledger.accounts SET may_go_negative = true" },
        { "deletes an account", "the_book_is_immutable", "DELETE FROM ledger.accounts" },
        { "empties the accounts", "the_book_is_immutable", "TRUNCATE ledger.accounts" },
        { "changes a transaction", "the_book_is_immutable", "UPDATE ledger.transactions SET description = 'another'" },
        { "deletes a transaction", "the_book_is_immutable", "DELETE FROM ledger.transactions WHERE id = 'old'" },
        { "empties the transactions", "the_book_is_immutable", "TRUNCATE ledger.transactions CASCADE" },
        { "changes an entry", "the_book_is_immutable", "UPDATE ledger.entries SET amount = amount * 2" },
        { "deletes an entry", "the_book_is_immutable", "DELETE FROM ledger.entries WHERE transaction_id = 'old'" },
        { "empties the entries", "the_book_is_immutable", "TRUNCATE ledger.entries" },
        { "changes an entry by a merge", "the_book_is_immutable",
            "MERGE INTO ledger.entries e USING ledger.transactions t ON t.id = e.transaction_id WHEN MATCHED THEN UPDATE SET amount = 5" },
    };

    [Theory]
    [MemberData(nameof(Tries), DisableDiscoveryEnumeration = false)]
    public async Task The_database_refuses_what(string isTried, string rule, string sql)
    {
        Assert.True(rule == await book.Refusal(sql), $"{isTried}: {rule} expected, but {await book.Refusal(sql) ?? "nothing"} refused it");
        Assert.True((await book.Verifier.Verify(default)).Holds);
    }

    [Theory]
    [InlineData(Posted + Add + "('t', 1, public.owed(), 'posted', 100), ('t', 2, public.payable(), 'posted', -100)")]
    [InlineData(Pending + Add + "('t', 1, public.owed(), 'pending_debit', 7), ('t', 2, public.payable(), 'pending_credit', -7)")]
    [InlineData(VoidsHeld + Add + TakesBack)]
    [InlineData(PostsHeld + Add + TakesBack + ", ('t', 3, public.owed(), 'posted', 100), ('t', 4, public.payable(), 'posted', -100)")]
    public async Task What_keeps_the_rules_is_taken(string sql) => Assert.Null(await book.Refusal(sql));

    [Fact]
    public async Task An_account_that_must_not_go_negative_is_not_overdrawn_by_32_connections_at_once()
    {
        var ten = Money.FromMinor(10, Currency.INR);
        var hundred = Money.FromMinor(100, Currency.INR);
        var owed = Chart.ProcessorReceivable(TestBook.Connector);
        Assert.True(await book.Booked(new("top-up", Phase.Posted, null, "cus_1", "Top-up", [Entry.Debit(owed, hundred), Entry.Credit(TestBook.Wallet, hundred)])));

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 32).Select(number => book.Post(number % 2 == 0
            ? new($"spend:{number}", Phase.Posted, null, "cus_1", "Spent", [Entry.Debit(TestBook.Wallet, ten), Entry.Credit(Chart.MerchantPayable, ten)])
            : new($"hold:{number}", Phase.Pending, null, "cus_1", "Held", [Entry.PendingDebit(TestBook.Wallet, ten), Entry.PendingCredit(Chart.MerchantPayable, ten)]))));

        Assert.Equal(10, outcomes.Count(outcome => outcome is CommitOutcome.Committed));
        Assert.All(outcomes.Where(outcome => outcome is not CommitOutcome.Committed), outcome =>
            Assert.Equal("account_does_not_go_negative", Assert.IsType<CommitOutcome.Rejected>(outcome).Constraint));
        Assert.True((await book.Verifier.Verify(default)).Holds);
    }

    [Fact]
    public async Task Of_32_connections_that_book_one_fact_one_does_and_the_others_are_told_to_look_again()
    {
        var amount = Money.FromMinor(100, Currency.INR);
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 32).Select(_ => book.Post(
            Chart.Captured("ch_race", "pay_1", TestBook.Connector, amount, Money.Zero(Currency.INR), Money.Zero(Currency.INR)))));
        Assert.Single(outcomes, outcome => outcome is CommitOutcome.Committed);
        Assert.Equal(31, outcomes.Count(outcome => outcome is CommitOutcome.Conflict { Writer: "ledger.transactions" }));
    }

    [Fact]
    public async Task A_hold_is_captured_or_released_never_both()
    {
        var (amount, zero) = (Money.FromMinor(100, Currency.INR), Money.Zero(Currency.INR));
        for (var round = 0; round < 10; round++)
        {
            var charge = $"ch_{round}";
            Assert.True(await book.Booked(Chart.Authorized(charge, "pay_1", TestBook.Connector, amount)));
            var outcomes = await Task.WhenAll(
                book.Booked(Chart.CapturedAfterAuthorization(charge, charge, "pay_1", TestBook.Connector, amount, amount, zero, zero)),
                book.Booked(Chart.Voided(charge, "pay_1", TestBook.Connector, amount)));
            Assert.Single(outcomes, booked => booked);
        }

        Assert.True((await book.Verifier.Verify(default)).Holds);
    }
}
