using System.Collections.Frozen;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The banks and wallets that the sandbox plays.</summary>
internal static class TestBanks
{
    public static readonly FrozenDictionary<string, string> Banks = new Dictionary<string, string>
    {
        ["SBIN"] = "State Bank of India",
        ["HDFC"] = "HDFC Bank",
        ["ICIC"] = "ICICI Bank",
        ["UTIB"] = "Axis Bank",
        ["KKBK"] = "Kotak Mahindra Bank",
        ["PUNB"] = "Punjab National Bank",
        ["BARB"] = "Bank of Baroda",
        ["CNRB"] = "Canara Bank",
        ["YESB"] = "Yes Bank",
        ["IDFB"] = "IDFC First Bank",
        ["DOWN"] = "Bank that is down",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Cannot be used, so that a shop can see what its page does then.</summary>
    public static readonly FrozenSet<string> Down = new[] { "DOWN" }.ToFrozenSet(StringComparer.Ordinal);

    public static readonly FrozenDictionary<string, string> Wallets = new Dictionary<string, string>
    {
        ["paytm"] = "Paytm",
        ["phonepe"] = "PhonePe",
        ["googlepay"] = "Google Pay",
        ["applepay"] = "Apple Pay",
        ["paypal"] = "PayPal",
        ["kaspi"] = "Kaspi Pay",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The others take every currency.</summary>
    public static readonly FrozenDictionary<string, IReadOnlySet<string>> WalletCurrencies = new Dictionary<string, IReadOnlySet<string>>
    {
        ["paytm"] = Only("INR"),
        ["phonepe"] = Only("INR"),
        ["kaspi"] = Only("KZT"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static FrozenSet<string> Only(string currency) => new[] { currency }.ToFrozenSet(StringComparer.Ordinal);
}
