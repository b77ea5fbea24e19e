using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Stripe;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Connectors.Stripe;

/// <summary>Stripe's words as ours, one line a case.</summary>
public sealed class StripeMappingTests
{
    [Theory]
    [InlineData("expired_card", null, "CARD_EXPIRED")]
    [InlineData("invalid_expiry_month", null, "CARD_EXPIRED")]
    [InlineData("invalid_expiry_year", null, "CARD_EXPIRED")]
    [InlineData("incorrect_cvc", null, "INVALID_CVV")]
    [InlineData("invalid_cvc", null, "INVALID_CVV")]
    [InlineData("incorrect_number", null, "INVALID_CARD")]
    [InlineData("invalid_number", null, "INVALID_CARD")]
    [InlineData("authentication_required", null, "AUTHENTICATION_REQUIRED")]
    [InlineData("payment_intent_authentication_failure", null, "CARD_AUTHENTICATION_FAILED")]
    [InlineData("setup_intent_authentication_failure", null, "CARD_AUTHENTICATION_FAILED")]
    [InlineData("processing_error", null, "PROCESSING_ERROR")]
    [InlineData("charge_expired_for_capture", null, "AUTHORIZATION_EXPIRED")]
    [InlineData("capture_charge_authorization_expired", null, "AUTHORIZATION_EXPIRED")]
    [InlineData("card_declined", "insufficient_funds", "INSUFFICIENT_FUNDS")]
    [InlineData("card_declined", "card_velocity_exceeded", "LIMIT_EXCEEDED")]
    [InlineData("card_declined", "withdrawal_count_limit_exceeded", "LIMIT_EXCEEDED")]
    [InlineData("card_declined", "expired_card", "CARD_EXPIRED")]
    [InlineData("card_declined", "incorrect_cvc", "INVALID_CVV")]
    [InlineData("card_declined", "invalid_cvc", "INVALID_CVV")]
    [InlineData("card_declined", "incorrect_number", "INVALID_CARD")]
    [InlineData("card_declined", "invalid_number", "INVALID_CARD")]
    [InlineData("card_declined", "fraudulent", "SUSPECTED_FRAUD")]
    [InlineData("card_declined", "merchant_blacklist", "SUSPECTED_FRAUD")]
    [InlineData("card_declined", "authentication_required", "AUTHENTICATION_REQUIRED")]
    [InlineData("card_declined", "processing_error", "PROCESSING_ERROR")]
    [InlineData("card_declined", "issuer_not_available", "PROCESSING_ERROR")]
    [InlineData("card_declined", "try_again_later", "PROCESSING_ERROR")]
    [InlineData("card_declined", "reenter_transaction", "PROCESSING_ERROR")]
    [InlineData("card_declined", "lost_card", "CARD_DECLINED")]
    [InlineData("card_declined", "a_word_of_tomorrow", "CARD_DECLINED")]
    [InlineData("card_declined", null, "CARD_DECLINED")]
    [InlineData("a_code_of_tomorrow", null, "PROCESSOR_REJECTED")]
    [InlineData("a_code_of_tomorrow", "a_word_of_tomorrow", "CARD_DECLINED")]
    [InlineData("processing_error", "insufficient_funds", "INSUFFICIENT_FUNDS")]
    [InlineData(null, null, "PROCESSOR_REJECTED")]
    public void A_decline_has_a_code_of_ours(string? code, string? declineCode, string expected) =>
        Assert.Equal(expected, StripeMapping.DeclineOf(code, declineCode).Code);

    [Theory]
    [InlineData("succeeded", "Authorized")]
    [InlineData("requires_action", "ActionRequired")]
    [InlineData("canceled", "Voided")]
    [InlineData("requires_payment_method", "NotFound")]
    [InlineData("requires_confirmation", "NotFound")]
    [InlineData("processing", "Pending")]
    [InlineData("a_word_of_tomorrow", "Pending")]
    public void A_setup_intent_stands_where_its_status_says(string status, string expected) =>
        Assert.Equal(expected, StripeMessages.OutcomeOfSetup(Setup(status)).GetType().Name);

