using System.Net;
using System.Text.RegularExpressions;
using PaymentGateway.Jobs;
using PaymentGateway.People.Pages;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.People;

namespace PaymentGateway.Tests.People.Pages;

/// <summary>The pages without a browser: what is refused, what is kept, where one is led.</summary>
public sealed partial class AccountPageTests(PeopleFixture shared) : IClassFixture<PeopleFixture>
{
    [Theory]
    [InlineData("/account/courses?x=1", "/account/courses?x=1")]
    [InlineData("//evil.example", "/account")]
    [InlineData("/\\evil.example", "/account")]
    [InlineData("/a\\b", "/account")]
    [InlineData("/\t/evil.example", "/account")]
    [InlineData("https://evil.example", "/account")]
    [InlineData("", "/account")]
    [InlineData("/", "/account")]
    public void One_is_led_to_a_page_of_this_server_only(string then, string path) => Assert.Equal(path, AccountPaths.Local(then));

    [Fact]
    public async Task A_form_without_its_token_does_nothing()
    {
        using var person = await shared.Person();
        using var browser = Browser();
        var (status, page) = await Post(browser, "/account/sign-in", ("email", person.Email), ("password", person.Password));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("This page was open too long", page, StringComparison.Ordinal);
        Assert.DoesNotContain("pg_session", Cookies(browser), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_typed_is_kept_but_for_passwords_and_nothing_is_a_tag()
    {
        using var browser = Browser();
        var (status, page) = await Send(browser, "/account/register", ("email", "no address"), ("name", "<b>Eve</b>"), ("password", "short, but mine"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("value=\"no address\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"&lt;b&gt;Eve&lt;/b&gt;\"", page, StringComparison.Ordinal);
        Assert.Contains("This is not an e-mail address.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("short, but mine", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_is_led_there_and_back()
    {
        using var person = await shared.Person();
        using var browser = Browser();
        using var first = await browser.GetAsync(new Uri("/account/second-factor", UriKind.Relative));
        Assert.Equal((HttpStatusCode.SeeOther, "/account/sign-in?then=%2Faccount%2Fsecond-factor"), (first.StatusCode, first.Headers.Location?.ToString()));
        Assert.Contains("default-src 'none'", first.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        var (status, location) = await Led(browser, "/account/sign-in",
            ("email", person.Email), ("password", person.Password), ("then", "/account/second-factor"));
        Assert.Equal((HttpStatusCode.SeeOther, "/account/second-factor"), (status, location));
        using var there = await browser.GetAsync(new Uri(location!, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, there.StatusCode);
    }

    [Fact]
    public async Task The_password_is_asked_once_and_the_ticket_holds_five_minutes()
    {
        using var person = await shared.WithFactor();
        using var browser = Browser();
        var (_, page) = await Send(browser, "/account/sign-in", ("email", person.Email), ("password", person.Password));
        var ticket = Ticket().Match(page).Groups[1].Value;
        Assert.NotEqual("", ticket);
        Assert.DoesNotContain(person.Password, page, StringComparison.Ordinal);

        var (wrong, again) = await Send(browser, "/account/sign-in", ("ticket", ticket), ("code", person.WrongCode()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong);
        Assert.Contains("The code is wrong or was used.", again, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.SeeOther, "/account"), await Led(browser, "/account/sign-in", ("ticket", ticket), ("code", person.NextCode())));

        using var late = Browser();
        (_, page) = await Send(late, "/account/sign-in", ("email", person.Email), ("password", person.Password));
        shared.Clock.Advance(TimeSpan.FromMinutes(5));
        var (tooLate, _) = await Send(late, "/account/sign-in", ("ticket", Ticket().Match(page).Groups[1].Value), ("code", person.NextCode()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooLate);
    }

    [Fact]
    public async Task A_page_session_cannot_be_refreshed_and_ends_everywhere_when_the_person_says_so()
    {
        using var person = await shared.Person();
        using var browser = Browser();
        await Led(browser, "/account/sign-in", ("email", person.Email), ("password", person.Password));
        var token = SessionCookie().Match(Cookies(browser)).Groups[1].Value;
        Assert.StartsWith("ps_", token, StringComparison.Ordinal);
        Assert.Equal("SESSION_EXPIRED", (await person.Post("/api/auth/refresh", new { refreshToken = token })).Body.Code());

        using var other = Browser();
        await Led(other, "/account/sign-in", ("email", person.Email), ("password", person.Password));
        Assert.Contains("last used", await other.GetStringAsync(new Uri("/account", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.SeeOther, "/account/sign-in?done=signed-out"), await Led(other, "/account/sign-out-everywhere"));
        using var ended = await browser.GetAsync(new Uri("/account", UriKind.Relative));
        Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
    }

    [Fact]
    public async Task A_session_that_is_used_goes_on_and_one_that_is_not_ends_after_two_weeks()
    {
        using var person = await shared.Person();
        using var browser = Browser();
        await Led(browser, "/account/sign-in", ("email", person.Email), ("password", person.Password));
        for (var week = 0; week < 3; week++)
        {
            shared.Clock.Advance(TimeSpan.FromDays(7));
            using var used = await browser.GetAsync(new Uri("/account", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, used.StatusCode);
        }

        shared.Clock.Advance(TimeSpan.FromDays(14) + TimeSpan.FromSeconds(1));
        using var over = await browser.GetAsync(new Uri("/account", UriKind.Relative));
        Assert.Equal(HttpStatusCode.SeeOther, over.StatusCode);
    }

    [Fact]
    public async Task The_password_is_changed_the_account_is_deleted_and_both_ask_for_the_password()
    {
        using var person = await shared.Person();
        using var browser = Browser();
        await Led(browser, "/account/sign-in", ("email", person.Email), ("password", person.Password));
        var (wrong, page) = await Send(browser, "/account/password", ("password", "wrong, all wrong"), ("newPassword", "staple by the window"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong);
        Assert.Contains("Address or password is wrong", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther,
            (await Led(browser, "/account/password", ("password", person.Password), ("newPassword", "staple by the window"))).Status);

        var (stays, _) = await Send(browser, "/account/delete", ("deletePassword", person.Password));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, stays);
        Assert.Equal((HttpStatusCode.SeeOther, "/account/sign-in?done=deleted"),
            await Led(browser, "/account/delete", ("deletePassword", "staple by the window")));
        Assert.Equal(0, await shared.Gateway.Query<int>("SELECT count(*)::integer FROM people.users WHERE email_key = @Email", new { person.Email }));
    }

    [Fact]
    public async Task Administrators_see_the_jobs_and_run_one_now_and_nobody_else_does()
    {
        using var admin = await shared.WithFactor();
        using var browser = Browser();
        using var nobody = await browser.GetAsync(new Uri("/account/jobs", UriKind.Relative));
        Assert.Equal("/account/sign-in?then=%2Faccount%2Fjobs", nobody.Headers.Location?.ToString());
        var (_, asked) = await Send(browser, "/account/sign-in", ("email", admin.Email), ("password", admin.Password));
        await Led(browser, "/account/sign-in", ("ticket", Ticket().Match(asked).Groups[1].Value), ("code", admin.NextCode()));
        using var denied = await browser.GetAsync(new Uri("/account/jobs", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Send(browser, "/account/jobs", ("job", "forget-people"))).Status);
        await shared.Gateway.Execute("UPDATE people.users SET platform_roles = '{admin}' WHERE email_key = @Email", new { admin.Email });
        shared.Clock.Advance(TimeSpan.FromSeconds(5));

        var page = await browser.GetStringAsync(new Uri("/account/jobs", UriKind.Relative));
        Assert.Contains("<h2 id=\"job-expire-course-sessions\">", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/account/jobs\"", await browser.GetStringAsync(new Uri("/account", UriKind.Relative)), StringComparison.Ordinal);
        var (foreign, _) = await Post(browser, "/account/jobs", ("job", "forget-people"));
        var (unknown, _) = await Send(browser, "/account/jobs", ("job", "nothing"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity, 0L), (foreign, unknown, await Runs()));

        Assert.Equal((HttpStatusCode.SeeOther, "/account/jobs?done=asked"), await Led(browser, "/account/jobs", ("job", "forget-people")));
        Assert.Equal(1, await Runs());
        await shared.Gateway.Get<JobRunner>().RunOnce(CancellationToken.None);
        Assert.Contains("· succeeded ·", await browser.GetStringAsync(new Uri("/account/jobs", UriKind.Relative)), StringComparison.Ordinal);

        async Task<long> Runs() => await shared.Gateway.Query<long>("SELECT count(*) FROM jobs.runs WHERE job = 'forget-people' AND requested_by = @id", new { id = await admin.Id() });
    }

    private static int browsers;

    private HttpClient Browser()
    {
        var handler = new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        var browser = new HttpClient(handler) { BaseAddress = shared.Gateway.Address };
        browser.DefaultRequestHeaders.Add("X-Forwarded-For", $"10.3.0.{Interlocked.Increment(ref browsers) % 250}");
        jars[browser] = handler.CookieContainer;
        return browser;
    }

    private readonly Dictionary<HttpClient, CookieContainer> jars = [];

    private string Cookies(HttpClient browser) => jars[browser].GetCookieHeader(shared.Gateway.Address);

    /// <summary>As a browser does: the form with the token that its page has.</summary>
    private static async Task<(HttpStatusCode Status, string Page)> Send(HttpClient browser, string path, params (string Name, string Value)[] fields)
    {
        using var response = await SendForm(browser, path, fields);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<(HttpStatusCode Status, string? Location)> Led(HttpClient browser, string path, params (string Name, string Value)[] fields)
    {
        using var response = await SendForm(browser, path, fields);
        return (response.StatusCode, response.Headers.Location?.ToString());
    }

    private static async Task<HttpResponseMessage> SendForm(HttpClient browser, string path, (string Name, string Value)[] fields)
    {
        var page = await browser.GetStringAsync(new Uri("/account/register", UriKind.Relative));
        using var form = Form([("csrf", CsrfField().Match(page).Groups[1].Value), .. fields]);
        return await browser.PostAsync(new Uri(path, UriKind.Relative), form);
    }

    private static async Task<(HttpStatusCode, string)> Post(HttpClient browser, string path, params (string Name, string Value)[] fields)
    {
        using var form = Form(fields);
        using var response = await browser.PostAsync(new Uri(path, UriKind.Relative), form);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static FormUrlEncodedContent Form(IEnumerable<(string Name, string Value)> fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    [GeneratedRegex("name=\"csrf\" value=\"([^\"]+)\"")]
    private static partial Regex CsrfField();

    [GeneratedRegex("name=\"ticket\" value=\"([^\"]+)\"")]
    private static partial Regex Ticket();

    [GeneratedRegex("pg_session=([^;]+)")]
    private static partial Regex SessionCookie();
}
