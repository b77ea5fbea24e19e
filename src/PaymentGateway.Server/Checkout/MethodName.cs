using PaymentGateway.Connectors;

namespace PaymentGateway.Checkout;

/// <summary>A way to pay as people name it: Visa •••• 1111.</summary>
internal static class MethodName
{
    public static string Of(MethodSummary summary, Texts texts, Offer offer) => summary switch
    {
        { Last4: { } last4 } => Card(summary.Network, last4),
        { Method: "card" } => texts.Card,
        { Method: "upi" } => texts.Upi,
        { Method: "bnpl" } => texts.PayLater,
        { Bank: { } bank } => offer.Banks.GetValueOrDefault(bank, bank),
        { Wallet: { } wallet } => offer.Wallets.GetValueOrDefault(wallet, wallet),
        _ => summary.Method,
    };

    public static string Card(string? network, string last4) => $"{Network(network)} •••• {last4}".TrimStart();

    /// <summary>The word when it is one of a network; null for anything else.</summary>
    public static string? KnownNetwork(string word) => Network(word) is var name && name != word ? word : null;

    private static string? Network(string? network) => network switch
    {
        "visa" => "Visa",
        "mastercard" => "Mastercard",
        "amex" => "American Express",
        "rupay" => "RuPay",
        "discover" => "Discover",
        "diners" => "Diners Club",
        "jcb" => "JCB",
        "unionpay" => "UnionPay",
        _ => network,
    };
}
