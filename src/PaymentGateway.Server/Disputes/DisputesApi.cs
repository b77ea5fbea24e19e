using System.Security.Cryptography;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>A field that is sent takes the place of what was there; an empty text takes it away.</summary>
/// <param name="Explanation">Why the dispute is wrong, in your own words.</param>
/// <param name="ProductDescription">What was sold.</param>
/// <param name="CustomerName">Who bought it.</param>
/// <param name="CustomerEmail">Where the customer is written to.</param>
/// <param name="BillingAddress">As the customer gave it.</param>
/// <param name="PurchaseIpAddress">From where it was bought.</param>
/// <param name="AccessLog">That the customer used what was sold.</param>
/// <param name="ShippingAddress">Where it was sent.</param>
/// <param name="ShippingCarrier">Who carried it.</param>
/// <param name="ShippingTrackingNumber">How it is followed.</param>
/// <param name="ShippingDate">When it was sent.</param>
/// <param name="ServiceDate">When the service was given.</param>
/// <param name="RefundPolicyDisclosure">How the customer was told of the refund policy.</param>
/// <param name="RefundRefusalExplanation">Why no refund is due.</param>
/// <param name="CancellationPolicyDisclosure">How the customer was told how to cancel.</param>
/// <param name="CancellationRebuttal">Why it was not canceled.</param>
/// <param name="DuplicateChargeId">The other charge, where this one is called a duplicate.</param>
/// <param name="DuplicateChargeExplanation">How the two differ.</param>
/// <param name="Submit">Hands all the evidence in: these fields, those kept before, and the files.</param>
public sealed record DisputeEvidenceBody(
    string? Explanation, string? ProductDescription, string? CustomerName, string? CustomerEmail, string? BillingAddress,
    string? PurchaseIpAddress, string? AccessLog, string? ShippingAddress, string? ShippingCarrier, string? ShippingTrackingNumber,
    string? ShippingDate, string? ServiceDate, string? RefundPolicyDisclosure, string? RefundRefusalExplanation,
    string? CancellationPolicyDisclosure, string? CancellationRebuttal, string? DuplicateChargeId, string? DuplicateChargeExplanation,
    bool? Submit)
{
    private const int LengthMax = 20_000;

    /// <summary>Those that were sent, by their names.</summary>
    internal Outcome<Dictionary<string, string>> Texts()
    {
        var faults = new FieldFaults();
        var sent = Fields().Where(field => field.Text is not null).ToDictionary(field => field.Name, field => field.Text!.Trim());
        foreach (var (name, text) in sent)
        {
            faults.AddUnless(text.Length <= LengthMax, name, $"must have at most {LengthMax} characters");
        }

        return faults.Refusal is { } refusal ? refusal : sent;
    }

    private IEnumerable<(string Name, string? Text)> Fields() =>
    [
        ("explanation", Explanation),
        ("productDescription", ProductDescription),
        ("customerName", CustomerName),
        ("customerEmail", CustomerEmail),
        ("billingAddress", BillingAddress),
        ("purchaseIpAddress", PurchaseIpAddress),
        ("accessLog", AccessLog),
        ("shippingAddress", ShippingAddress),
        ("shippingCarrier", ShippingCarrier),
        ("shippingTrackingNumber", ShippingTrackingNumber),
        ("shippingDate", ShippingDate),
        ("serviceDate", ServiceDate),
        ("refundPolicyDisclosure", RefundPolicyDisclosure),
        ("refundRefusalExplanation", RefundRefusalExplanation),
        ("cancellationPolicyDisclosure", CancellationPolicyDisclosure),
        ("cancellationRebuttal", CancellationRebuttal),
        ("duplicateChargeId", DuplicateChargeId),
        ("duplicateChargeExplanation", DuplicateChargeExplanation),
    ];
}

/// <summary>Disputes and the answers to them.</summary>
internal sealed class DisputesApi(DisputeStore store, AnswerDispute answer, Idempotency idempotency, MerchantClocks clocks)
{
    private static readonly string[] filters =
        ["paymentId", "chargeId", "orderId", "status", "reason", "dueFrom", "dueTo", "createdFrom", "createdTo"];

