using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>Which ways to pay the gateway's page offers; what is absent stays.</summary>
internal sealed record MethodSwitchesBody(bool? Card, bool? Netbanking, bool? Upi, bool? Wallet);

/// <summary>What of the payment desk is to change; what is absent stays.</summary>
/// <param name="Version">The one that you have read: 0 before the first change.</param>
/// <param name="MerchantId">Your id at SmartGateway.</param>
/// <param name="Credentials">By the names that <c>GET</c> shows. An empty text removes one.</param>
/// <param name="Methods">At least one stays on.</param>
/// <param name="MinimumAmount">Of a total, in rupees: 10 to 1,000.</param>
/// <param name="MaximumAmount">Of a total, in rupees: 1,000 to 500,000.</param>
/// <param name="SessionTimeoutMinutes">5 to 30. Sessions that are open keep theirs.</param>
internal sealed record PutPaymentConfigBody(
    int? Version, string? MerchantId, IReadOnlyDictionary<string, string?>? Credentials, MethodSwitchesBody? Methods, AmountText? MinimumAmount,
    AmountText? MaximumAmount, int? SessionTimeoutMinutes);

/// <summary>The rules of what a merchant sets for its payment desk.</summary>
internal static class PaymentConfigDecisions
{
    public const string MerchantIdField = "merchantId";

    private const string CredentialsPrefix = "credentials.";
    private const string FieldsPrefix = "fields.";
    private const int SessionMinutesMin = 5;
    private const int SessionMinutesMax = 30;

    /// <summary>The settings as they will be, or a refusal that names every faulty field.</summary>
    /// <returns>VERSION_CONFLICT when somebody else has changed them since they were read; INVALID_CONFIGURATION with the fields.</returns>
    public static Outcome<CourseSettings> Update(CourseSettings now, PutPaymentConfigBody asked, DateTimeOffset when)
    {
        if (asked.Version is { } version && version != now.Version)
        {
            return new Refusal(Errors.VersionConflict, Details: new Dictionary<string, object?> { ["version"] = now.Version });
        }

        var faults = new FieldFaults();
        faults.AddUnless(asked.Version is not null, "version", "is required: the version that you have read, 0 before the first");
        var minimum = ReadLimit(asked.MinimumAmount, "minimumAmount", now.Limits.Minimum, 10, 1_000, faults);
        var maximum = ReadLimit(asked.MaximumAmount, "maximumAmount", now.Limits.Maximum, 1_000, 500_000, faults);
        faults.AddUnless(
            asked.SessionTimeoutMinutes is null or (>= SessionMinutesMin and <= SessionMinutesMax), "sessionTimeoutMinutes",
            $"must be a whole number from {SessionMinutesMin} to {SessionMinutesMax}");
        var methods = MethodsOf(now, asked.Methods);
        faults.AddUnless(methods.Count > 0, "methods", "must leave at least one way to pay on");
        faults.AddUnless(
            asked.Credentials?.ContainsKey(MerchantIdField) != true, CredentialsPrefix + MerchantIdField, "is a field of its own: merchantId");
        return faults.Refusal is { } refusal ? AsConfiguration(refusal) : now with
        {
            Limits = new(minimum, maximum),
            SessionLifetime = asked.SessionTimeoutMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : now.SessionLifetime,
            Methods = methods,
            UpdatedAt = when,
            Version = now.Version + 1,
        };
    }

    /// <summary>What of the account at the gateway is to change; null: nothing.</summary>
    public static IReadOnlyDictionary<string, string?>? AccountFields(PutPaymentConfigBody asked)
    {
        var fields = new Dictionary<string, string?>(asked.Credentials ?? new Dictionary<string, string?>(), StringComparer.Ordinal);
        if (asked.MerchantId is not null)
        {
            fields[MerchantIdField] = asked.MerchantId;
        }

        return fields.Count > 0 ? fields : null;
    }

    /// <summary>What is wrong with the account, under the names that the caller has used.</summary>
    public static Refusal OfAccount(Refusal refusal) =>
        refusal.Details?.GetValueOrDefault("fields") is IReadOnlyDictionary<string, List<string>> fields
            ? Refusal.Fields(Errors.InvalidConfiguration, fields.ToDictionary(field => NameOf(field.Key), field => field.Value))
            : refusal;

    private static string NameOf(string field) => field switch
    {
        FieldsPrefix + MerchantIdField => MerchantIdField,
        _ when field.StartsWith(FieldsPrefix, StringComparison.Ordinal) => CredentialsPrefix + field[FieldsPrefix.Length..],
        _ => field,
    };

    private static Refusal AsConfiguration(Refusal refusal) => refusal with { Kind = Errors.InvalidConfiguration };

    private static List<string> MethodsOf(CourseSettings now, MethodSwitchesBody? asked) =>
        [.. CourseSettings.AllMethods.Where(method => SwitchOf(asked, method) ?? now.Methods.Contains(method))];

    private static bool? SwitchOf(MethodSwitchesBody? asked, string method) => method switch
    {
        "card" => asked?.Card,
        "netbanking" => asked?.Netbanking,
        "upi" => asked?.Upi,
        "wallet" => asked?.Wallet,
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Not a way to pay at the gateway's page."),
    };

    private static Money ReadLimit(AmountText? sent, string field, Money now, int min, int max, FieldFaults faults)
    {
        if (sent is not { } text)
        {
            return now;
        }

        var isRead = Money.TryParse(text, Currency.INR, out var amount, out _)
            && amount >= Money.FromMajor(min, Currency.INR) && amount <= Money.FromMajor(max, Currency.INR);
        faults.AddUnless(isRead, field, $"must be {min} to {max} rupees with at most two decimals");
        return isRead ? amount : now;
    }
}
