using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace PaymentGateway.Tests;

public sealed class MoneySplittingTests
{
    private static readonly Arbitrary<long[]> Ratios = Arb.From(Gen.OneOf(
        Generated.AnyLongFromZero, Gen.Choose(0, 10).Select(ratio => (long)ratio), Gen.Elements(0, 1, long.MaxValue)).NonEmptyListOf()
        .Select(ratios => ratios.ToArray()).Where(ratios => ratios.Any(ratio => ratio > 0)));

    private static Money Inr(long minor) => Money.FromMinor(minor, Currency.INR);

    private static long[] Minor(Money[] parts) => [.. parts.Select(part => part.Minor)];

    [Fact]
    public void Parts_by_ratio_sum_to_the_whole_and_are_within_a_unit_of_their_share() =>
        Prop.ForAll(Generated.Counts, Ratios, (minor, ratios) =>
        {
            var parts = Inr(minor).SplitBy(ratios);
            var total = ratios.Aggregate(BigInteger.Zero, (sum, ratio) => sum + ratio);
            return parts.Length == ratios.Length && Sum(parts) == minor && parts.Zip(ratios).All(pair =>
                BigInteger.Abs(pair.First.Minor * total - (BigInteger)minor * pair.Second) < total
                && (pair.Second > 0 || pair.First.IsZero));
        }).Check();

    [Fact]
    public void The_units_left_over_go_to_the_largest_remainders_then_to_the_earliest_parts() =>
        Prop.ForAll(Generated.Counts, Ratios, (minor, ratios) =>
            Minor(Inr(minor).SplitBy(ratios)).SequenceEqual(LargestRemainders(minor, ratios))).Check();

    [Fact]
    public void Equal_parts_sum_to_the_whole_and_differ_by_a_unit_at_most() =>
        Prop.ForAll(Generated.Counts, Arb.From(Gen.Choose(1, 60)), (minor, count) =>
        {
            var parts = Minor(Inr(minor).SplitInto(count));
            return parts.Length == count && Sum(parts) == minor && (Int128)parts.Max() - parts.Min() <= 1
                && parts.SequenceEqual(minor < 0 ? parts.Order() : parts.OrderDescending());
        }).Check();

    [Fact]
    public void A_negative_amount_is_split_as_its_opposite() =>
        Prop.ForAll(Arb.From(Generated.AnyLongFromZero), Ratios, (minor, ratios) =>
            Inr(-minor).SplitBy(ratios).SequenceEqual(Inr(minor).SplitBy(ratios).Select(part => part.Negate()))).Check();

    [Fact]
    public void Cases_to_look_at()
    {
        Assert.Equal([34, 33, 33], Minor(Inr(100).SplitInto(3)));
        Assert.Equal([-34, -33, -33], Minor(Inr(-100).SplitInto(3)));
        Assert.Equal([1, 1, 0], Minor(Inr(2).SplitInto(3)));
        Assert.Equal([14, 29, 57], Minor(Inr(100).SplitBy(1L, 2L, 4L)));
        Assert.Equal([0, 51, 0, 50], Minor(Inr(101).SplitBy(0L, 1, 0, 1)));
        Assert.Equal([70, 30], Minor(Inr(100).SplitBy(0.7m, 0.3m)));
        Assert.Equal([33, 67], Minor(Inr(100).SplitBy(0.50m, 1m)));
        Assert.Equal([long.MinValue], Minor(Inr(long.MinValue).SplitInto(1)));
        Assert.Equal([0, long.MinValue], Minor(Inr(long.MinValue).SplitBy(0, long.MaxValue)));
    }

    [Fact]
    public void Ratios_that_name_no_share_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Inr(100).SplitBy(0L, 0));
        Assert.Throws<ArgumentException>(() => Inr(100).SplitBy(2L, -1));
        Assert.Throws<ArgumentException>(() => Inr(100).SplitBy(Array.Empty<long>()));
        Assert.Throws<ArgumentException>(() => Inr(100).SplitBy(-0.5m, 1m));
        Assert.Throws<OverflowException>(() => Inr(100).SplitBy(0.3333333333333333333333333333m, 0.6666666666666666666666666667m));
        Assert.Throws<ArgumentOutOfRangeException>(() => Inr(100).SplitInto(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Inr(100).SplitInto(-1));
    }

    private static BigInteger Sum(IEnumerable<Money> parts) => Sum(parts.Select(part => part.Minor));

    private static BigInteger Sum(IEnumerable<long> parts) => parts.Aggregate(BigInteger.Zero, (sum, part) => sum + part);

    private static IEnumerable<long> LargestRemainders(long minor, long[] ratios)
    {
        var total = ratios.Aggregate(BigInteger.Zero, (sum, ratio) => sum + ratio);
        var whole = BigInteger.Abs(minor);
        var shares = ratios.Select(ratio => whole * ratio / total).ToArray();
        var queue = Enumerable.Range(0, ratios.Length).OrderBy(i => -(whole * ratios[i] % total)).ThenBy(i => i);
        var left = whole - shares.Aggregate(BigInteger.Add);
        foreach (var part in queue.Take((int)left))
            shares[part] += 1;
        return shares.Select(share => (long)(minor < 0 ? -share : share));
    }
}
