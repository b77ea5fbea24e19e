using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Paypal;

/// <summary>PayPal's words as ours. What is in no table here is not guessed: it is pending, or unknown.</summary>
internal static class PaypalMapping
{
    /// <summary>PayPal Docs, "Currency codes".</summary>
    public static FrozenSet<string> Currencies { get; } = FrozenSet.ToFrozenSet(
    [
        "AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "EUR", "HKD", "HUF", "ILS", "JPY", "MYR", "MXN", "TWD", "NZD", "NOK", "PHP", "PLN", "GBP", "SGD",
        "SEK", "CHF", "THB", "USD",
    ]);

    /// <summary>The same page: "This currency does not support decimals." Two of them have decimals everywhere else.</summary>
    private static readonly FrozenSet<string> whole = FrozenSet.ToFrozenSet(["HUF", "JPY", "TWD"]);

    /// <summary>An amount as PayPal writes it, a text in major units; null when it cannot be written there.</summary>
    public static JsonObject? AmountOf(Money amount)
    {
        var value = amount.Minor / Factor(amount.Currency);
        return whole.Contains(amount.Currency.Code) && value != decimal.Truncate(value)
            ? null
            : new()
            {
                ["currency_code"] = amount.Currency.Code,
                ["value"] = value.ToString(whole.Contains(amount.Currency.Code) ? "0" : "0.00", CultureInfo.InvariantCulture),
            };
    }

