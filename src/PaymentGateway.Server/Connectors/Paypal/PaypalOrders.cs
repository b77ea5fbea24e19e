using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Paypal;

/// <summary>
/// The way of an order, which is one charge of ours: opened under our key, given its amount, its way to pay, and then completed.
/// </summary>
/// <remarks>
/// PayPal cannot be asked for an order by anything but its own id. It does repeat its answer to a request with the same
/// PayPal-Request-Id for six hours, and the request that opens an order has nothing in it but our key: so whoever has the key can ask
/// again, and gets the order as it is now. What is opened so cannot be paid before it has been given its amount. Later, PayPal's
/// reports name our key, and by then they are up to date.
/// </remarks>
internal sealed class PaypalOrders(PaypalClient client, TimeProvider clock)
{
    private const string Orders = "/v2/checkout/orders";
    private const string Tokens = "/v3/vault/payment-tokens";
    private const string Setups = "/v3/vault/setup-tokens";
    private const string Unit = "/purchase_units/@reference_id=='default'";

    /// <summary>PayPal repeats its answer for six hours; reports are at most three hours late.</summary>
    private static readonly TimeSpan repeatedFor = TimeSpan.FromHours(5.5);

    private static readonly TimeSpan before = TimeSpan.FromMinutes(5);

    /// <summary>An order that nobody has completed within three days is void.</summary>
    private static readonly TimeSpan after = TimeSpan.FromDays(4);

    private const int PagesMax = 50;

    public static string PathOf(string id) => $"{Orders}/{Uri.EscapeDataString(id)}";

    public async Task<JsonElement> Get(ProcessorAccount account, string id, CancellationToken cancel) =>
        PaypalClient.Expect(await client.Get(account, PathOf(id), cancel));

    /// <summary>The order of the key, new or as it is now. Its amount says nothing yet.</summary>
    public Task<ProcessorReply> Open(ProcessorAccount account, string key, bool captures, CancellationToken cancel) => client.Post(
        account, Orders,
        new JsonObject
        {
            ["intent"] = captures ? "CAPTURE" : "AUTHORIZE",
            ["purchase_units"] = new JsonArray(new JsonObject
            {
                ["reference_id"] = "default",
                ["custom_id"] = key,
                ["amount"] = new JsonObject { ["currency_code"] = "USD", ["value"] = "1.00" },
            }),
        },
        $"{key}-{(captures ? "capture" : "authorize")}", cancel);

    /// <summary>The order by its id, or by our key; null: nobody has begun to pay with one of this key.</summary>
    public async Task<JsonElement?> Find(ProcessorAccount account, string key, string? reference, CancellationToken cancel)
    {
        if (reference is not null)
        {
            return PaypalClient.ExpectIfThere(await client.Get(account, PathOf(reference), cancel));
        }

        if (clock.GetUtcNow() - Id.TimeOf(key) > repeatedFor)
        {
            return await FindInReports(account, key, cancel);
        }

        var (taken, held) = (
            PaypalClient.Expect(await Open(account, key, captures: true, cancel)), PaypalClient.Expect(await Open(account, key, captures: false, cancel)));
        return IsCompleted(taken) ? taken
            : IsCompleted(held) ? held
            : !PaypalMessages.IsUntouched(taken) ? taken
            : !PaypalMessages.IsUntouched(held) ? held
            : null;
    }

    private static bool IsCompleted(JsonElement order) => order.Text("status") == "COMPLETED";

    private async Task<JsonElement?> FindInReports(ProcessorAccount account, string key, CancellationToken cancel)
    {
        var time = Id.TimeOf(key);
        var now = clock.GetUtcNow();
        var until = time + after < now ? time + after : now;
        for (var page = 1; page <= PagesMax; page++)
        {
            var path = $"/v1/reporting/transactions?start_date={Written(time - before)}&end_date={Written(until)}"
                + string.Create(CultureInfo.InvariantCulture, $"&balance_affecting_records_only=N&fields=transaction_info&page_size=500&page={page}");
            var report = PaypalClient.Expect(await client.Get(account, path, cancel));
            foreach (var info in report.Items("transaction_details").Select(detail => detail.At("transaction_info")))
            {
                if (OrderMark.Read(info.Text("custom_field"))?.Key == key)
                {
                    return await OrderOf(account, info, cancel);
                }
            }

            if (page >= (report.Whole("total_pages") ?? 0))
            {
                return null;
            }
        }

        throw new HttpRequestException($"More than {PagesMax} pages.");
    }

