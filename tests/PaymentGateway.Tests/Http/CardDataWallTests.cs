using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentGateway.Monitoring;
using PaymentGateway.Tests.Disputes;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.People;

namespace PaymentGateway.Tests.Http;

/// <summary>One server whose log is kept as it is written.</summary>
public sealed class PouredServer : IAsyncLifetime
{
    private readonly ManualClock clock = new();

    internal KeptLog Log { get; } = new();

    public TestGateway Gateway { get; private set; } = null!;

    internal Somebody Person { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.StartWith(
            services => services.AddSingleton<ILoggerProvider>(Log), clock, ("LOG_LEVEL", "information"), ("TRUSTED_PROXIES", "127.0.0.1/32"));
        Person = new Somebody(Gateway, clock);
        await Person.Register();
        await Person.Confirm();
        await Person.SignIn();
    }

    public async ValueTask DisposeAsync()
    {
        Person.Dispose();
        await Gateway.DisposeAsync();
        Log.Dispose();
    }
}

/// <summary>Every line with its values, its scopes and its exception.</summary>
internal sealed class KeptLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull
    {
        Lines.Enqueue(SecretMask.Apply(TextOf(state)));
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue(SecretMask.Apply($"{formatter(state, exception)} {TextOf(state)} {exception}"));

    public void Dispose()
    {
    }

    private static string TextOf(object? state) => state is IEnumerable<KeyValuePair<string, object?>> values
        ? string.Join(' ', values.Select(value => $"{value.Key}={value.Value}"))
        : $"{state}";
}

public sealed partial class CardDataWallTests(PouredServer server) : IClassFixture<PouredServer>
{
    /// <summary>Bodies that are not refused for what is in them, and why that is right.</summary>
    private static readonly Dictionary<string, string> otherBodies = new()
    {
        ["createToken"] = "takes card numbers: that is what it is for. It keeps none, which is looked for too",
        ["receiveProcessorMessage"] = "a processor's own bytes: without its signature nothing is kept, with it they are sealed",
        ["receiveProcessorMessageOfAccount"] = "as receiveProcessorMessage",
        ["uploadEvidenceFile"] = "a form with a file: poured in the test below",
    };

    private readonly TestGateway gateway = server.Gateway;

    [Fact]
    public async Task A_card_number_in_any_text_of_any_operation_is_refused_and_leaves_no_trace()
    {
        // Some operations take few calls a minute from each.
        var shops = gateway.Shops.Select(gateway.ClientOf).ToList();
        var calls = new ConcurrentDictionary<string, int>();
        using var nobody = new HttpClient { BaseAddress = gateway.Address };
        var poured = new PouredCards(await shops[0].GetJson("/openapi.json"));
        var all = poured.All();
        var faults = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (one, cancel) =>
        {
            // What is not refused must do nothing either: whoever sends it is nobody.
            var client = one.Header == "X-Request-Id" ? nobody
                : one.Path.StartsWith("/api/auth/", StringComparison.Ordinal) || one.Path.StartsWith("/api/admin/jobs", StringComparison.Ordinal)
                    ? server.Person.Client
                    : shops[calls.AddOrUpdate(one.Operation, 0, (_, count) => count + 1) % shops.Count];
            if (await FaultOf(one, client, cancel) is { } fault)
            {
                faults.Enqueue(fault);
            }
        });

