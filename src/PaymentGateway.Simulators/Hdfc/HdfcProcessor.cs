using System.Text;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using PaymentGateway.Simulators.OpenApi;
using static PaymentGateway.Simulators.Hdfc.HdfcBook;

namespace PaymentGateway.Simulators.Hdfc;

/// <summary>HDFC Bank's SmartGateway, which runs on Juspay: sessions of the payment page, orders, transactions and refunds.</summary>
/// <remarks>
/// No description of it for machines is published: <c>hdfc-smartgateway.json</c> is written after its pages for people. What those leave
/// open, such as captures, settlement reports and limits of calls, is not played.
/// </remarks>
internal sealed class HdfcProcessor : IProcessor
{
    private const string Encrypted = "/v4";

    private readonly Dictionary<string, Func<string, Call, Reply>> operations;
    private readonly Dashboard dashboard;
    private readonly Envelope envelope;
    private readonly Orders orders;
    private readonly Transactions transactions;
    private readonly Refunds refunds;
    private readonly Pages pages;
    private string format = "json";

    public HdfcProcessor(World world)
    {
        dashboard = new(world);
        var book = new HdfcBook(world, dashboard);
        envelope = new(dashboard);
        orders = new(book);
        transactions = new(book);
        refunds = new(book);
        pages = new(book, dashboard, transactions);
        operations = new(StringComparer.Ordinal)
        {
            ["POST /session"] = (merchant, call) => orders.Session(merchant, call.Fields),
            ["POST /orders"] = (merchant, call) => orders.Create(merchant, call.Fields),
            ["GET /orders/{order_id}"] = (merchant, call) => orders.Status(merchant, call["order_id"]),
            ["POST /orders/{order_id}"] = (merchant, call) => orders.Update(merchant, call["order_id"], call.Fields),
            ["POST /order-status"] = (merchant, call) => orders.Status(merchant, Text(call.Fields, "order_id")),
            ["POST /orders/{order_id}/refunds"] = (merchant, call) => refunds.Create(merchant, call["order_id"], call.Fields),
            ["POST /refunds"] = (merchant, call) => refunds.Create(merchant, Text(call.Fields, "order_id"), call.Fields),
            ["POST /txns"] = (merchant, call) => transactions.Pay(merchant, call.Fields, orders),
        };
    }

    public string Name => "hdfc";

    public ApiDescription Description { get; } = ApiDescription.Load("hdfc-smartgateway.json");

    /// <summary>Every operation that it has, as "METHOD template", without the encrypted twins of some.</summary>
    public IEnumerable<string> Played => operations.Keys;

    public void Tick()
    {
        transactions.Tick();
        refunds.Tick();
    }

    // Any key is taken, but one that begins with "wrong" is not known, and one that begins with "forbidden" may do nothing. Encrypted
    // calls have no key: their signature says who calls.
    public Reply? CheckCaller(Call call)
    {
        if (call.Header("x-merchantid") is not { Length: > 0 })
            return HdfcErrors.Unauthenticated("The header x-merchantid is missing.");
        if (IsEncrypted(call))
            return null;
        return ApiKeyOf(call.Header("Authorization")) switch
        {
            null => HdfcErrors.Unauthenticated(),
            var key when key.StartsWith("wrong", StringComparison.Ordinal) => HdfcErrors.Unauthenticated(),
            var key when key.StartsWith("forbidden", StringComparison.Ordinal) => HdfcErrors.Unauthorized(),
            _ => null,
        };
    }

    private static bool IsEncrypted(Call call) => call.Operation!.Template.StartsWith($"{Encrypted}/", StringComparison.Ordinal);

    /// <summary>The key alone, or with a colon and no password behind it.</summary>
    private static string? ApiKeyOf(string? header)
    {
        if (header?.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) != true)
            return null;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length))
            return null;
        var key = Encoding.UTF8.GetString(bytes, 0, length);
        key = key.EndsWith(':') ? key[..^1] : key;
        return key.Length > 0 && !key.Contains(':', StringComparison.Ordinal) ? key : null;
    }

    // Fields that it does not know are ignored.
    public Reply? Refuse(Call call, IReadOnlyList<Violation> violations) =>
        violations.FirstOrDefault(one => one.Kind != ViolationKind.Unknown) switch
        {
            null => null,
            { Kind: ViolationKind.Missing, Path.Length: > 0 } missing => HdfcErrors.Missing(missing.Path),
            { Path.Length: 0 } body => HdfcErrors.Invalid(body.Message),
            var other => HdfcErrors.Invalid($"{other.Path} {other.Message}."),
        };

    public Reply NotFound(Call call) => Description.Knows(call.Path)
        ? HdfcErrors.Of(405, "METHOD_NOT_ALLOWED", $"{call.Method} is not allowed here.")
        : HdfcErrors.NotFound(call.Path);

    public Reply Fail(Call call, int status) => HdfcErrors.Of(status, status == 429 ? "TOO_MANY_REQUESTS" : "INTERNAL_SERVER_ERROR", "Try again later.");

    // There are no keys of requests: an order has its id, and a refund its own.
    public string? IdempotencyKey(Call call) => null;

    public Reply KeyReused(Call call) => throw new NotSupportedException("SmartGateway knows no keys of requests.");

    public Reply KeyInUse(Call call) => throw new NotSupportedException("SmartGateway knows no keys of requests.");

    public Reply Handle(Call call)
    {
        var merchant = call.Header("x-merchantid")!;
        return IsEncrypted(call)
            ? HandleSealed(merchant, call)
            : Formats.In(operations[$"{call.Method} {call.Operation!.Template}"](merchant, call), format);
    }

    /// <summary>What is inside is a plain call, checked as one. A refusal is answered in the open, as the client library expects it.</summary>
    private Reply HandleSealed(string merchant, Call call)
    {
        if (envelope.Open(merchant, call.Fields) is not { } fields)
            return HdfcErrors.Unauthenticated("The envelope cannot be opened, or its signature is not the merchant's.");
        var template = call.Operation!.Template[Encrypted.Length..];
        if (Description.Find("POST", call.Path[Encrypted.Length..]) is { } plain
            && Refuse(call, plain.CheckRequest(Operation.Json, fields, [])) is { } refused)
            return refused;
        var reply = operations[$"POST {template}"](merchant, call with { Body = fields });
        return reply.Status < 300 ? reply with { Json = envelope.Seal(merchant, reply.Json!) } : reply;
    }

    public Reply? Page(Call call) => pages.Serve(call);

    /// <summary>The user and the password of the dashboard; the body is not signed.</summary>
    public IReadOnlyDictionary<string, string> Sign(Webhook webhook, DateTimeOffset signedAt) => new Dictionary<string, string>
    {
        ["Authorization"] = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(webhook.Secret))}",
        ["User-Agent"] = "SmartGateway (simulator)",
    };

    public Reply? Command(string name, JsonObject fields) => name switch
    {
        "dashboard" => dashboard.Set(fields),
        "set_status" => orders.SetStatus(fields),
        "next_refund" => refunds.DecideNext(fields),
        "answer_in" => AnswerIn(Text(fields, "format")),
        _ => null,
    };

    private Reply AnswerIn(string? asked)
    {
        if (asked is null || !Formats.Known.Contains(asked))
            throw new ControlException($"'format' must be one of {string.Join(", ", Formats.Known)}.");
        format = asked;
        return new(200, new JsonObject { ["format"] = format });
    }
}
