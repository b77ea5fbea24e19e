namespace PaymentGateway.Mail;

/// <summary>What the operator does about mail.</summary>
internal sealed class MailOperator(MailStore store, TimeProvider clock)
{
    private const string Language = LetterLanguages.Default;

    private static readonly Letter test = new("Test mail of PaymentGateway", ["This is a test mail.", "Mail leaves this server and arrives."]);

    /// <summary>Sends a test letter at once, past the queue.</summary>
    public static Task<PostOutcome> Test(MailPost post, string recipient, DateTimeOffset now, CancellationToken cancel) => post.Send(
        new($"test-{Guid.CreateVersion7(now):n}", recipient, test.Subject, LetterPrinter.Text(test, Language), LetterPrinter.Html(test, Language), []),
        cancel);

    /// <summary>What was given up, the newest first.</summary>
    public Task<IReadOnlyList<FailedMail>> Failed(int limit, CancellationToken cancel) => store.Failed(limit, cancel);

    /// <summary>Puts back into the queue what was given up: one mail, or all.</summary>
    /// <returns>How many.</returns>
    public Task<int> Retry(string? id, CancellationToken cancel) => store.Revive(id, clock.GetUtcNow(), cancel);
}
