using PaymentGateway.Database;

namespace PaymentGateway.Receipts;

/// <summary>Who issues a merchant's receipts: what stands at their head.</summary>
/// <param name="Address">Its lines.</param>
/// <param name="Country">ISO 3166-1, two letters.</param>
/// <param name="State">Where it supplies from; only in India.</param>
/// <param name="Gstin">Null: not registered for GST, so it charges none.</param>
/// <param name="TaxId">Another number of the tax office, printed as it is.</param>
/// <param name="Series">What numbers of invoices, bills and receipts begin with.</param>
/// <param name="CreditNoteSeries">What numbers of credit notes begin with.</param>
/// <param name="Sac">The service accounting code of lines that name none.</param>
/// <param name="SupportContact">Where the customer asks.</param>
public sealed record Supplier(
    Tenant Tenant, int Version, string LegalName, IReadOnlyList<string> Address, string Country, GstState? State, Gstin? Gstin,
    string? TaxId, string Series, string CreditNoteSeries, string? Sac, string? SupportContact, DateTimeOffset UpdatedAt)
{
    /// <summary>What numbers of debit notes begin with.</summary>
    public string DebitNoteSeries { get; init; } = "DN";
}
