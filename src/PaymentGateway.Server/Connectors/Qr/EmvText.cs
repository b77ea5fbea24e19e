using System.Globalization;
using System.Text;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Qr;

/// <summary>Writes and reads EMV QR texts. Pure.</summary>
public static class EmvText
{
    private const string FormatIndicator = "01";

    /// <summary>The text to draw; a refusal names every field that breaks the specification.</summary>
    public static Outcome<string> Write(EmvQr qr)
    {
        var faults = new FieldFaults();
        EmvRules.Check(qr, faults);
        EmvRules.CheckPrintable(qr, faults);
        if (faults.Refusal is { } refusal)
        {
            return refusal;
        }

        var unsigned = EmvItems.Write(ItemsOf(qr)) + "6304";
        return unsigned + CrcOf(unsigned);
    }

    /// <summary>What a text says. The CRC may be in either case; lengths are read as characters, and when that fails as bytes.</summary>
    public static Outcome<EmvQr> Read(string text)
    {
        var byCharacters = Read(text, value => value);
        if (!byCharacters.IsRefused || text.All(char.IsAscii))
        {
            return byCharacters;
        }

        var byBytes = Read(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)),
            value => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(value)), text);
        return byBytes.IsRefused ? byCharacters : byBytes;
    }

    private static Outcome<EmvQr> Read(string text, Func<string, string> decode, string? original = null)
    {
        if (EmvItems.Read(text, out var fault) is not { } items)
        {
            return Refusal.Field("text", fault!);
        }

        if (WhyNoEmvText(items, original ?? text) is { } refused)
        {
            return Refusal.Field("text", refused);
        }

        var faults = new FieldFaults();
        var qr = new EmvReader(items, decode, faults).Read();
        if (qr is not null && faults.Refusal is null)
        {
            EmvRules.Check(qr, faults);
        }

        return faults.Refusal is { } refusal ? refusal : qr!;
    }

    private static string? WhyNoEmvText(IReadOnlyList<EmvItem> items, string text)
    {
        if (items is not [{ Id: "00", Value: FormatIndicator }, ..])
        {
            return "must begin with the item 00 and the value 01";
        }

        if (items[^1] is not { Id: "63", Value.Length: 4 } crc)
        {
            return "must end with the item 63 and four characters";
        }

        return string.Equals(crc.Value, CrcOf(text[..^4]), StringComparison.OrdinalIgnoreCase) ? null : "has a wrong CRC";
    }

    private static string CrcOf(string text) => Crc16.Of(Encoding.UTF8.GetBytes(text)).ToString("X4", CultureInfo.InvariantCulture);

    private static IEnumerable<EmvItem> ItemsOf(EmvQr qr)
    {
        IEnumerable<EmvItem?> items =
        [
            new("00", FormatIndicator),
            qr.Initiation is { } initiation ? new("01", initiation == EmvInitiation.Static ? "11" : "12") : null,
            .. qr.Accounts.Select(account => new EmvItem(account.Id, account.Value ?? EmvItems.Write(account.Items))),
            new("52", qr.MerchantCategory),
            new("53", qr.Currency.NumericCode.ToString("000", CultureInfo.InvariantCulture)),
            qr.Amount is { } amount ? new("54", Number(amount)) : null,
            .. TipOf(qr.Tip),
            new("58", qr.Country),
            new("59", qr.MerchantName),
            new("60", qr.City),
            qr.PostalCode is { } postalCode ? new("61", postalCode) : null,
            qr.AdditionalData.Count > 0 ? new("62", EmvItems.Write(qr.AdditionalData)) : null,
            qr.Language is { } language ? new("64", EmvItems.Write(LanguageOf(language))) : null,
            .. qr.Further,
        ];
        return items.OfType<EmvItem>();
    }

    private static IEnumerable<EmvItem> TipOf(EmvTip? tip) => tip switch
    {
        null => [],
        EmvTip.Asked => [new("55", "01")],
        EmvTip.Fixed fee => [new("55", "02"), new("56", Number(fee.Amount))],
        EmvTip.Percent percent => [new("55", "03"), new("57", Number(percent.Rate))],
        _ => throw new ArgumentOutOfRangeException(nameof(tip), tip, "Not a tip."),
    };

    private static IEnumerable<EmvItem> LanguageOf(EmvLanguage language) => language.City is { } city
        ? [new("00", language.Code), new("01", language.Name), new("02", city)]
        : [new("00", language.Code), new("01", language.Name)];

    internal static string Number(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
