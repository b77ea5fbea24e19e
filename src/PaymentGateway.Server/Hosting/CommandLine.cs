using System.CommandLine;
using PaymentGateway.Database;

namespace PaymentGateway.Hosting;

/// <summary>The commands of the program. Each prints what it does; a reason why not is one sentence on standard error.</summary>
internal static class CommandLine
{
    private const int Failed = 1;

    /// <summary>
    /// After Ctrl-C or TERM: long enough for running requests and then for PostgreSQL to end. The library's two seconds would end the
    /// process under them, with PostgreSQL left behind.
    /// </summary>
    private static readonly TimeSpan terminationMax = TimeSpan.FromSeconds(100);

    public static async Task<int> Run(string[] args)
    {
        var root = new RootCommand("PaymentGateway: a self-hosted payment platform.")
        {
            ServeCommand.Create(), VerifyCommand.Create(), MigrateCommand.Create(), SettingsCommand.Create(), MerchantCommand.Create(),
            InboxCommand.Create(), PersonCommand.Create(), MailCommand.Create(),
        };
        return await root.Parse(args.Length == 0 ? ["serve"] : args).InvokeAsync(
            new InvocationConfiguration { ProcessTerminationTimeout = terminationMax });
    }

    /// <summary>Runs a command's work and turns a reason why it cannot start into a sentence and exit code 1.</summary>
    public static async Task<int> Guard(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (StartupException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
        catch (OperationCanceledException)
        {
            return Failed;
        }
    }
}
