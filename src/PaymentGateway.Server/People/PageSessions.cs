using PaymentGateway.Commit;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.People;

/// <summary>
/// Sessions of server-rendered pages: one cookie, good until the session ends. Unlike a refresh token it does not change with use, since a
/// browser asks for several pages at once.
/// </summary>
internal sealed class PageSessions(SessionStore sessions, LiveSessions live, Committer committer, PersonTime time)
{
    private const string Cookie = "pg_session";

    /// <summary>Each use moves the session's end; more often than this it is not worth a write.</summary>
    private static readonly TimeSpan usedEvery = TimeSpan.FromHours(1);

    private readonly RowCache<string, string> sessionOfToken = new(time.Clock);

    /// <summary>Who looks at the page; null: nobody who is signed in.</summary>
    public async ValueTask<(Person Person, User User)?> Find(HttpContext http, CancellationToken cancel)
    {
        if (http.Request.Cookies[NameOf(http)] is not { } token || !SecretText.Fits(token, SignIns.PagePrefix)
            || await sessionOfToken.Find(token, SessionOf) is not { } id || await live.Find(id) is not { } found)
        {
            return null;
        }

        if (found.Session.RefreshedAt + usedEvery < time.Now)
        {
            // A conflict means that another page was first, or that the session has just ended: neither matters here.
            await committer.Commit(new Change().Write(SessionRows.Update, found.Session.Used(time.Now)), cancel);
            live.Forget(id);
        }

        return (found.PersonIn(http, time), found.User);
    }

    /// <inheritdoc cref="FindPageVisitor"/>
    public async ValueTask<Person?> FindVisitor(HttpContext http, CancellationToken cancel) => (await Find(http, cancel))?.Person;

    public static void Begin(HttpContext http, SignedIn given) => http.Response.Cookies.Append(
        NameOf(http), given.RefreshToken, OptionsFor(http, given.Session.CreatedAt + Session.LifeMax));

    /// <summary>Forgets the cookie.</summary>
    /// <returns>What stood in it, for the session to be ended.</returns>
    public static string? End(HttpContext http)
    {
        http.Response.Cookies.Delete(NameOf(http), OptionsFor(http, expires: null));
        return http.Request.Cookies[NameOf(http)];
    }

    private async Task<string?> SessionOf(string token) =>
        (await sessions.FindByToken(SecretText.HashOf(token), CancellationToken.None))?.Session.Id;

    /// <summary>Lax: whoever comes from a mail's link is still signed in; forms have their own token against other sites.</summary>
    private static CookieOptions OptionsFor(HttpContext http, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        Secure = RefreshCookie.IsBehindHttps(http),
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };

    private static string NameOf(HttpContext http) => RefreshCookie.IsBehindHttps(http) ? "__Host-" + Cookie : Cookie;
}
