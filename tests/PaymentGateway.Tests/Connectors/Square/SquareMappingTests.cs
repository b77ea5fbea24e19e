using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Square;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Connectors.Square;

/// <summary>Square's words as ours, one line a case.</summary>
public sealed class SquareMappingTests
{
    [Theory]
    [InlineData("GENERIC_DECLINE", "CARD_DECLINED", "GENERIC_DECLINE")]
    [InlineData("GENERIC_DECLINE CVV_FAILURE", "INVALID_CVV", "CVV_FAILURE")]
    [InlineData("GENERIC_DECLINE ADDRESS_VERIFICATION_FAILURE", "CARD_DECLINED", "ADDRESS_VERIFICATION_FAILURE")]
    [InlineData("INSUFFICIENT_FUNDS", "INSUFFICIENT_FUNDS", "INSUFFICIENT_FUNDS")]
    [InlineData("TRANSACTION_LIMIT", "LIMIT_EXCEEDED", "TRANSACTION_LIMIT")]
    [InlineData("BAD_EXPIRATION", "CARD_EXPIRED", "BAD_EXPIRATION")]
    [InlineData("PAN_FAILURE", "INVALID_CARD", "PAN_FAILURE")]
    [InlineData("CARD_DECLINED_VERIFICATION_REQUIRED", "AUTHENTICATION_REQUIRED", "CARD_DECLINED_VERIFICATION_REQUIRED")]
    [InlineData("CARD_TOKEN_USED", "INVALID_TOKEN", "CARD_TOKEN_USED")]
    [InlineData("TEMPORARY_ERROR", "PROCESSING_ERROR", "TEMPORARY_ERROR")]
    [InlineData("A_CODE_OF_TOMORROW", "PROCESSOR_REJECTED", "A_CODE_OF_TOMORROW")]
    [InlineData("A_CODE_OF_TOMORROW CARD_EXPIRED", "CARD_EXPIRED", "CARD_EXPIRED")]
    public void Of_several_errors_the_telling_one_counts(string codes, string expected, string processorCode)
    {
        var (kind, code) = SquareMapping.DeclineOf(codes.Split(' '));
        Assert.Equal((expected, processorCode), (kind.Code, code));
    }

