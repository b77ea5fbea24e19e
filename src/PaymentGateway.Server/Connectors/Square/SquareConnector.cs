using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Square;

/// <summary>Square, by its Payments API. What it says and where that stands in Square's documentation: see the README here.</summary>
internal sealed class SquareConnector(SquareClient client, TimeProvider clock)
    : IConnector, IAccountConnector, ICardFormConnector, IMessageConnector, IDisputeDesk, ISetupConnector, ISettlementSource
{
    public const string ConnectorName = "square";
    private const string Payments = "/v2/payments";

    /// <summary>Square API, CreatePayment.</summary>
    private const int NoteLengthMax = 500;

    private const int DescriptorLengthMax = 20;

    /// <summary>Square API, DisputeEvidenceFile.</summary>
    private const int FileNameLengthMax = 40;

    /// <summary>Read, lower, complete, and once more when it changed in between.</summary>
    private const int CaptureStepsMax = 6;

    /// <summary>Lists lag by seconds, and a call is given up long before.</summary>
    private static readonly TimeSpan notFoundFinalAfter = TimeSpan.FromMinutes(4);

    private static readonly FrozenSet<string> card = FrozenSet.ToFrozenSet(["card"]);

    private readonly SquareCards cards = new(client);

    public string Name => ConnectorName;

    public ConnectorCapabilities Capabilities { get; } = new(
        card, FrozenSet.ToFrozenSet(["USD", "CAD", "GBP", "EUR", "JPY", "AUD"]), FrozenSet.ToFrozenSet([Mode.Test, Mode.Live]), notFoundFinalAfter,
        Refunds: new(new Dictionary<string, int>(), DaysOtherwise: 7, CanCancel: false),
        Holds: new(PartialCapture: true, SeveralCaptures: false, Increments: false, new Dictionary<string, TimeSpan> { ["card"] = TimeSpan.FromDays(7) }),
        Saves: new(card, Setups: card), Disputes: new(Evidence: true, Acceptance: true),
        ClosesKeys: false, TokenPrefixes: ["cnon:", "ccof:"]);

    public IReadOnlyList<AccountField> AccountFields => SquareKeys.All;

    public CardForm? CardFormOf(ProcessorAccount account) => account[SquareKeys.ApplicationId] is { } application
        ? SquareCardForm.Of(client.AddressOf(account), account.Tenant.Mode, application, account[SquareKeys.LocationId]!)
        : null;

    public async Task<ConnectionTest> TestConnection(ProcessorAccount account, CancellationToken cancel)
    {
        var reply = await client.Get(account, $"/v2/locations/{account[SquareKeys.LocationId]}", cancel);
        return reply.Status switch
        {
            HttpStatusCode.OK when reply.Json.Items("location", "capabilities").Any(one => one.GetString() == "CREDIT_CARD_PROCESSING") =>
                new(true, $"Square takes the token; the location takes {reply.Json.Text("location", "currency")}."),
            HttpStatusCode.OK => new(false, "The location may not take cards yet: finish its activation at Square."),
            HttpStatusCode.Unauthorized => new(false, "Square does not know the token in this mode, or it is over."),
            HttpStatusCode.Forbidden => new(false, "The token may not read the location: give it MERCHANT_PROFILE_READ."),
            HttpStatusCode.NotFound => new(false, "Square takes the token, and the seller has no such location."),
            _ => throw reply.NoAnswer(),
        };
    }

    public async Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        var reply = await client.Post(account, Payments, BodyOf(account, call), cancel);
        return reply switch
        {
            { IsSuccess: true } => SquareMessages.OutcomeOf(reply.Json.At("payment")),
            // A decline carries the failed payment: that is the proof, whatever came before.
            _ when SquareMessages.ChargeKeyOf(reply.Json.At("payment")) == call.Key => DeclinedOf(reply),
            _ => RefusedOf(reply),
        };
    }

    public async Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (await FindPayment(account, call.ChargeKey, call.Reference, cancel) is not { } payment)
        {
            return new ConnectorOutcome.NotFound();
        }

        var id = payment.Needed("id");
        for (var step = 1; step <= CaptureStepsMax && payment.Text("status") == "APPROVED"; step++)
        {
            if (CannotBecome(payment, call.Amount) is { } refusal)
            {
                return refusal;
            }

            var reply = await StepToCapture(account, payment, call, cancel);
            if (!reply.IsSuccess && !IsStale(reply) && IsOfThisRequest(reply))
            {
                return SquareMessages.Declined(SquareMessages.CodesOf(reply.Json), id);
            }

            // What a request that was repeated has done is in what the payment is now.
            payment = reply.IsSuccess ? reply.Json.At("payment") : SquareClient.Expect(await client.Get(account, $"{Payments}/{id}", cancel)).At("payment");
        }

        return Ended(payment, call.Amount);
    }

    public Task<ConnectorOutcome> Increment(FollowUpCall call, CancellationToken cancel) =>
        throw new NotSupportedException($"{Name} declares no increments.");

    public async Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (call.Reference is null)
        {
            await CancelByKey(account, call.ChargeKey, cancel);
        }

        var mayStillCome = MayStillCome(call.ChargeKey);
        if (await FindPaymentSoFar(account, call.ChargeKey, call.Reference, cancel) is not { } payment)
        {
            // Square keeps nothing out: a payment that is still on its way would be made. It is over once none can be.
            return mayStillCome
                ? new ConnectorOutcome.Unknown("Square does not know of the payment yet.")
                : new ConnectorOutcome.Voided(null);
        }

        return payment.Text("status") == "APPROVED" ? await Cancel(account, payment.Needed("id"), cancel) : SquareMessages.OutcomeOf(payment);
    }

    public async Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (await FindPaymentSoFar(account, call.ChargeKey, call.Reference, cancel) is not { } payment)
        {
            return new ConnectorOutcome.NotFound();
        }

        return call.OperationKey switch
        {
            null => SquareMessages.OutcomeOf(payment),
            // There is one capture only, so that it is still held says that the capture did not arrive.
            _ when payment.Text("status") == "APPROVED" => new ConnectorOutcome.NotFound(),
            var key when payment.Text("status") == "COMPLETED" && !await HasChanged(account, payment, key, cancel) => new ConnectorOutcome.NotFound(),
            _ => Ended(payment, amount: null),
        };
    }

    /// <summary>A card is kept with a customer at Square that is made for it: ours may have cards at several processors.</summary>
    public async Task<SaveOutcome> Save(SaveCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (call.Source is SaveSource.OfSetup setup)
        {
            return await cards.Find(account, new(call.Tenant, setup.Key, setup.Reference), cancel) is { } ready
                && SquareMessages.OutcomeOfSetup(ready) is ConnectorOutcome.Authorized
                ? SquareMessages.SavedOf(ready)
                : new SaveOutcome.Declined(Errors.InvalidToken.Code, "Square did not keep the card of this set-up.");
        }

        if (await SourceOf(account, call.Source, cancel) is not { } source)
        {
            return new SaveOutcome.Declined(Errors.InvalidToken.Code, "Square has no payment whose card could be kept.");
        }

        var reply = await cards.Keep(account, call.Key, source, reference: call.Key, cancel);
        if (reply.IsSuccess)
        {
            return SquareMessages.SavedOf(reply.Json.At("card"));
        }

        if (!IsOfThisRequest(reply))
        {
            throw reply.NoAnswer();
        }

        var kind = reply.Status == HttpStatusCode.NotFound ? Errors.InvalidToken : SquareMapping.DeclineOf(SquareMessages.CodesOf(reply.Json)).Kind;
        return new SaveOutcome.Declined(kind.Code, kind.Sentence);
    }

    public async Task<SaveOutcome> Forget(ForgetCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (call.Source is SaveSource.OfSetup setup)
        {
            // The card is kept already, with the customer of the set-up.
            await cards.LetGo(account, setup.Key, setup.Reference, cancel);
        }

        await cards.LetGo(account, call.Key, call.Reference, cancel);
        return new SaveOutcome.Forgotten();
    }

    /// <summary>
    /// Square asks nobody on the server's side: a token was verified in the browser, where it needed to be, and the card is kept at once.
    /// </summary>
    public async Task<ConnectorOutcome> Setup(SetupCall call, CancellationToken cancel)
    {
        var token = call.Instrument is Instrument.Card card
            ? card.Token
            : throw new NotSupportedException($"{Name} sets up cards only, not {call.Instrument.Method}.");
        var reply = await cards.Keep(
            await client.AccountOf(call.Tenant), call.Key, token, SquareMessages.SetupReferenceOf(call.Key), cancel);
        return reply switch
        {
            { IsSuccess: true } => SquareMessages.OutcomeOfSetup(reply.Json.At("card")),
            { Status: HttpStatusCode.NotFound } when IsOfThisRequest(reply) => new ConnectorOutcome.Declined(
                null, Errors.InvalidToken.Code, Errors.InvalidToken.Sentence, SquareMessages.CodesOf(reply.Json)[0], null),
            _ => RefusedOf(reply),
        };
    }

    public async Task<ConnectorOutcome> SetupStatus(SetupStatusCall call, CancellationToken cancel) =>
        await cards.Find(await client.AccountOf(call.Tenant), call, cancel) is { } found
            ? SquareMessages.OutcomeOfSetup(found)
            : new ConnectorOutcome.NotFound();

    public async Task<ConnectorOutcome> CancelSetup(SetupStatusCall call, CancellationToken cancel)
    {
        await cards.LetGo(await client.AccountOf(call.Tenant), call.Key, call.Reference, cancel);
        return new ConnectorOutcome.Voided(call.Reference);
    }

    public async Task<RefundOutcome> Refund(RefundCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (await PaymentId(account, call.ChargeKey, call.ChargeReference, cancel) is not { } payment)
        {
            return new RefundOutcome.NotFound();
        }

        var body = new JsonObject
        {
            ["idempotency_key"] = call.Key,
            ["payment_id"] = payment,
            ["amount_money"] = SquareMapping.MoneyOf(call.Amount),
            ["reason"] = SquareMessages.ReasonOf(call.Reason, call.Key),
        };
        var reply = await client.Post(account, "/v2/refunds", body, cancel);
        return reply switch
        {
            { IsSuccess: true } => SquareMessages.RefundOf(reply.Json.At("refund")),
            _ when IsBusy(reply) => new RefundOutcome.NotCalled("Square asked for fewer calls."),
            _ when IsOfThisRequest(reply) => new RefundOutcome.Failed(
                null, Errors.RefundDeclined.Code, "Square refused the refund.", SquareMessages.CodesOf(reply.Json)[0]),
            _ => throw reply.NoAnswer(),
        };
    }

    public Task<RefundOutcome> CancelRefund(RefundStatusCall call, CancellationToken cancel) =>
        throw new NotSupportedException($"{Name} declares that refunds cannot be taken back.");

    public async Task<RefundOutcome> RefundStatus(RefundStatusCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (call.Reference is { } reference)
        {
            return await ReadRefund(account, reference, cancel) is { } known ? SquareMessages.RefundOf(known) : new RefundOutcome.NotFound();
        }

        // The payment itself does not lag, and names its refunds.
        var payment = await FindPayment(account, call.ChargeKey, reference: null, cancel);
        foreach (var id in payment?.Items("refund_ids").Select(one => one.GetString()!) ?? [])
        {
            if (await ReadRefund(account, id, cancel) is { } found && SquareMessages.RefundKeyOf(found) == call.Key)
            {
                return SquareMessages.RefundOf(found);
            }
        }

        return new RefundOutcome.NotFound();
    }

    /// <summary>
    /// Every piece has a key that follows from ours, so a repeat adds nothing. The first piece carries our key in words: by it the
    /// evidence is known again.
    /// </summary>
    public async Task<DisputeOutcome> SubmitEvidence(EvidenceCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        var path = $"/v2/disputes/{call.Reference}";
        var pieces = call.Texts.SelectMany(text => SquareMapping.EvidenceOf(text.Key, text.Value)).Prepend(("GENERIC_EVIDENCE", MarkOf(call.Key))).ToList();
        foreach (var ((type, text), at) in pieces.Select((piece, at) => (piece, at)))
        {
            var body = EvidenceBody(call.Key, $"text-{at}", type);
            body["evidence_text"] = text;
            if (await RefusedEvidence(account, call, await client.Post(account, $"{path}/evidence-text", body, cancel), cancel) is { } refused)
            {
                return refused;
            }
        }

        foreach (var (file, at) in call.Files.Select((file, at) => (file, at)))
        {
            var body = EvidenceBody(call.Key, $"file-{at}", SquareMapping.EvidenceTypeOf(file.Purpose));
            body["content_type"] = file.ContentType;
            var reply = await client.Upload(account, $"{path}/evidence-files", body, file, ShortName(file.Name), cancel);
            if (await RefusedEvidence(account, call, reply, cancel) is { } refused)
            {
                return refused;
            }
        }

        return await HandIn(account, call, cancel);
    }

    public async Task<DisputeOutcome> AcceptDispute(AcceptDisputeCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        var reply = await client.Post(account, $"/v2/disputes/{call.Reference}/accept", null, cancel);
        return await AfterRequest(account, call.Reference, reply, report => report.Standing == DisputeStanding.Accepted, cancel);
    }

    public async Task<DisputeOutcome> DisputeStatus(DisputeStatusCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (await ReadReport(account, call.Reference, cancel) is not { } report)
        {
            return new DisputeOutcome.NotFound();
        }

        // Evidence that is there and not handed in yet is handed in by the same request, sent again.
        var isDone = call.RequestKey is not { } key || report.Standing == DisputeStanding.Accepted
            || (!SquareMapping.TakesEvidence(report.Standing) && await HasEvidence(account, call.Reference, key, cancel));
        return isDone ? new DisputeOutcome.Reported(report) : new DisputeOutcome.NotFound();
    }

    public Task<VerifiedMessage?> Verify(IncomingMessage message, IReadOnlyList<ProcessorAccount> receivers, CancellationToken cancel)
    {
        var receiver = receivers.FirstOrDefault(account => account[SquareKeys.SignatureKey] is { } key
            && (account[SquareKeys.NotificationUrl] ?? message.Url) is { } address
            && SquareClient.Fits(message.Header("x-square-hmacsha256-signature"), address, message.Body.Span, key));
        if (receiver is null)
        {
            return Task.FromResult<VerifiedMessage?>(null);
        }

        var read = message.ReadJson();
        var about = AboutOf(read);
        return Task.FromResult<VerifiedMessage?>(new(
            read.Needed("event_id"), receiver.Tenant, SquareMessages.RefundKeyOf(about) ?? SquareMessages.ChargeKeyOf(about) ?? read.Text("data", "id") ?? ""));
    }

    /// <summary>The object is asked for anew: messages come late and in any order, and what they carry may be over.</summary>
    public async Task<IReadOnlyList<ConnectorNews>> Read(Tenant tenant, IncomingMessage message, CancellationToken cancel)
    {
        var read = message.ReadJson();
        var (kind, about, account) = (read.Needed("type").Split('.')[0], AboutOf(read), await client.AccountOf(tenant));
        var news = about.Text("id") is not { } id ? null : kind switch
        {
            "payment" => await NewsOfPayment(account, id, cancel),
            "refund" => await NewsOfRefund(account, id, cancel),
            "card" => await NewsOfCard(account, id, cancel),
            "dispute" when await ReadReport(account, id, cancel) is { } report => new ConnectorNews.OfDispute(report),
            _ => null,
        };
        return news is null ? [] : [news];
    }

    /// <summary>The payouts of the location that were made in this time, one a page or a part of one, each with its entries.</summary>
    public async Task<SettlementPage> ReadSettlement(SettlementCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        var (atPayout, atEntry) = SettlementCursor.Read(call.Cursor);
        var path = $"/v2/payouts?location_id={account[SquareKeys.LocationId]}&begin_time={Written(call.From)}&end_time={Written(call.Until)}&sort_order=ASC&limit=1";
        var payouts = SquareClient.Expect(await client.Get(account, SquareClient.PageOf(path, atPayout), cancel));
        if (payouts.Items("payouts").FirstOrDefault() is not { ValueKind: JsonValueKind.Object } payout)
        {
            return new([], null);
        }

        var page = SquareClient.Expect(await client.Get(
            account, SquareClient.PageOf($"/v2/payouts/{payout.Needed("id")}/payout-entries?limit=100&sort_order=ASC", atEntry), cancel));
        var lines = page.Items("payout_entries").Select(SquareMessages.LineOf).ToList();
        if (page.Text("cursor") is { } next)
        {
            return new(lines, SettlementCursor.Of(atPayout, next));
        }

        lines.Add(SquareMessages.LineOfPayout(payout));
        return new(lines, payouts.Text("cursor") is { } following ? SettlementCursor.Of(following, null) : null);
    }

    private static JsonObject BodyOf(ProcessorAccount account, AuthorizeCall call)
    {
        var body = new JsonObject
        {
            ["idempotency_key"] = call.Key,
            ["reference_id"] = call.Key,
            ["amount_money"] = SquareMapping.MoneyOf(call.Amount),
            ["autocomplete"] = call.Capture,
            ["location_id"] = account[SquareKeys.LocationId],
            ["customer_details"] = new JsonObject { ["customer_initiated"] = !call.OffSession, ["seller_keyed_in"] = false },
        };
        switch (call.Instrument)
        {
            case Instrument.Card { Token: var token }:
                body["source_id"] = token;
                break;
            case Instrument.Saved { Reference: { } reference }:
                (body["customer_id"], body["source_id"]) = CardOnFile.Parts(reference);
                break;
            default:
                throw new NotSupportedException($"{ConnectorName} takes cards only, not {call.Instrument.Method}.");
        }

        if (call.Description is { Length: > 0 } description)
        {
            body["note"] = Shortened(description, NoteLengthMax);
        }

        if (call.StatementDescriptor is { Length: > 0 } descriptor)
        {
            body["statement_description_identifier"] = Shortened(descriptor, DescriptorLengthMax);
        }

        return body;
    }

    private static string Shortened(string text, int lengthMax) => text.Length <= lengthMax ? text : text[..lengthMax];

    private static ConnectorOutcome DeclinedOf(ProcessorReply reply)
    {
        var payment = reply.Json.At("payment");
        return payment.Text("status") == "FAILED"
            ? SquareMessages.Declined(SquareMessages.CodesOf(reply.Json), payment.Needed("id"), SquareMessages.SummaryOf(payment.At("card_details", "card")))
            : SquareMessages.OutcomeOf(payment);
    }

    private static ConnectorOutcome RefusedOf(ProcessorReply reply) =>
        IsBusy(reply) ? new ConnectorOutcome.NotCalled("Square asked for fewer calls.")
        : IsOfThisRequest(reply) ? SquareMessages.Declined(SquareMessages.CodesOf(reply.Json), null)
        : throw reply.NoAnswer();

    /// <summary>Busy, and no earlier try may have arrived: then nothing was done.</summary>
    private static bool IsBusy(ProcessorReply reply) => reply is { Status: HttpStatusCode.TooManyRequests, MayBeDone: false };

    /// <summary>
    /// A clear no to exactly this request. Never after a try without an answer, which may have been done: a token that is used up by
    /// then was perhaps used by us. The codes decide, not the status: Square answers one code with several.
    /// </summary>
    private static bool IsOfThisRequest(ProcessorReply reply) => !reply.MayBeDone && (int)reply.Status is >= 400 and < 500 and not 429
        && SquareMessages.CodesOf(reply.Json) is { Count: > 0 } codes && codes.All(SquareMapping.IsRefusal);

    private static bool IsStale(ProcessorReply reply) => SquareMessages.CodesOf(reply.Json).Contains(SquareMapping.VersionMismatch);

    /// <summary>Square completes a whole payment: for another amount the payment is changed first, where it may be.</summary>
    private static ConnectorOutcome.Declined? CannotBecome(JsonElement payment, Money amount)
    {
        var held = SquareMapping.MoneyOf(payment.At("total_money"));
        var needed = amount < held ? "EDIT_AMOUNT_DOWN" : "EDIT_AMOUNT_UP";
        return held == amount || payment.Items("capabilities").Any(one => one.GetString() == needed)
            ? null
            : new(
                payment.Needed("id"), Errors.ProcessorRejected.Code, "Square takes this payment in full only.", needed, null);
    }

    /// <summary>It is completed in the version that has the amount, so that nobody's change in between is taken along.</summary>
    private Task<ProcessorReply> StepToCapture(ProcessorAccount account, JsonElement payment, FollowUpCall call, CancellationToken cancel) =>
        SquareMapping.MoneyOf(payment.At("total_money")) == call.Amount
            ? client.Post(account, $"{Payments}/{payment.Needed("id")}/complete", new() { ["version_token"] = payment.Needed("version_token") }, cancel)
            : ChangeAmount(account, payment.Needed("id"), call.Key, call.Amount, cancel);

    private Task<ProcessorReply> ChangeAmount(ProcessorAccount account, string id, string key, Money amount, CancellationToken cancel) =>
        client.Put(account, $"{Payments}/{id}", new()
        {
            ["idempotency_key"] = key,
            ["payment"] = new JsonObject { ["amount_money"] = SquareMapping.MoneyOf(amount) },
        }, cancel);

    /// <summary>
    /// Whether this very capture changed the amount of a payment that is completed now. Square answers a repeat of the change as it
    /// answered the first, and refuses a new one to a completed payment; so asking changes nothing. A capture of the whole changed
    /// nothing either and is not known again: sent once more, it finds the payment taken in its amount.
    /// </summary>
    private async Task<bool> HasChanged(ProcessorAccount account, JsonElement payment, string key, CancellationToken cancel)
    {
        var reply = await ChangeAmount(account, payment.Needed("id"), key, SquareMapping.MoneyOf(payment.At("total_money")), cancel);
        return reply.IsSuccess || (SquareMessages.CodesOf(reply.Json) is { Count: > 0 } codes && codes.All(SquareMapping.IsRefusal)
            ? false
            : throw reply.NoAnswer());
    }

    /// <summary>What a payment that is not held any more says about its one capture.</summary>
    /// <param name="amount">Of the capture; null: whoever asks does not know.</param>
    private static ConnectorOutcome Ended(JsonElement payment, Money? amount) => SquareMessages.OutcomeOf(payment) switch
    {
        ConnectorOutcome.Captured captured when amount is { } asked && captured.Total != asked => new ConnectorOutcome.Declined(
            captured.Reference, Errors.ProcessorRejected.Code, "The payment was taken at Square already, in another amount.", "DELAYED_TRANSACTION_CAPTURED", null),
        ConnectorOutcome.Voided voided => new ConnectorOutcome.Declined(
            voided.Reference, Errors.AuthorizationExpired.Code, Errors.AuthorizationExpired.Sentence, "CANCELED", null),
        // It changed with every step: nobody knows what it will be.
        ConnectorOutcome.Authorized => throw new HttpRequestException("The payment does not stand still."),
        var outcome => outcome,
    };

    /// <summary>Square says nothing of what it found; a payment that is completed already it refuses to cancel.</summary>
    private async Task CancelByKey(ProcessorAccount account, string chargeKey, CancellationToken cancel)
    {
        var reply = await client.Post(account, $"{Payments}/cancel", new() { ["idempotency_key"] = chargeKey }, cancel);
        if (!reply.IsSuccess && (int)reply.Status is 401 or 403 or 409 or 429)
        {
            throw reply.NoAnswer();
        }
    }

    private async Task<ConnectorOutcome> Cancel(ProcessorAccount account, string id, CancellationToken cancel)
    {
        var reply = await client.Post(account, $"{Payments}/{id}/cancel", null, cancel);
        var payment = reply.IsSuccess ? reply.Json : SquareClient.Expect(await client.Get(account, $"{Payments}/{id}", cancel));
        return SquareMessages.OutcomeOf(payment.At("payment"));
    }

    private async Task<string?> PaymentId(ProcessorAccount account, string chargeKey, string? reference, CancellationToken cancel) =>
        reference ?? (await FindPayment(account, chargeKey, reference: null, cancel))?.Needed("id");

    /// <summary>By its id; without one among the payments of its time, since Square cannot be asked by a key or by a reference.</summary>
    private async Task<JsonElement?> FindPayment(ProcessorAccount account, string chargeKey, string? reference, CancellationToken cancel) =>
        reference is not null
            ? SquareClient.ExpectIfThere(await client.Get(account, $"{Payments}/{reference}", cancel))?.At("payment")
            : await FindPaymentOf(account, chargeKey, [SearchTime.Near(chargeKey), SearchTime.Wide(chargeKey)], cancel);

    /// <summary>The same for whoever learns nothing from "not found" while the call may still come.</summary>
    private Task<JsonElement?> FindPaymentSoFar(ProcessorAccount account, string chargeKey, string? reference, CancellationToken cancel) =>
        reference is null && MayStillCome(chargeKey)
            ? FindPaymentOf(account, chargeKey, [SearchTime.Near(chargeKey)], cancel)
            : FindPayment(account, chargeKey, reference, cancel);

    /// <summary>At the account's location, and then at the seller's others: the setting may have been changed since.</summary>
    private async Task<JsonElement?> FindPaymentOf(
        ProcessorAccount account, string chargeKey, IReadOnlyList<SearchTime> times, CancellationToken cancel)
    {
        await foreach (var location in LocationsOf(account, cancel))
        {
            foreach (var time in times)
            {
                if (await FindPaymentAt(account, location, chargeKey, time, cancel) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private async IAsyncEnumerable<string> LocationsOf(ProcessorAccount account, [EnumeratorCancellation] CancellationToken cancel)
    {
        var own = account[SquareKeys.LocationId]!;
        yield return own;
        var all = SquareClient.Expect(await client.Get(account, "/v2/locations", cancel));
        foreach (var other in all.Items("locations").Select(location => location.Needed("id")).Where(id => id != own))
        {
            yield return other;
        }
    }

    private bool MayStillCome(string chargeKey) => clock.GetUtcNow() - Id.TimeOf(chargeKey) < notFoundFinalAfter;

    private async Task<JsonElement?> FindPaymentAt(
        ProcessorAccount account, string location, string chargeKey, SearchTime time, CancellationToken cancel)
    {
        var path = $"{Payments}?location_id={location}&begin_time={Written(time.From)}&end_time={Written(time.Until)}&limit=100";
        await foreach (var payment in client.All(account, path, "payments", cancel))
        {
            if (SquareMessages.ChargeKeyOf(payment) == chargeKey)
            {
                // Lists lag: what it is now stands in the payment itself.
                return SquareClient.Expect(await client.Get(account, $"{Payments}/{payment.Needed("id")}", cancel)).At("payment");
            }
        }

        return null;
    }

    private static string Written(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private async Task<string?> SourceOf(ProcessorAccount account, SaveSource source, CancellationToken cancel) => source switch
    {
        SaveSource.OfCard { Token: var token } => token,
        // The card of a payment is kept by the payment's id.
        SaveSource.OfCharge { ChargeKey: var key } => await PaymentId(account, key, null, cancel),
        _ => throw new NotSupportedException($"{Name} keeps cards only."),
    };

    private async Task<JsonElement?> ReadRefund(ProcessorAccount account, string id, CancellationToken cancel) =>
        SquareClient.ExpectIfThere(await client.Get(account, $"/v2/refunds/{id}", cancel))?.At("refund");

    private static string MarkOf(string key) => $"Reference {key}";

    private static JsonObject EvidenceBody(string key, string part, string type) =>
        new() { ["idempotency_key"] = SquareClient.KeyOf(key, part), ["evidence_type"] = type };

    // The end of a name tells what kind of file it is.
    private static string ShortName(string name) => name.Length <= FileNameLengthMax ? name : name[^FileNameLengthMax..];

    /// <summary>Null: the piece is there.</summary>
    private async Task<DisputeOutcome?> RefusedEvidence(ProcessorAccount account, EvidenceCall call, ProcessorReply reply, CancellationToken cancel) =>
        reply.IsSuccess ? null : await AfterRequest(account, call.Reference, reply, _ => false, cancel);

    private async Task<DisputeOutcome> HandIn(ProcessorAccount account, EvidenceCall call, CancellationToken cancel)
    {
        var reply = await client.Post(account, $"/v2/disputes/{call.Reference}/submit-evidence", null, cancel);
        // Our evidence is in it, so it went along, whoever handed it in.
        return await AfterRequest(account, call.Reference, reply, report => !SquareMapping.TakesEvidence(report.Standing), cancel);
    }

    /// <summary>What became of a request to a dispute is in what the dispute is now.</summary>
    private async Task<DisputeOutcome> AfterRequest(
        ProcessorAccount account, string id, ProcessorReply reply, Func<DisputeReport, bool> isDone, CancellationToken cancel)
    {
        if (!reply.IsSuccess && (int)reply.Status is 401 or 403 or 409 or 429)
        {
            throw reply.NoAnswer();
        }

        return await ReadReport(account, id, cancel) switch
        {
            null => new DisputeOutcome.NotFound(),
            { } report when reply.IsSuccess || isDone(report) => new DisputeOutcome.Reported(report),
            { } report when IsOfThisRequest(reply) => new DisputeOutcome.Declined(
                "Square does not take it: the dispute is over, or its deadline has passed.", SquareMessages.CodesOf(reply.Json)[0], report),
            _ => throw reply.NoAnswer(),
        };
    }

    private async Task<bool> HasEvidence(ProcessorAccount account, string id, string key, CancellationToken cancel)
    {
        await foreach (var piece in client.All(account, $"/v2/disputes/{id}/evidence", "evidence", cancel))
        {
            if (piece.Text("evidence_text") == MarkOf(key))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Null: there is no such dispute, or it is about no charge of ours.</summary>
    private async Task<DisputeReport?> ReadReport(ProcessorAccount account, string id, CancellationToken cancel)
    {
        var dispute = SquareClient.ExpectIfThere(await client.Get(account, $"/v2/disputes/{id}", cancel))?.At("dispute");
        return dispute?.Text("disputed_payment", "payment_id") is { } payment
            && SquareClient.ExpectIfThere(await client.Get(account, $"{Payments}/{payment}", cancel)) is { } found
                ? SquareMessages.ReportOf(dispute.Value, found.At("payment"))
                : null;
    }

    private static JsonElement AboutOf(JsonElement read) =>
        read.Text("data", "type") is { } name ? read.At("data", "object", name) : default;

    private async Task<ConnectorNews?> NewsOfPayment(ProcessorAccount account, string id, CancellationToken cancel) =>
        SquareClient.ExpectIfThere(await client.Get(account, $"{Payments}/{id}", cancel))?.At("payment") is { } payment
        && SquareMessages.ChargeKeyOf(payment) is { } key
            ? new ConnectorNews.OfCharge(key, SquareMessages.OutcomeOf(payment))
            : null;

    private async Task<ConnectorNews?> NewsOfCard(ProcessorAccount account, string id, CancellationToken cancel) =>
        await cards.Read(account, id, cancel) is { } kept && SquareMessages.SetupKeyOf(kept) is { } key
            ? new ConnectorNews.OfSetup(key, SquareMessages.OutcomeOfSetup(kept))
            : null;

    private async Task<ConnectorNews?> NewsOfRefund(ProcessorAccount account, string id, CancellationToken cancel) =>
        await ReadRefund(account, id, cancel) is { } refund && SquareMessages.RefundKeyOf(refund) is { } key
            ? new ConnectorNews.OfRefund(key, SquareMessages.RefundOf(refund))
            : null;
}

/// <summary>Where the reading of payouts stands: the cursor of the payout, and of its entries.</summary>
internal static class SettlementCursor
{
    public static string Of(string? payout, string? entry) => JsonSerializer.Serialize(new string?[] { payout, entry });

    public static (string? Payout, string? Entry) Read(string? cursor) =>
        cursor is null ? (null, null) : JsonSerializer.Deserialize<string?[]>(cursor) is [var payout, var entry] ? (payout, entry) : throw new FormatException("It is no cursor of Square.");
}
