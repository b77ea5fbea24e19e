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
