using PaymentGateway.Clocks;
using Microsoft.AspNetCore.Mvc;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.QrCodes;

/// <param name="Amount">What the customer types, where the code leaves it open.</param>
/// <param name="Vpa">Who pays; <c>success@pgtestupi</c> when absent.</param>
internal sealed record ScanBody(AmountText? Amount, string? Vpa);

/// <summary>The sandbox's customer who scans a code and pays it: as JSON for tests, as a page for people.</summary>
internal sealed class ScanApi(QrCodeStore store, SandboxScanner scanner, MerchantStore merchants, MerchantClocks clocks)
{
    private const int FormBytesMax = 16 * 1024;
    private const string HtmlType = "text/html; charset=utf-8";
    private const string DefaultPayer = "success@pgtestupi";

    public static void Map(IEndpointRouteBuilder routes, ScanApi api)
    {
        var pages = routes.MapGroup("/sandbox/qr-codes/{qrCodeId}").ExcludeFromDescription();
        pages.MapGet("", api.Show);
        pages.MapPost("", api.Submit).WithMetadata(new RequestSizeLimitAttribute(FormBytesMax));
        pages.MapPost("scans", api.Scan);
    }

    private async Task<IResult> Scan(string qrCodeId, HttpContext http, Body<ScanBody> body, CancellationToken cancel)
    {
        var result = await Pay(qrCodeId, body.Value.Amount, body.Value.Vpa, http.Request.Headers[SandboxBehaviour.Header], cancel);
        return result.IsRefused
            ? Answer.Of(result.Refusal!, RequestId.Of(http, clocks.Real))
            : new Answer(StatusCodes.Status201Created, Json.Write(result.Value));
    }

    private async Task<IResult> Show(string qrCodeId, HttpContext http, CancellationToken cancel) =>
        await FindCode(qrCodeId, cancel) is { } code
            ? Html(http, ScanPages.Form(code, (await merchants.Find(code.Tenant))!.Name, DefaultPayer), StatusCodes.Status200OK)
            : Html(http, ScanPages.Unknown(), StatusCodes.Status404NotFound);

    private async Task<IResult> Submit(string qrCodeId, HttpContext http, CancellationToken cancel)
    {
        if (await Forms.Read(http.Request, cancel) is not { } form)
        {
            return Html(http, ScanPages.Unknown(), StatusCodes.Status415UnsupportedMediaType);
        }

        var amount = form["amount"].ToString() is { Length: > 0 } typed ? new AmountText(typed) : (AmountText?)null;
        var result = await Pay(qrCodeId, amount, form["vpa"].ToString() is { Length: > 0 } vpa ? vpa : null, behaviour: null, CancellationToken.None);
        return result.IsRefused
            ? Html(http, ScanPages.Refused(result.Refusal!.Message ?? result.Refusal.Kind.Sentence), result.Refusal.Kind.Status)
            : Html(http, ScanPages.Done(result.Value), StatusCodes.Status200OK);
    }

    private async Task<Outcome<ScanResult>> Pay(string qrCodeId, AmountText? typed, string? vpa, string? behaviour, CancellationToken cancel)
    {
        if (await FindCode(qrCodeId, cancel) is not { } code)
        {
            return new Refusal(Errors.QrCodeNotFound);
        }

        var payer = vpa ?? DefaultPayer;
        var amount = AmountOf(code, typed);
        var refusal = !UpiAddress.IsWellFormed(payer)
            ? Refusal.Field("vpa", "must look like name@bank")
            : string.IsNullOrEmpty(behaviour) || SandboxBehaviour.IsKnown(behaviour)
                ? amount.Refusal ?? WhyClosed(code, amount.Value)
                : Refusal.Field(SandboxBehaviour.Header, "is not a behaviour of the sandbox");
        if (refusal is not null)
        {
            return refusal;
        }

        var scanned = new ScannedCode(
            code.Tenant, code.Id, SingleUse: code.Kind == QrCodeKind.Dynamic, (await merchants.Find(code.Tenant))!.Name, code.Description);
        return await scanner.Scan(scanned, amount.Value, payer, string.IsNullOrEmpty(behaviour) ? null : behaviour, CancellationToken.None);
    }

    /// <summary>The processor knows when a code has ended, and lets nobody pay it then.</summary>
    private Refusal? WhyClosed(QrCode code, Money amount) => QrCodeDecisions.SurplusOf(code, amount, clocks.Now(code.Tenant)) is { } why
        ? new Refusal(Errors.InvalidState, $"The code cannot be paid: {why}.",
            new Dictionary<string, object?> { ["state"] = why, ["allowed"] = Array.Empty<string>() })
        : null;

    private static Outcome<Money> AmountOf(QrCode code, AmountText? typed)
    {
        if (code.Amount is { } asked && typed is null)
        {
            return asked;
        }

        return typed is { } text && Money.TryParse(text, code.Currency, out var amount, out _) && amount.IsPositive
            ? amount
            : Refusal.Field(Errors.InvalidAmount, "amount", "is required: a positive amount in the currency of the code");
    }

    private async Task<QrCode?> FindCode(string qrCodeId, CancellationToken cancel) =>
        await store.FindAnywhere(qrCodeId, cancel) is { Tenant.Mode: Mode.Test } code ? code : null;

    private static IResult Html(HttpContext http, string html, int status)
    {
        BrowserHeaders.Write(http.Response, "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'");
        return Results.Content(html, HtmlType, statusCode: status);
    }
}
