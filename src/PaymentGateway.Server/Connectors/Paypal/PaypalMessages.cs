using System.Globalization;
using System.Text.Json;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Paypal;

/// <summary>
/// What we write into <c>custom_id</c>: our key of the charge, and, once nothing may be paid with the order any more, why. PayPal keeps it
/// with all that comes of the order, and in its reports.
/// </summary>
/// <param name="Fault">An issue, when the order was given up for it.</param>
internal readonly record struct OrderMark(string Key, bool IsClosed, string? Fault)
{
    private const string Closed = "void";

    public static string Of(string key, string? fault) => $"{key} {fault ?? Closed}";

    public static OrderMark? Read(string? written) => written?.Split(' ') switch
    {
        [{ Length: > 0 } key] => new(key, false, null),
        [{ Length: > 0 } key, Closed] => new(key, true, null),
        [{ Length: > 0 } key, var fault] => new(key, true, fault),
        _ => null,
    };
}

/// <summary>PayPal's objects as our outcomes. PayPal API, "Orders v2", "Payments v2". Enums are open: an unknown word is pending.</summary>
internal static class PaypalMessages
{
    public static OrderMark? MarkOf(JsonElement order) => OrderMark.Read(UnitOf(order).Text("custom_id"));

    private static JsonElement UnitOf(JsonElement order) => order.Items("purchase_units").FirstOrDefault();

    public static IEnumerable<JsonElement> CapturesOf(JsonElement order) => UnitOf(order).Items("payments", "captures");

    public static IEnumerable<JsonElement> RefundsOf(JsonElement order) => UnitOf(order).Items("payments", "refunds");

    /// <summary>The last one: a renewed authorization takes the place of the one before.</summary>
    public static JsonElement? AuthorizationOf(JsonElement order) =>
        UnitOf(order).Items("payments", "authorizations").ToList() is { Count: > 0 } all ? all[^1] : null;

    /// <summary>Nobody has begun to pay with it, and nobody was kept from doing so.</summary>
    public static bool IsUntouched(JsonElement order) => order.Text("status") == "CREATED" && MarkOf(order) is not { IsClosed: true };

    /// <summary>An order as a whole. Of a completed one only what is in it says whether there is money.</summary>
    public static ConnectorOutcome OutcomeOf(JsonElement order)
    {
        var (id, summary) = (order.Needed("id"), SummaryOf(order.At("payment_source")));
        var outcome = (AuthorizationOf(order), CapturesOf(order).ToList()) switch
        {
            ({ } held, var captures) => OutcomeOfHeld(order, held, captures),
            (null, { Count: > 0 } captures) => OutcomeOfCaptures(id, summary, captures),
            _ => OutcomeOfUnpaid(order, id, summary),
        };
        return outcome with
        {
            Authentication = AuthenticationOf(order.At("payment_source", "card")),
            NetworkTransactionId = NetworkTransactionIdOf(order),
        };
    }

    /// <summary>Of the authorization, which the card holder agreed to; of what is taken at once, of the capture.</summary>
    private static string? NetworkTransactionIdOf(JsonElement order) =>
        (AuthorizationOf(order) ?? CapturesOf(order).FirstOrDefault()).Text("network_transaction_reference", "id");

    private static ConnectorOutcome OutcomeOfUnpaid(JsonElement order, string id, MethodSummary summary) => (order.Needed("status"), MarkOf(order)) switch
    {
        (not "COMPLETED", { IsClosed: true, Fault: { } fault }) => Declined(id, fault, summary),
        (not "COMPLETED", { IsClosed: true }) or ("VOIDED", _) => new ConnectorOutcome.Voided(id),
        // Nothing was ever confirmed with this order, and no call of ours would do it now.
        ("CREATED", _) => new ConnectorOutcome.NotFound(),
        ("PAYER_ACTION_REQUIRED", _) when PayerLinkOf(order) is { } url => new ConnectorOutcome.ActionRequired(id, new NextAction("redirect_to_url", url), summary),
        (var status, _) => new ConnectorOutcome.Pending(id, summary, status),
    };

    /// <summary>PayPal names the same page in two ways.</summary>
    public static string? PayerLinkOf(JsonElement order) =>
        order.Items("links").FirstOrDefault(link => link.Text("rel") is "payer-action" or "approve").Text("href");

