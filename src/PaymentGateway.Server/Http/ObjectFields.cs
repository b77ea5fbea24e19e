using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PaymentGateway.Http;

/// <summary>The fields that many objects have, and their rules.</summary>
public static partial class ObjectFields
{
    private const int MetadataBytesMax = 16 * 1024;

    private const int EmailLengthMax = 254;

    public static void CheckLength(string name, string? text, int max, FieldFaults faults) =>
        faults.AddUnless(text is null || text.Length is >= 1 && text.Length <= max, name, $"must have 1 to {max} characters");

    public static void CheckEmail(string name, string? email, FieldFaults faults) => faults.AddUnless(
        email is null || (email.Length <= EmailLengthMax && EmailPattern().IsMatch(email)), name, "must be an e-mail address");

    public static void CheckPhone(string name, string? phone, FieldFaults faults) =>
        faults.AddUnless(phone is null || PhonePattern().IsMatch(phone), name, "must be a phone number such as +919876543210");

    /// <summary>The merchant's own object as its JSON text; <c>{}</c> when there is none.</summary>
    public static string ReadMetadata(JsonElement? metadata, FieldFaults faults)
    {
        if (metadata is not { } json || json.ValueKind == JsonValueKind.Null)
        {
            return "{}";
        }

        var text = json.GetRawText();
        faults.AddUnless(json.ValueKind == JsonValueKind.Object, "metadata", "must be an object");
        faults.AddUnless(Encoding.UTF8.GetByteCount(text) <= MetadataBytesMax, "metadata", "must be at most 16 KiB of JSON");
        return json.ValueKind == JsonValueKind.Object ? text : "{}";
    }

    [GeneratedRegex(@"^[^@\s\p{C}]+@[^@\s\p{C}]+\.[^@\s\p{C}]+\z")]
    private static partial Regex EmailPattern();

    [GeneratedRegex(@"^\+?[1-9][0-9]{1,14}\z")]
    private static partial Regex PhonePattern();
}
