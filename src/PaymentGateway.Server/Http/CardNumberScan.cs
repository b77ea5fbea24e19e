using System.Globalization;
using System.Numerics;

namespace PaymentGateway.Http;

/// <summary>
/// Finds card numbers in text, however they are spaced, without copying any of it. A number may stand amid other digits
/// (<c>order 77 4111 1111 …</c>): then only as one block, or in the groups that are printed on cards, as any other division of a long row of
/// numbers would sooner or later pass for a card.
/// </summary>
internal static class CardNumberScan
{
    private const int GapMax = 3;
    private const int PhoneDigitsMax = 15;

    /// <summary>The first card number in the text.</summary>
    /// <param name="text">Characters, or bytes in ASCII or a superset of it.</param>
    /// <param name="asPrintedOnly">Only as one block or in the groups of a card: for files, which are full of rows of numbers.</param>
    public static Range? Find<T>(ReadOnlySpan<T> text, bool asPrintedOnly = false) where T : struct, IBinaryInteger<T>
    {
        for (var i = 0; i + CardNumber.DigitsMin <= text.Length; i++)
        {
            if (DigitOf(text[i]) < 0 || (i > 0 && DigitOf(text[i - 1]) >= 0))
            {
                continue;
            }

            if (EndOfNumber(text, i, isAlone: !asPrintedOnly && !FollowsDigits(text, i)) is var end and > 0 && !IsOtherwise(text, i, end))
            {
                return i..end;
            }
        }

        return null;
    }

    /// <summary>Where a card number that begins here ends; 0: none does.</summary>
    /// <param name="text">The whole of it.</param>
    /// <param name="start">The first digit of a group.</param>
    /// <param name="isAlone">No digits stand before it: if none stand behind it either, any grouping will do.</param>
    private static int EndOfNumber<T>(ReadOnlySpan<T> text, int start, bool isAlone) where T : struct, IBinaryInteger<T>
    {
        Span<byte> digits = stackalloc byte[CardNumber.DigitsMax];
        var (count, groups) = (0, default(Groups));
        for (var at = start; ;)
        {
            var first = at;
            for (; at < text.Length && DigitOf(text[at]) is >= 0 and var digit; at++)
            {
                if (count == CardNumber.DigitsMax)
                {
                    return 0;
                }

                digits[count++] = (byte)digit;
            }

            groups = groups.Add(at - first);
            var (next, isPlain) = Gap(text, at);
            isAlone &= isPlain || next == 0;
            if (CardNumber.Is(digits[..count]) && (groups.AreOfACard || (isAlone && next == 0)))
            {
                return at;
            }

            if (next == 0)
            {
                return 0;
            }

            at = next;
        }
    }

    /// <summary>Where the next group of digits begins, 0 when there is none, and whether only spaces and dashes stand between.</summary>
    private static (int Next, bool IsPlain) Gap<T>(ReadOnlySpan<T> text, int at) where T : struct, IBinaryInteger<T>
    {
        var isPlain = true;
        for (var i = at; i < text.Length && i <= at + GapMax; i++)
        {
            if (DigitOf(text[i]) >= 0)
            {
                return (i, isPlain);
            }

            var c = uint.CreateTruncating(text[i]);
            if (!IsSpaceOrDash(c))
            {
                if (c is not ('.' or '_' or '/'))
                {
                    break;
                }

                isPlain = false;
            }
        }

        return (0, isPlain);
    }

    private static bool FollowsDigits<T>(ReadOnlySpan<T> text, int start) where T : struct, IBinaryInteger<T>
    {
        for (var i = start - 1; i >= 0 && i >= start - GapMax; i--)
        {
            if (DigitOf(text[i]) >= 0)
            {
                return true;
            }

            if (!IsSpaceOrDash(uint.CreateTruncating(text[i])))
            {
                return false;
            }
        }

        return false;
    }