    private static ConnectorOutcome OutcomeOfHeld(JsonElement order, JsonElement held, List<JsonElement> captures)
    {
        var (id, summary) = (order.Needed("id"), SummaryOf(order.At("payment_source")));
        return held.Needed("status") switch
        {
            "CREATED" or "PARTIALLY_CAPTURED" => new ConnectorOutcome.Authorized(id, summary, TimeOf(held.Text("expiration_time"))),
            "DENIED" => DeclinedByBank(id, held, summary),
            "VOIDED" when captures.Count == 0 => new ConnectorOutcome.Voided(id),
            "CAPTURED" or "VOIDED" => OutcomeOfCaptures(id, summary, captures),
            var status => new ConnectorOutcome.Pending(id, summary, held.Text("status_details", "reason") ?? status),
        };
    }

    private static ConnectorOutcome OutcomeOfCaptures(string id, MethodSummary summary, List<JsonElement> captures)
    {
        if (captures.Find(capture => !IsTaken(capture) && !IsRefused(capture)) is { ValueKind: JsonValueKind.Object } waiting)
        {
            return new ConnectorOutcome.Pending(id, summary, waiting.Text("status_details", "reason") ?? waiting.Text("status"));
        }

        return TotalOf(captures) is { } total ? new ConnectorOutcome.Captured(id, summary, total)
            : captures.Count > 0 ? DeclinedByBank(id, captures[^1], summary)
            : new ConnectorOutcome.Pending(id, summary);
    }

    private static bool IsTaken(JsonElement capture) => capture.Text("status") is "COMPLETED" or "PARTIALLY_REFUNDED" or "REFUNDED";

    private static bool IsRefused(JsonElement capture) => capture.Text("status") is "DECLINED" or "FAILED";

    private static Money? TotalOf(IEnumerable<JsonElement> captures) =>
        captures.Where(IsTaken).Select(capture => (Money?)PaypalMapping.MoneyOf(capture.At("amount"))).Aggregate(
            (Money?)null, (sum, amount) => sum is { } before ? before + amount!.Value : amount);

    /// <summary>One capture of an authorization: we write our key of it into <c>invoice_id</c>.</summary>
    public static ConnectorOutcome OutcomeOfCapture(JsonElement order, string key)
    {
        var captures = CapturesOf(order).ToList();
        if (captures.Find(capture => capture.Text("invoice_id") == key) is not { ValueKind: JsonValueKind.Object } found)
        {
            return new ConnectorOutcome.NotFound();
        }

        var (id, summary) = (order.Needed("id"), SummaryOf(order.At("payment_source")));
        return IsTaken(found) ? new ConnectorOutcome.Captured(id, summary, TotalOf(captures))
            : IsRefused(found) ? DeclinedByBank(id, found, summary)
            : new ConnectorOutcome.Pending(id, summary, found.Text("status_details", "reason") ?? found.Text("status"));
    }

    public static ConnectorOutcome Declined(string? reference, string? issue, MethodSummary? summary)
    {
        var kind = PaypalMapping.DeclineOf(issue);
        return new ConnectorOutcome.Declined(reference, kind.Code, kind.Sentence, issue, summary);
    }

    private static ConnectorOutcome.Declined DeclinedByBank(string reference, JsonElement payment, MethodSummary summary)
    {
        var code = payment.Text("processor_response", "response_code");
        var kind = PaypalMapping.DeclineOfBank(code);
        return new(reference, kind.Code, kind.Sentence, code ?? payment.Text("status"), summary);
    }

    /// <param name="source">Of an order, or of a payment token.</param>
    public static MethodSummary SummaryOf(JsonElement source)
    {
        var card = source.At("card");
        return card.ValueKind != JsonValueKind.Object
            ? new("wallet", Wallet: PaypalConnector.WalletName)
            : new("card", card.Text("brand")?.ToLowerInvariant(), card.Text("last_digits"), card.Text("type")?.ToLowerInvariant(), ExpiryOf(card.Text("expiry")));
    }

    /// <summary>2034-12 is 12/34.</summary>
    private static string? ExpiryOf(string? written) => written?.Split('-') is [{ Length: 4 } year, { Length: 2 } month] ? $"{month}/{year[2..]}" : null;

    /// <summary>Why the order may not be paid after what the bank said; null: it may.</summary>
    public static string? AuthenticationFaultOf(JsonElement order)
    {
        var result = order.At("payment_source", "card", "authentication_result");
        return PaypalMapping.AuthenticationFault(
            result.Text("liability_shift"), result.Text("three_d_secure", "enrollment_status"), result.Text("three_d_secure", "authentication_status"));
    }

