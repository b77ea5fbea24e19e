using System.Net;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.People;

/// <summary>Sessions over HTTP: refreshed, ended, stolen.</summary>
public sealed class SessionTests(PeopleFixture shared) : IClassFixture<PeopleFixture>
{
    [Fact]
    public async Task An_access_token_ends_and_the_refresh_token_goes_on()
    {
        using var person = await shared.SignedIn();
        shared.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("SESSION_EXPIRED", (await person.Client.Call(HttpMethod.Get, "/api/auth/me")).Body.Code());
        await person.Refresh();
        await person.Client.GetJson("/api/auth/me");
    }

    [Fact]
    public async Task A_session_ends_when_it_is_not_refreshed_and_after_ninety_days_in_any_case()
    {
        using var idle = await shared.SignedIn();
        using var busy = await shared.SignedIn();
        for (var week = 0; week < 9; week++)
        {
            shared.Clock.Advance(TimeSpan.FromDays(9));
            await busy.Refresh();
        }

        Assert.Equal("SESSION_EXPIRED", (await idle.Post("/api/auth/refresh", new { refreshToken = idle.RefreshToken })).Body.Code());
        shared.Clock.Advance(TimeSpan.FromDays(9));
        Assert.Equal("SESSION_EXPIRED", (await busy.Post("/api/auth/refresh", new { refreshToken = busy.RefreshToken })).Body.Code());
    }

    [Fact]
    public async Task A_refresh_token_that_comes_again_ends_the_session()
    {
        using var person = await shared.SignedIn();
        var stolen = person.RefreshToken;
        await person.Refresh();

        Assert.Equal((HttpStatusCode.Unauthorized, "SESSION_EXPIRED"), await Refresh(person, stolen));
        Assert.Equal("SESSION_EXPIRED", (await Refresh(person, person.RefreshToken)).Code);
        Assert.Equal("SESSION_EXPIRED", (await person.Client.Call(HttpMethod.Get, "/api/auth/me")).Body.Code());
        Assert.Contains("session_ended_for_safety", await person.Inbox());
        Assert.Equal(1, await AuditRows("session.reuse", person.SessionId));
    }

    [Fact]
    public async Task Of_thirty_two_refreshes_at_once_one_wins_and_the_session_is_over()
    {
        using var person = await shared.SignedIn();
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Refresh(person, person.RefreshToken)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(1, await AuditRows("session.reuse", person.SessionId));
        Assert.Equal("refresh_token_reused", await shared.Gateway.Query<string>(
            "SELECT revoked_why FROM people.sessions WHERE id = @SessionId", new { person.SessionId }));
    }

    [Fact]
    public async Task One_signs_out_here_or_everywhere()
    {
        using var person = await shared.SignedIn();
        var (first, firstToken) = (person.RefreshToken, person.AccessToken);
        await person.SignIn();

        Assert.Equal(HttpStatusCode.OK, (await person.Post("/api/auth/logout", new { refreshToken = first })).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.Post("/api/auth/logout", new { refreshToken = first })).Status);
        Assert.NotEqual(firstToken, person.AccessToken);
        await person.Client.GetJson("/api/auth/me");

        Assert.Equal(HttpStatusCode.OK, (await person.Post("/api/auth/logout-all", new { })).Status);
        Assert.Equal("SESSION_EXPIRED", (await person.Client.Call(HttpMethod.Get, "/api/auth/me")).Body.Code());
        Assert.Equal("SESSION_EXPIRED", (await Refresh(person, person.RefreshToken)).Code);
    }

    [Fact]
    public async Task Sessions_are_listed_and_one_is_ended()
    {
        using var person = await shared.SignedIn();
        var other = person.SessionId;
        await person.SignIn();

        var list = await person.Client.GetJson("/api/auth/sessions?limit=1");
        Assert.True(list.GetProperty("hasMore").GetBoolean());
        var current = Assert.Single(list.GetProperty("data").EnumerateArray());
        Assert.Equal((person.SessionId, true), (current.Text("id"), current.GetProperty("current").GetBoolean()));
        Assert.StartsWith("10.1.", current.Text("ipAddress"), StringComparison.Ordinal);
        var next = await person.Client.GetJson($"/api/auth/sessions?cursor={list.Text("nextCursor")}");
        Assert.Equal(other, Assert.Single(next.GetProperty("data").EnumerateArray()).Text("id"));
        Assert.Equal("UNKNOWN_FIELD", (await person.Client.Call(HttpMethod.Get, "/api/auth/sessions?nonsense=1")).Body.Code());

        Assert.Equal(HttpStatusCode.OK, (await person.Client.Call(HttpMethod.Delete, $"/api/auth/sessions/{other}")).Status);
        Assert.Equal("SESSION_NOT_FOUND", (await person.Client.Call(HttpMethod.Delete, $"/api/auth/sessions/{other}")).Body.Code());
        using var stranger = await shared.SignedIn();
        Assert.Equal("SESSION_NOT_FOUND", (await stranger.Client.Call(HttpMethod.Delete, $"/api/auth/sessions/{person.SessionId}")).Body.Code());
    }

    [Theory]
    [InlineData("")]
    [InlineData("rt_nonsense")]
    [InlineData("sk_test_something")]
    public async Task What_is_no_refresh_token_is_refused(string token)
    {
        using var person = shared.Stranger();
        Assert.Equal("SESSION_EXPIRED", (await Refresh(person, token)).Code);
    }

    [Fact]
    public async Task A_disabled_person_is_out_at_once_and_cannot_come_back()
    {
        using var person = await shared.SignedIn();
        await shared.Gateway.Execute(
            "UPDATE people.users SET state = 'disabled', disabled_at = now() WHERE email_key = @Email", new { person.Email });
        shared.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("SESSION_EXPIRED", (await person.Client.Call(HttpMethod.Get, "/api/auth/me")).Body.Code());
        Assert.Equal("SESSION_EXPIRED", (await Refresh(person, person.RefreshToken)).Code);
        Assert.Equal("LOGIN_FAILED", (await person.TryToSignIn()).Body.Code());
    }

    private static async Task<(HttpStatusCode Status, string Code)> Refresh(Somebody person, string token)
    {
        var (status, body, _) = await person.Post("/api/auth/refresh", new { refreshToken = token });
        return (status, status == HttpStatusCode.OK ? "" : body.Code());
    }

    private Task<int> AuditRows(string action, string objectId) => shared.Gateway.Query<int>(
        "SELECT count(*)::integer FROM audit.rows WHERE merchant_id = '$platform' AND action = @action AND object_id = @objectId",
        new { action, objectId });
}
