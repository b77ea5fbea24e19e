using System.Globalization;
using System.Text;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Qr;

/// <summary>What a code for a payment says, whichever way it is written.</summary>
/// <param name="Reference">What the processor names in its message when somebody has paid; at most 35 characters for UPI.</param>
/// <param name="Amount">Null: the payer types it.</param>
/// <param name="IsStatic">Paid many times.</param>
public sealed record QrOrder(
    QrPayee Payee, string MerchantName, string Country, Currency Currency, Money? Amount, string Reference, string? Note, QrPlace Place,
    bool IsStatic = false);

/// <summary>Where and what the merchant sells, for EMV texts.</summary>
/// <param name="Category">Four digits of ISO 18245.</param>
public sealed record QrPlace(string City, string? PostalCode, string Category)
{
    /// <summary>A shop that does not say: no place, no trade.</summary>
    public static QrPlace Online { get; } = new("ONLINE", null, "0000");
}

/// <summary>The text of a payment's QR code in the formats of this server. Pure.</summary>
public static class QrText
{
    public const string Upi = "upi";
    public const string Emvco = "emvco";

    private const int NoteLengthMax = 50;
    private const int EmvReferenceLengthMax = 25;

    public static IReadOnlyList<string> Formats { get; } = [Upi, Emvco];

    /// <summary>The text to draw, or why there is none: UPI takes rupees only, and EMV has its limits of length.</summary>
    public static Outcome<string> Of(QrOrder order, string format) => format switch
    {
        Upi => OfUpi(order, order.IsStatic ? UpiLink.ByStaticQr : UpiLink.ByDynamicQr),
        Emvco => EmvText.Write(EmvOf(order)),
        _ => Refusal.Field("format", $"must be {string.Join(" or ", Formats)}"),
    };

    /// <param name="order">In rupees.</param>
    /// <param name="mode">How the link reaches the payer's app.</param>
    public static Outcome<string> OfUpi(QrOrder order, string mode) => order.Currency != Currency.INR
        ? Refusal.Field(Errors.UnsupportedCurrency, "currency", "must be INR: UPI takes rupees only")
        : new UpiLink
        {
            PayeeAddress = order.Payee.UpiAddress,
            PayeeName = Cut(order.MerchantName, 99),
            MerchantCategory = order.Place.Category,
            Reference = order.Reference,
            Note = string.IsNullOrWhiteSpace(order.Note) ? null : Cut(order.Note, NoteLengthMax),
            Amount = order.Amount,
            Mode = mode,
            Purpose = "00",
        }.Write();

    private static EmvQr EmvOf(QrOrder order)
    {
        var reference = order.Reference.Length <= EmvReferenceLengthMax ? order.Reference : order.Reference[^EmvReferenceLengthMax..];
        return new()
        {
            Initiation = order.IsStatic ? EmvInitiation.Static : EmvInitiation.Dynamic,
            Accounts = AccountsOf(order),
            MerchantCategory = order.Place.Category,
            Currency = order.Currency,
            Amount = order.Amount is { } amount
                ? decimal.Parse(amount.ToMajor().ToString($"F{order.Currency.Exponent}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
                : null,
            Country = order.Country,
            MerchantName = Printable(order.MerchantName, 25),
            City = order.Place.City,
            PostalCode = order.Place.PostalCode,
            AdditionalData = [new(EmvIds.Reference, reference)],
            Language = order.MerchantName.All(char.IsAscii) ? null : new("en", Cut(order.MerchantName, 25), null),
        };
    }

    /// <summary>Bharat QR for rupees: the UPI address and the reference; elsewhere the processor's own template.</summary>
    private static EmvAccount[] AccountsOf(QrOrder order) => order.Currency == Currency.INR
        ?
        [
            EmvAccount.Template(EmvIds.Upi, new("00", EmvIds.BharatGuid), new("01", order.Payee.UpiAddress)),
            EmvAccount.Template(EmvIds.UpiReference, new("00", EmvIds.BharatGuid), new("01", order.Reference)),
        ]
        : [EmvAccount.Template(EmvIds.Upi, new("00", order.Payee.EmvGuid), new("01", order.Reference))];

    /// <summary>Without what cannot be sent, and cut between characters.</summary>
    private static string Cut(string text, int lengthMax)
    {
        var kept = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var harmless = Rune.IsControl(rune) || rune == Rune.ReplacementChar ? new Rune(' ') : rune;
            if (kept.Length + harmless.Utf16SequenceLength > lengthMax)
            {
                break;
            }

            kept.Append(harmless);
        }

        return kept.ToString();
    }

    /// <summary>The letters that every app reads; any other becomes a question mark, and stands in the language template.</summary>
    private static string Printable(string text, int lengthMax)
    {
        var plain = string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : '?'));
        return plain[..Math.Min(plain.Length, lengthMax)];
    }
}
