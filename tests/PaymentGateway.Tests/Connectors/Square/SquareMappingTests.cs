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
