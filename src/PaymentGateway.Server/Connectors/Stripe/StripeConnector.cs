using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text.Json;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Stripe;

/// <summary>Stripe, by payment intents. What it says and where that stands in Stripe's documentation: see the README here.</summary>
internal sealed class StripeConnector(StripeClient client, TimeProvider clock)
    : IConnector, IAccountConnector, ICardFormConnector, IMessageConnector, IDisputeDesk, ISetupConnector, ISettlementSource
{
    public const string ConnectorName = "stripe";
    public const string SecretKey = "secretKey";
    public const string PublishableKey = "publishableKey";
    private const string WebhookSecret = "webhookSecret";
    private const string Intents = "/v1/payment_intents";

    /// <summary>Stripe Docs, "Statement descriptors": what follows the account's own prefix, both together.</summary>
    private const int SuffixLengthMax = 22;

    private static readonly FrozenSet<string> card = FrozenSet.ToFrozenSet(["card"]);

    private readonly StripeSetups setups = new(client);

    public string Name => ConnectorName;

    public ConnectorCapabilities Capabilities { get; } = new(
        card, Currencies: null, FrozenSet.ToFrozenSet([Mode.Test, Mode.Live]), NotFoundFinalAfter: TimeSpan.FromMinutes(4),
        Refunds: new(new Dictionary<string, int>(), DaysOtherwise: 10, CanCancel: true),
        Holds: new(PartialCapture: true, SeveralCaptures: true, Increments: true, new Dictionary<string, TimeSpan> { ["card"] = TimeSpan.FromDays(7) }),
        Saves: new(card, Setups: card), Disputes: new(Evidence: true, Acceptance: true),
        TokenPrefixes: ["pm_", "ctoken_"], NetworkTransactionIds: true);

    public IReadOnlyList<AccountField> AccountFields { get; } =
    [
        new(SecretKey, "The secret or a restricted key, under Developers, API keys.", IsSecret: true, IsRequired: true, StripeKeys.SecretFault),
        new(PublishableKey, "The publishable key: with it the checkout shows Stripe's card form.", IsSecret: false, IsRequired: false,
            StripeKeys.PublishableFault),
        new(WebhookSecret, "The signing secret of the webhook endpoint that sends to webhookUrl.", IsSecret: true, IsRequired: false,
            StripeKeys.WebhookFault),
    ];

    public CardForm? CardFormOf(ProcessorAccount account) =>
        account[PublishableKey] is { } key ? StripeCardForm.Of(client.AddressOf(account), key) : null;

    public async Task<ConnectionTest> TestConnection(ProcessorAccount account, CancellationToken cancel)
    {
        var reply = await client.Get(account, "/v1/balance", cancel);
        return reply.Status switch
        {
            HttpStatusCode.OK when reply.Json.Flag("livemode") == (account.Tenant.Mode == Mode.Live) => new(true, "Stripe takes the key."),
            HttpStatusCode.OK => new(false, "The key is of the other mode."),
            HttpStatusCode.Unauthorized => new(false, "Stripe does not know the key."),
            HttpStatusCode.Forbidden => new(false, "The key may not read the balance: give a restricted key that right."),
            _ => throw reply.NoAnswer(),
        };
    }

    public async Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (StripeMapping.AmountOf(call.Amount) is not { } amount)
        {
            return Rejected($"Stripe takes amounts in {call.Amount.Currency.Code} only without the last digit.", "amount_precision");
        }

        var customer = await CustomerOf(account, call, cancel);
        var reply = await client.Post(account, Intents, FormOf(call, amount, customer), call.Key, cancel);
        return StripeClient.OutcomeOf(reply, StripeMessages.OutcomeOf, "payment_intent");
    }

    public async Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (await IntentId(account, call.ChargeKey, call.Reference, cancel) is not { } id)
        {
            return new ConnectorOutcome.NotFound();
        }

        if (StripeMapping.AmountOf(call.Amount) is not { } amount)
        {
            return Rejected($"Stripe takes amounts in {call.Amount.Currency.Code} only without the last digit.", "amount_precision");
        }

        var form = new StripeForm().With("amount_to_capture", amount).With(NoteOf(call.Key), "capture")
            .With("final_capture", call.IsFinal ? null : "false").With("expand[0]", "latest_charge");
        var reply = await client.Post(account, $"{Intents}/{id}/capture", form, call.Key, cancel);
        return reply.IsSuccess ? Taken(reply.Json) : await AfterRefusal(account, reply, id, call.Key, cancel);
    }

    public async Task<ConnectorOutcome> Increment(FollowUpCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (await IntentId(account, call.ChargeKey, call.Reference, cancel) is not { } id)
        {
            return new ConnectorOutcome.NotFound();
        }

        if (StripeMapping.AmountOf(call.Amount) is not { } amount)
        {
            return Rejected($"Stripe takes amounts in {call.Amount.Currency.Code} only without the last digit.", "amount_precision");
        }

        var form = new StripeForm().With("amount", amount).With(NoteOf(call.Key), "increment").With("expand[0]", "latest_charge");
        var reply = await client.Post(account, $"{Intents}/{id}/increment_authorization", form, call.Key, cancel);
        return reply.IsSuccess ? StripeMessages.OutcomeOf(reply.Json) : await AfterRefusal(account, reply, id, call.Key, cancel);
    }

    public async Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        var id = call.Reference ?? (await FindIntentOf(account, call.ChargeKey, SearchTime.Near(call.ChargeKey), cancel))?.Needed("id");
        return id is not null
            ? await Cancel(account, id, $"void-{call.ChargeKey}", cancel)
            : await CloseKey(account, call, cancel);
    }

    /// <summary>Only where it must be, if clocks agree: before "not found" counts, the key is closed, and Stripe knows all its keys.</summary>
    public async Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        var found = call.Reference is { } reference
            ? await GetIntent(account, reference, cancel)
            : await FindIntentOf(account, call.ChargeKey, SearchTime.Near(call.ChargeKey), cancel);
        if (found is not { } intent)
        {
            return new ConnectorOutcome.NotFound();
        }

        return call.OperationKey is { } key ? OutcomeOfOperation(intent, key) : StripeMessages.OutcomeOf(intent);
    }

    public async Task<MethodSummary?> FindCard(Tenant tenant, string token, CancellationToken cancel) =>
        await FindMethod(tenant, token, cancel) is { } method ? StripeMessages.SummaryOf(method.At("card")) : null;

    public async Task<string?> FindCardFingerprint(Tenant tenant, string token, CancellationToken cancel) =>
        await FindMethod(tenant, token, cancel) is { } method ? method.Text("card", "fingerprint") : null;

    public async Task<MethodPreview?> Preview(Tenant tenant, SaveSource source, CancellationToken cancel) =>
        source is SaveSource.OfCard { Token: var token } && await FindMethod(tenant, token, cancel) is { } method
            ? new(StripeMessages.SummaryOf(method.At("card")), method.Text("card", "fingerprint"))
            : null;

    /// <summary>A card is kept with a customer at Stripe that is made for it: ours may have cards at several processors.</summary>
    public async Task<SaveOutcome> Save(SaveCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        switch (call.Source)
        {
            case SaveSource.OfCard { Token: var token }:
                var customer = await client.NewCustomer(account, call.Key, cancel);
                var reply = await client.Post(
                    account, $"/v1/payment_methods/{Uri.EscapeDataString(token)}/attach", new StripeForm().With("customer", customer),
                    $"attach-{call.Key}", cancel);
                return reply.IsSuccess ? Saved(customer, reply.Json) : NotSaved(reply);
            case SaveSource.OfCharge { ChargeKey: var key }:
                var intent = await FindIntent(account, key, cancel);
                return intent?.Text("customer") is { } owner && intent.Value.Text("payment_method") is { } method
                    && await FindMethod(call.Tenant, method, cancel) is { } kept
                    ? Saved(owner, kept)
                    : new SaveOutcome.Declined(Errors.InvalidToken.Code, "Stripe did not keep the card of this payment.");
            case SaveSource.OfSetup setup:
                return await setups.Find(account, new(call.Tenant, setup.Key, setup.Reference), cancel) is { } ready
                    && StripeMessages.OutcomeOfSetup(ready) is ConnectorOutcome.Authorized
                    ? Saved(ready.Needed("customer"), ready.At("payment_method"))
                    : new SaveOutcome.Declined(Errors.InvalidToken.Code, "Stripe did not keep the card of this set-up.");
            default:
                throw new NotSupportedException($"{Name} keeps cards only.");
        }
    }

    /// <summary>The customer goes with the card. One that has not arrived yet is made and deleted, so that nothing can be kept with it.</summary>
    public async Task<SaveOutcome> Forget(ForgetCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (call.Source is SaveSource.OfSetup setup)
        {
            // The card is kept already, with the customer of the set-up.
            await setups.Cancel(account, new(call.Tenant, setup.Key, setup.Reference), cancel);
        }

        await client.DeleteCustomer(
            account, SavedReference.CustomerOf(call.Reference) ?? await client.NewCustomer(account, call.Key, cancel), cancel);
        return new SaveOutcome.Forgotten();
    }

    public async Task<ConnectorOutcome> Setup(SetupCall call, CancellationToken cancel) =>
        await setups.Begin(await client.AccountOf(call.Tenant), call, cancel);

    public async Task<ConnectorOutcome> SetupStatus(SetupStatusCall call, CancellationToken cancel) =>
        await setups.Find(await client.AccountOf(call.Tenant), call, cancel) is { } found
            ? StripeMessages.OutcomeOfSetup(found)
            : new ConnectorOutcome.NotFound();

    public async Task<ConnectorOutcome> CancelSetup(SetupStatusCall call, CancellationToken cancel) =>
        await setups.Cancel(await client.AccountOf(call.Tenant), call, cancel);

    public async Task<RefundOutcome> Refund(RefundCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (await IntentId(account, call.ChargeKey, call.ChargeReference, cancel) is not { } id)
        {
            return new RefundOutcome.NotFound();
        }

        if (StripeMapping.AmountOf(call.Amount) is not { } amount)
        {
            return new RefundOutcome.Failed(
                null, Errors.RefundDeclined.Code, $"Stripe takes amounts in {call.Amount.Currency.Code} only without the last digit.", "amount_precision");
        }

        var form = new StripeForm().With("payment_intent", id).With("amount", amount).With("reason", StripeMapping.RefundReasonOf(call.Reason))
            .With("metadata[refund]", call.Key).With("metadata[charge]", call.ChargeKey);
        var reply = await client.Post(account, "/v1/refunds", form, call.Key, cancel);
        return reply switch
        {
            { IsSuccess: true } => StripeMessages.RefundOf(reply.Json),
            _ when StripeClient.IsClearNo(reply) => new RefundOutcome.Failed(
                null, Errors.RefundDeclined.Code, "Stripe refused the refund.", reply.Json.Text("error", "code")),
            _ => throw reply.NoAnswer(),
        };
    }

    public async Task<RefundOutcome> CancelRefund(RefundStatusCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (await FindRefund(account, call, cancel) is not { } refund)
        {
            return new RefundOutcome.NotFound();
        }

        var id = refund.Needed("id");
        var reply = await client.Post(account, $"/v1/refunds/{id}/cancel", [], $"cancel-{call.Key}", cancel);
        return StripeMessages.RefundOf(
            reply.IsSuccess ? reply.Json : StripeClient.Expect(await client.Get(account, $"/v1/refunds/{id}", cancel)));
    }

    public async Task<RefundOutcome> RefundStatus(RefundStatusCall call, CancellationToken cancel) =>
        await FindRefund(await client.AccountOf(call.Tenant), call, cancel) is { } refund
            ? StripeMessages.RefundOf(refund)
            : new RefundOutcome.NotFound();

    public async Task<DisputeOutcome> SubmitEvidence(EvidenceCall call, CancellationToken cancel)
    {
        if (call.Files.Count > 0)
        {
            return new DisputeOutcome.Declined("Files cannot be handed to Stripe from here: take them out, or upload them in its dashboard.", "files", null);
        }

        var form = new StripeForm().With("submit", "true").With(NoteOf(call.Key), "evidence").With("expand[0]", "payment_intent");
        foreach (var (field, text) in call.Texts.Where(text => StripeMapping.EvidenceFields.ContainsKey(text.Key)))
        {
            form.With($"evidence[{StripeMapping.EvidenceFields[field]}]", text);
        }

        return ReportedOrDeclined(await client.Post(
            await client.AccountOf(call.Tenant), $"/v1/disputes/{call.Reference}", form, call.Key, cancel));
    }

    public async Task<DisputeOutcome> AcceptDispute(AcceptDisputeCall call, CancellationToken cancel) => ReportedOrDeclined(await client.Post(
        await client.AccountOf(call.Tenant), $"/v1/disputes/{call.Reference}/close", new StripeForm().With("expand[0]", "payment_intent"), call.Key, cancel));

    public async Task<DisputeOutcome> DisputeStatus(DisputeStatusCall call, CancellationToken cancel)
    {
        var path = $"/v1/disputes/{call.Reference}?expand[0]=payment_intent";
        var found = StripeClient.ExpectIfThere(await client.Get(await client.AccountOf(call.Tenant), path, cancel));
        return found is not { } dispute || StripeMessages.ReportOf(dispute, Now()) is not { } report
            || (call.RequestKey is { } key && dispute.Text("metadata", NoteName(key)) is null && report.Standing != DisputeStanding.Lost)
            ? new DisputeOutcome.NotFound()
            : new DisputeOutcome.Reported(report);
    }

    public Task<VerifiedMessage?> Verify(IncomingMessage message, IReadOnlyList<ProcessorAccount> receivers, CancellationToken cancel)
    {
        var receiver = receivers.FirstOrDefault(account => account[WebhookSecret] is { } secret
            && StripeClient.Fits(message.Header("Stripe-Signature"), message.Body.Span, secret, message.ReceivedAt));
        if (receiver is null)
        {
            return Task.FromResult<VerifiedMessage?>(null);
        }

        var read = message.ReadJson();
        var about = read.At("data", "object");
        var isOfMode = read.Flag("livemode") == (receiver.Tenant.Mode == Mode.Live);
        return Task.FromResult(isOfMode
            ? new VerifiedMessage(
                read.Needed("id"), receiver.Tenant,
                about.Text("metadata", "refund") ?? StripeMessages.ChargeKeyOf(about) ?? StripeMessages.SetupKeyOf(about) ?? about.Text("id") ?? "")
            : null);
    }

    /// <summary>The object is asked for anew: messages come late and in any order, and what they carry may be over.</summary>
    public async Task<IReadOnlyList<ConnectorNews>> Read(Tenant tenant, IncomingMessage message, CancellationToken cancel)
    {
        var read = message.ReadJson();
        var (type, about, account) = (read.Needed("type"), read.At("data", "object"), await client.AccountOf(tenant));
        var news = type switch
        {
            _ when type.StartsWith("payment_intent.", StringComparison.Ordinal) => await NewsOfIntent(account, about, cancel),
            _ when type.StartsWith("setup_intent.", StringComparison.Ordinal) => await NewsOfSetup(account, about, cancel),
            _ when type.StartsWith("refund.", StringComparison.Ordinal) || type == "charge.refund.updated" => await NewsOfRefund(account, about, cancel),
            _ when type.StartsWith("charge.dispute.", StringComparison.Ordinal) => await NewsOfDispute(account, about, read, cancel),
            _ => null,
        };
        return news is null ? [] : [news];
    }

    public async Task<SettlementPage> ReadSettlement(SettlementCall call, CancellationToken cancel)
    {
        var path = string.Create(CultureInfo.InvariantCulture,
            $"/v1/balance_transactions?limit=100&created[gte]={call.From.ToUnixTimeSeconds()}&created[lt]={call.Until.ToUnixTimeSeconds()}{StripeClient.After(call.Cursor)}");
        var page = StripeClient.Expect(await client.Get(await client.AccountOf(call.Tenant), path, cancel));
        var lines = page.Items("data").Select(StripeMessages.LineOf).ToList();
        return new(lines, page.Flag("has_more") == true ? lines[^1].Reference : null);
    }

    private static StripeForm FormOf(AuthorizeCall call, long amount, string? customer)
    {
        var form = new StripeForm()
            .With("amount", amount).With("currency", call.Amount.Currency.Code.ToLowerInvariant())
            .With("payment_method", MethodOf(call.Instrument)).With("payment_method_types[0]", "card").With("confirm", "true")
            .With("capture_method", call.Capture ? "automatic" : "manual").With("customer", customer)
            .With("description", call.Description).With("statement_descriptor_suffix", SuffixOf(call.StatementDescriptor))
            .With("metadata[charge]", call.Key).With("metadata[payment]", call.PaymentId)
            .With("return_url", call.OffSession ? null : call.ReturnUrl).With("off_session", call.OffSession ? "true" : null)
            .With("setup_future_usage", StripeMapping.UsageOf(call.SetupFutureUsage))
            .With("payment_method_options[card][request_three_d_secure]", call.OffSession ? null : StripeMapping.WishOf(call.ThreeDSecure?.Wish))
            .With("expand[0]", "latest_charge");
        return !call.Capture ? form.With("payment_method_options[card][request_multicapture]", "if_available") : form;
    }

    private static string? SuffixOf(string? descriptor) => descriptor is { Length: > SuffixLengthMax } ? descriptor[..SuffixLengthMax] : descriptor;

    private static string MethodOf(Instrument instrument) => instrument switch
    {
        Instrument.Card { Token: var token } => token,
        Instrument.Saved { Reference: { } reference } => SavedReference.MethodOf(reference),
        _ => throw new NotSupportedException($"{ConnectorName} takes cards only, not {instrument.Method}."),
    };

    /// <summary>Whose the card is at Stripe; a new one where the card is to be kept.</summary>
    private async Task<string?> CustomerOf(ProcessorAccount account, AuthorizeCall call, CancellationToken cancel) =>
        call.Instrument is Instrument.Saved { Reference: { } reference } ? SavedReference.CustomerOf(reference)
        : call.SetupFutureUsage is not null ? await client.NewCustomer(account, call.Key, cancel)
        : null;

    private static ConnectorOutcome.Declined Rejected(string sentence, string processorCode) =>
        new(null, Errors.ProcessorRejected.Code, sentence, processorCode, null);

    private static ConnectorOutcome.Captured Taken(JsonElement intent) => new(
        intent.Needed("id"), StripeMessages.SummaryOf(intent.At("latest_charge", "payment_method_details", "card")),
        StripeMessages.MoneyOf(intent, "amount_received"));

    /// <summary>Why a capture or increment was refused is in what the intent is now: done already, over, or declined.</summary>
    private async Task<ConnectorOutcome> AfterRefusal(
        ProcessorAccount account, ProcessorReply reply, string id, string operationKey, CancellationToken cancel)
    {
        var intent = await client.StateAfter(reply, account, PathOf(id), cancel);
        return OutcomeOfOperation(intent, operationKey) is not ConnectorOutcome.NotFound and var done ? done
            : intent.Text("status") == "canceled" ? Over(id)
            : StripeMessages.Declined(reply.Json.At("error"), id);
    }

    private static ConnectorOutcome.Declined Over(string id) =>
        new(id, Errors.AuthorizationExpired.Code, Errors.AuthorizationExpired.Sentence, "canceled", null);

    /// <summary>Each capture and increment leaves a note in the intent's metadata, in the same request.</summary>
    private static ConnectorOutcome OutcomeOfOperation(JsonElement intent, string key) => intent.Text("metadata", NoteName(key)) switch
    {
        "capture" => Taken(intent),
        "increment" => StripeMessages.OutcomeOf(intent),
        _ => new ConnectorOutcome.NotFound(),
    };

    private static string NoteName(string key) => $"op_{key}";

    private static string NoteOf(string key) => $"metadata[{NoteName(key)}]";

    private async Task<ConnectorOutcome> Cancel(ProcessorAccount account, string id, string key, CancellationToken cancel)
    {
        var reply = await client.Post(account, $"{Intents}/{id}/cancel", new StripeForm().With("expand[0]", "latest_charge"), key, cancel);
        return StripeMessages.OutcomeOf(await client.StateAfter(reply, account, PathOf(id), cancel));
    }

    /// <summary>
    /// Takes the key, so that a payment that comes late with it is refused: an intent that nobody confirms is made under it and canceled.
    /// Stripe refuses a known key with other fields, so whoever comes first has it.
    /// </summary>
    private async Task<ConnectorOutcome> CloseKey(ProcessorAccount account, FollowUpCall call, CancellationToken cancel)
    {
        var form = new StripeForm().With("amount", StripeMapping.AmountOf(call.Amount) ?? 0)
            .With("currency", call.Amount.Currency.Code.ToLowerInvariant()).With("payment_method_types[0]", "card").With("metadata[charge]", call.ChargeKey);
        var reply = await client.Post(account, Intents, form, call.ChargeKey, cancel);
        var id = reply.IsSuccess ? reply.Json.Text("id")
            : IsKeyOfOther(reply) ? (await FindIntentOf(account, call.ChargeKey, SearchTime.Wide(call.ChargeKey), cancel))?.Text("id")
            : null;
        return id is not null ? await Cancel(account, id, $"void-{call.ChargeKey}", cancel) : throw reply.NoAnswer();
    }

    /// <summary>Stripe has done something else under this key. While it still does it, the error has a code of its own.</summary>
    private static bool IsKeyOfOther(ProcessorReply reply) =>
        reply.Json.Text("error", "type") == "idempotency_error" && reply.Json.Text("error", "code") != "idempotency_key_in_use";

    private async Task<string?> IntentId(ProcessorAccount account, string chargeKey, string? reference, CancellationToken cancel) =>
        reference ?? (await FindIntent(account, chargeKey, cancel))?.Needed("id");

    private async Task<JsonElement?> FindIntent(ProcessorAccount account, string chargeKey, CancellationToken cancel) =>
        await FindIntentOf(account, chargeKey, SearchTime.Near(chargeKey), cancel)
            ?? await FindIntentOf(account, chargeKey, SearchTime.Wide(chargeKey), cancel);

    private async Task<JsonElement?> GetIntent(ProcessorAccount account, string id, CancellationToken cancel) =>
        StripeClient.ExpectIfThere(await client.Get(account, PathOf(id), cancel));

    private static string PathOf(string id) => $"{Intents}/{id}?expand[0]=latest_charge";

    /// <summary>Among the intents of its time, since Stripe's search lags behind and its keys cannot be asked for.</summary>
    private Task<JsonElement?> FindIntentOf(ProcessorAccount account, string chargeKey, SearchTime time, CancellationToken cancel)
    {
        var path = string.Create(CultureInfo.InvariantCulture,
            $"{Intents}?limit=100&created[gte]={time.From.ToUnixTimeSeconds()}&created[lte]={time.Until.ToUnixTimeSeconds()}&expand[0]=data.latest_charge");
        return client.FindInList(account, path, intent => StripeMessages.ChargeKeyOf(intent) == chargeKey, cancel);
    }

    private async Task<JsonElement?> FindRefund(ProcessorAccount account, RefundStatusCall call, CancellationToken cancel)
    {
        if (call.Reference is { } reference)
        {
            return StripeClient.ExpectIfThere(await client.Get(account, $"/v1/refunds/{reference}", cancel));
        }

        return await IntentId(account, call.ChargeKey, null, cancel) is { } id
            ? await client.FindInList(account, $"/v1/refunds?limit=100&payment_intent={id}", refund => refund.Text("metadata", "refund") == call.Key, cancel)
            : null;
    }

    private async Task<JsonElement?> FindMethod(Tenant tenant, string token, CancellationToken cancel) => StripeClient.ExpectIfThere(
        await client.Get(await client.AccountOf(tenant), $"/v1/payment_methods/{Uri.EscapeDataString(token)}", cancel));

    private static SaveOutcome.Saved Saved(string customer, JsonElement method) => new(
        SavedReference.Of(customer, method.Needed("id")), StripeMessages.SummaryOf(method.At("card")), method.Text("card", "fingerprint"));

    private static SaveOutcome.Declined NotSaved(ProcessorReply reply)
    {
        if (!StripeClient.IsClearNo(reply))
        {
            throw reply.NoAnswer();
        }

        var kind = reply.Status == HttpStatusCode.NotFound
            ? Errors.InvalidToken
            : StripeMapping.DeclineOf(reply.Json.Text("error", "code"), reply.Json.Text("error", "decline_code"));
        return new(kind.Code, kind.Sentence);
    }

    private DisputeOutcome ReportedOrDeclined(ProcessorReply reply) => reply switch
    {
        { IsSuccess: true } when StripeMessages.ReportOf(reply.Json, Now()) is { } report => new DisputeOutcome.Reported(report),
        { Status: HttpStatusCode.NotFound } => new DisputeOutcome.NotFound(),
        _ when StripeClient.IsClearNo(reply) => new DisputeOutcome.Declined("Stripe does not take it: the dispute is over, or its deadline has passed.",
            reply.Json.Text("error", "code"), null),
        _ => throw reply.NoAnswer(),
    };

    private async Task<ConnectorNews?> NewsOfIntent(ProcessorAccount account, JsonElement about, CancellationToken cancel) =>
        StripeMessages.ChargeKeyOf(about) is { } key && await GetIntent(account, about.Needed("id"), cancel) is { } intent
            ? new ConnectorNews.OfCharge(key, StripeMessages.OutcomeOf(intent))
            : null;

    private async Task<ConnectorNews?> NewsOfSetup(ProcessorAccount account, JsonElement about, CancellationToken cancel) =>
        StripeMessages.SetupKeyOf(about) is { } key
        && await setups.Find(account, new(account.Tenant, key, about.Needed("id")), cancel) is { } setup
            ? new ConnectorNews.OfSetup(key, StripeMessages.OutcomeOfSetup(setup))
            : null;

    private async Task<ConnectorNews?> NewsOfRefund(ProcessorAccount account, JsonElement about, CancellationToken cancel) =>
        about.Text("metadata", "refund") is { } key
        && StripeClient.ExpectIfThere(await client.Get(account, $"/v1/refunds/{about.Needed("id")}", cancel)) is { } refund
            ? new ConnectorNews.OfRefund(key, StripeMessages.RefundOf(refund))
            : null;

    private async Task<ConnectorNews?> NewsOfDispute(ProcessorAccount account, JsonElement about, JsonElement read, CancellationToken cancel) =>
        StripeClient.ExpectIfThere(
            await client.Get(account, $"/v1/disputes/{about.Needed("id")}?expand[0]=payment_intent", cancel)) is { } dispute
        && StripeMessages.ReportOf(dispute, Math.Max(Now(), read.NeededWhole("created"))) is { } report
            ? new ConnectorNews.OfDispute(report)
            : null;

    private long Now() => clock.GetUtcNow().ToUnixTimeSeconds();
}
