using System.Globalization;
using PaymentGateway.Tests.Model.Families;

namespace PaymentGateway.Tests.Model;

/// <summary>What makes a sequence what it is.</summary>
/// <param name="Steps">The numbers of the steps that are taken; each has dice of its own.</param>
internal sealed record Recipe(int Seed, int Number, IReadOnlyList<int> Steps)
{
    public const int StepsMax = 200;

    /// <summary>So many go through time together. Another number is another story for every seed.</summary>
    public const int CohortSize = 50;

    public int Cohort => (Number - 1) / CohortSize;

    public static Recipe Of(int seed, int number) => new(seed, number, [.. Enumerable.Range(1, StepsMax)]);
}

/// <param name="Answers">How often each kind of command had each answer.</param>
internal sealed record SequenceResult(
    Recipe Recipe, IReadOnlyList<string> History, IReadOnlyDictionary<(string Kind, string Answer), int> Answers, Exception? Failure);

/// <summary>One merchant's story: what is done, step by step, and what must hold after each. When a rule is broken it ends.</summary>
internal sealed class Sequence(World world, Recipe recipe)
{
    private readonly List<string> history = [];
    private readonly Dictionary<(string Kind, string Answer), int> answers = [];

    public World World => world;

    public Recipe Recipe => recipe;

    public Exception? Failure { get; private set; }

    public SequenceResult Result => new(recipe, history, answers, Failure);

    /// <summary>What goes wrong is kept, and ends the sequence and not the others.</summary>
    public async Task Try(Func<Sequence, Task> part)
    {
        var running = part(this);
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Fail(running.Exception?.InnerException);
    }

    public void Fail(Exception? failure) => Failure ??= failure;

    /// <summary>What a command is and what came of it is counted: a kind that never succeeds shows nothing.</summary>
    /// <param name="step">Its number.</param>
    /// <param name="pace">What it is to all.</param>
    /// <param name="worker">Who has its turn, if it is one's turn.</param>
    public async Task Take(int step, Pace pace, Round worker)
    {
        var seed = Seeded.Hash(recipe.Seed, recipe.Number, step);
        world.Line.Mishaps.Arm(seed, world.Line.IsReachable);
        var dice = Seeded.Dice(seed);
        var (kind, command) = pace == Pace.Own ? Choose(dice) : ("time", TimeFamily.CommandOf(world, pace, worker));
        history.Add(string.Create(CultureInfo.InvariantCulture, $"{step,3} {(world.IsCalm ? ' ' : '!')} "));
        var line = await command.Run(dice);
        history[^1] += line;
        var arrow = line.LastIndexOf('→');
        var told = ($"{kind}: {line.Split(' ')[0]}", arrow < 0 ? "" : line[(arrow + 1)..].TrimStart());
        answers[told] = answers.GetValueOrDefault(told) + 1;
    }

    /// <summary>Everything that must hold after every step.</summary>
    public void Look(News news)
    {
        world.Take(news);
        World.Require(world.Postman.BadAnswer is null, world.Postman.BadAnswer ?? "");
        foreach (var family in Lane.Families)
        {
            family.Check(world);
        }
    }

    /// <summary>What is late comes, and time passes.</summary>
    public async Task Settle(TimeSpan by)
    {
        world.Line.Mishaps.EndSequence();
        history.Add($"    all comes to its end: {by}");
        await world.Line.LetLateCallsArrive();
        await world.Postman.Deliver(Seeded.Dice(recipe.Seed, recipe.Number, (int)by.TotalMinutes), all: true);
        await TimeFamily.Advance(world, by);
    }

    public async Task CheckAtEnd(IEnumerable<BookBalance> balances)
    {
        world.Books.Check(balances);
        foreach (var family in Lane.Families)
        {
            await family.CheckAtEnd(world);
        }
    }

    private (string Kind, Command Command) Choose(Random dice)
    {
        var possible = Lane.Families.SelectMany(family => family.Commands(world).Select(command => (Kind: NameOf(family), Command: command)));
        return dice.Weighted([.. possible], one => one.Command.Weight);
    }

    private static string NameOf(IFamily family) => family.GetType().Name.Replace("Family", "", StringComparison.Ordinal).ToLowerInvariant();
}
