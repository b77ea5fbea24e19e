using PaymentGateway.Http;
using PaymentGateway.Settings;

namespace PaymentGateway.Merchants;

/// <summary>
/// What a merchant asks to change; what is null stays. <c>brand</c>, <c>limits</c> and <c>refundPolicy</c> are replaced whole.
/// </summary>
internal sealed record UpdateMerchant(
    string? Name = null, BrandRequest? Brand = null, IReadOnlyList<string>? IpAllowList = null,
    IReadOnlyList<string>? PaymentMethods = null, LimitsRequest? Limits = null, UpiRequest? Upi = null,
    bool? FeeReturnedOnRefund = null, ApprovalPolicyRequest? RefundPolicy = null,
    ThreeDSecureRequest? ThreeDSecure = null);

/// <summary>What happens to a card payment whose card holder cannot be authenticated.</summary>
internal enum UnavailableRule
{
    Authorize,
    Stop,
}

/// <param name="OnUnavailable">authorize or stop.</param>
internal sealed record ThreeDSecureRequest(UnavailableRule? OnUnavailable = null);

internal sealed record UpiRequest(bool? Collect = null, string? Category = null);

internal sealed record BrandRequest(string? Color = null, string? LogoUrl = null);

internal sealed record LimitsRequest(AmountText? MinimumAmount = null, AmountText? MaximumAmount = null);

/// <param name="Approvals">1 or 2; 1 when absent.</param>
internal sealed record ApprovalPolicyRequest(AmountText? ApprovalAbove = null, int? Approvals = null, AmountText? SecondFactorAbove = null);

/// <summary>The rules of a merchant's settings.</summary>
internal static class MerchantDecisions
{
    public const int NameLengthMax = 100;
    public const int UrlLengthMax = 500;
    public const int AllowListMax = 100;

    /// <summary>Every method that the API has a word for.</summary>
    public static readonly IReadOnlyList<string> KnownMethods =
        ["card", "upi", "netbanking", "wallet", "emi", "bnpl", "qr", "bank_debit", "account"];

    /// <summary>The merchant as it will be, or a refusal that lists every faulty field.</summary>
    public static Outcome<Merchant> Update(Merchant now, UpdateMerchant asked)
    {
        var faults = new FieldFaults();
        var then = now with
        {
            Version = now.Version + 1,
            Name = asked.Name is null ? now.Name : ReadName(asked.Name, faults),
            Brand = asked.Brand is null ? now.Brand : ReadBrand(asked.Brand, faults),
            IpAllowList = asked.IpAllowList is null ? now.IpAllowList : ReadAllowList(asked.IpAllowList, faults),
            PaymentMethods = asked.PaymentMethods is null ? now.PaymentMethods : ReadMethods(asked.PaymentMethods, faults),
            Limits = asked.Limits is null ? now.Limits : ReadLimits(asked.Limits, now.DefaultCurrency, faults),
            Upi = asked.Upi is null ? now.Upi : ReadUpi(asked.Upi, now.Upi, faults),
            StopsWhenUnauthenticated = asked.ThreeDSecure?.OnUnavailable is { } rule ? rule == UnavailableRule.Stop : now.StopsWhenUnauthenticated,
            FeeReturnedOnRefund = asked.FeeReturnedOnRefund ?? now.FeeReturnedOnRefund,
            RefundPolicy = asked.RefundPolicy is null
                ? now.RefundPolicy
                : ReadPolicy(asked.RefundPolicy, "refundPolicy", now.DefaultCurrency, faults),
        };
        return faults.Refusal is { } refusal ? refusal : then;
    }

    private static string ReadName(string name, FieldFaults faults)
    {
        var trimmed = name.Trim();
        faults.AddUnless(trimmed.Length is >= 1 and <= NameLengthMax && !trimmed.Any(char.IsControl),
            "name", $"must be 1 to {NameLengthMax} characters without control characters");
        return trimmed;
    }

