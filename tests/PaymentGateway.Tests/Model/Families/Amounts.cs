using System.Globalization;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>Amounts in rupees, as they are sent and as they are stored.</summary>
internal static class Amounts
{
    /// <summary>Round and odd ones, all of them below those that the sandbox takes for wishes.</summary>
    public static long Some(Random dice) => dice.Next(4) switch
    {
        0 => dice.Next(1, 100) * 100,
        1 => dice.Next(100, 1_000) * 100,
        2 => dice.Next(1, 100),
        _ => dice.Next(100, 90_000),
    };

    public static decimal Major(long minor) => minor / 100m;

    /// <summary>Mostly within a limit, now and then at it or just above.</summary>
    public static long Around(Random dice, long limit) => limit == 0 ? dice.Next(1, 1_000) : dice.Next(8) switch
    {
        0 => limit + 1,
        1 => limit + dice.Next(2, 10_000),
        2 or 3 => limit,
        _ => dice.NextInt64(1, limit + 1),
    };

    public static string Text(long minor) => Major(minor).ToString("0.00", CultureInfo.InvariantCulture);
}
