using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Hdfc;

namespace PaymentGateway.Tests.Connectors.Hdfc;

public sealed class HdfcMappingTests
{
    private static PaymentData Order(string status, string? type = "CARD", string? code = null) => new("A1", status, Money.FromMajor(100, Currency.INR))
    {
        MethodType = type,
        BankErrorCode = code,
        PaymentLink = "https://bank.example/pay",
        PayerVpa = "asha@upi",
        CardLast4 = "1097",
    };

    [Theory]
    [InlineData("NEW", typeof(ConnectorOutcome.ActionRequired))]
    [InlineData("PENDING_VBV", typeof(ConnectorOutcome.ActionRequired))]
    [InlineData("STARTED", typeof(ConnectorOutcome.Pending))]
    [InlineData("AUTHORIZING", typeof(ConnectorOutcome.Pending))]
    [InlineData("VBV_SUCCESSFUL", typeof(ConnectorOutcome.Pending))]
    [InlineData("AUTHORIZED", typeof(ConnectorOutcome.Pending))]
    [InlineData("CAPTURE_INITIATED", typeof(ConnectorOutcome.Pending))]
    [InlineData("CAPTURE_FAILED", typeof(ConnectorOutcome.Pending))]
    [InlineData("VOID_INITIATED", typeof(ConnectorOutcome.Pending))]
    [InlineData("VOID_FAILED", typeof(ConnectorOutcome.Pending))]
    [InlineData("PARTIAL_CHARGED", typeof(ConnectorOutcome.Pending))]
    [InlineData("CHARGED", typeof(ConnectorOutcome.Captured))]
    [InlineData("VOIDED", typeof(ConnectorOutcome.Voided))]
    [InlineData("JUSPAY_DECLINED", typeof(ConnectorOutcome.Declined))]
    [InlineData("AUTHENTICATION_FAILED", typeof(ConnectorOutcome.Declined))]
    [InlineData("AUTHORIZATION_FAILED", typeof(ConnectorOutcome.Declined))]
    [InlineData("AUTO_REFUNDED", typeof(ConnectorOutcome.Returned))]
    [InlineData("NOT_FOUND", typeof(ConnectorOutcome.NotFound))]
    [InlineData("SOMETHING_NEW", typeof(ConnectorOutcome.Pending))]
    [InlineData("charged", typeof(ConnectorOutcome.Pending))]
    public void Each_status_is_one_of_our_outcomes(string status, Type outcome) =>
        Assert.IsType(outcome, HdfcMessages.OutcomeOf(Order(status), isOver: false));

    [Fact]
    public void Only_charged_is_money() => Assert.Equal(["CHARGED"], HdfcMapping.Statuses.Where(status =>
        HdfcMessages.OutcomeOf(Order(status), isOver: false) is ConnectorOutcome.Captured or ConnectorOutcome.Authorized));

    [Fact]
    public void A_new_order_whose_time_is_over_is_over_and_one_that_the_bank_works_on_is_not()
    {
        Assert.IsType<ConnectorOutcome.Voided>(HdfcMessages.OutcomeOf(Order("NEW"), isOver: true));
        Assert.IsType<ConnectorOutcome.Pending>(HdfcMessages.OutcomeOf(Order("PENDING_VBV"), isOver: true));
        Assert.IsType<ConnectorOutcome.Captured>(HdfcMessages.OutcomeOf(Order("CHARGED"), isOver: true));
    }

