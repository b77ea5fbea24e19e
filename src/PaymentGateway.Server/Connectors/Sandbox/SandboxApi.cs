using Microsoft.AspNetCore.Mvc;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>Finds whose page a publishable key belongs to; null when there is no such key. Registered by whoever keeps the keys.</summary>
public delegate Task<Tenant?> FindTenantOfPublishableKey(string publishableKey, CancellationToken cancel);

/// <summary>The sandbox seen from outside: the tokenizer, and the pages of the pretended bank and the pretended UPI app.</summary>
public static class SandboxApi
{
    private const int FormBytesMax = 16 * 1024;
    private const int SessionDataMax = 1024;

    public static IEndpointRouteBuilder MapSandbox(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/payments/tokens", CreateToken)
            .WithName("createToken")
            .WithTags("Tokens")
            .WithSummary("Turn a test card or bank account into a token (sandbox)")
            .WithDescription("Takes published test numbers and no other. A page calls it with its publishable key.")
            .WithMetadata(new TakesCardData(), new RequiresKey(KeyKind.Secret, KeyKind.Publishable), new TakesNoIdempotencyKey())
            .Produces<TokenView>(StatusCodes.Status201Created)
            .Example(TokenExamples.Create, TokenExamples.Token)
            .Errors(Errors.InvalidCard, Errors.InvalidBankAccount);
        app.MapPost("/sandbox/tokenizer", CreateTokenFromForm)
            .WithMetadata(new TakesCardData(), new RequestSizeLimitAttribute(FormBytesMax)).ExcludeFromDescription();
        app.MapPages("/sandbox/bank/{reference}", charge => SandboxPages.Bank(charge));
        app.MapPost("/sandbox/acs/method", ShowMethod).WithMetadata(new RequestSizeLimitAttribute(FormBytesMax)).ExcludeFromDescription();
        app.MapPages("/sandbox/upi/{reference}", SandboxPages.UpiApp);
        return app;
    }

    private static void MapPages(this IEndpointRouteBuilder app, string route, Func<SandboxCharge, string> page)
    {
        app.MapGet(route, (string reference, HttpContext http, SandboxStore store, CancellationToken cancel) =>
            Show(reference, page, http, store, cancel)).ExcludeFromDescription();
        app.MapGet(route + "/closed", (HttpContext http) => Html(http, SandboxPages.Closed(), StatusCodes.Status200OK, returnUrl: null))
            .ExcludeFromDescription();
        app.MapPost(route, Answer).WithMetadata(new RequestSizeLimitAttribute(FormBytesMax)).ExcludeFromDescription();
    }

    private static async Task<IResult> CreateToken(
        Body<TokenRequest> body, Caller caller, SandboxTokenizer tokenizer, SandboxBankTokenizer bankTokenizer, CancellationToken cancel)
    {
        if (body.Value.Card is null == body.Value.BankAccount is null)
        {
            return Http.Answer.Of(Refusal.Field("card", "or else bankAccount is required, and only one of them"), caller.RequestId);
        }

        return body.Value switch
        {
            { Card: { } card } => await CreateCardToken(card, caller, tokenizer, cancel),
            { BankAccount: var account } => await CreateBankToken(account!, caller, bankTokenizer, cancel),
        };
    }

    private static async Task<IResult> CreateBankToken(
        BankAccountFields account, Caller caller, SandboxBankTokenizer tokenizer, CancellationToken cancel)
    {
        var typed = new TypedBankAccount(account.Iban, account.RoutingNumber, account.AccountNumber);
        var outcome = await tokenizer.Tokenize(caller.Tenant, typed, cancel);
        return outcome.Refusal is { } refusal
            ? Http.Answer.Of(refusal, caller.RequestId)
            : new Answer(StatusCodes.Status201Created, Json.Write(TokenView.Of(outcome.Value)));
    }

    private static async Task<IResult> CreateCardToken(CardFields card, Caller caller, SandboxTokenizer tokenizer, CancellationToken cancel)
    {
        var outcome = await tokenizer.Tokenize(caller.Tenant, new TypedCard(card.Number, card.Expiry, card.Cvv, card.Name), cancel);
        return outcome.Refusal is { } refusal
            ? Http.Answer.Of(refusal, caller.RequestId)
            : new Answer(StatusCodes.Status201Created, Json.Write(TokenView.Of(outcome.Value)));
    }

