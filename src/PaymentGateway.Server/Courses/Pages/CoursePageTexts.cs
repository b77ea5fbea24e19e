using PaymentGateway.Checkout;
using PaymentGateway.Http;

namespace PaymentGateway.Courses.Pages;

/// <summary>Every sentence of these pages in one language, but those that letters have too. A missing one does not compile.</summary>
internal sealed record CoursePageTexts
{
    private static readonly Translations<CoursePageTexts> all = new(
        CoursePageTextsEnglish.Texts, CoursePageTextsHindi.Texts, CoursePageTextsKazakh.Texts, CoursePageTextsRussian.Texts);

    // The frame.
    public required string TestMode { get; init; }
    public required string SkipToContent { get; init; }
    public required string Courses { get; init; }
    public required string YourPayments { get; init; }
    public required string YourAccount { get; init; }
    public required string SignIn { get; init; }
    public required string Help { get; init; }
    public required string NotFound { get; init; }
    public required string NotFoundText { get; init; }

    // Courses.
    public required string Search { get; init; }
    public required string SearchHint { get; init; }
    public required string NoCourses { get; init; }

    /// <summary>{0} is what was searched for.</summary>
    public required string NothingFound { get; init; }
    public required string AllCourses { get; init; }
    public required string MoreCourses { get; init; }
    public required string Yours { get; init; }

    /// <summary>{0} is a rate.</summary>
    public required string PlusGst { get; init; }
    public required string NoGst { get; init; }

    // Buying.
    public required string YoursText { get; init; }
    public required string SignInToBuy { get; init; }
    public required string DiscountCode { get; init; }
    public required string Apply { get; init; }
    public required string RemoveCode { get; init; }
    public required string CodeUnknown { get; init; }
    public required string CodeNotYet { get; init; }
    public required string CodeExpired { get; init; }
    public required string CodeOtherCourse { get; init; }
    public required string CodeUsedUp { get; init; }
    public required string CodeUsedByYou { get; init; }

    /// <summary>{0} and {1} are the links.</summary>
    public required string Agree { get; init; }
    public required string Terms { get; init; }
    public required string Privacy { get; init; }
    public required string MustAgree { get; init; }
    public required string NotSoldYet { get; init; }

    /// <summary>{0} is an amount.</summary>
    public required string Pay { get; init; }
    public required string PaidAtBank { get; init; }
    public required string OpenPayment { get; init; }
    public required string ToBank { get; init; }
    public required string ToBankText { get; init; }
    public required string ToBankPage { get; init; }

    // Whom the receipt names.
    public required string BillingTitle { get; init; }
    public required string BillingNeeded { get; init; }
    public required string BillingOptional { get; init; }
    public required string BillingName { get; init; }
    public required string BillingAddress { get; init; }
    public required string BillingState { get; init; }
    public required string BillingPin { get; init; }
    public required string BillingGstin { get; init; }
    public required string BillingFault { get; init; }

    // What became of a payment.
    public required string StatePending { get; init; }
    public required string StateSuccess { get; init; }
    public required string StateFailed { get; init; }
    public required string StateExpired { get; init; }
    public required string StatePartlyRefunded { get; init; }
    public required string StateRefunded { get; init; }
    public required string Paid { get; init; }
    public required string PaidText { get; init; }
    public required string PaidTwice { get; init; }
    public required string PaidTwiceText { get; init; }
    public required string NotPaid { get; init; }
    public required string NotPaidText { get; init; }
    public required string Expired { get; init; }
    public required string ExpiredText { get; init; }
    public required string NotFinished { get; init; }
    public required string NotFinishedText { get; init; }

    /// <summary>Where there is a script.</summary>
    public required string LooksAgain { get; init; }
    public required string Refunded { get; init; }
    public required string RefundedText { get; init; }
    public required string NotAccepted { get; init; }
    public required string NotAcceptedText { get; init; }
    public required string Receipt { get; init; }
    public required string ReceiptNotYet { get; init; }
    public required string Retry { get; init; }
    public required string NewStart { get; init; }
    public required string LatestAttempt { get; init; }
    public required string Check { get; init; }
    public required string Checked { get; init; }
    public required string Details { get; init; }

    // Details and history.
    public required string Status { get; init; }
    public required string AnyStatus { get; init; }
    public required string Show { get; init; }
    public required string NoPayments { get; init; }
    public required string NoSuchPayments { get; init; }

    /// <summary>{0} is a page, {1} how many there are.</summary>
    public required string Page { get; init; }
    public required string Newer { get; init; }
    public required string Older { get; init; }
    public required string Started { get; init; }
    public required string Until { get; init; }
    public required string PaidBy { get; init; }
    public required string Card { get; init; }
    public required string Upi { get; init; }
    public required string Netbanking { get; init; }
    public required string Wallet { get; init; }
    public required string Attempt { get; init; }
    public required string FirstAttempt { get; init; }
    public required string Timeline { get; init; }
    public required string Begun { get; init; }
    public required string Refunds { get; init; }

    /// <summary>{0} is a day.</summary>
    public required string RefundOnItsWay { get; init; }

    /// <summary>{0} is a day.</summary>
    public required string RefundDone { get; init; }
    public required string RefundFailed { get; init; }

    // What is wrong.
    public required string GatewayAway { get; init; }
    public required string BelowMinimum { get; init; }
    public required string AboveMaximum { get; init; }
    public required string RetriesOver { get; init; }
    public required string TooMany { get; init; }
    public required string PageExpired { get; init; }
    public required string CardData { get; init; }
    public required string NotNow { get; init; }

    public static CoursePageTexts Of(Language language) => all[language.Code];

    public string StateOf(TransactionState state) => state switch
    {
        TransactionState.Success => StateSuccess,
        TransactionState.Failed => StateFailed,
        TransactionState.Expired => StateExpired,
        TransactionState.PartiallyRefunded => StatePartlyRefunded,
        TransactionState.Refunded => StateRefunded,
        _ => StatePending,
    };

    public string WhyNot(DiscountFault fault) => fault switch
    {
        DiscountFault.NotYet => CodeNotYet,
        DiscountFault.Expired => CodeExpired,
        DiscountFault.OtherCourse => CodeOtherCourse,
        DiscountFault.UsedUp => CodeUsedUp,
        DiscountFault.UsedByStudent => CodeUsedByYou,
        _ => CodeUnknown,
    };

    public string MethodOf(string method) => method switch
    {
        "card" => Card,
        "upi" => Upi,
        "netbanking" => Netbanking,
        "wallet" => Wallet,
        _ => method,
    };
}
