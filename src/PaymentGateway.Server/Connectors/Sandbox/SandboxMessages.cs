using System.Text.Json;
using System.Text.Json.Serialization;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>What the pretended processor writes to us when a charge moved without our call.</summary>
internal sealed record SandboxMessage(
    string Id, string MerchantId, string Mode, string ChargeKey, string Reference, ChargeState State, MethodSummary Summary,
    Decline? Decline, SandboxCredit? Credit = null, Authentication? Authentication = null, DateTimeOffset? CaptureBefore = null,
    SandboxReturn? Returned = null, bool? IsSetup = null);

/// <summary>What came in by a QR code. The amount is in minor units.</summary>
internal sealed record SandboxCredit(string QrCodeId, long Amount, string Currency);

/// <summary>What the customer's bank took back. The amount is in minor units.</summary>
internal sealed record SandboxReturn(long Amount, string Currency);

/// <summary>The same about a refund.</summary>
internal sealed record SandboxRefundMessage(
    string Id, string MerchantId, string Mode, string RefundKey, string ChargeKey, string Reference, RefundState State, Decline? Decline);

/// <summary>The same about a dispute, as it is at that moment. Amounts are in minor units.</summary>
internal sealed record SandboxDisputeMessage(
    string Id, string MerchantId, string Mode, string DisputeReference, string ChargeKey, long Revision, DisputeStanding Standing, long Amount,
    long Fee, string Currency, DisputeReason Reason, string? NetworkReasonCode, DateTimeOffset? EvidenceDueBy);

/// <summary>The same about a mandate.</summary>
internal sealed record SandboxMandateMessage(
    string Id, string MerchantId, string Mode, string MandateKey, string Reference, MandateState State, MethodSummary Summary, Decline? Decline);

/// <summary>One message and how often and when it is still to be sent.</summary>
internal sealed record Notification
{
    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }

    /// <summary>Of a message about a charge, its refunds or disputes.</summary>
    public string? ChargeKey { get; init; }
    public string? MandateKey { get; init; }
    public required string Body { get; init; }

    /// <summary>How often it is still to be delivered; more than once when a test asks for duplicates.</summary>
    public int Copies { get; init; } = 1;

    public int Attempts { get; init; }
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Until then, in real time, only the claimer sends it.</summary>
    public DateTimeOffset? ClaimedUntil { get; init; }
}

