using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.Payments;

/// <summary>The smallest and largest payment a merchant takes, for amounts in the currency that the limits are in.</summary>
public static class MerchantLimits
{
    public static Refusal? Refuse(Merchant merchant, Money amount) => merchant.Limits switch
    {
        { Minimum: { } minimum } when minimum.Currency == amount.Currency && amount < minimum =>
            Limit(Errors.AmountBelowMinimum, "minimum", minimum),
        { Maximum: { } maximum } when maximum.Currency == amount.Currency && amount > maximum =>
            Limit(Errors.AmountAboveMaximum, "maximum", maximum),
        _ => null,
    };

    private static Refusal Limit(ErrorKind kind, string name, Money limit) =>
        new(kind, $"The {name} amount is {limit}.", new Dictionary<string, object?>
        {
            [name] = limit.ToMajor(),
            ["reason"] = name == "minimum" ? "amount_below_minimum" : "amount_above_maximum",
        });
}
