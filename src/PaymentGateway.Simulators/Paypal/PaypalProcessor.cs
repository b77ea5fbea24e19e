using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentGateway.Simulators.Engine;
using PaymentGateway.Simulators.OpenApi;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>PayPal's REST APIs as far as payments go: orders, payments, vault, webhooks, disputes, reports.</summary>
internal sealed partial class PaypalProcessor : IProcessor
{
    private readonly Dictionary<string, Func<Call, Reply>> operations;
    private readonly Accounts accounts;
    private readonly CardFields cardFields;
    private readonly Disputes disputes;
    private readonly PaypalBook book;
    private readonly PaypalErrors errors;
    private readonly PaypalPages pages;
    private readonly Orders orders;
    private readonly Payments payments;
    private readonly Refunds refunds;
    private readonly Signer signer;
    private readonly Statement statement;
    private readonly Vault vault;

    /// <summary>Fields that PayPal takes today and that its descriptions of February 2024 do not know.</summary>
    [GeneratedRegex(@"^payment_source\.(card|paypal)\.attributes\.(verification(\..*)?|vault\.usage_pattern)$|^payment_source\.(card|paypal)\.experience_context\.contact_preference$")]
    private static partial Regex Newer { get; }

    public PaypalProcessor(World world)
    {
        book = new PaypalBook(world);
        errors = new PaypalErrors(world.Ids);
        accounts = new Accounts(book);
        signer = new Signer(book);
        statement = new Statement(book, errors);
        var instruments = new Instruments(book, errors);
        vault = new Vault(book, errors, instruments);
        cardFields = new CardFields(vault, errors);
        payments = new Payments(book, errors, statement);
        refunds = new Refunds(book, errors, payments, statement);
        orders = new Orders(book, errors, new Sources(book, errors, instruments, vault), payments);
        disputes = new Disputes(book, errors, statement);
        pages = new PaypalPages(orders, vault);
        operations = Operations(new Notifications(book, errors, signer));
    }

    public string Name => "paypal";

    public ApiDescription Description { get; } = ApiDescription.Load(
        "paypal-orders-v2.json", "paypal-payments-v2.json", "paypal-vault-v3.json", "paypal-webhooks-v1.json", "paypal-disputes-v1.json", "paypal-reporting-v1.json");

