using System.Text;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Paypal;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Connectors.Paypal;

/// <summary>PayPal's words as ours, one line a case.</summary>
public sealed class PaypalMappingTests
{
    [Theory]
    [InlineData("USD", 1099, "10.99")]
    [InlineData("USD", 5, "0.05")]
    [InlineData("JPY", 1000, "1000")]
    [InlineData("HUF", 100_000, "1000")]
    [InlineData("TWD", 100, "1")]
    [InlineData("HUF", 100_050, null)]
    [InlineData("TWD", 1, null)]
    public void An_amount_is_written_as_PayPal_wants_it(string currency, long minor, string? expected)
    {
        Assert.True(Currency.TryParse(currency, out var known));
        var amount = Money.FromMinor(minor, known);
        var written = PaypalMapping.AmountOf(amount);
        Assert.Equal(expected, (string?)written?["value"]);
        if (written is not null)
        {
            Assert.Equal(amount, PaypalMapping.MoneyOf(Json(written.ToJsonString())));
        }
    }

    [Theory]
    [InlineData("ch_1", "ch_1", false, null)]
    [InlineData("ch_1 void", "ch_1", true, null)]
    [InlineData("ch_1 CARD_EXPIRED", "ch_1", true, "CARD_EXPIRED")]
    public void An_order_names_our_key_and_why_it_was_given_up(string written, string key, bool isClosed, string? fault) =>
        Assert.Equal(new OrderMark(key, isClosed, fault), OrderMark.Read(written));

    [Theory]
    [InlineData("""{ "currency_code": "USD", "value": "1.001" }""")]
    [InlineData("""{ "currency_code": "JPY", "value": "1.5" }""")]
    [InlineData("""{ "currency_code": "XQQ", "value": "1.00" }""")]
    [InlineData("""{ "currency_code": "USD", "value": "1,00" }""")]
    [InlineData("""{ "currency_code": "USD" }""")]
    public void An_amount_that_cannot_be_is_no_answer(string amount) =>
        Assert.Throws<JsonException>(() => PaypalMapping.MoneyOf(Json(amount)));

    [Theory]
    [InlineData("POSSIBLE", "Y", "Y", null)]
    [InlineData("POSSIBLE", "Y", "A", null)]
    [InlineData("YES", "Y", "Y", null)]
    [InlineData("NO", "N", null, null)]
    [InlineData("NO", "U", null, null)]
    [InlineData("NO", "B", null, null)]
    [InlineData("NO", "Y", "N", "3DS_NOT_AUTHENTICATED")]
    [InlineData("NO", "Y", "R", "3DS_REJECTED")]
    [InlineData("NO", "Y", "U", "3DS_UNAVAILABLE")]
    [InlineData("NO", "Y", null, "3DS_UNAVAILABLE")]
    [InlineData("UNKNOWN", "Y", "Y", "3DS_UNAVAILABLE")]
    [InlineData("NEW_WORD", "Y", "Y", "3DS_UNAVAILABLE")]
    [InlineData(null, null, null, null)]
    public void What_the_bank_said_decides_whether_a_card_is_charged(string? shift, string? enrollment, string? status, string? expected) =>
        Assert.Equal(expected, PaypalMapping.AuthenticationFault(shift, enrollment, status));

    [Theory]
    [InlineData("5120", "INSUFFICIENT_FUNDS")]
    [InlineData("5400", "CARD_EXPIRED")]
    [InlineData("00N7", "INVALID_CVV")]
    [InlineData("5110", "INVALID_CVV")]
    [InlineData("9500", "SUSPECTED_FRAUD")]
    [InlineData("0500", "CARD_DECLINED")]
    [InlineData("9520", "CARD_DECLINED")]
    [InlineData("XXXX", "CARD_DECLINED")]
    [InlineData(null, "CARD_DECLINED")]
    public void The_banks_code_is_a_decline(string? code, string expected) => Assert.Equal(expected, PaypalMapping.DeclineOfBank(code).Code);

