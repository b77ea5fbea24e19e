using System.CommandLine;

namespace PaymentGateway.Hosting;

/// <summary><c>migrate</c>: brings the database to this version and stops.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Bring the database to this version.") { Startup.DataOption };
        command.SetAction((parsed, cancel) => CommandLine.Guard(async () =>
        {
            var settings = Startup.ReadSettings();
            using var logging = Startup.Logging(settings);
            await using var db = await Startup.OpenDatabase(
                settings, Path.GetFullPath(parsed.GetValue(Startup.DataOption)!), logging.CreateLogger("Database"), cancel);
            await Console.Out.WriteLineAsync("The database is up to date.");
            return 0;
        }));
        return command;
    }
}