    private Dictionary<string, Func<Call, Reply>> Operations(Notifications notifications) => new(StringComparer.Ordinal)
    {
        ["POST /v2/checkout/orders"] = orders.Create,
        ["GET /v2/checkout/orders/{id}"] = orders.Get,
        ["PATCH /v2/checkout/orders/{id}"] = orders.Patch,
        ["POST /v2/checkout/orders/{id}/confirm-payment-source"] = orders.Confirm,
        ["POST /v2/checkout/orders/{id}/authorize"] = orders.Authorize,
        ["POST /v2/checkout/orders/{id}/capture"] = orders.Capture,
        ["GET /v2/payments/authorizations/{authorization_id}"] = payments.GetAuthorization,
        ["POST /v2/payments/authorizations/{authorization_id}/capture"] = payments.CaptureHeld,
        ["POST /v2/payments/authorizations/{authorization_id}/reauthorize"] = payments.Reauthorize,
        ["POST /v2/payments/authorizations/{authorization_id}/void"] = payments.Void,
        ["GET /v2/payments/captures/{capture_id}"] = payments.GetCapture,
        ["POST /v2/payments/captures/{capture_id}/refund"] = refunds.Create,
        ["GET /v2/payments/refunds/{refund_id}"] = refunds.Get,
        ["POST /v3/vault/setup-tokens"] = vault.CreateSetup,
        ["GET /v3/vault/setup-tokens/{id}"] = vault.GetSetup,
        ["POST /v3/vault/payment-tokens"] = vault.CreateToken,
        ["GET /v3/vault/payment-tokens"] = vault.List,
        ["GET /v3/vault/payment-tokens/{id}"] = vault.GetToken,
        ["DELETE /v3/vault/payment-tokens/{id}"] = vault.DeleteToken,
        ["POST /v1/notifications/webhooks"] = notifications.Create,
        ["GET /v1/notifications/webhooks"] = notifications.List,
        ["GET /v1/notifications/webhooks/{webhook_id}"] = notifications.Get,
        ["PATCH /v1/notifications/webhooks/{webhook_id}"] = notifications.Patch,
        ["DELETE /v1/notifications/webhooks/{webhook_id}"] = notifications.Delete,
        ["GET /v1/notifications/webhooks/{webhook_id}/event-types"] = notifications.TypesOf,
        ["GET /v1/notifications/webhooks-event-types"] = Notifications.Types,
        ["GET /v1/notifications/webhooks-events"] = notifications.Events,
        ["GET /v1/notifications/webhooks-events/{event_id}"] = notifications.GetEvent,
        ["POST /v1/notifications/webhooks-events/{event_id}/resend"] = notifications.Resend,
        ["POST /v1/notifications/simulate-event"] = notifications.Simulate,
        ["POST /v1/notifications/verify-webhook-signature"] = notifications.Verify,
        ["GET /v1/customer/disputes"] = disputes.List,
        ["GET /v1/customer/disputes/{id}"] = disputes.Get,
        ["POST /v1/customer/disputes/{id}/provide-evidence"] = disputes.ProvideEvidence,
        ["POST /v1/customer/disputes/{id}/accept-claim"] = disputes.AcceptClaim,
        ["POST /v1/customer/disputes/{id}/adjudicate"] = disputes.Adjudicate,
        ["POST /v1/customer/disputes/{id}/require-evidence"] = disputes.RequireEvidence,
        ["GET /v1/reporting/transactions"] = statement.Transactions,
        ["GET /v1/reporting/balances"] = statement.ListBalances,
    };

    public void Tick()
    {
        orders.Expire();
        payments.Tick();
        refunds.Tick();
        disputes.Tick();
    }

    public Reply? CheckCaller(Call call) => accounts.MayCall(call) ? null : errors.Issue("INVALID_TOKEN");

    /// <summary>Its errors name more issues than the descriptions list, and forms with evidence have more parts.</summary>
    public bool Allows(Call call, Violation violation, bool answer) => answer
        ? violation.Path.StartsWith("details", StringComparison.Ordinal)
        : Newer.IsMatch(violation.Path)
            || (violation is { Kind: ViolationKind.Unknown } && call.ContentType == Operation.Multipart)
            || (violation.Path == "payment_source.token.type" && Text(call.Fields["payment_source"]?["token"], "type") is "SETUP_TOKEN" or "PAYMENT_METHOD_TOKEN");

    // PayPal does not mind fields that it does not know.
    public Reply? Refuse(Call call, IReadOnlyList<Violation> violations)
    {
        var first = violations.FirstOrDefault(one => one.Kind != ViolationKind.Unknown);
        var field = first is null ? "" : $"/{first.Path.Replace('.', '/')}";
        return first?.Kind switch
        {
            null => null,
            ViolationKind.ContentType => errors.Plain(415),
            ViolationKind.Missing => errors.Issue("MISSING_REQUIRED_PARAMETER", field),
            ViolationKind.Enum => errors.Issue("INVALID_PARAMETER_VALUE", field),
            ViolationKind.Length when first.Message.Contains("items", StringComparison.Ordinal) => errors.Issue("INVALID_ARRAY_MAX_ITEMS", field),
            ViolationKind.Length => errors.Issue("INVALID_STRING_LENGTH", field),
            ViolationKind.Type when first.Path.Length == 0 => errors.Issue("MALFORMED_REQUEST_JSON"),
            _ => errors.Issue("INVALID_PARAMETER_SYNTAX", field),
        };
    }

    public Reply NotFound(Call call) => errors.Plain(Description.Knows(call.Path) ? 405 : 404);

    public Reply Fail(Call call, int status) => errors.Fail(status);