    [Theory]
    [InlineData("CHARGEBACK", "WAITING_FOR_SELLER_RESPONSE", null, DisputeStanding.NeedsResponse)]
    [InlineData("CHARGEBACK", "UNDER_REVIEW", null, DisputeStanding.UnderReview)]
    [InlineData("CHARGEBACK", "RESOLVED", "RESOLVED_SELLER_FAVOUR", DisputeStanding.Won)]
    [InlineData("CHARGEBACK", "RESOLVED", "RESOLVED_BUYER_FAVOUR", DisputeStanding.Lost)]
    [InlineData("PRE_ARBITRATION", "RESOLVED", "ACCEPTED", DisputeStanding.Accepted)]
    [InlineData("INQUIRY", "WAITING_FOR_SELLER_RESPONSE", null, DisputeStanding.WarningNeedsResponse)]
    [InlineData("INQUIRY", "RESOLVED", "CANCELED_BY_BUYER", DisputeStanding.WarningClosed)]
    [InlineData("INQUIRY", "RESOLVED", "RESOLVED_BUYER_FAVOUR", DisputeStanding.Lost)]
    [InlineData("CHARGEBACK", "OTHER", null, null)]
    [InlineData("CHARGEBACK", "RESOLVED", "SOMETHING_NEW", null)]
    public void A_dispute_stands_somewhere_or_nowhere_that_is_known(string stage, string status, string? outcome, DisputeStanding? expected) =>
        Assert.Equal(expected, PaypalMapping.StandingOf(stage, status, outcome));

    [Theory]
    [InlineData("CREATED", "a", null, typeof(ConnectorOutcome.NotFound))]
    [InlineData("PAYER_ACTION_REQUIRED", "a", null, typeof(ConnectorOutcome.ActionRequired))]
    [InlineData("APPROVED", "a", null, typeof(ConnectorOutcome.Pending))]
    [InlineData("VOIDED", "a", null, typeof(ConnectorOutcome.Voided))]
    [InlineData("CREATED", "a void", null, typeof(ConnectorOutcome.Voided))]
    [InlineData("APPROVED", "a INSTRUMENT_DECLINED", null, typeof(ConnectorOutcome.Declined))]
    [InlineData("SOMETHING_NEW", "a", null, typeof(ConnectorOutcome.Pending))]
    [InlineData("COMPLETED", "a", null, typeof(ConnectorOutcome.Pending))]
    [InlineData("COMPLETED", "a", "authorizations CREATED", typeof(ConnectorOutcome.Authorized))]
    [InlineData("COMPLETED", "a", "authorizations PARTIALLY_CAPTURED", typeof(ConnectorOutcome.Authorized))]
    [InlineData("COMPLETED", "a", "authorizations PENDING", typeof(ConnectorOutcome.Pending))]
    [InlineData("COMPLETED", "a", "authorizations DENIED", typeof(ConnectorOutcome.Declined))]
    [InlineData("COMPLETED", "a", "authorizations VOIDED", typeof(ConnectorOutcome.Voided))]
    [InlineData("COMPLETED", "a", "authorizations SOMETHING_NEW", typeof(ConnectorOutcome.Pending))]
    [InlineData("COMPLETED", "a", "captures COMPLETED", typeof(ConnectorOutcome.Captured))]
    [InlineData("COMPLETED", "a", "captures REFUNDED", typeof(ConnectorOutcome.Captured))]
    [InlineData("COMPLETED", "a", "captures PENDING", typeof(ConnectorOutcome.Pending))]
    [InlineData("COMPLETED", "a", "captures DECLINED", typeof(ConnectorOutcome.Declined))]
    [InlineData("COMPLETED", "a", "captures SOMETHING_NEW", typeof(ConnectorOutcome.Pending))]
    public void What_is_in_an_order_says_whether_there_is_money(string status, string mark, string? payment, Type expected)
    {
        var payments = payment?.Split(' ') is [var list, var state]
            ? $$""", "payments": { "{{list}}": [{ "id": "P1", "status": "{{state}}", "amount": { "currency_code": "USD", "value": "5.00" } }] }"""
            : "";
        var order = Json($$"""
            { "id": "O1", "status": "{{status}}", "links": [{ "rel": "payer-action", "href": "https://www.paypal.com/checkoutnow?token=O1" }],
              "purchase_units": [{ "custom_id": "{{mark}}"{{payments}} }] }
            """);
        Assert.IsType(expected, PaypalMessages.OutcomeOf(order));
    }

