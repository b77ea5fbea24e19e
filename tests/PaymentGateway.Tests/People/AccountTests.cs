using System.Net;
using System.Text.Json;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.People;

/// <summary>Accounts over HTTP: made, confirmed, changed, given a new password, erased.</summary>
public sealed class AccountTests(PeopleFixture shared) : IClassFixture<PeopleFixture>
{
    [Fact]
    public async Task Somebody_registers_confirms_and_signs_in()
    {
        using var person = shared.Stranger();
        var (status, sent, _) = await person.Register();
        Assert.Equal((HttpStatusCode.Accepted, "confirmation_sent"), (status, sent.Text("status")));
        Assert.Equal((HttpStatusCode.Unauthorized, "LOGIN_FAILED"), Outcome(await person.TryToSignIn()));

        await person.Confirm();
        await person.SignIn();

        var me = await person.Client.GetJson("/api/auth/me");
        Assert.Equal((person.Email, "Some Body", "en"), (me.Text("email"), me.Text("name"), me.Text("language")));
        Assert.Equal(["student"], me.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.False(me.GetProperty("secondFactor").GetBoolean());
    }

    [Fact]
    public async Task A_link_works_once_and_only_the_newest_does()
    {
        using var person = shared.Stranger();
        await person.Register();
        var first = await person.LinkOf("confirm_address");
        await person.Post("/api/auth/resend", new { email = person.Email });
        var second = await person.LinkOf("confirm_address");

        Assert.Equal("LINK_INVALID", (await person.Post("/api/auth/confirm", new { token = first })).Body.Code());
        Assert.Equal("LINK_INVALID", (await person.Post("/api/auth/password/reset", new { token = second, newPassword = "staple by the window" })).Body.Code());
        Assert.Equal(HttpStatusCode.OK, (await person.Post("/api/auth/confirm", new { token = second })).Status);
        Assert.Equal("LINK_INVALID", (await person.Post("/api/auth/confirm", new { token = second })).Body.Code());
        Assert.Equal("LINK_INVALID", (await person.Post("/api/auth/confirm", new { token = "nonsense" })).Body.Code());
    }

    [Fact]
    public async Task A_link_is_followed_once_by_thirty_two_at_once()
    {
        using var person = await shared.Person();
        await person.Post("/api/auth/password/forgot", new { email = person.Email });
        var token = await person.LinkOf("reset_password");
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i =>
            person.Post("/api/auth/password/reset", new { token, newPassword = $"one of many passwords {i}" })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Single(await person.Inbox(), "password_changed");
    }

    [Fact]
    public async Task A_link_ends()
    {
        using var person = shared.Stranger();
        await person.Register();
        var token = await person.LinkOf("confirm_address");
        shared.Clock.Advance(TimeSpan.FromHours(48));
        Assert.Equal("LINK_INVALID", (await person.Post("/api/auth/confirm", new { token })).Body.Code());
    }

    [Fact]
    public async Task Nobody_learns_who_has_an_account()
    {
        using var known = await shared.Person();
        using var unknown = shared.Stranger();
        foreach (var (path, body) in new (string, Func<string, object>)[]
        {
            ("/api/auth/register", email => new { email, password = "another long password", name = "Mallory" }),
            ("/api/auth/resend", email => new { email }),
            ("/api/auth/password/forgot", email => new { email }),
            ("/api/auth/login", email => new { email, password = "another long password" }),
        })
        {
            shared.Clock.Advance(TimeSpan.FromMinutes(10));
            var (left, right) = (await known.Post(path, body(known.Email)), await unknown.Post(path, body("nobody@example.com")));
            Assert.Equal(left.Status, right.Status);
            Assert.Equal(Shape(left.Body), Shape(right.Body));
        }

        Assert.Contains("already_registered", await known.Inbox());
        await known.SignIn();
        Assert.Equal("Some Body", (await known.Client.GetJson("/api/auth/me")).Text("name"));
    }

    [Fact]
    public async Task An_address_has_one_account_however_it_is_written_and_raced()
    {
        using var person = shared.Stranger("Ärger.Meier@Example.com");
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(async i =>
        {
            using var each = shared.Stranger();
            var email = i % 2 == 0 ? "Ärger.Meier@Example.com" : "äRGER.mEIER@eXAMPLE.COM";
            return await each.Post("/api/auth/register", new { email, password = "correct horse battery", name = "Meier" });
        }));
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.Accepted);
        Assert.Equal(1, await shared.Gateway.Query<int>(
            "SELECT count(*)::integer FROM people.users WHERE email_key = 'ärger.meier@example.com'"));
    }

    [Fact]
    public async Task A_new_password_ends_all_other_sessions()
    {
        using var person = await shared.SignedIn();
        var elsewhere = person.RefreshToken;
        await person.SignIn();
        Assert.Equal("LOGIN_FAILED", (await person.Post("/api/auth/password", new { password = "wrong, all wrong", newPassword = "staple by the window" })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await person.Post("/api/auth/password", new { password = person.Password, newPassword = "short" })).Body.Code());
        Assert.Equal(HttpStatusCode.OK, (await person.Post("/api/auth/password", new { password = person.Password, newPassword = "staple by the window" })).Status);

        Assert.Equal("SESSION_EXPIRED", (await person.Post("/api/auth/refresh", new { refreshToken = elsewhere })).Body.Code());
        await person.Refresh();
        Assert.Equal("LOGIN_FAILED", (await person.TryToSignIn()).Body.Code());
        Assert.Equal(HttpStatusCode.OK, (await person.TryToSignIn("staple by the window")).Status);
        Assert.Contains("password_changed", await person.Inbox());
    }

    [Fact]
    public async Task A_forgotten_password_is_set_anew_by_mail()
    {
        using var person = await shared.SignedIn();
        await person.Post("/api/auth/password/forgot", new { email = person.Email.ToUpperInvariant() });
        var token = await person.LinkOf("reset_password");
        Assert.Equal("VALIDATION_FAILED", (await person.Post("/api/auth/password/reset", new { token, newPassword = "aaaaaaaaaaaaaaa" })).Body.Code());
        Assert.Equal(HttpStatusCode.OK, (await person.Post("/api/auth/password/reset", new { token, newPassword = "staple by the window" })).Status);

        Assert.Equal("SESSION_EXPIRED", (await person.Client.Call(HttpMethod.Get, "/api/auth/me")).Body.Code());
        person.Password = "staple by the window";
        await person.SignIn();
    }

    [Fact]
    public async Task Name_and_language_are_changed()
    {
        using var person = await shared.SignedIn();
        var (status, me, _) = await person.Client.Call(HttpMethod.Patch, "/api/auth/me", new { name = "Асха", language = "kk" });
        Assert.Equal((HttpStatusCode.OK, "Асха", "kk"), (status, me.Text("name"), me.Text("language")));
        Assert.Equal("VALIDATION_FAILED", (await person.Client.Call(HttpMethod.Patch, "/api/auth/me", new { language = "xx" })).Body.Code());
        Assert.Equal("UNKNOWN_FIELD", (await person.Client.Call(HttpMethod.Patch, "/api/auth/me", new { roles = new[] { "admin" } })).Body.Code());
    }

    [Fact]
    public async Task An_erased_account_leaves_nothing_personal()
    {
        using var person = await shared.WithFactor();
        var id = await person.Id();
        Assert.Equal("LOGIN_FAILED", (await person.Post("/api/auth/me/erase", new { password = "wrong, all wrong" })).Body.Code());
        Assert.Equal(HttpStatusCode.OK, (await person.Post("/api/auth/me/erase", new { password = person.Password })).Status);

        Assert.Equal("SESSION_EXPIRED", (await person.Client.Call(HttpMethod.Get, "/api/auth/me")).Body.Code());
        Assert.Equal("LOGIN_FAILED", (await person.TryToSignIn()).Body.Code());
        Assert.Empty(await person.Inbox());
        var kept = await shared.Gateway.Query<string>(
            """
            SELECT coalesce((SELECT string_agg(row_to_json(u)::text, '') FROM people.users u WHERE id = @id), '')
                || coalesce((SELECT string_agg(row_to_json(s)::text, '') FROM people.sessions s WHERE user_id = @id), '')
                || coalesce((SELECT string_agg(row_to_json(c)::text, '') FROM people.recovery_codes c WHERE user_id = @id), '')
                || coalesce((SELECT string_agg(row_to_json(r)::text, '') FROM audit.rows r WHERE object_id = @id), '')
            """, new { id });
        Assert.DoesNotContain(person.Email, kept, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Some Body", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("v1.", kept, StringComparison.Ordinal);
        Assert.Contains("\"deleted\"", kept, StringComparison.Ordinal);

        using var again = shared.Stranger(person.Email);
        await again.Register();
        await again.Confirm();
        await again.SignIn();
    }

    [Theory]
    [InlineData("""{ "password": "correct horse battery", "name": "A" }""", "email")]
    [InlineData("""{ "email": "a b@example.com", "password": "correct horse battery", "name": "A" }""", "email")]
    [InlineData("""{ "email": "A <a@example.com>", "password": "correct horse battery", "name": "A" }""", "email")]
    [InlineData("""{ "email": "a@example.com", "password": "short", "name": "A" }""", "password")]
    [InlineData("""{ "email": "a@example.com", "password": "abababababababab", "name": "A" }""", "password")]
    [InlineData("""{ "email": "long.address@example.com", "password": "Long.Address@example.com", "name": "A" }""", "password")]
    [InlineData("""{ "email": "a@example.com", "password": "correct horse battery", "name": " " }""", "name")]
    [InlineData("""{ "email": "a@example.com", "password": "correct horse battery", "name": "A", "language": "de" }""", "language")]
    public async Task What_cannot_be_is_refused_by_name(string body, string field)
    {
        using var person = shared.Stranger();
        var (status, refused, _) = await person.Post("/api/auth/register", JsonDocument.Parse(body).RootElement);
        Assert.Equal((HttpStatusCode.BadRequest, "VALIDATION_FAILED"), (status, refused.Code()));
        Assert.True(refused.GetProperty("error").GetProperty("details").GetProperty("fields").TryGetProperty(field, out _), refused.ToString());
    }

    [Fact]
    public async Task No_audit_row_and_no_mail_says_who_somebody_is_in_clear()
    {
        using var person = await shared.SignedIn("very.personal.address@example.com");
        await person.TryToSignIn("wrong, all wrong");
        var all = await shared.Gateway.Query<string>(
            "SELECT (SELECT string_agg(row_to_json(r)::text, '') FROM audit.rows r) || (SELECT string_agg(row_to_json(m)::text, '') FROM mail.messages m)");
        Assert.DoesNotContain("very.personal", all, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("link_", all, StringComparison.Ordinal);
        Assert.DoesNotContain(Somebody.FirstPassword, all, StringComparison.Ordinal);
    }

    private static (HttpStatusCode, string) Outcome((HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response) answer) =>
        (answer.Status, answer.Body.Code());

    /// <summary>Without what differs in any two answers.</summary>
    private static string Shape(JsonElement body) =>
        body.TryGetProperty("error", out var error) ? $"{error.Text("code")} {error.Text("message")}" : body.ToString();
}
