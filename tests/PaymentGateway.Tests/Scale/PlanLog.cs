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
        var (begin, _) = await Mark();
        await work();
        var (end, log) = await Mark();
        var between = log[log.IndexOf(begin, StringComparison.Ordinal)..log.IndexOf(end, StringComparison.Ordinal)];
        return [.. Plans().Matches(between).Select(match => LoggedPlan.Read(match.Groups[1].Value.Replace("\n\t", "\n", StringComparison.Ordinal)))];
    }

    /// <summary>What PostgreSQL logs goes through a process of its own: when a line has arrived, all that was logged before it has too.</summary>
    private static async Task<(string Line, string Log)> Mark()
    {
        var line = $"LOG:  {Id.New("mark", TimeProvider.System)}";
        await TestCluster.Execute($"DO $$ BEGIN RAISE LOG '{line[6..]}'; END $$");
        while (true)
        {
            var log = TestCluster.ReadLog();
            if (log.Contains(line, StringComparison.Ordinal))
            {
                return (line, log);
            }

            await Task.Yield();
        }
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

    /// <summary>A page of rows, the newest first; what the ledger folds in the background is none.</summary>
    public bool IsOfList => Sql.StartsWith("SELECT", StringComparison.Ordinal) && Sql.Contains("LIMIT", StringComparison.Ordinal);

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