    [Theory]
    [InlineData("CARD", "AUTHENTICATION_FAILED", null, "CARD_AUTHENTICATION_FAILED")]
    [InlineData("CARD", "AUTHORIZATION_FAILED", "X", "CARD_DECLINED")]
    [InlineData("NB", "AUTHORIZATION_FAILED", "X", "PAYMENT_DECLINED")]
    [InlineData("NB", "AUTHENTICATION_FAILED", "X", "AUTHENTICATION_ABANDONED")]
    [InlineData(null, "JUSPAY_DECLINED", null, "PAYMENT_DECLINED")]
    [InlineData("UPI", "AUTHORIZATION_FAILED", "Z9", "INSUFFICIENT_FUNDS")]
    [InlineData("UPI", "AUTHORIZATION_FAILED", "U69", "UPI_TIMEOUT")]
    [InlineData("UPI", "AUTHORIZATION_FAILED", "ZA", "UPI_DECLINED")]
    [InlineData("UPI", "AUTHORIZATION_FAILED", "Z8", "LIMIT_EXCEEDED")]
    [InlineData("UPI", "AUTHORIZATION_FAILED", "59", "SUSPECTED_FRAUD")]
    public void A_decline_says_as_much_as_the_bank_did(string? type, string status, string? code, string expected)
    {
        var declined = Assert.IsType<ConnectorOutcome.Declined>(HdfcMessages.OutcomeOf(Order(status, type, code), isOver: false));
        Assert.Equal((expected, code ?? status), (declined.Code, declined.ProcessorCode));
    }

    [Theory]
    [InlineData("RB")]
    [InlineData("96")]
    [InlineData("U09")]
    [InlineData("U20")]
    [InlineData("01")]
    public void UPI_money_that_may_have_moved_is_never_a_decline(string code) =>
        Assert.IsType<ConnectorOutcome.Pending>(HdfcMessages.OutcomeOf(Order("AUTHORIZATION_FAILED", "UPI", code), isOver: false));

    [Theory]
    [InlineData("INVALID_INPUT", nameof(HdfcRefusal.InvalidRequest))]
    [InlineData("MISSING_MANDATORY_PARAMETER", nameof(HdfcRefusal.InvalidRequest))]
    [InlineData("INVALID_ACTION", nameof(HdfcRefusal.InvalidRequest))]
    [InlineData("RESOURCE_NOT_FOUND", nameof(HdfcRefusal.NotFound))]
    [InlineData("DUPLICATE_REQUEST", nameof(HdfcRefusal.Duplicate))]
    [InlineData("ALREADY_EXISTS", nameof(HdfcRefusal.Duplicate))]
    [InlineData("UNAUTHENTICATED", nameof(HdfcRefusal.Credentials))]
    [InlineData("UNAUTHORIZED", nameof(HdfcRefusal.Credentials))]
    [InlineData("BAD_ORIGIN", nameof(HdfcRefusal.Credentials))]
    [InlineData("EXPIRED", nameof(HdfcRefusal.Expired))]
    [InlineData("NEWER", nameof(HdfcRefusal.Other))]
    [InlineData(null, nameof(HdfcRefusal.Other))]
    public void Each_error_code_means_one_thing(string? code, string expected) => Assert.Equal(expected, HdfcMapping.RefusalOf(code).ToString());

    [Theory]
    [InlineData("PENDING", typeof(RefundOutcome.Pending))]
    [InlineData("MANUAL_REVIEW", typeof(RefundOutcome.Pending))]
    [InlineData("SOMETHING_NEW", typeof(RefundOutcome.Pending))]
    [InlineData("SUCCESS", typeof(RefundOutcome.Succeeded))]
    [InlineData("FAILURE", typeof(RefundOutcome.Failed))]
    public void Each_refund_status_is_one_of_our_outcomes(string status, Type outcome) =>
        Assert.IsType(outcome, HdfcMessages.RefundOf(new("R", status, Money.FromMajor(1, Currency.INR))));

    [Fact]
    public void A_summary_shows_no_whole_address()
    {
        Assert.Equal(new MethodSummary("upi", Vpa: "as***@upi"), HdfcMapping.SummaryOf(Order("CHARGED", "UPI")));
        Assert.Equal("1097", HdfcMapping.SummaryOf(Order("CHARGED")).Last4);
    }

    [Theory]
    [InlineData("+91 98765 43210", "9876543210")]
    [InlineData("09876543210", "9876543210")]
    [InlineData("9876543210", "9876543210")]
    [InlineData("+1 415 555 0100 99", null)]
    [InlineData("12345", null)]
    [InlineData(null, null)]
    public void A_telephone_number_has_ten_digits_or_is_left_out(string? phone, string? expected) => Assert.Equal(expected, HdfcMapping.PhoneOf(phone));
}
