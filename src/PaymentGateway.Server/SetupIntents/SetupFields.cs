using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Mandates;
using PaymentGateway.Payments;

namespace PaymentGateway.SetupIntents;

/// <param name="CustomerId">Of one of your customers here (cus_…).</param>
/// <param name="PaymentMethod">card, upi or bank_debit; may come with the confirmation.</param>
/// <param name="PaymentDetails">What the method needs.</param>
/// <param name="Mandate">Ask for a mandate instead of saving a method: always for bank_debit, and for UPI AutoPay.</param>
/// <param name="Usage">off_session for payments without the customer too, which is the default, or on_session.</param>
/// <param name="Confirm">Set it up at once.</param>
/// <param name="Description">Shown to the payer of a mandate, up to 1000 characters.</param>
/// <param name="Metadata">An object of your own, repeated in events, at most 16 KiB.</param>
/// <param name="ReturnUrl">Where a redirect comes back to.</param>
/// <param name="ThreeDSecure">With confirm: your wish about the check of the card holder.</param>
public sealed record CreateSetupIntentBody(
    string? CustomerId, string? PaymentMethod, SetupDetails? PaymentDetails, SetupMandateBody? Mandate, SetupFutureUsage? Usage, bool? Confirm,
    string? Description, JsonElement? Metadata, string? ReturnUrl, ThreeDSecureBody? ThreeDSecure = null);

/// <param name="ClientSecret">Of the setup intent; needed with a publishable key.</param>
/// <param name="PaymentMethod">card, upi or bank_debit; absent: what was chosen at creation.</param>
/// <param name="PaymentDetails">What the method needs.</param>
/// <param name="Mandate">Secret key only: ask for a mandate instead of saving a method.</param>
/// <param name="ReturnUrl">Where a redirect comes back to.</param>
/// <param name="ThreeDSecure">Secret key only: your wish about the check of the card holder.</param>
public sealed record ConfirmSetupIntentBody(
    string? ClientSecret, string? PaymentMethod, SetupDetails? PaymentDetails, SetupMandateBody? Mandate, string? ReturnUrl,
    ThreeDSecureBody? ThreeDSecure = null);

/// <param name="CancellationReason">Up to 255 characters; <c>requested_by_merchant</c> when absent.</param>
public sealed record CancelSetupIntentBody(string? CancellationReason);

/// <param name="CardToken">Of a card, from POST /api/payments/tokens or a processor's own library.</param>
/// <param name="Vpa">The payer's UPI address.</param>
/// <param name="BankAccountToken">Of a bank account, from POST /api/payments/tokens.</param>
/// <param name="Browser">Of a card: what the bank is told of the customer's browser.</param>
/// <param name="Processor">Whose card token it is; needed only where its prefix does not tell.</param>
public sealed record SetupDetails(
    string? CardToken = null, string? Vpa = null, string? BankAccountToken = null, BrowserBody? Browser = null, string? Processor = null);

/// <summary>The terms of a mandate, as for POST /api/payments/mandates.</summary>
/// <param name="Type">sepa_debit or ach_debit; for UPI upi_autopay, which is the default there.</param>
/// <param name="AmountMax">The most that one debit may take, in major units of EUR, USD or INR as the type has it.</param>
/// <param name="Frequency">The span in which debits are counted; as_presented when absent.</param>
/// <param name="UsesMax">Debits in that span; 1 when absent, any number with as_presented.</param>
/// <param name="Category">UPI only: standard, mutual_fund, insurance or credit_card_bill.</param>
/// <param name="StartsAt">Now when absent.</param>
/// <param name="EndsAt">It expires then; never when absent.</param>
/// <param name="NoticeDays">How long before a debit you tell the customer.</param>
/// <param name="Acceptance">How the customer agreed.</param>
public sealed record SetupMandateBody(
    MandateType? Type, AmountText? AmountMax, MandateFrequency? Frequency, int? UsesMax, MandateCategory? Category, DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt, int? NoticeDays, AcceptanceBody? Acceptance);

/// <summary>Reads what is to be set up; fields that belong to another method are refused by name.</summary>
internal static class SetupFields
{
    private static readonly string[] methods = ["card", "upi", "bank_debit"];

