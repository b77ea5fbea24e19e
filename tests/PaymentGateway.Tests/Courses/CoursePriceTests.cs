using PaymentGateway.Courses;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Tests.Courses;

public sealed class CoursePriceTests
{
    private static readonly DateTimeOffset when = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly PriceLimits limits = CourseSettings.Default(new("MERCH_FH_001", Mode.Test)).Limits;
    private static readonly PriceLimits none = new(Rupees(0), Rupees(10_000_000));

    /// <summary>Worked by hand. Percent and amount are those of the code.</summary>
    [Theory]
    [InlineData("10000.00", "20", null, "18", "2000.00", "8000.00", "1440.00", "9440.00")]
    [InlineData("0.25", null, null, "18", "0", "0.25", "0.04", "0.29")]
    [InlineData("0.75", null, null, "18", "0", "0.75", "0.14", "0.89")]
    [InlineData("999.99", "12.5", null, "18", "125.00", "874.99", "157.50", "1032.49")]
    [InlineData("0.05", "50", null, null, "0.02", "0.03", "0", "0.03")]
    [InlineData("0.15", "50", null, null, "0.08", "0.07", "0", "0.07")]
    [InlineData("500.00", null, "120.50", "5", "120.50", "379.50", "18.98", "398.48")]
    [InlineData("100.00", null, "250.00", "18", "100.00", "0", "0", "0")]
    [InlineData("100.00", "100", null, "18", "100.00", "0", "0", "0")]
    public void Each_part_is_exact_and_rounded_half_even(
        string price, string? percent, string? amount, string? rate, string discount, string subtotal, string gst, string total)
    {
        var code = percent is null && amount is null
            ? null
            : Code() with { Percent = percent is null ? null : Of(percent), Amount = amount is null ? null : Rupees(Of(amount)) };
        var worked = CoursePrice.Of(Rupees(Of(price)), Tax(rate is null ? null : Of(rate)), code, none).Value;
        Assert.Equal(
            (Rupees(Of(price)), Rupees(Of(discount)), Rupees(Of(subtotal)), Rupees(Of(gst)), Rupees(Of(total))),
            (worked.Original, worked.Discount, worked.Subtotal, worked.Gst, worked.Total));
    }

    /// <summary>What is counted is the total, with tax and without what the code takes off.</summary>
    [Theory]
    [InlineData("8.46", "AMOUNT_BELOW_MINIMUM")]
    [InlineData("8.47", "AMOUNT_BELOW_MINIMUM")]
    [InlineData("8.48", null)]
    [InlineData("423728.81", null)]
    [InlineData("423728.82", "AMOUNT_ABOVE_MAXIMUM")]
    public void The_total_has_limits(string price, string? refused)
    {
        var worked = CoursePrice.Of(Rupees(Of(price)), Tax(18), code: null, limits);
        Assert.Equal(refused, worked.Refusal?.Kind.Code);
    }

    [Fact]
    public void The_parts_add_up_whatever_the_price()
    {
        for (var minor = 1L; minor < 3_000_000; minor = (minor * 3) + 7)
        {
            foreach (var percent in (decimal[])[0.001m, 7, 12.5m, 33.333m, 99.999m])
            {
                var worked = CoursePrice.Of(Money.FromMinor(minor, Currency.INR), Tax(18), Code() with { Percent = percent }, none).Value;
                Assert.Equal(worked.Original, worked.Subtotal + worked.Discount);
                Assert.Equal(worked.Total, worked.Subtotal + worked.Gst);
                Assert.False(worked.Subtotal.IsNegative);
            }
        }
    }

    [Fact]
    public void The_tax_is_that_of_the_day()
    {
        var course = new Course
        {
            Id = "course_1",
            Tenant = new Tenant("MERCH_A", Mode.Test),
            Title = "A",
            Instructor = "B",
            Price = Rupees(100),
            Tax = [Tax(18), new(when.AddDays(30), TaxClass.Exempt, null, null), new(when.AddDays(60), TaxClass.Taxable, 5, "999293")],
            IsActive = true,
            CreatedAt = when,
            UpdatedAt = when,
            Version = 1,
        };
        Assert.Equal(
            [18m, 18m, null, null, 5m],
            ((int[])[-1, 29, 30, 59, 60]).Select(day => course.TaxAt(when.AddDays(day)).Percent));
    }

    [Theory]
    [InlineData("course_1", 0, 0, null)]
    [InlineData("course_2", 0, 0, "is not for this course")]
    [InlineData("course_1", -1, 0, "does not count yet")]
    [InlineData("course_1", 9, 0, null)]
    [InlineData("course_1", 10, 0, "has expired")]
    [InlineData("course_1", 0, 2, "was used as often as one student can")]
    public void A_code_counts_for_its_courses_in_its_time_so_often(string courseId, int day, int usesOfStudent, string? why) =>
        Assert.Equal(why, Fault(DiscountDecisions.WhyNot(Limited(), courseId, usesOfStudent, when.AddDays(day))));

    [Fact]
    public void A_code_that_is_used_up_switched_off_or_unknown_does_not_count()
    {
        Assert.Equal("was used as often as it can be", Fault(DiscountDecisions.WhyNot(Limited() with { Uses = 3 }, "course_1", 0, when)));
        Assert.Equal(
            Fault(DiscountDecisions.WhyNot(null, "course_1", 0, when)),
            Fault(DiscountDecisions.WhyNot(Limited() with { IsActive = false }, "course_1", 0, when)));
    }

    /// <summary>From a Sunday, a Wednesday, a Friday and a Saturday of November 2026.</summary>
    [Theory]
    [InlineData(1, 7, 10)]
    [InlineData(4, 5, 11)]
    [InlineData(6, 1, 9)]
    [InlineData(7, 1, 9)]
    [InlineData(7, 0, 7)]
    public void Banks_rest_on_saturday_and_sunday(int day, int count, int after) =>
        Assert.Equal(new DateOnly(2026, 11, after), BusinessDays.After(new DateOnly(2026, 11, day), count));

    private static DiscountCode Limited() => Code() with
    {
        Percent = 10,
        StartsAt = when,
        EndsAt = when.AddDays(10),
        CourseIds = ["course_1"],
        UseLimit = 3,
        StudentLimit = 2,
    };

    private static string? Fault(Refusal? refusal) =>
        refusal is null ? null : ((IReadOnlyDictionary<string, List<string>>)refusal.Details!["fields"]!)["discountCode"][0];

    private static DiscountCode Code() => new()
    {
        Id = "disc_1",
        Tenant = new Tenant("MERCH_A", Mode.Test),
        Code = "CODE",
        IsActive = true,
        CreatedAt = when,
        UpdatedAt = when,
        Version = 1,
    };

    private static TaxTerm Tax(decimal? percent) =>
        percent is null ? new(when, TaxClass.Exempt, null, null) : new(when, TaxClass.Taxable, percent, "999293");

    private static decimal Of(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static Money Rupees(decimal major) => Money.FromMajor(major, Currency.INR);
}
