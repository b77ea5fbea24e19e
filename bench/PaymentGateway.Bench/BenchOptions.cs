using System.Globalization;

namespace PaymentGateway.Bench;

/// <summary>What <c>bench/run</c> hands over; it has checked the options already.</summary>
internal sealed record BenchOptions(TimeSpan Duration, IReadOnlyList<int> Clients, int Rounds, int Starts, string Server, string Pgbench, string Commit)
{
    public static BenchOptions Read(string[] arguments)
    {
        var values = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new(
            TimeSpan.FromSeconds(Whole(values["--seconds"])),
            [.. values["--clients"].Split(',').Select(Whole)],
            Whole(values["--rounds"]),
            Whole(values["--starts"]),
            values["--server"],
            values["--pgbench"],
            values["--commit"]);
    }

    internal static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
