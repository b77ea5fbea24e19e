using Dapper;
using Npgsql;
using PaymentGateway.Ledger;

namespace PaymentGateway.Tests.Ledger;

/// <summary>Checkpoints never count an entry twice and never miss one, whatever is open on other connections.</summary>
public sealed class LedgerCheckpointsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly string owed = Chart.ProcessorReceivable(TestBook.Connector).Code;
    private TestBook book = null!;
    private int facts;

    public async ValueTask InitializeAsync() => book = await TestBook.Create();

    public ValueTask DisposeAsync() => book.DisposeAsync();

    [Fact]
    public async Task What_is_folded_is_not_counted_again()
    {
        Assert.True(await book.Booked(Taken(100)));
        await book.Checkpoints.RunOnce(default);
        await AssertOwed(100);
        await book.Checkpoints.RunOnce(default);
        Assert.True(await book.Booked(Taken(11)));
        await AssertOwed(111);
        await book.Checkpoints.RunOnce(default);
        await AssertOwed(111);
    }

    [Fact]
    public async Task An_entry_that_commits_after_a_later_one_was_folded_is_not_missed()
    {
        await using var slow = await Begun(1000);
        Assert.True(await book.Booked(Taken(1)));
        await book.Checkpoints.RunOnce(default);
        await AssertOwed(1);
        await book.Execute("SELECT pg_current_xact_id()");
        await book.Checkpoints.RunOnce(default);
        await slow.Commit();
        await AssertOwed(1001);
        await book.Checkpoints.RunOnce(default);
        await AssertOwed(1001);
        Assert.True((await book.Verifier.Verify(default)).Holds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task At_random_moments_among_open_transactions_balances_are_what_is_committed(int seed)
    {
        var random = new Random(seed);
        var open = new List<Open>();
        long expected = 0;
        for (var step = 0; step < 120; step++)
        {
            switch (random.Next(5))
            {
                case 0 when open.Count < 6:
                    open.Add(await Begun(random.Next(1, 1000)));
                    break;
                case 1 when open.Count > 0:
                    expected += await End(commit: true);
                    break;
                case 2 when open.Count > 0:
                    await End(commit: false);
                    break;
                case 3:
                    var amount = random.Next(1, 1000);
                    Assert.True(await book.Booked(Taken(amount)));
                    expected += amount;
                    break;
                default:
                    await book.Checkpoints.RunOnce(default);
                    break;
            }

            await AssertOwed(expected);
        }

        while (open.Count > 0)
        {
            expected += await End(commit: true);
        }

        await book.Checkpoints.RunOnce(default);
        await AssertOwed(expected);
        Assert.True((await book.Verifier.Verify(default)).Holds);
        output.WriteLine($"{await book.Scalar<long>("SELECT below_xid FROM ledger.checkpoint_horizon")} is the horizon");

        async Task<int> End(bool commit)
        {
            var one = open[random.Next(open.Count)];
            open.Remove(one);
            await using (one)
            {
                return commit ? await one.Commit() : 0;
            }
        }
    }

    [Fact]
    public async Task Rounds_at_once_while_payments_are_booked_count_everything_once()
    {
        var booking = Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 25; i++)
            {
                Assert.True(await book.Booked(Taken(1)));
            }
        }));
        var folding = Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            while (!booking.IsCompleted)
            {
                await book.Checkpoints.RunOnce(default);
            }
        }));
        await Task.WhenAll(booking, folding);
        await AssertOwed(200);
        await book.Checkpoints.RunOnce(default);
        await AssertOwed(200);
    }

    /// <summary>A dump keeps the numbers of database transactions, and the cluster it is restored into counts from its own.</summary>
    [Fact]
    public async Task A_book_restored_into_a_younger_cluster_starts_its_checkpoints_over()
    {
        Assert.True(await book.Booked(Taken(100)));
        await book.Execute($"""
            SET session_replication_role = replica;
            UPDATE ledger.entries SET xid = xid + 1000000000000;
            UPDATE ledger.transactions SET xid = xid + 1000000000000;
            INSERT INTO ledger.checkpoints SELECT account_id, sum(amount), 0, 0 FROM ledger.entries GROUP BY account_id;
            UPDATE ledger.checkpoint_horizon SET below_xid = 2000000000000;
            RESET session_replication_role
            """);
        await AssertOwed(100);

        await book.Checkpoints.RunOnce(default);
        await AssertOwed(100);
        Assert.True(await book.Booked(Taken(11)));
        await AssertOwed(111);
        await book.Checkpoints.RunOnce(default);
        await AssertOwed(111);
        Assert.True((await book.Verifier.Verify(default)).Holds);
    }

    [Fact]
    public async Task The_server_starts_over_before_its_first_interval_has_passed()
    {
        await book.Execute("UPDATE ledger.checkpoint_horizon SET below_xid = 2000000000000");
        await book.Checkpoints.StartAsync(default);
        using var longest = new CancellationTokenSource(TimeSpan.FromSeconds(4)); // the interval is five
        while (await book.Scalar<long>("SELECT below_xid FROM ledger.checkpoint_horizon") >= 2000000000000)
        {
            await Task.Delay(10, longest.Token);
        }

        await book.Checkpoints.StopAsync(default);
    }

    [Fact]
    public async Task Checkpoints_are_only_a_cache()
    {
        Assert.True(await book.Booked(Taken(100)));
        await book.Checkpoints.RunOnce(default);
        await book.Execute("TRUNCATE ledger.checkpoints; UPDATE ledger.checkpoint_horizon SET below_xid = 0");
        await AssertOwed(100);
    }

    private Posting Taken(int amount) => Chart.Captured(
        $"ch_{Interlocked.Increment(ref facts)}", "pay_1", TestBook.Connector,
        Money.FromMinor(amount, Currency.INR), Money.Zero(Currency.INR), Money.Zero(Currency.INR));

    private async Task AssertOwed(long minor) => Assert.Equal(minor, (await book.Balances(TestBook.Shop)).GetValueOrDefault((owed, Layer.Posted)));

    /// <summary>A transaction that has booked and is not over.</summary>
    private async Task<Open> Begun(int amount)
    {
        var fact = $"slow_{Interlocked.Increment(ref facts)}";
        var connection = await book.Db.OpenSystem(default);
        var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO ledger.transactions (id, merchant_id, mode, business_key, phase, subject_id, description, created_at)
            VALUES (@fact, 'MERCH_A', 'test', @fact, 'posted', 'pay_1', 'slow', now());
            INSERT INTO ledger.entries (transaction_id, line, merchant_id, mode, account_id, layer, amount, currency)
            SELECT @fact, CASE code WHEN 'merchant_payable' THEN 2 ELSE 1 END, merchant_id, mode, id, 'posted',
                   CASE code WHEN 'merchant_payable' THEN -@amount ELSE @amount END, currency
            FROM ledger.accounts
            WHERE merchant_id = 'MERCH_A' AND code IN ('processor_receivable:sandbox', 'merchant_payable')
            """, new { fact, amount }, transaction);
        return new(connection, transaction, amount);
    }

    private sealed record Open(NpgsqlConnection Connection, NpgsqlTransaction Transaction, int Amount) : IAsyncDisposable
    {
        public async Task<int> Commit()
        {
            await Transaction.CommitAsync();
            return Amount;
        }

        public async ValueTask DisposeAsync()
        {
            await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}
