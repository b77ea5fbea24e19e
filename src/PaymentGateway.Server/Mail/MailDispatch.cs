using System.Diagnostics.Metrics;
using PaymentGateway.Database;
using PaymentGateway.Identity;

namespace PaymentGateway.Mail;

/// <summary>Takes mails from the queue, prints them and sends them.</summary>
internal sealed partial class MailDispatch(
    MailStore store, LetterTemplates templates, IEnumerable<IAttachments> attachments, SecretVault vault, MailPost post, TimeProvider clock,
    ILogger<MailDispatch> log)
{
    public const string MeterName = "PaymentGateway.Mail";

    private const int AtOnce = 4;
    private const int BatchMax = 20;

    /// <summary>Longer than all attempts of a batch can take.</summary>
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan kept = TimeSpan.FromDays(30);

    private static readonly Meter meter = new(MeterName);

    private static readonly Counter<long> attempted = meter.CreateCounter<long>(
        "mail.attempts", "{mail}", "Attempts to send mail, by template and outcome: sent, later, failed.");

    private readonly Dictionary<string, IAttachments> sources = attachments.ToDictionary(source => source.Kind, StringComparer.Ordinal);

    /// <summary>Sends all that is due.</summary>
    /// <returns>How many were tried.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var tried = 0;
        while (post.IsOpen && await store.Claim(clock.GetUtcNow(), lease, BatchMax, cancel) is { Count: > 0 } due)
        {
            tried += await Rounds.Each(due, AtOnce, Send, cancel);
        }

        return tried;
    }

    /// <summary>Forgets mails that were finished a month ago.</summary>
    public Task<int> Forget(CancellationToken cancel) => store.Forget(clock.GetUtcNow() - kept, cancel);

    private async Task Send(WaitingMail mail, CancellationToken cancel)
    {
        var files = await FilesOf(mail, cancel);
        var outcome = files is null
            ? new PostOutcome.NotNow("an attachment is not there yet")
            : await post.Send(Print(mail, files), cancel);
        var now = clock.GetUtcNow();
        switch (outcome)
        {
            case PostOutcome.Sent:
                Count(mail, "sent");
                await store.Sent(mail.Id, now, cancel);
                break;
            case PostOutcome.NotNow(var fault) when MailSchedule.NextAfter(mail.Attempts, mail.CreatedAt, now) is { } next:
                Count(mail, "later");
                LogLater(mail.Id, mail.Template, mail.Attempts, fault, next);
                await store.TryAgain(mail.Id, next, fault, cancel);
                break;
            case PostOutcome.NotNow(var fault):
                await GiveUp(mail, fault, now, cancel);
                break;
            case PostOutcome.Refused(var fault):
                await GiveUp(mail, fault, now, cancel);
                break;
        }
    }

    private async Task GiveUp(WaitingMail mail, string fault, DateTimeOffset now, CancellationToken cancel)
    {
        Count(mail, "failed");
        LogGivenUp(mail.Id, mail.Template, mail.Attempts, fault);
        await store.GiveUp(mail.Id, now, fault, cancel);
    }

    /// <returns>Null: one of them is not there yet.</returns>
    private async Task<IReadOnlyList<MailFile>?> FilesOf(WaitingMail mail, CancellationToken cancel)
    {
        var files = new List<MailFile>();
        foreach (var (kind, id) in mail.Files)
        {
            if (await sources[kind].Find(mail.Tenant, id, cancel) is not { } file)
            {
                return null;
            }

            files.Add(file);
        }

        return files;
    }

    private PrintedMail Print(WaitingMail mail, IReadOnlyList<MailFile> files)
    {
        var template = templates.Find(mail.Template)
            ?? throw new InvalidOperationException($"The mail {mail.Id} is of the kind {mail.Template}, which this server does not know.");
        var letter = template.Write(vault.Decrypt(Outbox.DataPurpose, mail.Data), mail.Language);
        return new(
            mail.Id, vault.Decrypt(Outbox.RecipientPurpose, mail.Recipient), letter.Subject, LetterPrinter.Text(letter, mail.Language),
            LetterPrinter.Html(letter, mail.Language), files);
    }

    private static void Count(WaitingMail mail, string outcome) => attempted.Add(
        1, KeyValuePair.Create<string, object?>("template", mail.Template), KeyValuePair.Create<string, object?>("outcome", outcome));

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Mail {Id} ({Template}) could not be sent at attempt {Attempts}: {Fault}; the next is at {Next:u}")]
    private partial void LogLater(string id, string template, int attempts, string fault, DateTimeOffset next);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail {Id} ({Template}) was given up after {Attempts} attempts: {Fault}")]
    private partial void LogGivenUp(string id, string template, int attempts, string fault);
}
