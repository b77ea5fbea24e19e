using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Receipts;

/// <summary>What a receipt says, worked out from what was sold, who sells it and what was paid. Pure.</summary>
internal static class ReceiptDecisions
{
    public const int LinesMax = 100;

    private const int QuantityMax = 10_000;

    /// <summary>Of minor units. A hundred lines of the largest price and quantity can still be counted.</summary>
    private const long UnitPriceMax = 1_000_000_000_000;

    /// <summary>From this taxable value on a buyer who is not registered must be named (Rule 46 of the CGST Rules).</summary>
    private static readonly Money namedFrom = Money.FromMajor(50_000, Currency.INR);

    /// <summary>The receipt of a payment, or a refusal that lists every faulty field.</summary>
    /// <param name="supplier">Who issues it.</param>
    /// <param name="draft">What was sold.</param>
    /// <param name="payment">What was paid.</param>
    /// <param name="id">Of the new receipt.</param>
    /// <param name="now">In the merchant's time.</param>
    public static Outcome<NewReceipt> Issue(Supplier supplier, ReceiptDraft draft, Payment payment, string id, DateTimeOffset now)
    {
        if (payment is not { State: PaymentState.Succeeded, Charge: { } charge } || !payment.AmountCaptured.IsPositive)
        {
            return Refusal.InvalidState("payment", StateWords.Status(payment.State), ["wait until it has succeeded"]);
        }

        var (faults, currency) = (new FieldFaults(), payment.AmountCaptured.Currency);
        CheckTexts(draft, faults);
        var buyersNumber = Gstin.Parse(draft.Buyer?.Gstin);
        var place = draft.PlaceOfSupply is null
            ? buyersNumber?.State ?? GstState.Find(draft.Buyer?.State) ?? supplier.State
            : GstState.Find(draft.PlaceOfSupply);
        var isTaxed = supplier.Gstin is not null && currency == Currency.INR;
        faults.AddUnless(place is not null || (!isTaxed && draft.PlaceOfSupply is null), "placeOfSupply", BuyerFields.StateDigits);
        if (faults.Refusal is { } refusal)
        {
            return refusal;
        }

        Money[] totals = new Money[draft.Lines.Count];
        ReceiptLine[] lines =
        [
            .. draft.Lines.Select((line, i) => LineOf(
                line, $"lines[{i}]", draft.PricesIncludeTax, supplier, isTaxed ? place : null, currency, faults, out totals[i])),
        ];
        if (faults.Refusal is null)
        {
            CheckWhole(draft, lines, totals, payment, buyersNumber, faults);
        }

        return faults.Refusal is { } faulty ? faulty : new NewReceipt(
            id, payment.Tenant, KindOf(lines, isTaxed), supplier.Series, FinancialYear.DayOf(now), payment.Id, null, null, null,
            draft.CustomerId ?? payment.Purpose.CustomerId, payment.AmountCaptured,
            new()
            {
                Title = TitleOf(lines, isTaxed),
                Supplier = PartyOf(supplier),
                Buyer = draft.Buyer is { } buyer
                    ? new(
                        buyer.Name.Trim(), buyer.Address, ReceiptState.Of(buyersNumber?.State ?? GstState.Find(buyer.State)),
                        buyersNumber?.Text, null)
                    : null,
                PlaceOfSupply = isTaxed ? ReceiptState.Of(place) : null,
                Currency = currency.Code,
                Lines = lines,
                PricesIncludeTax = draft.PricesIncludeTax && lines.Any(line => line.TaxPercent is not null),
                Total = payment.AmountCaptured.ToMajor(),
                AmountInWords = AmountInWords.Of(payment.AmountCaptured),
                Payment = new(
                    payment.Id, null, draft.TransactionId, MethodOf(charge.Summary), charge.Reference, draft.BankReference,
                    payment.PaidAt ?? now),
                Notes = draft.Notes,
                SupportContact = supplier.SupportContact,
            },
            now);
    }

    public static ReceiptParty PartyOf(Supplier supplier) => new(
        supplier.LegalName, supplier.Address, ReceiptState.Of(supplier.State), supplier.Gstin?.Text, supplier.TaxId ?? supplier.Gstin?.Pan);

