using System.Text.Json.Nodes;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Identity;

namespace PaymentGateway.People;

/// <summary>What is to be mailed to a person. Whoever sends mail has a text for each template and language.</summary>
/// <param name="UserId">Whose account it is about; null: an invitation, to somebody who may have none.</param>
/// <param name="Recipient">The address.</param>
/// <param name="Template">Which text.</param>
/// <param name="Language">In which words.</param>
/// <param name="Data">What the text is filled with, the link among it.</param>
internal sealed record Mail(string? UserId, string Recipient, MailTemplate Template, string Language, JsonObject Data);

internal enum MailTemplate
{
    /// <summary>Data: name, link, hours.</summary>
    ConfirmAddress,

    /// <summary>Somebody tried to register with an address that has its account. Data: name.</summary>
    AlreadyRegistered,

    /// <summary>Data: name, link, minutes.</summary>
    ResetPassword,

    /// <summary>Data: name.</summary>
    PasswordChanged,

    /// <summary>Data: name, change: <c>enabled</c>, <c>disabled</c>, <c>recovery_codes</c>, <c>recovery_code_used</c>.</summary>
    SecondFactorChanged,

    /// <summary>A used refresh token came again: the session was ended. Data: name.</summary>
    SessionEndedForSafety,

    /// <summary>Data: merchant, link, days.</summary>
    Invitation,
}

/// <summary>Queues mail with the change it tells of: there is never one without the other.</summary>
internal sealed class Mails(SecretVault vault, PersonTime time)
{
    public const string RecipientPurpose = "people.mail_recipient";
    public const string DataPurpose = "people.mail_data";

    public static SealedColumn SealedRecipient { get; } = new("people.mails", ["id"], "recipient", [], _ => RecipientPurpose);

    public static SealedColumn SealedData { get; } = new("people.mails", ["id"], "data", [], _ => DataPurpose);

    public void Queue(Change change, Mail mail) => change.Write(MailRows.Insert, new MailRow(
        Id.New("mail", time.Clock), mail.UserId, Words.Of(mail.Template), mail.Language, vault.Encrypt(RecipientPurpose, mail.Recipient),
        vault.Encrypt(DataPurpose, mail.Data.ToJsonString()), time.Now));

    /// <summary>To a person, in their own words.</summary>
    public void Queue(Change change, User user, MailTemplate template, JsonObject data)
    {
        data["name"] = user.Name;
        Queue(change, new Mail(user.Id, user.Email!, template, user.Language, data));
    }
}

/// <summary>A mail as it is kept: the recipient and the data are sealed.</summary>
internal sealed record MailRow(
    string Id, string? UserId, string Template, string Language, string Recipient, string Data, DateTimeOffset CreatedAt);

internal static class MailRows
{
    internal static readonly RowWriter<MailRow> Insert = RowWriter<MailRow>.Append("people.mails", 92, m => m.Id,
        """
        INSERT INTO people.mails (id, user_id, template, language, recipient, data, created_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
        """,
        RowWriter<MailRow>.Column(m => m.Id),
        RowWriter<MailRow>.Column(m => m.UserId),
        RowWriter<MailRow>.Column(m => m.Template),
        RowWriter<MailRow>.Column(m => m.Language),
        RowWriter<MailRow>.Column(m => m.Recipient),
        RowWriter<MailRow>.Column(m => m.Data),
        RowWriter<MailRow>.Column(m => m.CreatedAt));

    internal static readonly RowWriter<string> EraseOf = RowWriter<string>.Append("people.mails.erase", 93, id => id,
        """
        DELETE FROM people.mails AS m
        USING unnest($1) AS r (user_id)
        WHERE m.user_id = r.user_id
        """, RowWriter<string>.Column(id => id));
}
