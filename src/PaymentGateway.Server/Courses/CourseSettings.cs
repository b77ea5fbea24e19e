using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>How a merchant sells courses.</summary>
/// <param name="Limits">Of the total.</param>
/// <param name="SessionLifetime">How long a student has for the gateway's page.</param>
/// <param name="Methods">What the gateway's page offers, in the order of the alphabet.</param>
/// <param name="UpdatedAt">Null: nobody has set anything yet.</param>
/// <param name="Version">Counts the writes; a write names the version it was decided on. 0 before the first.</param>
internal sealed record CourseSettings(
    Tenant Tenant, PriceLimits Limits, TimeSpan SessionLifetime, IReadOnlyList<string> Methods, DateTimeOffset? UpdatedAt, int Version)
{
    /// <summary>All that the page of SmartGateway can offer.</summary>
    public static IReadOnlyList<string> AllMethods { get; } = ["card", "netbanking", "upi", "wallet"];

    /// <summary>Until the merchant sets its own.</summary>
    public static CourseSettings Default(Tenant tenant) => new(
        tenant, new(Money.FromMajor(10, Currency.INR), Money.FromMajor(500_000, Currency.INR)), TimeSpan.FromMinutes(15), AllMethods,
        UpdatedAt: null, Version: 0);

    /// <summary>What the gateway's page is to be narrowed to; null: it may offer all that it has.</summary>
    public IReadOnlyList<string>? MethodsWanted => Methods.Count == AllMethods.Count ? null : Methods;
}
