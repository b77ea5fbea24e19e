using System.Text.Json;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>The fields that orders and payments share, and their rules.</summary>
public static class PurposeFields
{
    public static Purpose Read(
        string? merchantOrderId, string? customerId, string? email, string? phone, string? description, JsonElement? metadata,
        string? returnUrl, string? webhookUrl, FieldFaults faults)
    {
        CheckLength("merchantOrderId", merchantOrderId, 255, faults);
        CheckLength("customerId", customerId, 255, faults);
        CheckLength("description", description, 1000, faults);
        ObjectFields.CheckEmail("customerEmail", email, faults);
        ObjectFields.CheckPhone("customerPhone", phone, faults);
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

    /// <inheritdoc cref="ObjectFields.ReadMetadata"/>
    public static string ReadMetadata(JsonElement? metadata, FieldFaults faults) => ObjectFields.ReadMetadata(metadata, faults);

    public static void CheckLength(string name, string? text, int max, FieldFaults faults) => ObjectFields.CheckLength(name, text, max, faults);

    private static void CheckUrl(string name, string? text, FieldFaults faults) => faults.AddUnless(
        text is null || (text.Length <= 2048 && !text.Any(c => c <= ' ' || char.IsControl(c)) && Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Host.Length > 0),
        name, "must be an absolute http or https address without credentials, at most 2048 characters");
}
