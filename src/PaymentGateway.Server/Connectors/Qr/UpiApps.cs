namespace PaymentGateway.Connectors.Qr;

/// <summary>The link of one payment for each app that has a scheme of its own; the generic link lets the telephone ask.</summary>
/// <remarks>Schemes change: checked in November 2026 against the guides of payment service providers.</remarks>
public static class UpiApps
{
    private const string Generic = "upi://pay?";

    /// <summary>Null when the link is not <c>upi://pay</c>.</summary>
    public static UpiAppLinks? LinksOf(string link) => link.StartsWith(Generic, StringComparison.Ordinal)
        ? new($"tez://upi/pay?{link[Generic.Length..]}", $"phonepe://pay?{link[Generic.Length..]}", $"paytmmp://pay?{link[Generic.Length..]}")
        : null;
}
