namespace PaymentGateway;

/// <summary>A JSON number taken apart but not computed: its digits times a power of ten. Any length costs one pass over the text.</summary>
internal readonly ref struct NumberText
{
    private const string ZerosAndPoint = "0.";

    // Far above any text's length and far below an overflow, so that 1e999999999999999999999 stays what it is: absurd.
    private const long ExponentMax = 1_000_000_000_000;

    private readonly ReadOnlySpan<char> _digits;

    private NumberText(bool isNegative, ReadOnlySpan<char> mantissa, long exponent)
    {
        var point = mantissa.IndexOf('.') is >= 0 and var found ? found : mantissa.Length;
        var last = mantissa.TrimEnd(ZerosAndPoint).Length - 1;
        _digits = mantissa.Trim(ZerosAndPoint);
        IsNegative = isNegative;
        DigitCount = _digits.Contains('.') ? _digits.Length - 1 : _digits.Length;
        Power = exponent + (last < point ? point - 1 - last : point - last);
    }

    internal bool IsNegative { get; }

    /// <summary>The digits from the first to the last that is not zero; 0 for the number zero.</summary>
    internal int DigitCount { get; }

    /// <summary>The power of ten that the last of these digits counts.</summary>
    internal long Power { get; }

    /// <summary>The digits as a whole number. Only for a <see cref="DigitCount"/> of 38 at most.</summary>
    internal Int128 Digits()
    {
        Int128 value = 0;
        foreach (var c in _digits)
            if (c != '.')
                value = value * 10 + (c - '0');
        return value;
    }

    internal static bool TryRead(ReadOnlySpan<char> text, out NumberText number)
    {
        number = default;
        var isNegative = text.StartsWith('-');
        var rest = isNegative ? text[1..] : text;
        var split = rest.IndexOfAny('e', 'E');
        var mantissa = split < 0 ? rest : rest[..split];
        if (!IsMantissa(mantissa))
            return false;

        long exponent = 0;
        if (split >= 0 && !TryReadExponent(rest[(split + 1)..], out exponent))
            return false;

        number = new NumberText(isNegative, mantissa, exponent);
        return true;
    }

    private static bool IsMantissa(ReadOnlySpan<char> text)
    {
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        return AreDigits(whole) && (whole.Length == 1 || whole[0] != '0') && (point < 0 || AreDigits(text[(point + 1)..]));
    }

    private static bool TryReadExponent(ReadOnlySpan<char> text, out long exponent)
    {
        exponent = 0;
        var digits = text is ['+' or '-', ..] ? text[1..] : text;
        if (!AreDigits(digits))
            return false;
        foreach (var c in digits)
            exponent = Math.Min(exponent * 10 + (c - '0'), ExponentMax);
        if (text[0] == '-')
            exponent = -exponent;
        return true;
    }

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
}
