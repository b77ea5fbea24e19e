using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Receipts;

/// <summary>Who issues the receipts of a merchant, as it is sent.</summary>
/// <param name="Series">What numbers begin with.</param>
/// <param name="Pan">The number of the income tax, which is part of the GSTIN.</param>
internal sealed record SupplierView(
    string LegalName, IReadOnlyList<string> Address, string Country, StateView? State, string? Gstin, string? Pan, string? TaxId,
    string Series, string CreditNoteSeries, string DebitNoteSeries, string? Sac, string? SupportContact, DateTimeOffset UpdatedAt)
{
    public static SupplierView Of(Supplier supplier) => new(
        supplier.LegalName, supplier.Address, supplier.Country, StateView.Of(supplier.State), supplier.Gstin?.Text, supplier.Gstin?.Pan,
        supplier.TaxId, supplier.Series, supplier.CreditNoteSeries, supplier.DebitNoteSeries, supplier.Sac, supplier.SupportContact,
        supplier.UpdatedAt);
}

/// <param name="Code">The two digits of GST.</param>
internal sealed record StateView(string Code, string Name)
{
    public static StateView? Of(GstState? state) => state is null ? null : new(state.Code, state.Name);

    public static StateView? Of(ReceiptState? state) => state is null ? null : new(state.Code, state.Name);
}

/// <summary>A receipt as it is sent: all that is printed on it.</summary>
/// <param name="Kind">tax_invoice, bill_of_supply, receipt, credit_note or debit_note.</param>
/// <param name="OriginalReceiptId">The receipt that a credit note takes something back of; the credit note that a debit note takes back.</param>
/// <param name="PlaceOfSupply">Only on documents of GST.</param>
/// <param name="Price">Of all lines, before discounts.</param>
/// <param name="Taxable">The value without tax.</param>
/// <param name="Sgst">Or UTGST, in a union territory.</param>
/// <param name="Form">pdf, or html where a name is in a script that the PDF cannot show.</param>
/// <param name="Urls">Of the documents; they need the key.</param>
internal sealed record ReceiptView(
    string Id, string ReceiptId, string MerchantId, string Kind, string Title, string Number, string FinancialYear, DateOnly IssuedOn,
    string PaymentId, string? RefundId, string? OriginalReceiptId, string? OriginalNumber, string? CustomerId, string Currency,
    PartyView Supplier, PartyView? Buyer, StateView? PlaceOfSupply, IReadOnlyList<LineView> Lines, bool PricesIncludeTax,
    decimal Price, decimal Discount, decimal Taxable, decimal Cgst, decimal Sgst, decimal Igst, decimal Total, string AmountInWords,
    PaidView Payment, IReadOnlyList<string> Notes, string Form, ReceiptUrls Urls, DateTimeOffset CreatedAt)
{
    public static ReceiptView Of(Receipt receipt, PublicAddress address)
    {
        var content = receipt.Content;
        var form = ReceiptPdf.CanShow(receipt) ? "pdf" : "html";
        var url = address.Link($"/api/payments/receipts/{receipt.Id}");
        return new(
            receipt.Id, receipt.Id, receipt.Tenant.MerchantId, Words.Of(receipt.Kind), content.Title, receipt.Number,
            receipt.FinancialYear.ToString(), receipt.IssuedOn, receipt.PaymentId, receipt.RefundId, receipt.OriginalId,
            content.Original?.Number, receipt.CustomerId, content.Currency, PartyView.Of(content.Supplier),
            content.Buyer is null ? null : PartyView.Of(content.Buyer), StateView.Of(content.PlaceOfSupply),
            [.. content.Lines.Select(LineView.Of)], content.PricesIncludeTax, content.Price, content.Discount, content.Taxable,
            content.Lines.Sum(line => line.Cgst), content.Lines.Sum(line => line.Sgst), content.Lines.Sum(line => line.Igst),
            content.Total, content.AmountInWords, PaidView.Of(content.Payment), content.Notes, form,
            new(form == "pdf" ? $"{url}/pdf" : null, $"{url}/html"), receipt.CreatedAt);
    }
}

/// <param name="Pdf">Absent where there is only the page.</param>
/// <param name="Html">The printable page.</param>
internal sealed record ReceiptUrls(string? Pdf, string Html);

internal sealed record PartyView(string Name, IReadOnlyList<string> Address, StateView? State, string? Gstin, string? TaxId)
{
    public static PartyView Of(ReceiptParty party) => new(party.Name, party.Address, StateView.Of(party.State), party.Gstin, party.TaxId);
}

/// <param name="Price">Quantity times unit price.</param>
/// <param name="Taxability">taxable, exempt_entry66 or nil.</param>
/// <param name="TaxPercent">The whole rate; absent where no tax is charged.</param>
internal sealed record LineView(
    string Description, IReadOnlyList<string> Details, string? Sac, int Quantity, decimal UnitPrice, decimal Price, decimal Discount,
    decimal Taxable, Taxability Taxability, decimal? TaxPercent, decimal Cgst, decimal Sgst, decimal Igst, decimal Total)
{
    public static LineView Of(ReceiptLine line) => new(
        line.Description, line.Details, line.Sac, line.Quantity, line.UnitPrice, line.Price, line.Discount, line.Taxable, line.Taxability,
        line.TaxPercent, line.Cgst, line.Sgst, line.Igst, line.Total);
}

/// <param name="Method">For people; of a card the last four digits.</param>
/// <param name="TransactionId">Your own number of the payment.</param>
/// <param name="BankReference">RRN, UTR or ARN.</param>
internal sealed record PaidView(
    string Method, string? TransactionId, string? ProcessorReference, string? BankReference, DateTimeOffset PaidAt)
{
    public static PaidView Of(ReceiptPayment payment) =>
        new(payment.Method, payment.TransactionId, payment.ProcessorReference, payment.BankReference, payment.PaidAt);
}
