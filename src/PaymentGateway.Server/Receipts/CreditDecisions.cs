using PaymentGateway.Http;
using PaymentGateway.Refunds;

namespace PaymentGateway.Receipts;

/// <summary>What a credit note takes back of each line of its receipt. Pure.</summary>
internal static class CreditDecisions
{
    /// <summary>
    /// A refund says an amount and no lines, so it is spread over what is left of them, and within a line over value and taxes. Since only
    /// what is left is spread, the notes of a payment that is refunded in full take back its receipt to the minor unit.
    /// </summary>
    /// <param name="supplier">As it is now: of it comes the series.</param>
    /// <param name="receipt">What was issued for the payment.</param>
    /// <param name="earlier">Its credit notes that stand: what a debit note took back can be credited again.</param>
    /// <param name="refund">That succeeded.</param>
    /// <param name="id">Of the new note.</param>
    /// <param name="now">In the merchant's time.</param>
    /// <param name="position">Among all credit notes of the receipt; null: after those that stand.</param>
    public static Outcome<NewReceipt> Credit(
        Supplier supplier, Receipt receipt, IReadOnlyList<Receipt> earlier, Refund refund, string id, DateTimeOffset now, int? position = null)
    {
        if (refund.State != RefundState.Succeeded)
        {
            return Refusal.InvalidState("refund", refund.Status, ["wait until it has succeeded"]);
        }

        if (refund.PaymentId != receipt.PaymentId)
        {
            return Refusal.Field("refundId", "must be a refund of the payment of this receipt");
        }

        var content = receipt.Content;
        return new NewReceipt(
            id, receipt.Tenant, ReceiptKind.CreditNote, supplier.CreditNoteSeries, FinancialYear.DayOf(now), receipt.PaymentId, refund.Id,
            receipt.Id, position ?? earlier.Count + 1, receipt.CustomerId, refund.Amount,
            content with
            {
                Title = "Credit note",
                Lines = LinesOf(content, earlier, refund.Amount),
                PricesIncludeTax = false,
                Total = refund.Amount.ToMajor(),
                AmountInWords = AmountInWords.Of(refund.Amount),
                Payment = content.Payment with
                {
                    RefundId = refund.Id,
                    ProcessorReference = refund.Reference,
                    BankReference = refund.TraceNumber,
                    PaidAt = refund.ProcessedAt ?? now,
                },
                Original = new(receipt.Number, receipt.IssuedOn, receipt.Kind),
                Notes = [],
            },
            now);
    }

    /// <summary>Takes a credit note back as a whole: its refund came back, so the receipt stands again as if nothing had been refunded.</summary>
    /// <param name="supplier">As it is now: of it comes the series.</param>
    /// <param name="note">The credit note.</param>
    /// <param name="refund">That failed after it had succeeded.</param>
    /// <param name="id">Of the new note.</param>
    /// <param name="now">In the merchant's time.</param>
    public static Outcome<NewReceipt> Debit(Supplier supplier, Receipt note, Refund refund, string id, DateTimeOffset now) =>
        refund.State != RefundState.Failed ? Refusal.InvalidState("refund", refund.Status, [])
        : note.Kind != ReceiptKind.CreditNote || note.RefundId != refund.Id
            ? Refusal.Field("receiptId", "must be the credit note of this refund")
            : new NewReceipt(
                id, note.Tenant, ReceiptKind.DebitNote, supplier.DebitNoteSeries, FinancialYear.DayOf(now), note.PaymentId, refund.Id, note.Id,
                Position: 1, note.CustomerId, note.Amount,
                note.Content with
                {
                    Title = "Debit note",
                    Payment = note.Content.Payment with { PaidAt = now },
                    Original = new(note.Number, note.IssuedOn, note.Kind),
                    Notes = ["The refund came back after the credit note was issued: the amount was not returned."],
                },
                now);

    private static ReceiptLine[] LinesOf(ReceiptContent content, IReadOnlyList<Receipt> earlier, Money amount)
    {
        var left = content.Lines
            .Select((line, i) => Left(line, [.. earlier.Select(note => note.Content.Lines[i])], amount.Currency)).ToList();
        var shares = amount.SplitBy([.. left.Select(parts => parts.Total.Minor)]);
        return [.. content.Lines.Select((line, i) => LineOf(line, left[i], shares[i]))];
    }

    private static GstSplit Left(ReceiptLine line, ReceiptLine[] credited, Currency currency)
    {
        return new(Of(one => one.Taxable), Of(one => one.Cgst), Of(one => one.Sgst), Of(one => one.Igst));

        Money Of(Func<ReceiptLine, decimal> part) => Money.FromMajor(part(line) - credited.Sum(part), currency);
    }

    private static ReceiptLine LineOf(ReceiptLine line, GstSplit left, Money share)
    {
        var none = Money.Zero(share.Currency);
        var parts = share.IsZero
            ? [none, none, none, none]
            : share.SplitBy([left.Taxable.Minor, left.Cgst.Minor, left.Sgst.Minor, left.Igst.Minor]);
        return line with
        {
            Quantity = 1,
            UnitPrice = parts[0].ToMajor(),
            Price = parts[0].ToMajor(),
            Discount = 0,
            Taxable = parts[0].ToMajor(),
            Cgst = parts[1].ToMajor(),
            Sgst = parts[2].ToMajor(),
            Igst = parts[3].ToMajor(),
            Total = share.ToMajor(),
        };
    }
}
