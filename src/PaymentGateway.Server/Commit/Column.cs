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
            try
            {
                values[i] = value((TRow)rows[i]);
            }
            catch (Exception e)
            {
                throw new UnreadableRowException(i, e);
            }
        }

        return new NpgsqlParameter<TValue[]> { TypedValue = values };
    }
}

/// <summary>A column could not be taken from a row: a bug of whoever declared it. Nothing was sent to the database.</summary>
public sealed class UnreadableRowException(int row, Exception cause) : Exception($"Row {row} cannot be read: {cause.Message}", cause)
{
    /// <summary>Its place among the rows of the statement.</summary>
    public int Row => row;
}
