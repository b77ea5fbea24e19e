using System.Text.Json.Nodes;
using PaymentGateway.Http;

namespace PaymentGateway.Events;

/// <summary>One kind of event that this version can send.</summary>
/// <param name="Name"><c>noun.verb</c>.</param>
/// <param name="Sentence">What has happened when it is sent.</param>
/// <param name="AliasOf">The event that states the same fact under its own name.</param>
public sealed record EventKind(string Name, string Sentence, string? AliasOf, EventData Data, string SampleStatus)
{
    /// <summary>JSON Schema (2020-12) of the whole body. Fields may be added within a version, so more are allowed.</summary>
    public JsonObject Schema() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = Name,
        ["description"] = Sentence,
        ["type"] = "object",
        ["required"] = new JsonArray("id", "event", "timestamp", "apiVersion", "data"),
        ["properties"] = new JsonObject
        {
            ["id"] = new JsonObject { ["type"] = "string", ["pattern"] = "^evt_[0-9a-hjkmnp-tv-z]{26}$" },
            ["event"] = new JsonObject { ["const"] = Name },
            ["timestamp"] = new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            ["apiVersion"] = new JsonObject { ["type"] = "string" },
            ["data"] = Data.Schema(),
        },
    };

    /// <summary>A body as it would be sent, with made-up data.</summary>
    public JsonObject Sample(string id, DateTimeOffset when) => new()
    {
        ["id"] = id,
        ["event"] = Name,
        ["timestamp"] = Json.Time(when),
        ["apiVersion"] = Event.ApiVersion,
        ["data"] = Data.Sample(SampleStatus, when),
    };
}

/// <summary>Every event that can be emitted and subscribed to. The page <c>/docs/events</c> is printed from it.</summary>
public static class EventCatalogue
{
    public const string PaymentSuccess = "payment.success";

    public const string PaymentCompleted = "payment.completed";

