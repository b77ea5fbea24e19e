using System.Globalization;

namespace PaymentGateway.Tests.Model;

/// <summary>What makes a sequence what it is.</summary>
/// <param name="Steps">The numbers of the steps that are taken; each has dice of its own.</param>
internal sealed record Recipe(int Seed, int Number, IReadOnlyList<int> Steps)
{
    public const int StepsMax = 200;

    public static Recipe Of(int seed, int number) => new(seed, number, [.. Enumerable.Range(1, StepsMax)]);
}

/// <param name="Answers">How often each answer came.</param>
internal sealed record SequenceResult(
    Recipe Recipe, IReadOnlyList<string> History, IReadOnlyDictionary<string, int> Answers, Exception? Failure);

/// <summary>One sequence: a step, a look at everything, the next step; and at the end all that is under way comes to its end.</summary>
internal sealed class Sequence(Lane lane, World world, Observer observer, Recipe recipe)
{
    /// <summary>Time flows, if slowly: nothing in a sequence waits for it.</summary>
    private static readonly TimeSpan stepTime = TimeSpan.FromMilliseconds(20);

    /// <summary>Every wait of the sandbox and every order, hold and resolver's pause is over after these.</summary>
    private static readonly TimeSpan[] untilAllIsOver =
    [
        TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(2), TimeSpan.FromDays(3), TimeSpan.FromDays(8), TimeSpan.FromDays(8),
        TimeSpan.FromHours(2),
    ];

    private readonly List<string> history = [];
    private readonly Dictionary<string, int> answers = [];

    public IReadOnlyList<string> History => history;

    public IReadOnlyDictionary<string, int> Answers => answers;

    public async Task Run()
    {
        await Look();
        foreach (var step in recipe.Steps)
        {
            await Take(step);
            await Look();
        }

        await Settle();
        world.Books.Check(await observer.ReadAllBalances());
        foreach (var family in Lane.Families)
        {
            await family.CheckAtEnd(world);
        }
    }

    /// <summary>The first word of a command and its answer are counted: a kind that never succeeds shows nothing.</summary>
    private async Task Take(int step)
    {
        var seed = Seeded.Hash(recipe.Seed, recipe.Number, step);
        lane.Clock.Advance(stepTime);
        lane.Mishaps.Arm(seed, lane.IsReachable);
        var dice = Seeded.Dice(seed);
        var command = dice.Weighted([.. Lane.Families.SelectMany(family => family.Commands(world))], one => one.Weight);
        history.Add(string.Create(CultureInfo.InvariantCulture, $"{step,3} {(world.IsCalm ? ' ' : '!')} "));
        var line = await command.Run(dice);
        history[^1] += line;
        var kind = $"{line.Split(' ')[0]} {line[(line.LastIndexOf('→') + 1)..].TrimStart()}";
        answers[kind] = answers.GetValueOrDefault(kind) + 1;
    }

    /// <summary>Everything that must hold after every step.</summary>
    private async Task Look()
    {
        world.Take(await observer.Read());
        World.Require(lane.Postman.BadAnswer is null, lane.Postman.BadAnswer ?? "");
        foreach (var family in Lane.Families)
        {
            family.Check(world);
        }
    }

    private async Task Settle()
    {
        lane.Mishaps.EndSequence();
        history.Add("    all comes to its end");
        foreach (var by in untilAllIsOver)
        {
            await lane.Connector.LetLateCallsArrive();
            await lane.Postman.Deliver(Seeded.Dice(recipe.Seed, recipe.Number, (int)by.TotalMinutes), all: true);
            lane.Clock.Advance(TimeSpan.FromSeconds(20));
            await Families.TimeFamily.Advance(world, by);
            await Look();
        }
    }
}
