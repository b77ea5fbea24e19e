using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;

namespace PaymentGateway.Checkout;

/// <summary>A language of the checkout.</summary>
public sealed record Language
{
    private Language(string code, string name, Texts texts) => (Code, Name, Texts) = (code, name, texts);

    /// <summary>As in the attribute <c>lang</c>.</summary>
    public string Code { get; }

    /// <summary>In the language itself.</summary>
    public string Name { get; }

    internal Texts Texts { get; }

    /// <summary>What the switch of languages is called.</summary>
    public string SwitchLabel => Texts.LanguageSwitch;

    /// <summary>By which the switch tells its choice.</summary>
    public const string Parameter = "lang";

    public static readonly Language English = new("en", "English", TextsEnglish.Texts);

    public static IReadOnlyList<Language> All { get; } =
    [
        English,
        new("hi", "हिन्दी", TextsHindi.Texts),
        new("ru", "Русский", TextsRussian.Texts),
        new("kk", "Қазақша", TextsKazakh.Texts),
    ];

    private static readonly FrozenDictionary<string, Language> ByCode =
        All.ToFrozenDictionary(l => l.Code, StringComparer.OrdinalIgnoreCase);

    public static Language? Find(string? code) => code is null ? null : ByCode.GetValueOrDefault(code);

    /// <summary>What the switch says, then what it said before, then what the browser prefers, then English.</summary>
    public static Language Choose(string? query, string? cookie, string? acceptLanguage) =>
        Find(query) ?? Find(cookie) ?? Preferred(acceptLanguage) ?? English;

    /// <summary>The language of a request. A choice by the switch is kept in a cookie, which holds nothing else.</summary>
    /// <param name="http">The request, and the answer that gets the cookie.</param>
    /// <param name="cookie">Its name: pages that belong together have one.</param>
    /// <param name="path">Where these pages are.</param>
    public static Language Of(HttpContext http, string cookie, string path)
    {
        var chosen = http.Request.Query[Parameter].ToString();
        if (Find(chosen) is { } language)
        {
            http.Response.Cookies.Append(cookie, language.Code, new CookieOptions
            {
                Path = path,
                HttpOnly = true,
                Secure = http.Request.IsHttps,
                SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax,
            });
        }

        return Choose(chosen, http.Request.Cookies[cookie], http.Request.Headers.AcceptLanguage);
    }

    private static Language? Preferred(string? acceptLanguage) =>
        StringWithQualityHeaderValue.TryParseList([acceptLanguage ?? ""], out var ranges)
            ? ranges.Where(range => range.Quality is not 0)
                .OrderByDescending(range => range.Quality ?? 1)
                .Select(range => Find(range.Value.Value?.Split('-')[0]))
                .FirstOrDefault(language => language is not null)
            : null;
}
