using System.Text.Json;

namespace PaymentGateway.Http;

/// <summary>
/// Looks for card numbers and security codes in a request body, so that none is ever logged or stored.
/// A number counts when it has 13 to 19 digits (spaces and dashes aside), a card network's leading digits and a right Luhn digit,
/// and is not written as an international phone number.
/// </summary>
public static class CardDataGuard
{
    private const int DigitsMax = 19;
    private const int PhoneDigitsMax = 15;

    private static readonly HashSet<string> forbiddenNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "cvv", "cvc", "cvv2", "cvc2", "cardnumber", "card_number", "pan", "securitycode", "security_code",
    };

    /// <summary>The dotted path of the first value that looks like card data, or null.</summary>
    public static string? Find(JsonElement value, string path = "")
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return value.EnumerateObject()
                    .Select(p => forbiddenNames.Contains(p.Name) ? Join(path, p.Name)
                        : HoldsCardNumber(p.Name) ? Join(path, "…") : Find(p.Value, Join(path, p.Name)))
                    .FirstOrDefault(found => found is not null);
            case JsonValueKind.Array:
                return value.EnumerateArray().Select((item, i) => Find(item, $"{path}[{i}]")).FirstOrDefault(found => found is not null);
            case JsonValueKind.String:
                return HoldsCardNumber(value.GetString()!) ? path : null;
            case JsonValueKind.Number:
                return HoldsCardNumber(value.GetRawText()) ? path : null;
            default:
                return null;
        }
    }

    /// <summary>Whether any run of digits in the text is a card number.</summary>
    public static bool HoldsCardNumber(ReadOnlySpan<char> text)
    {
        Span<byte> digits = stackalloc byte[DigitsMax];
        var (count, start) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : 'x';
            if (char.IsAsciiDigit(c))
            {
                start = count == 0 ? i : start;
                if (count < DigitsMax)
                {
                    digits[count] = (byte)(c - '0');
                }

                count++;
            }
            else if (c is not (' ' or '-') || count == 0)
            {
                if (count <= DigitsMax && !IsPhoneNumber(text[..start], count) && IsCardNumber(digits[..count]))
                {
                    return true;
                }

                count = 0;
            }
        }

        return false;
    }

    /// <summary>One in ten German mobile numbers has the right digit of a card number; written with a plus it is a phone number.</summary>
    private static bool IsPhoneNumber(ReadOnlySpan<char> before, int digits) => digits <= PhoneDigitsMax && before is [.., '+'];

    private static bool IsCardNumber(ReadOnlySpan<byte> digits) =>
        digits.Length is >= 13 and <= 19 && HasNetworkPrefix(digits) && PassesLuhn(digits);

    private static bool HasNetworkPrefix(ReadOnlySpan<byte> digits)
    {
        var two = (digits[0] * 10) + digits[1];
        var four = (two * 100) + (digits[2] * 10) + digits[3];
        return digits[0] == 4
            || two is >= 51 and <= 55 or 34 or 37 or 36 or 38 or 39 or 60 or 62 or 65 or 81 or 82
            || four is >= 2221 and <= 2720 or >= 3528 and <= 3589 or >= 3000 and <= 3059
                or 3095 or >= 6440 and <= 6499 or 5018 or 5020 or 5038 or 6304 or 6759;
    }

    private static bool PassesLuhn(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] * (i % 2 == 0 ? 1 : 2);
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
