namespace PaymentGateway.Simulators.Hdfc;

/// <summary>The words for where an order stands, each with its number, and which webhook tells of it.</summary>
internal static class HdfcStatus
{
    /// <summary>The numbers of AUTHORIZED and PARTIAL_CHARGED are not published with the others; 25 and 29 are this simulator's.</summary>
    private static readonly Dictionary<string, (int Id, string? Event)> words = new(StringComparer.Ordinal)
    {
        ["NEW"] = (10, null),
        ["STARTED"] = (20, null),
        ["CHARGED"] = (21, "ORDER_SUCCEEDED"),
        ["JUSPAY_DECLINED"] = (22, "ORDER_FAILED"),
        ["PENDING_VBV"] = (23, "TXN_CREATED"),
        ["VBV_SUCCESSFUL"] = (24, null),
        ["AUTHORIZED"] = (25, "ORDER_AUTHORIZED"),
        ["AUTHENTICATION_FAILED"] = (26, "ORDER_FAILED"),
        ["AUTHORIZATION_FAILED"] = (27, "ORDER_FAILED"),
        ["AUTHORIZING"] = (28, null),
        ["PARTIAL_CHARGED"] = (29, "ORDER_PARTIAL_CHARGED"),
        ["VOIDED"] = (31, "ORDER_VOIDED"),
        ["VOID_INITIATED"] = (32, null),
        ["CAPTURE_INITIATED"] = (33, null),
        ["CAPTURE_FAILED"] = (34, "ORDER_CAPTURE_FAILED"),
        ["VOID_FAILED"] = (35, "ORDER_VOID_FAILED"),
        ["AUTO_REFUNDED"] = (36, "AUTO_REFUND_SUCCEEDED"),
    };

    public static bool Knows(string? word) => word is not null && words.ContainsKey(word);

    public static int IdOf(string word) => words[word].Id;

    public static string? EventOf(string word) => words[word].Event;

    /// <summary>The payer may try again: a new transaction of the same order.</summary>
    public static bool MayBePaid(string word) => word is "NEW" or "PENDING_VBV" or "JUSPAY_DECLINED" or "AUTHENTICATION_FAILED" or "AUTHORIZATION_FAILED";
}