    [Theory]
    [InlineData("GENERIC_DECLINE", "CARD_DECLINED")]
    [InlineData("CARD_DECLINED", "CARD_DECLINED")]
    [InlineData("CARD_DECLINED_CALL_ISSUER", "CARD_DECLINED")]
    [InlineData("VOICE_FAILURE", "CARD_DECLINED")]
    [InlineData("ACCOUNT_UNUSABLE", "CARD_DECLINED")]
    [InlineData("INVALID_ACCOUNT", "CARD_DECLINED")]
    [InlineData("INSUFFICIENT_PERMISSIONS", "CARD_DECLINED")]
    [InlineData("CARDHOLDER_INSUFFICIENT_PERMISSIONS", "CARD_DECLINED")]
    [InlineData("ADDRESS_VERIFICATION_FAILURE", "CARD_DECLINED")]
    [InlineData("VERIFY_AVS_FAILURE", "CARD_DECLINED")]
    [InlineData("INVALID_POSTAL_CODE", "CARD_DECLINED")]
    [InlineData("CARD_NOT_SUPPORTED", "CARD_DECLINED")]
    [InlineData("UNSUPPORTED_CARD_BRAND", "CARD_DECLINED")]
    [InlineData("INSUFFICIENT_FUNDS", "INSUFFICIENT_FUNDS")]
    [InlineData("TRANSACTION_LIMIT", "LIMIT_EXCEEDED")]
    [InlineData("PAYMENT_LIMIT_EXCEEDED", "LIMIT_EXCEEDED")]
    [InlineData("CARD_EXPIRED", "CARD_EXPIRED")]
    [InlineData("EXPIRATION_FAILURE", "CARD_EXPIRED")]
    [InlineData("INVALID_EXPIRATION", "CARD_EXPIRED")]
    [InlineData("INVALID_EXPIRATION_YEAR", "CARD_EXPIRED")]
    [InlineData("INVALID_EXPIRATION_DATE", "CARD_EXPIRED")]
    [InlineData("BAD_EXPIRATION", "CARD_EXPIRED")]
    [InlineData("CVV_FAILURE", "INVALID_CVV")]
    [InlineData("VERIFY_CVV_FAILURE", "INVALID_CVV")]
    [InlineData("PAN_FAILURE", "INVALID_CARD")]
    [InlineData("INVALID_CARD", "INVALID_CARD")]
    [InlineData("INVALID_CARD_DATA", "INVALID_CARD")]
    [InlineData("INVALID_ENCRYPTED_CARD", "INVALID_CARD")]
    [InlineData("CARD_DECLINED_VERIFICATION_REQUIRED", "AUTHENTICATION_REQUIRED")]
    [InlineData("CARD_TOKEN_EXPIRED", "INVALID_TOKEN")]
    [InlineData("CARD_TOKEN_USED", "INVALID_TOKEN")]
    [InlineData("SOURCE_EXPIRED", "INVALID_TOKEN")]
    [InlineData("SOURCE_USED", "INVALID_TOKEN")]
    [InlineData("CUSTOMER_NOT_FOUND", "INVALID_TOKEN")]
    [InlineData("TEMPORARY_ERROR", "PROCESSING_ERROR")]
    [InlineData("DELAYED_TRANSACTION_EXPIRED", "AUTHORIZATION_EXPIRED")]
    [InlineData("DELAYED_TRANSACTION_CANCELED", "AUTHORIZATION_EXPIRED")]
    [InlineData("DELAYED_TRANSACTION_FAILED", "AUTHORIZATION_EXPIRED")]
    [InlineData("A_CODE_OF_TOMORROW", "PROCESSOR_REJECTED")]
    public void A_code_is_one_of_ours(string code, string expected) => Assert.Equal((expected, code), (SquareMapping.DeclineOf([code]).Kind.Code, SquareMapping.DeclineOf([code]).Code));

    [Theory]
    [InlineData("INTERNAL_SERVER_ERROR", false)]
    [InlineData("BAD_GATEWAY", false)]
    [InlineData("SERVICE_UNAVAILABLE", false)]
    [InlineData("GATEWAY_TIMEOUT", false)]
    [InlineData("REQUEST_TIMEOUT", false)]
    [InlineData("TEMPORARY_ERROR", false)]
    [InlineData("RATE_LIMITED", false)]
    [InlineData("CONFLICT", false)]
    [InlineData("IDEMPOTENCY_KEY_REUSED", false)]
    [InlineData("VERSION_MISMATCH", false)]
    [InlineData("GENERIC_DECLINE", true)]
    [InlineData("A_CODE_OF_TOMORROW", true)]
    public void What_is_busy_broken_or_stale_refuses_nothing(string code, bool refuses) => Assert.Equal(refuses, SquareMapping.IsRefusal(code));

    [Theory]
    [InlineData("AMERICAN_EXPRESS", "amex")]
    [InlineData("DISCOVER_DINERS", "diners")]
    [InlineData("CHINA_UNIONPAY", "unionpay")]
    [InlineData("VISA", "visa")]
    [InlineData(null, null)]
    public void A_brand_is_a_network(string? brand, string? expected) => Assert.Equal(expected, SquareMapping.NetworkOf(brand));

