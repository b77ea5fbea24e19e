using Microsoft.AspNetCore.WebUtilities;
using PaymentGateway.Http;

namespace PaymentGateway.Checkout;

/// <summary>The document around the body of every page that this server shows to people, and the switch of languages in it.</summary>
public sealed class HostedDocument(Assets assets)
{
    /// <param name="language">Of the page.</param>
    /// <param name="title">In the window.</param>
    /// <param name="script">Its address.</param>
    /// <param name="colour">A merchant's, such as #0a7d4f; null: the page is nobody's, and has the style sheet's own.</param>
    /// <param name="body">With its tag.</param>
    /// <param name="stylesheet">What these pages have beside the checkout's.</param>
    public Html Render(Language language, string title, string script, string? colour, Html body, string? stylesheet = null) => Html.Of($"""
        <!doctype html>
        <html lang="{language.Code}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>{title}</title>
        <link rel="icon" href="/checkout/images/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="{assets.Stylesheet}">
        {Html.When(stylesheet is not null, $"""<link rel="stylesheet" href="{stylesheet}">""")}
        {Brand(colour)}
        <script type="module" src="{script}"></script>
        </head>
        {body}
        </html>

        """);

    /// <param name="language">Of the page.</param>
    /// <param name="path">Of the page, and its query where it has one.</param>
    public static Html Languages(Language language, string path) => Html.Of($"""
        <nav class="languages" aria-label="{language.SwitchLabel}">
        {Language.All.Select(other => LanguageLink(other, other == language, path))}
        </nav>
        """);

    private static Html Brand(string? colour) => BrandColour.Parse(colour) is { } known
        ? Html.Of($"""<link rel="stylesheet" href="/checkout/brand/{known.Hex}.css">""")
        : Html.Empty;

    private static Html LanguageLink(Language language, bool isCurrent, string path)
    {
        var current = Html.When(isCurrent, $" aria-current=\"true\"");
        var address = QueryHelpers.AddQueryString(path, Language.Parameter, language.Code);
        return Html.Of($"""
            <a href="{address}" lang="{language.Code}" hreflang="{language.Code}"{current}>{language.Name}</a>

            """);
    }
}
