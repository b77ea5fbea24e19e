using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>Reads disputes and their evidence.</summary>
public sealed class DisputeStore(Db db)
{
    internal static DueRows DisputesToCheck { get; } = new("disputes.disputes", "check_at", "d.check_at IS NOT NULL");

    internal static DueRows DeadlinesNear { get; } = new(
        "disputes.disputes", "remind_at", "d.remind_at IS NOT NULL AND d.state IN ('needs_response', 'warning_needs_response')");

    private const int SummariesMax = 100;

    public async Task<Dispute?> Find(Tenant tenant, string disputeId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<DisputeRow>(new CommandDefinition(
            $"SELECT {DisputeRow.Columns} FROM disputes.disputes d WHERE d.id = @disputeId AND d.merchant_id = @MerchantId AND d.mode = @mode",
            new { disputeId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToDispute();
    }

    /// <summary>By the processor's own id.</summary>
    internal async Task<Dispute?> FindByReference(Tenant tenant, string connector, string reference, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<DisputeRow>(new CommandDefinition(
            $"""
            SELECT {DisputeRow.Columns}
            FROM disputes.disputes d
            WHERE d.merchant_id = @MerchantId AND d.mode = @mode AND d.connector = @connector AND d.reference = @reference
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql(), connector, reference }, cancellationToken: cancel));
        return row?.ToDispute();
    }

    public async Task<ListView<TView>> List<TView>(Tenant tenant, ListQuery query, Func<Dispute, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "d.id", "d.created_at")
            .And("d.state = ANY (@states)", query["status"] is { } status ? StateWords.StatesWith<DisputeState>(status, Dispute.StatusOf) : null)
            .And("d.payment_id = @paymentId", query["paymentId"])
            .And("d.charge_id = @chargeId", query["chargeId"])
            .And("d.order_id = @orderId", query["orderId"])
            .And("d.reason = @reason", query["reason"])
            .And("d.evidence_due_by >= @dueFrom", query.Time("dueFrom"))
            .And("d.evidence_due_by < @dueTo", query.Time("dueTo"));
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<DisputeRow>(new CommandDefinition(
            $"""
            SELECT {DisputeRow.Columns}
            FROM disputes.disputes d
            WHERE d.merchant_id = @merchantId AND d.mode = @mode {where.Sql}
            ORDER BY d.id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToDispute()));
    }

    /// <inheritdoc cref="FindDisputesOfPayment"/>
    internal async Task<IReadOnlyList<DisputeSummary>> SummariesOf(Tenant tenant, string paymentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<DisputeRow>(new CommandDefinition(
            $"""
            SELECT {DisputeRow.Columns}
            FROM disputes.disputes d
            WHERE d.payment_id = @paymentId AND d.merchant_id = @MerchantId AND d.mode = @mode
            ORDER BY d.id DESC
            LIMIT @limit
            """,
            new { paymentId, tenant.MerchantId, mode = tenant.Mode.ToSql(), limit = SummariesMax }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToDispute()).Select(dispute => new DisputeSummary(
            dispute.Id, dispute.Amount.ToMajor(), dispute.Amount.Currency.Code, dispute.Status, StateWords.Of(dispute.Reason), dispute.CreatedAt))];
    }

    /// <summary>One file with its content.</summary>
    internal async Task<(EvidenceFile File, byte[] Content)?> FindFile(Tenant tenant, string disputeId, string fileId, CancellationToken cancel)
    {
        if (await Find(tenant, disputeId, cancel) is not { } dispute || dispute.Files.FirstOrDefault(file => file.Id == fileId) is not { } file)
        {
            return null;
        }

        var contents = await ContentsOf(dispute, fileId, cancel);
        return (file, contents[fileId]);
    }

    /// <summary>What the files of a dispute hold, by their ids.</summary>
    /// <param name="dispute">With its files.</param>
    /// <param name="onlyFile">Null: all of them.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal async Task<IReadOnlyDictionary<string, byte[]>> ContentsOf(Dispute dispute, string? onlyFile, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(dispute.Tenant, cancel);
        var rows = await connection.QueryAsync<(string Id, byte[] Content)>(new CommandDefinition(
            $"""
            SELECT id, content
            FROM disputes.evidence_files
            WHERE dispute_id = @disputeId AND merchant_id = @merchantId AND mode = @mode{(onlyFile is null ? "" : " AND id = @onlyFile")}
            """,
            new { disputeId = dispute.Id, merchantId = dispute.Tenant.MerchantId, mode = dispute.Tenant.Mode.ToSql(), onlyFile },
            cancellationToken: cancel));
        return rows.ToDictionary(row => row.Id, row => row.Content);
    }

    /// <summary>
    /// Claims disputes whose processor should be asked now. A claim is a later <c>claimed_until</c>: if this replica dies, another asks then.
    /// </summary>
    internal Task<IReadOnlyList<(Tenant Tenant, string Id)>> Claim(
        DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel) =>
        DisputesToCheck.Claim(db, now, lease, limit, cancel);

    /// <summary>Disputes whose merchants are to be reminded. Not claimed: of two reminders the version lets one be written.</summary>
    internal Task<IReadOnlyList<(Tenant Tenant, string Id)>> ToRemind(DateTimeOffset now, int limit, CancellationToken cancel) =>
        DeadlinesNear.Find(db, now, limit, cancel);
}
