using System.Text.RegularExpressions;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>UPI addresses, and those that decide by themselves.</summary>
internal static partial class Vpa
{
    public const string Succeeds = "success@pgtestupi";
    public const string Fails = "failure@pgtestupi";
    public const string StaysPending = "pending@pgtestupi";

    public static bool IsWellFormed(string vpa) => WellFormed().IsMatch(vpa);

    [GeneratedRegex(@"\A[a-zA-Z0-9._-]{2,256}@[a-zA-Z0-9]{2,64}\z")]
    private static partial Regex WellFormed();
}
