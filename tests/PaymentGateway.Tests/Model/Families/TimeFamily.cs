using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>Time passes, workers work, the post comes, late calls arrive, the line goes down.</summary>
internal sealed class TimeFamily : IFamily
{
    private static readonly TimeSpan[] moves =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(90),
        TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(11), TimeSpan.FromMinutes(40), TimeSpan.FromHours(3), TimeSpan.FromDays(1),
        TimeSpan.FromDays(3), TimeSpan.FromDays(8),
    ];

    public IEnumerable<Command> Commands(World world)
    {
        yield return new(6, async dice =>
        {
            var by = dice.Pick(moves);
            await Advance(world, by);
            return $"time passes: {by}";
        });
        yield return new(4, async dice =>
        {
            var round = dice.Pick(world.Lane.Rounds);
            await round.Run(CancellationToken.None);
            return $"a worker looks for {round.Name}";
        });
        yield return new(1, _ =>
        {
            world.Lane.Clock.Advance(TimeSpan.FromSeconds(20));
            return Task.FromResult("the machine's clock goes on by 20 s");
        });
        if (world.Lane.Postman.Held > 0)
        {
            yield return new(5, async dice => $"the post brings {await world.Lane.Postman.Deliver(dice, all: false)} messages");
        }

        if (world.Lane.Connector.LateCalls > 0)
        {
            yield return new(5, async _ => $"{await world.Lane.Connector.LetLateCallsArrive()} late calls arrive");
        }

        yield return new(1, dice =>
        {
            var steps = dice.OneIn(3) ? dice.Next(2, 12) : 1;
            world.Lane.Mishaps.BeginOutage(steps);
            return Task.FromResult($"the line is down for {steps} steps");
        });
    }

    public IEnumerable<Round> Rounds(IServiceProvider services) =>
        [new("what the processor has to do", services.GetRequiredService<SandboxNotifier>().RunDue)];

    public void Check(World world)
    {
    }

    /// <summary>Moves the merchant's clock; then every worker has its turn.</summary>
    public static async Task Advance(World world, TimeSpan by)
    {
        var (status, body, _) = await world.Shop.Post($"/api/payments/test-clocks/{world.ClockId}/advance", new { by = (int)by.TotalSeconds });
        World.Require(status == System.Net.HttpStatusCode.OK, $"the clock did not advance: {body}");
        foreach (var round in world.Lane.Rounds)
        {
            await round.Run(CancellationToken.None);
        }
    }
}
