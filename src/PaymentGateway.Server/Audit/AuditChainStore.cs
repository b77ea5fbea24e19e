using Dapper;
using Npgsql;
using PaymentGateway.Database;

namespace PaymentGateway.Audit;

/// <summary>A final row in the order of the chain.</summary>
internal sealed record FinalRow : AuditRow
{
    public required long Xid { get; init; }
    public required bool IsLinked { get; init; }
}

/// <summary>The end of one chain.</summary>
internal sealed record ChainHead
{
    public required string MerchantId { get; init; }
    public required Mode Mode { get; init; }
    public required long Sequence { get; init; }
    public required byte[] Hash { get; init; }

    public Tenant Tenant => new(MerchantId, Mode);
}

/// <summary>How far the chains have come in the rows of all merchants.</summary>
/// <param name="IsForeign">It counts transactions of another database cluster: this database was restored from a dump.</param>
internal sealed record ChainProgress(long Xid, string RowId, bool IsForeign);

/// <summary>What the chainer reads and writes, all of it in the transaction of <see cref="TryBegin"/>.</summary>
internal sealed class AuditChainStore(Db db)
{
    /// <summary>Null while another chainer is at work.</summary>
    public async Task<Round?> TryBegin(CancellationToken cancel)
    {
        var connection = await db.OpenSystem(cancel);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancel);
            var progress = await connection.QuerySingleOrDefaultAsync<ChainProgress>(new CommandDefinition(
                """
                SELECT xid, row_id, xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS is_foreign
                FROM audit.progress
                FOR UPDATE SKIP LOCKED
                """, transaction: transaction, cancellationToken: cancel));
            if (progress is not null)
            {
                return new Round(connection, transaction, progress);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>One round of the one chainer: nothing of it counts before <see cref="Commit"/>.</summary>
    internal sealed class Round(NpgsqlConnection connection, NpgsqlTransaction transaction, ChainProgress progress) : IAsyncDisposable
    {
        private const string Columns =
            "r.id, r.merchant_id, r.mode, r.created_at, r.actor, r.address, r.action,"
                + " r.object_type, r.object_id, r.before, r.after, r.request_id, r.xid";

        public ChainProgress Progress => progress;

        /// <summary>
        /// The next rows that no transaction can come before any more: those of transactions below the oldest running one, in the order of
        /// their numbers. Some have a link already when the database was restored from a dump, since numbers begin anew there.
        /// </summary>
        public Task<List<FinalRow>> Next(int most, CancellationToken cancel) => Query<FinalRow>(
            $"""
            SELECT r.*, l.found IS NOT NULL AS is_linked
            FROM (
                SELECT {Columns}
                FROM audit.rows AS r
                WHERE (r.xid, r.id) > (@Xid, @RowId) AND r.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                ORDER BY r.xid, r.id
                LIMIT @most
            ) AS r
            LEFT JOIN LATERAL (
                SELECT true AS found FROM audit.links WHERE merchant_id = r.merchant_id AND mode = r.mode AND row_id = r.id LIMIT 1
            ) AS l ON true
            ORDER BY r.xid, r.id
            """, new { progress.Xid, progress.RowId, most }, cancel);

        /// <summary>The rows of a restored database that have no link: their transactions are over, whatever their numbers.</summary>
        public Task<List<FinalRow>> NextRestored(int most, CancellationToken cancel) => Query<FinalRow>(
            $"""
            SELECT {Columns}, false AS is_linked
            FROM audit.rows AS r
            WHERE NOT EXISTS (SELECT FROM audit.links AS l WHERE l.merchant_id = r.merchant_id AND l.mode = r.mode AND l.row_id = r.id)
              AND (r.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint OR r.xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
            ORDER BY r.id
            LIMIT @most
            """, new { most }, cancel);

        public Task<List<ChainHead>> Heads(IReadOnlyCollection<Tenant> tenants, CancellationToken cancel) => Query<ChainHead>(
            """
            SELECT merchant_id, mode, sequence, hash
            FROM audit.heads
            WHERE (merchant_id, mode) IN (SELECT * FROM unnest(@merchants, @modes))
            """,
            new { merchants = tenants.Select(t => t.MerchantId).ToArray(), modes = tenants.Select(t => t.Mode.ToSql()).ToArray() }, cancel);

        public async Task Add(IReadOnlyList<AuditLink> links, IEnumerable<ChainHead> heads, CancellationToken cancel)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            batch.BatchCommands.Add(AuditLinkRows.Insert.Command(links));
            batch.BatchCommands.Add(AuditLinkRows.MoveHead.Command([.. heads]));
            await batch.ExecuteNonQueryAsync(cancel);
        }

        public async Task Commit(long xid, string rowId, CancellationToken cancel)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                "UPDATE audit.progress SET xid = @xid, row_id = @rowId", new { xid, rowId }, transaction, cancellationToken: cancel));
            await transaction.CommitAsync(cancel);
        }

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }

        private async Task<List<T>> Query<T>(string sql, object parameters, CancellationToken cancel) =>
            (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancel))).AsList();
    }
}
