using PaymentGateway.Checkout;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses.Pages;

/// <summary>Whose courses the pages show.</summary>
/// <param name="Colour">Such as #0a7d4f; null: the merchant has none.</param>
internal sealed record CourseShop(Tenant Tenant, string Name, string? Colour, CoursePageLinks Links)
{
    public CoursePaths Paths { get; } = new(Tenant);
}

/// <summary>What every page needs to be drawn.</summary>
/// <param name="Shop">Null: there is none of the address's name.</param>
/// <param name="Language">Of the page.</param>
/// <param name="Address">Path and query of the page, for the switch of languages; null: another language of it cannot be asked for.</param>
/// <param name="Csrf">For its forms.</param>
/// <param name="IsSignedIn">Somebody looks at it whom we know.</param>
internal sealed record CoursePageView(CourseShop? Shop, Language Language, string? Address, string Csrf, bool IsSignedIn)
{
    public CoursePageTexts Texts { get; } = CoursePageTexts.Of(Language);

    /// <summary>The words that letters have too.</summary>
    public CourseWords Words { get; } = CourseWords.Of(Language.Code);

    /// <summary>Good news, above everything else.</summary>
    public string? Notice { get; init; }
    public CoursePageFault? Fault { get; init; }

    /// <summary>Of a page that is of a shop: all but the one that says that there is none.</summary>
    public CoursePaths Paths => Shop!.Paths;

    public string Amount(Money amount) => AmountFormat.Of(amount, Language.Code);

    public string? FaultOf(string field) => Fault?.Field == field ? Fault.Sentence : null;
}

/// <summary>What is wrong, for a person.</summary>
/// <param name="Field">Null: it is about no field.</param>
/// <param name="Status">Of the answer.</param>
internal sealed record CoursePageFault(string? Field, string Sentence, int Status = StatusCodes.Status422UnprocessableEntity)
{
    public const string CodeField = "code";
    public const string TermsField = "terms";
    public const string BillingField = "billing";

    /// <summary>Said in the language of the page; what students cannot cause has no sentence of its own.</summary>
    public static CoursePageFault Of(Refusal refusal, CoursePageTexts texts) => refusal.Kind switch
    {
        var kind when kind == Errors.InvalidDiscountCode => new(CodeField, texts.WhyNot(FaultIn(refusal))),
        var kind when kind == Errors.GatewayUnavailable => new(null, texts.GatewayAway, StatusCodes.Status503ServiceUnavailable),
        var kind when kind == Errors.RateLimitExceeded => new(null, texts.TooMany, StatusCodes.Status429TooManyRequests),
        var kind when kind == Errors.EnrollmentExists => new(null, texts.YoursText),
        var kind when kind == Errors.AmountBelowMinimum => new(null, texts.BelowMinimum),
        var kind when kind == Errors.AmountAboveMaximum => new(null, texts.AboveMaximum),
        var kind when kind == Errors.RetryLimitExceeded => new(null, texts.RetriesOver),
        var kind when kind == Errors.PaymentAlreadySuccessful => new(null, texts.Paid),
        var kind when kind == Errors.ReceiptNotAvailable => new(null, texts.ReceiptNotYet, StatusCodes.Status404NotFound),
        var kind when kind == Errors.CsrfTokenInvalid => new(null, texts.PageExpired),
        // All other fields of a start are ours.
        var kind when kind == Errors.ValidationFailed => new(BillingField, texts.BillingNeeded),
        var kind when kind == Errors.CardDataRefused => new(null, texts.CardData),
        _ => new(null, texts.NotNow),
    };

    private static DiscountFault FaultIn(Refusal refusal) =>
        refusal.Details?.GetValueOrDefault(DiscountDecisions.ReasonDetail) is string word ? Database.Words.Parse<DiscountFault>(word) : DiscountFault.Unknown;
}
