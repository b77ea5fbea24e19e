using System.Text.Json;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <param name="Name">As the customer writes it.</param>
/// <param name="Email">For receipts.</param>
/// <param name="Phone">International form.</param>
/// <param name="Address">Where the customer lives.</param>
/// <param name="Metadata">An object of your own, at most 16 KiB.</param>
internal sealed record CreateCustomerBody(string? Name, string? Email, string? Phone, AddressBody? Address, JsonElement? Metadata);

/// <summary>What is absent stays as it is; an empty text, or an empty address, takes the field away.</summary>
/// <param name="Name">As the customer writes it.</param>
/// <param name="Email">For receipts.</param>
/// <param name="Phone">International form.</param>
/// <param name="Address">Replaces the whole address.</param>
/// <param name="Metadata">Replaces the whole object.</param>
/// <param name="DefaultPaymentMethodId">One of the customer's methods that is attached.</param>
internal sealed record UpdateCustomerBody(
    string? Name, string? Email, string? Phone, AddressBody? Address, JsonElement? Metadata, string? DefaultPaymentMethodId);

/// <param name="Line1">Street and number.</param>
/// <param name="State">State, province or region.</param>
/// <param name="Country">ISO 3166-1, two capitals.</param>
internal sealed record AddressBody(string? Line1, string? Line2, string? City, string? State, string? PostalCode, string? Country);

/// <summary>The fields of a customer, and their rules.</summary>
internal static class CustomerFields
{
    private const int NameLengthMax = 200;

    public static Outcome<CustomerCommand.Update> Read(CreateCustomerBody body)
    {
        var faults = new FieldFaults();
        Check(body.Name, body.Email, body.Phone, body.Address, faults);
        var metadata = ObjectFields.ReadMetadata(body.Metadata, faults);
        return faults.Refusal is { } refusal
            ? refusal
            : new CustomerCommand.Update(body.Name, body.Email, body.Phone, AddressOf(body.Address), metadata, new HashSet<string>());
    }

    public static Outcome<CustomerCommand.Update> Read(UpdateCustomerBody body)
    {
        var faults = new FieldFaults();
        Check(Given(body.Name), Given(body.Email), Given(body.Phone), body.Address, faults);
        var metadata = body.Metadata is { ValueKind: not JsonValueKind.Null } ? ObjectFields.ReadMetadata(body.Metadata, faults) : null;
        return faults.Refusal is { } refusal
            ? refusal
            : new CustomerCommand.Update(
                Given(body.Name), Given(body.Email), Given(body.Phone), AddressOf(body.Address), metadata, ClearedBy(body));
    }

    private static HashSet<string> ClearedBy(UpdateCustomerBody body)
    {
        (string Name, bool IsCleared)[] fields =
        [
            ("name", body.Name == ""), ("email", body.Email == ""), ("phone", body.Phone == ""),
            ("address", body.Address is { } address && AddressOf(address) is null),
        ];
        return [.. fields.Where(field => field.IsCleared).Select(field => field.Name)];
    }

    private static void Check(string? name, string? email, string? phone, AddressBody? address, FieldFaults faults)
    {
        ObjectFields.CheckLength("name", name, NameLengthMax, faults);
        ObjectFields.CheckEmail("email", email, faults);
        ObjectFields.CheckPhone("phone", phone, faults);
        ObjectFields.CheckLength("address.line1", address?.Line1, 200, faults);
        ObjectFields.CheckLength("address.line2", address?.Line2, 200, faults);
        ObjectFields.CheckLength("address.city", address?.City, 100, faults);
        ObjectFields.CheckLength("address.state", address?.State, 100, faults);
        ObjectFields.CheckLength("address.postalCode", address?.PostalCode, 20, faults);
        faults.AddUnless(
            address?.Country is null || (address.Country.Length == 2 && address.Country.All(char.IsAsciiLetterUpper)),
            "address.country", "must be a country of ISO 3166-1 in two capitals, such as IN");
    }

    private static string? Given(string? text) => text == "" ? null : text;

    /// <summary>Null when it says nothing.</summary>
    private static Address? AddressOf(AddressBody? body) =>
        body is null or { Line1: null, Line2: null, City: null, State: null, PostalCode: null, Country: null }
            ? null
            : new(body.Line1, body.Line2, body.City, body.State, body.PostalCode, body.Country);
}