    [Theory]
    [InlineData("NO_KNOWLEDGE", DisputeReason.Fraudulent)]
    [InlineData("EMV_LIABILITY_SHIFT", DisputeReason.Fraudulent)]
    [InlineData("AMOUNT_DIFFERS", DisputeReason.IncorrectAmount)]
    [InlineData("CANCELLED", DisputeReason.SubscriptionCanceled)]
    [InlineData("DUPLICATE", DisputeReason.Duplicate)]
    [InlineData("NOT_AS_DESCRIBED", DisputeReason.ProductUnacceptable)]
    [InlineData("NOT_RECEIVED", DisputeReason.ProductNotReceived)]
    [InlineData("PAID_BY_OTHER_MEANS", DisputeReason.PaidByOtherMeans)]
    [InlineData("CUSTOMER_REQUESTS_CREDIT", DisputeReason.CreditNotProcessed)]
    [InlineData("A_WORD_OF_TOMORROW", DisputeReason.General)]
    [InlineData(null, DisputeReason.General)]
    public void A_dispute_has_a_reason(string? reason, DisputeReason expected) => Assert.Equal(expected, SquareMapping.ReasonOf(reason));

    [Theory]
    [InlineData("explanation", "REBUTTAL_EXPLANATION", "x")]
    [InlineData("productDescription", "PRODUCT_OR_SERVICE_DESCRIPTION", "x")]
    [InlineData("customerName", "CARDHOLDER_INFORMATION", "Name: x")]
    [InlineData("customerEmail", "CARDHOLDER_INFORMATION", "Email: x")]
    [InlineData("billingAddress", "CARDHOLDER_INFORMATION", "Billing address: x")]
    [InlineData("purchaseIpAddress", "CARDHOLDER_INFORMATION", "IP address of the purchase: x")]
    [InlineData("accessLog", "ONLINE_OR_APP_ACCESS_LOG", "x")]
    [InlineData("shippingAddress", "PROOF_OF_DELIVERY_DOCUMENTATION", "Shipped to: x")]
    [InlineData("shippingCarrier", "PROOF_OF_DELIVERY_DOCUMENTATION", "Carrier: x")]
    [InlineData("shippingDate", "PROOF_OF_DELIVERY_DOCUMENTATION", "Shipped on: x")]
    [InlineData("shippingTrackingNumber", "TRACKING_NUMBER", "x")]
    [InlineData("serviceDate", "SERVICE_RECEIVED_DOCUMENTATION", "Service given on: x")]
    [InlineData("refundPolicyDisclosure", "CANCELLATION_OR_REFUND_DOCUMENTATION", "How the refund policy was shown: x")]
    [InlineData("refundRefusalExplanation", "CANCELLATION_OR_REFUND_DOCUMENTATION", "Why no refund is due: x")]
    [InlineData("cancellationPolicyDisclosure", "CANCELLATION_OR_REFUND_DOCUMENTATION", "How the cancellation policy was shown: x")]
    [InlineData("cancellationRebuttal", "CANCELLATION_OR_REFUND_DOCUMENTATION", "Why it was not canceled: x")]
    [InlineData("duplicateChargeId", "DUPLICATE_CHARGE_DOCUMENTATION", "The other charge: x")]
    [InlineData("duplicateChargeExplanation", "DUPLICATE_CHARGE_DOCUMENTATION", "How the charges differ: x")]
    public void A_text_of_evidence_has_its_type(string field, string type, string text) => Assert.Equal((type, text), Assert.Single(SquareMapping.EvidenceOf(field, "x")));

    [Theory]
    [InlineData("receipt", "RECEIPT")]
    [InlineData("customer_communication", "CARDHOLDER_COMMUNICATION")]
    [InlineData("customer_signature", "PURCHASE_ACKNOWLEDGEMENT")]
    [InlineData("shipping_documentation", "PROOF_OF_DELIVERY_DOCUMENTATION")]
    [InlineData("service_documentation", "SERVICE_RECEIVED_DOCUMENTATION")]
    [InlineData("refund_policy", "CANCELLATION_OR_REFUND_DOCUMENTATION")]
    [InlineData("cancellation_policy", "CANCELLATION_OR_REFUND_DOCUMENTATION")]
    [InlineData("duplicate_charge_documentation", "DUPLICATE_CHARGE_DOCUMENTATION")]
    [InlineData("other", "GENERIC_EVIDENCE")]
    public void A_file_of_evidence_has_its_type(string purpose, string expected) => Assert.Equal(expected, SquareMapping.EvidenceTypeOf(purpose));

