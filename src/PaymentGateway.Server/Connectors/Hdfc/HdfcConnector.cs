using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Hdfc;

/// <summary>HDFC Bank's SmartGateway, by its hosted payment page. What it says and what surprises: see the README here.</summary>
internal sealed class HdfcConnector(HdfcClient client, TimeProvider clock) : IConnector, IAccountConnector, IMessageConnector
{
    public const string ConnectorName = "hdfc";

    /// <summary>The page as a way to pay: the payer chooses card, net banking, UPI or a wallet there.</summary>
    public const string WalletName = "smartgateway";

    private const string Wallet = "wallet";
    private const string Busy = "SmartGateway asked for fewer calls.";

    /// <summary>Asked for to see whether the keys are taken: an id that no key of ours becomes, since it is shorter.</summary>
    private const string NoOrder = "NOSUCHORDER";

    /// <summary>A call is given up long before.</summary>
    private static readonly TimeSpan notFoundFinalAfter = TimeSpan.FromMinutes(4);

    /// <summary>
    /// Only the answer that made the page says until when it can be paid: fifteen minutes as a rule. Where that answer was lost, nobody has
    /// the page open after a day.
    /// </summary>
    private static readonly TimeSpan payableMax = TimeSpan.FromDays(1);

    /// <summary>Their clock and ours, and a payer who presses the button in the last second.</summary>
    private static readonly TimeSpan lateness = TimeSpan.FromMinutes(1);

    public string Name => ConnectorName;

    public ConnectorCapabilities Capabilities { get; } = new(
        FrozenSet.ToFrozenSet([Wallet]), FrozenSet.ToFrozenSet(["INR"]), FrozenSet.ToFrozenSet([Mode.Test, Mode.Live]), notFoundFinalAfter,
        Wallets: new Dictionary<string, string> { [WalletName] = "HDFC SmartGateway" },
        Refunds: new(new Dictionary<string, int> { ["upi"] = 5 }, DaysOtherwise: 7, CanCancel: false),
        TakenAtOnce: FrozenSet.ToFrozenSet([Wallet]), ClosesKeys: false);

    public IReadOnlyList<AccountField> AccountFields => HdfcKeys.All;

    public async Task<ConnectionTest> TestConnection(ProcessorAccount account, CancellationToken cancel)
    {
        var reply = await client.GetOrder(account, NoOrder, cancel);
        var isSealed = HdfcKeys.EnvelopeOf(account) is not null;
        return HdfcMapping.RefusalOf(HdfcClient.CodeOf(reply)) switch
        {
            HdfcRefusal.Credentials => new(false, isSealed
                ? "SmartGateway does not know the merchant id, or could not open the encrypted call."
                : "SmartGateway does not know the merchant id or the API key, or not under this name of its hosts."),
            _ when HdfcClient.ExpectIfThere(reply, NoOrder) is null || reply.IsSuccess =>
                new(true, isSealed ? "SmartGateway takes the keys; calls are encrypted." : "SmartGateway takes the API key."),
            _ => throw reply.NoAnswer(),
        };
    }

    public async Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        if (WhyNever(call) is { } never)
        {
            return never;
        }

        var orderId = HdfcIds.OrderIdOf(call.Key);
        var reply = await client.OpenSession(account, orderId, SessionOf(account, call, orderId), cancel);
        if (reply.IsSuccess)
        {
            return reply.Json.Text("status") == "NEW" ? OutcomeOfSession(reply.Json, orderId) : await OutcomeOf(account, call.Key, cancel);
        }

