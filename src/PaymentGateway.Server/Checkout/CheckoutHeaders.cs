using PaymentGateway.Connectors;
using PaymentGateway.Http;

namespace PaymentGateway.Checkout;

/// <summary>What a browser may do with these pages: nothing but what they need.</summary>
internal static class CheckoutHeaders
{
    private static readonly BrowserHosts none = new([], [], []);

    public static void Write(HttpResponse response, CheckoutView? view) => BrowserHeaders.WriteForPage(response, ContentPolicy(view));

    /// <summary>A page in the hidden frame of our own page: it runs its script, posts its form to the bank, and nothing else.</summary>
    public static void WriteFramed(HttpResponse response, string? formTarget) => BrowserHeaders.WriteForPage(
        response, string.Join("; ",
            "default-src 'none'", "script-src 'self'", With("form-action 'self'", [SafeUrl.Origin(formTarget)]), "base-uri 'none'",
            "frame-ancestors 'self'"),
        isFramed: true);

    /// <summary>What a page may load and where it may send: the hosts of a processor only on the page that shows its form.</summary>
    private static string ContentPolicy(CheckoutView? view)
    {
        var hosts = view?.CardForm?.Form.Hosts ?? none;
        var nonce = view?.CardForm?.StyleNonce is { } word ? $"'nonce-{word}'" : null;
        var tokenizer = view?.Offer.Cards ?? view?.Offer.EmiCards;
        string[] directives =
        [
            "default-src 'none'",
            With("script-src 'self'", hosts.Scripts),
            With("style-src 'self'", [nonce, .. hosts.Styles]),
            With("img-src 'self' data:", [SafeUrl.Origin(view?.Shop.LogoUrl), .. hosts.Images]),
            With("connect-src 'self'", [SafeUrl.Origin(tokenizer?.JsonUrl), .. hosts.Connections]),
            With("form-action 'self'", [SafeUrl.Origin(tokenizer?.FormUrl), SafeUrl.Origin(view?.Action?.Challenge?.AcsUrl)]),
            With("frame-src 'self'", hosts.Frames),
            .. hosts.Fonts.Count == 0 ? (string[])[] : [With("font-src", hosts.Fonts)],
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ];
        return string.Join("; ", directives);
    }

    private static string With(string directive, IReadOnlyList<string?> sources) =>
        string.Join(' ', sources.OfType<string>().Prepend(directive));
}
