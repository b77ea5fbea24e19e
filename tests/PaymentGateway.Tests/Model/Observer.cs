using System.Text.Json;
using Dapper;
using Npgsql;

namespace PaymentGateway.Tests.Model;

/// <summary>What is new in the database of one merchant.</summary>
internal sealed record News(
    IReadOnlyList<AuditRow> Audited, IReadOnlyList<EventRow> Facts, IReadOnlyList<BookEntry> Entries, IReadOnlyList<BookBalance> Balances,
    IReadOnlyList<Row> Rows)
{
    public static News None { get; } = new([], [], [], [], []);
}

/// <summary>
/// Takes note of every row that is written, by triggers of the model's own, and reads in one statement what has been written since the last
/// time, of all merchants. So a step costs what it changed and not what was there before, and nothing hangs on when a transaction began.
/// </summary>
internal sealed class Observer : IAsyncDisposable
{
    private const string Accounts = "ledger account";
    private const string Transactions = "ledger transaction";
    private const string Entries = "ledger entry";
    private const string Audited = "audit row";
    private const string Events = "event";
    private const string Balance = "ledger balance";

    /// <summary>What is read of every family's sequences, with the columns that are needed of it: events are long.</summary>
    private static readonly (Table Table, string Body)[] always =
    [
        (new(Accounts, "ledger.accounts"), "jsonb_build_object('id', NEW.id, 'code', NEW.code, 'currency', NEW.currency)"),
        (new(Transactions, "ledger.transactions"), "jsonb_build_object('key', NEW.business_key, 'subject', NEW.subject_id)"),
        (new(Entries, "ledger.entries", "transaction_id line"),
            "jsonb_build_object('transaction', NEW.transaction_id, 'line', NEW.line, 'account', NEW.account_id, 'layer', NEW.layer, 'amount', NEW.amount, 'currency', NEW.currency)"),
        (new(Audited, "audit.rows"),
            "jsonb_build_object('type', NEW.object_type, 'object', NEW.object_id, 'action', NEW.action, 'before', NEW.before, 'after', NEW.after)"),
        (new(Events, "events.events"), "jsonb_build_object('name', NEW.name, 'subject', NEW.subject_id)"),
    ];

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand take;
    private readonly NpgsqlCommand allBalances;
    private readonly Dictionary<long, string> accounts = [];
    private long read;
    private long last;

