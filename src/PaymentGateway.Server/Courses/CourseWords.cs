using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>Every sentence that students read about their payments, in one language. A missing one does not compile.</summary>
internal sealed record CourseWords
{
    private static readonly Translations<CourseWords> all = new(
        CourseWordsEnglish.Words, CourseWordsHindi.Words, CourseWordsKazakh.Words, CourseWordsRussian.Words);

    /// <summary>{0} is the name.</summary>
    public required string Greeting { get; init; }

    // Facts.
    public required string Course { get; init; }
    public required string Price { get; init; }
    public required string Discount { get; init; }
    public required string Gst { get; init; }
    public required string Total { get; init; }
    public required string Refund { get; init; }
    public required string Transaction { get; init; }

    // Buttons.
    public required string SeePayment { get; init; }
    public required string TryAgain { get; init; }

    /// <summary>{0} is the course.</summary>
    public required string PaidSubject { get; init; }
    public required string PaidBody { get; init; }

    /// <summary>{0} is the course.</summary>
    public required string FailedSubject { get; init; }
    public required string FailedBody { get; init; }

    /// <summary>{0} is how many.</summary>
    public required string RetriesLeft { get; init; }
    public required string StartAgain { get; init; }

    /// <summary>{0} is the course.</summary>
    public required string RefundedSubject { get; init; }

    /// <summary>{0} is a day.</summary>
    public required string RefundedBody { get; init; }
    public required string CourseClosed { get; init; }

    // Why it failed, and what to do.
    public required string InsufficientFunds { get; init; }
    public required string CardDeclined { get; init; }
    public required string CardExpired { get; init; }
    public required string InvalidCvv { get; init; }
    public required string GatewayAway { get; init; }
    public required string NotAuthenticated { get; init; }
    public required string Cancelled { get; init; }
    public required string OtherReason { get; init; }

    public static CourseWords Of(string language) => all[language];

    /// <summary>Why it failed, and what the student can do now.</summary>
    public string AdviceOf(FailureReason reason) => reason switch
    {
        FailureReason.InsufficientFunds => InsufficientFunds,
        FailureReason.CardDeclined => CardDeclined,
        FailureReason.CardExpired => CardExpired,
        FailureReason.InvalidCvv => InvalidCvv,
        FailureReason.NetworkError or FailureReason.GatewayTimeout => GatewayAway,
        FailureReason.AuthenticationFailed => NotAuthenticated,
        FailureReason.UserCancelled => Cancelled,
        _ => OtherReason,
    };
}
