using PaymentGateway.Mail;

namespace PaymentGateway.Courses;

/// <summary>What a letter about a course payment says; amounts and times as the reader's language writes them.</summary>
/// <param name="Name">The student's.</param>
/// <param name="Course">Its title.</param>
/// <param name="TransactionId">For the support.</param>
/// <param name="Link">Of its page; null: of a mail that was queued before there was one.</param>
internal sealed record AboutPayment(string Name, string Course, string TransactionId, string? Link = null);

/// <param name="Discount">Null: there was none.</param>
/// <param name="Gst">Null: the course is exempt.</param>
internal sealed record CoursePaid(AboutPayment About, string Original, string? Discount, string? Gst, string Total);

/// <param name="Reason">Why, sorted.</param>
/// <param name="RetriesLeft">0: only a new start is possible.</param>
internal sealed record CourseFailed(AboutPayment About, string Total, FailureReason Reason, int RetriesLeft);

/// <param name="Amount">What goes back.</param>
/// <param name="ExpectedBy">A day.</param>
/// <param name="IsClosed">All of it went back, and the course with it.</param>
internal sealed record CourseRefunded(AboutPayment About, string Amount, string ExpectedBy, bool IsClosed);

/// <summary>Every letter that is about a course payment.</summary>
internal static class CourseLetters
{
    private static readonly AboutPayment sample = new(
        "Asha Rao", "Payments with C#", "TXN_01KAF5W3V8E7X9QH2M4N6P8R0T",
        "https://pay.example.com/m/MERCH_LP_001/courses/payments/TXN_01KAF5W3V8E7X9QH2M4N6P8R0T");

    /// <summary>The receipt goes with it.</summary>
    public static readonly LetterTemplate<CoursePaid> Paid = new(
        "course_paid", new(sample, "₹10,000.00", "₹2,000.00", "₹1,440.00", "₹9,440.00"), (data, language) =>
        {
            var words = CourseWords.Of(language);
            var amounts = new List<LetterFact> { new(words.Course, data.About.Course), new(words.Price, data.Original) };
            AddUnlessNull(amounts, words.Discount, data.Discount is null ? null : $"-{data.Discount}");
            AddUnlessNull(amounts, words.Gst, data.Gst);
            amounts.Add(new(words.Total, data.Total));
            amounts.Add(new(words.Transaction, data.About.TransactionId));
            return new Letter(Letter.Fill(words.PaidSubject, data.About.Course), [Letter.Fill(words.Greeting, data.About.Name), words.PaidBody])
            {
                Button = ButtonOf(words.SeePayment, data.About),
                Facts = amounts,
            };
        });

    public static readonly LetterTemplate<CourseFailed> Failed = new(
        "course_payment_failed", new(sample, "₹9,440.00", FailureReason.CardDeclined, 3), (data, language) =>
        {
            var words = CourseWords.Of(language);
            return new Letter(
                Letter.Fill(words.FailedSubject, data.About.Course),
                [Letter.Fill(words.Greeting, data.About.Name), words.FailedBody, words.AdviceOf(data.Reason)])
            {
                Button = ButtonOf(data.RetriesLeft > 0 ? words.TryAgain : words.SeePayment, data.About),
                Facts = [new(words.Course, data.About.Course), new(words.Total, data.Total), new(words.Transaction, data.About.TransactionId)],
                Note = data.RetriesLeft > 0 ? Letter.Fill(words.RetriesLeft, data.RetriesLeft) : words.StartAgain,
            };
        });

    /// <summary>The credit note goes with it, where there was a receipt.</summary>
    public static readonly LetterTemplate<CourseRefunded> Refunded = new(
        "course_refunded", new(sample, "₹9,440.00", "2026-11-30", IsClosed: true), (data, language) =>
        {
            var words = CourseWords.Of(language);
            string[] paragraphs = [Letter.Fill(words.Greeting, data.About.Name), Letter.Fill(words.RefundedBody, data.ExpectedBy)];
            return new Letter(
                Letter.Fill(words.RefundedSubject, data.About.Course), data.IsClosed ? [.. paragraphs, words.CourseClosed] : paragraphs)
            {
                Button = ButtonOf(words.SeePayment, data.About),
                Facts = [new(words.Course, data.About.Course), new(words.Refund, data.Amount), new(words.Transaction, data.About.TransactionId)],
            };
        });

    public static IReadOnlyList<LetterTemplate> All { get; } = [Paid, Failed, Refunded];

    private static LetterButton? ButtonOf(string text, AboutPayment about) => about.Link is { } link ? new(text, link) : null;

    private static void AddUnlessNull(List<LetterFact> facts, string label, string? value)
    {
        if (value is not null)
        {
            facts.Add(new(label, value));
        }
    }
}
