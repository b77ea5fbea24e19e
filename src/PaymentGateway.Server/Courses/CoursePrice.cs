using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>The smallest and the largest total that is taken.</summary>
internal sealed record PriceLimits(Money Minimum, Money Maximum);

/// <summary>What a student pays and what it is made of: exact, each part rounded once, half to even.</summary>
/// <param name="Original">The price of the course.</param>
/// <param name="Discount">What the code takes off: at most the price.</param>
/// <param name="Subtotal">What is taxed.</param>
/// <param name="GstPercent">Null: exempt.</param>
/// <param name="Gst">On the subtotal.</param>
/// <param name="Total">What is paid.</param>
internal sealed record CoursePrice(Money Original, Money Discount, Money Subtotal, decimal? GstPercent, Money Gst, Money Total)
{
    /// <returns>AMOUNT_BELOW_MINIMUM or AMOUNT_ABOVE_MAXIMUM when the total is not within the limits.</returns>
    public static Outcome<CoursePrice> Of(Money price, TaxTerm tax, DiscountCode? code, PriceLimits limits)
    {
        var discount = code switch
        {
            null => Money.Zero(price.Currency),
            { Percent: { } percent } => price.Multiply(percent / 100m),
            { Amount: { } amount } => Money.Min(amount, price),
            _ => throw new InvalidOperationException($"{code.Id} takes neither a part nor an amount off."),
        };
        var subtotal = price - discount;
        var gst = tax.Percent is { } rate ? PaymentGateway.Gst.On(subtotal, rate) : Money.Zero(price.Currency);
        var total = subtotal + gst;
        return total < limits.Minimum ? Limit(Errors.AmountBelowMinimum, "minimum", limits.Minimum)
            : total > limits.Maximum ? Limit(Errors.AmountAboveMaximum, "maximum", limits.Maximum)
            : new CoursePrice(price, discount, subtotal, tax.Percent, gst, total);
    }

    private static Refusal Limit(ErrorKind kind, string name, Money limit) =>
        new(kind, $"The {name} total of a course is {limit}.", new Dictionary<string, object?> { [name] = limit.ToMajor() });
}
