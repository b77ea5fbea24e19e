using System.Globalization;

namespace PaymentGateway.Bench;

/// <summary>What <c>bench/run</c> hands over; it has checked the options already.</summary>
/// <param name="Settings">Of the servers that are measured, beside their own.</param>
internal sealed record BenchOptions(
    TimeSpan Duration, IReadOnlyList<int> Clients, int Rounds, int Starts, IReadOnlyDictionary<string, string> Settings, string Server, string Pgbench, string Commit)
{
    public static BenchOptions Read(string[] arguments)
    {
        var values = arguments.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new(
            TimeSpan.FromSeconds(Whole(values["--seconds"])),
            [.. values["--clients"].Split(',').Select(Whole)],
            Whole(values["--rounds"]),
            Whole(values["--starts"]),
            values["--settings"].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2)).ToDictionary(
                setting => setting[0], setting => setting[1], StringComparer.Ordinal),
            values["--server"],
            values["--pgbench"],
            values["--commit"]);
    }

    internal static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