    private static Authentication? AuthenticationOf(JsonElement card)
    {
        var result = card.At("authentication_result");
        return card.Text("brand")?.ToLowerInvariant() is not { } network
            || PaypalMapping.AuthenticationOf(result.Text("three_d_secure", "authentication_status")) is not { } status
            ? null
            : new Authentication
            {
                Network = network,
                Flow = result.Text("authentication_flow") == "FRICTIONLESS" ? AuthenticationFlow.Frictionless : AuthenticationFlow.Challenge,
                Status = status,
                Eci = Eci.Of(network, status),
            };
    }

    public static RefundOutcome RefundOf(JsonElement refund)
    {
        var id = refund.Needed("id");
        return refund.Needed("status") switch
        {
            "COMPLETED" => new RefundOutcome.Succeeded(id, refund.Text("acquirer_reference_number")),
            "FAILED" => new RefundOutcome.Failed(
                id, Errors.RefundDeclined.Code, "PayPal could not give the money back.", refund.Text("status_details", "reason") ?? "FAILED"),
            "CANCELLED" => new RefundOutcome.Canceled(id),
            _ => new RefundOutcome.Pending(id),
        };
    }

    /// <summary>The capture that still has this much, of which there must be one: PayPal refunds each capture by itself.</summary>
    public static string? CaptureWith(JsonElement order, Money amount) => CapturesOf(order)
        .Where(capture => capture.Text("status") is "COMPLETED" or "PARTIALLY_REFUNDED"
            && LeftOf(order, capture) is var left && left.Currency == amount.Currency && left.Minor >= amount.Minor)
        .Select(capture => capture.Text("id")).FirstOrDefault();

    private static Money LeftOf(JsonElement order, JsonElement capture)
    {
        var id = capture.Needed("id");
        return RefundsOf(order)
            .Where(refund => refund.Text("status") is "COMPLETED" or "PENDING" && CaptureIdOf(refund) == id)
            .Aggregate(PaypalMapping.MoneyOf(capture.At("amount")), (left, refund) => left - PaypalMapping.MoneyOf(refund.At("amount")));
    }

    /// <summary>The last part of the link <c>up</c>: the refund itself does not name it.</summary>
    private static string? CaptureIdOf(JsonElement refund) =>
        refund.Items("links").FirstOrDefault(link => link.Text("rel") == "up").Text("href")?.Split('/')[^1];

    /// <param name="chargeKey">Of the disputed capture.</param>
    /// <returns>Null: it stands where no table has a word for.</returns>
    public static DisputeReport? ReportOf(JsonElement dispute, string chargeKey)
    {
        if (PaypalMapping.StandingOf(
            dispute.Text("dispute_life_cycle_stage"), dispute.Text("status"), dispute.Text("dispute_outcome", "outcome_code")) is not { } standing)
        {
            return null;
        }

        var amount = PaypalMapping.MoneyOf(dispute.At("dispute_amount"));
        return new(
            chargeKey, dispute.Needed("dispute_id"), TimeOf(dispute.Needed("update_time"))!.Value.ToUnixTimeSeconds(), standing, amount,
            Money.FromMinor(0, amount.Currency), PaypalMapping.ReasonOf(dispute.Text("reason")), dispute.Text("external_reason_code"),
            TimeOf(dispute.Text("seller_response_due_date")));
    }

    public static SettlementLine LineOf(JsonElement info)
    {
        var gross = PaypalMapping.MoneyOf(info.At("transaction_amount"));
        var fee = info.At("fee_amount").ValueKind == JsonValueKind.Object ? PaypalMapping.MoneyOf(info.At("fee_amount")) : Money.FromMinor(0, gross.Currency);
        var (id, kind) = (info.Needed("transaction_id"), PaypalMapping.SettlementOf(info.Needed("transaction_event_code")));
        return new(
            id, kind, kind == SettlementKind.Payment && info.Text("paypal_reference_id_type") == "ODR" ? info.Text("paypal_reference_id")
            : kind == SettlementKind.Dispute ? info.Text("paypal_reference_id") ?? id : id,
            gross, Money.FromMinor(-fee.Minor, fee.Currency), gross + fee,
            TimeOf(info.Text("transaction_initiation_date")) ?? throw new JsonException("A line has no time."), AvailableAt: null);
    }

    public static DateTimeOffset? TimeOf(string? written) =>
        DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
