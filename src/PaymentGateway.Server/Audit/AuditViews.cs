using System.Text.Json;
using PaymentGateway.Database;

namespace PaymentGateway.Audit;

/// <param name="Actor">key:pk_…, checkout, processor:…, worker or system.</param>
/// <param name="IpAddress">Where the request came from; absent for what the server did by itself.</param>
/// <param name="Action">Noun and verb, such as payment.capture.</param>
/// <param name="Before">The fields that differ, as they were; absent when the object is new.</param>
/// <param name="After">The fields that differ, as they are now; absent when the object is gone.</param>
/// <param name="RequestId">The request that caused it.</param>
/// <param name="Sequence">Its number in the merchant's chain; absent for the first seconds, as are the hashes.</param>
/// <param name="PreviousHash">The hash of the number before.</param>
/// <param name="Hash">SHA-256 over the previous hash and this row; see /docs/audit.</param>
public sealed record AuditLogView(
    string Id, DateTimeOffset CreatedAt, string MerchantId, string Mode, string Actor, string? IpAddress, string Action, string ObjectType,
    string ObjectId, JsonElement? Before, JsonElement? After, string? RequestId, long? Sequence, string? PreviousHash, string? Hash)
{
    internal static AuditLogView Of(StoredAuditRow row) => new(
        row.Id, row.CreatedAt, row.MerchantId, row.Mode.ToSql(), row.Actor, row.Address, row.Action, row.ObjectType, row.ObjectId,
        Parsed(row.Before), Parsed(row.After), row.RequestId, row.Sequence,
        row.PreviousHash is null ? null : AuditHash.Text(row.PreviousHash), row.Hash is null ? null : AuditHash.Text(row.Hash));

    private static JsonElement? Parsed(string? json)
    {
        if (json is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

/// <param name="Intact">Whether the whole chain holds.</param>
/// <param name="Rows">How many rows were recomputed.</param>
/// <param name="Sequence">The last number of the chain; with the hash it is an anchor to keep elsewhere.</param>
/// <param name="Hash">The hash of the last number.</param>
/// <param name="Waiting">Rows that get their link in the next seconds.</param>
/// <param name="Broken">The first place that does not hold.</param>
public sealed record AuditProofView(bool Intact, long Rows, long Sequence, string Hash, long Waiting, ChainBreakView? Broken)
{
    internal static AuditProofView Of(ChainReport report) => new(
        report.Broken is null, report.Rows, report.Sequence, report.Head, report.Waiting,
        report.Broken is { } broken ? new(broken.Fault, broken.Sequence, broken.RowId, broken.Sentence) : null);
}

/// <param name="Sequence">The number in the chain.</param>
/// <param name="AuditLogId">The row, where it is known.</param>
/// <param name="Message">For a person.</param>
public sealed record ChainBreakView(ChainFault Fault, long? Sequence, string? AuditLogId, string Message);
