using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using PaymentGateway.Simulators.OpenApi;
using static PaymentGateway.Simulators.Square.SquareBook;

namespace PaymentGateway.Simulators.Square;

/// <summary>Square's API, as far as payments go: JSON both ways, tokens of its sandbox, keys in the body.</summary>
internal sealed class SquareProcessor : IProcessor
{
    private readonly Dictionary<string, Func<Call, Reply>> operations;
    private readonly SquareBook book;
    private readonly SquareLists lists;
    private readonly Payments payments;
    private readonly Refunds refunds;
    private readonly Disputes disputes;
    private readonly Payouts payouts;
    private readonly OAuth oauth;
    private readonly CardNonces nonces;

    /// <summary>The Web Payments SDK, and the page in its frame.</summary>
    private readonly BrowserFiles library = new("square", new Dictionary<string, string>
    {
        ["/v1/square.js"] = "square.js",
        ["/v1/card"] = "card.html",
        ["/v1/card.js"] = "card.js",
    });

    public SquareProcessor(World world)
    {
        book = new SquareBook(world);
        lists = new SquareLists(book);
        var entries = new Entries(book);
        var locations = new Locations(book);
        nonces = new CardNonces(book);
        var cards = new Cards(book, lists, nonces);
        disputes = new Disputes(book, lists, entries);
        payments = new Payments(book, lists, locations, new Sources(book, nonces), cards, entries, disputes.Meet);
        refunds = new Refunds(book, lists, entries);
        payouts = new Payouts(book, lists);
        oauth = new OAuth(book);
        operations = Operations(locations, new Customers(book, lists), cards, new WebhookSubscriptions(book, lists));
    }

    public string Name => "square";

    public ApiDescription Description { get; } = ApiDescription.Load("square.json");

    /// <summary>Every operation that it has, as "METHOD template".</summary>
    public IEnumerable<string> Played => operations.Keys;

    private Dictionary<string, Func<Call, Reply>> Operations(Locations locations, Customers customers, Cards cards, WebhookSubscriptions subscriptions) => new(StringComparer.Ordinal)
    {
        ["POST /oauth2/token"] = oauth.Obtain,
        ["POST /oauth2/revoke"] = oauth.Revoke,
        ["POST /oauth2/token/status"] = oauth.Status,
        ["GET /v2/payments"] = payments.List,
        ["POST /v2/payments"] = payments.Create,
        ["POST /v2/payments/cancel"] = payments.CancelByKey,
        ["GET /v2/payments/{payment_id}"] = payments.Get,
        ["PUT /v2/payments/{payment_id}"] = payments.Update,
        ["POST /v2/payments/{payment_id}/cancel"] = payments.Cancel,
        ["POST /v2/payments/{payment_id}/complete"] = payments.Complete,
        ["GET /v2/refunds"] = refunds.List,
        ["POST /v2/refunds"] = refunds.Create,
        ["GET /v2/refunds/{refund_id}"] = refunds.Get,
        ["GET /v2/customers"] = customers.List,
        ["POST /v2/customers"] = customers.Create,
        ["POST /v2/customers/search"] = customers.Search,
        ["GET /v2/customers/{customer_id}"] = customers.Get,
        ["PUT /v2/customers/{customer_id}"] = customers.Update,
        ["DELETE /v2/customers/{customer_id}"] = customers.Delete,
        ["GET /v2/cards"] = cards.List,
        ["POST /v2/cards"] = cards.Create,
        ["GET /v2/cards/{card_id}"] = cards.Get,
        ["POST /v2/cards/{card_id}/disable"] = cards.Disable,
        ["GET /v2/disputes"] = disputes.List,
        ["GET /v2/disputes/{dispute_id}"] = disputes.Get,
        ["POST /v2/disputes/{dispute_id}/accept"] = disputes.Accept,
        ["GET /v2/disputes/{dispute_id}/evidence"] = disputes.ListEvidence,
        ["POST /v2/disputes/{dispute_id}/evidence-text"] = disputes.AddText,
        ["POST /v2/disputes/{dispute_id}/evidence-files"] = disputes.AddFile,
        ["POST /v2/disputes/{dispute_id}/submit-evidence"] = disputes.Submit,
        ["GET /v2/payouts"] = payouts.List,
        ["GET /v2/payouts/{payout_id}"] = payouts.Get,
        ["GET /v2/payouts/{payout_id}/payout-entries"] = payouts.ListEntries,
        ["GET /v2/locations"] = _ => locations.List(),
        ["POST /v2/locations"] = locations.Create,
        ["GET /v2/locations/{location_id}"] = locations.Get,
        ["PUT /v2/locations/{location_id}"] = locations.Update,
        ["GET /v2/webhooks/event-types"] = _ => WebhookSubscriptions.ListTypes(),
        ["GET /v2/webhooks/subscriptions"] = subscriptions.List,
        ["POST /v2/webhooks/subscriptions"] = subscriptions.Create,
        ["GET /v2/webhooks/subscriptions/{subscription_id}"] = subscriptions.Get,
        ["PUT /v2/webhooks/subscriptions/{subscription_id}"] = subscriptions.Update,
        ["DELETE /v2/webhooks/subscriptions/{subscription_id}"] = subscriptions.Delete,
        ["POST /v2/webhooks/subscriptions/{subscription_id}/signature-key"] = subscriptions.RotateKey,
        ["POST /v2/webhooks/subscriptions/{subscription_id}/test"] = subscriptions.Test,
    };