    // A key belongs to the call that it came with: another path may use it again.
    public string? IdempotencyKey(Call call) =>
        call.Method == "POST" && call.Header("PayPal-Request-Id") is { Length: > 0 } key && call.Operation!.Template is not "/v1/customer/disputes/{id}/adjudicate"
            ? $"{call.Path} {key}"
            : null;

    // It tells how the thing stands now, not how it stood then.
    public Reply Repeat(Call call, Reply first) => call.Operation!.Template.Split('/') switch
    {
        [_, "v2", "checkout", ..] => orders.Repeated(call, first),
        [_, "v2", "payments", ..] => payments.Repeated(call, first),
        [_, "v3", "vault", ..] => vault.Repeated(call, first),
        _ => first,
    };

    public Reply KeyReused(Call call) => errors.Issue("DUPLICATE_REQUEST_ID");

    public Reply KeyInUse(Call call) => errors.Issue("PREVIOUS_REQUEST_IN_PROGRESS");

    public Reply Handle(Call call)
    {
        if (call.Header("PayPal-Request-Id") is { Length: > 108 })
            return errors.Issue("INVALID_STRING_LENGTH", "PayPal-Request-Id");
        if (Mocked(call) is { } mocked)
            return mocked;
        return operations.TryGetValue($"{call.Method} {call.Operation!.Template}", out var operation)
            ? operation(call)
            : errors.Plain(501, $"This simulator does not do {call.Method} {call.Operation.Template}.");
    }

    // "Negative testing" in PayPal's documentation: any error of Orders and Payments, by a header.
    private Reply? Mocked(Call call)
    {
        if (call.Header("PayPal-Mock-Response") is not { } header || !call.Path.StartsWith("/v2/", StringComparison.Ordinal))
            return null;
        try
        {
            var code = Text(JsonNode.Parse(header), "mock_application_codes");
            return code is null ? errors.Issue("INVALID_PARAMETER_SYNTAX", "PayPal-Mock-Response")
                : code == "INTERNAL_SERVER_ERROR" ? errors.Plain(500)
                : PaypalErrors.Knows(code) ? errors.Issue(code)
                : errors.Issue("INVALID_PARAMETER_VALUE", "PayPal-Mock-Response", code);
        }
        catch (JsonException)
        {
            return errors.Issue("INVALID_PARAMETER_SYNTAX", "PayPal-Mock-Response");
        }
    }

    public Reply? Page(Call call) => accounts.Serve(call) ?? signer.Serve(call) ?? cardFields.Serve(call) ?? pages.Serve(call);

    public IReadOnlyDictionary<string, string> Sign(Webhook webhook, DateTimeOffset signedAt) => signer.Sign(webhook, signedAt);

    public Reply? Command(string name, JsonObject fields) => name switch
    {
        "open_dispute" => disputes.OpenByHand(fields),
        "cancel_dispute" => disputes.CancelByHand(fields),
        "pay_out" => statement.PayOut(),
        "resolve" => Resolve(Text(fields, "id"), Text(fields, "status")),
        "revoke_tokens" => accounts.RevokeTokens(),
        _ => null,
    };

    // What is pending ends by hand: a capture COMPLETED or DECLINED, an authorization CREATED or DENIED, a refund COMPLETED, FAILED or CANCELLED.
    private Reply Resolve(string? id, string? status)
    {
        var (pending, done) = book.Find(Payments.Captures, id) is { } capture ? (capture, status is "COMPLETED" or "DECLINED" && IsPending(capture) && payments.Resolve(capture, status))
            : book.Find(Payments.Authorizations, id) is { } held ? (held, status is "CREATED" or "DENIED" && IsPending(held) && payments.Resolve(held, status))
            : book.Find(Refunds.Kind, id) is { } refund ? (refund, IsPending(refund) && refunds.Resolve(refund, status ?? ""))
            : ((JsonObject?)null, false);
        return done ? new(200, Shown(pending!)) : throw new ControlException("'id' must be that of a pending capture, authorization or refund, and 'status' one that it can become.");
    }

    private static bool IsPending(JsonObject of) => Text(of, "status") == "PENDING";
}