    private Observer(NpgsqlDataSource source, NpgsqlConnection connection)
    {
        (this.source, this.connection) = (source, connection);
        // The balances of the accounts that were booked on, as the server reads them, in the same look.
        take = Command(
            $"""
            WITH fresh AS MATERIALIZED (SELECT * FROM model.news WHERE seq > $1)
            SELECT seq, merchant_id, kind, id, xid, body::text FROM fresh
            UNION ALL
            SELECT 9223372036854775807, b.merchant_id, '{Balance}', b.account_id::text, 0, to_jsonb(b)::text
            FROM ledger.balances b
            WHERE b.account_id IN (SELECT (body ->> 'account')::bigint FROM fresh WHERE kind = '{Entries}')
            ORDER BY seq
            """);
        take.Parameters.Add(new NpgsqlParameter<long>());
        allBalances = Command(
            """
            SELECT merchant_id, code, currency, posted::bigint, pending_debit::bigint, pending_credit::bigint
            FROM ledger.balances
            WHERE merchant_id = ANY ($1) AND mode = 'test'
            """);
        allBalances.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [] });
    }

    public static async Task<Observer> Open(string connectionString, IEnumerable<Table> tables)
    {
        var source = NpgsqlDataSource.Create($"{connectionString};Pooling=false");
        var connection = await source.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            CREATE SCHEMA model;
            CREATE UNLOGGED TABLE model.news (
                seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, merchant_id text, kind text, id text, xid bigint, body jsonb);
            """);
        foreach (var (table, body) in always.Concat(tables.Select(table => (table, "to_jsonb(NEW)"))))
        {
            await connection.ExecuteAsync(TriggerOf(table, body));
        }

        var observer = new Observer(source, connection);
        await observer.take.PrepareAsync();
        await observer.allBalances.PrepareAsync();
        return observer;
    }

    /// <summary>What the last cohort left is no news to the next.</summary>
    public async Task Forget()
    {
        accounts.Clear();
        read = 0;
        await connection.ExecuteAsync("TRUNCATE model.news");
    }

    /// <summary>What is new of each merchant; nobody may be writing meanwhile.</summary>
    public async Task<IReadOnlyDictionary<string, News>> Read()
    {
        var byMerchant = new Dictionary<string, List<Written>>(StringComparer.Ordinal);
        foreach (var one in await Take())
        {
            if (!byMerchant.TryGetValue(one.MerchantId, out var written))
            {
                byMerchant[one.MerchantId] = written = [];
            }

            written.Add(one);
        }

        return byMerchant.ToDictionary(pair => pair.Key, pair => NewsOf(pair.Value), StringComparer.Ordinal);
    }

    /// <summary>What was written while others were read would be missing.</summary>
    public async Task RequireAllWasRead()
    {
        var written = await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM model.news");
        World.Require(written == read, $"{written} rows were written, and {read} of them read");
    }

    /// <summary>All of these merchants, booked on or not.</summary>
    public async Task<ILookup<string, BookBalance>> ReadAllBalances(string[] merchantIds)
    {
        allBalances.Parameters[0].Value = merchantIds;
        var all = new List<(string MerchantId, BookBalance Balance)>();
        await using var reader = await allBalances.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            all.Add((reader.GetString(0), new(reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5))));
        }

        return all.ToLookup(one => one.MerchantId, one => one.Balance, StringComparer.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await take.DisposeAsync();
        await allBalances.DisposeAsync();
        await connection.DisposeAsync();
        await source.DisposeAsync();
    }

    private static string TriggerOf(Table table, string body)
    {
        var function = $"model.tell_{table.Name.Replace('.', '_')}";
        var key = string.Join(", ", table.Key.Split(' ').Select(column => $"NEW.{column}"));
        return $"""
            CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.mode <> 'test' THEN
                    RETURN NULL;
                END IF;
                INSERT INTO model.news (merchant_id, kind, id, xid, body)
                VALUES (NEW.merchant_id, '{table.Kind}', concat_ws(' ', {key}), pg_current_xact_id()::text::bigint, {body});
                RETURN NULL;
            END $$;
            CREATE TRIGGER told_to_the_model AFTER INSERT OR UPDATE ON {table.Name} FOR EACH ROW EXECUTE FUNCTION {function}();
            """;
    }

    private NpgsqlCommand Command(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private async Task<List<Written>> Take()
    {
        var taken = new List<Written>();
        take.Parameters[0].Value = last;
        await using var reader = await take.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var written = new Written(
                reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4), JsonElement.Parse(reader.GetString(5)));
            taken.Add(written);
            if (written.Kind != Balance)
            {
                last = reader.GetInt64(0);
                read++;
            }
        }

        return taken;
    }

    private News NewsOf(List<Written> all)
    {
        var (audited, facts, entries, balances) = (new List<AuditRow>(), new List<EventRow>(), new List<Written>(), new List<BookBalance>());
        var (rows, transactions) = (new Dictionary<(string Kind, string Id), Row>(), new Dictionary<string, JsonElement>());
        foreach (var one in all)
        {
            switch (one.Kind)
            {
                case Accounts:
                    accounts[one.Body.GetProperty("id").GetInt64()] = one.Text("code");
                    break;
                case Transactions:
                    transactions[one.Id] = one.Body;
                    break;
                case Entries:
                    entries.Add(one);
                    break;
                case Audited:
                    audited.Add(new(one.Id, one.Text("type"), one.Text("object"), one.Text("action"), one.Body.GetProperty("before"), one.Body.GetProperty("after"), one.Xid));
                    break;
                case Events:
                    facts.Add(new(one.Id, one.Text("name"), one.Text("subject"), one.Xid));
                    break;
                case Balance:
                    balances.Add(new(one.Text("code"), one.Text("currency"), one.Long("posted"), one.Long("pending_debit"), one.Long("pending_credit")));
                    break;
                default:
                    // Of several writes of one row the last one stands.
                    rows[(one.Kind, one.Id)] = new(one.Kind, one.Id, one.Body);
                    break;
            }
        }

        return new News(audited, facts, [.. entries.Select(entry => EntryOf(entry, transactions[entry.Text("transaction")]))], balances, [.. rows.Values]);
    }

    private BookEntry EntryOf(Written entry, JsonElement transaction) => new(
        entry.Text("transaction"), (short)entry.Long("line"), transaction.GetProperty("key").GetString()!, transaction.GetProperty("subject").GetString()!,
        accounts[entry.Long("account")], entry.Text("layer"), entry.Long("amount"), entry.Text("currency"));

    private sealed record Written(string MerchantId, string Kind, string Id, long Xid, JsonElement Body)
    {
        public string Text(string field) => Body.GetProperty(field).GetString()!;

        public long Long(string field) => Body.GetProperty(field).GetInt64();
    }
}
