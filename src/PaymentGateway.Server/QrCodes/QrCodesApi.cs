using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.QrCodes;

/// <summary>The endpoints of codes and their pictures.</summary>
internal sealed class QrCodesApi(
    QrCodeStore store, CreateQrCode create, PaymentStore payments, InboundPayments inbound, Idempotency idempotency, QrCodeFacts facts,
    PublicAddress address, MerchantClocks clocks)
{
    private static readonly TimeSpan keepPicture = TimeSpan.FromMinutes(5);

    public static void Map(IEndpointRouteBuilder routes, QrCodesApi api)
    {
        var codes = routes.MapGroup("/api/payments/qr-codes").WithTags("QR codes").WithMetadata(new RequiresKey(KeyKind.Secret));
        codes.MapPost("", api.Create).WithName("createQrCode").WithSummary("Create a QR code")
            .WithDescription("Dynamic: for one payment of an order, which is made when you name none. Static: for a till, paid many times.")
            .Produces<QrCodeView>(StatusCodes.Status201Created)
            .Example(QrCodeExamples.Create, QrCodeExamples.Code)
            .Errors(Errors.InvalidAmount, Errors.UnsupportedCurrency, Errors.AmountBelowMinimum, Errors.AmountAboveMaximum,
                Errors.PaymentMethodNotAvailable, Errors.OrderNotFound, Errors.OrderExpired, Errors.InvalidState);
        codes.MapGet("", api.List).WithName("listQrCodes").WithSummary("List QR codes")
            .WithDescription("Newest first. Filters: status, type, orderId, createdFrom, createdTo.").Produces<ListView<QrCodeView>>()
            .Filters("status", "type", "orderId", "createdFrom", "createdTo")
            .Example(OperationExample.ListOf(QrCodeExamples.Paid))
            .Errors();
        codes.MapGet("{qrCodeId}", api.Get).WithName("getQrCode").WithSummary("Get a QR code").WithDescription("With what came in by it.")
            .Produces<QrCodeView>()
            .Example(QrCodeExamples.Paid)
            .Errors(Errors.QrCodeNotFound);
        codes.MapPost("{qrCodeId}/cancel", api.Cancel).WithName("cancelQrCode").WithSummary("Cancel a QR code")
            .WithDescription("It is not to be paid any more. The order that was made for it ends with it; an order of yours stays open.")
            .Produces<QrCodeView>()
            .Example("{}", QrCodeExamples.Canceled)
            .Errors(Errors.QrCodeNotFound, Errors.InvalidState);
        codes.MapGet("{id}/credits", api.ListCredits).WithName("listQrCodeCredits").WithSummary("List what came in by a QR code")
            .WithDescription("Newest first: each has its payment and order. surplus says why the code does not count one.")
            .Produces<ListView<CreditView>>()
            .Filters()
            .Example(OperationExample.ListOf(QrCodeExamples.Credit))
            .Errors(Errors.QrCodeNotFound);
        MapPictures(routes, api);
    }

    private static void MapPictures(IEndpointRouteBuilder routes, QrCodesApi api)
    {
        routes.MapGet("/api/payments/qr-codes/{qrCodeId}/image", api.Image).WithTags("QR codes").WithName("getQrCodeImage")
            .WithSummary("Draw a QR code").WithDescription("For an img of your page: needs no key, and works while the code is open.")
            .Query("format", "svg or png; svg when absent.").Query("size", "Pixels of each side at most, 100 to 1024; 300 when absent.")
            .Produces<string>(StatusCodes.Status200OK, QrPicture.SvgType, QrPicture.PngType)
            .Example("\"the picture\"")
            .Errors(Errors.ValidationFailed, Errors.QrCodeNotFound, Errors.InvalidState);
        routes.MapGet("/api/payments/{paymentId}/qr-image", api.PaymentImage).WithTags("QR codes").WithName("getPaymentQrImage")
            .WithSummary("Draw the QR code of a payment")
            .WithDescription("What nextAction.qr says, while the payment waits for the scan. Needs no key.")
            .Query("format", "svg or png; svg when absent.").Query("size", "Pixels of each side at most, 100 to 1024; 300 when absent.")
            .Produces<string>(StatusCodes.Status200OK, QrPicture.SvgType, QrPicture.PngType)
            .Example("\"the picture\"")
            .Errors(Errors.ValidationFailed, Errors.PaymentNotFound);
    }

    private Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateQrCodeBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            var created = await create.Run(caller, body.Value, cancel);
            return created.IsRefused
                ? new Decided(null, Answer.Of(created.Refusal!, caller.RequestId))
                : new Decided(created.Value.Change, Answer.Created(
                    QrCodeView.Of(created.Value.Code, address), $"/api/payments/qr-codes/{created.Value.Code.Id}"));
        }, cancel);

    private async Task<Answer> Get(Caller caller, string qrCodeId, CancellationToken cancel) =>
        await store.Find(caller.Tenant, qrCodeId, cancel) is { } code ? Answer.Ok(QrCodeView.Of(code, address)) : NotFound(caller.RequestId);

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "qr", "status", "type", "orderId", "createdFrom", "createdTo");
        var refusal = query.Refusal
            ?? Unknown<QrCodeState>(query.Value, "status") ?? Unknown<QrCodeKind>(query.Value, "type");
        return refusal is not null
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, query.Value, code => QrCodeView.Of(code, address), cancel));
    }

    private async Task<Answer> ListCredits(Caller caller, string id, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "pay");
        if (query.Refusal is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        return await store.Find(caller.Tenant, id, cancel) is null
            ? NotFound(caller.RequestId)
            : Answer.Ok(await store.ListCredits(caller.Tenant, id, query.Value, CreditView.Of, cancel));
    }

    private Task<Answer> Cancel(Caller caller, string qrCodeId, HttpRequest request, Body<EmptyBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            if (await store.Find(caller.Tenant, qrCodeId, cancel) is not { } code)
            {
                return new Decided(null, NotFound(caller.RequestId));
            }

            var canceled = QrCodeDecisions.Decide(code, new QrCodeCommand.Cancel(), clocks.Now(caller.Tenant));
            if (canceled.IsRefused)
            {
                return new Decided(null, Answer.Of(canceled.Refusal!, caller.RequestId));
            }

            var change = new Change().Write(QrCodeRows.Close, canceled.Value);
            if (code is { OwnsOrder: true, OrderId: { } orderId })
            {
                var (order, payment) = await payments.FindOrder(caller.Tenant, orderId, cancel);
                inbound.WriteCanceled(change, order!, payment, caller.Origin);
            }

            facts.Write(change, "qr_code.closed", code, canceled.Value, null, caller.Origin);
            return new Decided(change, Answer.Ok(QrCodeView.Of(canceled.Value, address)));
        }, cancel);

    private async Task<IResult> Image(string qrCodeId, HttpContext http, CancellationToken cancel)
    {
        var (asked, requestId) = (QrImage.Read(http.Request.Query), RequestId.Of(http, clocks.Real));
        if (asked.IsRefused)
        {
            return Answer.Of(asked.Refusal!, requestId);
        }

        return await store.FindAnywhere(qrCodeId, cancel) switch
        {
            null => NotFound(requestId),
            { State: QrCodeState.Active } code => QrImage.Send(http, code.Text, asked.Value, keepPicture),
            var code => Answer.Of(Refusal.InvalidState("code", StateWords.Of(code.State), []), requestId),
        };
    }

    /// <summary>Not kept: the next attempt of the same payment has another text.</summary>
    private async Task<IResult> PaymentImage(string paymentId, HttpContext http, CancellationToken cancel)
    {
        var (asked, requestId) = (QrImage.Read(http.Request.Query), RequestId.Of(http, clocks.Real));
        if (asked.IsRefused)
        {
            return Answer.Of(asked.Refusal!, requestId);
        }

        return await payments.FindQrText(paymentId, cancel) is { } text
            ? QrImage.Send(http, text, asked.Value, keepFor: TimeSpan.Zero)
            : Answer.Of(new Refusal(Errors.PaymentNotFound, "No payment of this id waits for a scan."), requestId);
    }

    private static Refusal? Unknown<T>(ListQuery query, string filter) where T : struct, Enum =>
        query[filter] is { } word && StateWords.StatesWith<T>(word, StateWords.Of).Length == 0
            ? Refusal.Field(filter, $"must be one of {string.Join(", ", Enum.GetValues<T>().Select(StateWords.Of))}")
            : null;

    private static Answer NotFound(string requestId) => Answer.Of(new Refusal(Errors.QrCodeNotFound), requestId);
}
