namespace PaymentGateway;

public readonly partial record struct Money
{
    private const int DigitsOfLong = 19;

    /// <summary>
    /// Reads an amount in major units exactly. Zeros behind the currency's decimals are fine (1.500 INR), other digits there are a fault.
    /// Whether zero or a negative amount is allowed is for the caller to say.
    /// </summary>
    public static bool TryParse(AmountText amount, Currency currency, out Money money, out AmountFault fault)
    {
        ArgumentNullException.ThrowIfNull(currency);
        fault = Read(amount, currency, out var minor);
        money = fault == AmountFault.None ? new Money(minor, currency) : default;
        return fault == AmountFault.None;
    }

    private static AmountFault Read(AmountText amount, Currency currency, out long minor)
    {
        minor = 0;
        if (!NumberText.TryRead(amount.Text, out var number))
            return AmountFault.NotANumber;
        if (number.DigitCount == 0)
            return AmountFault.None;

        var zeros = number.Power + currency.Exponent;
        if (zeros < 0)
            return AmountFault.TooManyDecimals;
        if (number.DigitCount + zeros > DigitsOfLong)
            return AmountFault.TooLarge;

        var count = number.Digits();
        for (; zeros > 0; zeros--)
            count *= 10;
        if (number.IsNegative)
            count = -count;
        if (count < long.MinValue || count > long.MaxValue)
            return AmountFault.TooLarge;
        minor = (long)count;
        return AmountFault.None;
    }
}
