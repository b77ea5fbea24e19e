using PaymentGateway.Database;

namespace PaymentGateway.Mail;

/// <summary>What the operator does about mail.</summary>
public sealed class MailOperator
{
    private readonly MailStore store;
    private readonly TimeProvider clock;

    public MailOperator(Db db, TimeProvider clock) => (store, this.clock) = (new MailStore(db), clock);

    private const string Language = LetterLanguages.Default;

    private static readonly Letter test = new("Test mail of PaymentGateway", ["This is a test mail.", "Mail leaves this server and arrives."]);

    /// <summary>Sends a test letter at once, past the queue.</summary>
    public static Task<PostOutcome> Test(MailSettings settings, string recipient, TimeProvider clock, CancellationToken cancel) =>
        new MailPost(settings, clock).Send(
            new(Id.New("test", clock), recipient, test.Subject, LetterPrinter.Text(test, Language), LetterPrinter.Html(test, Language), []), cancel);

    /// <summary>What was given up, the newest first.</summary>
    public Task<IReadOnlyList<FailedMail>> Failed(int limit, CancellationToken cancel) => store.Failed(limit, cancel);

    /// <summary>Puts back into the queue what was given up: one mail, or all.</summary>
    /// <returns>How many.</returns>
    public Task<int> Retry(string? id, CancellationToken cancel) => store.Revive(id, clock.GetUtcNow(), cancel);
}
