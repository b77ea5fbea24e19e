using System.Globalization;
using System.Text.Json;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Stripe;

/// <summary>Stripe's objects as our outcomes. Stripe API, "The PaymentIntent object" and so on. Enums are open: an unknown word is pending.</summary>
internal static class StripeMessages
{
    /// <summary>Our key of the charge, which the intent carries.</summary>
    public static string? ChargeKeyOf(JsonElement intent) => intent.Text("metadata", "charge");

    /// <summary>An intent as a whole, its <c>latest_charge</c> expanded.</summary>
    public static ConnectorOutcome OutcomeOf(JsonElement intent)
    {
        var (id, charge) = (intent.Needed("id"), intent.At("latest_charge"));
        var summary = SummaryOf(charge.At("payment_method_details", "card"));
        ConnectorOutcome outcome = intent.Needed("status") switch
        {
            "succeeded" => new ConnectorOutcome.Captured(id, summary, MoneyOf(intent, "amount_received")),
            "requires_capture" => new ConnectorOutcome.Authorized(id, summary, TimeOf(charge, "payment_method_details", "card", "capture_before")),
            "requires_action" when intent.Text("next_action", "redirect_to_url", "url") is { } url =>
                new ConnectorOutcome.ActionRequired(id, new NextAction("redirect_to_url", url), summary),
            "canceled" => new ConnectorOutcome.Voided(id),
            "requires_payment_method" when intent.At("last_payment_error").ValueKind == JsonValueKind.Object => Declined(intent.At("last_payment_error"), id),
            // Nothing was ever confirmed under this key, and no call of ours would confirm it now.
            "requires_payment_method" or "requires_confirmation" => new ConnectorOutcome.NotFound(),
            _ => new ConnectorOutcome.Pending(id, summary, intent.Text("status")),
        };
        return outcome with
        {
            Authentication = AuthenticationOf(charge.At("payment_method_details", "card")),
            NetworkTransactionId = charge.Text("payment_method_details", "card", "network_transaction_id"),
        };
    }

    /// <summary>Our key of the attempt, which the setup intent carries.</summary>
    public static string? SetupKeyOf(JsonElement setup) => setup.Text("metadata", "setup");

    /// <summary>A setup intent, its <c>payment_method</c> and its <c>latest_attempt</c> expanded.</summary>
    public static ConnectorOutcome OutcomeOfSetup(JsonElement setup)
    {
        var (id, method) = (setup.Needed("id"), setup.At("payment_method"));
        var summary = SummaryOf(method.At("card"));
        ConnectorOutcome outcome = setup.Needed("status") switch
        {
            // It stays "succeeded" after its customer is deleted; the card belongs to nobody then.
            "succeeded" when method.Text("customer") is null => new ConnectorOutcome.Voided(id),
            "succeeded" => new ConnectorOutcome.Authorized(id, summary),
            "requires_action" when setup.Text("next_action", "redirect_to_url", "url") is { } url =>
                new ConnectorOutcome.ActionRequired(id, new NextAction("redirect_to_url", url), summary),
            "canceled" => new ConnectorOutcome.Voided(id),
            "requires_payment_method" when setup.At("last_setup_error") is { ValueKind: JsonValueKind.Object } error => Declined(error, id),
            // Nothing was ever confirmed under this key, and no call of ours would confirm it now.
            "requires_payment_method" or "requires_confirmation" => new ConnectorOutcome.NotFound(),
            var status => new ConnectorOutcome.Pending(id, summary, status),
        };
        return outcome with { Authentication = AuthenticationOf(setup.At("latest_attempt", "payment_method_details", "card")) };
    }

    /// <param name="error">An <c>error</c> of an answer, or the last error of an intent.</param>
    public static ConnectorOutcome Declined(JsonElement error, string? reference)
    {
        var kind = StripeMapping.DeclineOf(error.Text("code"), error.Text("decline_code"));
        return new ConnectorOutcome.Declined(
            reference, kind.Code, kind.Sentence, error.Text("decline_code") ?? error.Text("code") ?? error.Text("type"),
            error.At("payment_method", "card").ValueKind == JsonValueKind.Object ? SummaryOf(error.At("payment_method", "card")) : null);
    }

