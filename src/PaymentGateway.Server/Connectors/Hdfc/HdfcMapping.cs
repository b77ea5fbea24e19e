using System.Collections.Frozen;
using System.Text.Json.Nodes;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Hdfc;

/// <summary>Where an order stands, in the few ways that differ for us.</summary>
internal enum HdfcStanding
{
    /// <summary>The payer has the page before them, or the bank's.</summary>
    WaitsForPayer,

    /// <summary>Somebody works on it.</summary>
    UnderWay,

    Charged,
    Voided,
    Declined,

    /// <summary>It was taken, and went back to the payer by the gateway's own decision.</summary>
    ReturnedByGateway,

    /// <summary>There is no such order.</summary>
    Unknown,
}

/// <summary>What a refused request means.</summary>
internal enum HdfcRefusal
{
    InvalidRequest,
    NotFound,

    /// <summary>It was done before, perhaps by us: the order says what became of it.</summary>
    Duplicate,

    /// <summary>The keys, or where the call came from.</summary>
    Credentials,

    Expired,

    /// <summary>A code that is newer than this table.</summary>
    Other,
}

/// <summary>SmartGateway's words and codes onto ours: status, errors, and what a bank or UPI answers.</summary>
internal static class HdfcMapping
{
    /// <summary>Juspay docs, "Payment locking": the words for what the page can offer.</summary>
    private static readonly FrozenDictionary<string, string> methodTypes = new Dictionary<string, string>
    {
        ["card"] = "CARD",
        ["netbanking"] = "NB",
        ["upi"] = "UPI",
        ["wallet"] = "WALLET",
    }.ToFrozenDictionary();

    /// <summary>Narrows the page to these ways to pay; all others are hidden and refused.</summary>
    public static JsonObject FilterOf(IReadOnlyList<string> methods) => new()
    {
        ["allowDefaultOptions"] = false,
        ["options"] = new JsonArray(
            [.. methods.Select(method => new JsonObject { ["paymentMethodType"] = methodTypes[method], ["enable"] = true })]),
    };

