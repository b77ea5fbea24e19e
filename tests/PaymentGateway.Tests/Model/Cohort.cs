namespace PaymentGateway.Tests.Model;

/// <summary>
/// Sequences that go through time together on one server: each takes its step, all at once, then one look tells what is new for each of them.
/// So their commits share transactions, and a worker's turn and a look cost once for all what they would cost for each. Nothing of one is seen by
/// another: the merchants, their lines and their postmen are their own, and when time passes hangs on the cohort and not on who is in it.
/// </summary>
internal sealed class Cohort(Lane lane, Observer observer, IReadOnlyList<Sequence> sequences)
{
    /// <summary>Time flows, if slowly: nothing in a sequence waits for it.</summary>
    private static readonly TimeSpan stepTime = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan clockMove = TimeSpan.FromSeconds(20);

    /// <summary>What another worker has, or what the line lets nobody do, is still due after them.</summary>
    private const int TurnsMax = 3;

    /// <summary>Every wait of the sandbox and every order, hold and resolver's pause is over after these.</summary>
    private static readonly TimeSpan[] untilAllIsOver =
    [
        TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(2), TimeSpan.FromDays(3), TimeSpan.FromDays(8), TimeSpan.FromDays(8),
        TimeSpan.FromHours(2),
    ];

    private readonly IReadOnlyList<World> worlds = [.. sequences.Select(sequence => sequence.World)];

    /// <summary>To the end, or to the end of the step in which a rule is broken.</summary>
    public async Task Run()
    {
        await Look();
        foreach (var step in sequences.SelectMany(sequence => sequence.Recipe.Steps).Distinct().Order())
        {
            await Unless(() => Take(step));
        }

        foreach (var by in untilAllIsOver)
        {
            await Unless(() => Settle(by));
        }

        await Unless(CheckAtEnd);
    }

    /// <summary>What goes wrong in what is done for all may be any one's.</summary>
    private async Task Unless(Func<Task> part)
    {
        if (sequences.Any(sequence => sequence.Failure is not null))
        {
            return;
        }

        var running = part();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var sequence in sequences)
        {
            sequence.Fail(running.Exception?.InnerException);
        }
    }

    private async Task Take(int step)
    {
        var recipe = sequences[0].Recipe;
        var dice = Seeded.Dice(recipe.Seed, recipe.Cohort, step, 0);
        var pace = Paces.Of(dice);
        var worker = dice.Pick(lane.Rounds);
        lane.Clock.Advance(pace == Pace.ClockGoesOn ? clockMove : stepTime);
        await Each(sequence => sequence.Recipe.Steps.Contains(step) ? sequence.Take(step, pace, worker) : Task.CompletedTask);
        switch (pace)
        {
            case Pace.TimePasses:
                await AllThatIsDue();
                break;
            case Pace.WorkerLooks:
                await lane.Run(worker, worlds);
                break;
        }

        await Look();
    }

    private async Task Settle(TimeSpan by)
    {
        lane.Clock.Advance(clockMove);
        await Each(sequence => sequence.Settle(by));
        await AllThatIsDue();
        await Look();
    }

    /// <summary>Every worker that has something to do has its turn, and another for what came of it.</summary>
    private async Task AllThatIsDue()
    {
        for (var turn = 0; turn < TurnsMax && await lane.RunDue(worlds); turn++)
        {
        }
    }

    private async Task Look()
    {
        var news = await observer.Read();
        await Each(sequence =>
        {
            sequence.Look(news.GetValueOrDefault(sequence.World.Tenant.MerchantId, News.None));
            return Task.CompletedTask;
        });
    }

    private async Task CheckAtEnd()
    {
        var balances = await observer.ReadAllBalances([.. worlds.Select(world => world.Tenant.MerchantId)]);
        await Each(sequence => sequence.CheckAtEnd(balances[sequence.World.Tenant.MerchantId]));
        await observer.RequireAllWasRead();
    }

    private Task Each(Func<Sequence, Task> part) => Task.WhenAll(sequences.Select(sequence => Task.Run(() => sequence.Try(part))));
}
