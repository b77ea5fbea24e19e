using System.Numerics;

namespace PaymentGateway;

/// <summary>The one place where a fraction of a minor unit is decided.</summary>
internal static class Rounding
{
    /// <summary>The whole number nearest to count × factor; exactly between two, the even one.</summary>
    /// <remarks>
    /// The product of 64 and 96 bits is computed in full, because decimal would round it once before we round it again:
    /// 1.0149999999999999999999999999 × 100 is 101.5 to decimal, and then 102.
    /// </remarks>
    /// <exception cref="OverflowException">The result does not fit a long.</exception>
    internal static long HalfEven(long count, decimal factor)
    {
        var (digits, scale) = Parts(factor);
        var denominator = BigInteger.Pow(10, scale);
        var quotient = BigInteger.DivRem(count * digits, denominator, out var remainder);
        var half = (BigInteger.Abs(remainder) * 2).CompareTo(denominator);
        if (half > 0 || (half == 0 && !quotient.IsEven))
            quotient += remainder.Sign;
        return (long)quotient;
    }

    /// <summary>A decimal is digits ÷ 10^scale.</summary>
    private static (BigInteger Digits, int Scale) Parts(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var digits = unchecked(new UInt128((uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]));
        return (decimal.IsNegative(value) ? -(BigInteger)digits : digits, value.Scale);
    }
}
