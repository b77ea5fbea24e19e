using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Ledger;

namespace PaymentGateway.Bench;

/// <summary>The ledger alone, in this process: transfers between accounts of one busy merchant, through the server's own committer.</summary>
internal sealed class LedgerLoad(Db db) : IAsyncDisposable
{
    private const int AccountCount = 1000;
    private const int Seed = 20261101;

    private readonly Tenant tenant = new("MERCH_FH_001", Mode.Test);
    private readonly LedgerStore ledger = new(db, new MerchantClocks(db, TimeProvider.System));
    private readonly Committer committer = new(db, TimeProvider.System);
    private readonly Random random = new(Seed);

    private readonly Account[] accounts =
        [.. Enumerable.Range(0, AccountCount).Select(n => new Account($"bench:{n:D4}", AccountKind.Liability))];

    public Task OpenAccounts(CancellationToken cancel) => ledger.EnsureOpen(tenant, Currency.INR, accounts, cancel);

    /// <returns>Transfers per second.</returns>
    /// <param name="clients">How many commits are under way at once.</param>
    /// <param name="transfersPerCommit">One is a lone request; more is what a group of requests shares.</param>
    /// <param name="duration">How long.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<double> Measure(int clients, int transfersPerCommit, TimeSpan duration, CancellationToken cancel)
    {
        var clock = TimeProvider.System;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => CommitSet(transfersPerCommit, cancel)));
        var begun = clock.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            var count = 0;
            for (; clock.GetElapsedTime(begun) < duration; count += transfersPerCommit)
            {
                await CommitSet(transfersPerCommit, cancel);
            }

            return count;
        }));
        return counts.Sum() / clock.GetElapsedTime(begun).TotalSeconds;
    }

    public ValueTask DisposeAsync() => committer.DisposeAsync();

    private async Task CommitSet(int count, CancellationToken cancel)
    {
        var changes = new Change[count];
        for (var i = 0; i < count; i++)
        {
            changes[i] = Transfer();
        }

        foreach (var outcome in await committer.Commit(changes, cancel))
        {
            if (outcome is not CommitOutcome.Committed)
            {
                throw new BenchException($"A transfer was not committed: {outcome}");
            }
        }
    }

    private Change Transfer()
    {
        var (from, to) = TwoAccounts();
        var id = Id.New("txn", TimeProvider.System);
        var amount = Money.FromMinor(100, Currency.INR);
        var change = new Change();
        ledger.Write(change, tenant, new Posting(
            $"transfer:{id}", Phase.Posted, null, id, "Transfer", [Entry.Debit(from, amount), Entry.Credit(to, amount)]));
        return change;
    }

    private (Account From, Account To) TwoAccounts()
    {
        lock (random)
        {
            var from = random.Next(AccountCount);
            var step = random.Next(1, AccountCount);
            return (accounts[from], accounts[(from + step) % AccountCount]);
        }
    }
}
