using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Paypal;

/// <summary>PayPal, by orders: wallet and kept cards. How an order is found by our key, and what surprises: see the README here.</summary>
internal sealed class PaypalConnector(PaypalClient client, PaypalTokens tokens, PaypalSignatures signatures, PaypalOrders orders)
    : IConnector, IAccountConnector, ICardFormConnector, IMessageConnector, IDisputeDesk, ISetupConnector, ISettlementSource
{
    public const string ConnectorName = "paypal";
    public const string WalletName = "paypal";
    public const string ClientId = "clientId";
    public const string ClientSecret = "clientSecret";
    private const string WebhookId = "webhookId";
    private const string CardFields = "cardFields";

    private const int NoteLengthMax = 1900;
    private static readonly TimeSpan reportMax = TimeSpan.FromDays(31);

    private static readonly FrozenSet<string> card = FrozenSet.ToFrozenSet(["card"]);
    private static readonly TimeSpan valid = TimeSpan.FromDays(29);

    private readonly PaypalSetups setups = new(client);

    public string Name => ConnectorName;

    public ConnectorCapabilities Capabilities { get; } = new(
        FrozenSet.ToFrozenSet(["card", "wallet"]), PaypalMapping.Currencies, FrozenSet.ToFrozenSet([Mode.Test, Mode.Live]),
        NotFoundFinalAfter: TimeSpan.FromMinutes(4), Wallets: new Dictionary<string, string> { [WalletName] = "PayPal" },
        Refunds: new(new Dictionary<string, int> { ["wallet"] = 5 }, DaysOtherwise: 10, CanCancel: false),
        Holds: new(PartialCapture: true, SeveralCaptures: true, Increments: false,
            new Dictionary<string, TimeSpan> { ["card"] = valid, ["wallet"] = valid }),
        Saves: new(card, Setups: card), Disputes: new(Evidence: true, Acceptance: true), NetworkTransactionIds: true);

    public IReadOnlyList<AccountField> AccountFields { get; } =
    [
        new(ClientId, "The client id of your app, under Apps & Credentials.", IsSecret: false, IsRequired: true, Word),
        new(ClientSecret, "The secret of the same app.", IsSecret: true, IsRequired: true, Word),
        new(WebhookId, "The id of the webhook that sends to webhookUrl, as the app shows it.", IsSecret: false, IsRequired: false,
            (id, _) => id.All(char.IsAsciiLetterOrDigit) ? null : "must be letters and digits"),
        new(CardFields, "true, when PayPal lets the account take cards and use its vault: then the checkout shows its card fields.",
            IsSecret: false, IsRequired: false, (value, _) => value == "true" ? null : "must be true, or be taken out"),
    ];

    private static string? Word(string value, Mode mode) =>
        value.All(c => char.IsAscii(c) && !char.IsControl(c) && c is not (' ' or ':')) ? null : "must have no spaces and no colon";

    /// <summary>PayPal's Card Fields fill in a setup token, which this connector takes as a card. Not every account may use them.</summary>
    public CardForm? CardFormOf(ProcessorAccount account) => account[CardFields] == "true"
        ? PaypalCardForm.Of(client.AddressOf(account), account.Tenant.Mode, account[ClientId]!)
        : null;

    public async Task<string> OpenCardSession(Tenant tenant, CancellationToken cancel) =>
        await orders.OpenSetup(await client.AccountOf(tenant), cancel);

    public async Task<ConnectionTest> TestConnection(ProcessorAccount account, CancellationToken cancel) =>
        await tokens.TryAsk(account, cancel) is not null
            ? new(true, "PayPal takes the client id and the secret.")
            : new(false, "PayPal does not know the client id, or the secret is another one's.");

    public async Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (PaypalMapping.AmountOf(call.Amount) is not { } amount)
        {
            return Rejected($"PayPal takes amounts in {call.Amount.Currency.Code} only without decimals.", "DECIMALS_NOT_SUPPORTED");
        }

        if (call is { OffSession: true, Instrument: Instrument.Wallet })
        {
            return PaypalMessages.Declined(null, "PAYER_ACTION_REQUIRED", null);
        }

        var made = await orders.Open(account, call.Key, call.Capture, cancel);
        if (!made.IsSuccess)
        {
            return Refused(made);
        }

        return PaypalMessages.IsUntouched(made.Json)
            ? await orders.Pay(account, made.Json, call, amount, cancel)
            : await orders.Advance(account, made.Json, cancel);
    }

    public async Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (await orders.Find(account, call.ChargeKey, call.Reference, cancel) is not { } order
            || PaypalMessages.AuthorizationOf(order)?.Needed("id") is not { } held)
        {
            return new ConnectorOutcome.NotFound();
        }

        if (PaypalMapping.AmountOf(call.Amount) is not { } amount)
        {
            return Rejected($"PayPal takes amounts in {call.Amount.Currency.Code} only without decimals.", "DECIMALS_NOT_SUPPORTED");
        }

        var body = new JsonObject { ["amount"] = amount, ["final_capture"] = call.IsFinal, ["invoice_id"] = call.Key };
        var reply = await client.Post(account, $"/v2/payments/authorizations/{held}/capture", body, call.Key, cancel);
        if (!reply.IsSuccess && !IsClearNo(reply) && !PaypalMapping.IsUnclear(PaypalClient.IssueOf(reply)))
        {
            throw reply.NoAnswer();
        }

        // The order says it either way: a refusal may be of a repeat.
        var now = await orders.Get(account, order.Needed("id"), cancel);
        return PaypalMessages.OutcomeOfCapture(now, call.Key) is not ConnectorOutcome.NotFound and var done ? done
            : IsClearNo(reply) ? PaypalMessages.Declined(now.Needed("id"), PaypalClient.IssueOf(reply), null)
            : throw reply.NoAnswer();
    }

    public Task<ConnectorOutcome> Increment(FollowUpCall call, CancellationToken cancel) =>
        throw new NotSupportedException($"{Name} declares no increments.");

    public async Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        return await orders.Release(account, call.ChargeKey, call.Reference, cancel);
    }

    public async Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (await orders.Find(account, call.ChargeKey, call.Reference, cancel) is not { } order)
        {
            return new ConnectorOutcome.NotFound();
        }

        return call.OperationKey is { } key ? PaypalMessages.OutcomeOfCapture(order, key) : await orders.Advance(account, order, cancel);
    }

    public async Task<MethodSummary?> FindCard(Tenant tenant, string token, CancellationToken cancel) =>
        await orders.FindToken(await client.AccountOf(tenant), token, cancel) is { } found ? SummaryOf(found) : null;

    public async Task<MethodPreview?> Preview(Tenant tenant, SaveSource source, CancellationToken cancel) =>
        source is SaveSource.OfCard { Token: var token } && await FindCard(tenant, token, cancel) is { } summary ? new(summary, Fingerprint: null) : null;

    private static MethodSummary? SummaryOf(JsonElement token) =>
        token.Text("payment_source", "card", "last_digits") is null ? null : PaypalMessages.SummaryOf(token.At("payment_source"));

    public async Task<SaveOutcome> Save(SaveCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (call.Source is SaveSource.OfCharge { ChargeKey: var key })
        {
            return await orders.Find(account, key, reference: null, cancel) is { } order
                && order.Text("payment_source", "card", "attributes", "vault", "id") is { } kept
                ? new SaveOutcome.Saved(kept, PaypalMessages.SummaryOf(order.At("payment_source")), Fingerprint: null)
                : new SaveOutcome.Declined(Errors.InvalidToken.Code, "PayPal did not keep the card of this payment.");
        }

        if (call.Source is SaveSource.OfSetup setup)
        {
            return await setups.FindKept(account, setup.Key, cancel) is { } ready
                ? new SaveOutcome.Saved(ready.Needed("id"), PaypalMessages.SummaryOf(ready.At("payment_source")), Fingerprint: null)
                : new SaveOutcome.Declined(Errors.InvalidToken.Code, "PayPal did not keep the card of this set-up.");
        }

        var token = call.Source is SaveSource.OfCard { Token: var given } ? given : throw new NotSupportedException($"{Name} keeps cards only.");
        var reply = await orders.Keep(account, token, $"save-{call.Key}", cancel);
        return reply switch
        {
            { IsSuccess: true } when SummaryOf(reply.Json) is { } summary => new SaveOutcome.Saved(reply.Json.Needed("id"), summary, Fingerprint: null),
            _ when IsClearNo(reply) => new SaveOutcome.Declined(Errors.InvalidToken.Code, Errors.InvalidToken.Sentence),
            _ => throw reply.NoAnswer(),
        };
    }

    public async Task<ConnectorOutcome> Setup(SetupCall call, CancellationToken cancel) =>
        await setups.Begin(await client.AccountOf(call.Tenant), call, cancel);

    public async Task<ConnectorOutcome> SetupStatus(SetupStatusCall call, CancellationToken cancel) =>
        await setups.Status(await client.AccountOf(call.Tenant), call, cancel);

    public async Task<ConnectorOutcome> CancelSetup(SetupStatusCall call, CancellationToken cancel) =>
        await setups.Cancel(await client.AccountOf(call.Tenant), call, cancel);

    /// <summary>One whose answer never came is not known by any name: it stays in the vault, where nothing uses it.</summary>
    public async Task<SaveOutcome> Forget(ForgetCall call, CancellationToken cancel)
    {
        if (call.Source is SaveSource.OfSetup setup)
        {
            await CancelSetup(new(call.Tenant, setup.Key, setup.Reference), cancel);
        }

        if (call.Reference is { } id)
        {
            PaypalClient.ExpectIfThere(await client.Delete(
                await client.AccountOf(call.Tenant), $"/v3/vault/payment-tokens/{Uri.EscapeDataString(id)}", cancel));
        }

        return new SaveOutcome.Forgotten();
    }

    public async Task<RefundOutcome> Refund(RefundCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (await orders.Find(account, call.ChargeKey, call.ChargeReference, cancel) is not { } order)
        {
            return new RefundOutcome.NotFound();
        }

        // A repeat must not look for another capture with enough left: the first one has less since.
        if (RefundIn(order, call.Key) is { } done)
        {
            return PaypalMessages.RefundOf(done);
        }

        if (PaypalMapping.AmountOf(call.Amount) is not { } amount || PaypalMessages.CaptureWith(order, call.Amount) is not { } capture)
        {
            return new RefundOutcome.Failed(
                null, Errors.RefundDeclined.Code, "PayPal refunds each capture by itself, and none of this payment has so much left.", "NO_SUCH_CAPTURE");
        }

        var reply = await client.Post(
            account, $"/v2/payments/captures/{capture}/refund", new JsonObject { ["amount"] = amount, ["custom_id"] = call.Key }, call.Key, cancel);
        return reply switch
        {
            { IsSuccess: true } => PaypalMessages.RefundOf(reply.Json),
            { Status: HttpStatusCode.TooManyRequests, MayBeDone: false } => new RefundOutcome.NotCalled("PayPal asked for fewer calls."),
            _ when IsClearNo(reply) => new RefundOutcome.Failed(
                null, Errors.RefundDeclined.Code, "PayPal refused the refund.", PaypalClient.IssueOf(reply)),
            _ => throw reply.NoAnswer(),
        };
    }

    private static JsonElement? RefundIn(JsonElement order, string key) =>
        PaypalMessages.RefundsOf(order).FirstOrDefault(refund => refund.Text("custom_id") == key) is { ValueKind: JsonValueKind.Object } found ? found : null;

    public Task<RefundOutcome> CancelRefund(RefundStatusCall call, CancellationToken cancel) =>
        throw new NotSupportedException($"{Name} declares that no refund can be taken back.");

    public async Task<RefundOutcome> RefundStatus(RefundStatusCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        var found = call.Reference is { } reference
            ? PaypalClient.ExpectIfThere(await client.Get(account, $"/v2/payments/refunds/{reference}", cancel))
            : await orders.Find(account, call.ChargeKey, reference: null, cancel) is { } order ? RefundIn(order, call.Key) : null;
        return found is { } refund ? PaypalMessages.RefundOf(refund) : new RefundOutcome.NotFound();
    }

    public async Task<DisputeOutcome> SubmitEvidence(EvidenceCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        var reply = await client.PostForm(account, $"{DisputePath(call.Reference)}/provide-evidence", EvidenceOf(call), call.Files, cancel);
        return await AfterResponse(account, reply, call.Reference, call.ChargeKey, cancel);
    }

    /// <summary>Our texts as notes, since PayPal has no fields for most of them; each begins with the key that we find it by.</summary>
    private static JsonObject EvidenceOf(EvidenceCall call)
    {
        var evidences = new JsonArray();
        if (call.Texts.GetValueOrDefault("shippingTrackingNumber") is { } number)
        {
            evidences.Add(new JsonObject
            {
                ["evidence_type"] = "PROOF_OF_FULFILLMENT",
                ["evidence_info"] = new JsonObject
                {
                    ["tracking_info"] = new JsonArray(new JsonObject
                    {
                        ["carrier_name"] = "OTHER",
                        ["carrier_name_other"] = call.Texts.GetValueOrDefault("shippingCarrier") ?? "other",
                        ["tracking_number"] = number,
                    }),
                },
            });
        }

        foreach (var part in string.Join('\n', call.Texts.Select(text => $"{text.Key}: {text.Value}")).Chunk(NoteLengthMax).DefaultIfEmpty([]))
        {
            evidences.Add(new JsonObject { ["evidence_type"] = "OTHER", ["notes"] = $"[{call.Key}] {new string(part)}" });
        }

        return new() { ["evidences"] = evidences };
    }

    public async Task<DisputeOutcome> AcceptDispute(AcceptDisputeCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        var input = new JsonObject { ["note"] = $"[{call.Key}]", ["accept_claim_type"] = "REFUND" };
        var reply = await client.PostForm(account, $"{DisputePath(call.Reference)}/accept-claim", input, [], cancel);
        return await AfterResponse(account, reply, call.Reference, call.ChargeKey, cancel);
    }

    private async Task<DisputeOutcome> AfterResponse(
        ProcessorAccount account, ProcessorReply reply, string reference, string chargeKey, CancellationToken cancel)
    {
        if (reply.Status == HttpStatusCode.NotFound)
        {
            return new DisputeOutcome.NotFound();
        }

        if (!reply.IsSuccess && !IsClearNo(reply))
        {
            throw reply.NoAnswer();
        }

        var report = await FindDispute(account, reference, cancel) is { } dispute ? PaypalMessages.ReportOf(dispute, chargeKey) : null;
        return !reply.IsSuccess
            ? new DisputeOutcome.Declined("PayPal does not take it: the dispute is over, or waits for somebody else.", PaypalClient.IssueOf(reply), report)
            : report is not null ? new DisputeOutcome.Reported(report) : throw reply.NoAnswer();
    }

    public async Task<DisputeOutcome> DisputeStatus(DisputeStatusCall call, CancellationToken cancel)
    {
        var found = await FindDispute(await client.AccountOf(call.Tenant), call.Reference, cancel);
        return found is not { } dispute || PaypalMessages.ReportOf(dispute, call.ChargeKey) is not { } report
            || (call.RequestKey is { } key && !HasNote(dispute, key) && report.Standing is not (DisputeStanding.Accepted or DisputeStanding.Lost))
            ? new DisputeOutcome.NotFound()
            : new DisputeOutcome.Reported(report);
    }

    private static bool HasNote(JsonElement dispute, string key) =>
        dispute.Items("evidences").Any(evidence => evidence.Text("notes")?.StartsWith($"[{key}]", StringComparison.Ordinal) == true);

    private static string DisputePath(string reference) => $"/v1/customer/disputes/{Uri.EscapeDataString(reference)}";

    private async Task<JsonElement?> FindDispute(ProcessorAccount account, string reference, CancellationToken cancel) =>
        PaypalClient.ExpectIfThere(await client.Get(account, DisputePath(reference), cancel));

    public async Task<VerifiedMessage?> Verify(IncomingMessage message, IReadOnlyList<ProcessorAccount> receivers, CancellationToken cancel)
    {
        foreach (var receiver in receivers)
        {
            if (receiver[WebhookId] is { } id && await signatures.Fits(message, id, receiver.Tenant.Mode, cancel))
            {
                var read = message.ReadJson();
                var about = read.At("resource");
                return new VerifiedMessage(
                    read.Needed("id"), receiver.Tenant, OrderMark.Read(about.Text("custom_id"))?.Key ?? about.Text("id") ?? about.Text("dispute_id") ?? "");
            }
        }

        return null;
    }

    /// <summary>The object is asked for anew: messages come late and in any order. An approved order is completed by this.</summary>
    public async Task<IReadOnlyList<ConnectorNews>> Read(Tenant tenant, IncomingMessage message, CancellationToken cancel)
    {
        var read = message.ReadJson();
        var (type, about, account) = (read.Needed("event_type"), read.At("resource"), await client.AccountOf(tenant));
        var news = type switch
        {
            "CHECKOUT.ORDER.APPROVED" => await NewsOfCharge(account, about.Needed("id"), null, cancel),
            "PAYMENT.CAPTURE.REFUNDED" => await NewsOfRefund(account, about, cancel),
            _ when type.StartsWith("PAYMENT.REFUND.", StringComparison.Ordinal) => await NewsOfRefund(account, about, cancel),
            _ when type.StartsWith("PAYMENT.AUTHORIZATION.", StringComparison.Ordinal) || type.StartsWith("PAYMENT.CAPTURE.", StringComparison.Ordinal) =>
                about.Text("supplementary_data", "related_ids", "order_id") is { } id ? await NewsOfCharge(account, id, about.Text("invoice_id"), cancel) : null,
            _ when type.StartsWith("CUSTOMER.DISPUTE.", StringComparison.Ordinal) => await NewsOfDispute(account, about, cancel),
            _ => null,
        };
        return news is null ? [] : [news];
    }

    private async Task<ConnectorNews?> NewsOfCharge(ProcessorAccount account, string orderId, string? operation, CancellationToken cancel)
    {
        var found = PaypalClient.ExpectIfThere(await client.Get(account, PaypalOrders.PathOf(orderId), cancel));
        if (found is not { } order || PaypalMessages.MarkOf(order)?.Key is not { } key)
        {
            return null;
        }

        return operation is not null && PaypalMessages.OutcomeOfCapture(order, operation) is not ConnectorOutcome.NotFound and var one
            ? new ConnectorNews.OfCharge(key, one, operation)
            : new ConnectorNews.OfCharge(key, await orders.Advance(account, order, cancel));
    }

    private async Task<ConnectorNews?> NewsOfRefund(ProcessorAccount account, JsonElement about, CancellationToken cancel) =>
        about.Text("custom_id") is { } key
        && PaypalClient.ExpectIfThere(await client.Get(account, $"/v2/payments/refunds/{about.Needed("id")}", cancel)) is { } refund
            ? new ConnectorNews.OfRefund(key, PaypalMessages.RefundOf(refund))
            : null;

    private async Task<ConnectorNews?> NewsOfDispute(ProcessorAccount account, JsonElement about, CancellationToken cancel) =>
        await FindDispute(account, about.Needed("dispute_id"), cancel) is { } dispute
        && await ChargeKeyOf(account, dispute, cancel) is { } key
        && PaypalMessages.ReportOf(dispute, key) is { } report
            ? new ConnectorNews.OfDispute(report)
            : null;

    /// <summary>PayPal repeats our <c>custom_id</c> in the dispute, but does not promise it.</summary>
    private async Task<string?> ChargeKeyOf(ProcessorAccount account, JsonElement dispute, CancellationToken cancel)
    {
        var disputed = dispute.Items("disputed_transactions").FirstOrDefault();
        if (disputed.Text("custom") is { } custom)
        {
            return OrderMark.Read(custom)?.Key;
        }

        return disputed.Text("seller_transaction_id") is { } id
            && PaypalClient.ExpectIfThere(await client.Get(account, $"/v2/payments/captures/{id}", cancel)) is { } capture
            ? OrderMark.Read(capture.Text("custom_id"))?.Key
            : null;
    }

    /// <summary>In windows of at most 31 days, as PayPal wants it. What is younger than three hours may be missing.</summary>
    public async Task<SettlementPage> ReadSettlement(SettlementCall call, CancellationToken cancel)
    {
        var (from, page) = CursorOf(call);
        var until = call.Until < from + reportMax ? call.Until : from + reportMax;
        var path = $"/v1/reporting/transactions?start_date={Written(from)}&end_date={Written(until.AddSeconds(-1))}&page_size=500"
            + string.Create(CultureInfo.InvariantCulture, $"&page={page}&fields=transaction_info");
        var read = PaypalClient.Expect(await client.Get(await client.AccountOf(call.Tenant), path, cancel));
        var lines = read.Items("transaction_details").Select(detail => PaypalMessages.LineOf(detail.At("transaction_info"))).ToList();
        var next = page < (read.Whole("total_pages") ?? 0) ? (From: from, Page: page + 1) : (From: until, Page: 1);
        return new(lines, next.From >= call.Until ? null : string.Create(CultureInfo.InvariantCulture, $"{next.From.ToUnixTimeSeconds()}/{next.Page}"));
    }

    private static (DateTimeOffset From, int Page) CursorOf(SettlementCall call) => call.Cursor?.Split('/') switch
    {
        null => (call.From, 1),
        [var from, var page] => (
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(from, CultureInfo.InvariantCulture)), int.Parse(page, CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException("This is no cursor of ours.", nameof(call)),
    };

    private static string Written(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static ConnectorOutcome.Declined Rejected(string sentence, string processorCode) =>
        new(null, Errors.ProcessorRejected.Code, sentence, processorCode, null);

    private static ConnectorOutcome Refused(ProcessorReply reply) => reply switch
    {
        { Status: HttpStatusCode.TooManyRequests } => new ConnectorOutcome.NotCalled("PayPal asked for fewer calls."),
        _ when IsClearNo(reply) => PaypalMessages.Declined(null, PaypalClient.IssueOf(reply), null),
        _ => throw reply.NoAnswer(),
    };

    /// <summary>A refusal of exactly this request, after which nothing of it is or will be done.</summary>
    public static bool IsClearNo(ProcessorReply reply) => !PaypalMapping.IsUnclear(PaypalClient.IssueOf(reply)) && reply.Status switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => true,
        HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => !reply.MayBeDone,
        _ => false,
    };
}
