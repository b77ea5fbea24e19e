using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Processors;

namespace PaymentGateway.Courses;

/// <summary>Which ways to pay the gateway's page offers.</summary>
internal sealed record MethodSwitchesView(bool Card, bool Netbanking, bool Upi, bool Wallet)
{
    public static MethodSwitchesView Of(IReadOnlyList<string> methods) =>
        new(methods.Contains("card"), methods.Contains("netbanking"), methods.Contains("upi"), methods.Contains("wallet"));
}

/// <summary>The payment desk of a merchant in one mode.</summary>
/// <param name="Version">To be sent with the next change.</param>
/// <param name="Environment">test or live.</param>
/// <param name="MerchantId">Your id at SmartGateway; absent: you have no account there.</param>
/// <param name="Credentials">Of a secret only the last four characters.</param>
/// <param name="CredentialsSource">api, or environment: then whoever runs this server has set them and changes them there.</param>
/// <param name="SessionTimeoutMinutes">How long a student has for the gateway's page.</param>
/// <param name="CallbackUrl">Where the gateway sends the browser back to. It follows from the address of this server.</param>
/// <param name="WebhookUrl">What you enter in the gateway's dashboard. It follows from the address of this server.</param>
/// <param name="UpdatedAt">Absent: nothing was ever changed.</param>
internal sealed record PaymentConfigView(
    int Version, string Environment, string? MerchantId, IReadOnlyDictionary<string, string> Credentials, string? CredentialsSource,
    MethodSwitchesView Methods, decimal MinimumAmount, decimal MaximumAmount, string Currency, int SessionTimeoutMinutes, string CallbackUrl,
    string WebhookUrl, DateTimeOffset? UpdatedAt)
{
    public static PaymentConfigView Of(CourseSettings settings, ProcessorAccountView? account, PublicAddress address) => new(
        settings.Version, settings.Tenant.Mode.ToSql(), account?.Fields.GetValueOrDefault(PaymentConfigDecisions.MerchantIdField),
        (account?.Fields ?? new Dictionary<string, string>()).Where(field => field.Key != PaymentConfigDecisions.MerchantIdField).ToDictionary(),
        account?.Source, MethodSwitchesView.Of(settings.Methods), settings.Limits.Minimum.ToMajor(), settings.Limits.Maximum.ToMajor(),
        settings.Limits.Maximum.Currency.Code, (int)settings.SessionLifetime.TotalMinutes, address.Link(CourseGateway.CallbackPath),
        address.Link(CourseGateway.WebhookPath), settings.UpdatedAt);
}

/// <summary>The gateway has answered, and takes the keys.</summary>
/// <param name="GatewayStatus">connected.</param>
/// <param name="ResponseTime">Milliseconds.</param>
/// <param name="Environment">test or live.</param>
/// <param name="MerchantId">Your id at SmartGateway.</param>
internal sealed record ConnectionView(string GatewayStatus, long ResponseTime, string Environment, string MerchantId, DateTimeOffset Timestamp);
