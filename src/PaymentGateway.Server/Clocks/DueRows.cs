namespace PaymentGateway.Clocks;

/// <summary>
/// Rows that fall due in their merchant's time: the one way to ask for them. A worker takes those of all merchants by
/// <see cref="Select"/> or <see cref="SelectToClaim"/>; registered as a singleton, they also decide when an advanced clock is ready.
/// </summary>
/// <param name="Table">Has <c>merchant_id</c> and <c>mode</c>; named <c>d</c> in the statements.</param>
/// <param name="Due">The column with the time; needs an index <c>(due)</c>, and <c>(merchant_id, due) WHERE mode = 'test'</c>.</param>
/// <param name="Where">What makes a row wait at all, as the indexes say it, in terms of <c>d</c>.</param>
public sealed record DueRows(string Table, string Due, string Where)
{
    private const string Unclaimed = " AND (d.claimed_until IS NULL OR d.claimed_until <= @now)";

    /// <summary>Those that are due, at most twice <c>@limit</c>, with the real time as <c>@now</c>.</summary>
    /// <param name="columns">Names of the table, separated by commas.</param>
    public string Select(string columns) => Statement(columns, "", "");

    /// <summary>
    /// As <see cref="Select"/>, locked, without those that another worker has. The claim is a later <c>claimed_until</c>, a real time;
    /// whoever writes the outcome sets it to null.
    /// </summary>
    public string SelectToClaim(string columns) => Statement(columns, Unclaimed, "FOR UPDATE SKIP LOCKED");

    /// <summary>Whether <c>@merchantId</c> has any in test mode that is due at <c>@at</c> in its own time.</summary>
    public string Exists =>
        $"EXISTS (SELECT FROM {Table} AS d WHERE d.merchant_id = @merchantId AND d.mode = 'test' AND d.{Due} <= @at AND ({Where}))";

    /// <summary>
    /// First by the real time, as if there were no clocks; then, for each merchant that has one, what only its own time made due. Each
    /// part is one range of an index, and the second is nothing at all where no clock exists.
    /// </summary>
    private string Statement(string columns, string also, string locking) =>
        $"""
        SELECT {columns}
        FROM (
            SELECT {columns}
            FROM {Table} AS d
            WHERE d.{Due} <= @now AND ({Where}){also}
            ORDER BY d.{Due}
            LIMIT @limit
            {locking}
        ) AS by_real_time
        UNION ALL
        SELECT *
        FROM (
            SELECT {ListOf(columns, "early")}
            FROM clocks.offsets AS o
            CROSS JOIN LATERAL (
                SELECT {columns}
                FROM {Table} AS d
                WHERE d.merchant_id = o.merchant_id AND d.mode = 'test' AND d.{Due} > @now AND d.{Due} <= @now + o.ahead
                  AND ({Where}){also}
                ORDER BY d.{Due}
                LIMIT @limit
                {locking}
            ) AS early
            LIMIT @limit
        ) AS by_merchant_time
        """;

    private static string ListOf(string columns, string table) => string.Join(", ", columns.Split(", ").Select(name => $"{table}.{name}"));
}
