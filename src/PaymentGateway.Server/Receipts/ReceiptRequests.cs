using PaymentGateway.Http;

namespace PaymentGateway.Receipts;

/// <param name="PaymentId">The payment that succeeded.</param>
/// <param name="Lines">What was sold, 1 to 100 lines. With tax they add up to what was captured.</param>
/// <param name="Buyer">Needed from a taxable value of 50,000 rupees on.</param>
/// <param name="PlaceOfSupply">Two digits; absent: the buyer's state, or else yours.</param>
/// <param name="PricesIncludeTax">Whether prices and discounts have the tax in them; false when absent.</param>
/// <param name="TransactionId">Your own number of the payment, printed.</param>
/// <param name="BankReference">RRN or UTR, printed.</param>
/// <param name="Notes">Up to five paragraphs, printed at the end.</param>
internal sealed record IssueReceiptBody(
    string? PaymentId, IReadOnlyList<LineBody>? Lines, BuyerBody? Buyer, string? PlaceOfSupply, bool? PricesIncludeTax,
    string? TransactionId, string? BankReference, IReadOnlyList<string>? Notes)
{
    /// <summary>The draft, when the amounts are amounts of the payment's currency.</summary>
    public Outcome<ReceiptDraft> Read(Currency currency)
    {
        var faults = new FieldFaults();
        ReceiptDraftLine[] lines = [.. (Lines ?? []).Select((line, i) => (line ?? LineBody.Empty).Read($"lines[{i}]", currency, faults))];
        return faults.Refusal is { } refusal ? refusal : new ReceiptDraft(PaymentId!, lines)
        {
            Buyer = Buyer is { } buyer ? new(buyer.Name ?? "", buyer.Address ?? [], buyer.State, buyer.Gstin) : null,
            PlaceOfSupply = PlaceOfSupply,
            PricesIncludeTax = PricesIncludeTax ?? false,
            TransactionId = TransactionId,
            BankReference = BankReference,
            Notes = Notes ?? [],
        };
    }
}

/// <param name="Name">1 to 120 characters.</param>
/// <param name="Address">Up to five lines.</param>
/// <param name="State">Two digits, in India.</param>
/// <param name="Gstin">When the buyer is registered.</param>
internal sealed record BuyerBody(string? Name, IReadOnlyList<string>? Address, string? State, string? Gstin);

/// <param name="Details">Up to five lines, printed small.</param>
/// <param name="Sac">Four to eight digits; that of the supplier when absent.</param>
/// <param name="Quantity">1 when absent.</param>
/// <param name="UnitPrice">Major units, before the discount.</param>
/// <param name="Discount">Off the whole line.</param>
/// <param name="Taxability">taxable when absent, exempt_entry66 or nil.</param>
/// <param name="TaxPercent">18 when absent; only where you have a GSTIN.</param>
/// <param name="Tax">The tax of the line, if you reckoned it already; it may be one minor unit away from the rate.</param>
internal sealed record LineBody(
    string? Description, IReadOnlyList<string>? Details, string? Sac, int? Quantity, AmountText? UnitPrice, AmountText? Discount,
    Taxability? Taxability, decimal? TaxPercent, AmountText? Tax)
{
    /// <summary>What stands for a line that was sent as null: all that it lacks is named.</summary>
    public static LineBody Empty { get; } = new(null, null, null, null, null, null, null, null, null);

    public ReceiptDraftLine Read(string field, Currency currency, FieldFaults faults)
    {
        var none = Money.Zero(currency);
        var price = ReadAmount(UnitPrice, $"{field}.unitPrice", currency, faults);
        faults.AddUnless(price is not null || UnitPrice is not null, $"{field}.unitPrice", "is required");
        return new(Description ?? "", price ?? none)
        {
            Details = Details ?? [],
            Sac = Sac,
            Quantity = Quantity ?? 1,
            Discount = ReadAmount(Discount, $"{field}.discount", currency, faults),
            Taxability = Taxability ?? default,
            TaxPercent = TaxPercent,
            Tax = ReadAmount(Tax, $"{field}.tax", currency, faults),
        };
    }

    private static Money? ReadAmount(AmountText? sent, string field, Currency currency, FieldFaults faults)
    {
        if (sent is not { } text)
        {
            return null;
        }

        if (Money.TryParse(text, currency, out var amount, out _) && !amount.IsNegative)
        {
            return amount;
        }

        faults.Add(field, $"must be an amount in {currency}, not negative");
        return null;
    }
}

/// <param name="RefundId">A refund of the receipt's payment that is done.</param>
internal sealed record CreditReceiptBody(string? RefundId);