    private static bool IsSpaceOrDash(uint c) => c is ' ' or '-' or 0xA0 or 0xAD or (>= 0x2007 and <= 0x200B) or 0x202F or (>= 0x2010 and <= 0x2015) or 0x2212;

    /// <summary>Digits of other scripts too: a keyboard for Hindi or Arabic types them.</summary>
    private static int DigitOf<T>(T c) where T : struct, IBinaryInteger<T>
    {
        var value = uint.CreateTruncating(c);
        return value is >= '0' and <= '9' ? (int)(value - '0')
            : value < 128 || typeof(T) != typeof(char) ? -1
            : CharUnicodeInfo.GetDecimalDigitValue((char)value);
    }

    /// <summary>What has the digits of a card number by chance, and can be told from one.</summary>
    private static bool IsOtherwise<T>(ReadOnlySpan<T> text, int start, int end) where T : struct, IBinaryInteger<T> =>
        IsPhoneNumber(text, start, end) || IsFraction(text, start) || IsHexadecimal(text, start, end) || BankAccount.Holds(text, start, end);

    /// <summary>One in ten German mobile numbers has the right digit of a card number; written with a plus it is a phone number.</summary>
    private static bool IsPhoneNumber<T>(ReadOnlySpan<T> text, int start, int end) where T : struct, IBinaryInteger<T>
    {
        var digits = 0;
        foreach (var c in text[start..end])
        {
            digits += DigitOf(c) >= 0 ? 1 : 0;
        }

        return digits <= PhoneDigitsMax && start > 0 && uint.CreateTruncating(text[start - 1]) == '+';
    }

    /// <summary>0.4285714285714286 and the like: what a division leaves.</summary>
    private static bool IsFraction<T>(ReadOnlySpan<T> text, int start) where T : struct, IBinaryInteger<T> =>
        start > 1 && uint.CreateTruncating(text[start - 1]) == '.' && DigitOf(text[start - 2]) >= 0;

    /// <summary>A part of a UUID, or of a digest: 32 hexadecimal digits or more, with letters among them.</summary>
    private static bool IsHexadecimal<T>(ReadOnlySpan<T> text, int start, int end) where T : struct, IBinaryInteger<T>
    {
        while (start > 0 && IsHexOrDash(text[start - 1]))
        {
            start--;
        }

        while (end < text.Length && IsHexOrDash(text[end]))
        {
            end++;
        }

        var (letters, dashes) = (0, 0);
        foreach (var c in text[start..end])
        {
            letters += char.IsAsciiLetter((char)uint.CreateTruncating(c)) ? 1 : 0;
            dashes += uint.CreateTruncating(c) == '-' ? 1 : 0;
        }

        return letters > 0 && (dashes == 0 ? end - start >= 32 : end - start == 36 && IsUuid(text[start..end]));
    }

    private static bool IsUuid<T>(ReadOnlySpan<T> text) where T : struct, IBinaryInteger<T>
    {
        for (var i = 0; i < text.Length; i++)
        {
            if ((i is 8 or 13 or 18 or 23) != (uint.CreateTruncating(text[i]) == '-'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsHexOrDash<T>(T c) where T : struct, IBinaryInteger<T> =>
        uint.CreateTruncating(c) is var value && (value == '-' || (value < 128 && char.IsAsciiHexDigit((char)value)));

    /// <summary>The lengths of groups so far, as far as they tell a card: 4-4-4-4 and longer, 4-6-5, 4-6-4, or one block.</summary>
    private readonly record struct Groups(int Count, bool Quads, bool LastIsShort, int Second, int Third, int First)
    {
        public bool AreOfACard => Count == 1 || (Count >= 4 && Quads) || (Count == 3 && First == 4 && Second == 6 && Third is 4 or 5);

        public Groups Add(int length) => new(
            Count + 1,
            (Count == 0 || (Quads && !LastIsShort)) && length <= 4,
            length < 4,
            Count == 1 ? length : Second,
            Count == 2 ? length : Third,
            Count == 0 ? length : First);
    }
}
