using System.CommandLine;
using PaymentGateway.Database;
using PaymentGateway.People;

namespace PaymentGateway.Hosting;

/// <summary><c>person roles</c>, <c>person disable</c>, <c>person enable</c>: what the operator does about people.</summary>
internal static class PersonCommand
{
    private static readonly Option<string> email = new("--email") { Description = "The person's address.", Required = true };

    private static readonly Option<string[]> roles = new("--role")
    {
        Description = $"{string.Join(", ", PeopleOperator.PlatformRoles)}; may be given several times. Those that are not given are taken away.",
        DefaultValueFactory = _ => [],
    };

    public static Command Create()
    {
        roles.AcceptOnlyFromAmong([.. PeopleOperator.PlatformRoles]);
        var set = new Command("roles", "Give a person roles for the whole installation.") { email, roles, Startup.DataOption };
        set.SetAction((parsed, cancel) => CommandLine.Guard(() => Run(parsed, "has the roles now",
            (people, address) => people.SetRoles(address, parsed.GetValue(roles)!, cancel), cancel)));
        var disable = new Command("disable", "Close a person's account and end their sessions.") { email, Startup.DataOption };
        disable.SetAction((parsed, cancel) => CommandLine.Guard(() => Run(
            parsed, "is disabled", (people, address) => people.Disable(address, cancel), cancel)));
        var enable = new Command("enable", "Open a person's account again.") { email, Startup.DataOption };
        enable.SetAction((parsed, cancel) => CommandLine.Guard(() => Run(
            parsed, "is enabled", (people, address) => people.Enable(address, cancel), cancel)));
        return new Command("person", "People.") { set, disable, enable };
    }

    private static async Task<int> Run(
        ParseResult parsed, string done, Func<PeopleOperator, string, Task<string?>> act, CancellationToken cancel)
    {
        var settings = Startup.ReadSettings();
        var dataDirectory = Path.GetFullPath(parsed.GetValue(Startup.DataOption)!);
        using var logging = Startup.Logging(settings);
        await using var db = await Startup.OpenDatabaseBeside(settings, dataDirectory, logging.CreateLogger("Database"), cancel);
        await using var services = new ServiceCollection()
            .AddSingleton(TimeProvider.System).AddLogging().AddDatabase(db).AddSingleton<Commit.Committer>().AddPeopleOperator()
            .BuildServiceProvider();
        if (await act(services.GetRequiredService<PeopleOperator>(), parsed.GetValue(email)!) is not { } id)
        {
            throw new StartupException("There is no such person whom that can be done to.");
        }

        await Console.Out.WriteLineAsync($"{id} {done}.");
        return 0;
    }
}
