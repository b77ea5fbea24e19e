using System.CommandLine;
using PaymentGateway.Database;
using PaymentGateway.Mail;

namespace PaymentGateway.Hosting;

/// <summary><c>mail test</c>, <c>mail failed</c> and <c>mail retry</c>: does mail leave, what did not, and once more.</summary>
internal static class MailCommand
{
    private const int LimitMax = 1000;

    private static readonly Option<string> to = new("--to") { Description = "Where the test mail goes.", Required = true };
    private static readonly Option<int> limit = new("--limit") { Description = "How many, the newest first.", DefaultValueFactory = _ => 50 };

    private static readonly Argument<string?> id = new("id")
    {
        Description = "The id of the mail, as the list shows it; all of them when absent.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create()
    {
        var test = new Command("test", "Send a test mail at once and say what the mail server answered.") { to };
        test.SetAction((parsed, cancel) => CommandLine.Guard(() => Test(parsed.GetValue(to)!, cancel)));
        var failed = new Command("failed", "List mails that were given up.") { limit, Startup.DataOption };
        failed.SetAction((parsed, cancel) => CommandLine.Guard(() => WithMail(parsed, mail => List(
            mail, Math.Clamp(parsed.GetValue(limit), 1, LimitMax), cancel), cancel)));
        var retry = new Command("retry", "Have the running server send mails again that were given up.") { id, Startup.DataOption };
        retry.SetAction((parsed, cancel) => CommandLine.Guard(() => WithMail(parsed, mail => Retry(mail, parsed.GetValue(id), cancel), cancel)));
        return new Command("mail", "Mail.") { test, failed, retry };
    }

    private static async Task<int> Test(string recipient, CancellationToken cancel)
    {
        var settings = ServerContext.MailOf(Startup.ReadSettings());
        if (!settings.CanSend)
        {
            throw new StartupException("There is no way for mail to leave: set SMTP_HOST, or MAIL_DIRECTORY.");
        }

        if (!System.Net.Mail.MailAddress.TryCreate(recipient, out _))
        {
            throw new StartupException($"--to is '{recipient}': it must be an e-mail address.");
        }

        switch (await MailOperator.Test(settings, recipient, TimeProvider.System, cancel))
        {
            case PostOutcome.Sent:
                await Console.Out.WriteLineAsync(settings.Directory is null ? "The mail server has taken it." : $"It is in {settings.Directory}.");
                return 0;
            case PostOutcome.Refused(var fault):
                throw new StartupException($"The mail server has refused it: {fault}.");
            case PostOutcome.NotNow(var fault):
                throw new StartupException($"It could not be sent: {fault}.");
            default:
                throw new InvalidOperationException("There is no other outcome.");
        }
    }

    private static async Task<int> List(MailOperator mail, int limit, CancellationToken cancel)
    {
        foreach (var failed in await mail.Failed(limit, cancel))
        {
            await Console.Out.WriteLineAsync(
                $"{failed.Id}  {failed.CreatedAt:u}  {failed.Template} {failed.Language}  {failed.MerchantId ?? "-"}  "
                + $"{failed.Attempts} attempts until {failed.FinishedAt:u}  {failed.Fault}");
        }

        return 0;
    }

    private static async Task<int> Retry(MailOperator mail, string? id, CancellationToken cancel)
    {
        var count = await mail.Retry(id, cancel);
        if (count == 0 && id is not null)
        {
            throw new StartupException($"There is no mail {id} that was given up.");
        }

        await Console.Out.WriteLineAsync(count == 1 ? "1 mail waits again." : $"{count} mails wait again.");
        return 0;
    }

    private static async Task<int> WithMail(ParseResult parsed, Func<MailOperator, Task<int>> run, CancellationToken cancel)
    {
        var settings = Startup.ReadSettings();
        var dataDirectory = Path.GetFullPath(parsed.GetValue(Startup.DataOption)!);
        using var logging = Startup.Logging(settings);
        await using var db = await Startup.OpenDatabaseBeside(settings, dataDirectory, logging.CreateLogger("Database"), cancel);
        return await run(new MailOperator(db, TimeProvider.System));
    }
}
