namespace PaymentGateway.Http;

/// <summary>The amount and currency of a request.</summary>
public static class RequestedAmount
{
    /// <summary>An amount in a currency that is known, positive and exact; else the refusal that names the field.</summary>
    public static Outcome<Money> Read(AmountText? amount, string? currencyCode)
    {
        if (currencyCode is null)
        {
            return Refusal.Field("currency", "is required: an ISO 4217 code such as INR");
        }

        if (!Currency.TryParse(currencyCode, out var currency))
        {
            return Refusal.Field(Errors.UnsupportedCurrency, "currency", "must be an ISO 4217 code in capitals, such as INR");
        }

        return amount is { } text
            ? Read("amount", text, currency)
            : Refusal.Field(Errors.InvalidAmount, "amount", "is required: a number in major units such as 499.50");
    }

    /// <summary>An amount in the currency of an object that exists.</summary>
    public static Outcome<Money> Read(string field, AmountText text, Currency currency)
    {
        if (Money.TryParse(text, currency, out var money, out var fault))
        {
            return money.IsPositive ? money : Refusal.Field(Errors.InvalidAmount, field, "must be greater than zero");
        }

        return fault switch
        {
            AmountFault.TooManyDecimals => Refusal.Field(Errors.InvalidAmount, field,
                $"has more decimals than {currency.Code}, which has {currency.Exponent}"),
            AmountFault.TooLarge => Refusal.Field(Errors.AmountAboveMaximum, field, "is larger than can be counted"),
            _ => Refusal.Field(Errors.InvalidAmount, field, "must be a number in major units such as 499.50"),
        };
    }
}