    [Theory]
    [InlineData("requested_by_customer", "Requested by customer")]
    [InlineData("duplicate", "Duplicate")]
    [InlineData("fraudulent", "Fraudulent")]
    [InlineData("other", "Refund")]
    public void A_reason_of_a_refund_is_words(string reason, string expected) => Assert.Equal(expected, SquareMapping.RefundWordsOf(reason));

    [Theory]
    [InlineData("CHARGE", SettlementKind.Payment)]
    [InlineData("REFUND", SettlementKind.Refund)]
    [InlineData("DISPUTE", SettlementKind.Dispute)]
    [InlineData("OPEN_DISPUTE", SettlementKind.Dispute)]
    [InlineData("FEE", SettlementKind.Fee)]
    [InlineData("FREE_PROCESSING", SettlementKind.Fee)]
    [InlineData("PAYOUT", SettlementKind.Payout)]
    [InlineData("RETURNED_PAYOUT", SettlementKind.Payout)]
    [InlineData("A_WORD_OF_TOMORROW", SettlementKind.Other)]
    public void An_entry_of_a_payout_has_its_kind(string type, SettlementKind expected) => Assert.Equal(expected, SquareMapping.SettlementOf(type));

    [Theory]
    [InlineData("CREDIT", "NOT_PREPAID", "credit")]
    [InlineData("DEBIT", "NOT_PREPAID", "debit")]
    [InlineData("DEBIT", "PREPAID", "prepaid")]
    [InlineData("UNKNOWN_CARD_TYPE", "UNKNOWN_PREPAID_TYPE", null)]
    public void A_card_is_funded_somehow(string type, string prepaid, string? expected) => Assert.Equal(
        expected, SquareMessages.SummaryOf(JsonSerializer.SerializeToElement(new { card_type = type, prepaid_type = prepaid })).Funding);

    [Theory]
    [InlineData("COMPLETED", typeof(ConnectorOutcome.Captured))]
    [InlineData("APPROVED", typeof(ConnectorOutcome.Authorized))]
    [InlineData("PENDING", typeof(ConnectorOutcome.Pending))]
    [InlineData("CANCELED", typeof(ConnectorOutcome.Voided))]
    [InlineData("FAILED", typeof(ConnectorOutcome.Declined))]
    [InlineData("A_WORD_OF_TOMORROW", typeof(ConnectorOutcome.Pending))]
    public void A_payment_is_what_its_status_says(string status, Type expected)
    {
        var payment = JsonSerializer.SerializeToElement(new { id = "P1", status, total_money = new { amount = 100, currency = "USD" } });
        Assert.IsType(expected, SquareMessages.OutcomeOf(payment));
    }

    [Theory]
    [InlineData("PENDING", typeof(RefundOutcome.Pending))]
    [InlineData("COMPLETED", typeof(RefundOutcome.Succeeded))]
    [InlineData("REJECTED", typeof(RefundOutcome.Failed))]
    [InlineData("FAILED", typeof(RefundOutcome.Failed))]
    [InlineData("A_WORD_OF_TOMORROW", typeof(RefundOutcome.Pending))]
    public void A_refund_is_what_its_status_says(string status, Type expected) =>
        Assert.IsType(expected, SquareMessages.RefundOf(JsonSerializer.SerializeToElement(new { id = "R1", status })));

    [Theory]
    [InlineData("INQUIRY_EVIDENCE_REQUIRED", "WarningNeedsResponse")]
    [InlineData("INQUIRY_PROCESSING", "WarningUnderReview")]
    [InlineData("INQUIRY_CLOSED", "WarningClosed")]
    [InlineData("EVIDENCE_REQUIRED", "NeedsResponse")]
    [InlineData("PROCESSING", "UnderReview")]
    [InlineData("WON", "Won")]
    [InlineData("LOST", "Lost")]
    [InlineData("ACCEPTED", "Accepted")]
    [InlineData("A_WORD_OF_TOMORROW", null)]
    public void A_dispute_stands_where_its_state_says(string state, string? expected) =>
        Assert.Equal(expected, SquareMapping.StandingOf(state)?.ToString());

