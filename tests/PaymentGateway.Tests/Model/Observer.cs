using System.Text.Json;
using Npgsql;

namespace PaymentGateway.Tests.Model;

/// <summary>What is new in the database of one merchant.</summary>
internal sealed record News(
    IReadOnlyList<AuditRow> Audited, IReadOnlyList<EventRow> Facts, IReadOnlyList<BookEntry> Entries, IReadOnlyList<BookBalance> Balances,
    IReadOnlyList<Row> Rows);

/// <summary>
/// Reads in one round trip what has changed since the last. PostgreSQL tells which transaction wrote a row (<c>xmin</c>), so a step costs
/// what it changed and not what was there before.
/// </summary>
internal sealed class Observer : IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlBatch batch;
    private readonly List<NpgsqlParameter> merchants = [];
    private readonly List<NpgsqlParameter> horizons = [];
    private string? merchantId;
    private long horizon;
    private string lastAudit = "";
    private string lastEvent = "";

    private Observer(NpgsqlDataSource source, NpgsqlConnection connection, IEnumerable<Table> tables)
    {
        (this.source, this.connection, batch) = (source, connection, connection.CreateBatch());
        Add("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
        Add(
            """
            SELECT id, object_type, object_id, action, before::text, after::text, xid
            FROM audit.rows
            WHERE merchant_id = $1 AND mode = 'test' AND xid >= $2
            ORDER BY id
            """);
        Add(
            """
            SELECT id, name, subject_id, xmin::text::bigint
            FROM events.events
            WHERE merchant_id = $1 AND mode = 'test' AND xmin::text::bigint >= $2
            ORDER BY id
            """);
        Add(
            """
            SELECT t.id, e.line, t.business_key, t.subject_id, a.code, e.layer, e.amount, e.currency
            FROM ledger.transactions t
            JOIN ledger.entries e ON e.transaction_id = t.id
            JOIN ledger.accounts a ON a.id = e.account_id
            WHERE t.merchant_id = $1 AND t.mode = 'test' AND t.xid >= $2
            ORDER BY t.id, e.line
            """);
        Add(
            """
            SELECT code, currency, posted::bigint, pending_debit::bigint, pending_credit::bigint
            FROM ledger.balances
            WHERE merchant_id = $1 AND mode = 'test' AND $2 IS NOT NULL
            """);
        Add(string.Join("\nUNION ALL\n", tables.Select(table =>
            $"""
            SELECT '{table.Kind}', {table.Key}, to_jsonb(t)::text
            FROM {table.Name} AS t
            WHERE merchant_id = $1 AND mode = 'test' AND t.xmin::text::bigint >= $2
            """)));
    }

    public static async Task<Observer> Open(string connectionString, IEnumerable<Table> tables)
    {
        var source = NpgsqlDataSource.Create($"{connectionString};Pooling=false");
        var observer = new Observer(source, await source.OpenConnectionAsync(), tables);
        await observer.batch.PrepareAsync();
        return observer;
    }

    public void Follow(string merchant) => (merchantId, horizon, lastAudit, lastEvent) = (merchant, 0, "", "");

    public async Task<News> Read()
    {
        merchants.ForEach(parameter => parameter.Value = merchantId!);
        horizons.ForEach(parameter => parameter.Value = horizon);
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.ReadAsync();
        horizon = reader.GetInt64(0);

        // Transactions of other databases hold the horizon back, so some rows are read once more: these two are known by their order.
        var audited = await Next(r => new AuditRow(
            r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), TextOf(r, 4), TextOf(r, 5), r.GetInt64(6)));
        var facts = await Next(r => new EventRow(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3)));
        var entries = await Next(r => new BookEntry(
            r.GetString(0), r.GetInt16(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetInt64(6), r.GetString(7)));
        var balances = await Next(r => new BookBalance(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)));
        var rows = await Next(r => new Row(r.GetString(0), r.GetString(1), JsonDocument.Parse(r.GetString(2)).RootElement));
        return new News(Newer(audited, row => row.Id, ref lastAudit), Newer(facts, fact => fact.Id, ref lastEvent), entries, balances, rows);

        async Task<List<T>> Next<T>(Func<NpgsqlDataReader, T> read)
        {
            await reader.NextResultAsync();
            var all = new List<T>();
            while (await reader.ReadAsync())
            {
                all.Add(read(reader));
            }

            return all;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await batch.DisposeAsync();
        await connection.DisposeAsync();
        await source.DisposeAsync();
    }

    private void Add(string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        if (sql.Contains("$1", StringComparison.Ordinal))
        {
            var (merchant, since) = (new NpgsqlParameter<string> { Value = "" }, new NpgsqlParameter<long> { Value = 0L });
            merchants.Add(merchant);
            horizons.Add(since);
            command.Parameters.Add(merchant);
            command.Parameters.Add(since);
        }

        batch.BatchCommands.Add(command);
    }

    private static string? TextOf(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>Ids of one server follow each other, whatever the merchant's clock says.</summary>
    private static List<T> Newer<T>(List<T> read, Func<T, string> idOf, ref string last)
    {
        var after = last;
        var fresh = read.Where(one => string.CompareOrdinal(idOf(one), after) > 0).ToList();
        last = fresh.Count > 0 ? idOf(fresh[^1]) : after;
        return fresh;
    }
}
