using Npgsql;

namespace PaymentGateway.Commit;

/// <summary>
/// One kind of row and the one statement that writes any number of them. An area declares its writers beside its SQL;
/// <see cref="Committer"/> runs them without knowing what they mean.
/// </summary>
public abstract class RowWriter
{
    /// <summary>
    /// The state with which <c>gateway.require_written</c> fails; its constraint is the writer's name, its message a JSON array of the keys that are missing.
    /// </summary>
    internal const string NotWritten = "PG001";

    private protected RowWriter(string name, int order, string sql, bool guarded) =>
        (Name, Order, Sql, Guarded) = (name, order, sql, guarded);

    public string Name { get; }

    /// <summary>The place in the one lock order of the server: lower is written first.</summary>
    internal int Order { get; }

    internal string Sql { get; }

    /// <summary>All rows must be written, or the statement fails with <see cref="NotWritten"/>.</summary>
    internal bool Guarded { get; }

    internal abstract string KeyOf(object row);

    /// <summary>The statement with these rows, for a worker that writes outside a change.</summary>
    public abstract NpgsqlBatchCommand Command(IReadOnlyList<object> rows);
}

/// <inheritdoc/>
public sealed class RowWriter<TRow> : RowWriter
{
    private readonly Func<TRow, string> key;
    private readonly Column<TRow>[] columns;

    private RowWriter(string name, int order, string sql, bool guarded, Func<TRow, string> key, Column<TRow>[] columns)
        : base(name, order, sql, guarded) => (this.key, this.columns) = (key, columns);

    /// <summary>
    /// A writer whose rows must all be written: its SQL returns the text key of each row it wrote. It becomes part of a larger statement,
    /// so it cannot begin with a <c>WITH</c> that writes: what else is to be written is a writer of its own.
    /// </summary>
    public static RowWriter<TRow> Guard(string name, int order, Func<TRow, string> key, string sql, params Column<TRow>[] columns) =>
        new(
            name, order,
            $"""
            WITH written (key) AS (
            {sql}
            )
            SELECT gateway.require_written('{name}', ${columns.Length + 1}, array_agg(key)) FROM written
            """,
            guarded: true, key, [.. columns, Column(key)]);

    /// <summary>A writer whose rows cannot meet another's (they carry new ids), so nothing is returned.</summary>
    public static RowWriter<TRow> Append(string name, int order, Func<TRow, string> key, string sql, params Column<TRow>[] columns) =>
        new(name, order, sql, guarded: false, key, columns);

    public static Column<TRow> Column<TValue>(Func<TRow, TValue> value) => new Column<TRow, TValue>(value);

    internal override string KeyOf(object row) => key((TRow)row);

    public override NpgsqlBatchCommand Command(IReadOnlyList<object> rows)
    {
        var command = new NpgsqlBatchCommand(Sql);
        foreach (var column in columns)
        {
            command.Parameters.Add(column.Bind(rows));
        }

        return command;
    }
}