    [Fact]
    public void A_setup_intent_with_an_error_is_declined() => Assert.Equal(
        "CARD_AUTHENTICATION_FAILED",
        Assert.IsType<ConnectorOutcome.Declined>(StripeMessages.OutcomeOfSetup(Setup(
            "requires_payment_method", "\"last_setup_error\": { \"code\": \"setup_intent_authentication_failure\" },"))).Code);

    [Fact]
    public void A_card_whose_customer_is_deleted_is_not_set_up_any_more() => Assert.IsType<ConnectorOutcome.Voided>(StripeMessages.OutcomeOfSetup(
        JsonDocument.Parse("""{ "id": "seti_1", "status": "succeeded", "payment_method": { "id": "pm_1", "customer": null } }""").RootElement));

    [Fact]
    public void A_setup_intent_tells_what_the_bank_said()
    {
        var authentication = StripeMessages.OutcomeOfSetup(Setup("succeeded")).Authentication!;
        Assert.Equal(("visa", TransStatus.Authenticated, "05"), (authentication.Network, authentication.Status, authentication.Eci));
    }

    private static JsonElement Setup(string status, string more = "") => JsonDocument.Parse(
        $$"""
        {
          "id": "seti_1", "status": "{{status}}", {{more}}
          "next_action": { "type": "redirect_to_url", "redirect_to_url": { "url": "https://bank.example" } },
          "payment_method": { "id": "pm_1", "customer": "cus_1", "card": { "brand": "visa", "last4": "3220" } },
          "latest_attempt": { "payment_method_details": { "card": {
            "brand": "visa", "network": "visa", "three_d_secure": { "result": "authenticated", "authentication_flow": "challenge" } } } }
        }
        """).RootElement;

    [Theory]
    [InlineData(SetupFutureUsage.OnSession, "on_session")]
    [InlineData(SetupFutureUsage.OffSession, "off_session")]
    [InlineData(null, null)]
    public void What_a_card_is_kept_for_has_a_word(SetupFutureUsage? usage, string? expected) => Assert.Equal(expected, StripeMapping.UsageOf(usage));

    [Theory]
    [InlineData(AuthenticationWish.Automatic, null)]
    [InlineData(AuthenticationWish.Any, "any")]
    [InlineData(AuthenticationWish.Challenge, "challenge")]
    [InlineData(null, null)]
    public void A_wish_has_a_word(AuthenticationWish? wish, string? expected) => Assert.Equal(expected, StripeMapping.WishOf(wish));

    [Theory]
    [InlineData("warning_needs_response", "WarningNeedsResponse")]
    [InlineData("warning_under_review", "WarningUnderReview")]
    [InlineData("warning_closed", "WarningClosed")]
    [InlineData("needs_response", "NeedsResponse")]
    [InlineData("under_review", "UnderReview")]
    [InlineData("won", "Won")]
    [InlineData("prevented", "Won")]
    [InlineData("lost", "Lost")]
    [InlineData("a_word_of_tomorrow", null)]
    public void A_dispute_stands_where_its_status_says(string status, string? expected) => Assert.Equal(expected, StripeMapping.StandingOf(status)?.ToString());

    [Theory]
    [InlineData("fraudulent", DisputeReason.Fraudulent)]
    [InlineData("unrecognized", DisputeReason.Unrecognized)]
    [InlineData("duplicate", DisputeReason.Duplicate)]
    [InlineData("product_not_received", DisputeReason.ProductNotReceived)]
    [InlineData("product_unacceptable", DisputeReason.ProductUnacceptable)]
    [InlineData("credit_not_processed", DisputeReason.CreditNotProcessed)]
    [InlineData("subscription_canceled", DisputeReason.SubscriptionCanceled)]
    [InlineData("incorrect_account_details", DisputeReason.PaidByOtherMeans)]
    [InlineData("debit_not_authorized", DisputeReason.PaidByOtherMeans)]
    [InlineData("insufficient_funds", DisputeReason.PaidByOtherMeans)]
    [InlineData("a_word_of_tomorrow", DisputeReason.General)]
    [InlineData(null, DisputeReason.General)]
    public void A_dispute_has_a_reason(string? reason, DisputeReason expected) => Assert.Equal(expected, StripeMapping.ReasonOf(reason));