    private static void CheckTexts(ReceiptDraft draft, FieldFaults faults)
    {
        faults.AddUnless(draft.Lines.Count is >= 1 and <= LinesMax, "lines", $"must have 1 to {LinesMax} entries");
        for (var i = 0; i < Math.Min(draft.Lines.Count, LinesMax); i++)
        {
            var (line, field) = (draft.Lines[i], $"lines[{i}]");
            ReceiptFields.Check($"{field}.description", line.Description, 200, faults, isRequired: true);
            ReceiptFields.CheckLines($"{field}.details", line.Details, 5, 120, faults);
            faults.AddUnless(line.Sac is null || ReceiptFields.IsSac(line.Sac), $"{field}.sac", "must be four to eight digits");
            faults.AddUnless(line.Quantity is >= 1 and <= QuantityMax, $"{field}.quantity", $"must be 1 to {QuantityMax}");
            faults.AddUnless(line.TaxPercent is null or (> 0 and <= 40), $"{field}.taxPercent", "must be above 0 and at most 40");
        }

        if (draft.Buyer is { } buyer)
        {
            BuyerFields.Check("buyer", buyer, faults);
        }

        ReceiptFields.CheckLines("notes", draft.Notes, 5, 300, faults);
        ReceiptFields.Check("transactionId", draft.TransactionId, 64, faults);
        ReceiptFields.Check("bankReference", draft.BankReference, 64, faults);
    }

    /// <summary>One line, reckoned and rounded by itself; the whole is never taxed again.</summary>
    private static ReceiptLine LineOf(
        ReceiptDraftLine line, string field, bool includesTax, Supplier supplier, GstState? place, Currency currency, FieldFaults faults,
        out Money total)
    {
        var none = Money.Zero(currency);
        var (unit, discount) = (line.UnitPrice, line.Discount ?? none);
        const string ofPayment = "must be an amount in the currency of the payment";
        faults.AddUnless(unit.Currency == currency && unit.Minor is >= 0 and <= UnitPriceMax, $"{field}.unitPrice", ofPayment);
        faults.AddUnless(discount.Currency == currency && !discount.IsNegative, $"{field}.discount", ofPayment);
        faults.AddUnless(place is not null || line is { TaxPercent: null, Tax: null }, $"{field}.taxPercent",
            "belongs to suppliers with a GSTIN, and to rupees");
        faults.AddUnless(place is not null || line.Taxability == Taxability.Taxable, $"{field}.taxability",
            "belongs to suppliers with a GSTIN, and to rupees");
        faults.AddUnless(line.Taxability == Taxability.Taxable || line is { TaxPercent: null, Tax: null }, $"{field}.taxPercent",
            "belongs to what is taxable");
        faults.AddUnless(place is null || (line.Sac ?? supplier.Sac) is not null, $"{field}.sac", "is required, here or at the supplier");
        total = none;
        if (faults.Refusal is not null)
        {
            return Empty(line);
        }

        var price = unit.Multiply(line.Quantity);
        faults.AddUnless(discount <= price, $"{field}.discount", "must not be above the price");
        var net = price - discount;
        var percent = place is not null && line.Taxability == Taxability.Taxable ? line.TaxPercent ?? Gst.StandardPercent : (decimal?)null;
        var split = percent is { } rate
            ? SplitOf(net, line.Tax, rate, includesTax, supplier.State!.Code, place!.Code, field, faults)
            : new(net, none, none, none);
        total = split.Total;
        return Empty(line) with
        {
            Sac = place is null ? line.Sac : line.Sac ?? supplier.Sac,
            UnitPrice = unit.ToMajor(),
            Price = price.ToMajor(),
            Discount = discount.ToMajor(),
            Taxable = split.Taxable.ToMajor(),
            TaxPercent = percent,
            Cgst = split.Cgst.ToMajor(),
            Sgst = split.Sgst.ToMajor(),
            Igst = split.Igst.ToMajor(),
            Total = split.Total.ToMajor(),
        };
    }

