using System.Text;

namespace PaymentGateway.Tests.Docs;

/// <summary>
/// A state machine as its decisions play it: every situation meets every command. From it come its page and its drawing, so that
/// neither can say what the code does not do.
/// </summary>
/// <param name="Name">Of the files, in kebab-case.</param>
/// <param name="About">A sentence or two under the title.</param>
/// <param name="Groups">The columns, in tables of their own.</param>
/// <param name="Situations">The rows. A state that depends on more than its name comes several times.</param>
internal sealed record StateMachine(
    string Name, string Title, string About, IReadOnlyList<CommandGroup> Groups, IReadOnlyList<Situation> Situations)
{
    /// <param name="title">In the plural: the page is called "States of …".</param>
    /// <param name="next">The state that a command leads to; the same object when nothing happens, null when it is refused.</param>
    public static StateMachine Of<TObject, TCommand>(
        string name, string title, string about, IEnumerable<(string Group, string Command, TCommand What)> commands,
        IEnumerable<(string Name, TObject Object)> situations, Func<TObject, string> state, Func<TObject, TCommand, TObject?> next)
        where TObject : class
    {
        var columns = commands.ToList();
        return new(name, title, about,
            [.. columns.GroupBy(c => c.Group).Select(g => new CommandGroup(g.Key, [.. g.Select(c => c.Command)]))],
            [.. situations.Select(row => new Situation(row.Name, state(row.Object),
                columns.ToDictionary(c => c.Command, c => Word(row.Object, next(row.Object, c.What)))))]);

        string Word(TObject before, TObject? after) =>
            after is null ? Situation.Refused : ReferenceEquals(before, after) ? Situation.Nothing : state(after);
    }

    /// <summary>Its page in Markdown.</summary>
    public string Page()
    {
        var page = new StringBuilder($"# States of {Title}\n\n{About}\n\n[![Drawing of the states of {Title}]({Name}.svg)]({Name}.svg)\n");
        foreach (var group in Groups)
        {
            page.Append($"\n## {group.Title}\n\n| state | ").AppendJoin(" | ", group.Commands).Append(" |\n| --- |");
            page.Insert(page.Length, " --- |", group.Commands.Count).Append('\n');
            foreach (var row in Situations)
            {
                page.Append($"| {row.Name} | ").AppendJoin(" | ", group.Commands.Select(command => row.Next[command])).Append(" |\n");
            }
        }

        return page.Append($"\n{Situation.Refused} is refused, {Situation.Nothing} changes nothing.\n").ToString();
    }

    /// <summary>Its drawing in the language of Graphviz: one node a state, one arrow for all that leads from one state to another.</summary>
    public string Dot()
    {
        var dot = new StringBuilder("digraph {\nbgcolor=\"transparent\" rankdir=TB nodesep=0.5 ranksep=0.6\n")
            .Append("node [shape=box style=\"rounded,filled\" fillcolor=\"#ffffff\" color=\"#475569\" fontname=\"sans-serif\" fontsize=13 margin=\"0.2,0.08\"]\n")
            .Append("edge [color=\"#64748b\" fontcolor=\"#475569\" fontname=\"sans-serif\" fontsize=10]\n");
        var moves = Situations.SelectMany(row => row.Next.Where(cell => cell.Value is not (Situation.Refused or Situation.Nothing))
            .Select(cell => (From: row.State, To: cell.Value, Command: cell.Key))).Distinct().Where(move => move.From != move.To).ToList();
        foreach (var state in Situations.Select(row => row.State).Concat(moves.Select(move => move.To)).Distinct())
        {
            var isEnd = moves.TrueForAll(move => move.From != state);
            dot.Append($"\"{state}\"{(isEnd ? " [penwidth=2.5]" : "")}\n");
        }

        foreach (var arrow in moves.GroupBy(move => (move.From, move.To)))
        {
            var lines = arrow.Select(move => move.Command).Distinct().Chunk(2).Select(two => string.Join(", ", two));
            dot.Append($"\"{arrow.Key.From}\" -> \"{arrow.Key.To}\" [label=\"{string.Join("\\n", lines)}\"]\n");
        }

        return dot.Append("}\n").ToString();
    }
}

/// <param name="Title">Who gives these commands.</param>
internal sealed record CommandGroup(string Title, IReadOnlyList<string> Commands);

/// <param name="Name">What the row is called.</param>
/// <param name="State">The state it is a case of.</param>
/// <param name="Next">Where each command leads.</param>
internal sealed record Situation(string Name, string State, IReadOnlyDictionary<string, string> Next)
{
    public const string Refused = "–";
    public const string Nothing = "=";
}
