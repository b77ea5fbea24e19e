using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace PaymentGateway.Bench.Scale;

/// <summary>
/// Copies one payment with everything that was written for it, in whatever tables there are, as often as wanted: the rows of a long
/// history without the time that it takes to make one.
/// </summary>
/// <remarks>
/// A copy has ids of its own, which begin with its time as every id does, and is older the lower its number. Triggers and foreign keys do not run
/// (<c>session_replication_role = replica</c>), so <c>verify</c> is the judge of what came out. The audit rows of copies are linked by the
/// server, as any others.
/// </remarks>
internal sealed partial class PaymentCopies
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int IdLength = 26;

    /// <summary>Of an id: its time, then the number of the copy; the rest tells the ids of one copy apart.</summary>
    private const int TimeLength = 10;
    private const int NumberLength = 21;
    private const int BatchMax = 20_000;

    /// <summary>Between a copy and the next: a million are seventeen days.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromSeconds(1.5);

    private readonly string connectionString;
    private readonly string original;
    private readonly List<string> inserts = [];

    private PaymentCopies(string connectionString, string original) => (this.connectionString, this.original) = (connectionString, original);

    /// <summary>How many rows one copy has.</summary>
    public int RowsEach => inserts.Count;

    /// <param name="connectionString">Of a superuser.</param>
    /// <param name="orderId">Of a paid order.</param>
    /// <param name="cancel">Between two statements.</param>
    public static async Task<PaymentCopies> Of(string connectionString, string orderId, CancellationToken cancel)
    {
        var copies = new PaymentCopies(connectionString, orderId);
        await using var connection = await copies.Open(cancel);
        var tables = await Tables(connection);
        var ids = await IdsFrom(connection, tables, orderId);
        foreach (var table in tables)
        {
            foreach (var row in await RowsWith(connection, table, ids))
            {
                copies.inserts.Add(Insert(table, row, ids));
            }
        }

        return copies;
    }

    /// <summary>Writes copies with the numbers from 1 on.</summary>
    public async Task Write(int count, CancellationToken cancel)
    {
        await using var connection = await Open(cancel);
        await connection.ExecuteAsync("SET session_replication_role = replica; SET synchronous_commit = off");
        await connection.ExecuteAsync(new CommandDefinition(
            """
            CREATE TEMP TABLE copies AS
            SELECT i, age, substr(clocks.first_id('', to_timestamp(@made / 1000.0) - age), 2, @timeLength) || lpad(i::text, @digits, '0') AS number
            FROM (SELECT i, @apart * (@count - i) AS age FROM generate_series(1, @count) AS i) AS ages
            """,
            new { made = MadeAt(original), timeLength = TimeLength, digits = NumberLength - TimeLength, apart = Apart, count },
            commandTimeout: 600, cancellationToken: cancel));
        await connection.ExecuteAsync("CREATE INDEX ON copies (i)");
        for (var from = 1; from <= count; from += BatchMax)
        {
            var to = Math.Min(from + BatchMax - 1, count);
            foreach (var insert in inserts)
            {
                await connection.ExecuteAsync(
                    new CommandDefinition(insert, new { from, to }, commandTimeout: 600, cancellationToken: cancel));
            }
        }
    }

    /// <summary>The id that stands in a copy for the order's; those of its other objects follow from the answers.</summary>
    /// <param name="orderId">Of the order that was copied.</param>
    /// <param name="count">How many copies there are.</param>
    /// <param name="number">Of the copy.</param>
    public static string OrderId(string orderId, int count, int number)
    {
        var made = MadeAt(orderId) - ((long)Apart.TotalMilliseconds * (count - number));
        var time = string.Concat(Enumerable.Range(0, TimeLength).Select(place => Alphabet[(int)((made >> (45 - (5 * place))) & 31)]));
        return $"order_{time}{number.ToString($"D{NumberLength - TimeLength}", CultureInfo.InvariantCulture)}00000";
    }

    /// <summary>Milliseconds, as an id begins with them.</summary>
    private static long MadeAt(string id) =>
        id.AsSpan(id.Length - IdLength, TimeLength).ToArray().Aggregate(0L, (time, digit) => (time << 5) | (long)Alphabet.IndexOf(digit));

    private async Task<NpgsqlConnection> Open(CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancel);
        return connection;
    }

    private static async Task<List<Table>> Tables(NpgsqlConnection connection)
    {
        var columns = await connection.QueryAsync<(string Table, string Column, string Type, bool IsFilled, bool IsKey)>(
            """
            SELECT format('%I.%I', n.nspname, c.relname), a.attname::text, format_type(a.atttypid, a.atttypmod),
                   a.attidentity <> '' OR a.attgenerated <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE '%xid%', false),
                   EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY (i.indkey)) AND a.atttypid = 'text'::regtype
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'gateway')
              AND format('%I.%I', n.nspname, c.relname) NOT IN ('audit.links', 'audit.progress')
            ORDER BY 1, a.attnum
            """);
        return [.. columns.GroupBy(column => column.Table).Select(table => new Table(table.Key,
            [.. table.Select(column => new Column(column.Column, column.Type, column.IsFilled, column.IsKey))]))];
    }

    /// <summary>The ids by which the rows of the order are told apart: of its rows, then of the rows that mention those, and so on.</summary>
    private static async Task<List<string>> IdsFrom(NpgsqlConnection connection, List<Table> tables, string orderId)
    {
        List<string> ids = [orderId];
        for (var known = 0; known < ids.Count;)
        {
            known = ids.Count;
            foreach (var table in tables.Where(table => table.Keys.Any()))
            {
                var found = await connection.QueryAsync<string>(
                    $"SELECT concat_ws(' ', {string.Join(", ", table.Keys)}) FROM {table.Name} AS t WHERE t::text LIKE ANY (@patterns)",
                    new { patterns = Patterns(ids) });
                ids.AddRange(found.SelectMany(text => IdPattern().Matches(text)).Select(match => match.Value).Except(ids).ToList());
            }
        }

        return ids;
    }

    private static async Task<IEnumerable<Dictionary<string, string?>>> RowsWith(NpgsqlConnection connection, Table table, List<string> ids)
    {
        var columns = string.Join(", ", table.Copied.Select(column => $"\"{column.Name}\"::text"));
        var rows = await connection.QueryAsync(
            $"SELECT {columns} FROM {table.Name} AS t WHERE t::text LIKE ANY (@patterns)", new { patterns = Patterns(ids) });
        return rows.Select(row => ((IDictionary<string, object?>)row).ToDictionary(cell => cell.Key, cell => (string?)cell.Value));
    }

    private static string[] Patterns(List<string> ids) => [.. ids.Select(id => $"%{id[^IdLength..]}%")];

    private static string Insert(Table table, Dictionary<string, string?> row, List<string> ids)
    {
        var values = table.Copied.Select(column => row[column.Name] is not { } text ? "NULL"
            : column.Type.StartsWith("timestamp", StringComparison.Ordinal) ? $"{Literal(text)}::{column.Type} - age"
            : $"({Renamed(text, ids)})::{column.Type}");
        return $"""
            INSERT INTO {table.Name} ({string.Join(", ", table.Copied.Select(column => $"\"{column.Name}\""))})
            SELECT {string.Join(", ", values)}
            FROM copies
            WHERE i BETWEEN @from AND @to
            """;
    }

    /// <summary>The text as an expression in which every id is that of the copy.</summary>
    private static string Renamed(string text, List<string> ids)
    {
        var expression = new StringBuilder();
        var rest = text;
        while (Next(rest, ids) is var (at, place))
        {
            expression.Append(CultureInfo.InvariantCulture, $"{Literal(rest[..at])} || number || '{place:D5}' || ");
            rest = rest[(at + IdLength)..];
        }

        return expression.Append(Literal(rest)).ToString();
    }

    private static (int At, int Place)? Next(string text, List<string> ids)
    {
        var found = ids.Select((id, place) => (At: text.IndexOf(id[^IdLength..], StringComparison.Ordinal), Place: place))
            .Where(hit => hit.At >= 0).DefaultIfEmpty((-1, 0)).MinBy(hit => hit.Item1);
        return found.Item1 < 0 ? null : found;
    }

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    [GeneratedRegex("[a-z]+_[0-9a-z]{26}")]
    private static partial Regex IdPattern();

    /// <param name="IsFilled">By the database itself.</param>
    /// <param name="IsKey">Part of what must be unique.</param>
    private sealed record Column(string Name, string Type, bool IsFilled, bool IsKey);

    private sealed record Table(string Name, IReadOnlyList<Column> Columns)
    {
        public IEnumerable<string> Keys => Columns.Where(column => column.IsKey).Select(column => $"\"{column.Name}\"");

        public IEnumerable<Column> Copied => Columns.Where(column => !column.IsFilled);
    }
}