    public static IReadOnlyList<EventKind> All { get; } =
    [
        Order("order.created", "An order was created.", "created"),
        Order("order.paid", "An order is paid: amountPaid is its amount, or less where you captured a part and let the rest go.", "paid"),
        Order("order.unpaid", "The money of an order that was paid went back to the customer's bank: amountDue is owed again.", "unpaid"),
        Order("order.expired", "An order reached the end of its time before it was paid.", "expired"),
        Payment("payment.created", "A payment was created for an order.", "requires_payment_method"),
        Payment("payment.initiated", "A payment was handed to a processor for the first time.", "processing"),
        Payment("payment.requires_action", "The customer must act: pass 3-D Secure, approve in the UPI app, or follow a redirect.",
            "requires_action"),
        Payment("payment.processing", "The processor has the payment and has not said yet what became of it.", "processing"),
        Payment("payment.authorized", "The amount is reserved and waits for its capture.", "requires_capture"),
        Payment(PaymentSuccess, "A payment succeeded: the money is taken.", "succeeded"),
        Payment(PaymentCompleted, "The same fact as payment.success, for subscribers of this name.", "succeeded", PaymentSuccess),
        Payment("payment.failed", "An attempt to pay failed and may be tried again while the order is open; or, with amountReturned, a debit came back.", "failed"),
        Payment("payment.canceled", "A payment was canceled, or its authorization ended; nothing will be taken.", "canceled"),
        new("payment.captured", "A reserved amount, or a part of it, was captured.", null, EventData.Capture, "succeeded"),
        Payment("payment.updated", "You changed a payment, or its authorization was raised.", "requires_capture"),
        Installment("bnpl.installment_due", "An instalment is due in three days, or today.", "due"),
        Installment("bnpl.installment_overdue", "An instalment is three, seven or fifteen days over its due date.", "overdue"),
        Installment("bnpl.installment_paid", "The lender has received an instalment.", "paid"),
        Installment("bnpl.installment_refunded", "A refund has taken something off an unpaid instalment, or all of it.", "refunded"),
        Installment("bnpl.installment_added", "A refund came back: what it had taken off is due again.", "due"),
        new("bnpl.surplus_owed", "A refund was more than was unpaid: the lender owes the rest to the customer.", null, EventData.LoanSurplus, "owed"),
        QrCode("qr_code.created", "A QR code can be scanned and paid.", "active"),
        QrCode("qr_code.credited", "Money came in by a QR code: paymentId and orderId are its payment.", "paid"),
        QrCode("qr_code.closed", "A QR code is not to be paid any more: it was paid, has expired or was canceled.", "expired"),
        new("course.created", "A course can be sold.", null, EventData.Course, "active"),
        new("course.updated", "You changed a course: its price, its tax, or whether it is sold.", null, EventData.Course, "active"),
        new("discount_code.created", "A discount code can be used.", null, EventData.DiscountCode, "active"),
        new("discount_code.updated", "You changed a discount code.", null, EventData.DiscountCode, "active"),
        new("enrollment.opened", "A student has a course: by a payment, or by your staff.", null, EventData.Enrollment, "active"),
        new("enrollment.closed", "A student has a course no more: it was refunded, or your staff took it back.", null, EventData.Enrollment, "closed"),
        CoursePayment("course_payment.created", "A student has begun to pay a course.", "pending"),
        CoursePayment("course_payment.succeeded", "A course is paid; with duplicate the student had it already, and the money goes back by itself.", "success"),
        CoursePayment("course_payment.failed", "The payment of a course failed; failureReason says why in a word.", "failed"),
        CoursePayment("course_payment.expired", "The session of a course payment was over before it was paid.", "expired"),
        CoursePayment("course_payment.refunded", "Money of a course payment went back: all of it, or amountRefunded so far.", "refunded"),
        CoursePayment("course_payment.refund_undone", "A refund of a course payment came back after it was done.", "success"),
        new("security.alert", "Somebody sent a message about a course payment that the gateway has not written; nothing was changed.", null, EventData.SecurityAlert, "alert"),
        new("payment_config.updated", "The set-up of course payments was changed: limits, session, methods or keys.", null, EventData.PaymentConfig, "active"),
        new("routing.updated", "The rules by which payments find their processor were replaced; a new version counts.", null, EventData.Routing, "active"),
        new("test_clock.ready", "All that the new time of a test clock made due is done.", null, EventData.TestClock, "ready"),
        WorkItem("work_item.opened", "Something does not fit what a processor says: kind, both sides and what can be done are in it.", "open"),
        WorkItem("work_item.resolved", "A work item has ended: its action is done, or it was dismissed.", "resolved"),
        Customer("customer.created", "A customer was created.", "active"),
        Customer("customer.updated", "A customer's fields, named in changed, or their default method are others now.", "active"),
        Customer("customer.deleted", "A customer was deleted and what was personal is erased; their methods are detached.", "deleted"),
        Method("payment_method.attached", "A customer's payment method was saved and can be paid with.", "active"),
        Method("payment_method.detached", "A payment method cannot be paid with any more.", "detached"),
        Method("payment_method.expiring", "A saved card will expire within 30 days: ask the customer for the new one.", "active"),
        Method("payment_method.failed", "The processor did not take a payment method.", "failed"),
        new("customer.balance_updated", "A customer's balance grew or shrank: by you, by a payment or by a refund.", null, EventData.CustomerBalance, "credit"),
        Mandate("mandate.created", "A mandate was asked for.", "pending"),
        Mandate("mandate.updated", "A mandate is active, or was rejected or revoked, or has expired.", "active"),
        new("mandate.notified", "A customer was told of a debit to come.", null, EventData.MandateNotice, "active"),
        Setup("setup.created", "A setup intent was created.", "requires_payment_method"),
        Setup("setup.requires_action", "The customer must act before a way to pay is set up: pass 3-D Secure, or approve in an app.", "requires_action"),
        Setup("setup.succeeded", "A way to pay is set up: paymentMethodId is the saved method, or mandateId the mandate.", "succeeded"),
        Setup("setup.failed", "An attempt to set up a way to pay failed; another may be made.", "requires_payment_method"),
        Setup("setup.canceled", "A setup intent was canceled, or its customer was deleted.", "canceled"),
        Refund("refund.created", "A refund was asked for; its amount is reserved.", "pending"),
        Refund("refund.updated", "A refund was approved, or the processor has it and will do it later.", "pending"),
        Refund("refund.processed", "The processor gave the money back; expectedAt says when the customer sees it.", "succeeded"),
        Refund("refund.failed", "A refund was not done, or came back after it was done; the amount can be refunded again.", "failed"),
        SplitPayment("split_payment.created", "An order is being paid in parts.", "processing"),
        SplitPayment("split_payment.requires_action", "At least one part waits for the customer; each part shows its nextAction.", "requires_action"),
        SplitPayment("split_payment.succeeded", "All parts are paid, and with them the order.", "succeeded"),
        SplitPayment("split_payment.failed", "A part could not be paid, and none is kept; the order can be paid another way.", "failed"),
        SplitPayment("split_payment.canceled", "A split payment was canceled, or its order expired; no part is kept.", "canceled"),
        Dispute("dispute.opened", "A customer's bank disputes a payment, or asks about it; evidence is taken until evidenceDueBy.", "needs_response"),
        Dispute("dispute.updated", "Something of a dispute changed; with reminder: true nothing did, but its deadline is near.", "under_review"),
        Dispute("dispute.closed", "A dispute is over: won, lost, accepted, or an inquiry that was closed.", "won"),
        Receipt("receipt.issued", "A payment has its receipt, numbered and made as a document.", "tax_invoice"),
        Receipt("credit_note.issued", "A refund has its credit note, numbered and made as a document.", "credit_note"),
        Receipt("debit_note.issued", "A refund came back after its credit note: a debit note takes that back.", "debit_note"),
        Refund("refund.canceled", "A refund was canceled or not approved; the amount can be refunded again.", "canceled"),
    ];

