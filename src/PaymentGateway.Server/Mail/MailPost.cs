using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Security.Authentication;
using System.Text;
using PaymentGateway.Settings;

namespace PaymentGateway.Mail;

/// <summary>A letter, printed and addressed.</summary>
/// <param name="Id">Of the mail; it becomes the Message-ID.</param>
internal sealed record PrintedMail(string Id, string Recipient, string Subject, string Text, string Html, IReadOnlyList<MailFile> Files);

/// <summary>What became of an attempt. A fault names no address.</summary>
public abstract record PostOutcome
{
    public sealed record Sent : PostOutcome;

    /// <summary>The server will never take it.</summary>
    public sealed record Refused(string Fault) : PostOutcome;

    /// <summary>Not now, or nobody knows whether it was taken.</summary>
    public sealed record NotNow(string Fault) : PostOutcome;
}

/// <summary>The way to the mail server (RFC 5321, with STARTTLS of RFC 3207), or into a folder.</summary>
internal sealed class MailPost(MailSettings settings, TimeProvider clock)
{
    /// <summary>A server that greets slowly or scans for viruses takes its time; RFC 5321, 4.5.3.2 allows minutes.</summary>
    private static readonly TimeSpan longest = TimeSpan.FromMinutes(2);

    private const int PermanentFrom = 500;

    public bool IsOpen => settings.CanSend;

    public async Task<PostOutcome> Send(PrintedMail mail, CancellationToken cancel)
    {
        using var message = MessageOf(mail);
        using var client = Client();
        using var timeout = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            await client.SendMailAsync(message, either.Token);
            return new PostOutcome.Sent();
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return new PostOutcome.NotNow($"no answer within {longest.TotalSeconds} s");
        }
        catch (SmtpFailedRecipientException e)
        {
            return (int)e.StatusCode >= PermanentFrom
                ? new PostOutcome.Refused(WordsOf(e.StatusCode))
                : new PostOutcome.NotNow(WordsOf(e.StatusCode));
        }
        catch (SmtpException e)
        {
            return e.StatusCode is SmtpStatusCode.TransactionFailed or SmtpStatusCode.ExceededStorageAllocation
                ? new PostOutcome.Refused(WordsOf(e.StatusCode))
                : new PostOutcome.NotNow(FaultOf(e));
        }
    }

    private SmtpClient Client()
    {
        if (settings.Directory is not { } directory)
        {
            return new SmtpClient(settings.Host, settings.Port)
            {
                EnableSsl = settings.Tls == SmtpTls.Starttls,
                Credentials = settings.User is null ? null : new NetworkCredential(settings.User, settings.Password),
            };
        }

        var folder = Path.GetFullPath(directory);
        Directory.CreateDirectory(folder);
        return new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = folder };
    }

    private MailMessage MessageOf(PrintedMail mail)
    {
        var from = new MailAddress(settings.From);
        var message = new MailMessage(from, new MailAddress(mail.Recipient))
        {
            Subject = OneLine(mail.Subject),
            SubjectEncoding = Encoding.UTF8,
            Body = mail.Text,
            BodyEncoding = Encoding.UTF8,
        };
        message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(mail.Html, Encoding.UTF8, MediaTypeNames.Text.Html));

        // The same for every attempt: what cannot be known to have arrived is sent again, and a mailbox that has it drops the repeat.
        message.Headers.Add("Message-ID", $"<{mail.Id}@{from.Host}>");
        message.Headers.Add("Auto-Submitted", "auto-generated");
        foreach (var file in mail.Files)
        {
            message.Attachments.Add(new Attachment(new MemoryStream(file.Bytes), file.Name, file.ContentType));
        }

        return message;
    }

    private static string FaultOf(SmtpException e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
            {
                return "the certificate of the mail server is not trusted";
            }

            if (cause is System.Net.Sockets.SocketException { SocketErrorCode: var code })
            {
                return $"the mail server is out of reach ({code})";
            }
        }

        return e.StatusCode == SmtpStatusCode.GeneralFailure ? "the connection to the mail server failed" : WordsOf(e.StatusCode);
    }

    private static string WordsOf(SmtpStatusCode status) => $"{(int)status} {status}";

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