    /// <summary>For pages without script: the browser posts the card here and is sent back with a token or an error code.</summary>
    private static async Task<IResult> CreateTokenFromForm(
        HttpContext http, SandboxTokenizer tokenizer, FindTenantOfPublishableKey findTenant, TimeProvider clock, CancellationToken cancel)
    {
        if (await Forms.Read(http.Request, cancel) is not { } form)
        {
            return Http.Answer.Of(new Refusal(Errors.UnsupportedMediaType, "Send the form as application/x-www-form-urlencoded."),
                RequestId.Of(http, clock));
        }

        if (!IsCheckoutPath(form["returnTo"]))
        {
            return Http.Answer.Of(Refusal.Field("returnTo", "must be a path below /checkout/"), RequestId.Of(http, clock));
        }

        var returnTo = form["returnTo"].ToString();
        if (await findTenant(form["publishableKey"].ToString(), cancel) is not { } tenant)
        {
            return SeeOther(http, WithQuery(returnTo, $"cardError={Errors.AuthenticationFailed.Code}"));
        }

        var typed = new TypedCard(form["number"], form["expiry"], form["cvv"], form["name"]);
        var outcome = await tokenizer.Tokenize(tenant, typed, cancel);
        return SeeOther(http, WithQuery(returnTo, outcome.Refusal is { } refusal
            ? $"cardError={refusal.Kind.Code}&field={FirstField(refusal)}"
            : $"cardToken={outcome.Value.Id}&network={outcome.Value.Network}&last4={outcome.Value.Last4}"));
    }

    private static async Task<IResult> Show(
        string reference, Func<SandboxCharge, string> page, HttpContext http, SandboxStore store, CancellationToken cancel) =>
        await store.FindByReference(reference, cancel) is { } charge
            ? Html(http, charge.IsWaiting ? page(charge) : SandboxPages.Answered(charge), StatusCodes.Status200OK, charge.ReturnUrl)
            : Html(http, SandboxPages.Unknown(), StatusCodes.Status404NotFound, returnUrl: null);

    /// <summary>
    /// The customer's answer; for a card also the way in, when a shop's page posts a CReq as the protocol has it. The password page is
    /// then answered with the CReq in it, and the end goes to the notification address instead of by redirect.
    /// </summary>
    private static async Task<IResult> Answer(
        string reference, HttpContext http, SandboxStore store, SandboxNotifier notifier, SandboxAcs acs, MerchantClocks clocks, CancellationToken cancel)
    {
        if (await Forms.Read(http.Request, cancel) is not { } form)
        {
            return Html(http, SandboxPages.Unknown(), StatusCodes.Status415UnsupportedMediaType, returnUrl: null);
        }

        if (form.ContainsKey("creq"))
        {
            return await AnswerByProtocol(reference, http, form, store, notifier, acs, clocks, cancel);
        }

        // Not the browser's token: once the customer has answered, closing the window must not stop the news half-way.
        var moved = await notifier.Answer(reference, AnswerIn(form, acs, clocks), CancellationToken.None);
        return moved switch
        {
            null => Html(http, SandboxPages.Unknown(), StatusCodes.Status404NotFound, returnUrl: null),
            { Charge.IsWaiting: true } => SeeOther(http, http.Request.Path),
            _ => SeeOther(http, SandboxPages.SafeUrl(moved.Charge.ReturnUrl) ?? http.Request.Path),
        };
    }

    private static async Task<IResult> AnswerByProtocol(
        string reference, HttpContext http, IFormCollection form, SandboxStore store, SandboxNotifier notifier, SandboxAcs acs,
        MerchantClocks clocks, CancellationToken cancel)
    {
        var issuerForm = new IssuerForm(form["creq"].ToString(), form["threeDSSessionData"].ToString());
        var charge = await store.FindByReference(reference, cancel);
        if (charge is null || issuerForm.SessionData.Length > SessionDataMax || !SandboxAcs.IsRequestOf(charge, issuerForm.Creq))
        {
            return Html(http, SandboxPages.NoSuchRequest(), StatusCodes.Status400BadRequest, returnUrl: null);
        }

        if (form.ContainsKey("answer"))
        {
            charge = (await notifier.Answer(reference, AnswerIn(form, acs, clocks), CancellationToken.None))!.Charge;
        }

        return charge.IsWaiting
            ? Html(http, SandboxPages.Bank(charge, issuerForm), StatusCodes.Status200OK, charge.ReturnUrl)
            : Html(http, SandboxPages.Back(charge.Session!.NotificationUrl!, Messages.Encode(SandboxAcs.ResponseOf(charge)), issuerForm.SessionData),
                StatusCodes.Status200OK, charge.ReturnUrl, formTarget: charge.Session.NotificationUrl);
    }

    private static Func<SandboxCharge, SandboxCharge> AnswerIn(IFormCollection form, SandboxAcs acs, MerchantClocks clocks)
    {
        var approves = form["answer"] == "approve";
        var otp = form["otp"].ToString().Trim();
        return charge => SandboxDecisions.LetTimePass(charge, Money.Zero(charge.Amount.Currency), acs, clocks.Now(charge.Tenant)) switch
        {
            var passed when passed != charge => passed,
            _ => approves ? SandboxDecisions.Approve(charge, otp, acs) : SandboxDecisions.RefuseByCustomer(charge, acs),
        };
    }

