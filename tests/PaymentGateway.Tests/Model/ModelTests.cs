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
    /// <summary>A few minutes on two cores; a night runs more, of seeds that nobody has seen.</summary>
    private const int SequencesByDefault = 16;

    private const int SeedByDefault = 20261121;
    private const int LanesByDefault = 3;

    private const int AnswersShown = 100;

    /// <summary>A night begins anew now and then: what is written by then is verified and thrown away.</summary>
    private const int SequencesPerServer = 200;

    /// <summary>To find out which steps matter: each run is a sequence with fewer of them.</summary>
    private const int ShrinkingRunsMax = 50;

    [Fact]
    public async Task Whatever_merchants_customers_processors_and_time_do_the_money_is_right()
    {
        var seed = Setting("MODEL_SEED") ?? SeedByDefault;
        var only = Setting("MODEL_SEQUENCE");
        var recipes = only is { } number
            ? [Recipe.Of(seed, number)]
            : Enumerable.Range(1, Setting("MODEL_SEQUENCES") ?? SequencesByDefault).Select(n => Recipe.Of(seed, n)).ToList();
        var lanes = Math.Min(Setting("MODEL_LANES") ?? LanesByDefault, recipes.Count);
        var (watch, queue, answers) = (Stopwatch.StartNew(), new ConcurrentQueue<Recipe>(recipes), new ConcurrentDictionary<string, int>());
        output.WriteLine($"MODEL_SEED={seed}");

        var failures = (await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => Task.Run(() => RunLane(queue, answers))))).OfType<string>().ToList();

        output.WriteLine($"{recipes.Count - queue.Count} sequences of {Recipe.StepsMax} commands in {watch.Elapsed.TotalSeconds:F0} s on {lanes} lanes");
        foreach (var (answer, times) in answers.OrderByDescending(pair => pair.Value).Take(AnswersShown))
        {
            output.WriteLine($"{times,8} {answer}");
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    /// <returns>What is wrong; null when all holds.</returns>
    private static async Task<string?> RunLane(ConcurrentQueue<Recipe> queue, ConcurrentDictionary<string, int> answers)
    {
        while (!queue.IsEmpty)
        {
            await using var lane = await Lane.Start();
            for (var run = 0; run < SequencesPerServer && queue.TryDequeue(out var recipe); run++)
            {
                var result = await lane.Run(recipe);
                foreach (var (answer, times) in result.Answers)
                {
                    answers.AddOrUpdate(answer, times, (_, before) => before + times);
                }

                if (result.Failure is not null)
                {
                    queue.Clear();
                    return Report(result, await Shrink(lane, result));
                }
            }

            await lane.Gateway.AssertBookHolds();
        }

        return null;
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
                var result = await lane.Run(shorter);
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

    private static string Report(SequenceResult failed, SequenceResult shortest) =>
        $"""
        Sequence {failed.Recipe.Number} of seed {failed.Recipe.Seed}: {failed.Failure!.Message}
        Again: MODEL_SEED={failed.Recipe.Seed} MODEL_SEQUENCE={failed.Recipe.Number} ./test --filter ModelTests
        {string.Join('\n', failed.History)}
        The shortest that was found: {shortest.Failure!.Message}
        {string.Join('\n', shortest.History)}
        {shortest.Failure}
        """;

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
