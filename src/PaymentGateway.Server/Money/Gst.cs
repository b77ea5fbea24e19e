namespace PaymentGateway;

/// <summary>An amount with India's goods and services tax on it. Either CGST and SGST, or IGST; in a union territory SGST is called UTGST.</summary>
public sealed record GstSplit(Money Taxable, Money Cgst, Money Sgst, Money Igst)
{
    public Money Tax => Cgst + Sgst + Igst;

    public Money Total => Taxable + Tax;
}

/// <summary>
/// India's goods and services tax, line by line: lines are rounded and then added, a total is never taxed again.
/// </summary>
/// <remarks>Where supplier and place of supply are one state, half of the rate is the union's (CGST) and half the state's (SGST).</remarks>
public static class Gst
{
    /// <summary>Of services, fees and the interest of credit cards among them, in percent.</summary>
    public const decimal StandardPercent = 18m;

    /// <summary>The undivided tax on an amount.</summary>
    public static Money On(Money taxable, decimal percent) => taxable.Multiply(percent / 100m);

    /// <summary>Tax comes on top of the price. Each half is rounded by itself.</summary>
    /// <param name="taxable">The price without tax.</param>
    /// <param name="percent">The whole rate, such as 18.</param>
    /// <param name="supplierState">Two digits, such as 27.</param>
    /// <param name="placeOfSupply">Two digits.</param>
    public static GstSplit Exclusive(Money taxable, decimal percent, string supplierState, string placeOfSupply)
    {
        var none = Money.Zero(taxable.Currency);
        return IsOneState(supplierState, placeOfSupply)
            ? new(taxable, On(taxable, percent / 2), On(taxable, percent / 2), none)
            : new(taxable, none, none, On(taxable, percent));
    }

    /// <summary>The price has the tax in it: the parts add up to the price, so SGST is what CGST leaves of the tax.</summary>
    /// <inheritdoc cref="Exclusive"/>
    public static GstSplit Inclusive(Money price, decimal percent, string supplierState, string placeOfSupply)
    {
        var none = Money.Zero(price.Currency);
        var taxable = price.Multiply(100m / (100m + percent));
        var tax = price - taxable;
        if (!IsOneState(supplierState, placeOfSupply))
            return new(taxable, none, none, tax);
        var central = tax.Multiply(0.5m);
        return new(taxable, central, tax - central, none);
    }

    private static bool IsOneState(string supplier, string place) => StateCode(supplier) == StateCode(place);

    private static string StateCode(string code) => code is [>= '0' and <= '9', >= '0' and <= '9']
        ? code
        : throw new ArgumentException($"'{code}' is not the two digits of a state.", nameof(code));
}
