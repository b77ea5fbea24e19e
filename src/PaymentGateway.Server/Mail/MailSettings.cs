using PaymentGateway.Settings;

namespace PaymentGateway.Mail;

/// <summary>How mail leaves.</summary>
/// <param name="Host">The mail server; null: none.</param>
/// <param name="From">The sender, as the header shows it.</param>
/// <param name="Directory">Mail becomes files here instead; null: it is sent.</param>
public sealed record MailSettings(string? Host, int Port, string? User, string? Password, SmtpTls Tls, string From, string? Directory)
{
    /// <summary>Without a server and a folder mail waits in the database.</summary>
    public bool CanSend => Host is not null || Directory is not null;

    /// <summary>It holds a password.</summary>
    public override string ToString() => nameof(MailSettings);
}
