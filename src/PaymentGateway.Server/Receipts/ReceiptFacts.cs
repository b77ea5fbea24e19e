using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Receipts;

/// <summary>What is written beside receipts: audit rows, and the event once the document is there. Nobody's name is in them.</summary>
internal sealed class ReceiptFacts(EventConsumers events, MerchantClocks clocks)
{
    /// <summary>With the receipt itself, whose number is not known before the commit.</summary>
    public void Created(Change change, NewReceipt receipt, Origin origin) => AuditTrail.Record(
        change, receipt.Tenant, origin, clocks.Real, "receipt.create", "receipt", receipt.Id, before: null, Compact(new()
        {
            ["kind"] = Words.Of(receipt.Kind),
            ["series"] = receipt.Series,
            ["financialYear"] = receipt.FinancialYear.ToString(),
            ["paymentId"] = receipt.PaymentId,
            ["refundId"] = receipt.RefundId,
            ["originalReceiptId"] = receipt.OriginalId,
            ["amount"] = receipt.Amount.ToMajor(),
            ["currency"] = receipt.Amount.Currency.Code,
        }));

    /// <summary>With the document: from now on it can be sent.</summary>
    public void Issued(Change change, Receipt receipt, ReceiptFile file, Origin origin)
    {
        var data = Compact(new()
        {
            ["merchantId"] = receipt.Tenant.MerchantId,
            ["receiptId"] = receipt.Id,
            ["kind"] = Words.Of(receipt.Kind),
            ["number"] = receipt.Number,
            ["issuedOn"] = receipt.IssuedOn.ToString("O"),
            ["paymentId"] = receipt.PaymentId,
            ["refundId"] = receipt.RefundId,
            ["originalReceiptId"] = receipt.OriginalId,
            ["customerId"] = receipt.CustomerId,
            ["amount"] = receipt.Amount.ToMajor(),
            ["currency"] = receipt.Amount.Currency.Code,
            ["form"] = file.ContentType == ReceiptFile.Pdf ? "pdf" : "html",
        });
        var name = receipt.Kind switch
        {
            ReceiptKind.CreditNote => "credit_note.issued",
            ReceiptKind.DebitNote => "debit_note.issued",
            _ => "receipt.issued",
        };
        AuditTrail.Record(change, receipt.Tenant, origin, clocks.Real, "receipt.issue", "receipt", receipt.Id, before: null, Compact(new()
        {
            ["number"] = receipt.Number,
            ["form"] = file.ContentType == ReceiptFile.Pdf ? "pdf" : "html",
        }));
        events.Write(change, Event.Of(name, receipt.Tenant, receipt.Id, data, origin.RequestId, webhookUrl: null, clocks));
    }

    public void Replaced(Change change, Supplier? before, Supplier next, Origin origin) => AuditTrail.Record(
        change, next.Tenant, origin, clocks.Real, before is null ? "receipt_supplier.create" : "receipt_supplier.update",
        "receipt_supplier", next.Tenant.MerchantId, before is null ? null : FieldsOf(before), FieldsOf(next));

    private static JsonObject FieldsOf(Supplier supplier) =>
        JsonSerializer.SerializeToNode(SupplierView.Of(supplier), Json.Options)!.AsObject();

    private static JsonObject Compact(JsonObject data)
    {
        foreach (var absent in data.Where(field => field.Value is null).Select(field => field.Key).ToList())
        {
            data.Remove(absent);
        }

        return data;
    }
}