    public static void Map(IEndpointRouteBuilder routes, DisputesApi api)
    {
        var disputes = routes.MapGroup("/api/payments/disputes").WithTags("Disputes").WithMetadata(new RequiresKey(KeyKind.Secret));
        disputes.MapGet("", api.List).WithName("listDisputes").WithSummary("List disputes")
            .WithDescription("Newest first. Filters: paymentId, chargeId, orderId, status, reason, dueFrom, dueTo, createdFrom, createdTo.")
            .Produces<ListView<DisputeView>>()
            .Filters(filters)
            .Example(OperationExample.ListOf(DisputeExamples.NeedsResponse))
            .Errors();
        disputes.MapGet("{disputeId}", api.Get).WithName("getDispute").WithSummary("Get a dispute")
            .WithDescription("What the bank wants back, until when it takes evidence, and what was said against it.").Produces<DisputeView>()
            .Example(DisputeExamples.NeedsResponse)
            .Errors(Errors.DisputeNotFound);
        disputes.MapPost("{disputeId}/evidence", api.SaveEvidence).WithName("saveDisputeEvidence").WithSummary("Keep or hand in evidence")
            .WithDescription("Keeps the fields that are sent. With submit: true all the evidence goes to the processor: 200 when it has it, "
                + "202 while it has not answered. It can be handed in once, until the processor asks again.")
            .Produces<DisputeView>().Produces<DisputeView>(StatusCodes.Status202Accepted)
            .Example(DisputeExamples.Evidence, DisputeExamples.UnderReview)
            .Errors(Errors.DisputeNotFound, Errors.InvalidState, Errors.NotSupported, Errors.DisputeResponseDeclined);
        disputes.MapPost("{disputeId}/accept", api.Accept).WithName("acceptDispute").WithSummary("Accept a dispute")
            .WithDescription("Gives the money up; this cannot be taken back. An inquiry takes no money, so it is answered by evidence or a refund.")
            .Produces<DisputeView>().Produces<DisputeView>(StatusCodes.Status202Accepted)
            .Example("{}", DisputeExamples.Accepted)
            .Errors(Errors.DisputeNotFound, Errors.InvalidState, Errors.NotSupported, Errors.DisputeResponseDeclined);
        MapFiles(disputes, api);
    }

    private static void MapFiles(RouteGroupBuilder disputes, DisputesApi api)
    {
        disputes.MapPost("{disputeId}/evidence-files", api.Upload).WithName("uploadEvidenceFile").WithSummary("Upload evidence")
            .WithDescription("A PDF, PNG or JPEG of at most 4 MiB as multipart/form-data, up to eight for a dispute. It is kept until the evidence "
                + "is handed in.")
            .Accepts<EvidenceFileForm>("multipart/form-data")
            .Produces<EvidenceFileView>(StatusCodes.Status201Created)
            .Example(DisputeExamples.Upload, DisputeExamples.File)
            .Errors(Errors.DisputeNotFound, Errors.InvalidState, Errors.EvidenceFileRefused);
        disputes.MapGet("{disputeId}/evidence-files/{fileId}", api.Download).WithName("downloadEvidenceFile").WithSummary("Download evidence")
            .WithDescription("The very bytes that were uploaded.")
            .Produces<string>(StatusCodes.Status200OK, EvidenceContent.Pdf, EvidenceContent.Png, EvidenceContent.Jpeg)
            .Example("\"the file\"")
            .Errors(Errors.EvidenceFileNotFound);
    }

