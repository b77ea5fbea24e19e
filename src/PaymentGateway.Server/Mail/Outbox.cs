using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Identity;

namespace PaymentGateway.Mail;

/// <summary>What goes with a letter as a file: which, not the bytes.</summary>
/// <param name="Kind">Which <see cref="IAttachments"/> has it.</param>
/// <param name="Id">Its name there.</param>
public sealed record MailAttachment(string Kind, string Id);

/// <summary>To whom a letter goes, and what it is about.</summary>
/// <param name="Recipient">A valid address.</param>
/// <param name="Language">One of <see cref="LetterLanguages"/>.</param>
public sealed record MailTo(string Recipient, string Language)
{
    /// <summary>What the mail tells of: there is never a second one with it. Null: the mail is the only one of its kind.</summary>
    public string? Key { get; init; }

    /// <summary>Whose account it is about: erasing that account erases the mail.</summary>
    public string? PersonId { get; init; }

    /// <summary>The merchant for whom it is sent, where it is for one.</summary>
    public Tenant? Tenant { get; init; }

    public IReadOnlyList<MailAttachment> Attachments { get; init; } = [];
}

/// <summary>Queues mail with the change it tells of: there is never one without the other.</summary>
public sealed class Outbox(SecretVault vault, TimeProvider clock)
{
    public const string RecipientPurpose = "mail.recipient";
    public const string DataPurpose = "mail.data";
    private const string IdPrefix = "mail";

    /// <summary>Nothing is kept of what was written to somebody who is erased, sent or not.</summary>
    public static void Erase(Change change, string personId) => change.Write(MailRows.EraseOf, personId);

    public void Queue<TData>(Change change, LetterTemplate<TData> template, TData data, MailTo to) where TData : notnull
    {
        var id = Id.New(IdPrefix, clock);
        change.Write(MailRows.Insert, new MailRow(
            id, to.Key ?? id, to.Tenant?.MerchantId, to.Tenant is { Mode: var mode } ? Words.Of(mode) : null, to.PersonId, template.Name,
            to.Language, vault.Encrypt(RecipientPurpose, to.Recipient), vault.Encrypt(DataPurpose, LetterTemplate<TData>.DataOf(data)),
            string.Join('\n', to.Attachments.Select(file => $"{file.Kind} {file.Id}")), clock.GetUtcNow()));
    }
}
