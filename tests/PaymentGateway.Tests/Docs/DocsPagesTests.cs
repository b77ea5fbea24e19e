using System.Net;
using System.Text.RegularExpressions;
using PaymentGateway.Docs;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Settings;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Docs;

public sealed partial class DocsPagesTests(OpenApiFixture fixture) : IClassFixture<OpenApiFixture>, IDisposable
{
    private readonly HttpClient client = new() { BaseAddress = fixture.Gateway.Address };

    [Fact]
    public async Task Every_link_between_the_pages_leads_somewhere()
    {
        var seen = new HashSet<string>();
        var waiting = new Queue<string>(["/docs"]);
        while (waiting.TryDequeue(out var path))
        {
            if (!seen.Add(path))
            {
                continue;
            }

            Assert.True(seen.Count < 500);
            using var response = await client.GetAsync(path);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path} is {response.StatusCode}");
            if (response.Content.Headers.ContentType?.MediaType == "text/html" && !path.StartsWith("/docs/api", StringComparison.Ordinal))
            {
                var page = await response.Content.ReadAsStringAsync();
                AssertFragments(path, page);
                LinkedPages(page).ToList().ForEach(waiting.Enqueue);
            }
        }

        Assert.Contains("/docs/testing", seen);
        Assert.Contains("/docs/api-conventions", seen);
    }

    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/errors")]
    [InlineData("/docs/events")]
    [InlineData("/docs/settings")]
    [InlineData("/docs/testing")]
    [InlineData("/docs/api/index.html")]
    public async Task No_page_needs_another_host_or_a_script_of_its_own(string path)
    {
        using var response = await client.GetAsync(path);
        var page = await response.Content.ReadAsStringAsync();
        Assert.DoesNotMatch("""<(script|link|img|iframe)[^>]*(src|href)=["'](https?:)?//""", page);
        Assert.DoesNotMatch("<script(?![^>]*src=)", page);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_errors_page_has_every_code_where_an_error_points()
    {
        var page = await client.GetStringAsync("/docs/errors");
        Assert.All(Errors.All, kind => Assert.Contains($"id=\"{kind.Code}\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_events_page_has_every_event_and_the_settings_page_every_variable()
    {
        var events = await client.GetStringAsync("/docs/events");
        Assert.All(EventCatalogue.All, kind => Assert.Contains($"id=\"{kind.Name}\"", events, StringComparison.Ordinal));
        var settings = await client.GetStringAsync("/docs/settings");
        Assert.All(ServerSettings.Describe(), variable => Assert.Contains($"id=\"{variable.Name}\"", settings, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_page_is_404()
    {
        using var response = await client.GetAsync("/docs/no-such-guide");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public void A_guide_links_as_in_the_repository_and_runs_no_html()
    {
        var guide = Guides.Read("decisions/0001-x", "# A `b` c\n\n[x](../payments.md#expiry) [y](0002-y.md) [z](https://a.example/b.md) <script>alert(1)</script>");
        Assert.Contains("href=\"/docs/payments#expiry\"", guide.Html, StringComparison.Ordinal);
        Assert.Contains("href=\"/docs/decisions/0002-y\"", guide.Html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://a.example/b.md\"", guide.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", guide.Html, StringComparison.Ordinal);
    }

    public void Dispose() => client.Dispose();

    private static void AssertFragments(string path, string page)
    {
        foreach (Match link in Fragment().Matches(page))
        {
            Assert.True(page.Contains($"id=\"{link.Groups[1].Value}\"", StringComparison.Ordinal), $"{path} has no {link.Groups[1].Value}");
        }
    }

    private static IEnumerable<string> LinkedPages(string page) =>
        Link().Matches(page).Select(match => match.Groups[1].Value.Split('#')[0]).Where(path => !path.StartsWith("/checkout", StringComparison.Ordinal));

    [GeneratedRegex("href=\"(/[^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("href=\"#([^\"]+)\"")]
    private static partial Regex Fragment();
}