    /// <summary>
    /// SmartGateway docs, "Transaction status". Only CHARGED is money. AUTHORIZED and its like are held, which we never ask for: the word
    /// after it counts. PARTIAL_CHARGED is no word about an amount that we know.
    /// </summary>
    private static readonly FrozenDictionary<string, HdfcStanding> standings = new Dictionary<string, HdfcStanding>
    {
        ["NEW"] = HdfcStanding.WaitsForPayer,
        ["PENDING_VBV"] = HdfcStanding.WaitsForPayer,
        ["STARTED"] = HdfcStanding.UnderWay,
        ["AUTHORIZING"] = HdfcStanding.UnderWay,
        ["VBV_SUCCESSFUL"] = HdfcStanding.UnderWay,
        ["AUTHORIZED"] = HdfcStanding.UnderWay,
        ["CAPTURE_INITIATED"] = HdfcStanding.UnderWay,
        ["CAPTURE_FAILED"] = HdfcStanding.UnderWay,
        ["VOID_INITIATED"] = HdfcStanding.UnderWay,
        ["VOID_FAILED"] = HdfcStanding.UnderWay,
        ["PARTIAL_CHARGED"] = HdfcStanding.UnderWay,
        ["CHARGED"] = HdfcStanding.Charged,
        ["VOIDED"] = HdfcStanding.Voided,
        ["JUSPAY_DECLINED"] = HdfcStanding.Declined,
        ["AUTHENTICATION_FAILED"] = HdfcStanding.Declined,
        ["AUTHORIZATION_FAILED"] = HdfcStanding.Declined,
        ["AUTO_REFUNDED"] = HdfcStanding.ReturnedByGateway,
        ["NOT_FOUND"] = HdfcStanding.Unknown,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A word that is newer than the table decides nothing.</summary>
    public static HdfcStanding StandingOf(string status) => standings.GetValueOrDefault(status, HdfcStanding.UnderWay);

    public static IEnumerable<string> Statuses => standings.Keys;

    /// <summary>SmartGateway docs, "Error codes".</summary>
    public static HdfcRefusal RefusalOf(string? code) => code switch
    {
        "INVALID_INPUT" or "MISSING_MANDATORY_PARAMETER" or "INVALID_ACTION" => HdfcRefusal.InvalidRequest,
        "RESOURCE_NOT_FOUND" => HdfcRefusal.NotFound,
        "DUPLICATE_REQUEST" or "ALREADY_EXISTS" => HdfcRefusal.Duplicate,
        "UNAUTHENTICATED" or "UNAUTHORIZED" or "BAD_ORIGIN" => HdfcRefusal.Credentials,
        "EXPIRED" => HdfcRefusal.Expired,
        _ => HdfcRefusal.Other,
    };

    /// <summary>What the UPI network answers, as far as it tells more than that it did not work.</summary>
    private static readonly FrozenDictionary<string, ErrorKind> upiCodes = new Dictionary<string, ErrorKind>
    {
        ["U69"] = Errors.UpiTimeout,
        ["Z9"] = Errors.InsufficientFunds,
        ["Z8"] = Errors.LimitExceeded,
        ["U02"] = Errors.LimitExceeded,
        ["Z7"] = Errors.LimitExceeded,
        ["U16"] = Errors.SuspectedFraud,
        ["59"] = Errors.SuspectedFraud,
        ["15"] = Errors.BankUnavailable,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Deemed approved, or no answer in time: the money may have moved, so this is never a no.</summary>
    private static readonly FrozenSet<string> upiUnclear = FrozenSet.ToFrozenSet(["01", "RB", "96", "U09", "U20"]);

    public static bool IsUnclear(PaymentData order) => order.MethodType == "UPI" && upiUnclear.Contains(CodeOf(order) ?? "");

    /// <summary>The bank's own list of decline codes is not published, so cards and net banking say no more than who said no.</summary>
    public static ErrorKind DeclineOf(PaymentData order) => (order.MethodType, order.Status) switch
    {
        ("UPI", _) => upiCodes.GetValueOrDefault(CodeOf(order) ?? "", Errors.UpiDeclined),
        ("CARD", "AUTHENTICATION_FAILED") => Errors.CardAuthenticationFailed,
        (_, "AUTHENTICATION_FAILED") => Errors.AuthenticationAbandoned,
        ("CARD", "AUTHORIZATION_FAILED") => Errors.CardDeclined,
        _ => Errors.PaymentDeclined,
    };

    /// <summary>For support: the nearest to the bank that was told.</summary>
    public static string? CodeOf(PaymentData order) => order.BankErrorCode ?? order.ResponseCode;

    public static MethodSummary SummaryOf(PaymentData order) => order.MethodType switch
    {
        "CARD" => new("card", NetworkOf(order.CardBrand), order.CardLast4, FundingOf(order.CardType)),
        "UPI" => new("upi", Vpa: MaskedVpa(order.PayerVpa)),
        "NB" => new("netbanking", Bank: order.Method?.StartsWith("NB_", StringComparison.Ordinal) == true ? order.Method[3..] : order.Method),
        "WALLET" => new("wallet", Wallet: order.Method?.ToLowerInvariant()),
        _ => PageSummary,
    };

    /// <summary>Until the payer has chosen.</summary>
    public static MethodSummary PageSummary { get; } = new("wallet", Wallet: HdfcConnector.WalletName);

    private static string? NetworkOf(string? brand) => brand?.ToLowerInvariant() switch
    {
        "american express" => "amex",
        var known => known,
    };

    private static string? FundingOf(string? type) =>
        type?.ToLowerInvariant() is ("credit" or "debit" or "prepaid") and var known ? known : null;

    private static string? MaskedVpa(string? vpa) =>
        vpa?.IndexOf('@', StringComparison.Ordinal) is int at and > 0 ? $"{vpa[..Math.Min(2, at)]}***{vpa[at..]}" : null;

    /// <summary>Ten digits, without +91 or a 0 before them; null: it is no Indian number.</summary>
    public static string? PhoneOf(string? phone)
    {
        var digits = string.Concat((phone ?? "").Where(char.IsAsciiDigit));
        var bare = digits switch
        {
            { Length: 12 } when digits.StartsWith("91", StringComparison.Ordinal) => digits[2..],
            { Length: 11 } when digits[0] == '0' => digits[1..],
            _ => digits,
        };
        return bare.Length == 10 ? bare : null;
    }
}
