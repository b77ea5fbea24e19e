using System.Globalization;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Qr;

/// <summary>Makes a <see cref="EmvQr"/> of the items of one text, and notes every field that cannot be read.</summary>
/// <param name="items">All of them, each id once.</param>
/// <param name="decode">A value as text.</param>
/// <param name="faults">Where the faults go.</param>
internal sealed class EmvReader(IReadOnlyList<EmvItem> items, Func<string, string> decode, FieldFaults faults)
{
    private readonly Dictionary<string, string> values = items.ToDictionary(item => item.Id, item => item.Value, StringComparer.Ordinal);

    /// <summary>Null when an item that must be there is missing or no currency is named; the faults say which.</summary>
    public EmvQr? Read()
    {
        var currency = CurrencyOf(Required("53", "currency"));
        var (category, country, name, city) = (
            Required("52", "merchantCategory"), Required("58", "country"), Required("59", "merchantName"), Required("60", "city"));
        var accounts = items.Where(item => string.CompareOrdinal(item.Id, "02") >= 0 && string.CompareOrdinal(item.Id, "51") <= 0)
            .Select(Account).ToList();
        if (category is null || currency is null || country is null || name is null || city is null)
        {
            return null;
        }

        return new EmvQr
        {
            Initiation = Initiation(),
            Accounts = accounts,
            MerchantCategory = category,
            Currency = currency,
            Amount = NumberIn("54", "amount"),
            Tip = Tip(),
            Country = country,
            MerchantName = name,
            City = city,
            PostalCode = Text("61"),
            AdditionalData = values.TryGetValue("62", out var additional) ? Nested(additional, "additionalData") : [],
            Language = Language(),
            Further = [.. items.Where(item => string.CompareOrdinal(item.Id, "65") >= 0).Select(Decoded)],
        };
    }

    private EmvAccount Account(EmvItem item) => string.CompareOrdinal(item.Id, "26") < 0
        ? EmvAccount.Scheme(item.Id, decode(item.Value))
        : new(item.Id, null, Nested(item.Value, $"accounts.{item.Id}"));

    private EmvInitiation? Initiation()
    {
        var initiation = Text("01");
        faults.AddUnless(initiation is null or "11" or "12", "initiation", "must be 11 or 12");
        return initiation switch
        {
            "11" => EmvInitiation.Static,
            "12" => EmvInitiation.Dynamic,
            _ => null,
        };
    }

    private EmvTip? Tip()
    {
        var (kind, fee, percent) = (Text("55"), NumberIn("56", "tip"), NumberIn("57", "tip"));
        EmvTip? tip = (kind, fee, percent) switch
        {
            ("01", null, null) => new EmvTip.Asked(),
            ("02", { } amount, null) => new EmvTip.Fixed(amount),
            ("03", null, { } rate) => new EmvTip.Percent(rate),
            _ => null,
        };
        faults.AddUnless(tip is not null || (kind, Text("56"), Text("57")) is (null, null, null),
            "tip", "must be 01 alone, 02 with a fee in 56, or 03 with a percentage in 57");
        return tip;
    }

    private EmvLanguage? Language()
    {
        if (!values.TryGetValue("64", out var template))
        {
            return null;
        }

        var parts = Nested(template, "language");
        string? Part(string id) => parts.FirstOrDefault(item => item.Id == id)?.Value;
        if (Part("00") is { } code && Part("01") is { } name)
        {
            return new(code, name, Part("02"));
        }

        faults.Add("language", "must have a language in 00 and a name in 01");
        return null;
    }

    private IReadOnlyList<EmvItem> Nested(string template, string field)
    {
        if (EmvItems.Read(template, out var fault) is { } nested)
        {
            return [.. nested.Select(Decoded)];
        }

        faults.Add(field, fault!);
        return [];
    }

    private Currency? CurrencyOf(string? digits)
    {
        var currency = Currency.All.FirstOrDefault(known => known.NumericCode.ToString("000", CultureInfo.InvariantCulture) == digits);
        faults.AddUnless(digits is null || currency is not null, "currency", "must be the three digits of a currency of ISO 4217");
        return currency;
    }

    private decimal? NumberIn(string id, string field)
    {
        if (Text(id) is not { } text)
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && char.IsAsciiDigit(text[0]))
        {
            return value;
        }

        faults.Add(field, "must be a number with a decimal point");
        return null;
    }

    private string? Required(string id, string field)
    {
        var text = Text(id);
        faults.AddUnless(text is not null, field, $"is missing: item {id}");
        return text;
    }

    private string? Text(string id) => values.TryGetValue(id, out var value) ? decode(value) : null;

    private EmvItem Decoded(EmvItem item) => item with { Value = decode(item.Value) };
}