    private async Task<Answer> Get(Caller caller, string disputeId, CancellationToken cancel) =>
        await store.Find(caller.Tenant, disputeId, cancel) is { } dispute
            ? Answer.Ok(DisputeView.Of(dispute))
            : Answer.Of(new Refusal(Errors.DisputeNotFound), caller.RequestId);

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "dp", filters);
        return (query.Refusal ?? UnknownWord(query.Value)) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, query.Value, DisputeView.Of, cancel));
    }

    /// <summary>A word in a filter that no dispute can have is a mistake of the caller, not an empty list.</summary>
    private static Refusal? UnknownWord(ListQuery query)
    {
        if (query["status"] is { } status && StateWords.StatesWith<DisputeState>(status, Dispute.StatusOf).Length == 0)
        {
            return Refusal.Field("status", "is not a status of these objects");
        }

        return query["reason"] is { } reason && StateWords.StatesWith<DisputeReason>(reason, StateWords.Of).Length == 0
            ? Refusal.Field("reason", "is not a reason of a dispute")
            : null;
    }

    private Task<Answer> SaveEvidence(
        Caller caller, string disputeId, HttpRequest request, Body<DisputeEvidenceBody> body, CancellationToken cancel)
    {
        var texts = body.Value.Texts();
        return texts.IsRefused
            ? Task.FromResult(Answer.Of(texts.Refusal!, caller.RequestId))
            : idempotency.RunSteps<Dispute>(caller, request, body.Fingerprint, dispute => OfCommand(caller, dispute), (call, toAnswer) =>
                answer.SaveEvidence(caller.Tenant, disputeId, texts.Value, body.Value.Submit == true,
                    new(caller.Origin, call, toAnswer, SandboxBehaviour.AskedBy(request), cancel)), cancel);
    }

    private Task<Answer> Accept(Caller caller, string disputeId, HttpRequest request, Body<EmptyBody> body, CancellationToken cancel) =>
        idempotency.RunSteps<Dispute>(caller, request, body.Fingerprint, dispute => OfCommand(caller, dispute), (call, toAnswer) =>
            answer.Accept(caller.Tenant, disputeId, new(caller.Origin, call, toAnswer, SandboxBehaviour.AskedBy(request), cancel)), cancel);

    private async Task<Answer> Upload(Caller caller, string disputeId, HttpRequest request, CancellationToken cancel)
    {
        var read = await EvidenceUpload.Read(request, cancel);
        if (read.IsRefused)
        {
            return Answer.Of(read.Refusal!, caller.RequestId);
        }

        var upload = read.Value;
        var file = new EvidenceFile(
            Id.New("file", clocks.Real), 0, upload.Purpose, upload.Name, upload.ContentType, upload.Content.Length,
            Convert.ToHexStringLower(SHA256.HashData(upload.Content)), clocks.Now(caller.Tenant));
        return await idempotency.RunSteps<Dispute>(caller, request, upload.Fingerprint, OfUpload, (call, toAnswer) =>
            answer.Attach(caller.Tenant, disputeId, file, upload.Content, new(caller.Origin, call, toAnswer, Behaviour: null, cancel)), cancel);
    }

    private async Task<IResult> Download(Caller caller, string disputeId, string fileId, HttpContext http, CancellationToken cancel)
    {
        if (await store.FindFile(caller.Tenant, disputeId, fileId, cancel) is not var (file, content))
        {
            return Answer.Of(new Refusal(Errors.EvidenceFileNotFound), caller.RequestId);
        }

        // A stranger's file: never shown inside a page of this server, never taken for anything but what it is.
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.CacheControl = "private, no-store";
        return Results.Bytes(content, file.ContentType, file.Name);
    }

    private static Answer OfUpload(Dispute dispute)
    {
        var view = EvidenceFileView.Of(dispute.Id, dispute.Files[^1]);
        return Answer.Created(view, view.Url);
    }

    /// <summary>The answer to a command: what the dispute is now, 202 while the processor has not answered.</summary>
    private static Answer OfCommand(Caller caller, Dispute dispute)
    {
        var view = DisputeView.Of(dispute);
        return dispute.DeclinedReason is { } declined
            ? Answer.Of(
                new Refusal(Errors.DisputeResponseDeclined, declined, new Dictionary<string, object?> { ["dispute"] = view }), caller.RequestId)
            : dispute.RequestKey is null ? Answer.Ok(view) : Answer.Accepted(view);
    }
}
