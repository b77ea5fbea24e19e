using System.CommandLine;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Inbox;

namespace PaymentGateway.Hosting;

/// <summary><c>inbox list</c> and <c>inbox replay</c>: what processors wrote, and acting on it once more.</summary>
internal static class InboxCommand
{
    private const int LimitMax = 1000;

    private static readonly Option<InboxState?> state = new("--state") { Description = "Only received, handled, ignored or failed ones." };
    private static readonly Option<int> limit = new("--limit") { Description = "How many, the newest first.", DefaultValueFactory = _ => 50 };
    private static readonly Argument<string> id = new("id") { Description = "The id of the message, as the list shows it." };

    public static Command Create()
    {
        var list = new Command("list", "List messages of processors.") { state, limit, Startup.DataOption };
        list.SetAction((parsed, cancel) => CommandLine.Guard(() => WithInbox(parsed, inbox => List(
            inbox, parsed.GetValue(state), Math.Clamp(parsed.GetValue(limit), 1, LimitMax), cancel), cancel)));
        var replay = new Command("replay", "Have the running server act on a message once more.") { id, Startup.DataOption };
        replay.SetAction((parsed, cancel) => CommandLine.Guard(() => WithInbox(parsed, inbox => Replay(
            inbox, parsed.GetValue(id)!, cancel), cancel)));
        return new Command("inbox", "Messages of processors.") { list, replay };
    }

    private static async Task<int> List(InboxOperator inbox, InboxState? state, int limit, CancellationToken cancel)
    {
        foreach (var entry in await inbox.List(state, limit, cancel))
        {
            await Console.Out.WriteLineAsync(
                $"{entry.Id}  {entry.ReceivedAt:u}  {entry.State,-8}  {entry.MerchantId} {entry.Mode}  {entry.Connector} {entry.MessageId}  "
                + $"{entry.Subject}  {entry.Result}");
        }

        return 0;
    }

    private static async Task<int> Replay(InboxOperator inbox, string id, CancellationToken cancel)
    {
        if (!await inbox.Replay(id, Origin.System, cancel))
        {
            throw new StartupException($"There is no message {id}.");
        }

        await Console.Out.WriteLineAsync($"{id} will be acted on again.");
        return 0;
    }

    private static async Task<int> WithInbox(ParseResult parsed, Func<InboxOperator, Task<int>> run, CancellationToken cancel)
    {
        var settings = Startup.ReadSettings();
        var dataDirectory = Path.GetFullPath(parsed.GetValue(Startup.DataOption)!);
        using var logging = Startup.Logging(settings);
        await using var db = await Startup.OpenDatabaseBeside(settings, dataDirectory, logging.CreateLogger("Database"), cancel);
        await using var services = new ServiceCollection()
            .AddSingleton(TimeProvider.System).AddLogging().AddDatabase(db).AddSingleton<MerchantClocks>().AddSingleton<Commit.Committer>()
            .AddInboxOperator().BuildServiceProvider();
        return await run(services.GetRequiredService<InboxOperator>());
    }
}
