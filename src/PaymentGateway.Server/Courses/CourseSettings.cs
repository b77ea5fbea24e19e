namespace PaymentGateway.Courses;

/// <summary>How a merchant sells courses.</summary>
/// <param name="Limits">Of the total.</param>
/// <param name="SessionLifetime">How long a student has for the gateway's page.</param>
internal sealed record CourseSettings(PriceLimits Limits, TimeSpan SessionLifetime)
{
    public static CourseSettings Default { get; } = new(
        new(Money.FromMajor(10, Currency.INR), Money.FromMajor(500_000, Currency.INR)), TimeSpan.FromMinutes(15));
}
