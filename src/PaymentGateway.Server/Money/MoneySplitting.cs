namespace PaymentGateway;

public readonly partial record struct Money
{
    /// <summary>Parts as equal as minor units allow; the earlier ones get the units left over. Their sum is this amount.</summary>
    public Money[] SplitInto(int parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        var ratios = new long[parts];
        Array.Fill(ratios, 1);
        return SplitBy(ratios);
    }

    /// <summary>
    /// Parts in proportion to the ratios, whose sum is this amount. Units left over go to the largest remainders, then to the
    /// earliest parts; a ratio of zero gets nothing. A negative amount is split as its opposite is.
    /// </summary>
    /// <exception cref="ArgumentException">No ratio, a negative one, or only zeros.</exception>
    public Money[] SplitBy(params ReadOnlySpan<long> ratios)
    {
        var whole = Int128.Abs(Minor);
        var total = Total(ratios);
        var shares = new Int128[ratios.Length];
        var remainders = new Int128[ratios.Length];
        var left = whole;
        for (var part = 0; part < ratios.Length; part++)
        {
            (shares[part], remainders[part]) = Int128.DivRem(whole * ratios[part], total);
            left -= shares[part];
        }

        foreach (var part in LargestFirst(remainders).Take((int)left))
            shares[part]++;
        return Array.ConvertAll(shares, Signed);
    }

    /// <summary>The same with ratios such as 0.7 and 0.3.</summary>
    /// <exception cref="OverflowException">The ratios need more than 18 digits to be written as whole numbers.</exception>
    public Money[] SplitBy(params ReadOnlySpan<decimal> ratios)
    {
        var scale = 1m;
        foreach (var ratio in ratios)
            while (ratio * scale % 1 != 0)
                scale *= 10;

        var whole = new long[ratios.Length];
        for (var part = 0; part < ratios.Length; part++)
            whole[part] = (long)(ratios[part] * scale);
        return SplitBy(whole);
    }

    private static Int128 Total(ReadOnlySpan<long> ratios)
    {
        Int128 total = 0;
        foreach (var ratio in ratios)
            total += ratio >= 0 ? ratio : throw new ArgumentException($"The ratio {ratio} is negative.", nameof(ratios));
        return total > 0 ? total : throw new ArgumentException("At least one ratio must be above zero.", nameof(ratios));
    }

    // The sort is stable, so equal remainders stay in the order of the parts. What is left over is less than the number of
    // remainders above zero, so a part without a remainder, and with it a ratio of zero, never gets a unit.
    private static IEnumerable<int> LargestFirst(Int128[] remainders) =>
        Enumerable.Range(0, remainders.Length).OrderByDescending(part => remainders[part]);

    private Money Signed(Int128 share) => new(checked((long)(IsNegative ? -share : share)), Currency);
}
