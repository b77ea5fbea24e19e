using System.Collections.Frozen;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Stripe;

/// <summary>Stripe's words as ours. What is in no table here is not guessed: it is pending, or unknown.</summary>
internal static class StripeMapping
{
    /// <summary>Stripe Docs, Currencies, "Special cases": these are written with two decimals that must be zero.</summary>
    private static readonly FrozenSet<string> twoDecimalsByCustom = FrozenSet.ToFrozenSet(["ISK", "UGX"]);

    /// <summary>The same page, "Three-decimal currencies": the last digit must be zero.</summary>
    private static readonly FrozenSet<string> roundedToTen = FrozenSet.ToFrozenSet(["BHD", "JOD", "KWD", "OMR", "TND"]);

    /// <summary>An amount as Stripe writes it; null when it cannot be written there.</summary>
    public static long? AmountOf(Money amount) => amount.Currency.Code switch
    {
        var code when twoDecimalsByCustom.Contains(code) => checked(amount.Minor * 100),
        var code when roundedToTen.Contains(code) && amount.Minor % 10 != 0 => null,
        _ => amount.Minor,
    };

    /// <exception cref="System.Text.Json.JsonException">A currency that is not known here, or a fraction where there is none.</exception>
    public static Money MoneyOf(long amount, string currency)
    {
        if (!Currency.TryParse(currency.ToUpperInvariant(), out var known))
        {
            throw new System.Text.Json.JsonException("The answer has an amount of a currency that is not known.");
        }

        if (!twoDecimalsByCustom.Contains(known.Code))
        {
            return Money.FromMinor(amount, known);
        }

        return amount % 100 == 0
            ? Money.FromMinor(amount / 100, known)
            : throw new System.Text.Json.JsonException($"The answer has a fraction of {known.Code}, which has none.");
    }