    [Theory]
    [InlineData("INSTRUMENT_DECLINED", "PAYMENT_DECLINED")]
    [InlineData("TRANSACTION_REFUSED", "PAYMENT_DECLINED")]
    [InlineData("PAYER_CANNOT_PAY", "PAYMENT_DECLINED")]
    [InlineData("REDIRECT_PAYER_FOR_ALTERNATE_FUNDING", "PAYMENT_DECLINED")]
    [InlineData("PAYMENT_SOURCE_DECLINED_BY_PROCESSOR", "CARD_DECLINED")]
    [InlineData("PAYMENT_SOURCE_CANNOT_BE_USED", "CARD_DECLINED")]
    [InlineData("PAYMENT_SOURCE_INFO_CANNOT_BE_VERIFIED", "CARD_DECLINED")]
    [InlineData("CARD_EXPIRED", "CARD_EXPIRED")]
    [InlineData("REFERENCED_CARD_EXPIRED", "CARD_EXPIRED")]
    [InlineData("INVALID_EXPIRY_DATE", "CARD_EXPIRED")]
    [InlineData("INVALID_SECURITY_CODE_LENGTH", "INVALID_CVV")]
    [InlineData("TOKEN_ID_NOT_FOUND", "INVALID_TOKEN")]
    [InlineData("TOKEN_NOT_APPROVED", "INVALID_TOKEN")]
    [InlineData("TOKEN_EXPIRED", "INVALID_TOKEN")]
    [InlineData("INVALID_RESOURCE_ID", "INVALID_TOKEN")]
    [InlineData("MISMATCHED_VAULT_ID_TO_PAYMENT_SOURCE", "INVALID_TOKEN")]
    [InlineData("PAYER_ACTION_REQUIRED", "AUTHENTICATION_REQUIRED")]
    [InlineData("TRANSACTION_LIMIT_EXCEEDED", "LIMIT_EXCEEDED")]
    [InlineData("TRANSACTION_RECEIVING_LIMIT_EXCEEDED", "LIMIT_EXCEEDED")]
    [InlineData("MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", "LIMIT_EXCEEDED")]
    [InlineData("COMPLIANCE_VIOLATION", "SUSPECTED_FRAUD")]
    [InlineData("PAYER_ACCOUNT_RESTRICTED", "SUSPECTED_FRAUD")]
    [InlineData("PAYER_ACCOUNT_LOCKED_OR_CLOSED", "SUSPECTED_FRAUD")]
    [InlineData("TRANSACTION_BLOCKED_BY_PAYEE", "SUSPECTED_FRAUD")]
    [InlineData("AUTHORIZATION_EXPIRED", "AUTHORIZATION_EXPIRED")]
    [InlineData("AUTHORIZATION_VOIDED", "AUTHORIZATION_EXPIRED")]
    [InlineData("AUTHORIZATION_DENIED", "AUTHORIZATION_EXPIRED")]
    [InlineData("AUTHORIZATION_ALREADY_CAPTURED", "AUTHORIZATION_EXPIRED")]
    [InlineData("ORDER_EXPIRED", "AUTHORIZATION_EXPIRED")]
    [InlineData("3DS_UNAVAILABLE", "CARD_AUTHENTICATION_UNAVAILABLE")]
    [InlineData("3DS_NOT_AUTHENTICATED", "CARD_AUTHENTICATION_FAILED")]
    [InlineData("3DS_REJECTED", "CARD_AUTHENTICATION_REJECTED")]
    [InlineData("AN_ISSUE_OF_TOMORROW", "PROCESSOR_REJECTED")]
    [InlineData(null, "PROCESSOR_REJECTED")]
    public void An_issue_has_a_code_of_ours(string? issue, string expected) => Assert.Equal(expected, PaypalMapping.DeclineOf(issue).Code);

    [Theory]
    [InlineData("ORDER_COMPLETION_IN_PROGRESS", true)]
    [InlineData("PREVIOUS_REQUEST_IN_PROGRESS", true)]
    [InlineData("DUPLICATE_REQUEST_ID", true)]
    [InlineData("DUPLICATE_INVOICE_ID", true)]
    [InlineData("ORDER_ALREADY_CAPTURED", true)]
    [InlineData("ORDER_ALREADY_AUTHORIZED", true)]
    [InlineData("ORDER_ALREADY_COMPLETED", true)]
    [InlineData(null, true)]
    [InlineData("INSTRUMENT_DECLINED", false)]
    public void What_is_under_way_or_done_refuses_nothing(string? issue, bool expected) => Assert.Equal(expected, PaypalMapping.IsUnclear(issue));

