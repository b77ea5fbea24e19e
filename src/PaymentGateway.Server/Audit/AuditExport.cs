using System.Text;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Audit;

/// <summary>
/// Sends audit rows as they are read, oldest first, page by page: however much there is, neither memory nor a connection to the database
/// is held for a slow receiver.
/// </summary>
internal sealed class AuditExport(AuditStore store, Tenant tenant, ListQuery query, bool asCsv) : IResult
{
    private const int PageRows = 1000;

    private static readonly string[] columns =
    [
        "id", "createdAt", "merchantId", "mode", "actor", "ipAddress", "action", "objectType", "objectId", "before", "after", "requestId",
        "sequence", "previousHash", "hash",
    ];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancel) = (httpContext.Response, httpContext.RequestAborted);
        var rows = await store.After(tenant, query, after: null, PageRows, cancel);
        response.ContentType = asCsv ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"audit-logs.{(asCsv ? "csv" : "jsonl")}\"";
        if (asCsv)
        {
            await response.WriteAsync(string.Join(',', columns) + "\r\n", cancel);
        }

        for (; rows.Count > 0; rows = rows.Count < PageRows ? [] : await store.After(tenant, query, rows[^1].Id, PageRows, cancel))
        {
            await response.Body.WriteAsync(asCsv ? CsvOf(rows) : LinesOf(rows), cancel);
        }
    }

    private static byte[] LinesOf(IReadOnlyList<StoredAuditRow> rows)
    {
        using var text = new MemoryStream();
        foreach (var row in rows)
        {
            text.Write(Json.Write(AuditLogView.Of(row)));
            text.WriteByte((byte)'\n');
        }

        return text.ToArray();
    }

    private static byte[] CsvOf(IReadOnlyList<StoredAuditRow> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var view = AuditLogView.Of(row);
            string?[] cells =
            [
                view.Id, Json.Time(view.CreatedAt), view.MerchantId, view.Mode, view.Actor, view.IpAddress, view.Action, view.ObjectType,
                view.ObjectId, row.Before, row.After, view.RequestId, view.Sequence?.ToString(), view.PreviousHash, view.Hash,
            ];
            text.AppendJoin(',', cells.Select(Cell)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>
    /// RFC 4180, all in quotes. A spreadsheet takes a cell that begins with one of these signs for a formula, in quotes too: an
    /// apostrophe before it makes it a text.
    /// </summary>
    internal static string Cell(string? value) =>
        $"\"{(value is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] ? "'" : "")}{value?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