    [Theory]
    [InlineData("explanation", "uncategorized_text")]
    [InlineData("productDescription", "product_description")]
    [InlineData("customerName", "customer_name")]
    [InlineData("customerEmail", "customer_email_address")]
    [InlineData("billingAddress", "billing_address")]
    [InlineData("purchaseIpAddress", "customer_purchase_ip")]
    [InlineData("accessLog", "access_activity_log")]
    [InlineData("shippingAddress", "shipping_address")]
    [InlineData("shippingCarrier", "shipping_carrier")]
    [InlineData("shippingTrackingNumber", "shipping_tracking_number")]
    [InlineData("shippingDate", "shipping_date")]
    [InlineData("serviceDate", "service_date")]
    [InlineData("refundPolicyDisclosure", "refund_policy_disclosure")]
    [InlineData("refundRefusalExplanation", "refund_refusal_explanation")]
    [InlineData("cancellationPolicyDisclosure", "cancellation_policy_disclosure")]
    [InlineData("cancellationRebuttal", "cancellation_rebuttal")]
    [InlineData("duplicateChargeId", "duplicate_charge_id")]
    [InlineData("duplicateChargeExplanation", "duplicate_charge_explanation")]
    public void A_text_of_evidence_has_its_field(string field, string expected) => Assert.Equal(expected, StripeMapping.EvidenceFields[field]);

    [Theory]
    [InlineData("requested_by_customer", "requested_by_customer")]
    [InlineData("duplicate", "duplicate")]
    [InlineData("fraudulent", "fraudulent")]
    [InlineData("other", null)]
    public void A_reason_of_a_refund_is_told_where_there_is_a_word(string reason, string? expected) =>
        Assert.Equal(expected, StripeMapping.RefundReasonOf(reason));

    [Theory]
    [InlineData("authenticated", "Authenticated")]
    [InlineData("attempt_acknowledged", "Attempted")]
    [InlineData("failed", "NotAuthenticated")]
    [InlineData("not_supported", "Unavailable")]
    [InlineData("processing_error", "Unavailable")]
    [InlineData("exempted", null)]
    [InlineData(null, null)]
    public void What_3_D_Secure_said_has_its_status(string? result, string? status) =>
        Assert.Equal(status, StripeMapping.AuthenticationOf(result)?.ToString());

    [Theory]
    [InlineData("charge", SettlementKind.Payment)]
    [InlineData("charge_failure", SettlementKind.Payment)]
    [InlineData("partial_capture_reversal", SettlementKind.Payment)]
    [InlineData("refund", SettlementKind.Refund)]
    [InlineData("refund_failure", SettlementKind.Refund)]
    [InlineData("dispute", SettlementKind.Dispute)]
    [InlineData("dispute_reversal", SettlementKind.Dispute)]
    [InlineData("fee", SettlementKind.Fee)]
    [InlineData("network_cost", SettlementKind.Fee)]
    [InlineData("tax", SettlementKind.Fee)]
    [InlineData("payout", SettlementKind.Payout)]
    [InlineData("payout_reversal", SettlementKind.Payout)]
    [InlineData("a_word_of_tomorrow", SettlementKind.Other)]
    public void A_line_of_the_balance_has_its_kind(string category, SettlementKind expected) => Assert.Equal(expected, StripeMapping.SettlementOf(category));

