namespace PaymentGateway.Tests.Model;

/// <summary>Chance that is the same in every run: a step has dice of its own, so leaving out another step does not change them.</summary>
internal static class Seeded
{
    private const uint Prime = 16777619;

    public static Random Dice(params ReadOnlySpan<int> path) => new(Hash(path));

    /// <summary>FNV-1a: that of the runtime differs from process to process.</summary>
    public static int Hash(params ReadOnlySpan<int> path)
    {
        var hash = 2166136261u;
        foreach (var number in path)
        {
            for (var shift = 0; shift < 32; shift += 8)
            {
                hash = unchecked((hash ^ (byte)(number >> shift)) * Prime);
            }
        }

        return unchecked((int)(hash & int.MaxValue));
    }

    public static bool OneIn(this Random dice, int n) => dice.Next(n) == 0;

    public static T Pick<T>(this Random dice, IReadOnlyList<T> from) => from[dice.Next(from.Count)];

    /// <summary>One of the newest few more often than not: what was just made is what has most left to happen to it.</summary>
    public static T PickNew<T>(this Random dice, IReadOnlyList<T> from) =>
        dice.OneIn(3) ? dice.Pick(from) : from[from.Count - 1 - dice.Next(Math.Min(from.Count, 4))];

    /// <summary>Each with its weight.</summary>
    public static T Weighted<T>(this Random dice, IReadOnlyList<T> from, Func<T, int> weight)
    {
        var drawn = dice.Next(from.Sum(weight));
        foreach (var one in from)
        {
            drawn -= weight(one);
            if (drawn < 0)
            {
                return one;
            }
        }

        throw new InvalidOperationException("The weights do not add up.");
    }
}
