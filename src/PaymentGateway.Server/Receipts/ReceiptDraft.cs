namespace PaymentGateway.Receipts;

/// <summary>What a receipt shall say, by who sold the thing. What was paid, when and how is taken from the payment.</summary>
/// <param name="PaymentId">The payment that succeeded. The lines add up to what was captured of it.</param>
public sealed record ReceiptDraft(string PaymentId, IReadOnlyList<ReceiptDraftLine> Lines)
{
    /// <summary>Null: the customer gave no name. From a taxable value of 50,000 rupees on, name, address and state are needed.</summary>
    public ReceiptBuyer? Buyer { get; init; }

    /// <summary>Two digits; null: the state of the buyer's GSTIN, or else of the buyer's address, or else the supplier's.</summary>
    public string? PlaceOfSupply { get; init; }

    public bool PricesIncludeTax { get; init; }

    /// <inheritdoc cref="ReceiptPayment.TransactionId"/>
    public string? TransactionId { get; init; }

    /// <inheritdoc cref="ReceiptPayment.BankReference"/>
    public string? BankReference { get; init; }

    /// <summary>Null: that of the payment.</summary>
    public string? CustomerId { get; init; }

    /// <summary>Printed at the end, a paragraph each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <param name="State">Two digits; null outside of India.</param>
/// <param name="Gstin">Of a buyer who is registered.</param>
public sealed record ReceiptBuyer(string Name, IReadOnlyList<string> Address, string? State, string? Gstin);

/// <param name="UnitPrice">Before the discount.</param>
public sealed record ReceiptDraftLine(string Description, Money UnitPrice)
{
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>The service accounting code; null: the supplier's own.</summary>
    public string? Sac { get; init; }

    public int Quantity { get; init; } = 1;

    /// <summary>What comes off the whole line; null: nothing.</summary>
    public Money? Discount { get; init; }

    public Taxability Taxability { get; init; }

    /// <summary>The whole rate; 18 when null. Only of what is taxable, where the supplier is registered.</summary>
    public decimal? TaxPercent { get; init; }

    /// <summary>
    /// The tax that was charged, where it was reckoned already and undivided: it is halved, and may be one minor unit away from the rate.
    /// Null: it is reckoned here, each half by itself.
    /// </summary>
    public Money? Tax { get; init; }
}
