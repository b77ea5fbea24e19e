using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using PaymentGateway.Simulators.OpenApi;
using static PaymentGateway.Simulators.Stripe.StripeBook;

namespace PaymentGateway.Simulators.Stripe;

/// <summary>Stripe's API, as far as payments go: forms in, JSON out, one host, keys of test mode.</summary>
internal sealed class StripeProcessor : IProcessor
{
    /// <summary>Fields that Stripe takes today and that its description of 2023-08-16 does not know.</summary>
    private static readonly HashSet<string> newer = new(StringComparer.Ordinal)
    {
        "final_capture", "payment_method_options.card.request_multicapture", "payment_method_options.card.request_three_d_secure", "key",
        "automatic_payment_methods.allow_redirects", "allow_redisplay", "payment_method_data.allow_redisplay", "client_secret",
    };

    private readonly Dictionary<string, Func<Call, Reply>> operations;
    private readonly StripeBook book;
    private readonly Charges charges;
    private readonly Disputes disputes;
    private readonly PaymentIntents intents;
    private readonly Payouts payouts;
    private readonly StripePages pages;

    /// <summary>Stripe.js, and the page in its frame.</summary>
    private readonly BrowserFiles library = new("stripe", new Dictionary<string, string>
    {
        ["/v3/"] = "stripe.js",
        ["/v3/card"] = "card.html",
        ["/v3/card.js"] = "card.js",
    });

    public StripeProcessor(World world)
    {
        book = new StripeBook(world);
        var methods = new PaymentMethods(book);
        charges = new Charges(book);
        disputes = new Disputes(book, charges);
        intents = new PaymentIntents(book, methods, charges, disputes);
        payouts = new Payouts(book);
        var setups = new SetupIntents(book, methods);
        pages = new StripePages(book, intents, setups);
        operations = Operations(methods, setups, new WebhookEndpoints(book));
    }

    public string Name => "stripe";

    public bool Allows(Call call, Violation violation, bool answer) => !answer && newer.Contains(violation.Path);

    public ApiDescription Description { get; } = ApiDescription.Load("stripe.json");

    private Dictionary<string, Func<Call, Reply>> Operations(PaymentMethods methods, SetupIntents setups, WebhookEndpoints endpoints) => new(StringComparer.Ordinal)
    {
        ["POST /v1/payment_intents"] = intents.Create,
        ["GET /v1/payment_intents"] = intents.List,
        ["GET /v1/payment_intents/search"] = intents.Search,
        ["GET /v1/payment_intents/{intent}"] = intents.Get,
        ["POST /v1/payment_intents/{intent}"] = intents.Update,
        ["POST /v1/payment_intents/{intent}/confirm"] = intents.Confirm,
        ["POST /v1/payment_intents/{intent}/capture"] = intents.Capture,
        ["POST /v1/payment_intents/{intent}/cancel"] = intents.Cancel,
        ["POST /v1/payment_intents/{intent}/increment_authorization"] = intents.Increment,
        ["POST /v1/setup_intents"] = setups.Create,
        ["GET /v1/setup_intents"] = setups.List,
        ["GET /v1/setup_intents/{intent}"] = setups.Get,
        ["POST /v1/setup_intents/{intent}"] = setups.Update,
        ["POST /v1/setup_intents/{intent}/confirm"] = setups.Confirm,
        ["POST /v1/setup_intents/{intent}/cancel"] = setups.Cancel,
        ["POST /v1/payment_methods"] = methods.Create,
        ["GET /v1/payment_methods"] = methods.List,
        ["GET /v1/payment_methods/{payment_method}"] = methods.Get,
        ["POST /v1/payment_methods/{payment_method}"] = methods.Update,
        ["POST /v1/payment_methods/{payment_method}/attach"] = methods.Attach,
        ["POST /v1/payment_methods/{payment_method}/detach"] = methods.Detach,
        ["POST /v1/customers"] = methods.CreateCustomer,
        ["GET /v1/customers"] = methods.ListCustomers,
        ["GET /v1/customers/{customer}"] = methods.GetCustomer,
        ["POST /v1/customers/{customer}"] = methods.UpdateCustomer,
        ["DELETE /v1/customers/{customer}"] = methods.DeleteCustomer,
        ["GET /v1/customers/{customer}/payment_methods"] = methods.ListOfCustomer,
        ["POST /v1/tokens"] = methods.CreateToken,
        ["GET /v1/tokens/{token}"] = methods.GetToken,
        ["GET /v1/charges"] = charges.List,
        ["GET /v1/charges/{charge}"] = charges.Get,
        ["POST /v1/charges/{charge}"] = charges.Update,
        ["POST /v1/refunds"] = call => charges.Refund(call, methods.CardOf),
        ["GET /v1/refunds"] = charges.ListRefunds,
        ["GET /v1/refunds/{refund}"] = charges.GetRefund,
        ["POST /v1/refunds/{refund}"] = charges.UpdateRefund,
        ["POST /v1/refunds/{refund}/cancel"] = charges.CancelRefund,
        ["GET /v1/disputes"] = disputes.List,
        ["GET /v1/disputes/{dispute}"] = disputes.Get,
        ["POST /v1/disputes/{dispute}"] = disputes.Update,
        ["POST /v1/disputes/{dispute}/close"] = disputes.Close,
        ["GET /v1/balance"] = _ => payouts.Balance(),
        ["GET /v1/balance_transactions"] = payouts.ListLines,
        ["GET /v1/balance_transactions/{id}"] = payouts.GetLine,
        ["GET /v1/payouts"] = payouts.List,
        ["GET /v1/payouts/{payout}"] = payouts.Get,
        ["GET /v1/events"] = endpoints.ListEvents,
        ["GET /v1/events/{id}"] = endpoints.GetEvent,
        ["POST /v1/webhook_endpoints"] = endpoints.Create,
        ["GET /v1/webhook_endpoints"] = endpoints.List,
        ["GET /v1/webhook_endpoints/{webhook_endpoint}"] = endpoints.Get,
        ["POST /v1/webhook_endpoints/{webhook_endpoint}"] = endpoints.Update,
        ["DELETE /v1/webhook_endpoints/{webhook_endpoint}"] = endpoints.Delete,
    };

