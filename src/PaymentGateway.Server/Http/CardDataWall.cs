namespace PaymentGateway.Http;

/// <summary>
/// Behind routing, before anybody looks at the request: a card number or a security code in its address, or in a header that is stored or
/// logged, is refused. Bodies are looked at where they are read: <see cref="Body{T}"/>, <see cref="Forms"/>, and the upload of files.
/// </summary>
internal sealed class CardDataWall(RequestDelegate next)
{
    internal const string Advice = "looks like card data; tokenize the card and send the token";

    /// <summary>
    /// Those that are kept, repeated or passed on. Credentials and signatures are none of them; traces are the framework's, which takes
    /// hexadecimal only.
    /// </summary>
    private static readonly string[] headers =
        [Idempotency.Header, "User-Agent", "Accept", "Accept-Language", "X-Sandbox-Behaviour", "X-Merchant-Id", "X-Mode", "PaymentGateway-Version"];

    public Task InvokeAsync(HttpContext http) => Find(http.Request) is { } place
        ? throw new RefusedException(Refusal.Field(Errors.CardDataRefused, place, Advice))
        : next(http);

    private static string? Find(HttpRequest request)
    {
        if (CardDataGuard.HoldsCardNumber(request.Path.Value))
        {
            return "path";
        }

        if (request.QueryString.HasValue && CardDataGuard.Find(request.Query) is { } field)
        {
            return field;
        }

        foreach (var header in headers)
        {
            if (request.Headers.TryGetValue(header, out var values) && values.Any(value => CardDataGuard.HoldsCardData(value)))
            {
                return header;
            }
        }

        return null;
    }
}
