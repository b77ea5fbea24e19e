using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Settings;

namespace PaymentGateway.Docs;

/// <summary>Writes the pages. What is printed from a catalogue of the code cannot be out of date.</summary>
internal static class DocsPages
{
    private static readonly DateTimeOffset sampleTime = new(2026, 11, 1, 9, 30, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The order in which somebody new reads; guides that are not named here come after them.</summary>
    private static readonly string[] readingOrder =
    [
        "getting-started", "checkout", "payments", "three-d-secure", "customers", "split-payments", "emi", "bnpl", "account-balance", "mandates", "bank-debits",
        "refunds", "disputes", "people", "mail", "routing", "webhooks", "testing", "test-clocks", "api-conventions", "ledger",
        "operations",
    ];

    public static string Index(IReadOnlyList<Guide> guides)
    {
        var body = new StringBuilder("<h1>PaymentGateway</h1><p>Take payments, keep the books, run it yourself.</p><h2>Guides</h2><ul>");
        var ordinary = guides.Where(guide => !guide.Name.Contains('/', StringComparison.Ordinal));
        foreach (var guide in ordinary.OrderBy(guide => Array.IndexOf(readingOrder, guide.Name) is var place and >= 0 ? place : int.MaxValue))
        {
            AppendLink(body, guide);
        }

        body.Append("</ul><h2>Reference</h2><ul>")
            .Append("<li><a href=\"/docs/api\">Every operation of the API</a>, from <a href=\"/openapi.json\">openapi.json</a></li>")
            .Append("<li><a href=\"/docs/errors\">Error codes</a></li><li><a href=\"/docs/events\">Events</a></li>")
            .Append("<li><a href=\"/docs/settings\">Settings</a></li><li><a href=\"/docs/mails\">What mails look like</a></li>");
        AppendLinks(body, guides, "states/");
        AppendLinks(body.Append("</ul><h2>Decisions</h2><ul>"), guides, "decisions/");
        return Page("Documentation", body.Append("</ul>").ToString());
    }

    public static string Of(Guide guide) => Page(guide.Title, guide.Html);

    public static string NotFound() => Page("Not found", "<h1>Not found</h1><p>There is no such page. <a href=\"/docs\">All pages</a></p>");

    public static string ErrorCodes()
    {
        var body = new StringBuilder("<h1>Error codes</h1><p>Every error has the shape below; "
            + "<code>code</code> is one of this page and never changes its meaning.</p>");
        body.Append(Code(Pretty(Answer.Of(Refusal.Field("amount", "is required"), "req_01kaf5w3v8e7x9qh2m4n6p8r0t").Body)));
        foreach (var group in Errors.All.GroupBy(kind => kind.Status).OrderBy(group => group.Key))
        {
            body.Append(CultureInfo.InvariantCulture, $"<h2>HTTP {group.Key}</h2>");
            foreach (var kind in group)
            {
                body.Append(CultureInfo.InvariantCulture,
                    $"<section id=\"{kind.Code}\"><h3><a href=\"#{kind.Code}\"><code>{kind.Code}</code></a></h3>")
                    .Append(CultureInfo.InvariantCulture, $"<p>{Text(kind.Sentence)}</p><p>{Text(kind.Advice)}</p>")
                    .Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{RetrySentence(kind.Retry)}</p></section>");
            }
        }

        return Page("Error codes", body.ToString());
    }

    public static string EventKinds()
    {
        var body = new StringBuilder("<h1>Events</h1><p>What webhooks tell. <a href=\"/docs/webhooks\">How they are sent and signed</a>.</p>");
        foreach (var kind in EventCatalogue.All)
        {
            body.Append(CultureInfo.InvariantCulture, $"<section id=\"{kind.Name}\"><h2><a href=\"#{kind.Name}\"><code>{kind.Name}</code></a></h2>")
                .Append(CultureInfo.InvariantCulture, $"<p>{Text(kind.Sentence)}</p>")
                .Append("<h3>Sample</h3>").Append(Code(kind.Sample("evt_01kaf5w3v8e7x9qh2m4n6p8r0t", sampleTime).ToJsonString(indented)))
                .Append("<details><summary>JSON Schema</summary>").Append(Code(kind.Schema().ToJsonString(indented))).Append("</details></section>");
        }

        return Page("Events", body.ToString());
    }

    public static string Variables()
    {
        var body = new StringBuilder("<h1>Settings</h1><p>Environment variables, read once at the start. "
            + "One that cannot be read stops the start with its name.</p><dl>");
        foreach (var variable in ServerSettings.Describe())
        {
            body.Append(CultureInfo.InvariantCulture, $"<dt id=\"{variable.Name}\"><code>{variable.Name}</code></dt>")
                .Append(CultureInfo.InvariantCulture,
                    $"<dd>{Text(variable.Meaning)}. <span class=\"note\">Default: {Text(variable.Default)}</span></dd>");
        }

        return Page("Settings", body.Append("</dl>").ToString());
    }

    internal static string Page(string title, string body) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Text(title)} · PaymentGateway</title>
        <link rel="stylesheet" href="/docs/docs.css">
        </head>
        <body>
        <header><nav aria-label="Documentation"><a href="/docs">PaymentGateway</a>
        <a href="/docs/api">API</a> <a href="/docs/errors">Errors</a> <a href="/docs/events">Events</a> <a href="/docs/settings">Settings</a></nav></header>
        <main>{body}</main>
        </body>
        </html>
        """;

    private static void AppendLinks(StringBuilder body, IReadOnlyList<Guide> guides, string folder)
    {
        foreach (var guide in guides.Where(guide => guide.Name.StartsWith(folder, StringComparison.Ordinal)))
        {
            AppendLink(body, guide);
        }
    }

    private static void AppendLink(StringBuilder body, Guide guide) =>
        body.Append(CultureInfo.InvariantCulture, $"<li><a href=\"/docs/{guide.Name}\">{Text(guide.Title)}</a></li>");

    private static string Code(string text) => $"<pre tabindex=\"0\"><code>{Text(text)}</code></pre>";

    private static string Pretty(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, indented);
    }

    private static string RetrySentence(RetryAdvice retry) => retry switch
    {
        RetryAdvice.Never => "The same request will be refused again.",
        RetryAdvice.Later => "The same request may succeed later; keep its Idempotency-Key.",
        _ => "A corrected request, or another payment method, may succeed at once.",
    };

    internal static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