    private static Brand ReadBrand(BrandRequest brand, FieldFaults faults)
    {
        faults.AddUnless(brand.Color is null || IsColor(brand.Color), "brand.color", "must be a colour such as #0a7d4f");
        faults.AddUnless(brand.LogoUrl is null || IsLogo(brand.LogoUrl),
            "brand.logoUrl", $"must be an https address of at most {UrlLengthMax} characters");
        return new(brand.Color?.ToLowerInvariant(), brand.LogoUrl);
    }

    private static List<AddressRange> ReadAllowList(IReadOnlyList<string> list, FieldFaults faults)
    {
        faults.AddUnless(list.Count <= AllowListMax, "ipAllowList", $"must have at most {AllowListMax} entries");
        var ranges = new List<AddressRange>();
        for (var i = 0; i < Math.Min(list.Count, AllowListMax); i++)
        {
            if (AddressRange.TryParse(list[i], out var range))
            {
                ranges.Add(range);
            }
            else
            {
                faults.Add($"ipAllowList[{i}]", "must be an address such as 203.0.113.7 or 2001:db8::7, or a range such as 203.0.113.0/24");
            }
        }

        return [.. ranges.Distinct()];
    }

    private static IReadOnlyList<string> ReadMethods(IReadOnlyList<string> methods, FieldFaults faults)
    {
        faults.AddUnless(methods.Count > 0, "paymentMethods", "must name at least one method");
        faults.AddUnless(methods.Distinct().Count() == methods.Count, "paymentMethods", "must not name a method twice");
        for (var i = 0; i < methods.Count; i++)
        {
            faults.AddUnless(
                KnownMethods.Contains(methods[i]), $"paymentMethods[{i}]", $"must be one of {string.Join(", ", KnownMethods)}");
        }

        return methods;
    }

    private static AmountLimits ReadLimits(LimitsRequest limits, Currency currency, FieldFaults faults)
    {
        var minimum = ReadAmount(limits.MinimumAmount, "limits.minimumAmount", currency, faults);
        var maximum = ReadAmount(limits.MaximumAmount, "limits.maximumAmount", currency, faults);
        faults.AddUnless(minimum is null || maximum is null || minimum.Value <= maximum.Value,
            "limits.maximumAmount", "must not be below the minimum");
        return new(minimum, maximum);
    }

    private static UpiTerms ReadUpi(UpiRequest asked, UpiTerms now, FieldFaults faults)
    {
        faults.AddUnless(asked.Category is null || UpiTerms.Categories.Contains(asked.Category),
            "upi.category", $"must be one of {string.Join(", ", UpiTerms.Categories)}");
        return new(asked.Collect ?? now.Collect, asked.Category ?? now.Category);
    }

    private static ApprovalPolicy ReadPolicy(ApprovalPolicyRequest policy, string field, Currency currency, FieldFaults faults)
    {
        faults.AddUnless(policy.Approvals is null or 1 or 2, $"{field}.approvals", "must be 1 or 2");
        return new(
            ReadAmount(policy.ApprovalAbove, $"{field}.approvalAbove", currency, faults, mayBeZero: true), policy.Approvals ?? 1,
            ReadAmount(policy.SecondFactorAbove, $"{field}.secondFactorAbove", currency, faults, mayBeZero: true));
    }

    private static Money? ReadAmount(AmountText? sent, string field, Currency currency, FieldFaults faults, bool mayBeZero = false)
    {
        if (sent is not { } text)
        {
            return null;
        }

        if (Money.TryParse(text, currency, out var amount, out _) && (amount.IsPositive || (mayBeZero && amount.IsZero)))
        {
            return amount;
        }

        faults.Add(field, $"must be a positive amount with at most {currency.Exponent} decimals, as {currency} has");
        return null;
    }

    private static bool IsColor(string text) => text is ['#', .. { Length: 6 } digits] && digits.All(char.IsAsciiHexDigit);

    private static bool IsLogo(string text) =>
        text.Length <= UrlLengthMax && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps
        && url.UserInfo.Length == 0;
}
