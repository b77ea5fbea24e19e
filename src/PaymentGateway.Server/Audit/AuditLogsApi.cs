using System.Globalization;
using PaymentGateway.Http;

namespace PaymentGateway.Audit;

/// <summary>The audit logs of a merchant: to look at, to take away, and to prove.</summary>
internal sealed class AuditLogsApi(AuditStore store, AuditVerifier verifier)
{
    private const int HashTextLength = 2 * AuditHash.Length;

    public static void Map(IEndpointRouteBuilder routes, AuditLogsApi api)
    {
        var logs = routes.MapGroup("/api/payments/audit-logs").WithTags("Audit logs").WithMetadata(new RequiresKey(KeyKind.Secret));
        logs.MapGet("", api.List)
            .WithName("listAuditLogs").WithSummary("List audit logs")
            .WithDescription("Who changed what, newest first. Filters: actor, action, objectType, objectId, requestId, createdFrom, createdTo.")
            .Produces<ListView<AuditLogView>>()
            .Filters(AuditStore.Filters)
            .Example(OperationExample.ListOf(AuditExamples.AuditLog))
            .Errors();
        logs.MapGet("{id}", api.Get)
            .WithName("getAuditLog").WithSummary("Get an audit log")
            .WithDescription("One change, with its place in the chain once it is linked.")
            .Produces<AuditLogView>()
            .Example(AuditExamples.AuditLog)
            .Errors(Errors.AuditLogNotFound);
        var export = logs.MapGet("export", api.Export)
            .WithName("exportAuditLogs").WithSummary("Export audit logs")
            .WithDescription("Oldest first, as a file: one JSON object a line, or CSV with a head line."
                + " It takes the filters of the list and has no pages.")
            .Produces<AuditLogView>(StatusCodes.Status200OK, "application/x-ndjson")
            .Query("format", "jsonl, which is the default, or csv.")
            .Example(AuditExamples.AuditLog)
            .Errors(Errors.ValidationFailed, Errors.UnknownField);
        foreach (var filter in AuditStore.Filters)
        {
            export.Query(filter, "As in the list.");
        }

        logs.MapGet("verify", api.Verify)
            .WithName("verifyAuditLogs").WithSummary("Verify the chain of audit logs")
            .WithDescription("Recomputes the whole chain of this merchant and mode from its rows, and names the first place that does not hold.")
            .Produces<AuditProofView>()
            .Query("anchor", "A sequence and its hash that you noted earlier, as 42:9f86d0…: it must still be the same.")
            .Example(AuditExamples.Proof)
            .Errors(Errors.ValidationFailed);
    }

    private async Task<IResult> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, AuditTrail.IdPrefix, AuditStore.Filters);
        if (query.Refusal is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var rows = await store.List(caller.Tenant, query.Value, cancel);
        return Answer.Ok(query.Value.Page(rows, row => row.Id, AuditLogView.Of));
    }

    private async Task<IResult> Get(string id, Caller caller, CancellationToken cancel) =>
        await store.Find(caller.Tenant, id, cancel) is { } found
            ? Answer.Ok(AuditLogView.Of(found))
            : Answer.Of(new Refusal(Errors.AuditLogNotFound), caller.RequestId);

    private IResult Export(Caller caller, HttpRequest request)
    {
        var query = ListQuery.Read(request, AuditTrail.IdPrefix, [.. AuditStore.Filters, "format"]);
        if ((query.Refusal ?? WhyNotExported(request, query.Value)) is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        return new AuditExport(store, caller.Tenant, query.Value, asCsv: query.Value["format"] == "csv");
    }

    private static Refusal? WhyNotExported(HttpRequest request, ListQuery query) =>
        request.Query.Keys.FirstOrDefault(name => name is "limit" or "cursor") is { } paging
            ? Refusal.Field(Errors.UnknownField, paging, "is not known here: an export has no pages")
            : query["format"] is null or "jsonl" or "csv" ? null : Refusal.Field("format", "must be jsonl or csv");

    private async Task<IResult> Verify(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var text = request.Query["anchor"].ToString();
        var anchor = ReadAnchor(text);
        return text.Length > 0 && anchor is null
            ? Answer.Of(Refusal.Field("anchor", "must be a sequence and its hash, such as 42:9f86d081…"), caller.RequestId)
            : Answer.Ok(AuditProofView.Of(await verifier.Verify(caller.Tenant, anchor, cancel)));
    }

    private static ChainAnchor? ReadAnchor(string text) =>
        text.Split(':') is [var number, { Length: HashTextLength } hash] && hash.All(char.IsAsciiHexDigitLower)
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence > 0
            ? new(sequence, hash)
            : null;
}
