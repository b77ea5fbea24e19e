using System.Collections.Frozen;

namespace PaymentGateway.Connectors.ThreeDSecure;

/// <summary>Why a payment may do without the card holder's proof.</summary>
public enum Exemption
{
    LowValue,
    TransactionRiskAnalysis,
    Recurring,
    MerchantInitiated,
}

/// <summary>
/// The electronic commerce indicator of each network. The same two digits mean other things in two networks, so it is never looked at
/// without its network.
/// </summary>
public static class Eci
{
    /// <summary>Network, and its indicator for authenticated, for attempted, for neither, for an exemption and for the merchant's own payments.</summary>
    public static IReadOnlyList<EciRow> Table { get; } =
    [
        new("visa", "05", "06", "07", "07", "07"),
        new("amex", "05", "06", "07", "07", "07"),
        new("jcb", "05", "06", "07", "07", "07"),
        new("diners", "05", "06", "07", "07", "07"),
        new("discover", "05", "06", "07", "07", "07"),
        new("mastercard", "02", "01", "00", "06", "07"),
    ];

    private static readonly FrozenDictionary<string, EciRow> byNetwork =
        Table.ToFrozenDictionary(row => row.Network, StringComparer.Ordinal);

    /// <summary>Whether the network has 3-D Secure 2 at all; RuPay, for one, has its own way.</summary>
    public static bool Knows(string? network) => network is not null && byNetwork.ContainsKey(network);

    /// <summary>Null while a card holder is waited for, or when the network is not known.</summary>
    public static string? Of(string network, TransStatus status) => !byNetwork.TryGetValue(network, out var row) ? null : status switch
    {
        TransStatus.Authenticated => row.Authenticated,
        TransStatus.Attempted => row.Attempted,
        TransStatus.ChallengeRequired or TransStatus.Decoupled => null,
        _ => row.None,
    };

    public static string? Of(string network, Exemption exemption) => !byNetwork.TryGetValue(network, out var row) ? null : exemption switch
    {
        Exemption.LowValue or Exemption.TransactionRiskAnalysis => row.Exempted,
        _ => row.MerchantInitiated,
    };

    /// <summary>Whether the issuer bears a fraud.</summary>
    public static bool ShiftsLiability(string? network, string? eci) =>
        network is not null && eci is not null && byNetwork.TryGetValue(network, out var row) && (eci == row.Authenticated || eci == row.Attempted);
}

/// <param name="Exempted">A low value or an acquirer's analysis of the risk.</param>
/// <param name="MerchantInitiated">Recurring, or started by the merchant.</param>
public sealed record EciRow(string Network, string Authenticated, string Attempted, string None, string Exempted, string MerchantInitiated);
