using System.Text.RegularExpressions;

namespace PaymentGateway.Connectors.Qr;

/// <summary>UPI addresses such as <c>name@bank</c>.</summary>
public static partial class UpiAddress
{
    public static bool IsWellFormed(string? address) => address is not null && WellFormed().IsMatch(address);

    [GeneratedRegex(@"\A[a-zA-Z0-9._-]{2,256}@[a-zA-Z0-9]{2,64}\z")]
    private static partial Regex WellFormed();
}