internal static class SandboxMessages
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string Write(SandboxCharge charge, string id) => JsonSerializer.Serialize(
        new SandboxMessage(
            id, charge.Tenant.MerchantId, charge.Tenant.Mode.ToSql(), charge.Key, charge.Reference, charge.State, charge.Summary,
            charge.Decline,
            charge is { QrCodeId: { } code, State: ChargeState.Captured } ? new(code, charge.Amount.Minor, charge.Amount.Currency.Code) : null,
            charge.Session?.Authentication,
            charge.State == ChargeState.Authorized ? charge.ExpiresAt : null,
            charge.State == ChargeState.Returned ? new(charge.Returned, charge.Amount.Currency.Code) : null,
            charge.IsSetup ? true : null),
        Options);

    public static string Write(SandboxRefund refund, string id) => JsonSerializer.Serialize(
        new SandboxRefundMessage(
            id, refund.Tenant.MerchantId, refund.Tenant.Mode.ToSql(), refund.Key, refund.ChargeKey, refund.Reference, refund.State,
            refund.Decline),
        Options);

    public static string Write(SandboxDispute dispute, string id)
    {
        var report = dispute.ToReport();
        return JsonSerializer.Serialize(
            new SandboxDisputeMessage(
                id, dispute.Tenant.MerchantId, dispute.Tenant.Mode.ToSql(), report.Reference, report.ChargeKey, report.Revision,
                report.Standing, report.Amount.Minor, report.Fee.Minor, report.Amount.Currency.Code, report.Reason, report.NetworkReasonCode,
                report.EvidenceDueBy),
            Options);
    }

    public static string Write(SandboxMandate mandate, string id) => JsonSerializer.Serialize(
        new SandboxMandateMessage(
            id, mandate.Tenant.MerchantId, mandate.Tenant.Mode.ToSql(), mandate.Key, mandate.Reference, mandate.State, mandate.Summary,
            mandate.Decline),
        Options);

    /// <exception cref="JsonException">The body is not one of ours, although its signature fits.</exception>
    public static ConnectorNotification Read(ReadOnlySpan<byte> body)
    {
        var message = JsonSerializer.Deserialize<JsonElement>(body, Options);
        return Has(message, "refundKey") ? Read(message.Deserialize<SandboxRefundMessage>(Options)!)
            : Has(message, "mandateKey") ? Read(message.Deserialize<SandboxMandateMessage>(Options)!)
            : Has(message, "disputeReference") ? Read(message.Deserialize<SandboxDisputeMessage>(Options)!)
            : Read(message.Deserialize<SandboxMessage>(Options) ?? throw new JsonException("The message is null."));
    }

    private static bool Has(JsonElement message, string name) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty(name, out _);

    private static ConnectorNotification Read(SandboxMandateMessage message)
    {
        var tenant = new Tenant(message.MerchantId, Mode.Test);
        var mandate = new SandboxMandate
        {
            Tenant = tenant,
            Key = message.MandateKey,
            Reference = message.Reference,
            Type = "",
            State = message.State,
            Summary = message.Summary,
            Decline = message.Decline,
        };
        return new(message.Id, tenant, new ConnectorNews.OfMandate(message.MandateKey, mandate.ToOutcome()));
    }

    private static ConnectorNotification Read(SandboxDisputeMessage message)
    {
        var currency = CurrencyOf(message.Currency);
        return new(message.Id, new Tenant(message.MerchantId, Mode.Test), new ConnectorNews.OfDispute(new DisputeReport(
            message.ChargeKey, message.DisputeReference, message.Revision, message.Standing, Money.FromMinor(message.Amount, currency),
            Money.FromMinor(message.Fee, currency), message.Reason, message.NetworkReasonCode, message.EvidenceDueBy)));
    }

    private static ConnectorNotification Read(SandboxMessage message) => new(
        message.Id, new Tenant(message.MerchantId, Mode.Test), message.Credit is { } credit
            ? new ConnectorNews.OfQrCredit(CreditOf(message, credit))
            : message.IsSetup == true ? new ConnectorNews.OfSetup(message.ChargeKey, OutcomeOf(message))
            : new ConnectorNews.OfCharge(message.ChargeKey, OutcomeOf(message)));

    private static ConnectorOutcome OutcomeOf(SandboxMessage message) => message.Returned is { } returned
        ? SandboxCharge.OfReturned(message.Reference, message.Summary, message.Decline!, MoneyOf(returned.Amount, returned.Currency))
        : SandboxCharge.OutcomeOf(
            message.State, message.Reference, message.Summary, action: null, message.Decline, message.Authentication, message.CaptureBefore);

    private static Money MoneyOf(long minor, string code) => Money.FromMinor(minor, CurrencyOf(code));

    private static Currency CurrencyOf(string code) =>
        Currency.TryParse(code, out var currency) ? currency : throw new JsonException($"{code} is no currency.");

    private static ConnectorNotification Read(SandboxRefundMessage message) => new(
        message.Id, new Tenant(message.MerchantId, Mode.Test), new ConnectorNews.OfRefund(
            message.RefundKey, SandboxRefund.OutcomeOf(message.State, message.Reference, message.Decline)));

    private static QrCredit CreditOf(SandboxMessage message, SandboxCredit credit) => new(
        credit.QrCodeId, message.ChargeKey, message.Reference,
        MoneyOf(credit.Amount, credit.Currency), message.Summary);
}