    public void Tick()
    {
        intents.Expire();
        charges.FinishRefunds();
        disputes.Expire();
    }

    public Reply? CheckCaller(Call call)
    {
        if (StripeKeys.IsSecret(call) || (StripeKeys.IsPublishable(call) && IsForBrowsers(call)))
            return null;
        return StripeKeys.Of(call) is { Length: > 0 } key
            ? StripeErrors.Unauthorized(StripeKeys.IsPublishable(call)
                ? "This API call cannot be made with a publishable API key. Please use a secret API key."
                : $"Invalid API Key provided: {key[..Math.Min(key.Length, 8)]}****")
            : StripeErrors.Unauthorized("You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').");
    }

    private static bool IsForBrowsers(Call call) => $"{call.Method} {call.Operation!.Template}" is
        "POST /v1/tokens" or "POST /v1/payment_methods"
        or "GET /v1/payment_intents/{intent}" or "POST /v1/payment_intents/{intent}/confirm"
        or "GET /v1/setup_intents/{intent}" or "POST /v1/setup_intents/{intent}/confirm";

    public Reply? Refuse(Call call, IReadOnlyList<Violation> violations)
    {
        var first = violations[0];
        return first.Kind switch
        {
            ViolationKind.Unknown => StripeErrors.Invalid($"Received unknown parameter: {Bracketed(first.Path)}", "parameter_unknown", Bracketed(first.Path)),
            ViolationKind.Missing => StripeErrors.Invalid($"Missing required param: {Bracketed(first.Path)}.", "parameter_missing", Bracketed(first.Path)),
            ViolationKind.ContentType => StripeErrors.Invalid($"Invalid request: {first.Message}."),
            _ => StripeErrors.Invalid($"Invalid {Bracketed(first.Path)}: {first.Message}", "parameter_invalid", Bracketed(first.Path)),
        };
    }

    // a.b.c → a[b][c].
    private static string Bracketed(string path) =>
        path.Split('.') is var parts ? parts[0] + string.Concat(parts[1..].Select(part => $"[{part}]")) : path;

    public Reply NotFound(Call call) => StripeErrors.Invalid(
        $"Unrecognized request URL ({call.Method}: {call.Path}).", null, null, Description.Knows(call.Path) ? 405 : 404);

    public Reply Fail(Call call, int status) => StripeErrors.Fail(status);

    public string? IdempotencyKey(Call call) => call.Method == "POST" ? call.Header("Idempotency-Key") : null;

    public Reply KeyReused(Call call) => StripeErrors.KeyReused(IdempotencyKey(call)!);

    public Reply KeyInUse(Call call) => StripeErrors.KeyInUse();

    public Reply Handle(Call call)
    {
        var reply = operations.TryGetValue($"{call.Method} {call.Operation!.Template}", out var operation)
            ? operation(call)
            : StripeErrors.Invalid($"This simulator does not do {call.Method} {call.Operation.Template}.", null, null, 501);
        Expand(reply.Json, call.Fields["expand"] ?? call.Query["expand"]);
        return reply.With("Request-Id", $"req_{book.World.Ids.Next(14)}").With("Stripe-Version", call.Header("Stripe-Version") ?? ApiVersion);
    }

    public Reply? Page(Call call) => library.Find(call) ?? pages.Serve(call);

    // "latest_charge.balance_transaction": each id on the way becomes its object; "data." goes into every item of a list.
    private void Expand(JsonNode? answer, JsonNode? wanted)
    {
        if (answer is not JsonObject root || root.ContainsKey("error"))
            return;
        foreach (var path in (wanted as JsonArray ?? []).Select(one => one!.ToString().Split('.')))
            Expand(root, path);
    }

    private void Expand(JsonNode? at, string[] path)
    {
        if (path.Length == 0 || at is not JsonObject node)
            return;
        if (node[path[0]] is JsonArray items)
        {
            foreach (var item in items)
                Expand(item, path[1..]);
            return;
        }
        if (Text(node, path[0]) is { } id && Kinds.TryGetValue(id.Split('_')[0], out var kind) && book.Find(kind, id) is { } found)
            node[path[0]] = found;
        Expand(node[path[0]], path[1..]);
    }

    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["pi"] = "payment_intent",
        ["ch"] = "charge",
        ["pm"] = "payment_method",
        ["cus"] = "customer",
        ["txn"] = "balance_transaction",
        ["re"] = "refund",
        ["po"] = "payout",
        ["dp"] = "dispute",
        ["seti"] = "setup_intent",
        ["setatt"] = "setup_attempt",
    };

    /// <summary>"Check the webhook signatures" in Stripe's documentation: HMAC-SHA256 of <c>t.body</c> under the whole secret.</summary>
    public IReadOnlyDictionary<string, string> Sign(Webhook webhook, DateTimeOffset signedAt)
    {
        var time = signedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{time}."), .. webhook.Body];
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(webhook.Secret), signed);
        return new Dictionary<string, string> { ["Stripe-Signature"] = $"t={time},v1={Convert.ToHexStringLower(signature)}", ["User-Agent"] = "Stripe/1.0 (simulator)" };
    }

    public Reply? Command(string name, JsonObject fields) => name switch
    {
        "open_dispute" => disputes.OpenByHand(fields),
        "pay_out" => payouts.PayOut(),
        _ => null,
    };
}
