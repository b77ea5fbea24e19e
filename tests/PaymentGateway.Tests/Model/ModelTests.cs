using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace PaymentGateway.Tests.Model;

/// <summary>
/// Random sequences of commands over everything that the gateway can do, on a bad line to the processor, and after every step all that must
/// always hold. A failure prints the seed and the sequence, the shortest list of commands that was found, and how to run it again.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    /// <summary>What the suite has time for; a night runs more, of seeds that nobody has seen.</summary>
    private const int SequencesByDefault = 300;

    private const int SeedByDefault = 20261121;
    private const int LanesByDefault = 2;

    /// <summary>A night begins anew now and then: what is written by then is verified and thrown away.</summary>
    private const int CohortsPerServer = 4;

    /// <summary>To find out which steps matter: each run is a sequence with fewer of them.</summary>
    private const int ShrinkingRunsMax = 50;

    [Fact]
    public async Task Whatever_merchants_customers_processors_and_time_do_the_money_is_right()
    {
        var seed = Setting("MODEL_SEED") ?? SeedByDefault;
        var recipes = Chosen().Select(number => Recipe.Of(seed, number)).ToList();
        var cohorts = recipes.GroupBy(recipe => recipe.Cohort).Select(cohort => cohort.ToList());
        var queue = new ConcurrentQueue<IReadOnlyList<Recipe>>(cohorts);
        var lanes = Math.Min(Setting("MODEL_LANES") ?? LanesByDefault, queue.Count);
        var (watch, done) = (Stopwatch.StartNew(), new ConcurrentBag<SequenceResult>());
        output.WriteLine($"MODEL_SEED={seed}");

        var failures = (await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => Task.Run(() => RunLane(queue, done))))).OfType<string>().ToList();

        output.WriteLine($"{done.Count} sequences of {Recipe.StepsMax} commands in {watch.Elapsed.TotalSeconds:F0} s on {lanes} lanes");
        WriteAnswers(done);
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    /// <summary>Or its seed would be worth nothing: see docs/decisions/0046.</summary>
    [Fact]
    public async Task A_sequence_tells_the_same_story_alone_as_in_company()
    {
        var recipes = Enumerable.Range(1, 4).Select(number => new Recipe(SeedByDefault, number, [.. Enumerable.Range(1, 40)])).ToList();
        await using var lane = await Lane.Start();

        var together = await lane.Run(recipes);
        var alone = await lane.Run([recipes[2]]);

        Assert.All(together.Append(alone[0]), result => Assert.Null(result.Failure));
        Assert.Equal(together[2].History, alone[0].History);
    }

    /// <summary>The numbers of the sequences.</summary>
    private static IEnumerable<int> Chosen() => (Setting("MODEL_SEQUENCE"), Setting("MODEL_COHORT")) switch
    {
        ({ } number, _) => [number],
        (_, { } cohort) => Enumerable.Range(cohort * Recipe.CohortSize + 1, Recipe.CohortSize),
        _ => Enumerable.Range(1, Setting("MODEL_SEQUENCES") ?? SequencesByDefault),
    };

    /// <returns>What is wrong; null when all holds.</returns>
    private static async Task<string?> RunLane(ConcurrentQueue<IReadOnlyList<Recipe>> queue, ConcurrentBag<SequenceResult> done)
    {
        while (!queue.IsEmpty)
        {
            await using var lane = await Lane.Start();
            for (var run = 0; run < CohortsPerServer && queue.TryDequeue(out var cohort); run++)
            {
                var results = await lane.Run(cohort);
                foreach (var result in results)
                {
                    done.Add(result);
                }

                if (results.Where(result => result.Failure is not null).ToList() is { Count: > 0 } failed)
                {
                    queue.Clear();
                    return await Report(failed);
                }
            }

            await lane.Gateway.AssertBookHolds();
        }

        return null;
    }

    /// <summary>Each alone, on a server where nothing was before, to find whose failure it is and what it takes.</summary>
    private static async Task<string> Report(List<SequenceResult> failed)
    {
        await using var lane = await Lane.Start();
        foreach (var one in failed)
        {
            var alone = (await lane.Run([one.Recipe]))[0];
            if (IsSame(alone.Failure, one.Failure!))
            {
                return ReportOf(alone, await Shrink(lane, alone));
            }
        }

        return $"""
            {string.Join(", ", failed.Select(one => $"Sequence {one.Recipe.Number}"))} of seed {failed[0].Recipe.Seed}: {failed[0].Failure!.Message}
            Alone it did not happen. Again, in company: MODEL_SEED={failed[0].Recipe.Seed} MODEL_COHORT={failed[0].Recipe.Cohort} ./test --filter ModelTests
            {string.Join('\n', failed[0].History)}
            {failed[0].Failure}
            """;
    }

    /// <summary>Leaves out one stretch of steps after the other, ever shorter ones, as long as something is still wrong.</summary>
    private static async Task<SequenceResult> Shrink(Lane lane, SequenceResult failed)
    {
        var (best, runsMax) = (failed, Setting("MODEL_SHRINK") ?? ShrinkingRunsMax);
        for (var (length, runs) = (failed.Recipe.Steps.Count / 2, 0); length > 0; length /= 2)
        {
            for (var from = 0; from < best.Recipe.Steps.Count && runs < runsMax; runs++)
            {
                var shorter = best.Recipe with { Steps = [.. best.Recipe.Steps.Take(from), .. best.Recipe.Steps.Skip(from + length)] };
                var result = (await lane.Run([shorter]))[0];
                (best, from) = IsSame(result.Failure, failed.Failure!) ? (result, from) : (best, from + length);
            }
        }

        return best;
    }

    /// <summary>The same rule is broken, with whatever numbers.</summary>
    private static bool IsSame(Exception? one, Exception other)
    {
        return one is not null && RuleOf(one) == RuleOf(other);

        static string RuleOf(Exception failure) =>
            string.Concat(failure.Message.Split('{')[0].Split(' ').Where(word => !word.Any(letter => char.IsDigit(letter) || letter is '#' or '_')));
    }

    private static string ReportOf(SequenceResult failed, SequenceResult shortest) =>
        $"""
        Sequence {failed.Recipe.Number} of seed {failed.Recipe.Seed}: {failed.Failure!.Message}
        Again: MODEL_SEED={failed.Recipe.Seed} MODEL_SEQUENCE={failed.Recipe.Number} ./test --filter ModelTests
        {string.Join('\n', failed.History)}
        The shortest that was found: {shortest.Failure!.Message}
        {string.Join('\n', shortest.History)}
        {shortest.Failure}
        """;

    /// <summary>How often each kind of command was done and how often refused, and with what words.</summary>
    private void WriteAnswers(IEnumerable<SequenceResult> done)
    {
        var answers = done.SelectMany(result => result.Answers)
            .GroupBy(pair => pair.Key, (told, times) => (told.Kind, told.Answer, Times: times.Sum(one => one.Value)));
        foreach (var kind in answers.GroupBy(one => one.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var refused = kind.Where(one => one.Answer.Length > 0 && one.Answer[0] is not ('2' or '3')).OrderByDescending(one => one.Times).ToList();
            var times = kind.Sum(one => one.Times);
            output.WriteLine(
                $"{kind.Key,-28} {times,6} times, {times - refused.Sum(one => one.Times),6} done  "
                + string.Join(", ", refused.Select(one => $"{one.Answer} {one.Times}")));
        }
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
