using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>A form that was sent; a field that is absent is empty.</summary>
public sealed record SentForm(IFormCollection Fields)
{
    public string this[string name] => Fields[name].ToString();
}

/// <summary>Writes and reads the forms of server-rendered pages.</summary>
public sealed class PageForms(Csrf csrf)
{
    /// <summary>The field of a form that carries the token of <see cref="Csrf"/>.</summary>
    public const string TokenField = "csrf";

    public const int BytesMax = 16 * 1024;

    /// <summary>A form that does something: with its token.</summary>
    /// <param name="token">Of <see cref="Csrf"/>.</param>
    /// <param name="action">Where it is sent.</param>
    /// <param name="fields">What is in it.</param>
    /// <param name="button">Sends it.</param>
    /// <param name="look">Of the button: <c>pay</c> for what the page is about, <c>other</c>, <c>quiet</c>.</param>
    public static Html Write(string token, string action, Html fields, string button, string look) => Html.Of($"""
        <form method="post" action="{action}">
        <input type="hidden" name="{TokenField}" value="{token}">
        {fields}
        <button class="{look}">{button}</button>
        </form>
        """);

    /// <summary>The form that was sent; refused when it is none, holds card data, or comes from another site's page.</summary>
    public async Task<Outcome<SentForm>> Read(HttpContext http, CancellationToken cancel)
    {
        if (await Forms.ReadAsSent(http.Request, cancel) is not { } form)
        {
            return new Refusal(Errors.CsrfTokenInvalid);
        }

        return CardDataGuard.Find(form) is { } field ? Refusal.Field(Errors.CardDataRefused, field, "looks like card data")
            : csrf.Check(http.Request, form[TokenField].ToString()) is { } refusal ? refusal
            : new SentForm(form);
    }
}
