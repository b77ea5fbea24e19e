using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>The events and audit rows of course payments. Neither names the student but by their id.</summary>
internal sealed class TransactionFacts(EventConsumers events, MerchantClocks clocks)
{
    private const string Noun = "course_payment";

    /// <param name="action">The command, for the audit trail.</param>
    public void Write(Change change, CourseTransaction? before, CourseTransaction next, string action, Origin origin)
    {
        AuditTrail.Record(
            change, next.Tenant, origin, clocks.Real, $"{Noun}.{action}", Noun, next.Id, before is null ? null : DataOf(before), DataOf(next));
        if (FactOf(before, next) is { } fact)
        {
            events.Write(change, Event.Of(fact, next.Tenant, next.Id, DataOf(next), origin.RequestId, webhookUrl: null, clocks));
        }
    }

    /// <summary>Somebody has sent what the gateway has not written. Nothing of it is kept but that it came, and how.</summary>
    public void WriteAlert(Change change, CourseTransaction about, MessageKind kind, Origin origin)
    {
        var data = new JsonObject
        {
            ["merchantId"] = about.Tenant.MerchantId,
            ["transactionId"] = about.Id,
            ["kind"] = $"forged_{Words.Of(kind)}",
        };
        AuditTrail.Record(
            change, about.Tenant, origin, clocks.Real, "security.alert", Noun, about.Id, before: null, data.DeepClone().AsObject());
        events.Write(change, Event.Of("security.alert", about.Tenant, about.Id, data, origin.RequestId, webhookUrl: null, clocks));
    }

    private static string? FactOf(CourseTransaction? before, CourseTransaction next) => (before?.State, next.State) switch
    {
        (null, _) => $"{Noun}.created",
        var (was, now) when was == now && before!.AmountRefunded == next.AmountRefunded => null,
        _ when next.AmountRefunded > before!.AmountRefunded => $"{Noun}.refunded",
        _ when next.AmountRefunded < before.AmountRefunded => $"{Noun}.refund_undone",
        (_, TransactionState.Success) => $"{Noun}.succeeded",
        (_, TransactionState.Failed) => $"{Noun}.failed",
        (_, TransactionState.Expired) => $"{Noun}.expired",
        _ => null,
    };

    private static JsonObject DataOf(CourseTransaction transaction)
    {
        var data = new JsonObject
        {
            ["merchantId"] = transaction.Tenant.MerchantId,
            ["transactionId"] = transaction.Id,
            ["status"] = Words.Of(transaction.State),
            ["courseId"] = transaction.CourseId,
            ["studentId"] = transaction.StudentId,
            ["orderId"] = transaction.OrderId,
            ["amount"] = transaction.Price.Total.ToMajor(),
            ["currency"] = transaction.Price.Total.Currency.Code,
            ["originalPrice"] = transaction.Price.Original.ToMajor(),
            ["discount"] = transaction.Price.Discount.ToMajor(),
            ["subtotal"] = transaction.Price.Subtotal.ToMajor(),
            ["gst"] = transaction.Price.Gst.ToMajor(),
            ["amountRefunded"] = transaction.AmountRefunded.ToMajor(),
            ["createdAt"] = Json.Time(transaction.CreatedAt),
            ["expiresAt"] = Json.Time(transaction.ExpiresAt),
        };
        Add("paymentId", transaction.PaymentId);
        Add("discountCode", transaction.DiscountCode);
        Add("paymentMethod", transaction.Method);
        Add("failureReason", transaction.FailureReason is { } reason ? Words.Of(reason) : null);
        Add("failureCode", transaction.FailureCode);
        Add("duplicate", transaction.IsDuplicate ? true : null);
        Add("paidAt", transaction.PaidAt is { } paid ? Json.Time(paid) : null);
        return data;

        void Add(string field, JsonNode? value)
        {
            if (value is not null)
            {
                data[field] = value;
            }
        }
    }
}
