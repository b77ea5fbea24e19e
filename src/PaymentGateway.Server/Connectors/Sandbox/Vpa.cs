using System.Collections.Frozen;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>UPI addresses that decide by themselves, whether they are asked to pay or scan a code.</summary>
internal static class Vpa
{
    public const string Succeeds = "success@pgtestupi";
    public const string Fails = "failure@pgtestupi";
    public const string StaysPending = "pending@pgtestupi";

    /// <summary>The payer's bank did not confirm: deemed approved. The final word comes later.</summary>
    public const string IsDeemed = "deemed@pgtestupi";

    /// <summary>Nobody has it.</summary>
    public const string Unknown = "unknown@pgtestupi";

    /// <summary>What each address that says no is declined with, under NPCI's code.</summary>
    private static readonly FrozenDictionary<string, Decline> declines = new Dictionary<string, Decline>
    {
        [Fails] = Decline.Of(Errors.UpiDeclined, "ZA"),
        ["timeout@pgtestupi"] = Decline.Of(Errors.UpiTimeout, "U69"),
        ["nofunds@pgtestupi"] = Decline.Of(Errors.InsufficientFunds, "Z9"),
        ["limit@pgtestupi"] = Decline.Of(Errors.LimitExceeded, "Z8"),
        [Unknown] = Decline.Of(Errors.ValidationFailed, "invalid_vpa", "Nobody has this UPI address."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every address that the sandbox treats by itself.</summary>
    public static IEnumerable<string> All => [Succeeds, StaysPending, IsDeemed, .. declines.Keys];

    /// <summary>As it may be shown and kept: the first two letters and whose bank it is.</summary>
    public static string? Masked(string? vpa) =>
        vpa?.IndexOf('@', StringComparison.Ordinal) is int at and > 0 ? $"{vpa[..Math.Min(2, at)]}***{vpa[at..]}" : null;

    public static Decline? DeclineOf(string vpa) => declines.GetValueOrDefault(vpa.ToLowerInvariant());

    /// <summary>NPCI's code of a payment that waits for the bank: 01 pending, RB deemed approved; null for a payment that waits otherwise.</summary>
    public static string? PendingCode(string? vpa) => vpa?.ToLowerInvariant() switch
    {
        StaysPending => "01",
        IsDeemed => "RB",
        _ => null,
    };
}
