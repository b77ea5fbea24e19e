using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Ledger;
using PaymentGateway.Tests.Database;

namespace PaymentGateway.Tests.Ledger;

/// <summary>A book in a database of its own, with all that keeps it.</summary>
internal sealed class TestBook : IAsyncDisposable
{
    internal static readonly Tenant Shop = new("MERCH_A", Mode.Test);
    internal static readonly Tenant OtherShop = new("MERCH_B", Mode.Test);
    internal const string Connector = "sandbox";

    /// <summary>Money of a customer: it cannot be overdrawn.</summary>
    internal static readonly PaymentGateway.Ledger.Account Wallet = new("wallet:cus_1", AccountKind.Liability, MayGoNegative: false);

    private readonly TestDatabase database;
    private readonly LedgerStore store;
    private readonly Committer committer;

    private TestBook(TestDatabase database)
    {
        this.database = database;
        store = new LedgerStore(database.Db, new MerchantClocks(database.Db, TimeProvider.System));
        committer = new Committer(database.Db, TimeProvider.System);
        Checkpoints = new LedgerCheckpoints(database.Db, TimeProvider.System, NullLogger<LedgerCheckpoints>.Instance);
        Verifier = new BookVerifier(database.Db, []);
    }

    internal LedgerCheckpoints Checkpoints { get; }

    internal BookVerifier Verifier { get; }

    internal Db Db => database.Db;

    /// <summary>A book with the accounts of a payment, and a wallet, for two merchants.</summary>
    internal static async Task<TestBook> Create()
    {
        var book = new TestBook(await TestDatabase.Create());
        await book.Open(Shop);
        await book.Open(OtherShop);
        return book;
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    internal Task Open(Tenant tenant) => store.EnsureOpen(tenant, Currency.INR, [.. Chart.OfPayment(Connector), Wallet], default);

    internal Task Open(Tenant tenant, Currency currency) => store.EnsureOpen(tenant, currency, Chart.OfPayment(Connector), default);

    internal async Task<CommitOutcome> Post(Posting posting, Tenant? tenant = null)
    {
        var change = new Change();
        store.Write(change, tenant ?? Shop, posting);
        return await committer.Commit(change, default);
    }

    internal async Task<bool> Booked(Posting posting, Tenant? tenant = null) => await Post(posting, tenant) is CommitOutcome.Committed;

    internal async Task Execute(string sql)
    {
        await using var connection = await Db.OpenSystem(default);
        await connection.ExecuteAsync(sql);
    }

    internal async Task<T?> Scalar<T>(string sql)
    {
        await using var connection = await Db.OpenSystem(default);
        return await connection.ExecuteScalarAsync<T>(sql);
    }

    /// <summary>The rule that refuses the SQL, or null when nothing does. Deferred rules count too.</summary>
    internal async Task<string?> Refusal(string sql)
    {
        await using var connection = await Db.OpenSystem(default);
        await using var transaction = await connection.BeginTransactionAsync();
        try
        {
            await connection.ExecuteAsync(sql, transaction: transaction);
            await connection.ExecuteAsync("SET CONSTRAINTS ALL IMMEDIATE", transaction: transaction);
            return null;
        }
        catch (PostgresException refused)
        {
            return refused.ConstraintName ?? refused.MessageText;
        }
    }

    internal async Task<IReadOnlyDictionary<(string Code, Layer Layer), long>> Balances(Tenant tenant)
    {
        await using var connection = await Db.OpenSystem(default);
        var rows = await connection.QueryAsync<(string Code, decimal Posted, decimal Debit, decimal Credit)>(
            """
            SELECT code, posted, pending_debit, pending_credit FROM ledger.balances
            WHERE merchant_id = @MerchantId AND mode = @mode AND currency = 'INR'
            """, new { tenant.MerchantId, mode = tenant.Mode.ToSql() });
        return rows
            .SelectMany(row => new[]
            {
                ((row.Code, Layer.Posted), (long)row.Posted), ((row.Code, Layer.PendingDebit), (long)row.Debit),
                ((row.Code, Layer.PendingCredit), (long)row.Credit),
            })
            .Where(balance => balance.Item2 != 0)
            .ToDictionary(balance => balance.Item1, balance => balance.Item2);
    }
}
