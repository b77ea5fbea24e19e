using Microsoft.AspNetCore.Mvc;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Payments;

namespace PaymentGateway.Checkout;

/// <summary>
/// The hosted page. Every step that changes something is a form with the order's client secret, and ends in a redirect to the page.
/// </summary>
internal sealed class CheckoutApi(
    CheckoutViews views, CheckoutPage page, MethodFrame frame, ConfirmPayment confirm, FollowUp followUp, ChargeResolver resolver, SecretVault vault,
    TimeProvider clock, MerchantClocks clocks)
{
    private const int FormBytesMax = 16 * 1024;
    private const int QrSize = 480;
    private const string HtmlType = "text/html; charset=utf-8";

    /// <summary>What payments store as the answer of a repeatable request; these forms are not repeated by key.</summary>
    private static readonly Answer noAnswer = new(StatusCodes.Status204NoContent, []);

    public static void Map(IEndpointRouteBuilder routes, CheckoutApi api)
    {
        var pages = routes.MapGroup("/checkout").ExcludeFromDescription();
        pages.MapGet("/brand/{file}", Brand);
        pages.MapGet("/done", api.Done);
        pages.MapGet("/{orderId}", api.Show);
        pages.MapGet("/{orderId}/card", api.ConfirmCard);
        pages.MapGet("/{orderId}/emi", api.ChooseEmi);
        pages.MapGet("/{orderId}/return", api.Return);
        pages.MapGet("/{orderId}/challenge", api.Challenge);
        pages.MapGet("/{orderId}/method", api.StartMethod);
        pages.MapGet("/{orderId}/state", api.State);
        pages.MapGet("/{orderId}/qr.svg", api.Qr);
        var steps = pages.MapGroup("").WithMetadata(new RequestSizeLimitAttribute(FormBytesMax));
        steps.MapPost("/{orderId}/pay", api.Pay);
        steps.MapPost("/{orderId}/abandon", api.Abandon);
        steps.MapPost("/{orderId}/check", api.Check);
        steps.MapPost("/{orderId}/method", api.MethodDone);
        steps.MapPost("/{orderId}/card-session", api.OpenCardSession);
    }

    /// <summary>The address holds the colour, so the file is the same for ever and needs no look at the order.</summary>
    private static IResult Brand(string file, HttpContext http)
    {
        if (!file.EndsWith(".css", StringComparison.Ordinal) || BrandColour.Parse(file[..^4]) is not { } colour)
        {
            return Results.NotFound();
        }

        http.Response.Headers.CacheControl = "public, max-age=86400";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Text(colour.Stylesheet(), "text/css; charset=utf-8");
    }

    private async Task<IResult> Show(string orderId, HttpContext http, CancellationToken cancel) =>
        await views.FindOrder(orderId, cancel) is var (order, payment)
            ? await Page(http, order, payment, ProblemIn(http.Request.Query), cancel)
            : NotFound(http);

    private IResult Done(HttpContext http) =>
        Html(http, page.RenderDone(LanguageOf(http), http.Request.Path), view: null, StatusCodes.Status200OK);

    /// <summary>Where the tokenizer sends a browser without script. What it says of the card is only shown; the token decides.</summary>
    private async Task<IResult> ConfirmCard(string orderId, HttpContext http, CancellationToken cancel)
    {
        if (await views.FindOrder(orderId, cancel) is not var (order, payment))
        {
            return NotFound(http);
        }

        var query = http.Request.Query;
        var token = query["cardToken"].ToString();
        var view = await views.Of(order, payment, LanguageOf(http), CardProblemIn(query), cancel);
        return view is { State: CheckoutState.Payable, Problem: null or { IsDecline: true } } && token.Length is > 0 and <= 255
            ? Html(http, page.RenderConfirmation(view, token, CardNameIn(query, view.Texts)), view, StatusCodes.Status200OK)
            : Html(http, page.Render(view with { OpenMethod = "card" }), view, view.State.HttpStatus());
    }

    /// <summary>Where the tokenizer sends a browser that pays in instalments: the plans depend on the card.</summary>
    private async Task<IResult> ChooseEmi(string orderId, HttpContext http, CancellationToken cancel)
    {
        if (await views.FindOrder(orderId, cancel) is not var (order, payment))
        {
            return NotFound(http);
        }

        var query = http.Request.Query;
        var token = query["cardToken"].ToString();
        var view = await views.Of(order, payment, LanguageOf(http), CardProblemIn(query), cancel);
        if (view is not { State: CheckoutState.Payable, Offer.HasEmi: true, Problem: null or { IsDecline: true } } || token.Length is 0 or > 255)
        {
            return Html(http, page.Render(view with { OpenMethod = "emi" }), view, view.State.HttpStatus());
        }

        var plans = await views.EmiPlansOf(order, token, cancel);
        return plans.Refusal is { } refusal
            ? Html(http, page.Render(view with { OpenMethod = "emi", Problem = new(refusal.Kind.Code) }), view, StatusCodes.Status200OK)
            : Html(http, page.RenderEmiPlans(view, token, CardNameIn(query, view.Texts), plans.Value), view, StatusCodes.Status200OK);
    }

    /// <summary>Where the bank sends the browser. What the address says is not looked at: the processor is asked.</summary>
    private async Task<IResult> Return(string orderId, HttpContext http, CancellationToken cancel)
    {
        if (await views.FindOrder(orderId, cancel) is not var (order, payment))
        {
            return NotFound(http);
        }

        await AskProcessor(order, payment, cancel);
        return SeeOther(http, orderId);
    }

    /// <summary>The page that takes the script to the bank; when there is nothing to prove, the order's page says what is.</summary>
    private async Task<IResult> Challenge(string orderId, HttpContext http, CancellationToken cancel)
    {
        if (await views.FindOrder(orderId, cancel) is not var (order, payment))
        {
            return NotFound(http);
        }

        var view = await views.Of(order, payment, LanguageOf(http), problem: null, cancel);
        return view is { State: CheckoutState.NeedsAction, Action.Challenge: { } form } && SafeUrl.Web(form.AcsUrl) is not null
            ? Html(http, page.RenderChallenge(view, form), view, StatusCodes.Status200OK)
            : SeeOther(http, orderId);
    }

    /// <summary>In a hidden frame, before the payment: the page of the card's bank sees the browser.</summary>
    private async Task<IResult> StartMethod(string orderId, HttpContext http, CancellationToken cancel)
    {
        var token = http.Request.Query["cardToken"].ToString();
        if (token.Length is 0 or > 255 || await views.FindOrder(orderId, cancel) is not var (order, _)
            || await views.FindMethodPage(order, token, cancel) is not { } method)
        {
            CheckoutHeaders.WriteFramed(http.Response, formTarget: null);
            return Answer.Of(new Refusal(Errors.NotFound), RequestId.Of(http, clock));
        }

        CheckoutHeaders.WriteFramed(http.Response, method.Url);
        return Results.Content(frame.Start(method).ToString(), HtmlType);
    }

    /// <summary>Where the bank's page ends: it only tells the page around that it did.</summary>
    private async Task<IResult> MethodDone(string orderId, HttpContext http, CancellationToken cancel)
    {
        CheckoutHeaders.WriteFramed(http.Response, formTarget: null);
        var form = await Forms.ReadAsSent(http.Request, cancel);
        return Messages.Decode<MethodData>(form?["threeDSMethodData"])?.ServerTransId is { } id && Guid.TryParseExact(id, "D", out var known)
            ? Results.Content(frame.Done(known.ToString("D")).ToString(), HtmlType)
            : Answer.Of(Refusal.Field("threeDSMethodData", "is not what a bank sends"), RequestId.Of(http, clock));
    }

    /// <summary>For the script: whether the page must be shown anew.</summary>
    private async Task<IResult> State(string orderId, HttpContext http, CancellationToken cancel)
    {
        CheckoutHeaders.Write(http.Response, view: null);
        if (await views.FindOrder(orderId, cancel) is not var (order, payment))
        {
            return Answer.Of(new Refusal(Errors.OrderNotFound), RequestId.Of(http, clock));
        }

        var state = CheckoutStates.Of(order, payment, clocks.Now(order.Tenant));
        return Answer.Ok(new { state = state.Word(), stamp = CheckoutViews.StampOf(state, payment) });
    }

    /// <summary>For the script that drives a processor's fields, where those fill in what was opened there before.</summary>
    private async Task<IResult> OpenCardSession(string orderId, HttpContext http, CancellationToken cancel)
    {
        CheckoutHeaders.Write(http.Response, view: null);
        if (await views.FindOrder(orderId, cancel) is not var (order, payment))
        {
            return Answer.Of(new Refusal(Errors.OrderNotFound), RequestId.Of(http, clock));
        }

        if (await Forms.ReadAsSent(http.Request, cancel) is not { } form || !vault.IsClientSecretOf(orderId, form["clientSecret"].ToString()))
        {
            return Answer.Of(new Refusal(Errors.UnauthorizedAccess), RequestId.Of(http, clock));
        }

        if (CheckoutStates.Of(order, payment, clocks.Now(order.Tenant)) != CheckoutState.Payable)
        {
            return Answer.Of(new Refusal(Errors.InvalidState), RequestId.Of(http, clock));
        }

        return await views.OpenCardSession(order, form["processor"].ToString(), cancel) is { } session
            ? Answer.Ok(new { session })
            : Answer.Of(new Refusal(Errors.GatewayUnavailable), RequestId.Of(http, clock));
    }

    private async Task<IResult> Qr(string orderId, HttpContext http, CancellationToken cancel)
    {
        CheckoutHeaders.Write(http.Response, view: null);
        if (await views.FindOrder(orderId, cancel) is not (_, { State: PaymentState.RequiresAction, Charge.NextAction.Qr: { } text }))
        {
            return Answer.Of(new Refusal(Errors.NotFound), RequestId.Of(http, clock));
        }

        return Results.Text(QrPicture.Svg(text, QrSize), QrPicture.SvgType);
    }

    private Task<IResult> Pay(string orderId, HttpContext http, CancellationToken cancel) => Step(orderId, http, async (order, _, form) =>
    {
        var (instrument, problem) = PayForm.Read(form, clocks.Now(order.Tenant), http.Connection.RemoteIpAddress?.ToString());
        if (instrument is null)
        {
            return problem;
        }

        var attempt = new PaymentAttempt(
            order.Tenant, order.Id, PaymentId: null, instrument, ReturnUrl: null, Behaviour: null, OriginOf(http),
            ThreeDSecure: BrowserFields.Read(form, http));
        var outcome = await confirm.Run(attempt, IdempotentCall.None, _ => noAnswer, cancel);
        return outcome?.Refusal is { } refusal ? new Problem(refusal.Kind.Code) : null;
    }, cancel);

    /// <summary>A refusal needs no word: then the attempt was already over, and the page shows how.</summary>
    private Task<IResult> Abandon(string orderId, HttpContext http, CancellationToken cancel) =>
        Step(orderId, http, async (order, payment, _) =>
        {
            if (payment is not null)
            {
                await followUp.Abandon(order.Tenant, payment.Id, OriginOf(http), cancel);
            }

            return null;
        }, cancel);

    private Task<IResult> Check(string orderId, HttpContext http, CancellationToken cancel) =>
        Step(orderId, http, async (order, payment, _) =>
        {
            await AskProcessor(order, payment, cancel);
            return null;
        }, cancel);

    /// <summary>One step of the customer: a known order, its client secret, then back to the page, with a problem if any.</summary>
    private async Task<IResult> Step(
        string orderId, HttpContext http, Func<Order, Payment?, IFormCollection, Task<Problem?>> take, CancellationToken cancel)
    {
        if (await views.FindOrder(orderId, cancel) is not var (order, payment))
        {
            return NotFound(http);
        }

        if (await Forms.ReadAsSent(http.Request, cancel) is not { } form)
        {
            return Answer.Of(
                new Refusal(Errors.UnsupportedMediaType, "Send the form as application/x-www-form-urlencoded."), RequestId.Of(http, clock));
        }

        if (!vault.IsClientSecretOf(orderId, form["clientSecret"].ToString()))
        {
            return await Page(http, order, payment, new(Errors.UnauthorizedAccess.Code), cancel, StatusCodes.Status403Forbidden);
        }

        return SeeOther(
            http, orderId, CardDataGuard.Find(form) is null ? await take(order, payment, form) : new(Errors.CardDataRefused.Code));
    }

    /// <summary>What cannot be found out now will be: the page shows what is known.</summary>
    private async Task AskProcessor(Order order, Payment? payment, CancellationToken cancel)
    {
        if (payment is not null)
        {
            await resolver.Refresh(order.Tenant, payment.Id, cancel);
        }
    }

    private async Task<IResult> Page(
        HttpContext http, Order order, Payment? payment, Problem? problem, CancellationToken cancel, int? status = null)
    {
        var view = await views.Of(order, payment, LanguageOf(http), problem, cancel);
        return Html(http, page.Render(Searched(view, http.Request.Query)), view, status ?? view.State.HttpStatus());
    }

    private Origin OriginOf(HttpContext http) => Origin.Of(http, "checkout", clock);

    private static CheckoutView Searched(CheckoutView view, IQueryCollection query) =>
        query["bank"].ToString().Trim() is { Length: > 0 and <= CheckoutView.BankSearchMax } search
            ? view with { BankSearch = search, OpenMethod = "netbanking" }
            : view;

    private IResult NotFound(HttpContext http) =>
        Html(http, page.RenderNotFound(LanguageOf(http), http.Request.Path), view: null, StatusCodes.Status404NotFound);

    private static IResult Html(HttpContext http, Html html, CheckoutView? view, int status)
    {
        CheckoutHeaders.Write(http.Response, view);
        return Results.Content(html.ToString(), HtmlType, statusCode: status);
    }

    private static IResult SeeOther(HttpContext http, string orderId, Problem? problem = null)
    {
        CheckoutHeaders.Write(http.Response, view: null);
        http.Response.Headers.Location = problem is null
            ? $"/checkout/{orderId}"
            : SafeUrl.WithQuery($"/checkout/{orderId}", [new("problem", problem.Code), new("field", problem.Field)]);
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>A choice by the switch is kept for the way to the bank and back.</summary>
    private static Language LanguageOf(HttpContext http) => Language.Of(http, "checkout_lang", "/checkout");

    /// <summary>Only codes that we know: an address is not a way to put words on the page.</summary>
    private static Problem? ProblemIn(IQueryCollection query) =>
        query["problem"].ToString() is var code && Errors.All.Any(kind => kind.Code == code)
            ? new(code, query["field"].ToString() is var field && field is "vpa" or "bankCode" ? field : null)
            : null;

    private static Problem? CardProblemIn(IQueryCollection query) => query["cardError"].Count == 0
        ? null
        : new(query["cardError"].ToString(), query["field"].ToString() switch
        {
            "card.number" => "number",
            "card.expiry" => "expiry",
            "card.cvv" => "cvv",
            "card.name" => "name",
            _ => null,
        });

    private static string CardNameIn(IQueryCollection query, Texts texts) =>
        query["last4"].ToString() is { Length: 4 } last4 && last4.All(char.IsAsciiDigit)
            ? MethodName.Card(MethodName.KnownNetwork(query["network"].ToString()), last4)
            : texts.Card;
}