    private static ReceiptLine Empty(ReceiptDraftLine line) => new(
        line.Description?.Trim() ?? "", line.Details, line.Sac, line.Quantity, 0, 0, 0, 0, line.Taxability, null, 0, 0, 0, 0);

    private static GstSplit SplitOf(
        Money net, Money? charged, decimal percent, bool includesTax, string supplierState, string place, string field, FieldFaults faults)
    {
        if (charged is not { } tax)
        {
            return includesTax ? Gst.Inclusive(net, percent, supplierState, place) : Gst.Exclusive(net, percent, supplierState, place);
        }

        var none = Money.Zero(net.Currency);
        var taxable = includesTax ? net - tax : net;
        faults.AddUnless(
            tax.Currency == net.Currency && Math.Abs(tax.Minor - Gst.On(taxable, percent).Minor) <= 1, $"{field}.tax",
            "must be what the rate says, to the minor unit");
        if (supplierState != place)
        {
            return new(taxable, none, none, tax);
        }

        var central = tax.Multiply(0.5m);
        return new(taxable, central, tax - central, none);
    }

    private static void CheckWhole(
        ReceiptDraft draft, ReceiptLine[] lines, Money[] totals, Payment payment, Gstin? buyersNumber, FieldFaults faults)
    {
        var sum = totals.Aggregate(Money.Zero(payment.AmountCaptured.Currency), (all, one) => all + one);
        faults.AddUnless(sum == payment.AmountCaptured, "lines", $"add up to {sum} with tax, and the payment is {payment.AmountCaptured}");
        faults.AddUnless(
            buyersNumber is null || lines.All(line => line.TaxPercent is null) || lines.All(line => line.TaxPercent is not null), "lines",
            "are taxable and exempt: a buyer with a GSTIN gets one document for each");
        var isLarge = lines.Any(line => line.TaxPercent is not null) && lines.Sum(line => line.Taxable) >= namedFrom.ToMajor();
        faults.AddUnless(
            !isLarge || buyersNumber is not null || draft.Buyer is { Address.Count: > 0, State: not null }, "buyer",
            $"needs name, address and state from a taxable value of {namedFrom} on");
    }

    private static ReceiptKind KindOf(ReceiptLine[] lines, bool isTaxed) =>
        !isTaxed ? ReceiptKind.Receipt
        : lines.Any(line => line.TaxPercent is not null) ? ReceiptKind.TaxInvoice
        : ReceiptKind.BillOfSupply;

    private static string TitleOf(ReceiptLine[] lines, bool isTaxed) => KindOf(lines, isTaxed) switch
    {
        ReceiptKind.Receipt => "Receipt",
        ReceiptKind.BillOfSupply => "Bill of supply",
        _ => lines.All(line => line.TaxPercent is not null) ? "Tax invoice" : "Invoice-cum-bill of supply",
    };

    /// <summary>The way to pay for people. Never more of a card than its last four digits, or of an address than its bank.</summary>
    public static string MethodOf(MethodSummary summary)
    {
        var (name, which) = summary.Method switch
        {
            "card" or "emi" => (summary.Method == "emi" ? "Card, in instalments" : "Card", Ending(summary.Network, summary.Last4)),
            "upi" or "qr" => ("UPI", summary.Vpa is { } vpa ? $"…@{vpa[(vpa.IndexOf('@', StringComparison.Ordinal) + 1)..]}" : null),
            "netbanking" => ("Net banking", summary.Bank),
            "wallet" => ("Wallet", summary.Wallet),
            "bnpl" => ("Pay later", null),
            "bank_debit" => ("Bank debit", Ending(summary.BankAccount?.BankName, summary.BankAccount?.Last4)),
            "account" => ("Account balance", null),
            _ => (summary.Method, null),
        };
        return which is null ? name : $"{name} ({which})";
    }

    private static string? Ending(string? name, string? last4)
    {
        var known = name is { Length: > 0 } ? char.ToUpperInvariant(name[0]) + name[1..] : null;
        return last4 is null ? known : $"{(known is null ? "" : known + " ")}ending {last4}";
    }
}
