using PaymentGateway.Database;

namespace PaymentGateway.Receipts;

public enum ReceiptKind
{
    /// <summary>Of a supply that is taxed, wholly or in part.</summary>
    TaxInvoice,

    /// <summary>Of exempt supplies only.</summary>
    BillOfSupply,

    /// <summary>Proof of a payment, by somebody who is not registered for GST.</summary>
    Receipt,

    /// <summary>Takes back what a refund gave back.</summary>
    CreditNote,

    /// <summary>Takes back the credit note of a refund that came back after it was done.</summary>
    DebitNote,
}

/// <summary>A receipt that is to be written. Its number is given to it by the database, in the commit that writes it.</summary>
/// <param name="Series">What its number begins with.</param>
/// <param name="IssuedOn">The day in India.</param>
/// <param name="RefundId">Of a credit note, and of the debit note that takes it back.</param>
/// <param name="OriginalId">The receipt that a credit note belongs to; the credit note that a debit note takes back.</param>
/// <param name="Position">Of a note among those of its original, from 1.</param>
internal sealed record NewReceipt(
    string Id, Tenant Tenant, ReceiptKind Kind, string Series, DateOnly IssuedOn, string PaymentId, string? RefundId, string? OriginalId,
    int? Position, string? CustomerId, Money Amount, ReceiptContent Content, DateTimeOffset CreatedAt)
{
    public FinancialYear FinancialYear => FinancialYear.Of(IssuedOn);
}

/// <summary>A receipt as it was issued. Nothing of it ever changes.</summary>
public sealed record Receipt
{
    public const string IdPrefix = "rcp";

    public required string Id { get; init; }
    public required Tenant Tenant { get; init; }
    public required ReceiptKind Kind { get; init; }

    /// <summary>At most sixteen characters: <c>AB/26-27/000123</c>.</summary>
    public required string Number { get; init; }
    public required FinancialYear FinancialYear { get; init; }
    public required DateOnly IssuedOn { get; init; }
    public required string PaymentId { get; init; }

    /// <inheritdoc cref="NewReceipt.RefundId"/>
    public string? RefundId { get; init; }

    /// <inheritdoc cref="NewReceipt.OriginalId"/>
    public string? OriginalId { get; init; }

    /// <inheritdoc cref="NewReceipt.Position"/>
    public int? Position { get; init; }
    public string? CustomerId { get; init; }
    public required Money Amount { get; init; }
    public required ReceiptContent Content { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not a note that changes another.</summary>
    public bool IsOfPayment => Kind is not (ReceiptKind.CreditNote or ReceiptKind.DebitNote);
}

/// <summary>The document of a receipt: made once, and kept.</summary>
/// <param name="ContentType"><see cref="Pdf"/>, or <see cref="Html"/> where a name is in a script that the PDF cannot show.</param>
public sealed record ReceiptFile(string ReceiptId, Tenant Tenant, string ContentType, byte[] Content, DateTimeOffset CreatedAt)
{
    public const string Pdf = "application/pdf";

    public const string Html = "text/html; charset=utf-8";

    /// <summary>The number, which has slashes that no file name may have, with the ending of what it is.</summary>
    public string NameFor(Receipt receipt) => $"{receipt.Number.Replace('/', '-')}.{(ContentType == Pdf ? "pdf" : "html")}";
}