    /// <summary>The issuer's method page, in a hidden frame of the shop's page.</summary>
    private static async Task<IResult> ShowMethod(HttpContext http, SandboxAcs acs, CancellationToken cancel)
    {
        var form = await Forms.Read(http.Request, cancel);
        if (Messages.Decode<MethodData>(form?["threeDSMethodData"]) is not { ServerTransId: { } id, NotificationUrl: { } notify }
            || !Guid.TryParseExact(id, "D", out _) || !acs.IsOurs(notify))
        {
            return Html(http, SandboxPages.NoSuchRequest(), StatusCodes.Status400BadRequest, returnUrl: null);
        }

        var page = http.Request.Query["silent"] == "true" ? SandboxPages.MethodSilent() : SandboxPages.MethodDone(notify, Messages.Encode(new MethodData(id)));
        return Html(http, page, StatusCodes.Status200OK, returnUrl: null, formTarget: notify);
    }

    /// <summary>Our own checkout only: no other host, no way around by <c>//</c>, <c>\</c> or <c>..</c>, no header splitting.</summary>
    internal static bool IsCheckoutPath(string? path) =>
        path is not null
        && path.StartsWith("/checkout/", StringComparison.Ordinal)
        && path.All(c => c is > ' ' and < (char)127 and not '\\')
        && !path.Contains("//", StringComparison.Ordinal)
        && !path.Contains("..", StringComparison.Ordinal)
        && !path.Contains('#', StringComparison.Ordinal);

    private static string WithQuery(string path, string query) => path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + query;

    private static string FirstField(Refusal refusal) =>
        refusal.Details?["fields"] is IReadOnlyDictionary<string, List<string>> { Count: > 0 } fields ? fields.Keys.First() : "card.number";

    private static IResult SeeOther(HttpContext http, string url)
    {
        http.Response.Headers.Location = url;
        http.Response.Headers.CacheControl = BrowserHeaders.NeverKept;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <param name="formTarget">Where a page sends its form by script; null: it has none that does.</param>
    private static IResult Html(HttpContext http, string html, int status, string? returnUrl, string? formTarget = null)
    {
        // A browser applies form-action to the redirect after the form too, so the place of return is named.
        var home = string.Concat(new[] { returnUrl, formTarget }.Select(OriginOf).OfType<string>().Distinct().Select(origin => " " + origin));
        var script = formTarget is null ? "" : " script-src 'self';";
        BrowserHeaders.Write(
            http.Response, $"default-src 'none'; style-src 'self';{script} form-action 'self'{home}; base-uri 'none'; frame-ancestors 'self'");
        return Results.Content(html, "text/html; charset=utf-8", statusCode: status);
    }

    private static string? OriginOf(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && SandboxPages.SafeUrl(url) is not null ? address.GetLeftPart(UriPartial.Authority) : null;
}

internal sealed record TokenRequest
{
    /// <summary>A test card, or else a bank account.</summary>
    public CardFields? Card { get; init; }

    /// <summary>A test bank account, for a mandate.</summary>
    public BankAccountFields? BankAccount { get; init; }
}

/// <param name="Number">A published test number, with or without spaces.</param>
/// <param name="Cvv">3 or 4 digits.</param>
/// <param name="Expiry">As <c>12/25</c>; a past month is fine in the sandbox.</param>
/// <param name="Name">The name on the card.</param>
internal sealed record CardFields(string? Number, string? Cvv, string? Expiry, string? Name)
{
    public override string ToString() => nameof(CardFields);
}

/// <param name="Iban">For SEPA.</param>
/// <param name="RoutingNumber">Of the American bank, nine digits.</param>
/// <param name="AccountNumber">At that bank.</param>
internal sealed record BankAccountFields(string? Iban, string? RoutingNumber, string? AccountNumber)
{
    public override string ToString() => nameof(BankAccountFields);
}

/// <param name="Id">Use it as <c>paymentDetails.cardToken</c>, or as <c>bankAccountToken</c> of a mandate.</param>
/// <param name="CardToken">Of a card: the same as <c>id</c>.</param>
/// <param name="Card">What may be shown of the card.</param>
/// <param name="BankAccountToken">Of a bank account: the same as <c>id</c>.</param>
/// <param name="BankAccount">What may be shown of the account.</param>
/// <param name="ExpiresAt">After this the token is of no use.</param>
internal sealed record TokenView(
    string Id, string? CardToken, CardView? Card, DateTimeOffset ExpiresAt, string? BankAccountToken = null, BankAccountSummary? BankAccount = null)
{
    public static TokenView Of(BankToken token) => new(token.Id, null, null, token.ExpiresAt, token.Id, token.Summary);

    public static TokenView Of(CardToken token) =>
        new(token.Id, token.Id, new CardView(token.Network, token.Last4, token.Funding, token.Expiry), token.ExpiresAt);
}

internal sealed record CardView(string Network, string Last4, string Funding, string Expiry);
