using System.Globalization;

namespace PaymentGateway.Receipts;

/// <summary>A receipt as texts in their places: what its PDF and its HTML page have in common.</summary>
/// <param name="Facts">Beside the title: number, date …</param>
/// <param name="Parties">The buyer, the payment, and the document that a credit note refers to, each under its heading.</param>
/// <param name="Totals">Below the table; the last one is the whole.</param>
/// <param name="Notes">Below the totals.</param>
internal sealed record ReceiptSheet(
    string Title, string SupplierName, IReadOnlyList<string> SupplierLines, IReadOnlyList<LabelledText> Facts,
    IReadOnlyList<SheetBlock> Parties, IReadOnlyList<SheetColumn> Columns, IReadOnlyList<SheetRow> Rows,
    IReadOnlyList<LabelledText> Totals, string Words, IReadOnlyList<string> Notes, string Foot)
{
    /// <summary>Every text that is printed.</summary>
    public IEnumerable<string> Texts =>
    [
        Title, SupplierName, .. SupplierLines, .. Facts.SelectMany(TextsOf),
        .. Parties.SelectMany(block => block.Lines.SelectMany(TextsOf)),
        .. Rows.SelectMany(row => row.Cells.Concat(row.Details)), .. Totals.SelectMany(TextsOf), Words, .. Notes, Foot,
    ];

    public static ReceiptSheet Of(Receipt receipt)
    {
        var content = receipt.Content;
        var currency = Currency.FromStored(content.Currency);
        return new(
            content.Title, content.Supplier.Name, LinesOf(content.Supplier), FactsOf(receipt), PartiesOf(content),
            ColumnsOf(content, currency), RowsOf(content, currency), TotalsOf(content, currency), content.AmountInWords,
            NotesOf(receipt), FootOf(content));
    }

    private static IEnumerable<string> TextsOf(LabelledText text) => [text.Label, text.Text];

    private static string[] LinesOf(ReceiptParty party) =>
    [
        .. party.Address,
        .. Line("State", party.State?.ToString()),
        .. Line("GSTIN", party.Gstin),
        .. Line(party.Gstin is not null && party.Gstin[2..12] == party.TaxId ? "PAN" : "Tax number", party.TaxId),
    ];

    private static IEnumerable<string> Line(string label, string? text) => text is null ? [] : [$"{label}: {text}"];

    private static List<LabelledText> FactsOf(Receipt receipt)
    {
        var content = receipt.Content;
        List<LabelledText> facts = [new("Number", receipt.Number), new("Date", Figures.Day(receipt.IssuedOn))];
        if (content.PlaceOfSupply is { } place)
        {
            facts.Add(new("Place of supply", place.ToString()));
        }

        if (content.HasTax)
        {
            facts.Add(new("Reverse charge", "No"));
        }

        return facts;
    }

    private static List<SheetBlock> PartiesOf(ReceiptContent content)
    {
        List<SheetBlock> parties = [];
        if (content.Buyer is { } buyer)
        {
            parties.Add(new("Billed to", [new("", buyer.Name), .. LinesOf(buyer).Select(line => new LabelledText("", line))]));
        }
        else if (content.PlaceOfSupply is not null)
        {
            parties.Add(new("Billed to", [new("", "Customer who is not registered for GST")]));
        }

        var (payment, original) = (content.Payment, content.Original);
        var isDebit = original?.Kind == ReceiptKind.CreditNote;
        if (original is not null)
        {
            var day = $"of {Figures.Day(original.IssuedOn)}";
            parties.Add(new(isDebit ? "Takes back" : "Credits", [new("", original.Number), new("", NameOf(original.Kind)), new("", day)]));
        }

        List<LabelledText> paid =
        [
            new("Status", original is null ? "Paid" : isDebit ? "Refund came back" : "Refunded"), new("Method", payment.Method),
            new("On", TimeOf(content)),
        ];
        Add("Transaction", payment.TransactionId);
        Add("Payment", payment.PaymentId);
        Add("Refund", payment.RefundId);
        Add("Processor", payment.ProcessorReference);
        Add(original is null ? "RRN / UTR" : "Bank reference", payment.BankReference);
        parties.Add(new(original is null ? "Payment" : "Refund", paid));
        return parties;

        void Add(string label, string? text)
        {
            if (text is not null)
            {
                paid.Add(new(label, text));
            }
        }
    }

    /// <summary>By the clocks of the supplier, if it is in India.</summary>
    private static string TimeOf(ReceiptContent content) =>
        Figures.Time(content.Payment.PaidAt, isIndian: content.Supplier.State is not null);

    private static string TotalNameOf(ReceiptReference? original) => original switch
    {
        null => "Total paid",
        { Kind: ReceiptKind.CreditNote } => "Total debited",
        _ => "Total credited",
    };

    private static string NameOf(ReceiptKind kind) => kind switch
    {
        ReceiptKind.TaxInvoice => "Tax invoice",
        ReceiptKind.BillOfSupply => "Bill of supply",
        ReceiptKind.CreditNote => "Credit note",
        ReceiptKind.DebitNote => "Debit note",
        _ => "Receipt",
    };

    private static SheetColumn[] ColumnsOf(ReceiptContent content, Currency currency)
    {
        var amount = $"Amount, {Figures.NameOf(currency)}";
        if (content.Original is not null)
        {
            return content.HasTax
                ?
                [
                    new("#", 18, IsLeft: true), new("Description", 0, IsLeft: true), new("Taxable value", 84), new("GST", 40),
                    new("Tax", 76), new(amount, 90),
                ]
                : [new("#", 18, IsLeft: true), new("Description", 0, IsLeft: true), new(amount, 110)];
        }

        SheetColumn[] discount = content.Discount == 0 ? [] : [new("Discount", content.HasTax ? 56 : 76)];
        return content.HasTax
            ?
            [
                new("#", 18, IsLeft: true), new("Description", 0, IsLeft: true), new("Qty", 26), new("Price", 62), .. discount,
                new("Taxable value", 66), new("GST", 32), new("Tax", 56), new(amount, 74),
            ]
            :
            [
                new("#", 18, IsLeft: true), new("Description", 0, IsLeft: true), new("Qty", 34), new("Price", 82), .. discount,
                new(amount, 94),
            ];
    }

    private static List<SheetRow> RowsOf(ReceiptContent content, Currency currency)
    {
        List<SheetRow> rows = [];
        // A credit note has a line of nothing where the receipt had one that is credited already.
        foreach (var line in content.Lines.Where(line => content.Original is null || line.Total != 0))
        {
            string[] start = [(rows.Count + 1).ToString(CultureInfo.InvariantCulture), line.Description];
            string[] discount = content.Discount == 0 ? [] : [line.Discount == 0 ? "–" : Of(line.Discount)];
            string[] price = content.Original is null
                ? [line.Quantity.ToString(CultureInfo.InvariantCulture), Of(line.UnitPrice), .. discount]
                : [];
            string[] tax = content.HasTax
                ? [Of(line.Taxable), line.TaxPercent is { } rate ? Figures.Percent(rate) : "–", line.Tax == 0 ? "–" : Of(line.Tax)]
                : [];
            rows.Add(new([.. start, .. price, .. tax, Of(line.Total)], [.. Line("SAC", line.Sac), .. ExemptionOf(line), .. line.Details]));
        }

        return rows;

        string Of(decimal amount) => Figures.Of(amount, currency);
    }

    private static IEnumerable<string> ExemptionOf(ReceiptLine line) => line.Taxability switch
    {
        Taxability.ExemptEntry66 => ["Exempt: Entry 66, Notification 12/2017-CT(R)"],
        Taxability.Nil => ["Nil rated"],
        _ => [],
    };

    private static List<LabelledText> TotalsOf(ReceiptContent content, Currency currency)
    {
        List<LabelledText> totals = [];
        if (content.Original is null && (content.Discount != 0 || content.HasTax))
        {
            totals.Add(new(content.PricesIncludeTax ? "Price, with tax" : "Price", Of(content.Price)));
            if (content.Discount != 0)
            {
                totals.Add(new("Discount", $"−{Of(content.Discount)}"));
            }
        }

        if (content.HasTax)
        {
            totals.Add(new(content.HasExempt ? "Value without tax" : "Taxable value", Of(content.Taxable)));
            totals.AddRange(content.Lines.Where(line => line.TaxPercent is not null).GroupBy(line => line.TaxPercent!.Value)
                .OrderBy(rate => rate.Key).SelectMany(rate => TaxesOf(rate.Key, [.. rate])));
        }

        totals.Add(new(TotalNameOf(content.Original), Figures.Signed(content.Total, currency)));
        return totals;

        string Of(decimal amount) => Figures.Of(amount, currency);

        IEnumerable<LabelledText> TaxesOf(decimal percent, ReceiptLine[] lines) =>
            content.PlaceOfSupply?.Code == content.Supplier.State?.Code
                ?
                [
                    new($"CGST {Figures.Percent(percent / 2)}", Of(lines.Sum(line => line.Cgst))),
                    new(
                        $"{(content.Supplier.State!.HasUtgst ? "UTGST" : "SGST")} {Figures.Percent(percent / 2)}",
                        Of(lines.Sum(line => line.Sgst))),
                ]
                : [new($"IGST {Figures.Percent(percent)}", Of(lines.Sum(line => line.Igst)))];
    }

    private static string[] NotesOf(Receipt receipt) =>
    [
        .. receipt.Kind == ReceiptKind.Receipt ? (string[])["This is proof of a payment, not a tax invoice."] : [],
        .. receipt.Content.PricesIncludeTax ? (string[])["Prices and discounts include the tax."] : [],
        .. receipt.Content.Original is null ? (string[])["Paid in full: nothing is due."] : [],
        .. receipt.Content.Notes,
        "Issued electronically and valid without a signature.",
    ];

    private static string FootOf(ReceiptContent content) =>
        content.SupportContact is { } contact ? $"{content.Supplier.Name} · {contact}" : content.Supplier.Name;
}

/// <param name="Label">Empty: the text needs none.</param>
internal sealed record LabelledText(string Label, string Text);

internal sealed record SheetBlock(string Heading, IReadOnlyList<LabelledText> Lines);

/// <param name="Width">In points; 0: what the others leave.</param>
/// <param name="IsLeft">Texts begin at the left; figures end at the right.</param>
internal sealed record SheetColumn(string Heading, decimal Width, bool IsLeft = false);

/// <param name="Details">Small, below the description.</param>
internal sealed record SheetRow(IReadOnlyList<string> Cells, IReadOnlyList<string> Details);
