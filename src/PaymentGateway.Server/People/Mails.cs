using PaymentGateway.Commit;
using PaymentGateway.Mail;

namespace PaymentGateway.People;

/// <summary>Queues mail to people, in their own words.</summary>
internal sealed class Mails(Outbox outbox)
{
    public void Queue<TData>(Change change, User user, LetterTemplate<TData> template, TData data) where TData : notnull =>
        outbox.Queue(change, template, data, new MailTo(user.Email!, user.Language) { PersonId = user.Id });

    /// <summary>To somebody who may have no account.</summary>
    public void Queue<TData>(Change change, string email, LetterTemplate<TData> template, TData data) where TData : notnull =>
        outbox.Queue(change, template, data, new MailTo(email, LetterLanguages.Default));
}
