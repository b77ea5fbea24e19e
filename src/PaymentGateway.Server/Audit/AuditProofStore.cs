using Dapper;
using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Audit;

/// <summary>A link with its row; the fields of the row are null when it is gone.</summary>
internal sealed record LinkedRow : AuditRow
{
    public required string RowId { get; init; }
    public required long Sequence { get; init; }
    public required byte[] PreviousHash { get; init; }
    public required byte[] Hash { get; init; }

    public bool IsRowGone => Id is null;
}

/// <summary>Where a chain begins after months of it were dropped.</summary>
/// <param name="IsTooLate">It leaves out rows that nobody may have dropped yet.</param>
internal sealed record ChainCut(long Sequence, byte[] Hash, bool IsTooLate);

/// <summary>Rows without a link: the first that should have one, and how many wait for theirs.</summary>
internal sealed record UnlinkedRows(string? Overdue, long Waiting);

/// <summary>Reads chains to check them, all of one check in one snapshot, so that running payments and the chainer cannot disturb it.</summary>
internal sealed class AuditProofStore(Db db)
{
    public async Task<Snapshot> Begin(CancellationToken cancel)
    {
        var connection = await db.OpenSystem(cancel);
        try
        {
            return new Snapshot(connection, await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    internal sealed class Snapshot(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        /// <summary>Everybody of whom any trace is left.</summary>
        public async Task<IReadOnlyList<Tenant>> Tenants(CancellationToken cancel) =>
        [
            .. (await connection.QueryAsync<(string MerchantId, string Mode)>(new CommandDefinition(
                """
                SELECT merchant_id, mode FROM audit.heads
                UNION SELECT merchant_id, mode FROM audit.links
                UNION SELECT merchant_id, mode FROM audit.rows
                UNION SELECT merchant_id, mode FROM audit.cuts
                ORDER BY merchant_id, mode
                """, transaction: transaction, cancellationToken: cancel))).Select(t => Tenant.FromStored(t.MerchantId, t.Mode)),
        ];

        public Task<ChainHead?> Head(Tenant tenant, CancellationToken cancel) => connection.QuerySingleOrDefaultAsync<ChainHead>(Command(
            "SELECT merchant_id, mode, sequence, hash FROM audit.heads WHERE merchant_id = @MerchantId AND mode = @mode", tenant, cancel));

        /// <param name="tenant">Whose.</param>
        /// <param name="mayDropBefore">No row from then on may have been dropped.</param>
        /// <param name="cancel">Stops it.</param>
        public Task<ChainCut?> Cut(Tenant tenant, DateTimeOffset mayDropBefore, CancellationToken cancel) =>
            connection.QuerySingleOrDefaultAsync<ChainCut>(Command(
                """
                SELECT sequence, hash, rows_before > audit.first_id(@mayDropBefore) AS is_too_late
                FROM audit.cuts
                WHERE merchant_id = @MerchantId AND mode = @mode
                ORDER BY sequence DESC
                LIMIT 1
                """, tenant, cancel, mayDropBefore));

        /// <summary>Every link in the order of the chain.</summary>
        public IAsyncEnumerable<LinkedRow> Links(Tenant tenant) => connection.QueryUnbufferedAsync<LinkedRow>(
            """
            SELECT l.row_id, l.sequence, l.previous_hash, l.hash, r.id, l.merchant_id, l.mode, r.created_at, r.actor, r.address, r.action,
                   r.object_type, r.object_id, r.before, r.after, r.request_id
            FROM audit.links AS l
            LEFT JOIN audit.rows AS r ON r.merchant_id = l.merchant_id AND r.mode = l.mode AND r.id = l.row_id
            WHERE l.merchant_id = @MerchantId AND l.mode = @mode
            ORDER BY l.sequence, l.row_id
            """, new { tenant.MerchantId, mode = tenant.Mode.ToSql() }, transaction);

        /// <summary>
        /// A row before the end of what the chainer has done should have its link. In a database that was just restored from a dump the
        /// chainer's numbers are those of another cluster, and nothing is overdue until it has caught up.
        /// </summary>
        public Task<UnlinkedRows> Unlinked(Tenant tenant, CancellationToken cancel) => connection.QuerySingleAsync<UnlinkedRows>(Command(
            """
            SELECT min(r.id) FILTER (WHERE (r.xid, r.id) <= (p.xid, p.row_id)
                                       AND p.xid < pg_snapshot_xmax(pg_current_snapshot())::text::bigint) AS overdue,
                   count(*) AS waiting
            FROM audit.rows AS r
            CROSS JOIN audit.progress AS p
            WHERE r.merchant_id = @MerchantId AND r.mode = @mode
              AND NOT EXISTS (SELECT FROM audit.links AS l WHERE l.merchant_id = r.merchant_id AND l.mode = r.mode AND l.row_id = r.id)
            """, tenant, cancel));

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }

        private CommandDefinition Command(string sql, Tenant tenant, CancellationToken cancel, DateTimeOffset? mayDropBefore = null) =>
            new(sql, new { tenant.MerchantId, mode = tenant.Mode.ToSql(), mayDropBefore }, transaction, cancellationToken: cancel);
    }
}