    private static readonly Dictionary<string, EventKind> byName = All.ToDictionary(kind => kind.Name, StringComparer.Ordinal);

    public static EventKind? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>The name under which a fact is stored: an alias is a name for subscribers only.</summary>
    public static string StoredNameOf(string name) => Find(name)?.AliasOf ?? name;

    private static EventKind SplitPayment(string name, string sentence, string status) =>
        new(name, sentence, null, EventData.SplitPayment, status);

    private static EventKind Refund(string name, string sentence, string status) => new(name, sentence, null, EventData.Refund, status);

    private static EventKind Receipt(string name, string sentence, string kind) => new(name, sentence, null, EventData.Receipt, kind);

    private static EventKind Mandate(string name, string sentence, string status) => new(name, sentence, null, EventData.Mandate, status);

    private static EventKind Setup(string name, string sentence, string status) => new(name, sentence, null, EventData.Setup, status);

    private static EventKind Dispute(string name, string sentence, string status) => new(name, sentence, null, EventData.Dispute, status);

    private static EventKind WorkItem(string name, string sentence, string status) => new(name, sentence, null, EventData.WorkItem, status);

    private static EventKind Customer(string name, string sentence, string status) => new(name, sentence, null, EventData.Customer, status);

    private static EventKind Method(string name, string sentence, string status) => new(name, sentence, null, EventData.PaymentMethod, status);

    private static EventKind Order(string name, string sentence, string status) => new(name, sentence, null, EventData.Order, status);

    private static EventKind Installment(string name, string sentence, string status) =>
        new(name, sentence, null, EventData.Installment, status);

    private static EventKind CoursePayment(string name, string sentence, string status) =>
        new(name, sentence, null, EventData.CoursePayment, status);

    private static EventKind QrCode(string name, string sentence, string status) => new(name, sentence, null, EventData.QrCode, status);

    private static EventKind Payment(string name, string sentence, string status, string? aliasOf = null) =>
        new(name, sentence, aliasOf, EventData.Payment, status);
}