    [Theory]
    [InlineData("USD", 1099, 1099L)]
    [InlineData("JPY", 500, 500L)]
    [InlineData("ISK", 5, 500L)]
    [InlineData("UGX", 5, 500L)]
    [InlineData("KWD", 1230, 1230L)]
    [InlineData("BHD", 1231, null)]
    [InlineData("JOD", 1231, null)]
    [InlineData("KWD", 1231, null)]
    [InlineData("OMR", 1231, null)]
    [InlineData("TND", 1231, null)]
    public void An_amount_is_written_as_Stripe_wants_it(string currency, long minor, long? expected)
    {
        Assert.True(Currency.TryParse(currency, out var known));
        var written = StripeMapping.AmountOf(Money.FromMinor(minor, known));
        Assert.Equal(expected, written);
        if (written is { } amount)
        {
            Assert.Equal(Money.FromMinor(minor, known), StripeMapping.MoneyOf(amount, currency.ToLowerInvariant()));
        }
    }

    [Theory]
    [InlineData(501, "isk")]
    [InlineData(1, "zzz")]
    public void An_amount_that_cannot_be_is_no_answer(long amount, string currency) => Assert.Throws<JsonException>(() => StripeMapping.MoneyOf(amount, currency));

    [Theory]
    [InlineData("succeeded", "", typeof(ConnectorOutcome.Captured))]
    [InlineData("requires_capture", "", typeof(ConnectorOutcome.Authorized))]
    [InlineData("requires_action", """, "next_action": { "redirect_to_url": { "url": "https://bank.example" } }""", typeof(ConnectorOutcome.ActionRequired))]
    [InlineData("requires_action", "", typeof(ConnectorOutcome.Pending))]
    [InlineData("processing", "", typeof(ConnectorOutcome.Pending))]
    [InlineData("canceled", "", typeof(ConnectorOutcome.Voided))]
    [InlineData("requires_payment_method", """, "last_payment_error": { "code": "card_declined" }""", typeof(ConnectorOutcome.Declined))]
    [InlineData("requires_payment_method", """, "last_payment_error": null""", typeof(ConnectorOutcome.NotFound))]
    [InlineData("requires_confirmation", "", typeof(ConnectorOutcome.NotFound))]
    [InlineData("a_word_of_tomorrow", "", typeof(ConnectorOutcome.Pending))]
    public void An_intent_is_what_its_status_says(string status, string more, Type expected) => Assert.IsType(expected, StripeMessages.OutcomeOf(
        Json($$"""{ "id": "pi_1", "status": "{{status}}", "amount_received": 100, "currency": "usd"{{more}} }""")));

    [Theory]
    [InlineData("succeeded", typeof(RefundOutcome.Succeeded))]
    [InlineData("failed", typeof(RefundOutcome.Failed))]
    [InlineData("canceled", typeof(RefundOutcome.Canceled))]
    [InlineData("pending", typeof(RefundOutcome.Pending))]
    [InlineData("requires_action", typeof(RefundOutcome.Pending))]
    [InlineData("a_word_of_tomorrow", typeof(RefundOutcome.Pending))]
    public void A_refund_is_what_its_status_says(string status, Type expected) =>
        Assert.IsType(expected, StripeMessages.RefundOf(Json($$"""{ "id": "re_1", "status": "{{status}}" }""")));

    [Theory]
    [InlineData("secretKey", "sk_test_1", Mode.Test, true)]
    [InlineData("secretKey", "rk_live_1", Mode.Live, true)]
    [InlineData("secretKey", "sk_live_1", Mode.Test, false)]
    [InlineData("secretKey", "sk_test_1 x", Mode.Test, false)]
    [InlineData("publishableKey", "pk_test_1", Mode.Test, true)]
    [InlineData("publishableKey", "pk_test_1", Mode.Live, false)]
    [InlineData("webhookSecret", "whsec_1", Mode.Live, true)]
    [InlineData("webhookSecret", "sk_live_1", Mode.Live, false)]
    public void A_key_says_what_it_is(string name, string value, Mode mode, bool fits) => Assert.Equal(fits, name switch
    {
        "secretKey" => StripeKeys.SecretFault(value, mode),
        "publishableKey" => StripeKeys.PublishableFault(value, mode),
        _ => StripeKeys.WebhookFault(value, mode),
    } is null);

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