    public void Tick()
    {
        foreach (var (what, id) in book.TakeDue())
        {
            switch (what)
            {
                case Payments.HoldEnds: payments.EndHold(id); break;
                case Payments.BankAnswers: payments.HearBank(id); break;
                case Payments.FeeKnown: payments.TellFee(id); break;
                case Refunds.Ends: refunds.End(id); break;
                case Disputes.DeadlinePasses: disputes.PassDeadline(id); break;
                case Payouts.Arrives: payouts.Arrive(id); break;
                default: throw new InvalidDataException($"Nothing called '{what}' can be due.");
            }
        }
    }

    public Reply? CheckCaller(Call call)
    {
        var known = call.Operation!.Template switch
        {
            "/oauth2/token" => true,
            "/oauth2/revoke" => call.Header("Authorization") is { } header && header.StartsWith("Client ", StringComparison.Ordinal) && header.Length > 7,
            _ => OAuth.TokenOf(call)?.StartsWith("EAAA", StringComparison.Ordinal) == true,
        };
        return !known ? SquareErrors.Unauthorized() : CheckVersion(call);
    }

    private static Reply? CheckVersion(Call call) =>
        call.Header("Square-Version") is { } version && !DateOnly.TryParseExact(version, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? SquareErrors.Invalid("INVALID_SQUARE_VERSION_FORMAT", $"`{version}` is not a version: YYYY-MM-DD.")
            : null;

    public Reply? Refuse(Call call, IReadOnlyList<Violation> violations)
    {
        var first = violations[0];
        var field = first.Path.Length == 0 ? null : first.Path;
        return first.Kind switch
        {
            ViolationKind.Missing when field is null => SquareErrors.Invalid("EXPECTED_JSON_BODY", "The request body is not a JSON object."),
            ViolationKind.Missing => SquareErrors.Missing(field!),
            ViolationKind.Unknown => SquareErrors.Invalid(call.Method is "GET" or "DELETE" ? "UNKNOWN_QUERY_PARAMETER" : "UNKNOWN_BODY_PARAMETER", $"`{field}` {first.Message}.", field),
            ViolationKind.ContentType => SquareErrors.Invalid("UNSUPPORTED_MEDIA_TYPE", first.Message, null, 415),
            ViolationKind.Type => SquareErrors.Invalid(Expected(first.Message), $"`{field}` {first.Message}.", field),
            ViolationKind.Enum => SquareErrors.Invalid("INVALID_ENUM_VALUE", $"`{field}` {first.Message}.", field),
            ViolationKind.Length => SquareErrors.Invalid(first.Message.Contains("at least", StringComparison.Ordinal) ? "VALUE_TOO_SHORT" : "VALUE_TOO_LONG", $"`{field}` {first.Message}.", field),
            ViolationKind.Range => SquareErrors.Invalid(first.Message.Contains("at least", StringComparison.Ordinal) ? "VALUE_TOO_LOW" : "VALUE_TOO_HIGH", $"`{field}` {first.Message}.", field),
            ViolationKind.Pattern => SquareErrors.Invalid("VALUE_REGEX_MISMATCH", $"`{field}` {first.Message}.", field),
            _ => SquareErrors.Invalid("BAD_REQUEST", first.Message, field),
        };
    }

    // "must be an integer, not a text" → EXPECTED_INTEGER.
    private static string Expected(string message) => message.Split(' ') is ["must", "be", _, var type, ..] && type.TrimEnd(',') is var named
        && named is "object" or "array" or "integer" or "string" or "boolean" ? $"EXPECTED_{named.ToUpperInvariant()}" : "BAD_REQUEST";

    public Reply NotFound(Call call) => Description.Knows(call.Path)
        ? SquareErrors.Invalid("METHOD_NOT_ALLOWED", $"{call.Method} is not allowed here.", null, 405)
        : SquareErrors.Invalid("NOT_FOUND", "Resource not found.", null, 404);

    public Reply Fail(Call call, int status) => SquareErrors.Fail(status);

    // A key is good for one operation. Canceling by key names the key of another request, and a file is recognized where it is kept.
    public string? IdempotencyKey(Call call) =>
        call.Operation!.Template != "/v2/payments/cancel" && Text(call.Fields, "idempotency_key") is { } key ? $"{call.Method} {call.Operation.Template} {key}" : null;

    public Reply KeyReused(Call call) => SquareErrors.KeyReused();

    public Reply KeyInUse(Call call) => SquareErrors.KeyInUse();

    public Reply Handle(Call call)
    {
        var reply = oauth.Check(call) ?? (operations.TryGetValue($"{call.Method} {call.Operation!.Template}", out var operation)
            ? operation(call)
            : SquareErrors.Invalid("NOT_IMPLEMENTED", $"This simulator does not do {call.Method} {call.Operation.Template}.", null, 501));
        return reply.With("Square-Version", call.Header("Square-Version") ?? ApiVersion);
    }

    public Reply? Page(Call call) => library.Find(call) ?? nonces.Serve(call) ?? oauth.Page(call);

    /// <summary>"Verify and validate an event notification": HMAC-SHA256 of the address and the body; there is no time in it.</summary>
    public IReadOnlyDictionary<string, string> Sign(Webhook webhook, DateTimeOffset signedAt)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(webhook.Url), .. webhook.Body];
        return new Dictionary<string, string>
        {
            ["x-square-hmacsha256-signature"] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(webhook.Secret), signed)),
            ["square-environment"] = "Sandbox",
            ["User-Agent"] = "Square Connect v2 (simulator)",
        };
    }

    public Reply? Command(string name, JsonObject fields) => name switch
    {
        "open_dispute" => disputes.OpenByHand(fields),
        "resolve_dispute" => disputes.Resolve(fields),
        "next_refund" => refunds.DecideNext(fields),
        "pay_out" => payouts.PayOut(fields),
        "lag_lists" => lists.SetLag(fields),
        _ => null,
    };
}
