using FsCheck;
using FsCheck.Fluent;

namespace PaymentGateway.Tests;

internal static class Generated
{
    internal static Gen<long> AnyLong { get; } =
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        select ((long)high << 32) | unchecked((uint)low);

    internal static Gen<long> AnyLongFromZero { get; } = AnyLong.Select(value => value & long.MaxValue);

    /// <summary>Every size of amount: all of long, everyday counts, and both ends.</summary>
    internal static Arbitrary<long> Counts { get; } = Arb.From(Gen.OneOf(
        AnyLong,
        Gen.Choose(-100_000, 100_000).Select(count => (long)count),
        Gen.Elements(long.MinValue, long.MinValue + 1, -1, 0, 1, long.MaxValue - 1, long.MaxValue)));

    internal static Arbitrary<Currency> Currencies { get; } = Arb.From(Gen.Elements(Currency.All.ToArray()));

    /// <summary>Runs a property a thousand times. A failure prints the seed as "Replay" and the smallest case found.</summary>
    internal static void Check(this Property property) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(200), property);
}
