using System.Text;
using PaymentGateway.Payments;

namespace PaymentGateway.Tests.Payments;

/// <summary>What is done about a word of the processor, by what we have. The table is the specification; the page of the docs shows it.</summary>
public sealed class NewsDecisionsTests
{
    private const string Table =
        """
        | | held | taken | other amount | denied | over | came back | nothing new |
        | --- | --- | --- | --- | --- | --- | --- | --- |
        | under way | apply | apply | work item | apply | apply | apply | apply |
        | held | ignore | apply | work item | work item | apply | work item | ignore |
        | taken | ignore | ignore | work item | work item | work item | apply | ignore |
        | given up | accept | accept | give back | ignore | ignore | ignore | ignore |
        | expired | accept | accept | give back | ignore | ignore | ignore | ignore |
        | canceled | give back | give back | give back | ignore | ignore | ignore | ignore |
        | replaced | give back | give back | give back | ignore | ignore | work item | ignore |
        | came back | ignore | ignore | work item | ignore | ignore | apply | ignore |
        """;

    [Fact]
    public void Every_standing_meets_every_word_as_the_table_says()
    {
        var printed = new StringBuilder("| | ").AppendJoin(" | ", Enum.GetValues<Word>().Select(NameOf)).Append(" |\n| --- |");
        printed.Append(string.Concat(Enum.GetValues<Word>().Select(_ => " --- |"))).Append('\n');
        foreach (var standing in Enum.GetValues<Standing>())
        {
            printed.Append($"| {StateWords.Of(standing).Replace('_', ' ')} | ");
            printed.AppendJoin(" | ", Enum.GetValues<Word>().Select(word => NameOf(NewsDecisions.Decide(standing, word)))).Append(" |\n");
        }

        Assert.Equal(Table.ReplaceLineEndings("\n"), printed.ToString().TrimEnd());
    }

    [Fact]
    public void The_docs_show_the_table() => Assert.Contains(
        Table.ReplaceLineEndings("\n"),
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "processor-news.md")).ReplaceLineEndings("\n"), StringComparison.Ordinal);

    private static string NameOf(Word word) => word == Word.Nothing ? "nothing new" : StateWords.Of(word).Replace('_', ' ');

    private static string NameOf(Verdict verdict) => verdict == Verdict.Ask ? "work item" : StateWords.Of(verdict).Replace('_', ' ');
}
