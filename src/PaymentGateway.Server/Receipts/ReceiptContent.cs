using System.Text.Json.Serialization;

namespace PaymentGateway.Receipts;

/// <summary>All that is printed on a receipt but its number, as it was when it was issued. Amounts are in major units.</summary>
public sealed record ReceiptContent
{
    /// <summary>What stands above it: Tax invoice, Invoice-cum-bill of supply …</summary>
    public required string Title { get; init; }
    public required ReceiptParty Supplier { get; init; }

    /// <summary>Null: the customer gave no name and needs none.</summary>
    public ReceiptParty? Buyer { get; init; }

    /// <summary>Only on documents of GST.</summary>
    public ReceiptState? PlaceOfSupply { get; init; }
    public required string Currency { get; init; }
    public required IReadOnlyList<ReceiptLine> Lines { get; init; }

    /// <summary>Prices and discounts have the tax in them.</summary>
    public bool PricesIncludeTax { get; init; }
    public required decimal Total { get; init; }
    public required string AmountInWords { get; init; }
    public required ReceiptPayment Payment { get; init; }

    /// <summary>Of a credit note: the document that it takes something back of.</summary>
    public ReceiptReference? Original { get; init; }
    public IReadOnlyList<string> Notes { get; init; } = [];
    public string? SupportContact { get; init; }

    [JsonIgnore]
    public decimal Price => Lines.Sum(line => line.Price);

    [JsonIgnore]
    public decimal Discount => Lines.Sum(line => line.Discount);

    [JsonIgnore]
    public decimal Taxable => Lines.Sum(line => line.Taxable);

    [JsonIgnore]
    public bool HasTax => Lines.Any(line => line.TaxPercent is not null);

    [JsonIgnore]
    public bool HasExempt => Lines.Any(line => line.Taxability != Taxability.Taxable);
}

/// <param name="State">In India.</param>
/// <param name="TaxId">Another tax number.</param>
public sealed record ReceiptParty(string Name, IReadOnlyList<string> Address, ReceiptState? State, string? Gstin, string? TaxId);

/// <param name="Code">The two digits.</param>
/// <param name="HasUtgst">See <see cref="GstState.HasUtgst"/>.</param>
public sealed record ReceiptState(string Code, string Name, bool HasUtgst)
{
    public static ReceiptState? Of(GstState? state) => state is null ? null : new(state.Code, state.Name, state.HasUtgst);

    public override string ToString() => $"{Name} ({Code})";
}

public enum Taxability
{
    Taxable,

    /// <summary>Education by a recognised institution: Entry 66 of Notification 12/2017-CT(R).</summary>
    ExemptEntry66,

    /// <summary>Taxed at nothing.</summary>
    Nil,
}

/// <summary>One line with its amounts, worked out and rounded.</summary>
/// <param name="Details">Printed small below the description.</param>
/// <param name="Price">Quantity times unit price; <paramref name="Discount"/> comes off it.</param>
/// <param name="Taxable">The value without tax.</param>
/// <param name="TaxPercent">The whole rate; null where no tax is charged.</param>
/// <param name="Sgst">Or UTGST.</param>
/// <param name="Total">What the customer pays for it.</param>
public sealed record ReceiptLine(
    string Description, IReadOnlyList<string> Details, string? Sac, int Quantity, decimal UnitPrice, decimal Price, decimal Discount,
    decimal Taxable, Taxability Taxability, decimal? TaxPercent, decimal Cgst, decimal Sgst, decimal Igst, decimal Total)
{
    [JsonIgnore]
    public decimal Tax => Cgst + Sgst + Igst;
}

/// <summary>How the money came, or went back.</summary>
/// <param name="Method">In words for people: Card (Visa ending 1111).</param>
/// <param name="TransactionId">The number by which the merchant knows the payment, when it has one of its own.</param>
/// <param name="BankReference">RRN, UTR or ARN: the number by which the bank finds it.</param>
public sealed record ReceiptPayment(
    string PaymentId, string? RefundId, string? TransactionId, string Method, string? ProcessorReference, string? BankReference,
    DateTimeOffset PaidAt);

/// <summary>Another document, by its number and date.</summary>
public sealed record ReceiptReference(string Number, DateOnly IssuedOn, ReceiptKind Kind);