    /// <param name="card">Of a payment method, or of a charge's details.</param>
    public static MethodSummary SummaryOf(JsonElement card) => new(
        "card", card.Text("brand"), card.Text("last4"), card.Text("funding"),
        card.Whole("exp_month") is { } month && card.Whole("exp_year") is { } year
            ? string.Create(CultureInfo.InvariantCulture, $"{month:00}/{year % 100:00}")
            : null);

    public static RefundOutcome RefundOf(JsonElement refund)
    {
        var id = refund.Needed("id");
        return refund.Needed("status") switch
        {
            "succeeded" => new RefundOutcome.Succeeded(id, refund.Text("destination_details", "card", "reference")),
            "failed" => new RefundOutcome.Failed(
                id, Errors.RefundDeclined.Code, "The customer's bank sent the refund back.", refund.Text("failure_reason")),
            "canceled" => new RefundOutcome.Canceled(id),
            _ => new RefundOutcome.Pending(id),
        };
    }

    /// <param name="dispute">With its <c>payment_intent</c> expanded.</param>
    /// <param name="revision">In seconds: Stripe numbers no versions.</param>
    /// <returns>Null: it is about no charge of ours, or stands where no table has a word for.</returns>
    public static DisputeReport? ReportOf(JsonElement dispute, long revision)
    {
        if (ChargeKeyOf(dispute.At("payment_intent")) is not { } key || StripeMapping.StandingOf(dispute.Needed("status")) is not { } standing)
        {
            return null;
        }

        var amount = MoneyOf(dispute, "amount");
        var fees = dispute.Items("balance_transactions")
            .Where(line => string.Equals(line.Text("currency"), dispute.Text("currency"), StringComparison.OrdinalIgnoreCase))
            .Sum(line => line.Whole("fee") ?? 0);
        return new(
            key, dispute.Needed("id"), revision, standing, amount, StripeMapping.MoneyOf(fees, dispute.Needed("currency")),
            StripeMapping.ReasonOf(dispute.Text("reason")),
            dispute.Text("network_reason_code") ?? dispute.Text("payment_method_details", "card", "network_reason_code"),
            TimeOf(dispute, "evidence_details", "due_by"));
    }

    public static SettlementLine LineOf(JsonElement line) => new(
        line.Needed("id"), StripeMapping.SettlementOf(line.Text("reporting_category") ?? ""), line.Text("source"), MoneyOf(line, "amount"),
        MoneyOf(line, "fee"), MoneyOf(line, "net"), TimeOf(line, "created") ?? throw new JsonException("A line has no time."), TimeOf(line, "available_on"));

    public static Money MoneyOf(JsonElement json, string field) => StripeMapping.MoneyOf(json.NeededWhole(field), json.Needed("currency"));

    private static DateTimeOffset? TimeOf(JsonElement json, params ReadOnlySpan<string> path) =>
        json.Whole(path) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static Authentication? AuthenticationOf(JsonElement card)
    {
        var (secure, network) = (card.At("three_d_secure"), card.Text("network") ?? card.Text("brand"));
        return network is null || StripeMapping.AuthenticationOf(secure.Text("result")) is not { } status
            ? null
            : new Authentication
            {
                Network = network,
                Flow = secure.Text("authentication_flow") == "challenge" ? AuthenticationFlow.Challenge : AuthenticationFlow.Frictionless,
                Status = status,
                Eci = secure.Text("electronic_commerce_indicator") ?? Eci.Of(network, status),
                Version = secure.Text("version"),
                DsTransId = secure.Text("transaction_id"),
                CardFingerprint = card.Text("fingerprint"),
            };
    }
}