    /// <summary>Stripe Docs, "Error codes": <c>error.code</c>, where it says more than <c>card_declined</c>.</summary>
    private static readonly FrozenDictionary<string, ErrorKind> byCode = new Dictionary<string, ErrorKind>
    {
        ["expired_card"] = Errors.CardExpired,
        ["invalid_expiry_month"] = Errors.CardExpired,
        ["invalid_expiry_year"] = Errors.CardExpired,
        ["incorrect_cvc"] = Errors.InvalidCvv,
        ["invalid_cvc"] = Errors.InvalidCvv,
        ["incorrect_number"] = Errors.InvalidCard,
        ["invalid_number"] = Errors.InvalidCard,
        ["authentication_required"] = Errors.AuthenticationRequired,
        ["payment_intent_authentication_failure"] = Errors.CardAuthenticationFailed,
        ["setup_intent_authentication_failure"] = Errors.CardAuthenticationFailed,
        ["processing_error"] = Errors.ProcessingError,
        ["charge_expired_for_capture"] = Errors.AuthorizationExpired,
        ["capture_charge_authorization_expired"] = Errors.AuthorizationExpired,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Stripe Docs, "Decline codes": <c>error.decline_code</c>. What is not listed is a decline that tells no more.</summary>
    private static readonly FrozenDictionary<string, ErrorKind> byDeclineCode = new Dictionary<string, ErrorKind>
    {
        ["insufficient_funds"] = Errors.InsufficientFunds,
        ["card_velocity_exceeded"] = Errors.LimitExceeded,
        ["withdrawal_count_limit_exceeded"] = Errors.LimitExceeded,
        ["expired_card"] = Errors.CardExpired,
        ["incorrect_cvc"] = Errors.InvalidCvv,
        ["invalid_cvc"] = Errors.InvalidCvv,
        ["incorrect_number"] = Errors.InvalidCard,
        ["invalid_number"] = Errors.InvalidCard,
        ["fraudulent"] = Errors.SuspectedFraud,
        ["merchant_blacklist"] = Errors.SuspectedFraud,
        ["authentication_required"] = Errors.AuthenticationRequired,
        ["processing_error"] = Errors.ProcessingError,
        ["issuer_not_available"] = Errors.ProcessingError,
        ["try_again_later"] = Errors.ProcessingError,
        ["reenter_transaction"] = Errors.ProcessingError,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static ErrorKind DeclineOf(string? code, string? declineCode) =>
        byDeclineCode.GetValueOrDefault(declineCode ?? "")
        ?? byCode.GetValueOrDefault(code ?? "")
        ?? (code == "card_declined" || declineCode is not null ? Errors.CardDeclined : Errors.ProcessorRejected);

    /// <summary>Stripe API, "The Dispute object", <c>status</c>; null: a word that is newer than this table.</summary>
    public static DisputeStanding? StandingOf(string status) => status switch
    {
        "warning_needs_response" => DisputeStanding.WarningNeedsResponse,
        "warning_under_review" => DisputeStanding.WarningUnderReview,
        "warning_closed" => DisputeStanding.WarningClosed,
        "needs_response" => DisputeStanding.NeedsResponse,
        "under_review" => DisputeStanding.UnderReview,
        "won" or "prevented" => DisputeStanding.Won,
        "lost" => DisputeStanding.Lost,
        _ => null,
    };

    /// <summary>The same, <c>reason</c>.</summary>
    public static DisputeReason ReasonOf(string? reason) => reason switch
    {
        "fraudulent" => DisputeReason.Fraudulent,
        "unrecognized" => DisputeReason.Unrecognized,
        "duplicate" => DisputeReason.Duplicate,
        "product_not_received" => DisputeReason.ProductNotReceived,
        "product_unacceptable" => DisputeReason.ProductUnacceptable,
        "credit_not_processed" => DisputeReason.CreditNotProcessed,
        "subscription_canceled" => DisputeReason.SubscriptionCanceled,
        "incorrect_account_details" or "debit_not_authorized" or "insufficient_funds" => DisputeReason.PaidByOtherMeans,
        _ => DisputeReason.General,
    };

    /// <summary>Our evidence fields as Stripe's; both are free texts.</summary>
    public static FrozenDictionary<string, string> EvidenceFields { get; } = new Dictionary<string, string>
    {
        ["explanation"] = "uncategorized_text",
        ["productDescription"] = "product_description",
        ["customerName"] = "customer_name",
        ["customerEmail"] = "customer_email_address",
        ["billingAddress"] = "billing_address",
        ["purchaseIpAddress"] = "customer_purchase_ip",
        ["accessLog"] = "access_activity_log",
        ["shippingAddress"] = "shipping_address",
        ["shippingCarrier"] = "shipping_carrier",
        ["shippingTrackingNumber"] = "shipping_tracking_number",
        ["shippingDate"] = "shipping_date",
        ["serviceDate"] = "service_date",
        ["refundPolicyDisclosure"] = "refund_policy_disclosure",
        ["refundRefusalExplanation"] = "refund_refusal_explanation",
        ["cancellationPolicyDisclosure"] = "cancellation_policy_disclosure",
        ["cancellationRebuttal"] = "cancellation_rebuttal",
        ["duplicateChargeId"] = "duplicate_charge_id",
        ["duplicateChargeExplanation"] = "duplicate_charge_explanation",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Our reasons of a refund; <c>other</c> has no word there.</summary>
    public static string? RefundReasonOf(string reason) =>
        reason is "requested_by_customer" or "duplicate" or "fraudulent" ? reason : null;

    /// <summary>
    /// Stripe API, "Create a PaymentIntent", "Create a SetupIntent": <c>setup_future_usage</c> of one, <c>usage</c> of the other.
    /// </summary>
    public static string? UsageOf(SetupFutureUsage? usage) => usage switch
    {
        SetupFutureUsage.OnSession => "on_session",
        SetupFutureUsage.OffSession => "off_session",
        _ => null,
    };

    /// <summary>The same, <c>payment_method_options.card.request_three_d_secure</c>; null: as Stripe sees fit.</summary>
    public static string? WishOf(AuthenticationWish? wish) => wish switch
    {
        AuthenticationWish.Any => "any",
        AuthenticationWish.Challenge => "challenge",
        _ => null,
    };

    /// <summary>Stripe API, "The Charge object", <c>payment_method_details.card.three_d_secure.result</c>; null: nobody was asked.</summary>
    public static TransStatus? AuthenticationOf(string? result) => result switch
    {
        "authenticated" => TransStatus.Authenticated,
        "attempt_acknowledged" => TransStatus.Attempted,
        "failed" => TransStatus.NotAuthenticated,
        "not_supported" or "processing_error" => TransStatus.Unavailable,
        _ => null,
    };

    /// <summary>Stripe API, "The Balance Transaction object", <c>reporting_category</c>, which it recommends over <c>type</c>.</summary>
    public static SettlementKind SettlementOf(string category) => category switch
    {
        "charge" or "charge_failure" or "partial_capture_reversal" => SettlementKind.Payment,
        "refund" or "refund_failure" => SettlementKind.Refund,
        "dispute" or "dispute_reversal" => SettlementKind.Dispute,
        "fee" or "network_cost" or "tax" => SettlementKind.Fee,
        "payout" or "payout_reversal" => SettlementKind.Payout,
        _ => SettlementKind.Other,
    };
}
