using System.Globalization;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Qr;

/// <summary>
/// A <c>upi://pay</c> link (NPCI, UPI Linking Specification): what a payer's app opens, or scans as a QR code. Pure.
/// </summary>
public sealed record UpiLink
{
    /// <summary>Words of NPCI for how a link reaches the app.</summary>
    public const string ByIntent = "04";

    /// <inheritdoc cref="ByIntent"/>
    public const string ByStaticQr = "01";

    /// <inheritdoc cref="ByIntent"/>
    public const string ByDynamicQr = "15";

    private const string Start = "upi://pay?";
    private const int TextLengthMax = 2048;

    /// <summary>The payee's address, <c>pa</c>.</summary>
    public required string PayeeAddress { get; init; }

    /// <summary><c>pn</c></summary>
    public required string PayeeName { get; init; }

    /// <summary>Four digits, <c>mc</c>.</summary>
    public string? MerchantCategory { get; init; }

    /// <summary>The payee's own number of the payment, <c>tr</c>; at most 35 characters.</summary>
    public string? Reference { get; init; }

    /// <summary><c>tn</c></summary>
    public string? Note { get; init; }

    /// <summary>In rupees, <c>am</c>; null: the payer types it.</summary>
    public Money? Amount { get; init; }

    /// <summary>The least that may be typed, <c>mam</c>.</summary>
    public Money? AmountMinimum { get; init; }

    /// <summary><c>mode</c></summary>
    public string? Mode { get; init; }

    /// <summary><c>purpose</c></summary>
    public string? Purpose { get; init; }

    /// <summary>Who starts the link, <c>orgid</c>: <c>000000</c> for a merchant.</summary>
    public string? OrganisationId { get; init; }

    /// <summary>Of the payment service provider, over all that stands before it: it is kept, and cannot be made here.</summary>
    public string? Signature { get; init; }

    /// <summary>The link, or a refusal that names every wrong field.</summary>
    public Outcome<string> Write()
    {
        var faults = new FieldFaults();
        Check(faults);
        return faults.Refusal is { } refusal
            ? refusal
            : Start + string.Join('&', Parameters().Select(part => $"{part.Key}={Escape(part.Key, part.Value)}"));
    }

    /// <summary>What a link says. Parameters that this server does not know are passed over, as the specification asks.</summary>
    public static Outcome<UpiLink> Read(string text)
    {
        if (text.Length > TextLengthMax || !text.StartsWith(Start, StringComparison.OrdinalIgnoreCase))
        {
            return Refusal.Field("link", $"must begin with {Start} and have at most {TextLengthMax} characters");
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text[Start.Length..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || Unescape(part[(at + 1)..]) is not { } value || !values.TryAdd(part[..at], value))
            {
                return Refusal.Field("link", "must have each parameter once, as name=value, percent-encoded");
            }
        }

        var faults = new FieldFaults();
        var link = Of(values, faults);
        if (faults.Refusal is null)
        {
            link.Check(faults);
        }

        return faults.Refusal is { } refusal ? refusal : link;
    }

    private static UpiLink Of(Dictionary<string, string> values, FieldFaults faults)
    {
        faults.AddUnless(values.GetValueOrDefault("cu", "INR") == "INR", "cu", "must be INR");
        return new UpiLink
        {
            PayeeAddress = values.GetValueOrDefault("pa", ""),
            PayeeName = values.GetValueOrDefault("pn", ""),
            MerchantCategory = Optional("mc"),
            Reference = Optional("tr"),
            Note = Optional("tn"),
            Amount = Rupees("am"),
            AmountMinimum = Rupees("mam"),
            Mode = Optional("mode"),
            Purpose = Optional("purpose"),
            OrganisationId = Optional("orgid"),
            Signature = Optional("sign"),
        };

        // An empty parameter says as much as none.
        string? Optional(string name) => values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

        Money? Rupees(string name)
        {
            if (Optional(name) is not { } text)
            {
                return null;
            }

            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var major)
                && major.Scale <= Currency.INR.Exponent && major <= long.MaxValue / 100m)
            {
                return Money.FromMajor(major, Currency.INR);
            }

            faults.Add(name, "must be rupees with at most two decimals");
            return null;
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Parameters()
    {
        (string Name, string? Value)[] all =
        [
            ("pa", PayeeAddress), ("pn", PayeeName), ("mc", MerchantCategory), ("tr", Reference), ("tn", Note),
            ("am", Text(Amount)), ("mam", Text(AmountMinimum)), ("cu", "INR"), ("mode", Mode), ("purpose", Purpose),
            ("orgid", OrganisationId), ("sign", Signature),
        ];
        return all.Where(part => part.Value is not null).Select(part => KeyValuePair.Create(part.Name, part.Value!));

        static string? Text(Money? amount) => amount?.ToMajor().ToString("F2", CultureInfo.InvariantCulture);
    }

    private void Check(FieldFaults faults)
    {
        faults.AddUnless(UpiAddress.IsWellFormed(PayeeAddress), "pa", "must be a UPI address such as name@bank");
        CheckText("pn", PayeeName, 99);
        CheckText("tr", Reference, 35);
        CheckText("tn", Note, 80);
        faults.AddUnless(MerchantCategory is null || (MerchantCategory.Length == 4 && MerchantCategory.All(char.IsAsciiDigit)),
            "mc", "must be 4 digits");
        faults.AddUnless(Mode is null || (Mode.Length == 2 && Mode.All(char.IsAsciiDigit)), "mode", "must be 2 digits");
        faults.AddUnless(Purpose is null || (Purpose.Length == 2 && Purpose.All(char.IsAsciiDigit)), "purpose", "must be 2 digits");
        CheckText("orgid", OrganisationId, 20);
        CheckText("sign", Signature, 1024);
        CheckAmount("am", Amount);
        CheckAmount("mam", AmountMinimum);

        void CheckText(string name, string? text, int max) => faults.AddUnless(
            text is null || (text.Length >= 1 && text.Length <= max && !text.Any(char.IsControl) && IsUnicode(text)),
            name, $"must have 1 to {max} characters");

        void CheckAmount(string name, Money? amount) => faults.AddUnless(
            amount is not { } money || (money.Currency == Currency.INR && money.IsPositive), name, "must be rupees, greater than zero");
    }

    /// <summary>RFC 3986: a space is %20, never a plus sign. The @ of an address stays readable, as apps expect it.</summary>
    private static string Escape(string name, string value) =>
        name == "pa" ? Uri.EscapeDataString(value).Replace("%40", "@", StringComparison.Ordinal) : Uri.EscapeDataString(value);

    /// <summary>Null when an escape is broken: then the text would stay as it is and mean something else.</summary>
    private static string? Unescape(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                return null;
            }
        }

        return Uri.UnescapeDataString(text);
    }

    /// <summary>Half of a surrogate pair cannot be encoded.</summary>
    private static bool IsUnicode(string text) => text.EnumerateRunes().All(rune => rune != System.Text.Rune.ReplacementChar);
}
