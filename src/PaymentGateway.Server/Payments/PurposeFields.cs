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