    /// <summary>Null when nothing was sent.</summary>
    public static Outcome<SetupChoice?> ReadChoice(
        string? method, SetupDetails? details, SetupMandateBody? mandate, string? description, string? customerId, Tenant tenant,
        DateTimeOffset when, Origin origin)
    {
        if (method is null && details is null && mandate is null)
        {
            return (SetupChoice?)null;
        }

        var faults = new FieldFaults();
        faults.AddUnless(method is not null && methods.Contains(method), "paymentMethod", $"must be one of {string.Join(", ", methods)}");
        CheckDetails(method, details, faults);
        faults.AddUnless(mandate is null || method != "card", "mandate", "belongs to bank_debit and upi");
        faults.AddUnless(mandate is not null || method != "bank_debit", "mandate", "is required: a bank account is debited by a mandate");
        if (faults.Refusal is { } refusal)
        {
            return refusal;
        }

        if (mandate is null)
        {
            return new SetupChoice(method!, details!.CardToken, details.Vpa, Processor: details.Processor);
        }

        var terms = TermsOf(method!, details!, mandate, description) with { CustomerId = customerId };
        return ReadTerms(terms, tenant, when, behaviour: null, origin) is { IsRefused: true } wrong
            ? wrong.Refusal!
            : new SetupChoice(method!, Mandate: terms with { CustomerId = null });
    }

    /// <summary>The mandate that is asked for; faults are named as they were sent here.</summary>
    public static Outcome<MandateRequest> ReadTerms(
        CreateMandateBody terms, Tenant tenant, DateTimeOffset when, string? behaviour, Origin origin)
    {
        var read = CreateMandate.Read(terms, tenant, when, behaviour, origin);
        return read.IsRefused ? Renamed(read.Refusal!) : read;
    }

    /// <summary>The wish about the check of the card holder; an exemption is for a payment.</summary>
    public static Outcome<ThreeDSecureWish?> ReadWish(
        ThreeDSecureBody? sent, SetupDetails? details, string? method, Caller caller, HttpRequest request) => sent?.Exemption is not null
        ? Refusal.Field("threeDSecure.exemption", "belongs to payments: a card that is kept for later is checked once")
        : ThreeDSecureFields.Read(sent, details?.Browser, method, offSession: false, caller, request);

    private static void CheckDetails(string? method, SetupDetails? details, FieldFaults faults)
    {
        (string Name, string? Value, string Of)[] sent =
        [
            ("cardToken", details?.CardToken, "card"), ("vpa", details?.Vpa, "upi"), ("bankAccountToken", details?.BankAccountToken, "bank_debit"),
        ];
        foreach (var (name, value, of) in sent)
        {
            faults.AddUnless(value is null || of == method, $"paymentDetails.{name}", "does not belong to this payment method");
            faults.AddUnless(value is { Length: > 0 and <= 255 } || of != method, $"paymentDetails.{name}", "is required");
        }

        const string processor = "paymentDetails.processor";
        faults.AddUnless(details?.Processor is null || method == "card", processor, "does not belong to this payment method");
        faults.AddUnless(details?.Processor is null or { Length: > 0 and <= 255 }, processor, "must be the name of a processor");
        faults.AddUnless(method != "upi" || details?.Vpa is null || UpiAddress.IsWellFormed(details.Vpa), "paymentDetails.vpa", "must look like name@bank");
    }

    private static CreateMandateBody TermsOf(string method, SetupDetails details, SetupMandateBody mandate, string? description) => new(
        CustomerId: null, mandate.Type ?? (method == "upi" ? MandateType.UpiAutopay : null), details.BankAccountToken, details.Vpa,
        mandate.AmountMax, mandate.Frequency, mandate.UsesMax, mandate.Category, mandate.StartsAt, mandate.EndsAt, mandate.NoticeDays,
        mandate.Acceptance, description, Metadata: null);

    private static Refusal Renamed(Refusal refusal)
    {
        if (refusal.Details?["fields"] is not IReadOnlyDictionary<string, List<string>> fields)
        {
            return refusal;
        }

        return Refusal.Fields(refusal.Kind, fields.ToDictionary(
            field => field.Key switch
            {
                "vpa" or "bankAccountToken" => $"paymentDetails.{field.Key}",
                "customerId" or "description" or "metadata" => field.Key,
                _ => $"mandate.{field.Key}",
            },
            field => field.Value));
    }
}
