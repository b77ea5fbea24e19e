using System.Text.Json;
using System.Text.RegularExpressions;
using PaymentGateway.Database;
using PaymentGateway.Tests.Database;

namespace PaymentGateway.Tests.Scale;

/// <summary>The plans by which PostgreSQL really ran the statements of a database, with what each step read: its module auto_explain logs them.</summary>
internal static partial class PlanLog
{
    private static readonly string[] settings =
    [
        "session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0", "auto_explain.log_analyze = on",
        "auto_explain.log_timing = off", "auto_explain.log_format = 'json'",
    ];

    /// <summary>Concerns every session that is opened from now on.</summary>
    public static async Task Begin(TestDatabase database)
    {
        foreach (var setting in settings)
        {
            await TestCluster.Execute($"ALTER DATABASE {database.Name} SET {setting}");
        }
    }

    public static async Task<IReadOnlyList<LoggedPlan>> During(Func<Task> work)
    {
        var before = TestCluster.ReadLog().Length;
        await work();
        // What PostgreSQL logs goes through a process of its own: this line comes behind all the others.
        var last = $"the end of {Id.New("log", TimeProvider.System)}";
        await TestCluster.Execute($"DO $$ BEGIN RAISE LOG '{last}'; END $$");
        var log = "";
        while (!log.Contains($"LOG:  {last}", StringComparison.Ordinal))
        {
            await Task.Yield();
            log = TestCluster.ReadLog();
        }

        return [.. Plans().Matches(log[before..]).Select(match => LoggedPlan.Read(match.Groups[1].Value.Replace("\n\t", "\n", StringComparison.Ordinal)))];
    }

    [GeneratedRegex(@"plan:\n\t(\{\n(?:\t.*\n)+)")]
    private static partial Regex Plans();
}

/// <param name="Sql">As PostgreSQL got it.</param>
/// <param name="Reads">What each step that reads a table read: kept and thrown away together, in each of its runs.</param>
internal sealed record LoggedPlan(string Sql, IReadOnlyList<(string Step, double Rows)> Reads)
{
    public static LoggedPlan Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new(root.GetProperty("Query Text").GetString()!, [.. ReadsOf(root.GetProperty("Plan"))]);
    }

    /// <summary>A sentence for each step that does.</summary>
    public IEnumerable<string> ReadsMoreThan(int rows) =>
        Reads.Where(read => read.Rows > rows).Select(read => $"{read.Step} read {read.Rows} rows for: {Sql}");

    private static IEnumerable<(string, double)> ReadsOf(JsonElement step)
    {
        if (step.TryGetProperty("Relation Name", out var table))
        {
            var each = Number(step, "Actual Rows") + Number(step, "Rows Removed by Filter") + Number(step, "Rows Removed by Index Recheck");
            yield return ($"{step.GetProperty("Node Type")} of {table}", each);
        }

        if (step.TryGetProperty("Plans", out var parts))
        {
            foreach (var read in parts.EnumerateArray().SelectMany(ReadsOf))
            {
                yield return read;
            }
        }
    }

    private static double Number(JsonElement step, string name) => step.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
}