    [Theory]
    [InlineData("JPY", 500, 500)]
    [InlineData("USD", 1000, 1000)]
    public void An_amount_counts_the_smallest_units(string currency, long minor, long written)
    {
        Assert.True(Currency.TryParse(currency, out var known));
        var money = SquareMapping.MoneyOf(Money.FromMinor(minor, known));
        Assert.Equal((written, currency), ((long)money["amount"]!, (string)money["currency"]!));
        Assert.Equal(Money.FromMinor(minor, known), SquareMapping.MoneyOf(JsonSerializer.SerializeToElement(money)));
    }

    [Fact]
    public void An_amount_of_a_currency_that_nobody_knows_is_no_answer() =>
        Assert.Throws<JsonException>(() => SquareMapping.MoneyOf(JsonSerializer.SerializeToElement(new { amount = 1, currency = "ZZZ" })));

    [Theory]
    [InlineData("Requested by customer (re_1)", "re_1")]
    [InlineData("The (cold) tea (re_2)", "re_2")]
    [InlineData("Cold tea", null)]
    [InlineData(null, null)]
    public void A_refund_carries_our_key_behind_its_reason(string? reason, string? key) =>
        Assert.Equal(key, SquareMessages.RefundKeyOf(JsonSerializer.SerializeToElement(new { reason })));

    [Fact]
    public void A_long_text_is_several_pieces_of_evidence()
    {
        var pieces = SquareMapping.EvidenceOf("shippingCarrier", new string('x', 990)).ToList();
        Assert.Equal(["PROOF_OF_DELIVERY_DOCUMENTATION", "PROOF_OF_DELIVERY_DOCUMENTATION"], pieces.Select(piece => piece.Type));
        Assert.Equal("Carrier: " + new string('x', 990), string.Concat(pieces.Select(piece => piece.Text)));
        Assert.All(pieces, piece => Assert.True(piece.Text.Length <= 500));
        Assert.Empty(SquareMapping.EvidenceOf("aFieldOfTomorrow", "x"));
    }

    [Theory]
    [InlineData("accessToken", "EAAAabc-_1", Mode.Test, null)]
    [InlineData("accessToken", "sk_test_1", Mode.Test, "must begin with EAAA")]
    [InlineData("accessToken", "EAAA 1", Mode.Test, "must begin with EAAA")]
    [InlineData("locationId", "L88917AVBK2S5", Mode.Test, null)]
    [InlineData("locationId", "L/../x", Mode.Test, "must be letters and digits")]
    [InlineData("applicationId", "sandbox-sq0idb-1", Mode.Test, null)]
    [InlineData("applicationId", "sandbox-sq0idb-1", Mode.Live, "must not begin with sandbox-")]
    [InlineData("applicationId", "sq0idp-1", Mode.Test, "must begin with sandbox-")]
    [InlineData("notificationUrl", "https://shop.example/hook", Mode.Live, null)]
    [InlineData("notificationUrl", "hook", Mode.Live, "must be an address")]
    public void A_field_of_an_account_is_checked(string name, string value, Mode mode, string? fault) =>
        Assert.Equal(fault, SquareKeys.All.Single(field => field.Name == name).Fault!(value, mode));

    [Fact]
    public void A_key_of_a_step_follows_from_its_parts_and_fits()
    {
        Assert.Equal(SquareClient.KeyOf("a", "b"), SquareClient.KeyOf("a", "b"));
        Assert.NotEqual(SquareClient.KeyOf("a", "b"), SquareClient.KeyOf("ab"));
        Assert.Equal(40, SquareClient.KeyOf("a").Length);
    }
}