        return (reply, HdfcMapping.RefusalOf(HdfcClient.CodeOf(reply))) switch
        {
            ({ Status: HttpStatusCode.TooManyRequests, MayBeDone: false }, _) => new ConnectorOutcome.NotCalled(Busy),
            ({ Status: HttpStatusCode.TooManyRequests }, _) => throw reply.NoAnswer(),
            // It is there already: what became of it is what counts, and nothing is charged again.
            (_, HdfcRefusal.Duplicate or HdfcRefusal.Expired) => await OutcomeOf(account, call.Key, cancel),
            ({ MayBeDone: true }, _) => throw reply.NoAnswer(),
            (_, HdfcRefusal.Credentials) => Rejected("SmartGateway does not take the keys of the account.", reply),
            _ => Rejected("SmartGateway does not take the payment.", reply),
        };
    }

    private static ConnectorOutcome.Declined? WhyNever(AuthorizeCall call) => call switch
    {
        { Capture: false } => new(
            null, Errors.NotSupported.Code, "SmartGateway takes the money at once; it cannot be held.", "CAPTURE_AT_ONCE_ONLY", null),
        { OffSession: true } => new(null, Errors.AuthenticationRequired.Code, Errors.AuthenticationRequired.Sentence, "PAGE_ONLY", null),
        _ => null,
    };

    private static ConnectorOutcome.Declined Rejected(string sentence, ProcessorReply reply) =>
        new(null, Errors.ProcessorRejected.Code, sentence, HdfcClient.CodeOf(reply), null);

    private static JsonObject SessionOf(ProcessorAccount account, AuthorizeCall call, string orderId)
    {
        var session = new JsonObject
        {
            ["order_id"] = orderId,
            ["amount"] = Field.Written(call.Amount),
            ["currency"] = call.Amount.Currency.Code,
            // Empty for a guest.
            ["customer_id"] = call.Payer?.CustomerId ?? "",
            ["payment_page_client_id"] = account[HdfcKeys.ClientId],
            ["action"] = "paymentPage",
            [PaymentData.ChargeKeyField] = call.Key,
        };
        Field.Put(session, "customer_email", call.Payer?.Email);
        Field.Put(session, "customer_phone", HdfcMapping.PhoneOf(call.Payer?.Phone));
        Field.Put(session, "return_url", call.ReturnUrl);
        if (call.Instrument is Instrument.Wallet { Methods: { } methods })
        {
            session["payment_filter"] = HdfcMapping.FilterOf(methods);
        }

        return session;
    }

    private static ConnectorOutcome.ActionRequired OutcomeOfSession(JsonElement session, string orderId)
    {
        if (!string.Equals(session.Text("order_id"), orderId, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidFieldException("order_id", "must be that of the order that was made");
        }

        var page = Field.Text(session, "payment_links", "web") ?? throw new InvalidFieldException("payment_links.web", "must be there");
        var action = new NextAction("redirect_to_url", page, ExpiresAt: Field.Time(session, "order_expiry"));
        return new(orderId, action, HdfcMapping.PageSummary);
    }

    /// <summary>What became of the order of a key.</summary>
    private async Task<ConnectorOutcome> OutcomeOf(
        ProcessorAccount account, string chargeKey, CancellationToken cancel, DateTimeOffset? payableUntil = null) =>
        await Find(account, chargeKey, cancel) is { } order
            ? HdfcMessages.OutcomeOf(order, IsOver(order, chargeKey, payableUntil))
            : new ConnectorOutcome.NotFound();

    private async Task<PaymentData?> Find(ProcessorAccount account, string chargeKey, CancellationToken cancel)
    {
        var orderId = HdfcIds.OrderIdOf(chargeKey);
        return HdfcClient.ExpectIfThere(await client.GetOrder(account, orderId, cancel), orderId);
    }

    private bool IsOver(PaymentData order, string chargeKey, DateTimeOffset? payableUntil = null) =>
        clock.GetUtcNow() - lateness > (order.ExpiresAt ?? payableUntil ?? ((order.CreatedAt ?? Id.TimeOf(chargeKey)) + payableMax));

    public Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel) =>
        throw new NotSupportedException($"{Name} holds no money, so there is nothing to capture.");

    public Task<ConnectorOutcome> Increment(FollowUpCall call, CancellationToken cancel) =>
        throw new NotSupportedException($"{Name} declares no increments.");

    /// <summary>An order cannot be closed: it is over when its time is, and until then nobody knows.</summary>
    public async Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        return await OutcomeOf(account, call.ChargeKey, cancel, call.ActionExpiresAt) switch
        {
            ConnectorOutcome.NotFound => clock.GetUtcNow() - Id.TimeOf(call.ChargeKey) < notFoundFinalAfter
                ? new ConnectorOutcome.Unknown("SmartGateway does not know of the order yet.")
                : new ConnectorOutcome.Voided(null),
            ConnectorOutcome.ActionRequired open => new ConnectorOutcome.Pending(open.Reference, open.Summary, "PAYABLE"),
            var outcome => outcome,
        };
    }

    public async Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel) =>
        await OutcomeOf(await client.AccountOf(call.Tenant), call.ChargeKey, cancel);

    public async Task<RefundOutcome> Refund(RefundCall call, CancellationToken cancel)
    {
        var account = await client.AccountOf(call.Tenant);
        var (orderId, requestId) = (HdfcIds.OrderIdOf(call.ChargeKey), HdfcIds.RequestIdOf(call.Key));
        var reply = await client.Refund(account, orderId, requestId, Field.Written(call.Amount), cancel);
        if (reply.IsSuccess)
        {
            return HdfcMessages.FindRefund(HdfcClient.Expect(reply, orderId), requestId) is { } refund
                ? HdfcMessages.RefundOf(refund)
                : throw reply.NoAnswer();
        }

        return (reply.Status, HdfcMapping.RefusalOf(HdfcClient.CodeOf(reply))) switch
        {
            (HttpStatusCode.TooManyRequests, _) => new RefundOutcome.NotCalled(Busy),
            (_, HdfcRefusal.Duplicate) => await RefundOf(account, call.ChargeKey, requestId, cancel),
            (_, HdfcRefusal.NotFound) => new RefundOutcome.NotFound(),
            _ => new RefundOutcome.Failed(null, Errors.RefundDeclined.Code, "SmartGateway refused the refund.", HdfcClient.CodeOf(reply)),
        };
    }

    private async Task<RefundOutcome> RefundOf(ProcessorAccount account, string chargeKey, string requestId, CancellationToken cancel) =>
        await Find(account, chargeKey, cancel) is { } order && HdfcMessages.FindRefund(order, requestId) is { } refund
            ? HdfcMessages.RefundOf(refund)
            : new RefundOutcome.NotFound();

    public Task<RefundOutcome> CancelRefund(RefundStatusCall call, CancellationToken cancel) =>
        throw new NotSupportedException($"{Name} declares that no refund can be taken back.");

    public async Task<RefundOutcome> RefundStatus(RefundStatusCall call, CancellationToken cancel) =>
        await RefundOf(await client.AccountOf(call.Tenant), call.ChargeKey, HdfcIds.RequestIdOf(call.Key), cancel);

    /// <summary>SmartGateway docs, "Webhooks": the user and the password of the dashboard, and no signature of the body.</summary>
    public Task<VerifiedMessage?> Verify(IncomingMessage message, IReadOnlyList<ProcessorAccount> receivers, CancellationToken cancel)
    {
        var receiver = receivers.FirstOrDefault(one => Fits(message.Header("Authorization"), one));
        if (receiver is null)
        {
            return Task.FromResult<VerifiedMessage?>(null);
        }

        var read = message.ReadJson();
        var order = read.At("content", "order");
        return Task.FromResult<VerifiedMessage?>(new(
            read.Needed("id"), receiver.Tenant, order.Text(PaymentData.ChargeKeyField) ?? order.Text("order_id") ?? read.Text("event_name") ?? ""));
    }

    internal static bool Fits(string? header, ProcessorAccount account)
    {
        if (header is null || account[HdfcKeys.WebhookUser] is not { } user || account[HdfcKeys.WebhookPassword] is not { } password)
        {
            return false;
        }

        var expected = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(header));
    }

    /// <summary>
    /// Nothing in the message is signed, and messages come late and in any order: it only says which order to ask for. One that was not
    /// made here is nobody's.
    /// </summary>
    public async Task<IReadOnlyList<ConnectorNews>> Read(Tenant tenant, IncomingMessage message, CancellationToken cancel)
    {
        var read = message.ReadJson();
        var name = read.Text("event_name") ?? "";
        if (read.Text("content", "order", "order_id") is not { } orderId || name.StartsWith("MANDATE_", StringComparison.Ordinal))
        {
            return [];
        }

        var account = await client.AccountOf(tenant);
        if (HdfcClient.ExpectIfThere(await client.GetOrder(account, orderId, cancel), orderId) is not { ChargeKey: { } key } order
            || !string.Equals(HdfcIds.OrderIdOf(key), order.OrderId, StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        if (IsAboutRefunds(name))
        {
            return [.. NewsOfRefunds(order)];
        }

        // That the payer has begun is nothing that anybody waits for.
        return HdfcMessages.OutcomeOf(order, IsOver(order, key)) is not ConnectorOutcome.ActionRequired and var outcome
            ? [new ConnectorNews.OfCharge(key, outcome)]
            : [];
    }

    // AUTO_REFUND_… is about the charge: the gateway took it back by itself.
    private static bool IsAboutRefunds(string name) =>
        name.StartsWith("ORDER_REFUND", StringComparison.Ordinal) || name.StartsWith("REFUND_", StringComparison.Ordinal);

    private static IEnumerable<ConnectorNews> NewsOfRefunds(PaymentData order)
    {
        foreach (var refund in order.Refunds)
        {
            if (HdfcIds.RefundKeyOf(refund.RequestId) is { } key)
            {
                yield return new ConnectorNews.OfRefund(key, HdfcMessages.RefundOf(refund));
            }
        }
    }
}