    [Fact]
    public void These_currencies_are_taken() => Assert.Equal(
        "AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD".Split(' ').Order(),
        PaypalMapping.Currencies.Order());

    [Theory]
    [InlineData("Y", "Authenticated")]
    [InlineData("A", "Attempted")]
    [InlineData("N", "NotAuthenticated")]
    [InlineData("U", "Unavailable")]
    [InlineData("R", "Rejected")]
    [InlineData("C", "ChallengeRequired")]
    [InlineData("D", "Decoupled")]
    [InlineData("I", "Informational")]
    [InlineData("Z", null)]
    [InlineData(null, null)]
    public void What_3_D_Secure_said_has_its_status(string? word, string? status) =>
        Assert.Equal(status, PaypalMapping.AuthenticationOf(word)?.ToString());

    [Theory]
    [InlineData("INQUIRY", "OPEN", null, DisputeStanding.WarningNeedsResponse)]
    [InlineData("INQUIRY", "WAITING_FOR_BUYER_RESPONSE", null, DisputeStanding.WarningUnderReview)]
    [InlineData("INQUIRY", "UNDER_REVIEW", null, DisputeStanding.WarningUnderReview)]
    [InlineData("INQUIRY", "RESOLVED", "ACCEPTED", DisputeStanding.Accepted)]
    [InlineData("INQUIRY", "RESOLVED", "SOMETHING_NEW", DisputeStanding.WarningClosed)]
    [InlineData("CHARGEBACK", "OPEN", null, DisputeStanding.NeedsResponse)]
    [InlineData("CHARGEBACK", "WAITING_FOR_BUYER_RESPONSE", null, DisputeStanding.UnderReview)]
    [InlineData("CHARGEBACK", "RESOLVED", "RESOLVED_WITH_PAYOUT", DisputeStanding.Won)]
    [InlineData("CHARGEBACK", "RESOLVED", "CANCELED_BY_BUYER", DisputeStanding.Won)]
    [InlineData("CHARGEBACK", "RESOLVED", "DENIED", DisputeStanding.Won)]
    [InlineData("INQUIRY", "RESOLVED", null, null)]
    public void Each_word_of_a_dispute_counts(string stage, string status, string? outcome, DisputeStanding? expected) =>
        Assert.Equal(expected, PaypalMapping.StandingOf(stage, status, outcome));

    [Theory]
    [InlineData("UNAUTHORISED", DisputeReason.Fraudulent)]
    [InlineData("MERCHANDISE_OR_SERVICE_NOT_RECEIVED", DisputeReason.ProductNotReceived)]
    [InlineData("MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED", DisputeReason.ProductUnacceptable)]
    [InlineData("CREDIT_NOT_PROCESSED", DisputeReason.CreditNotProcessed)]
    [InlineData("DUPLICATE_TRANSACTION", DisputeReason.Duplicate)]
    [InlineData("INCORRECT_AMOUNT", DisputeReason.IncorrectAmount)]
    [InlineData("PAYMENT_BY_OTHER_MEANS", DisputeReason.PaidByOtherMeans)]
    [InlineData("CANCELED_RECURRING_BILLING", DisputeReason.SubscriptionCanceled)]
    [InlineData("SOMETHING_NEW", DisputeReason.General)]
    [InlineData(null, DisputeReason.General)]
    public void A_dispute_has_a_reason(string? reason, DisputeReason expected) => Assert.Equal(expected, PaypalMapping.ReasonOf(reason));

    [Theory]
    [InlineData("T0006", SettlementKind.Payment)]
    [InlineData("T0113", SettlementKind.Fee)]
    [InlineData("T0403", SettlementKind.Payout)]
    [InlineData("T1107", SettlementKind.Refund)]
    [InlineData("T1106", SettlementKind.Dispute)]
    [InlineData("T1110", SettlementKind.Dispute)]
    [InlineData("T1111", SettlementKind.Dispute)]
    [InlineData("T1114", SettlementKind.Dispute)]
    [InlineData("T1201", SettlementKind.Dispute)]
    [InlineData("T9900", SettlementKind.Other)]
    public void A_line_of_the_report_has_its_kind(string code, SettlementKind expected) => Assert.Equal(expected, PaypalMapping.SettlementOf(code));

