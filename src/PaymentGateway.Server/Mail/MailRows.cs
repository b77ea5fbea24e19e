using PaymentGateway.Commit;

namespace PaymentGateway.Mail;

/// <summary>A mail as it is kept.</summary>
/// <param name="Recipient">Sealed.</param>
/// <param name="Data">Sealed.</param>
/// <param name="Attachments">A line for each: its kind, a space, its id. A list does not fit into the columns of a set.</param>
internal sealed record MailRow(
    string Id, string Key, string? MerchantId, string? Mode, string? PersonId, string Template, string Language, string Recipient, string Data,
    string Attachments, DateTimeOffset CreatedAt);

/// <summary>Writes mails with the changes they tell of.</summary>
internal static class MailRows
{
    internal static readonly RowWriter<MailRow> Insert = RowWriter<MailRow>.Append("mail.messages", 92, m => m.Id,
        """
        INSERT INTO mail.messages
            (id, key, merchant_id, mode, person_id, template, language, recipient, data, attachments, created_at, next_attempt_at)
        SELECT id, key, merchant_id, mode, person_id, template, language, recipient, data,
            CASE attachments WHEN '' THEN '{}' ELSE string_to_array(attachments, E'\n') END, created_at, created_at
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            AS m (id, key, merchant_id, mode, person_id, template, language, recipient, data, attachments, created_at)
        ORDER BY key
        ON CONFLICT (key) DO NOTHING
        """,
        RowWriter<MailRow>.Column(m => m.Id),
        RowWriter<MailRow>.Column(m => m.Key),
        RowWriter<MailRow>.Column(m => m.MerchantId),
        RowWriter<MailRow>.Column(m => m.Mode),
        RowWriter<MailRow>.Column(m => m.PersonId),
        RowWriter<MailRow>.Column(m => m.Template),
        RowWriter<MailRow>.Column(m => m.Language),
        RowWriter<MailRow>.Column(m => m.Recipient),
        RowWriter<MailRow>.Column(m => m.Data),
        RowWriter<MailRow>.Column(m => m.Attachments),
        RowWriter<MailRow>.Column(m => m.CreatedAt));

    internal static readonly RowWriter<string> EraseOf = RowWriter<string>.Append("mail.messages.erase", 93, id => id,
        """
        DELETE FROM mail.messages AS m
        USING unnest($1) AS r (person_id)
        WHERE m.person_id = r.person_id
        """, RowWriter<string>.Column(id => id));
}
