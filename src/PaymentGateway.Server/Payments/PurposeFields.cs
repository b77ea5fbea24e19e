using System.Text.Json;
using System.Text.RegularExpressions;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>The fields that orders and payments share, and their rules.</summary>
public static partial class PurposeFields
{
    private const int MetadataBytesMax = 16 * 1024;

    public static Purpose Read(
        string? merchantOrderId, string? customerId, string? email, string? phone, string? description, JsonElement? metadata,
        string? returnUrl, string? webhookUrl, FieldFaults faults)
    {
        CheckLength("merchantOrderId", merchantOrderId, 255, faults);
        CheckLength("customerId", customerId, 255, faults);
        CheckLength("description", description, 1000, faults);
        faults.AddUnless(email is null || (email.Length <= 254 && EmailPattern().IsMatch(email)), "customerEmail", "must be an e-mail address");
        faults.AddUnless(phone is null || PhonePattern().IsMatch(phone), "customerPhone", "must be a phone number such as +919876543210");
        CheckUrl("returnUrl", returnUrl, faults);
        CheckUrl("webhookUrl", webhookUrl, faults);
        return new(merchantOrderId, customerId, email, phone, description, ReadMetadata(metadata, faults), returnUrl, webhookUrl);
    }

    /// <summary>An amount in a currency that is known, positive and exact; else the refusal that names the field.</summary>
    public static Outcome<Money> ReadAmount(AmountText? amount, string? currencyCode)
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
            ? ReadAmount("amount", text, currency)
            : Refusal.Field(Errors.InvalidAmount, "amount", "is required: a number in major units such as 499.50");
    }

    /// <summary>An amount in the currency of an object that exists.</summary>
    public static Outcome<Money> ReadAmount(string field, AmountText text, Currency currency)
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

    /// <summary>The fields of a payment that can be changed beside its amount.</summary>
    public static (string? Description, string? Metadata) ReadUpdate(string? description, JsonElement? metadata, FieldFaults faults)
    {
        CheckLength("description", description, 1000, faults);
        return (description, metadata is { ValueKind: not JsonValueKind.Null } ? ReadMetadata(metadata, faults) : null);
    }

    /// <summary>The address that one attempt comes back to has the rule of the order's own.</summary>
    internal static Refusal? RefuseReturnUrl(string? url)
    {
        var faults = new FieldFaults();
        CheckUrl("returnUrl", url, faults);
        return faults.Refusal;
    }

    /// <summary>The merchant's own object as its JSON text; <c>{}</c> when there is none.</summary>
    public static string ReadMetadata(JsonElement? metadata, FieldFaults faults)
    {
        if (metadata is not { } json || json.ValueKind == JsonValueKind.Null)
        {
            return "{}";
        }

        var text = json.GetRawText();
        faults.AddUnless(json.ValueKind == JsonValueKind.Object, "metadata", "must be an object");
        faults.AddUnless(System.Text.Encoding.UTF8.GetByteCount(text) <= MetadataBytesMax, "metadata", "must be at most 16 KiB of JSON");
        return json.ValueKind == JsonValueKind.Object ? text : "{}";
    }

    public static void CheckLength(string name, string? text, int max, FieldFaults faults) =>
        faults.AddUnless(text is null || text.Length is >= 1 && text.Length <= max, name, $"must have 1 to {max} characters");

    private static void CheckUrl(string name, string? text, FieldFaults faults) => faults.AddUnless(
        text is null || (text.Length <= 2048 && !text.Any(c => c <= ' ' || char.IsControl(c)) && Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Host.Length > 0),
        name, "must be an absolute http or https address without credentials, at most 2048 characters");

    [GeneratedRegex(@"^[^@\s\p{C}]+@[^@\s\p{C}]+\.[^@\s\p{C}]+\z")]
    private static partial Regex EmailPattern();

    [GeneratedRegex(@"^\+?[1-9][0-9]{1,14}\z")]
    private static partial Regex PhonePattern();
}
