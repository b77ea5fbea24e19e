using System.Text.Json.Nodes;
using PaymentGateway.Http;

namespace PaymentGateway.Events;

/// <summary>The <c>data</c> of a family of events: its fields, as schema and as sample.</summary>
public sealed class EventData
{
    private readonly Field[] fields;

    private EventData(params Field[] fields) => this.fields = fields;

    internal static EventData Order { get; } = new(
        Text("merchantId", "MERCH_FH_001"),
        Text("orderId", "order_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("merchantOrderId", "FH-1001", isRequired: false),
        Amount("amount", 2716.67m),
        Text("currency", "INR"),
        Status(),
        Amount("amountPaid", 0m, isRequired: false),
        Amount("amountDue", 2716.67m, isRequired: false),
        Map("metadata"));

    internal static EventData Payment { get; } = new(OfPayment());

    /// <summary>As of a payment, and which capture it was.</summary>
    internal static EventData Capture { get; } = new([
        .. OfPayment(),
        Text("captureId", "cap_01kaf5w6d3c2e4g5h6j7k8m9n0"),
        Amount("captureAmount", 2716.67m)]);

    private static Field[] OfPayment() =>
    [
        Text("merchantId", "MERCH_FH_001"),
        Text("orderId", "order_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("merchantOrderId", "FH-1001", isRequired: false),
        Text("paymentId", "pay_01kaf5w5c2b1d3f4g5h6j7k8m9"),
        Amount("amount", 2716.67m),
        Text("currency", "INR"),
        Status(),
        Amount("amountAuthorized", 2716.67m, isRequired: false),
        Amount("amountCaptured", 2716.67m, isRequired: false),
        Amount("amountCapturable", 0m, isRequired: false),
        Amount("amountReturned", 2716.67m, isRequired: false, onlyWhen: "returned"),
        Text("paymentMethod", "card", isRequired: false),
        Text("failureCode", "CARD_DECLINED", isRequired: false, onlyWhen: "failed"),
        Text("failureReason", "The card was declined.", isRequired: false, onlyWhen: "failed"),
        Time("paidAt", onlyWhen: "succeeded"),
        Map("metadata"),
    ];

    internal static EventData Installment { get; } = new(
        Text("merchantId", "MERCH_GQ_003"),
        Text("installmentId", "inst_01kaf5w6d3c2e4g5h6j7k8m9n0"),
        Text("paymentId", "pay_01kaf5w5c2b1d3f4g5h6j7k8m9"),
        Text("orderId", "order_01kaf5w3v8e7x9qh2m4n6p8r0t", isRequired: false),
        Text("customerId", "asha"),
        Text("planId", "bnpl_2installments"),
        Count("number", 1),
        Amount("amount", 600m),
        Amount("amountRefunded", 0m),
        Amount("amountDue", 600m),
        Text("currency", "INR"),
        Status(),
        Text("dueDate", "2026-11-08"),
        Count("daysUntilDue", 3),
        Text("reference", "LN-20261107-0042", isRequired: false, onlyWhen: "paid"),
        Time("paidAt", onlyWhen: "paid"));

    /// <summary>What a lender owes to a customer who had paid instalments of what was refunded.</summary>
    internal static EventData LoanSurplus { get; } = new(
        Text("merchantId", "MERCH_GQ_003"),
        Text("paymentId", "pay_01kaf5w5c2b1d3f4g5h6j7k8m9"),
        Text("refundId", "re_01kaf5w7d3c2e4g5h6j7k8m9n0"),
        Text("customerId", "asha"),
        Text("planId", "bnpl_2installments"),
        Amount("amount", 600m),
        Text("currency", "INR"),
        Amount("amountRefunded", 1200m));

    internal static EventData QrCode { get; } = new(
        Text("merchantId", "MERCH_FH_001"),
        Text("qrCodeId", "qr_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("type", "dynamic"),
        Text("format", "upi"),
        Status(),
        Text("currency", "INR"),
        Amount("amount", 2716.67m, isRequired: false),
        Text("orderId", "order_01kaf5w3v8e7x9qh2m4n6p8r0t", isRequired: false),
        Text("paymentId", "pay_01kaf5w5c2b1d3f4g5h6j7k8m9", isRequired: false, onlyWhen: "paid"),
        Amount("amountCredited", 2716.67m, isRequired: false, onlyWhen: "paid"),
        Text("reference", "sbx_01kaf5w5c2b1d3f4g5h6j7k8m9", isRequired: false, onlyWhen: "paid"),
        Text("surplus", "code_expired", isRequired: false, onlyWhen: "surplus"),
        Map("metadata"));

    internal static EventData Course { get; } = new(
        Text("merchantId", "MERCH_GQ_003"),
        Text("courseId", "course_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("title", "Financial modelling"),
        Text("instructor", "Asha Rao"),
        Amount("price", 10000m),
        Text("currency", "INR"));

    internal static EventData DiscountCode { get; } = new(
        Text("merchantId", "MERCH_GQ_003"),
        Text("discountCodeId", "disc_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("code", "DIWALI20"),
        Amount("percent", 20m, isRequired: false),
        Amount("amount", 500m, isRequired: false, onlyWhen: "amount"),
        Text("partner", "Campus Club", isRequired: false));

    internal static EventData Enrollment { get; } = new(
        Text("merchantId", "MERCH_GQ_003"),
        Text("enrollmentId", "enr_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("courseId", "course_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("studentId", "usr_01kaf5w5c2b1d3f4g5h6j7k8m9"),
        Text("transactionId", "TXN_01KAF5W6D3C2E4G5H6J7K8M9N0", isRequired: false),
        Status(),
        Text("closedWhy", "refunded", isRequired: false, onlyWhen: "closed"));

    internal static EventData CoursePayment { get; } = new(
        Text("merchantId", "MERCH_GQ_003"),
        Text("transactionId", "TXN_01KAF5W6D3C2E4G5H6J7K8M9N0"),
        Text("courseId", "course_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("studentId", "usr_01kaf5w5c2b1d3f4g5h6j7k8m9"),
        Text("orderId", "order_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("paymentId", "pay_01kaf5w5c2b1d3f4g5h6j7k8m9", isRequired: false),
        Status(),
        Amount("amount", 9440m),
        Text("currency", "INR"),
        Amount("originalPrice", 10000m),
        Amount("discount", 2000m),
        Amount("subtotal", 8000m),
        Amount("gst", 1440m),
        Amount("amountRefunded", 0m),
        Text("failureReason", "card_declined", isRequired: false, onlyWhen: "failed"),
        Time("paidAt", onlyWhen: "success"));

    internal static EventData SecurityAlert { get; } = new(
        Text("merchantId", "MERCH_GQ_003"),
        Text("transactionId", "TXN_01KAF5W6D3C2E4G5H6J7K8M9N0"),
        Text("kind", "forged_callback"));

    internal static EventData PaymentConfig { get; } = new(
        Text("merchantId", "MERCH_GQ_003"),
        Count("version", 4),
        Amount("minimumAmount", 10m),
        Amount("maximumAmount", 500_000m),
        Text("currency", "INR"),
        Count("sessionTimeoutMinutes", 15));

    internal static EventData Routing { get; } = new(
        Text("merchantId", "MERCH_FH_001"),
        Count("version", 4),
        Count("attemptsMax", 2));

    internal static EventData TestClock { get; } = new(
        Text("merchantId", "MERCH_FH_001"),
        Text("testClockId", "clock_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("name", "Subscriptions", isRequired: false),
        Status(),
        Time("time", onlyWhen: null));

    internal static EventData Customer { get; } = new(
        Text("merchantId", "MERCH_FH_001"),
        Text("customerId", "cus_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Status(),
        Text("defaultPaymentMethodId", "pm_01kaf5w5c2b1d3f4g5h6j7k8m9", isRequired: false, onlyWhen: "active"),
        Names("changed", "email"));

    internal static EventData PaymentMethod { get; } = new(
        Text("merchantId", "MERCH_FH_001"),
        Text("paymentMethodId", "pm_01kaf5w5c2b1d3f4g5h6j7k8m9"),
        Text("customerId", "cus_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Status(),
        Text("type", "card"),
        Map("card"),
        Time("expiresAt", onlyWhen: "active"),
        Text("failureCode", "CARD_DECLINED", isRequired: false, onlyWhen: "failed"));

    internal static EventData CustomerBalance { get; } = new(
        Text("merchantId", "MERCH_FH_001"),
        Text("customerId", "cus_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("balanceTransactionId", "cbt_01kaf5w7d3c2e4g5h6j7k8m9n0"),
        Text("type", "payment"),
        Amount("amount", 499.5m),
        Text("currency", "INR"),
        Text("paymentId", "pay_01kaf5w5c2b1d3f4g5h6j7k8m9", isRequired: false));

    internal static EventData Mandate { get; } = new(OfMandate());

    /// <summary>As of a mandate, and which debit it announces.</summary>
    internal static EventData MandateNotice { get; } = new([
        .. OfMandate(),
        Text("noticeId", "notice_01kaf5w6d3c2e4g5h6j7k8m9n0"),
        Amount("amount", 49.9m),
        Time("debitFrom", onlyWhen: null),
        Time("debitUntil", onlyWhen: null)]);

    private static Field[] OfMandate() =>
    [
        Text("merchantId", "MERCH_FH_001"),
        Text("mandateId", "mandate_01kaf5w7d3c2e4g5h6j7k8m9n0"),
        Text("customerId", "cus_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("type", "sepa_debit"),
        Status(),
        Amount("amountMax", 100m),
        Text("currency", "EUR"),
        Text("frequency", "monthly"),
        Count("noticeDays", 14),
        Time("activatedAt", onlyWhen: "active"),
        Map("metadata"),
    ];

    internal static EventData Setup { get; } = new(
        Text("merchantId", "MERCH_FH_001"),
        Text("setupIntentId", "seti_01kaf5w7d3c2e4g5h6j7k8m9n0"),
        Text("customerId", "cus_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Status(),
        Text("usage", "off_session"),
        Text("paymentMethod", "card", isRequired: false),
        Text("paymentMethodId", "pm_01kaf5w3v8e7x9qh2m4n6p8r0t", isRequired: false, onlyWhen: "succeeded"),
        Text("mandateId", "mandate_01kaf5w7d3c2e4g5h6j7k8m9n0", isRequired: false, onlyWhen: "succeeded"),
        Text("failureCode", "CARD_DECLINED", isRequired: false, onlyWhen: "requires_payment_method"),
        Text("failureReason", "The card was declined.", isRequired: false, onlyWhen: "requires_payment_method"),
        Text("cancellationReason", "requested_by_merchant", isRequired: false, onlyWhen: "canceled"),
        Map("metadata"));

    internal static EventData Refund { get; } = new(
        Text("merchantId", "MERCH_FH_001"),
        Text("refundId", "re_01kaf5w7d3c2e4g5h6j7k8m9n0"),
        Text("paymentId", "pay_01kaf5w5c2b1d3f4g5h6j7k8m9"),
        Text("chargeId", "ch_01kaf5w5d4c3e5g6h7j8k9m0n1"),
        Text("orderId", "order_01kaf5w3v8e7x9qh2m4n6p8r0t", isRequired: false),
        Amount("amount", 499.5m),
        Text("currency", "INR"),
        Status(),
        Text("reason", "requested_by_customer"),
        Text("failureCode", "REFUND_DECLINED", isRequired: false, onlyWhen: "failed"),
        Text("failureReason", "The processor declined the refund.", isRequired: false, onlyWhen: "failed"),
        Text("cancelReason", "requested_by_merchant", isRequired: false, onlyWhen: "canceled"),
        Text("processorReference", "ARN7X8A2C4E6G8J0M2P4R6", isRequired: false, onlyWhen: "succeeded"),
        Time("expectedAt", onlyWhen: "succeeded"),
        Time("processedAt", onlyWhen: "succeeded"),
        Map("metadata"));

    internal static EventData Receipt { get; } = new(
        Text("merchantId", "MERCH_FH_001"),
        Text("receiptId", "rcp_01kaf5w7d3c2e4g5h6j7k8m9n0"),
        new Field("kind", IsRequired: true, null, () => Of("string"), (kind, _) => kind),
        Text("number", "FH/26-27/000123"),
        Text("issuedOn", "2026-11-21"),
        Text("paymentId", "pay_01kaf5w5c2b1d3f4g5h6j7k8m9"),
        Text("refundId", "re_01kaf5w7d3c2e4g5h6j7k8m9n0", isRequired: false, onlyWhen: "credit_note"),
        Text("originalReceiptId", "rcp_01kaf5w5c2b1d3f4g5h6j7k8m9", isRequired: false, onlyWhen: "credit_note"),
        Text("customerId", "cus_01kaf5w3v8e7x9qh2m4n6p8r0t", isRequired: false),
        Amount("amount", 1180m),
        Text("currency", "INR"),
        Text("form", "pdf"));

    internal static EventData SplitPayment { get; } = new(
        Text("merchantId", "MERCH_HD_005"),
        Text("splitPaymentId", "split_01kaf5w7d3c2e4g5h6j7k8m9n0"),
        Text("orderId", "order_01kaf5w3v8e7x9qh2m4n6p8r0t"),
        Text("merchantOrderId", "HD-1001", isRequired: false),
        Amount("amount", 25000m),
        Text("currency", "INR"),
        Status(),
        Text("failureCode", "CARD_DECLINED", isRequired: false, onlyWhen: "failed"),
        Text("failureReason", "The card was declined.", isRequired: false, onlyWhen: "failed"),
        Text("failedPaymentId", "pay_01kaf5w5c2b1d3f4g5h6j7k8m9", isRequired: false, onlyWhen: "failed"),
        Text("cancelReason", "requested_by_merchant", isRequired: false, onlyWhen: "canceled"),
        Map("metadata"));

    internal static EventData Dispute { get; } = new(
        Text("merchantId", "MERCH_FH_001"),
        Text("disputeId", "dp_01kaf5w7d3c2e4g5h6j7k8m9n0"),
        Text("paymentId", "pay_01kaf5w5c2b1d3f4g5h6j7k8m9"),
        Text("chargeId", "ch_01kaf5w5d4c3e5g6h7j8k9m0n1"),
        Text("orderId", "order_01kaf5w3v8e7x9qh2m4n6p8r0t", isRequired: false),
        Amount("amount", 2716.67m),
        Amount("amountTaken", 2716.67m),
        Amount("fee", 15m),
        Text("currency", "INR"),
        Status(),
        Text("reason", "product_not_received"),
        Text("networkReasonCode", "13.1", isRequired: false),
        Text("contradiction", "exceeds_payment", isRequired: false, onlyWhen: "contradiction"),
        Time("evidenceDueBy", onlyWhen: null),
        Count("evidenceTexts", 1),
        Count("evidenceFiles", 0),
        Time("submittedAt", onlyWhen: "under_review"),
        Time("closedAt", onlyWhen: "won"));

    internal static EventData WorkItem { get; } = new(
        Text("merchantId", "MERCH_FH_001"),
        Text("workItemId", "wi_01kaf5w7d3c2e4g5h6j7k8m9n0"),
        Text("kind", "failed_after_success"),
        Status(),
        Text("orderId", "order_01kaf5w3v8e7x9qh2m4n6p8r0t", isRequired: false),
        Text("paymentId", "pay_01kaf5w5c2b1d3f4g5h6j7k8m9", isRequired: false),
        Text("chargeId", "ch_01kaf5w5d4c3e5g6h7j8k9m0n1", isRequired: false),
        Text("refundId", "re_01kaf5w7d3c2e4g5h6j7k8m9n0", isRequired: false, onlyWhen: "refund"),
        Amount("amount", 2716.67m, isRequired: false),
        Text("currency", "INR", isRequired: false),
        Map("ours"),
        Map("theirs"),
        Text("action", "dismiss", isRequired: false, onlyWhen: "resolved"),
        Text("failure", "The refund was declined.", isRequired: false, onlyWhen: "failed"),
        Text("resultId", "re_01kaf5w7d3c2e4g5h6j7k8m9n0", isRequired: false, onlyWhen: "refund"),
        Text("resolvedBy", "worker", isRequired: false, onlyWhen: "resolved"),
        Time("createdAt", onlyWhen: null),
        Time("resolvedAt", onlyWhen: "resolved"));

    internal JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray([.. fields.Where(f => f.IsRequired).Select(f => JsonValue.Create(f.Name))]),
        ["properties"] = new JsonObject(fields.Select(f => KeyValuePair.Create<string, JsonNode?>(f.Name, f.Schema()))),
    };

    internal JsonObject Sample(string status, DateTimeOffset when) => new(fields
        .Where(f => f.OnlyWhen is null || f.OnlyWhen == status)
        .Select(f => KeyValuePair.Create(f.Name, f.Sample(status, when))));

    private static Field Text(string name, string sample, bool isRequired = true, string? onlyWhen = null) =>
        new(name, isRequired, onlyWhen, () => Optional("string", isRequired), (_, _) => sample);

    private static Field Status() => new("status", IsRequired: true, null, () => Of("string"), (status, _) => status);

    private static Field Amount(string name, decimal sample, bool isRequired = true, string? onlyWhen = null) => new(name, isRequired, onlyWhen,
        () => new JsonObject { ["type"] = "number", ["minimum"] = 0, ["description"] = "In major units of the currency" }, (_, _) => sample);

    private static Field Count(string name, int sample) => new(name, IsRequired: true, null, () => Of("number"), (_, _) => sample);

    private static Field Time(string name, string? onlyWhen) => new(name, IsRequired: false, onlyWhen,
        () => new JsonObject { ["type"] = new JsonArray("string", "null"), ["format"] = "date-time" }, (_, when) => Json.Time(when));

    private static Field Names(string name, string sample) => new(name, IsRequired: false, null,
        () => new JsonObject { ["type"] = "array", ["items"] = Of("string") }, (_, _) => new JsonArray(sample));

    private static Field Map(string name) => new(name, IsRequired: false, null, () => Of("object"), (_, _) => new JsonObject());

    private static JsonObject Of(string type) => new() { ["type"] = type };

    private static JsonObject Optional(string type, bool isRequired) =>
        isRequired ? Of(type) : new() { ["type"] = new JsonArray(type, "null") };

    private sealed record Field(
        string Name, bool IsRequired, string? OnlyWhen, Func<JsonObject> Schema, Func<string, DateTimeOffset, JsonNode?> Sample);
}
