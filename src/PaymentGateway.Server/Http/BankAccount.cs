using System.Numerics;

namespace PaymentGateway.Http;

/// <summary>Tells an international bank account number (IBAN), in one block or in groups of four, from a card number.</summary>
internal static class BankAccount
{
    private const int LengthMin = 15;
    private const int LengthMax = 34;

    /// <summary>Whether these digits are a part of such a number.</summary>
    public static bool Holds<T>(ReadOnlySpan<T> text, int start, int end) where T : struct, IBinaryInteger<T>
    {
        // The country stands before its two check digits, and all before these digits is part of the number or a space of it.
        for (var at = start - 2; at >= 0 && at >= start - LengthMax - (LengthMax / 4); at--)
        {
            if (IsCountry(text[at]) && IsCountry(text[at + 1]) && (at == 0 || !IsSign(text[at - 1])) && Reaches(text, at, end))
            {
                return true;
            }

            if (!IsSign(text[at + 1]) && Of(text[at + 1]) != ' ')
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Whether what begins here is an account number that ends no earlier than that.</summary>
    private static bool Reaches<T>(ReadOnlySpan<T> text, int start, int end) where T : struct, IBinaryInteger<T>
    {
        Span<char> signs = stackalloc char[LengthMax];
        var count = 0;
        for (var i = start; i < text.Length && count < LengthMax; i++)
        {
            var isGap = Of(text[i]) == ' ' && count % 4 == 0;
            if (!IsSign(text[i]) && !isGap)
            {
                break;
            }

            if (!isGap)
            {
                signs[count++] = (char)Of(text[i]);
            }

            if (i >= end - 1 && count >= LengthMin && PassesCheck(signs[..count]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>ISO 13616: country and check digits go to the end, letters count from 10, and the rest of the division by 97 is 1.</summary>
    private static bool PassesCheck(ReadOnlySpan<char> signs)
    {
        var rest = 0;
        for (var i = 0; i < signs.Length; i++)
        {
            var c = signs[(i + 4) % signs.Length];
            rest = char.IsAsciiDigit(c) ? ((rest * 10) + c - '0') % 97 : ((rest * 100) + c - 'A' + 10) % 97;
        }

        return rest == 1;
    }

    private static bool IsCountry<T>(T c) where T : struct, IBinaryInteger<T> => Of(c) is >= 'A' and <= 'Z';

    private static bool IsSign<T>(T c) where T : struct, IBinaryInteger<T> => IsCountry(c) || Of(c) is >= '0' and <= '9';

    private static uint Of<T>(T c) where T : struct, IBinaryInteger<T> => uint.CreateTruncating(c);
}