    [Theory]
    [InlineData("COMPLETED", typeof(RefundOutcome.Succeeded))]
    [InlineData("FAILED", typeof(RefundOutcome.Failed))]
    [InlineData("CANCELLED", typeof(RefundOutcome.Canceled))]
    [InlineData("PENDING", typeof(RefundOutcome.Pending))]
    [InlineData("SOMETHING_NEW", typeof(RefundOutcome.Pending))]
    public void A_refund_is_what_its_status_says(string status, Type expected) =>
        Assert.IsType(expected, PaypalMessages.RefundOf(Json($$"""{ "id": "R1", "status": "{{status}}" }""")));

    [Theory]
    [InlineData("CAPTURED", "COMPLETED", typeof(ConnectorOutcome.Captured))]
    [InlineData("VOIDED", "COMPLETED", typeof(ConnectorOutcome.Captured))]
    [InlineData("PARTIALLY_CAPTURED", "COMPLETED", typeof(ConnectorOutcome.Authorized))]
    [InlineData("CAPTURED", "DECLINED", typeof(ConnectorOutcome.Declined))]
    public void What_was_held_and_captured_is_both(string held, string capture, Type expected) => Assert.IsType(expected, PaypalMessages.OutcomeOf(Json($$"""
        { "id": "O1", "status": "COMPLETED", "purchase_units": [{ "custom_id": "a", "payments": {
          "authorizations": [{ "id": "A1", "status": "{{held}}" }],
          "captures": [{ "id": "C1", "status": "{{capture}}", "amount": { "currency_code": "USD", "value": "5.00" } }] } }] }
        """)));

    [Fact]
    public void The_network_s_id_is_the_authorization_s_before_it_is_the_capture_s()
    {
        const string capture =
            """
            "captures": [{ "id": "C1", "status": "COMPLETED", "amount": { "currency_code": "USD", "value": "5.00" },
              "network_transaction_reference": { "id": "OFCAPTURE" } }]
            """;
        const string held =
            """
            "authorizations": [{ "id": "A1", "status": "CAPTURED", "network_transaction_reference": { "id": "OFHOLD" } }],
            """;
        Assert.Equal("OFHOLD", NetworkOf(held + capture));
        Assert.Equal("OFCAPTURE", NetworkOf(capture));
        Assert.Null(NetworkOf(""));

        static string? NetworkOf(string payments) => PaypalMessages.OutcomeOf(Json(
            """{ "id": "O1", "status": "COMPLETED", "purchase_units": [{ "custom_id": "a", "payments": { """ + payments + "} }] }")).NetworkTransactionId;
    }

    [Theory]
    [InlineData("https://api.paypal.com/v1/notifications/certs/CERT-1", Mode.Live, true)]
    [InlineData("https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1", Mode.Test, true)]
    [InlineData("http://api.paypal.com/cert", Mode.Live, false)]
    [InlineData("https://api.paypal.com:8443/cert", Mode.Live, false)]
    [InlineData("https://user@api.paypal.com/cert", Mode.Live, false)]
    [InlineData("https://paypal.com.evil.example/cert", Mode.Live, false)]
    [InlineData("https://evilpaypal.com/cert", Mode.Live, false)]
    [InlineData("http://127.0.0.1:12112/cert", Mode.Test, true)]
    [InlineData("http://127.0.0.1:12112/cert", Mode.Live, false)]
    [InlineData("http://127.0.0.1:12113/cert", Mode.Test, false)]
    [InlineData("http://user@127.0.0.1:12112/cert", Mode.Test, false)]
    public void A_certificate_is_fetched_from_PayPal_only(string address, Mode mode, bool expected)
    {
        using var http = new HttpClient();
        var signatures = new PaypalSignatures(http, new(new Uri("http://127.0.0.1:12112"), new Uri("https://api-m.paypal.com")), TimeProvider.System);
        Assert.Equal(expected, signatures.MayFetch(new Uri(address), mode));
    }

    [Fact]
    public void The_simulator_is_trusted_nowhere_when_test_mode_calls_PayPal()
    {
        using var http = new HttpClient();
        var signatures = new PaypalSignatures(http, new ConnectorSettings().Paypal, TimeProvider.System);
        Assert.False(signatures.MayFetch(new Uri("http://127.0.0.1:12112/cert"), Mode.Test));
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xCBF43926u)]
    public void The_checksum_is_that_of_gzip(string text, uint expected) => Assert.Equal(expected, PaypalSignatures.Crc32(Encoding.UTF8.GetBytes(text)));

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
