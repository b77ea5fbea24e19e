using PaymentGateway.Database;
using PaymentGateway.Settings;

namespace PaymentGateway.Merchants;

public enum MerchantStatus
{
    Active,

    /// <summary>Its keys do not work.</summary>
    Disabled,
}

/// <summary>How the checkout page shows a merchant.</summary>
/// <param name="Color"><c>#rrggbb</c> in lower case.</param>
/// <param name="LogoUrl">An https address.</param>
public sealed record Brand(string? Color, string? LogoUrl);

/// <summary>The smallest and the largest payment, in the merchant's default currency; null: no such limit.</summary>
public sealed record AmountLimits(Money? Minimum, Money? Maximum);

/// <summary>A merchant in one mode, with its settings.</summary>
/// <param name="PaymentMethods">What customers may pay with, in the order in which the checkout offers it.</param>
/// <param name="IpAllowList">Where secret keys may be used from; empty: anywhere.</param>
/// <param name="FeePercent">Of each payment.</param>
/// <param name="FeeTaxPercent">Of the fee.</param>
/// <param name="FeeReturnedOnRefund">Whether the merchant gets the fee and its tax back in proportion to what it refunds.</param>
/// <param name="RefundPolicy">Which refunds need the approval of somebody else.</param>
public sealed record Merchant(
    Tenant Tenant, int Version, string Name, MerchantStatus Status, string Country, Currency DefaultCurrency, Brand Brand,
    IReadOnlyList<string> PaymentMethods, IReadOnlyList<AddressRange> IpAllowList, decimal FeePercent, decimal FeeTaxPercent,
    AmountLimits Limits, DateTimeOffset CreatedAt, bool FeeReturnedOnRefund = false, ApprovalPolicy? RefundPolicy = null)
{
    public UpiTerms Upi { get; init; } = UpiTerms.Of(Tenant.Mode);

    /// <summary>A card whose holder cannot be authenticated is not charged; otherwise it is, and the merchant bears a fraud.</summary>
    public bool StopsWhenUnauthenticated { get; init; }
}

/// <summary>How a merchant may use UPI.</summary>
/// <param name="Collect">
/// Whether a payer's address may be asked for money. Closed to most merchants since 28 February 2026, so off in live mode at first.
/// </param>
/// <param name="Category">One of <see cref="Categories"/>: the network's limit for one payment hangs on the trade.</param>
public sealed record UpiTerms(bool Collect, string Category)
{
    public const string Standard = "standard";

    public static IReadOnlyList<string> Categories { get; } = [Standard, "education", "healthcare"];

    /// <summary>100,000 rupees, 500,000 for education and hospitals (NPCI); a bank may allow less.</summary>
    public Money Maximum => Money.FromMajor(Category == Standard ? 100_000 : 500_000, Currency.INR);

    public static UpiTerms Of(Mode mode) => new(Collect: mode == Mode.Test, Standard);
}
