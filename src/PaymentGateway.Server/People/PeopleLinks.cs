using PaymentGateway.Commit;
using PaymentGateway.Http;
using PaymentGateway.Mail;

namespace PaymentGateway.People;

/// <summary>Links that are mailed. The secret stands in the fragment of the address, which no server and no log sees.</summary>
internal sealed class PeopleLinks(Mails mails, PeopleSettings settings, PublicAddress address, PersonTime time)
{
    public const string Prefix = "link";

    private static readonly TimeSpan confirmLife = TimeSpan.FromHours(48);
    private static readonly TimeSpan resetLife = TimeSpan.FromMinutes(30);

    /// <summary>Mails a new link; those of the same purpose that were mailed before stop working.</summary>
    public void Send(Change change, User user, string purpose, LetterTemplate<LinkToPerson> template)
    {
        var now = time.Now;
        var life = purpose == Link.Confirm ? confirmLife : resetLife;
        var secret = SecretText.New(Prefix);
        var link = new Link(SecretText.HashOf(secret), user.Id, purpose, now, now + life);
        change.Write(SessionRows.EndLinks, link).Write(SessionRows.AddLink, link);
        mails.Queue(change, user, template, new(user.Name!, Address(purpose, secret), (int)life.TotalMinutes));
    }

    public string Address(string page, string secret) =>
        $"{settings.AccountUrl?.AbsoluteUri.TrimEnd('/') ?? address.Link("/account")}/{page}#{secret}";
}
