using System.Text;
using PaymentGateway.Tests.Connectors.Sandbox;

namespace PaymentGateway.Tests.Conformance;

/// <summary>
/// Every behaviour of every connector, against the matrix in the documentation: what a cell says is what was found. After a change that
/// is meant, UPDATE_CAPABILITY_MATRIX=1 writes the matrix anew.
/// </summary>
public sealed class ConformanceTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string Page = "docs/processors.md";
    private const string Begin = "<!-- matrix -->";
    private const string End = "<!-- /matrix -->";

    public static TheoryData<string, string> Cells => [.. Kits.All.SelectMany(kit => Behaviours.All.Select(behaviour => (kit.Name, behaviour.Name)))];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task A_connector_does_what_the_matrix_says(string connector, string behaviour)
    {
        var found = WordOf(await Find(connector, behaviour));
        Assert.Equal(Written(connector, behaviour), found);
    }

    [Fact]
    public async Task The_matrix_has_a_row_for_each_behaviour_and_a_column_for_each_connector()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_CAPABILITY_MATRIX") == "1")
        {
            await Write();
        }

        var rows = Rows();
        Assert.Equal(["What the kit tried", .. Kits.All.Select(kit => kit.Name)], rows[0]);
        Assert.Equal(Behaviours.All.Select(behaviour => behaviour.Name), rows[2..].Select(row => row[0]));
    }

    private async Task<Finding> Find(string connector, string behaviour)
    {
        await using var kit = await Kits.All.Single(one => one.Name == connector).Start(sandbox);
        var found = await Behaviours.All.Single(one => one.Name == behaviour).Check(kit);
        await kit.AssertRequestsFit();
        return found;
    }

    private static string WordOf(Finding finding) => finding switch
    {
        Finding.Yes => "yes",
        Finding.InBrowser => "browser",
        _ => "–",
    };

    private static string Written(string connector, string behaviour)
    {
        var rows = Rows();
        return rows.Single(row => row[0] == behaviour)[Array.IndexOf(rows[0], connector)];
    }

    private static string[][] Rows()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, Page));
        var table = text[(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..text.IndexOf(End, StringComparison.Ordinal)];
        return [.. table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];
    }

    private async Task Write()
    {
        var table = new StringBuilder().Append('\n')
            .AppendLine($"| What the kit tried | {string.Join(" | ", Kits.All.Select(kit => kit.Name))} |")
            .AppendLine($"| --- |{string.Concat(Kits.All.Select(_ => " --- |"))}");
        foreach (var behaviour in Behaviours.All)
        {
            var cells = new List<string>();
            foreach (var kit in Kits.All)
            {
                cells.Add(WordOf(await Find(kit.Name, behaviour.Name)));
            }

            table.AppendLine($"| {behaviour.Name} | {string.Join(" | ", cells)} |");
        }

        var path = Path.Combine(Repository.Root, Page);
        var text = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path,
            text[..(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + table + text[text.IndexOf(End, StringComparison.Ordinal)..]);
    }
}