    private async Task<JsonElement?> OrderOf(ProcessorAccount account, JsonElement info, CancellationToken cancel)
    {
        var kind = info.Needed("transaction_event_code").StartsWith("T13", StringComparison.Ordinal) ? "authorizations" : "captures";
        var found = PaypalClient.Expect(await client.Get(account, $"/v2/payments/{kind}/{info.Needed("transaction_id")}", cancel));
        return await Get(account, found.Needed("supplementary_data", "related_ids", "order_id"), cancel);
    }

    private static string Written(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Gives an order that was just opened its amount and its way to pay, and completes it where nobody has to agree.</summary>
    public async Task<ConnectorOutcome> Pay(ProcessorAccount account, JsonElement order, AuthorizeCall call, JsonObject amount, CancellationToken cancel)
    {
        var id = order.Needed("id");
        var described = await client.Patch(account, PathOf(id), Described(call, amount), cancel);
        if (!described.IsSuccess)
        {
            return await Refused(account, described, id, call.OffSession, cancel);
        }

        var (source, refused) = await SourceOf(account, call, cancel);
        if (source is null)
        {
            return refused!;
        }

        var body = new JsonObject { ["payment_source"] = source };
        if (call.Instrument is not Instrument.Wallet)
        {
            return await Complete(account, order, body, call.OffSession, cancel);
        }

        var confirmed = await client.Post(account, $"{PathOf(id)}/confirm-payment-source", body, $"confirm-{call.Key}", cancel);
        return confirmed.IsSuccess ? await Advance(account, confirmed.Json, cancel) : await Refused(account, confirmed, id, call.OffSession, cancel);
    }

    private static JsonArray Described(AuthorizeCall call, JsonObject amount)
    {
        var operations = new JsonArray(Operation("replace", "amount", amount));
        if (call.Description is { Length: > 0 } description)
        {
            operations.Add(Operation("add", "description", description.Length <= 127 ? description : description[..127]));
        }

        if (call.StatementDescriptor is { Length: > 0 } descriptor)
        {
            operations.Add(Operation("add", "soft_descriptor", descriptor.Length <= 22 ? descriptor : descriptor[..22]));
        }

        return operations;
    }

    private static JsonObject Operation(string op, string field, JsonNode value) => new() { ["op"] = op, ["path"] = $"{Unit}/{field}", ["value"] = value };

    private async Task<(JsonObject? Source, ConnectorOutcome? Refused)> SourceOf(ProcessorAccount account, AuthorizeCall call, CancellationToken cancel)
    {
        switch (call.Instrument)
        {
            case Instrument.Wallet:
                return (new() { ["paypal"] = new JsonObject { ["experience_context"] = ContextOf(call, isWallet: true) } }, null);
            case Instrument.Card { Token: var token }:
                var kept = await Keep(account, token, $"keep-{call.Key}", cancel);
                return kept.IsSuccess ? (CardOf(call, kept.Json.Needed("id")), null)
                    : PaypalConnector.IsClearNo(kept) ? (null, PaypalMessages.Declined(null, PaypalClient.IssueOf(kept), null))
                    : throw kept.NoAnswer();
            case Instrument.Saved { Of: "card", Reference: { } reference }:
                return (CardOf(call, reference), null);
            default:
                throw new NotSupportedException($"{PaypalConnector.ConnectorName} takes cards and its wallet only, not {call.Instrument.Method}.");
        }
    }

    private static JsonObject ContextOf(AuthorizeCall call, bool isWallet)
    {
        var context = new JsonObject();
        if (call.ReturnUrl is { } url)
        {
            context["return_url"] = url;
            context["cancel_url"] = url;
        }

        if (isWallet)
        {
            context["user_action"] = "PAY_NOW";
            context["shipping_preference"] = "NO_SHIPPING";
            if (call.MerchantName is { Length: > 0 } name)
            {
                context["brand_name"] = name.Length <= 127 ? name : name[..127];
            }
        }

        return context;
    }

    private static JsonObject CardOf(AuthorizeCall call, string vaultId)
    {
        var card = new JsonObject { ["vault_id"] = vaultId };
        if (call.OffSession)
        {
            card["stored_credential"] = new JsonObject { ["payment_initiator"] = "MERCHANT", ["payment_type"] = "UNSCHEDULED", ["usage"] = "SUBSEQUENT" };
        }
        else
        {
            var asks = call.ThreeDSecure?.Wish is AuthenticationWish.Any or AuthenticationWish.Challenge;
            card["attributes"] = new JsonObject { ["verification"] = new JsonObject { ["method"] = asks ? "SCA_ALWAYS" : "SCA_WHEN_REQUIRED" } };
            card["experience_context"] = ContextOf(call, isWallet: false);
        }

        return new() { ["card"] = card };
    }

    /// <summary>The payment token of a browser's token: itself, or what PayPal gives for a setup token that the browser filled in.</summary>
    public async Task<ProcessorReply> Keep(ProcessorAccount account, string token, string key, CancellationToken cancel)
    {
        var known = await client.Get(account, $"{Tokens}/{Uri.EscapeDataString(token)}", cancel);
        return known.Status != HttpStatusCode.NotFound
            ? known
            : await client.Post(account, Tokens, new JsonObject
            {
                ["payment_source"] = new JsonObject { ["token"] = new JsonObject { ["id"] = token, ["type"] = "SETUP_TOKEN" } },
            }, key, cancel);
    }

    /// <summary>A setup token without a card, for a browser to fill in. PayPal Docs, "Save cards with no purchase".</summary>
    public async Task<string> OpenSetup(ProcessorAccount account, CancellationToken cancel)
    {
        var body = new JsonObject { ["payment_source"] = new JsonObject { ["card"] = new JsonObject() } };
        var made = await client.Post(account, Setups, body, Id.New("setup", clock), cancel);
        return PaypalClient.Expect(made).Needed("id");
    }

    /// <summary>A payment token or a setup token; null: there is neither.</summary>
    public async Task<JsonElement?> FindToken(ProcessorAccount account, string token, CancellationToken cancel) =>
        PaypalClient.ExpectIfThere(await client.Get(account, $"{Tokens}/{Uri.EscapeDataString(token)}", cancel))
        ?? PaypalClient.ExpectIfThere(await client.Get(account, $"{Setups}/{Uri.EscapeDataString(token)}", cancel));

    /// <summary>What became of the order; one that its payer has approved is completed, which PayPal leaves to us.</summary>
    public async Task<ConnectorOutcome> Advance(ProcessorAccount account, JsonElement order, CancellationToken cancel)
    {
        if (order.Text("status") != "APPROVED" || PaypalMessages.MarkOf(order) is not { IsClosed: false })
        {
            return PaypalMessages.OutcomeOf(order);
        }

        return PaypalMessages.AuthenticationFaultOf(order) is { } fault
            ? await GiveUp(account, order, fault, cancel)
            : await Complete(account, order, [], offSession: false, cancel);
    }

    private async Task<ConnectorOutcome> Complete(
        ProcessorAccount account, JsonElement order, JsonObject body, bool offSession, CancellationToken cancel)
    {
        var (id, key) = (order.Needed("id"), PaypalMessages.MarkOf(order)!.Value.Key);
        var action = order.Needed("intent") == "CAPTURE" ? "capture" : "authorize";
        var reply = await client.Post(account, $"{PathOf(id)}/{action}", body, $"pay-{key}", cancel);
        return reply.IsSuccess ? PaypalMessages.OutcomeOf(reply.Json) : await Refused(account, reply, id, offSession, cancel);
    }

    /// <summary>
    /// What a refusal means is in what the order is now: paid already, given up meanwhile, or waiting for its payer; else it is given up.
    /// </summary>
    private async Task<ConnectorOutcome> Refused(
        ProcessorAccount account, ProcessorReply reply, string id, bool offSession, CancellationToken cancel)
    {
        if (reply is { Status: HttpStatusCode.TooManyRequests, MayBeDone: false })
        {
            return new ConnectorOutcome.NotCalled("PayPal asked for fewer calls.");
        }

        var issue = PaypalClient.IssueOf(reply);
        if (!PaypalConnector.IsClearNo(reply) && !(issue is not null && PaypalMapping.IsUnclear(issue)))
        {
            throw reply.NoAnswer();
        }

        var now = await Get(account, id, cancel);
        return IsDecided(now) || (!offSession && now.Text("status") == "PAYER_ACTION_REQUIRED") ? PaypalMessages.OutcomeOf(now)
            : PaypalConnector.IsClearNo(reply) ? await GiveUp(account, now, issue!, cancel)
            : throw reply.NoAnswer();
    }

    private static bool IsDecided(JsonElement order) =>
        order.Text("status") is "COMPLETED" or "VOIDED" || PaypalMessages.MarkOf(order) is { IsClosed: true };

    private async Task<ConnectorOutcome> GiveUp(ProcessorAccount account, JsonElement order, string fault, CancellationToken cancel)
    {
        var now = await Close(account, order, fault, cancel);
        return PaypalMessages.OutcomeOf(now);
    }

    /// <summary>
    /// Sees to it that nobody pays with the order any more. PayPal has no cancel: the intent is turned round in the same step as the
    /// mark is set, so that a completion under way is refused by PayPal itself.
    /// </summary>
    /// <returns>The order after that; it may have been completed first.</returns>
    private async Task<JsonElement> Close(ProcessorAccount account, JsonElement order, string? fault, CancellationToken cancel)
    {
        var id = order.Needed("id");
        if (PaypalMessages.MarkOf(order) is not { IsClosed: false, Key: var key })
        {
            return order;
        }

        var operations = new JsonArray(
            new JsonObject { ["op"] = "replace", ["path"] = "/intent", ["value"] = order.Needed("intent") == "CAPTURE" ? "AUTHORIZE" : "CAPTURE" },
            Operation("replace", "custom_id", OrderMark.Of(key, fault)));
        var reply = await client.Patch(account, PathOf(id), operations, cancel);
        var now = await Get(account, id, cancel);
        return IsDecided(now) ? now : throw reply.NoAnswer();
    }

    /// <summary>Releases what is held, or keeps an attempt from being paid; of a key that nobody knows yet, both orders that it can have.</summary>
    public async Task<ConnectorOutcome> Release(ProcessorAccount account, string key, string? reference, CancellationToken cancel)
    {
        var found = await Find(account, key, reference, cancel);
        if (found is { } order)
        {
            return await Release(account, order, cancel);
        }

        if (reference is not null || clock.GetUtcNow() - Id.TimeOf(key) > repeatedFor)
        {
            return new ConnectorOutcome.NotFound();
        }

        ConnectorOutcome outcome = new ConnectorOutcome.NotFound();
        foreach (var captures in new[] { true, false })
        {
            outcome = await Release(account, PaypalClient.Expect(await Open(account, key, captures, cancel)), cancel);
            if (outcome is not ConnectorOutcome.Voided)
            {
                break;
            }
        }

        return outcome;
    }

    private async Task<ConnectorOutcome> Release(ProcessorAccount account, JsonElement order, CancellationToken cancel)
    {
        var now = order.Text("status") is "COMPLETED" or "VOIDED" ? order : await Close(account, order, fault: null, cancel);
        if (PaypalMessages.AuthorizationOf(now) is not { } held || held.Text("status") is not ("CREATED" or "PENDING" or "PARTIALLY_CAPTURED"))
        {
            return PaypalMessages.OutcomeOf(now);
        }

        var reply = await client.Post(
            account, $"/v2/payments/authorizations/{held.Needed("id")}/void", [], $"void-{held.Needed("id")}", cancel);
        return reply.IsSuccess || PaypalConnector.IsClearNo(reply)
            ? PaypalMessages.OutcomeOf(await Get(account, now.Needed("id"), cancel))
            : throw reply.NoAnswer();
    }
}
