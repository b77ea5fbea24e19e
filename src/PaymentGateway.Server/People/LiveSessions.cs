using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.People;

/// <summary>A session and its person, as every call of them needs it.</summary>
internal sealed record LiveSession(Session Session, User User)
{
    /// <summary>The person as the caller of a request.</summary>
    public Person PersonIn(HttpContext http, PersonTime time) => new(
        User.Id, Session.Id, [Words.Of(PersonRole.Student), .. User.PlatformRoles.Select(Words.Of)], Session.HasFactor && User.HasFactor,
        http.Connection.RemoteIpAddress, RequestId.Of(http, time.Clock));
}

/// <summary>
/// The sessions that calls come in with, kept for five seconds: an access token lives for minutes, and must not outlive the session that was
/// ended for good reason.
/// </summary>
internal sealed class LiveSessions(SessionStore sessions, UserStore users, PersonTime time)
{
    private readonly RowCache<string, LiveSession> cache = new(time.Clock);

    /// <summary>The session while it is alive and its person may sign in; otherwise null.</summary>
    public async ValueTask<LiveSession?> Find(string sessionId)
    {
        var live = await cache.Find(sessionId, Load);
        return live is { User.MaySignIn: true } && live.Session.IsAlive(time.Now) ? live : null;
    }

    /// <summary>After a commit: in this process it holds at once, in others within five seconds.</summary>
    public void Forget(string sessionId) => cache.Forget(sessionId);

    /// <inheritdoc cref="Forget"/>
    public void ForgetUser(string userId) => cache.Forget(live => live.User.Id == userId);

    private async Task<LiveSession?> Load(string sessionId) =>
        await sessions.Find(sessionId, CancellationToken.None) is { } session
        && await users.Find(session.UserId, CancellationToken.None) is { } user
            ? new(session, user)
            : null;
}
