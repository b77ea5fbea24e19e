using System.CommandLine;
using PaymentGateway.Database;
using PaymentGateway.Merchants;
using PaymentGateway.Settings;

namespace PaymentGateway.Hosting;

/// <summary><c>serve</c>: starts everything and runs until it is asked to stop.</summary>
internal static class ServeCommand
{
    private static readonly Option<int?> port = new("--port") { Description = "The port on 127.0.0.1 (8080, or PORT)." };
    private static readonly Option<string?> role = new("--role") { Description = "all, api or worker (all, or ROLE)." };
    private static readonly Option<bool> demo = new("--demo") { Description = "Make the five demo merchants in sandbox mode and write demo.json." };
    private static readonly Option<bool> demoPayment =
        new("--demo-payment") { Description = "Pay one demo order over the HTTP API, show what happened, and stop." };

    private static readonly Option<string> connector = new("--connector")
    {
        Description = $"The processor of the demo payment: {string.Join(", ", DemoProcessors.Known)}. All but the sandbox are simulators.",
        DefaultValueFactory = _ => DemoProcessors.Known[0],
    };

    public static Command Create()
    {
        connector.AcceptOnlyFromAmong([.. DemoProcessors.Known]);
        var command = new Command("serve", "Start the server.") { port, Startup.DataOption, role, demo, demoPayment, connector };
        command.SetAction((parsed, cancel) => CommandLine.Guard(() => Serve(
            Startup.ReadSettings(("PORT", parsed.GetValue(port)?.ToString()), ("ROLE", parsed.GetValue(role))),
            Path.GetFullPath(parsed.GetValue(Startup.DataOption)!), parsed.GetValue(demo), parsed.GetValue(demoPayment) ? parsed.GetValue(connector) : null, cancel)));
        return command;
    }

    private static async Task<int> Serve(
        ServerSettings settings, string dataDirectory, bool withDemo, string? demoProcessor, CancellationToken cancel)
    {
        if (withDemo && settings is { SmtpHost: null, MailDirectory: null })
        {
            settings = settings with { MailDirectory = Path.Combine(dataDirectory, "mail") };
        }

        using var logging = Startup.Logging(settings);
        var keys = Startup.OpenKeys(settings, dataDirectory);
        await using var db = await Startup.OpenDatabase(settings, dataDirectory, logging.CreateLogger("Database"), cancel);
        await using var server = await GatewayServer.Start(settings, db, keys, TimeProvider.System, cancel);
        var merchants = withDemo || demoProcessor is not null
            ? await server.Services.GetRequiredService<DemoMerchants>().EnsureCreated(dataDirectory, settings.BaseUrl, cancel)
            : null;
        if (demoProcessor is not null)
        {
            return await new DemoPayment(server, merchants!, demoProcessor, Console.Out).Run(cancel);
        }

        await Banner.Print(server, merchants, dataDirectory, settings.MailDirectory, Console.Out, cancel);
        await server.WaitForStop(cancel);
        return 0;
    }
}