        Assert.True(faults.IsEmpty, string.Join('\n', faults));
        Assert.True(all.Count > 800, $"Only {all.Count} places were found.");
        Assert.Subset(otherBodies.Keys.ToHashSet(), poured.WithoutJson);
        Assert.Empty(otherBodies.Keys.Except(all.Select(one => one.Operation)));
        await AssertNoTrace();
        shops.ForEach(shop => shop.Dispose());
    }

    [Fact]
    public async Task Pages_files_and_messages_leave_no_trace_either()
    {
        using var shop = gateway.Client();
        foreach (var number in PouredCards.Digits)
        {
            await shop.PayByCard(await shop.CreateOrder(), number);
        }

        await PourForms(shop);
        await PourFiles(shop);
        using var message = new StringContent("""{"id":"evt_1","card":"4111111111111111"}""", Encoding.UTF8, "application/json");
        using var answer = await shop.PostAsync(new Uri("/api/payments/webhooks/sandbox", UriKind.Relative), message);
        Assert.False(answer.IsSuccessStatusCode);
        await AssertNoTrace();
    }

    [Fact]
    public async Task The_search_finds_what_is_there()
    {
        await gateway.Execute("CREATE TABLE http.spilled (words text, more jsonb, bytes bytea, list text[])");
        await gateway.Execute(
            """INSERT INTO http.spilled VALUES ('a 4111 1111-1111 1111', '{"a":"4111111111111111"}', '4111111111111111', '{4111111111111111}')""");
        var found = await Traces();
        await gateway.Execute("DROP TABLE http.spilled");
        Assert.Equal(["http.spilled.bytes", "http.spilled.list", "http.spilled.more", "http.spilled.words"], found.Order());
    }

    private static async Task<string?> FaultOf(PouredRequest poured, HttpClient client, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(poured.Method, poured.Path);
        request.Content = poured.Body is null ? null : new StringContent(poured.Body.ToJsonString(), Encoding.UTF8, "application/json");
        if (poured.Header is not null)
        {
            request.Headers.TryAddWithoutValidation(poured.Header, poured.Card);
        }

        using var response = await client.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        if (HoldsCard(text) || HoldsCard(response.Headers.ToString()))
        {
            return $"{poured.Operation} {poured.Place}: the answer repeats it";
        }

        // A request id is replaced and not refused: it helps to find the request in the log, whatever it was.
        var mayGoOn = poured.Header == "X-Request-Id" || (poured.IsInBody && otherBodies.ContainsKey(poured.Operation));
        return (int)response.StatusCode >= 500 || (!mayGoOn && (response.StatusCode != HttpStatusCode.BadRequest || CodeOf(text) != "CARD_DATA_REFUSED"))
            ? $"{poured.Operation} {poured.Place}: {(int)response.StatusCode} {text}"
            : null;
    }

    private static string? CodeOf(string text) => JsonNode.Parse(text)?["error"]?["code"]?.GetValue<string>();

    /// <summary>The pages are not in the description of the API: all forms that any of them takes.</summary>
    private async Task PourForms(HttpClient shop)
    {
        var (_, order, _) = await shop.Post("/api/payments/orders", new { amount = 100, currency = "INR" });
        var forms = gateway.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true
                && !endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(forms);
        string[] names = ["method", "vpa", "cardToken", "bankCode", "wallet", "bnplPlanId", "emiTenure", "name", "otp", "answer", "userAgent", "amount",
            "cres", "creq", "threeDSSessionData", "threeDSMethodData", "language", "cvv", "code", "terms", "billing_name", "billing_address", "billing_state",
            "billing_pin", "billing_gstin", "job", "4111111111111111"];
        foreach (var endpoint in forms)
        {
            var path = Placeholder().Replace(endpoint.RoutePattern.RawText!, order.Text("id"));
            foreach (var name in names)
            {
                using var form = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["clientSecret"] = order.Text("clientSecret"),
                    ["method"] = "upi",
                    [name] = "4242 4242 4242 4242",
                });
                using var answer = await shop.PostAsync(new Uri(path, UriKind.RelativeOrAbsolute), form);
                Assert.True(answer.StatusCode != HttpStatusCode.InternalServerError, $"{path} {name}: {answer.StatusCode}");
                Assert.False(HoldsCard(await answer.Content.ReadAsStringAsync()), $"{path} {name} shows it");
            }
        }
    }

    private static async Task PourFiles(HttpClient shop)
    {
        byte[] pdf = [.. "%PDF-1.7\n1 0 obj\n<< /Title (Card 4111 1111 1111 1111) >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"u8];
        foreach (var (content, name, purpose) in ((byte[], string, string)[])
            [(pdf, "a.pdf", "other"), (DisputeCalls.Pdf, "4111-1111-1111-1111.pdf", "other"), (DisputeCalls.Pdf, "a.pdf", "4111111111111111")])
        {
            using var file = new ByteArrayContent(content);
            file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
            using var word = new StringContent(purpose);
            using var form = new MultipartFormDataContent { { file, "file", name }, { word, "purpose" } };
            using var answer = await shop.PostAsync(new Uri("/api/payments/disputes/dp_01kaf5w3v8e7x9qh2m4n6p8r0t/evidence-files", UriKind.Relative), form);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.False(HoldsCard(await answer.Content.ReadAsStringAsync()));
        }
    }

    private async Task AssertNoTrace()
    {
        Assert.Empty(await Traces());
        Assert.NotEmpty(server.Log.Lines);
        Assert.DoesNotContain(server.Log.Lines, line => HoldsCard(line));
    }

    /// <summary>Every column of every table that can hold text or bytes, and holds one of the numbers.</summary>
    private async Task<string[]> Traces()
    {
        var columns = await gateway.Query<string[]>(
            """
            SELECT array_agg(format(
                'SELECT %L AS place WHERE EXISTS (SELECT FROM %I.%I WHERE regexp_replace(%s, ''[ -]'', '''', ''g'') ~ @digits)',
                format('%s.%s.%s', n.nspname, c.relname, a.attname), n.nspname, c.relname,
                CASE WHEN a.atttypid = 'bytea'::regtype THEN format('encode(%I, ''escape'')', a.attname) ELSE format('%I::text', a.attname) END))
            FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
            JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
            JOIN pg_type t ON t.oid = a.atttypid
            WHERE a.attnum > 0 AND NOT a.attisdropped
                AND coalesce(nullif(t.typelem, 0), t.oid) IN ('text'::regtype, 'varchar'::regtype, 'json'::regtype, 'jsonb'::regtype, 'bytea'::regtype)
            """);
        Assert.True(columns.Length > 300, $"Only {columns.Length} columns were found.");
        return await gateway.Query<string[]>(
            $"SELECT coalesce(array_agg(place), '{{}}') FROM ({string.Join("\nUNION ALL\n", columns)}) AS found", new { digits = string.Join('|', PouredCards.Digits) });
    }

    private static bool HoldsCard(string text)
    {
        var plain = text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return PouredCards.Digits.Any(digits => plain.Contains(digits, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Placeholder();
}
