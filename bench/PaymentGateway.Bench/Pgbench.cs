using System.Globalization;
using System.Text.RegularExpressions;

namespace PaymentGateway.Bench;

/// <param name="PerSecond">After the warm-up.</param>
/// <param name="Transactions">In all.</param>
internal sealed record PgbenchRun(double PerSecond, double Transactions);

/// <summary>PostgreSQL's own load generator, against the same PostgreSQL through the same kind of socket.</summary>
internal sealed partial class Pgbench(string program, GatewayProcess gateway)
{
    private const int ThreadsMax = 2;
    private const int WarmUpSeconds = 3;

    public async Task Initialize(string database, int scale, CancellationToken cancel) =>
        await Run(database, ["--initialize", "--quiet", $"--scale={scale}"], cancel);

    /// <summary>The script where one is given, else the built-in TPC-B-like one.</summary>
    /// <remarks>
    /// The server's connections live long, pgbench's are new in each run: what they do first, parse and plan every statement, is left out.
    /// </remarks>
    public async Task<PgbenchRun> Measure(string database, string? script, int clients, TimeSpan duration, CancellationToken cancel)
    {
        string[] what = script is null ? ["--builtin=tpcb-like"] : [$"--file={script}"];
        var output = await Run(
            database,
            [
                .. what, "--protocol=prepared", "--no-vacuum", $"--client={clients}", $"--jobs={Math.Min(clients, ThreadsMax)}",
                $"--time={WarmUpSeconds + (int)duration.TotalSeconds}", "--progress=1",
            ],
            cancel);
        if (FailedPattern().Match(output) is { Success: true } failed && failed.Groups[1].Value != "0")
        {
            throw new BenchException($"pgbench had failed transactions: {output}");
        }

        var rates = ProgressPattern().Matches(output).Skip(WarmUpSeconds).Select(second => Number(second)).ToArray();
        return rates.Length > 0 && CountPattern().Match(output) is { Success: true } count
            ? new(rates.Average(), Number(count))
            : throw new BenchException($"pgbench did not say how fast it was: {output}");
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    private Task<string> Run(string database, string[] arguments, CancellationToken cancel) => Commands.Run(
        program, [.. arguments, database],
        new Dictionary<string, string>
        {
            ["PGHOST"] = gateway.SocketFolder,
            ["PGUSER"] = "paymentgateway",
            ["PGPASSWORD"] = gateway.Password,
        },
        cancel);

    [GeneratedRegex(@"^progress: [0-9.]+ s, ([0-9.]+) tps", RegexOptions.Multiline)]
    private static partial Regex ProgressPattern();

    [GeneratedRegex(@"number of transactions actually processed: ([0-9]+)")]
    private static partial Regex CountPattern();

    [GeneratedRegex(@"number of failed transactions: ([0-9]+)")]
    private static partial Regex FailedPattern();
}
