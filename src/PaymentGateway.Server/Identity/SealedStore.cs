using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Identity;

/// <summary>A sealed text, the key of its row, and the values that its purpose is made of.</summary>
internal sealed record SealedText
{
    public required string Key { get; init; }
    public required string[] Bound { get; init; }
    public required string Text { get; init; }
}

/// <summary>All SQL of sealed texts in general. The names in it are those that areas have registered, never anybody's input.</summary>
internal sealed class SealedStore(Db db)
{
    /// <summary>The id of the key that a sealed text names; the indexes of large tables are on this very expression.</summary>
    private static string KeyIdOf(SealedColumn column) => $"split_part({column.Column}, '.', 2)";

    /// <summary>The ids of the keys that a column needs, found by jumping from one to the next in its index.</summary>
    public async Task<IReadOnlyList<string>> KeysOf(SealedColumn column, CancellationToken cancel)
    {
        var id = KeyIdOf(column);
        await using var connection = await db.OpenSystem(cancel);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            $"""
            WITH RECURSIVE ids (id) AS (
                (SELECT {id} FROM {column.Table} WHERE {column.Column} IS NOT NULL ORDER BY 1 LIMIT 1)
                UNION ALL
                SELECT (SELECT {id} FROM {column.Table} WHERE {column.Column} IS NOT NULL AND {id} > ids.id ORDER BY 1 LIMIT 1)
                FROM ids
                WHERE ids.id IS NOT NULL
            )
            SELECT id FROM ids WHERE id IS NOT NULL
            """, cancellationToken: cancel))];
    }

    /// <summary>Some texts that are sealed under a key.</summary>
    /// <param name="column">Of which column.</param>
    /// <param name="keyId">The key.</param>
    /// <param name="without">The rows to leave out.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="cancel">Stops the search.</param>
    public async Task<IReadOnlyList<SealedText>> Find(
        SealedColumn column, string keyId, IReadOnlyCollection<string> without, int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return [.. await connection.QueryAsync<SealedText>(new CommandDefinition(
            $"""
            SELECT {KeySql(column)} AS key, ARRAY[{string.Join(", ", column.Bound)}]::text[] AS bound, {column.Column} AS text
            FROM {column.Table}
            WHERE {column.Column} IS NOT NULL AND {KeyIdOf(column)} = @keyId AND {KeySql(column)} <> ALL (@without)
            LIMIT @limit
            """, new { keyId, without = without.ToArray(), limit }, cancellationToken: cancel))];
    }

    /// <summary>Puts new texts in the place of the old. What another has written in the meantime stays.</summary>
    /// <returns>How many were replaced.</returns>
    public async Task<int> Replace(SealedColumn column, IReadOnlyList<SealedText> old, IReadOnlyList<string> fresh, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        // In the order of the keys, so that two commands do not wait for each other in a circle.
        return await connection.ExecuteAsync(new CommandDefinition(
            $"""
            WITH these AS MATERIALIZED (
                SELECT r.key, r.text, r.fresh
                FROM unnest(@keys, @texts, @fresh) AS r (key, text, fresh)
                JOIN {column.Table} AS t ON {KeySql(column, "t.")} = r.key AND t.{column.Column} = r.text
                ORDER BY r.key COLLATE "C"
                FOR UPDATE OF t
            )
            UPDATE {column.Table} AS t
            SET {column.Column} = these.fresh
            FROM these
            WHERE {KeySql(column, "t.")} = these.key AND t.{column.Column} = these.text
            """,
            new { keys = old.Select(one => one.Key).ToArray(), texts = old.Select(one => one.Text).ToArray(), fresh = fresh.ToArray() },
            cancellationToken: cancel));
    }

    private static string KeySql(SealedColumn column, string prefix = "") => string.Join(" || '/' || ", column.Key.Select(name => prefix + name));
}
