using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.Receipts;

/// <summary>A receipt that stands in a change, or was there already.</summary>
/// <param name="IsNew">The change writes it; it gets its number when the change is committed.</param>
public sealed record IssuedReceipt(string Id, bool IsNew);

/// <summary>
/// Issues receipts and credit notes as a part of another area's change: they are committed with it or not at all. A change that conflicts
/// is loaded, decided and issued again, as always; then the receipt that was faster is found, and nothing is added.
/// </summary>
public sealed class ReceiptBook
{
    private readonly ReceiptStore store;
    private readonly PaymentStore payments;
    private readonly ReceiptFacts facts;
    private readonly MerchantClocks clocks;

    internal ReceiptBook(ReceiptStore store, PaymentStore payments, ReceiptFacts facts, MerchantClocks clocks) =>
        (this.store, this.payments, this.facts, this.clocks) = (store, payments, facts, clocks);

    /// <summary>Adds the receipt of a payment to a change, unless the payment has one.</summary>
    /// <returns>
    /// The receipt; or a refusal: PAYMENT_NOT_FOUND, RECEIPT_NOT_AVAILABLE (the merchant has not said who it is), INVALID_STATE (the
    /// payment has not succeeded), VALIDATION_FAILED with the fields of the draft.
    /// </returns>
    public async Task<Outcome<IssuedReceipt>> Issue(
        Change change, Tenant tenant, ReceiptDraft draft, Origin origin, CancellationToken cancel)
    {
        if (await store.FindOfPayment(tenant, draft.PaymentId, cancel) is { } known)
        {
            return new IssuedReceipt(known.Id, IsNew: false);
        }

        var (_, payment) = await payments.FindPayment(tenant, draft.PaymentId, cancel);
        return payment is null ? new Refusal(Errors.PaymentNotFound) : await New(change, payment, draft, origin, cancel);
    }

    /// <inheritdoc cref="Issue(Change, Tenant, ReceiptDraft, Origin, CancellationToken)"/>
    /// <param name="change">May be the one in which the payment succeeds.</param>
    /// <param name="payment">As it is once the change is committed.</param>
    /// <param name="draft">What the receipt shall say.</param>
    /// <param name="origin">Who has it issued.</param>
    /// <param name="cancel">Reading what it needs.</param>
    public async Task<Outcome<IssuedReceipt>> Issue(
        Change change, Payment payment, ReceiptDraft draft, Origin origin, CancellationToken cancel) =>
        await store.FindOfPayment(payment.Tenant, payment.Id, cancel) is { } known
            ? new IssuedReceipt(known.Id, IsNew: false)
            : await New(change, payment, draft, origin, cancel);

    /// <summary>Adds the credit note of a refund to a change, unless the refund has one.</summary>
    /// <returns>The credit note; or a refusal, as <see cref="Issue(Change, Tenant, ReceiptDraft, Origin, CancellationToken)"/>.</returns>
    public async Task<Outcome<IssuedReceipt>> Credit(Change change, Receipt receipt, Refund refund, Origin origin, CancellationToken cancel)
    {
        var tenant = receipt.Tenant;
        if (!receipt.IsOfPayment)
        {
            return new Refusal(Errors.NotSupported, "Only a receipt can be credited, and no note.");
        }

        if (await store.FindOfRefund(tenant, refund.Id, cancel) is { } known)
        {
            return new IssuedReceipt(known.Id, IsNew: false);
        }

        if (await store.FindSupplier(tenant, cancel) is not { } supplier)
        {
            return NoSupplier();
        }

        var (standing, count) = await store.CreditNotesOf(tenant, receipt.Id, cancel);
        return Write(change, CreditDecisions.Credit(supplier, receipt, standing, refund, NewId(), clocks.Now(tenant), count + 1), origin);
    }

    /// <summary>Adds the debit note that takes back the credit note of a refund to a change, unless there is one.</summary>
    /// <returns>The debit note; or a refusal: RECEIPT_NOT_AVAILABLE (nobody issues receipts), INVALID_STATE (the refund stands).</returns>
    public async Task<Outcome<IssuedReceipt>> Debit(Change change, Receipt creditNote, Refund refund, Origin origin, CancellationToken cancel)
    {
        var tenant = creditNote.Tenant;
        if (await store.FindDebitOfRefund(tenant, refund.Id, cancel) is { } known)
        {
            return new IssuedReceipt(known.Id, IsNew: false);
        }

        return await store.FindSupplier(tenant, cancel) is { } supplier
            ? Write(change, CreditDecisions.Debit(supplier, creditNote, refund, NewId(), clocks.Now(tenant)), origin)
            : NoSupplier();
    }

    /// <summary>Whether the merchant has said who it is, without which nothing can be issued.</summary>
    public async Task<bool> IssuesReceipts(Tenant tenant, CancellationToken cancel) => await store.FindSupplier(tenant, cancel) is not null;

    /// <summary>The receipt of a payment; null: it has none yet.</summary>
    public Task<Receipt?> FindOfPayment(Tenant tenant, string paymentId, CancellationToken cancel) =>
        store.FindOfPayment(tenant, paymentId, cancel);

    /// <summary>The credit note of a refund; null: it has none yet.</summary>
    public Task<Receipt?> FindOfRefund(Tenant tenant, string refundId, CancellationToken cancel) =>
        store.FindOfRefund(tenant, refundId, cancel);

    public Task<Receipt?> Find(Tenant tenant, string receiptId, CancellationToken cancel) => store.Find(tenant, receiptId, cancel);

    private async Task<Outcome<IssuedReceipt>> New(Change change, Payment payment, ReceiptDraft draft, Origin origin, CancellationToken cancel) =>
        await store.FindSupplier(payment.Tenant, cancel) is { } supplier
            ? Write(change, ReceiptDecisions.Issue(supplier, draft, payment, NewId(), clocks.Now(payment.Tenant)), origin)
            : NoSupplier();

    private Outcome<IssuedReceipt> Write(Change change, Outcome<NewReceipt> decided, Origin origin)
    {
        if (decided.IsRefused)
        {
            return decided.Refusal!;
        }

        var receipt = decided.Value;
        change.Of(receipt.Tenant).Write(ReceiptRows.Insert, receipt).Write(ReceiptRows.ToPrint, receipt);
        facts.Created(change, receipt, origin);
        return new IssuedReceipt(receipt.Id, IsNew: true);
    }

    private string NewId() => Id.New(Receipt.IdPrefix, clocks.Real);

    internal static Refusal NoSupplier() => new(
        Errors.ReceiptNotAvailable, "Receipts need to say who issues them: PUT /api/payments/receipts/supplier first.",
        new Dictionary<string, object?> { ["reason"] = "no_supplier" });
}
