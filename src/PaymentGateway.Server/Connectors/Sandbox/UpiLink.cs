using System.Globalization;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The <c>upi://pay</c> link that a customer's app opens or scans.</summary>
internal static class UpiLink
{
    private const string Payee = "sandbox@pgtestupi";
    private const string UnclassifiedMerchant = "0000";
    private const int NoteLengthMax = 50;

    /// <param name="mode">NPCI's word for how the link reaches the app: <see cref="ByIntent"/> or <see cref="ByDynamicQr"/>.</param>
    public static string Build(string payeeName, string reference, string? note, Money amount, string mode)
    {
        var rupees = amount.ToMajor().ToString("F2", CultureInfo.InvariantCulture);
        var tn = string.IsNullOrWhiteSpace(note) ? "" : $"&tn={Escape(Cut(note, NoteLengthMax))}";
        return $"upi://pay?pa={Payee}&pn={Escape(payeeName)}&mc={UnclassifiedMerchant}&tr={Escape(reference)}{tn}"
            + $"&am={rupees}&cu=INR&mode={mode}&purpose=00";
    }

    public const string ByIntent = "04";
    public const string ByDynamicQr = "15";

    // NPCI follows RFC 3986: a space is %20, never a plus sign.
    private static string Escape(string text) => Uri.EscapeDataString(text);

    /// <summary>Cut between characters: half of a surrogate pair cannot be encoded.</summary>
    private static string Cut(string text, int lengthMax) =>
        text.Length <= lengthMax ? text : text[..(char.IsHighSurrogate(text[lengthMax - 1]) ? lengthMax - 1 : lengthMax)];
}
