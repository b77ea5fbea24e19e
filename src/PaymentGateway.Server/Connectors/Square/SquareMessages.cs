using System.Globalization;
using System.Text.Json;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Square;

/// <summary>Square's objects as our outcomes. Square API, Payment, PaymentRefund and so on. Enums are open: an unknown word is pending.</summary>
internal static class SquareMessages
{
    /// <summary>Our key of the charge, which the payment carries.</summary>
    public static string? ChargeKeyOf(JsonElement payment) => payment.Text("reference_id");

    public static ConnectorOutcome OutcomeOf(JsonElement payment)
    {
        var (id, summary) = (payment.Needed("id"), SummaryOf(payment.At("card_details", "card")));
        return payment.Needed("status") switch
        {
            "COMPLETED" => new ConnectorOutcome.Captured(id, summary, SquareMapping.MoneyOf(payment.At("total_money"))),
            "APPROVED" => new ConnectorOutcome.Authorized(id, summary, TimeOf(payment, "delayed_until")),
            "CANCELED" => new ConnectorOutcome.Voided(id),
            "FAILED" => Declined([.. CodesOf(payment.At("card_details")), .. CodesOf(payment.At("bank_account_details"))], id, summary),
            var status => new ConnectorOutcome.Pending(id, summary, status),
        };
    }

    public static ConnectorOutcome Declined(IReadOnlyList<string> codes, string? reference, MethodSummary? summary = null)
    {
        var (kind, code) = SquareMapping.DeclineOf(codes);
        return new ConnectorOutcome.Declined(reference, kind.Code, kind.Sentence, code, summary);
    }

    /// <summary>The codes in <c>errors</c>, of an answer or of a payment's card.</summary>
    public static IReadOnlyList<string> CodesOf(JsonElement json) => [.. json.Items("errors").Select(error => error.Text("code")).OfType<string>()];

    public static MethodSummary SummaryOf(JsonElement card) => new(
        "card", SquareMapping.NetworkOf(card.Text("card_brand")), card.Text("last_4"),
        card.Text("prepaid_type") == "PREPAID" ? "prepaid" : card.Text("card_type") switch { "CREDIT" => "credit", "DEBIT" => "debit", _ => null },
        card.Whole("exp_month") is { } month && card.Whole("exp_year") is { } year
            ? string.Create(CultureInfo.InvariantCulture, $"{month:00}/{year % 100:00}")
            : null);

    public static SaveOutcome.Saved SavedOf(JsonElement card) => new(ReferenceOf(card), SummaryOf(card), card.Text("fingerprint"));

    private static string ReferenceOf(JsonElement card) => CardOnFile.Of(card.Needed("customer_id"), card.Needed("id"));

    /// <summary>A card on file, which is all that a set-up is at Square.</summary>
    public static ConnectorOutcome OutcomeOfSetup(JsonElement card) => card.Flag("enabled") == false
        ? new ConnectorOutcome.Voided(ReferenceOf(card))
        : new ConnectorOutcome.Authorized(ReferenceOf(card), SummaryOf(card));

    /// <summary>Cards are kept by payments too: those of set-ups say so.</summary>
    public static string SetupReferenceOf(string key) => SetupMark + key;

    /// <summary>Null: it is not the card of a set-up.</summary>
    public static string? SetupKeyOf(JsonElement card) =>
        card.Text("reference_id") is { } reference && reference.StartsWith(SetupMark, StringComparison.Ordinal)
            ? reference[SetupMark.Length..]
            : null;

    private const string SetupMark = "setup:";

    /// <summary>A refund at Square has room for words only, so our key stands behind them.</summary>
    public static string ReasonOf(string reason, string key) => $"{SquareMapping.RefundWordsOf(reason)} ({key})";

    public static string? RefundKeyOf(JsonElement refund) =>
        refund.Text("reason") is { } reason && reason.EndsWith(')') && reason.LastIndexOf('(') is >= 0 and var at ? reason[(at + 1)..^1] : null;

    public static RefundOutcome RefundOf(JsonElement refund)
    {
        var id = refund.Needed("id");
        return refund.Text("status") switch
        {
            "COMPLETED" => new RefundOutcome.Succeeded(id, null),
            "REJECTED" => new RefundOutcome.Failed(id, Errors.RefundDeclined.Code, "Square rejected the refund.", "REJECTED"),
            "FAILED" => new RefundOutcome.Failed(id, Errors.RefundDeclined.Code, "The refund did not reach the customer.", "FAILED"),
            _ => new RefundOutcome.Pending(id),
        };
    }

    /// <param name="payment">That is disputed.</param>
    /// <returns>Null: it is about no charge of ours, or stands where no table has a word for.</returns>
    public static DisputeReport? ReportOf(JsonElement dispute, JsonElement payment)
    {
        if (ChargeKeyOf(payment) is not { } key || SquareMapping.StandingOf(dispute.Needed("state")) is not { } standing)
        {
            return null;
        }

        var amount = SquareMapping.MoneyOf(dispute.At("amount_money"));
        return new(
            key, dispute.Needed("id"), dispute.Whole("version") ?? 0, standing, amount, Fee: Money.Zero(amount.Currency),
            SquareMapping.ReasonOf(dispute.Text("reason")), NetworkReasonCode: null, TimeOf(dispute, "due_at"));
    }

    public static SettlementLine LineOf(JsonElement entry)
    {
        var type = entry.Text("type") ?? "";
        var details = entry.At($"type_{type.ToLowerInvariant()}_details");
        return new(
            entry.Needed("id"), SquareMapping.SettlementOf(type), details.Text("dispute_id") ?? details.Text("refund_id") ?? details.Text("payment_id"),
            SquareMapping.MoneyOf(entry.At("gross_amount_money")), SquareMapping.MoneyOf(entry.At("fee_amount_money")),
            SquareMapping.MoneyOf(entry.At("net_amount_money")), TimeOf(entry, "effective_at") ?? throw new JsonException("An entry has no time."),
            AvailableAt: null);
    }

    /// <summary>The payout itself, which takes out what its entries put in. What a fast transfer costs is an entry of its own.</summary>
    public static SettlementLine LineOfPayout(JsonElement payout)
    {
        var amount = SquareMapping.MoneyOf(payout.At("amount_money")).Negate();
        var created = TimeOf(payout, "created_at") ?? throw new JsonException("A payout has no time.");
        return new(payout.Needed("id"), SettlementKind.Payout, payout.Text("end_to_end_id"), amount, Money.Zero(amount.Currency), amount, created, created);
    }

    private static DateTimeOffset? TimeOf(JsonElement json, string field) =>
        DateTimeOffset.TryParse(json.Text(field), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
