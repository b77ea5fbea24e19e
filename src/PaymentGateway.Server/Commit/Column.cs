using Npgsql;

namespace PaymentGateway.Commit;

/// <summary>One array parameter of a set-based statement: a value taken from every row.</summary>
public abstract class Column<TRow>
{
    internal abstract NpgsqlParameter Bind(IReadOnlyList<object> rows);
}

internal sealed class Column<TRow, TValue>(Func<TRow, TValue> value) : Column<TRow>
{
    internal override NpgsqlParameter Bind(IReadOnlyList<object> rows)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value((TRow)rows[i]);
        }

        return new NpgsqlParameter<TValue[]> { TypedValue = values };
    }
}