    /// <exception cref="JsonException">It is no amount, or of a currency that is not known here, or has a fraction where there is none.</exception>
    public static Money MoneyOf(JsonElement amount)
    {
        if (!Currency.TryParse(amount.Needed("currency_code"), out var currency)
            || !decimal.TryParse(amount.Needed("value"), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            throw new JsonException("The answer has an amount that cannot be read.");
        }

        var minor = value * Factor(currency);
        return minor == decimal.Truncate(minor) && Math.Abs(minor) < long.MaxValue
            ? Money.FromMinor((long)minor, currency)
            : throw new JsonException($"The answer has a fraction of {currency.Code} that does not exist.");
    }

    private static decimal Factor(Currency currency)
    {
        var factor = 1m;
        for (var digit = 0; digit < currency.Exponent; digit++)
        {
            factor *= 10;
        }

        return factor;
    }

    /// <summary>PayPal Docs, "Orders v2 errors" and "Payments v2 errors": the issues that are the customer's, not ours.</summary>
    private static readonly FrozenDictionary<string, ErrorKind> byIssue = new Dictionary<string, ErrorKind>
    {
        ["INSTRUMENT_DECLINED"] = Errors.PaymentDeclined,
        ["TRANSACTION_REFUSED"] = Errors.PaymentDeclined,
        ["PAYER_CANNOT_PAY"] = Errors.PaymentDeclined,
        ["REDIRECT_PAYER_FOR_ALTERNATE_FUNDING"] = Errors.PaymentDeclined,
        ["PAYMENT_SOURCE_DECLINED_BY_PROCESSOR"] = Errors.CardDeclined,
        ["PAYMENT_SOURCE_CANNOT_BE_USED"] = Errors.CardDeclined,
        ["PAYMENT_SOURCE_INFO_CANNOT_BE_VERIFIED"] = Errors.CardDeclined,
        ["CARD_EXPIRED"] = Errors.CardExpired,
        ["REFERENCED_CARD_EXPIRED"] = Errors.CardExpired,
        ["INVALID_EXPIRY_DATE"] = Errors.CardExpired,
        ["INVALID_SECURITY_CODE_LENGTH"] = Errors.InvalidCvv,
        ["TOKEN_ID_NOT_FOUND"] = Errors.InvalidToken,
        ["TOKEN_NOT_APPROVED"] = Errors.InvalidToken,
        ["TOKEN_EXPIRED"] = Errors.InvalidToken,
        ["INVALID_RESOURCE_ID"] = Errors.InvalidToken,
        ["MISMATCHED_VAULT_ID_TO_PAYMENT_SOURCE"] = Errors.InvalidToken,
        ["PAYER_ACTION_REQUIRED"] = Errors.AuthenticationRequired,
        ["TRANSACTION_LIMIT_EXCEEDED"] = Errors.LimitExceeded,
        ["TRANSACTION_RECEIVING_LIMIT_EXCEEDED"] = Errors.LimitExceeded,
        ["MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED"] = Errors.LimitExceeded,
        ["COMPLIANCE_VIOLATION"] = Errors.SuspectedFraud,
        ["PAYER_ACCOUNT_RESTRICTED"] = Errors.SuspectedFraud,
        ["PAYER_ACCOUNT_LOCKED_OR_CLOSED"] = Errors.SuspectedFraud,
        ["TRANSACTION_BLOCKED_BY_PAYEE"] = Errors.SuspectedFraud,
        ["AUTHORIZATION_EXPIRED"] = Errors.AuthorizationExpired,
        ["AUTHORIZATION_VOIDED"] = Errors.AuthorizationExpired,
        ["AUTHORIZATION_DENIED"] = Errors.AuthorizationExpired,
        ["AUTHORIZATION_ALREADY_CAPTURED"] = Errors.AuthorizationExpired,
        ["ORDER_EXPIRED"] = Errors.AuthorizationExpired,
        [CannotAuthenticate] = Errors.CardAuthenticationUnavailable,
        [NotAuthenticated] = Errors.CardAuthenticationFailed,
        [AuthenticationRejected] = Errors.CardAuthenticationRejected,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Our own words for what PayPal leaves to the merchant to decide, in the place of an issue.</summary>
    public const string NotAuthenticated = "3DS_NOT_AUTHENTICATED";

    /// <inheritdoc cref="NotAuthenticated"/>
    public const string AuthenticationRejected = "3DS_REJECTED";

    /// <inheritdoc cref="NotAuthenticated"/>
    public const string CannotAuthenticate = "3DS_UNAVAILABLE";

    public static ErrorKind DeclineOf(string? issue) => byIssue.GetValueOrDefault(issue ?? "") ?? Errors.ProcessorRejected;

    /// <summary>PayPal Docs, "Card decline codes": <c>processor_response.response_code</c>. What is not listed is a decline that tells no more.</summary>
    private static readonly FrozenDictionary<string, ErrorKind> byResponse = new Dictionary<string, ErrorKind>
    {
        ["5120"] = Errors.InsufficientFunds,
        ["5400"] = Errors.CardExpired,
        ["00N7"] = Errors.InvalidCvv,
        ["5110"] = Errors.InvalidCvv,
        ["9500"] = Errors.SuspectedFraud,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static ErrorKind DeclineOfBank(string? response) => byResponse.GetValueOrDefault(response ?? "") ?? Errors.CardDeclined;

    /// <summary>
    /// Issues that are no answer to what was asked: the same thing is being done at this moment, or was done before.
    /// </summary>
    private static readonly FrozenSet<string> unclear = FrozenSet.ToFrozenSet(
    [
        "ORDER_COMPLETION_IN_PROGRESS", "PREVIOUS_REQUEST_IN_PROGRESS", "DUPLICATE_REQUEST_ID", "DUPLICATE_INVOICE_ID", "ORDER_ALREADY_CAPTURED",
        "ORDER_ALREADY_AUTHORIZED", "ORDER_ALREADY_COMPLETED",
    ]);

    public static bool IsUnclear(string? issue) => issue is null || unclear.Contains(issue);

    /// <summary>
    /// PayPal Docs, "3D Secure response parameters": what to do with what the bank said, which PayPal leaves to the merchant; null: go on.
    /// </summary>
    public static string? AuthenticationFault(string? liabilityShift, string? enrollment, string? status) => (liabilityShift, enrollment, status) switch
    {
        (null, _, _) => null,
        ("POSSIBLE" or "YES", _, _) => null,
        ("NO", "N" or "U" or "B", null) => null,
        ("NO", _, "N") => NotAuthenticated,
        ("NO", _, "R") => AuthenticationRejected,
        _ => CannotAuthenticate,
    };

    /// <summary>The same page, <c>authentication_status</c>.</summary>
    public static TransStatus? AuthenticationOf(string? status) => status switch
    {
        "Y" => TransStatus.Authenticated,
        "A" => TransStatus.Attempted,
        "N" => TransStatus.NotAuthenticated,
        "U" => TransStatus.Unavailable,
        "R" => TransStatus.Rejected,
        "C" => TransStatus.ChallengeRequired,
        "D" => TransStatus.Decoupled,
        "I" => TransStatus.Informational,
        _ => null,
    };

    /// <summary>
    /// PayPal API, "Disputes v1": status, stage and outcome; null: a word that is newer than this table. An inquiry that is lost costs the
    /// money as a chargeback does.
    /// </summary>
    public static DisputeStanding? StandingOf(string? stage, string? status, string? outcome) => (stage == "INQUIRY", status, outcome) switch
    {
        (_, "RESOLVED", "RESOLVED_BUYER_FAVOUR") => DisputeStanding.Lost,
        (_, "RESOLVED", "ACCEPTED") => DisputeStanding.Accepted,
        (true, "RESOLVED", not null) => DisputeStanding.WarningClosed,
        (false, "RESOLVED", "RESOLVED_SELLER_FAVOUR" or "RESOLVED_WITH_PAYOUT" or "CANCELED_BY_BUYER" or "DENIED") => DisputeStanding.Won,
        (true, "OPEN" or "WAITING_FOR_SELLER_RESPONSE", _) => DisputeStanding.WarningNeedsResponse,
        (true, "WAITING_FOR_BUYER_RESPONSE" or "UNDER_REVIEW", _) => DisputeStanding.WarningUnderReview,
        (false, "OPEN" or "WAITING_FOR_SELLER_RESPONSE", _) => DisputeStanding.NeedsResponse,
        (false, "WAITING_FOR_BUYER_RESPONSE" or "UNDER_REVIEW", _) => DisputeStanding.UnderReview,
        _ => null,
    };

    /// <summary>The same, <c>reason</c>.</summary>
    public static DisputeReason ReasonOf(string? reason) => reason switch
    {
        "UNAUTHORISED" => DisputeReason.Fraudulent,
        "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" => DisputeReason.ProductNotReceived,
        "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED" => DisputeReason.ProductUnacceptable,
        "CREDIT_NOT_PROCESSED" => DisputeReason.CreditNotProcessed,
        "DUPLICATE_TRANSACTION" => DisputeReason.Duplicate,
        "INCORRECT_AMOUNT" => DisputeReason.IncorrectAmount,
        "PAYMENT_BY_OTHER_MEANS" => DisputeReason.PaidByOtherMeans,
        "CANCELED_RECURRING_BILLING" => DisputeReason.SubscriptionCanceled,
        _ => DisputeReason.General,
    };

    /// <summary>PayPal Docs, "Transaction event codes": the two digits after T are the group, and a few of a group stand apart.</summary>
    public static SettlementKind SettlementOf(string code) => code switch
    {
        "T1106" or "T1110" or "T1111" or "T1114" => SettlementKind.Dispute,
        ['T', '0', '0', ..] => SettlementKind.Payment,
        ['T', '0', '1', ..] => SettlementKind.Fee,
        ['T', '0', '4', ..] => SettlementKind.Payout,
        ['T', '1', '1', ..] => SettlementKind.Refund,
        ['T', '1', '2', ..] => SettlementKind.Dispute,
        _ => SettlementKind.Other,
    };
}
