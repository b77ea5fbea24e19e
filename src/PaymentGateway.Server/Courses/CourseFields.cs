using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <param name="Class">exempt or taxable.</param>
/// <param name="Percent">Of a taxable course: such as 18.</param>
/// <param name="Sac">The service accounting code, six digits that begin with 99; a taxable course needs it.</param>
/// <param name="AppliesFrom">Of a later change: from when on; at once when absent.</param>
internal sealed record CourseTaxBody(string? Class, decimal? Percent, string? Sac, DateTimeOffset? AppliesFrom);

/// <param name="Title">1 to 200 characters.</param>
/// <param name="Instructor">1 to 200 characters.</param>
/// <param name="Price">Major units, without tax.</param>
/// <param name="Currency">INR, as when absent: SmartGateway takes no other.</param>
/// <param name="Tax">What tax is on it.</param>
/// <param name="Active">Whether it is sold; true when absent.</param>
internal sealed record CreateCourseBody(
    string? Title, string? Instructor, AmountText? Price, string? Currency, CourseTaxBody? Tax, bool? Active);

/// <param name="Title">1 to 200 characters.</param>
/// <param name="Instructor">1 to 200 characters.</param>
/// <param name="Price">Major units, without tax. Payments that have begun keep theirs.</param>
/// <param name="Tax">Added to the terms that there are.</param>
/// <param name="Active">Whether it is sold.</param>
internal sealed record UpdateCourseBody(string? Title, string? Instructor, AmountText? Price, CourseTaxBody? Tax, bool? Active);

/// <summary>The fields of a course and their rules.</summary>
internal static class CourseFields
{
    private const int NameLengthMax = 200;

    public static Outcome<Course> Read(CreateCourseBody body, string id, Tenant tenant, DateTimeOffset now)
    {
        var faults = new FieldFaults();
        faults.AddUnless(body.Title is not null, "title", "is required");
        faults.AddUnless(body.Instructor is not null, "instructor", "is required");
        CheckNames(body.Title, body.Instructor, faults);
        var tax = body.Tax is { AppliesFrom: null } ? ReadTax(body.Tax, now, faults) : null;
        faults.AddUnless(body.Tax is not null, "tax", "is required: its class, and the percent and sac of a taxable course");
        faults.AddUnless(body.Tax?.AppliesFrom is null, "tax.appliesFrom", "belongs to later changes: the first term holds at once");
        var price = ReadPrice(body.Price, body.Currency ?? Currency.INR.Code);
        return (faults.Refusal ?? price.Refusal) is { } refusal
            ? refusal
            : new Course
            {
                Id = id,
                Tenant = tenant,
                Title = body.Title!,
                Instructor = body.Instructor!,
                Price = price.Value,
                Tax = [tax!],
                IsActive = body.Active ?? true,
                CreatedAt = now,
                UpdatedAt = now,
                Version = 1,
            };
    }

    public static Outcome<Course> Update(Course now, UpdateCourseBody body, DateTimeOffset when)
    {
        var faults = new FieldFaults();
        CheckNames(body.Title, body.Instructor, faults);
        var tax = body.Tax is null ? null : ReadTax(body.Tax, body.Tax.AppliesFrom?.ToUniversalTime() ?? when, faults);
        faults.AddUnless(tax is null || tax.AppliesFrom >= when, "tax.appliesFrom", "must not be in the past");
        faults.AddUnless(
            tax is null || tax.AppliesFrom > now.Tax[^1].AppliesFrom, "tax.appliesFrom", "must be after the latest term that there is");
        var price = body.Price is null ? now.Price : ReadPrice(body.Price, now.Price.Currency.Code);
        return (faults.Refusal ?? price.Refusal) is { } refusal
            ? refusal
            : now with
            {
                Title = body.Title ?? now.Title,
                Instructor = body.Instructor ?? now.Instructor,
                Price = price.Value,
                Tax = tax is null ? now.Tax : [.. now.Tax, tax],
                IsActive = body.Active ?? now.IsActive,
                UpdatedAt = when,
                Version = now.Version + 1,
            };
    }

    private static void CheckNames(string? title, string? instructor, FieldFaults faults)
    {
        ObjectFields.CheckLength("title", title, NameLengthMax, faults);
        ObjectFields.CheckLength("instructor", instructor, NameLengthMax, faults);
    }

    private static Outcome<Money> ReadPrice(AmountText? price, string currency) => (price, currency) switch
    {
        (_, not "INR") => Refusal.Field(Errors.UnsupportedCurrency, "currency", "must be INR: SmartGateway takes no other"),
        (null, _) => Refusal.Field(Errors.InvalidAmount, "price", "is required: a number in major units such as 10000"),
        var (text, _) => RequestedAmount.Read("price", text.Value, Currency.INR),
    };

    private static TaxTerm? ReadTax(CourseTaxBody tax, DateTimeOffset from, FieldFaults faults)
    {
        var isTaxable = tax.Class == "taxable";
        faults.AddUnless(isTaxable || tax.Class == "exempt", "tax.class", "must be exempt or taxable");
        faults.AddUnless(
            isTaxable ? tax.Percent is > 0 and <= 100 : tax.Percent is null, "tax.percent",
            isTaxable ? "must be more than 0 and at most 100" : "belongs to taxable courses only");
        faults.AddUnless(tax.Percent is not { Scale: > 3 }, "tax.percent", "must have at most 3 decimals");
        faults.AddUnless(tax.Sac is null ? !isTaxable : IsSac(tax.Sac), "tax.sac", "must be six digits that begin with 99");
        return new(from, isTaxable ? TaxClass.Taxable : TaxClass.Exempt, tax.Percent, tax.Sac);
    }

    private static bool IsSac(string sac) => sac.Length == 6 && sac.StartsWith("99", StringComparison.Ordinal) && sac.All(char.IsAsciiDigit);
}
