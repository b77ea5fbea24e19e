namespace PaymentGateway.Http;

/// <summary>What makes digits a card number: the ranges that networks issue from, the lengths they use there, and the check digit.</summary>
internal static class CardNumber
{
    public const int DigitsMin = 13;
    public const int DigitsMax = 19;

    private static readonly int sixteenToNineteen = Lengths(16, 17, 18, 19);
    private static readonly int thirteenToNineteen = Lengths(13, 14, 15, 16, 17, 18, 19);
    private static readonly int diners = Lengths(14, 16, 17, 18, 19);

    /// <summary>The first four digits, from and to, and a bit for each length.</summary>
    private static readonly (int From, int To, int Lengths)[] ranges =
    [
        (4000, 4999, Lengths(13, 16, 19)), // Visa
        (5100, 5599, Lengths(16)), // Mastercard
        (2221, 2720, Lengths(16)), // Mastercard
        (3400, 3499, Lengths(15)), // American Express
        (3700, 3799, Lengths(15)), // American Express
        (3000, 3059, diners), // Diners Club
        (3095, 3095, diners), // Diners Club
        (3600, 3699, diners), // Diners Club
        (3800, 3999, diners), // Diners Club
        (3528, 3589, sixteenToNineteen), // JCB
        (6011, 6011, sixteenToNineteen), // Discover
        (6440, 6599, sixteenToNineteen), // Discover, RuPay
        (6200, 6299, sixteenToNineteen), // UnionPay
        (8100, 8299, sixteenToNineteen), // UnionPay, RuPay
        (5080, 5099, Lengths(16)), // RuPay, Elo
        (6000, 6099, Lengths(16)), // RuPay
        (2200, 2204, sixteenToNineteen), // Mir
        (9792, 9792, Lengths(16)), // Troy
        (5018, 5018, thirteenToNineteen), // Maestro, and the next four
        (5020, 5020, thirteenToNineteen),
        (5038, 5038, thirteenToNineteen),
        (6304, 6304, thirteenToNineteen),
        (6759, 6763, thirteenToNineteen),
    ];

    public static bool Is(ReadOnlySpan<byte> digits) =>
        digits.Length is >= DigitsMin and <= DigitsMax && IsIssued(digits) && PassesLuhn(digits);

    private static bool IsIssued(ReadOnlySpan<byte> digits)
    {
        var first = (digits[0] * 1000) + (digits[1] * 100) + (digits[2] * 10) + digits[3];
        foreach (var (from, to, lengths) in ranges)
        {
            if (first >= from && first <= to && (lengths & (1 << digits.Length)) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static int Lengths(params ReadOnlySpan<int> lengths)
    {
        var bits = 0;
        foreach (var length in lengths)
        {
            bits |= 1 << length;
        }

        return bits;
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
}
