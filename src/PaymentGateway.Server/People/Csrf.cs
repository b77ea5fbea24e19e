using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.People;

/// <summary>
/// Signed double submit: the token stands in a cookie and comes again in a header, which another site's page can neither read nor set. The
/// signature keeps out a cookie that somebody else has planted, from a subdomain for instance.
/// </summary>
public sealed class Csrf(SecretVault vault)
{
    public const string Header = "X-CSRF-Token";
    private const string Cookie = "pg_csrf";
    private const string Purpose = "people.csrf";
    private const int NonceBytes = 24;
    private const int LengthMax = 200;

    /// <summary>A new token, in a cookie of the answer too.</summary>
    internal string Give(HttpContext http)
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceBytes));
        var token = $"{nonce}.{vault.Sign(Purpose, nonce)}";
        http.Response.Cookies.Append(NameOf(http), token, new CookieOptions
        {
            HttpOnly = true,
            Secure = RefreshCookie.IsBehindHttps(http),
            SameSite = SameSiteMode.Strict,
            Path = "/",
            IsEssential = true,
        });
        return token;
    }

    /// <summary>For a form: the token that the browser has, or a new one.</summary>
    public string ForForm(HttpContext http) => http.Request.Cookies[NameOf(http)] is { } cookie && IsOurs(cookie) ? cookie : Give(http);

    /// <summary>Null when the call may go on; otherwise CSRF_TOKEN_INVALID.</summary>
    public Refusal? Check(HttpRequest request) => request.Headers[Header] is [{ } sent] ? Check(request, sent) : new(Errors.CsrfTokenInvalid);

    /// <inheritdoc cref="Check(HttpRequest)"/>
    /// <param name="request">Brings the cookie.</param>
    /// <param name="sent">From the header, or a form's field.</param>
    internal Refusal? Check(HttpRequest request, string sent) =>
        request.Cookies[NameOf(request.HttpContext)] is { } cookie
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(cookie), Encoding.UTF8.GetBytes(sent)) && IsOurs(cookie)
            ? null
            : new Refusal(Errors.CsrfTokenInvalid);

    private bool IsOurs(string token) =>
        token.Length < LengthMax && token.Split('.') is [var nonce, var signature] && vault.IsSignature(Purpose, nonce, signature);

    /// <summary>Over HTTPS a name that browsers let nobody but this very host set.</summary>
    private static string NameOf(HttpContext http) => RefreshCookie.IsBehindHttps(http) ? "__Host-" + Cookie : Cookie;
}

/// <summary>The refresh token as a cookie, for pages: no script can read it, and no other site can make a browser send it.</summary>
internal static class RefreshCookie
{
    public const string Name = "pg_refresh";

    private const string Path = "/api/auth";

    public static void Set(HttpContext http, SignedIn given) => http.Response.Cookies.Append(Name, given.RefreshToken, new CookieOptions
    {
        HttpOnly = true,
        Secure = IsBehindHttps(http),
        SameSite = SameSiteMode.Strict,
        Path = Path,
        Expires = given.Session.ExpiresAt,
        IsEssential = true,
    });

    public static void Clear(HttpContext http) =>
        http.Response.Cookies.Delete(Name, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = Path });

    public static bool IsBehindHttps(HttpContext http) =>
        http.RequestServices.GetRequiredService<PublicAddress>().Base.Scheme == Uri.UriSchemeHttps;
}
