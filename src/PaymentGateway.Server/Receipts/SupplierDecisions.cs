using System.Text.RegularExpressions;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Receipts;

/// <param name="LegalName">As it is registered, 1 to 120 characters.</param>
/// <param name="Address">One to five lines.</param>
/// <param name="Country">ISO 3166-1, two letters; IN when absent.</param>
/// <param name="State">Two digits, such as 27; needed in India, and that of the GSTIN when there is one.</param>
/// <param name="Gstin">Absent: not registered, so receipts show no tax.</param>
/// <param name="TaxId">Another tax number, such as a PAN or a BIN.</param>
/// <param name="Series">1 to 3 capitals or digits before each number; R when absent.</param>
/// <param name="CreditNoteSeries">The same for credit notes; CN when absent.</param>
/// <param name="Sac">Four to eight digits, for lines that name none.</param>
/// <param name="SupportContact">Printed at the foot: an address, a phone number.</param>
/// <param name="DebitNoteSeries">As Series, for debit notes; DN when absent, or another that is free.</param>
internal sealed record SupplierBody(
    string? LegalName, IReadOnlyList<string>? Address, string? Country, string? State, string? Gstin, string? TaxId, string? Series,
    string? CreditNoteSeries, string? Sac, string? SupportContact, string? DebitNoteSeries = null);

/// <summary>The rules of what stands at the head of receipts.</summary>
internal static partial class SupplierDecisions
{
    private const string India = "IN";

    private static readonly string[] debitNotesOtherwise = ["DN", "DBN", "DEB"];

    /// <summary>The supplier as it will be, or a refusal that lists every faulty field.</summary>
    public static Outcome<Supplier> Replace(Tenant tenant, Supplier? before, SupplierBody asked, DateTimeOffset now)
    {
        var faults = new FieldFaults();
        var country = asked.Country ?? India;
        var (series, creditNotes) = (asked.Series ?? "R", asked.CreditNoteSeries ?? "CN");
        var (gstin, state) = (Gstin.Parse(asked.Gstin), GstState.Find(asked.State));
        var debitNotes = asked.DebitNoteSeries ?? debitNotesOtherwise.First(one => one != series && one != creditNotes);
        ReceiptFields.Check("legalName", asked.LegalName, 120, faults, isRequired: true);
        ReceiptFields.CheckLines("address", asked.Address, 5, 100, faults);
        faults.AddUnless(asked.Address is { Count: > 0 }, "address", "is required");
        ReceiptFields.Check("taxId", asked.TaxId, 40, faults);
        ReceiptFields.Check("supportContact", asked.SupportContact, 120, faults);
        faults.AddUnless(CountryPattern().IsMatch(country), "country", "must be two capitals, such as IN");
        faults.AddUnless(SeriesPattern().IsMatch(series), "series", "must be 1 to 3 capitals or digits");
        faults.AddUnless(SeriesPattern().IsMatch(creditNotes), "creditNoteSeries", "must be 1 to 3 capitals or digits");
        faults.AddUnless(series != creditNotes, "creditNoteSeries", "must not be that of receipts");
        faults.AddUnless(SeriesPattern().IsMatch(debitNotes), "debitNoteSeries", "must be 1 to 3 capitals or digits");
        faults.AddUnless(debitNotes != series && debitNotes != creditNotes, "debitNoteSeries", "must not be that of receipts or credit notes");
        faults.AddUnless(asked.Sac is null || ReceiptFields.IsSac(asked.Sac), "sac", "must be four to eight digits");
        faults.AddUnless(asked.Gstin is null || gstin is not null, "gstin", "must be a GSTIN with its check character");
        CheckPlace(asked, country, gstin, state, faults);
        return faults.Refusal is { } refusal ? refusal : new Supplier(
            tenant, (before?.Version ?? 0) + 1, asked.LegalName!.Trim(), [.. asked.Address!.Select(line => line.Trim())], country,
            gstin?.State ?? state, gstin, asked.TaxId?.Trim(), series, creditNotes, asked.Sac, asked.SupportContact?.Trim(), now)
        {
            DebitNoteSeries = debitNotes,
        };
    }

    private static void CheckPlace(SupplierBody asked, string country, Gstin? gstin, GstState? state, FieldFaults faults)
    {
        if (country != India)
        {
            faults.AddUnless(asked.State is null, "state", "belongs to suppliers in India");
            faults.AddUnless(asked.Gstin is null, "gstin", "belongs to suppliers in India");
            return;
        }

        faults.AddUnless(
            asked.State is null ? gstin is not null : state is not null, "state", "must be the two digits of a state, such as 27");
        faults.AddUnless(gstin is null || state is null || gstin.State == state, "state", "must be that of the GSTIN");
    }

    [GeneratedRegex(@"^[A-Z]{2}\z")]
    private static partial Regex CountryPattern();

    [GeneratedRegex(@"^[A-Z0-9]{1,3}\z")]
    private static partial Regex SeriesPattern();
}
