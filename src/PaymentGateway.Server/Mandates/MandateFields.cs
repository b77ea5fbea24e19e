using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Customers;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Mandates;

/// <param name="CustomerId">Of one of your customers here (cus_…).</param>
/// <param name="Type">sepa_debit, ach_debit or upi_autopay.</param>
/// <param name="BankAccountToken">From POST /api/payments/tokens, for SEPA and ACH.</param>
/// <param name="Vpa">The payer's UPI address, for UPI AutoPay.</param>
/// <param name="AmountMax">The most that one debit may take, in major units of EUR, USD or INR as the type has it.</param>
/// <param name="Frequency">The span in which debits are counted: daily, weekly, monthly, yearly, or as_presented, which is the default.</param>
/// <param name="UsesMax">Debits in that span; 1 when absent, any number with as_presented.</param>
/// <param name="Category">UPI only: standard, mutual_fund, insurance or credit_card_bill.</param>
/// <param name="StartsAt">Now when absent.</param>
/// <param name="EndsAt">It expires then; never when absent.</param>
/// <param name="NoticeDays">How long before a debit you tell the customer: SEPA 14 when absent and at least 1, UPI at least 1, ACH 0.</param>
/// <param name="Acceptance">How the customer agreed.</param>
/// <param name="Description">Shown to the payer, up to 1000 characters.</param>
/// <param name="Metadata">An object of your own, repeated in events, at most 16 KiB.</param>
public sealed record CreateMandateBody(
    string? CustomerId, MandateType? Type, string? BankAccountToken, string? Vpa, AmountText? AmountMax, MandateFrequency? Frequency, int? UsesMax,
    MandateCategory? Category, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, int? NoticeDays, AcceptanceBody? Acceptance,
    string? Description, JsonElement? Metadata);

/// <param name="Type">online on a page, offline on paper or by telephone.</param>
/// <param name="AcceptedAt">Now when absent.</param>
/// <param name="IpAddress">The customer's, of an online acceptance.</param>
/// <param name="UserAgent">The customer's browser, of an online acceptance.</param>
public sealed record AcceptanceBody(string? Type, DateTimeOffset? AcceptedAt, string? IpAddress, string? UserAgent);

/// <summary>Reads the fields of a new mandate; everything that is wrong is named at once.</summary>
internal static class MandateFields
{
    private const int NoticeDaysMax = 30;
    private const int UsesMost = 1000;

    /// <summary>A refusal names each faulty field, or is INVALID_AMOUNT.</summary>
    public static Outcome<MandateRequest> Read(CreateMandateBody body, Tenant tenant, DateTimeOffset when, string? behaviour, Origin origin)
    {
        var faults = new FieldFaults();
        faults.AddUnless(Customer.IsOurs(body.CustomerId), "customerId", "is required: the id of a customer, cus_…");
        faults.AddUnless(body.Type is not null, "type", "is required: sepa_debit, ach_debit or upi_autopay");
        ObjectFields.CheckLength("description", body.Description, 1000, faults);
        var metadata = ObjectFields.ReadMetadata(body.Metadata, faults);
        var acceptance = ReadAcceptance(body.Acceptance, when, faults);
        var type = body.Type ?? MandateType.SepaDebit;
        CheckAccount(type, body, faults);
        CheckTime(body, when, faults);
        CheckLimits(type, body, faults);
        if (faults.Refusal is { } refusal)
        {
            return refusal;
        }

        var amount = RequestedAmount.Read("amountMax", body.AmountMax!.Value, CurrencyOf(type));
        var frequency = body.Frequency ?? MandateFrequency.AsPresented;
        return amount.IsRefused ? amount.Refusal! : new MandateRequest(
            tenant, body.CustomerId!, type, body.BankAccountToken, body.Vpa, amount.Value, frequency,
            body.UsesMax ?? (frequency == MandateFrequency.AsPresented ? null : 1), body.Category ?? MandateCategory.Standard,
            body.StartsAt?.ToUniversalTime(), body.EndsAt?.ToUniversalTime(), TimeSpan.FromDays(body.NoticeDays ?? NoticeOf(type)), acceptance,
            body.Description, metadata, behaviour, origin);
    }

    private static void CheckAccount(MandateType type, CreateMandateBody body, FieldFaults faults)
    {
        var isUpi = type == MandateType.UpiAutopay;
        faults.AddUnless(isUpi ? body.BankAccountToken is null : body.BankAccountToken is { Length: > 0 and <= 255 },
            "bankAccountToken", isUpi ? "belongs to bank debits" : "is required: from POST /api/payments/tokens");
        faults.AddUnless(isUpi ? UpiAddress.IsWellFormed(body.Vpa) : body.Vpa is null, "vpa",
            isUpi ? "is required and must look like name@bank" : "belongs to UPI AutoPay");
        faults.AddUnless(isUpi || body.Category is null, "category", "belongs to UPI AutoPay");
    }

    private static void CheckTime(CreateMandateBody body, DateTimeOffset when, FieldFaults faults)
    {
        faults.AddUnless(body.StartsAt is null || body.StartsAt >= when.AddDays(-1), "startsAt", "must not be in the past");
        faults.AddUnless(body.EndsAt is null || body.EndsAt > (body.StartsAt ?? when), "endsAt", "must be after the start");
        faults.AddUnless(body.EndsAt is null || body.EndsAt > when, "endsAt", "must be in the future");
    }

    private static void CheckLimits(MandateType type, CreateMandateBody body, FieldFaults faults)
    {
        faults.AddUnless(body.AmountMax is not null, "amountMax", "is required: the most that one debit may take");
        faults.AddUnless(body.UsesMax is null or (>= 1 and <= UsesMost), "usesMax", $"must be from 1 to {UsesMost}");
        var least = type == MandateType.AchDebit ? 0 : 1;
        faults.AddUnless(body.NoticeDays is null || (body.NoticeDays >= least && body.NoticeDays <= NoticeDaysMax),
            "noticeDays", $"must be from {least} to {NoticeDaysMax}");
    }

    private static Acceptance ReadAcceptance(AcceptanceBody? body, DateTimeOffset when, FieldFaults faults)
    {
        faults.AddUnless(body?.Type is "online" or "offline", "acceptance.type", "is required: online or offline");
        var isOnline = body?.Type == "online";
        faults.AddUnless(!isOnline || IPAddress.TryParse(body!.IpAddress, out _), "acceptance.ipAddress", "is required: the customer's address");
        faults.AddUnless(!isOnline || body!.UserAgent is { Length: > 0 and <= 1000 }, "acceptance.userAgent", "is required: the customer's browser");
        faults.AddUnless(isOnline || (body?.IpAddress is null && body?.UserAgent is null), "acceptance.type", "is offline: then nothing is known of a browser");
        faults.AddUnless(body?.AcceptedAt is null || body.AcceptedAt <= when.AddMinutes(5), "acceptance.acceptedAt", "must not be in the future");
        return new(isOnline, (body?.AcceptedAt ?? when).ToUniversalTime(), body?.IpAddress, body?.UserAgent);
    }

    private static int NoticeOf(MandateType type) => type switch
    {
        MandateType.SepaDebit => 14,
        MandateType.UpiAutopay => 1,
        _ => 0,
    };

    private static Currency CurrencyOf(MandateType type) => type switch
    {
        MandateType.SepaDebit => Currency.EUR,
        MandateType.AchDebit => Currency.USD,
        _ => Currency.INR,
    };
}
