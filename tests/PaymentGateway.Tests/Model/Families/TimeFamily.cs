using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Inbox;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>Time passes, the post comes, late calls arrive, the line goes down.</summary>
internal sealed class TimeFamily : IFamily
{
    private const string Message = "message";

    private static readonly TimeSpan[] moves =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(90),
        TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(11), TimeSpan.FromMinutes(40), TimeSpan.FromHours(3), TimeSpan.FromDays(1),
        TimeSpan.FromDays(3), TimeSpan.FromDays(8),
    ];

    public IReadOnlyList<Table> Tables => [new(Message, "inbox.messages")];

    public IEnumerable<Command> Commands(World world)
    {
        if (world.Postman.Held > 0)
        {
            yield return new(5, async dice => $"the post brings {await world.Postman.Deliver(dice, all: false)} messages");
        }

        if (world.Line.LateCalls > 0)
        {
            yield return new(5, async _ => $"{await world.Line.LetLateCallsArrive()} late calls arrive");
        }

        yield return new(1, dice =>
        {
            var steps = dice.OneIn(3) ? dice.Next(2, 12) : 1;
            world.Line.Mishaps.BeginOutage(steps);
            return Task.FromResult($"the line is down for {steps} steps");
        });
    }

    /// <summary>What a merchant does in a step that is the same for all.</summary>
    public static Command CommandOf(World world, Pace pace, Round worker) => pace switch
    {
        Pace.TimePasses => new(1, async dice =>
        {
            var by = dice.Pick(moves);
            await Advance(world, by);
            return $"time passes: {by}";
        }),
        Pace.WorkerLooks => new(1, _ => Task.FromResult($"a worker looks for {worker.Name}")),
        _ => new(1, _ => Task.FromResult("the machine's clock goes on")),
    };

    public IEnumerable<Round> Rounds(IServiceProvider services) =>
    [
        new("what the processor has to do", services.GetRequiredService<SandboxNotifier>().RunDue,
            SandboxStore.WaitingCharges, SandboxRefundStore.WaitingRefunds, SandboxDisputeStore.WaitingDisputes, SandboxStore.WaitingNotifications),
        new("messages to act on", services.GetRequiredService<ReceiveMessage>().RunOnce, InboxStore.MessagesToActOn),
    ];

    /// <summary>Nothing that a processor says is tripped over. What is about something under way waits, and is no trip.</summary>
    public void Check(World world)
    {
        foreach (var id in world.Touched(row => row.Kind == Message ? row.Id : null))
        {
            var message = world.Rows.Find(Message, id)!;
            var waiting = world.Note("messages that wait", () => new HashSet<string>(StringComparer.Ordinal));
            if (message.State == "received" && message.Text("result") == "INVALID_STATE")
            {
                waiting.Add(id);
            }

            World.Require((message.Number("attempts") == 0 || waiting.Contains(id)) && message.State != "failed",
                $"a message of the processor about {world.Name(message.Text("subject"))} was acted on in vain: {message.State} {message.Text("result")}");
        }
    }

    /// <summary>Moves the merchant's clock.</summary>
    public static async Task Advance(World world, TimeSpan by)
    {
        var (status, body, _) = await world.Shop.Post($"/api/payments/test-clocks/{world.ClockId}/advance", new { by = (int)by.TotalSeconds });
        World.Require(status == System.Net.HttpStatusCode.OK, $"the clock did not advance: {body}");
    }
}
