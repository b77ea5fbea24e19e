using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Square;

/// <summary>Square's words as ours. What is in no table here is not guessed: it is pending, or unknown.</summary>
internal static class SquareMapping
{
    /// <summary>Square Docs, "Working with Monetary Amounts": the smallest unit of ISO 4217, as with us.</summary>
    public static JsonObject MoneyOf(Money amount) => new() { ["amount"] = amount.Minor, ["currency"] = amount.Currency.Code };

    /// <exception cref="JsonException">No amount, or a currency that is not known here.</exception>
    public static Money MoneyOf(JsonElement money) => Currency.TryParse(money.Needed("currency"), out var currency)
        ? Money.FromMinor(money.NeededWhole("amount"), currency)
        : throw new JsonException("The answer has an amount of a currency that is not known.");

    /// <summary>Square API, ErrorCode. What is not listed says no more than that Square does not take the payment.</summary>
    private static readonly FrozenDictionary<string, ErrorKind> byCode = new Dictionary<string, ErrorKind>
    {
        ["GENERIC_DECLINE"] = Errors.CardDeclined,
        ["CARD_DECLINED"] = Errors.CardDeclined,
        ["CARD_DECLINED_CALL_ISSUER"] = Errors.CardDeclined,
        ["VOICE_FAILURE"] = Errors.CardDeclined,
        ["ACCOUNT_UNUSABLE"] = Errors.CardDeclined,
        ["INVALID_ACCOUNT"] = Errors.CardDeclined,
        ["INSUFFICIENT_PERMISSIONS"] = Errors.CardDeclined,
        ["CARDHOLDER_INSUFFICIENT_PERMISSIONS"] = Errors.CardDeclined,
        ["ADDRESS_VERIFICATION_FAILURE"] = Errors.CardDeclined,
        ["VERIFY_AVS_FAILURE"] = Errors.CardDeclined,
        ["INVALID_POSTAL_CODE"] = Errors.CardDeclined,
        ["CARD_NOT_SUPPORTED"] = Errors.CardDeclined,
        ["UNSUPPORTED_CARD_BRAND"] = Errors.CardDeclined,
        ["INSUFFICIENT_FUNDS"] = Errors.InsufficientFunds,
        ["TRANSACTION_LIMIT"] = Errors.LimitExceeded,
        ["PAYMENT_LIMIT_EXCEEDED"] = Errors.LimitExceeded,
        ["CARD_EXPIRED"] = Errors.CardExpired,
        ["EXPIRATION_FAILURE"] = Errors.CardExpired,
        ["INVALID_EXPIRATION"] = Errors.CardExpired,
        ["INVALID_EXPIRATION_YEAR"] = Errors.CardExpired,
        ["INVALID_EXPIRATION_DATE"] = Errors.CardExpired,
        ["BAD_EXPIRATION"] = Errors.CardExpired,
        ["CVV_FAILURE"] = Errors.InvalidCvv,
        ["VERIFY_CVV_FAILURE"] = Errors.InvalidCvv,
        ["PAN_FAILURE"] = Errors.InvalidCard,
        ["INVALID_CARD"] = Errors.InvalidCard,
        ["INVALID_CARD_DATA"] = Errors.InvalidCard,
        ["INVALID_ENCRYPTED_CARD"] = Errors.InvalidCard,
        ["CARD_DECLINED_VERIFICATION_REQUIRED"] = Errors.AuthenticationRequired,
        ["CARD_TOKEN_EXPIRED"] = Errors.InvalidToken,
        ["CARD_TOKEN_USED"] = Errors.InvalidToken,
        ["SOURCE_EXPIRED"] = Errors.InvalidToken,
        ["SOURCE_USED"] = Errors.InvalidToken,
        ["CUSTOMER_NOT_FOUND"] = Errors.InvalidToken,
        ["TEMPORARY_ERROR"] = Errors.ProcessingError,
        ["DELAYED_TRANSACTION_EXPIRED"] = Errors.AuthorizationExpired,
        ["DELAYED_TRANSACTION_CANCELED"] = Errors.AuthorizationExpired,
        ["DELAYED_TRANSACTION_FAILED"] = Errors.AuthorizationExpired,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Of several codes the one that says most: a plain decline often stands before its reason.</summary>
    public static (ErrorKind Kind, string? Code) DeclineOf(IReadOnlyList<string> codes)
    {
        var known = codes.Where(byCode.ContainsKey).ToList();
        var telling = known.Find(code => byCode[code] != Errors.CardDeclined) ?? known.Find(code => code != "GENERIC_DECLINE") ?? known.FirstOrDefault();
        return telling is null ? (Errors.ProcessorRejected, codes is [var first, ..] ? first : null) : (byCode[telling], telling);
    }

    /// <summary>
    /// Codes that refuse nothing: Square is busy or broken, the first request with the key is under way or was another one, or the
    /// payment has changed meanwhile.
    /// </summary>
    private static readonly FrozenSet<string> unclear = FrozenSet.ToFrozenSet(
    [
        "INTERNAL_SERVER_ERROR", "BAD_GATEWAY", "SERVICE_UNAVAILABLE", "GATEWAY_TIMEOUT", "REQUEST_TIMEOUT", "TEMPORARY_ERROR", "RATE_LIMITED",
        "CONFLICT", VersionMismatch, "IDEMPOTENCY_KEY_REUSED",
    ]);

    /// <summary>Stands in the description of the calls, and not among its error codes.</summary>
    public const string VersionMismatch = "VERSION_MISMATCH";

    public static bool IsRefusal(string code) => !unclear.Contains(code);

    /// <summary>Square API, CardBrand.</summary>
    public static string? NetworkOf(string? brand) => brand switch
    {
        null => null,
        "AMERICAN_EXPRESS" => "amex",
        "DISCOVER_DINERS" => "diners",
        "CHINA_UNIONPAY" => "unionpay",
        _ => brand.ToLowerInvariant(),
    };

    /// <summary>Square API, DisputeState; null: a word that is newer than this table.</summary>
    public static DisputeStanding? StandingOf(string state) => state switch
    {
        "INQUIRY_EVIDENCE_REQUIRED" => DisputeStanding.WarningNeedsResponse,
        "INQUIRY_PROCESSING" => DisputeStanding.WarningUnderReview,
        "INQUIRY_CLOSED" => DisputeStanding.WarningClosed,
        "EVIDENCE_REQUIRED" => DisputeStanding.NeedsResponse,
        "PROCESSING" => DisputeStanding.UnderReview,
        "WON" => DisputeStanding.Won,
        "LOST" => DisputeStanding.Lost,
        "ACCEPTED" => DisputeStanding.Accepted,
        _ => null,
    };

    public static bool TakesEvidence(DisputeStanding standing) => standing is DisputeStanding.NeedsResponse or DisputeStanding.WarningNeedsResponse;

    /// <summary>Square API, DisputeReason.</summary>
    public static DisputeReason ReasonOf(string? reason) => reason switch
    {
        "NO_KNOWLEDGE" or "EMV_LIABILITY_SHIFT" => DisputeReason.Fraudulent,
        "AMOUNT_DIFFERS" => DisputeReason.IncorrectAmount,
        "CANCELLED" => DisputeReason.SubscriptionCanceled,
        "DUPLICATE" => DisputeReason.Duplicate,
        "NOT_AS_DESCRIBED" => DisputeReason.ProductUnacceptable,
        "NOT_RECEIVED" => DisputeReason.ProductNotReceived,
        "PAID_BY_OTHER_MEANS" => DisputeReason.PaidByOtherMeans,
        "CUSTOMER_REQUESTS_CREDIT" => DisputeReason.CreditNotProcessed,
        _ => DisputeReason.General,
    };

    /// <summary>Our evidence fields as Square's types; several of ours share one, so each text says what it is.</summary>
    private static readonly FrozenDictionary<string, (string Type, string? Label)> evidenceTexts = new Dictionary<string, (string, string?)>
    {
        ["explanation"] = ("REBUTTAL_EXPLANATION", null),
        ["productDescription"] = ("PRODUCT_OR_SERVICE_DESCRIPTION", null),
        ["customerName"] = ("CARDHOLDER_INFORMATION", "Name"),
        ["customerEmail"] = ("CARDHOLDER_INFORMATION", "Email"),
        ["billingAddress"] = ("CARDHOLDER_INFORMATION", "Billing address"),
        ["purchaseIpAddress"] = ("CARDHOLDER_INFORMATION", "IP address of the purchase"),
        ["accessLog"] = ("ONLINE_OR_APP_ACCESS_LOG", null),
        ["shippingAddress"] = ("PROOF_OF_DELIVERY_DOCUMENTATION", "Shipped to"),
        ["shippingCarrier"] = ("PROOF_OF_DELIVERY_DOCUMENTATION", "Carrier"),
        ["shippingDate"] = ("PROOF_OF_DELIVERY_DOCUMENTATION", "Shipped on"),
        ["shippingTrackingNumber"] = ("TRACKING_NUMBER", null),
        ["serviceDate"] = ("SERVICE_RECEIVED_DOCUMENTATION", "Service given on"),
        ["refundPolicyDisclosure"] = ("CANCELLATION_OR_REFUND_DOCUMENTATION", "How the refund policy was shown"),
        ["refundRefusalExplanation"] = ("CANCELLATION_OR_REFUND_DOCUMENTATION", "Why no refund is due"),
        ["cancellationPolicyDisclosure"] = ("CANCELLATION_OR_REFUND_DOCUMENTATION", "How the cancellation policy was shown"),
        ["cancellationRebuttal"] = ("CANCELLATION_OR_REFUND_DOCUMENTATION", "Why it was not canceled"),
        ["duplicateChargeId"] = ("DUPLICATE_CHARGE_DOCUMENTATION", "The other charge"),
        ["duplicateChargeExplanation"] = ("DUPLICATE_CHARGE_DOCUMENTATION", "How the charges differ"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Square API, CreateDisputeEvidenceText: at most so many characters each.</summary>
    private const int EvidenceTextMax = 500;

    /// <summary>A text as pieces of evidence; none where Square has no type for it.</summary>
    public static IEnumerable<(string Type, string Text)> EvidenceOf(string field, string text)
    {
        if (!evidenceTexts.TryGetValue(field, out var known))
        {
            return [];
        }

        var whole = known.Label is null ? text : $"{known.Label}: {text}";
        return whole.Chunk(EvidenceTextMax).Select(part => (known.Type, new string(part)));
    }

    /// <summary>Our purposes of a file, as Square's types.</summary>
    public static string EvidenceTypeOf(string purpose) => purpose switch
    {
        "receipt" => "RECEIPT",
        "customer_communication" => "CARDHOLDER_COMMUNICATION",
        "customer_signature" => "PURCHASE_ACKNOWLEDGEMENT",
        "shipping_documentation" => "PROOF_OF_DELIVERY_DOCUMENTATION",
        "service_documentation" => "SERVICE_RECEIVED_DOCUMENTATION",
        "refund_policy" or "cancellation_policy" => "CANCELLATION_OR_REFUND_DOCUMENTATION",
        "duplicate_charge_documentation" => "DUPLICATE_CHARGE_DOCUMENTATION",
        _ => "GENERIC_EVIDENCE",
    };

    /// <summary>What the customer may read of our reasons.</summary>
    public static string RefundWordsOf(string reason) => reason switch
    {
        "requested_by_customer" => "Requested by customer",
        "duplicate" => "Duplicate",
        "fraudulent" => "Fraudulent",
        _ => "Refund",
    };

    /// <summary>Square API, ActivityType.</summary>
    public static SettlementKind SettlementOf(string type) => type switch
    {
        "CHARGE" => SettlementKind.Payment,
        "REFUND" => SettlementKind.Refund,
        "DISPUTE" or "OPEN_DISPUTE" => SettlementKind.Dispute,
        "FEE" or "TAX_ON_FEE" or "THIRD_PARTY_FEE" or "THIRD_PARTY_FEE_REFUND" or "DEPOSIT_FEE" or "DEPOSIT_FEE_REVERSED" or "SUBSCRIPTION_FEE"
            or "SUBSCRIPTION_FEE_REFUND" or "PAID_SERVICE_FEE" or "PAID_SERVICE_FEE_REFUND" or "FREE_PROCESSING" => SettlementKind.Fee,
        "PAYOUT" or "RETURNED_PAYOUT" => SettlementKind.Payout,
        _ => SettlementKind.Other,
    };
}
