namespace PaymentGateway.Simulators.Stripe;

/// <summary>What a test card of Stripe does; its page "Test card numbers" lists them, and any future expiry and CVC will do.</summary>
/// <param name="Id">The ready-made payment method, as <c>pm_card_visa</c>.</param>
/// <param name="Decline">Why every charge is declined.</param>
internal sealed record StripeCard(
    string Number, string Id, string Brand, string Funding = "credit", StripeDecline? Decline = null, CardAuthentication Authentication = CardAuthentication.Optional,
    CardRefund Refund = CardRefund.AtOnce, CardDispute Dispute = CardDispute.None, bool Attaches = true)
{
    public string Last4 => Number[^4..];
}

/// <param name="Code">The code of the error.</param>
/// <param name="DeclineCode">The bank's reason; null where the code says it all.</param>
internal sealed record StripeDecline(string Code, string? DeclineCode, string Message);

internal enum CardAuthentication
{
    /// <summary>3-D Secure only where the request asks for it.</summary>
    Optional,

    /// <summary>Always, with the payer there; a payment without the payer is refused.</summary>
    Always,

    /// <summary>Until it was set up once.</summary>
    UntilSetUp,

    /// <summary>Only with the payer there.</summary>
    OnSession,
}

internal enum CardRefund
{
    AtOnce,
    PendingFirst,
    FailsLater,
}

internal enum CardDispute
{
    None,
    Fraud,
    Inquiry,
}

internal static class StripeCards
{
    private static readonly StripeDecline generic = new("card_declined", "generic_decline", "Your card was declined.");

    public static IReadOnlyList<StripeCard> All { get; } =
    [
        new("4242424242424242", "pm_card_visa", "visa"),
        new("4000056655665556", "pm_card_visa_debit", "visa", "debit"),
        new("5555555555554444", "pm_card_mastercard", "mastercard"),
        new("378282246310005", "pm_card_amex", "amex"),
        new("4000000000000002", "pm_card_visa_chargeDeclined", "visa", Decline: generic, Attaches: false),
        new("4000000000009995", "pm_card_visa_chargeDeclinedInsufficientFunds", "visa", Decline: Declined("insufficient_funds", "Your card has insufficient funds."), Attaches: false),
        new("4000000000009987", "pm_card_visa_chargeDeclinedLostCard", "visa", Decline: Declined("lost_card", "Your card was declined."), Attaches: false),
        new("4000000000009979", "pm_card_visa_chargeDeclinedStolenCard", "visa", Decline: Declined("stolen_card", "Your card was declined."), Attaches: false),
        new("4000000000000069", "pm_card_chargeDeclinedExpiredCard", "visa", Decline: new("expired_card", null, "Your card has expired."), Attaches: false),
        new("4000000000000127", "pm_card_chargeDeclinedIncorrectCvc", "visa", Decline: new("incorrect_cvc", null, "Your card's security code is incorrect."), Attaches: false),
        new("4000000000000119", "pm_card_chargeDeclinedProcessingError", "visa", Decline: new("processing_error", null, "An error occurred while processing your card. Try again in a little bit."), Attaches: false),
        new("4000000000006975", "pm_card_visa_chargeDeclinedVelocityLimitExceeded", "visa", Decline: Declined("card_velocity_exceeded", "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."), Attaches: false),
        new("4000000000000341", "pm_card_chargeCustomerFail", "visa", Decline: generic),
        new("4000000000003220", "pm_card_threeDSecure2Required", "visa", Authentication: CardAuthentication.Always),
        new("4000002760003184", "pm_card_authenticationRequired", "visa", Authentication: CardAuthentication.Always),
        new("4000002500003155", "pm_card_authenticationRequiredOnSetup", "visa", Authentication: CardAuthentication.UntilSetUp),
        new("4000003800000446", "pm_card_authenticationRequiredSetupForOffSession", "visa", Authentication: CardAuthentication.OnSession),
        new("4000008400001629", "pm_card_threeDSecureRequiredChargeDeclined", "visa", Decline: generic, Authentication: CardAuthentication.Always),
        new("4000000000000259", "pm_card_createDispute", "visa", Dispute: CardDispute.Fraud),
        new("4000000000001976", "pm_card_createDisputeInquiry", "visa", Dispute: CardDispute.Inquiry),
        new("4000000000007726", "pm_card_pendingRefund", "visa", Refund: CardRefund.PendingFirst),
        new("4000000000005126", "pm_card_refundFail", "visa", Refund: CardRefund.FailsLater),
        new("4100000000000019", "pm_card_radarBlock", "visa", Decline: Declined("fraudulent", "Your card was declined.")),
    ];

    private static StripeDecline Declined(string reason, string message) => new("card_declined", reason, message);

    public static StripeCard? ByNumber(string number) => All.FirstOrDefault(one => one.Number == number);

    /// <summary>By the ready-made payment method, or by its token: <c>tok_visa</c> is the card of <c>pm_card_visa</c>.</summary>
    public static StripeCard? ById(string id) =>
        All.FirstOrDefault(one => one.Id == id || (id.StartsWith("tok_", StringComparison.Ordinal) && one.Id == $"pm_card_{id[4..]}"));

    /// <summary>The check digit of Luhn.</summary>
    public static bool IsNumber(string number) =>
        number.Length is >= 12 and <= 19 && number.All(char.IsAsciiDigit)
        && number.Reverse().Select((digit, at) => at % 2 == 0 ? digit - '0' : ((digit - '0') * 2 / 10) + ((digit - '0') * 2 % 10)).Sum() % 10 == 0;
}
