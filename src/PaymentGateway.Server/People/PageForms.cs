using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>A form that was sent; a field that is absent is empty.</summary>
public sealed record SentForm(IFormCollection Fields)
{
    public string this[string name] => Fields[name].ToString();
}

/// <summary>Reads the forms of server-rendered pages.</summary>
public sealed class PageForms(Csrf csrf)
{
    /// <summary>The field of a form that carries the token of <see cref="Csrf"/>.</summary>
    public const string TokenField = "csrf";

    public const int BytesMax = 16 * 1024;

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
