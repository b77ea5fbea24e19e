using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <summary>
/// What is written of every change of a customer or method: its event, and the audit row of its fields. Both are kept for years, so
/// nothing personal is in them: they say which fields changed, and the object itself says what they are.
/// </summary>
internal sealed class CustomerFacts(EventConsumers events, MerchantClocks clocks)
{
    /// <param name="change">Writes the customer too.</param>
    /// <param name="name">Of the event, and of the action in the audit trail.</param>
    /// <param name="before">Null: the customer is new.</param>
    /// <param name="next">The customer as it will be.</param>
    /// <param name="origin">Who.</param>
    public void Write(Change change, string name, Customer? before, Customer next, Origin origin)
    {
        var changed = ChangedFields(before, next);
        var after = DataOf(next, changed);
        AuditTrail.Record(
            change, next.Tenant, origin, clocks.Real, name, "customer", next.Id, before is null ? null : DataOf(before, []), after);
        events.Write(change, Event.Of(name, next.Tenant, next.Id, after.DeepClone().AsObject(), origin.RequestId, webhookUrl: null, clocks));
    }

    /// <inheritdoc cref="Write(Change, string, Customer?, Customer, Origin)"/>
    public void Write(Change change, string name, PaymentMethod? before, PaymentMethod next, Origin origin)
    {
        Record(change, name, before, next, origin);
        events.Write(change, Event.Of(name, next.Tenant, next.Id, DataOf(next), origin.RequestId, webhookUrl: null, clocks));
    }

    /// <summary>The audit row alone, of a change that no subscriber needs to hear of.</summary>
    public void Record(Change change, string action, PaymentMethod? before, PaymentMethod next, Origin origin) => AuditTrail.Record(
        change, next.Tenant, origin, clocks.Real, action, "payment_method", next.Id,
        before is null ? null : DataOf(before), DataOf(next));

    private static JsonObject DataOf(Customer customer, string[] changed) => Compact(new()
    {
        ["merchantId"] = customer.Tenant.MerchantId,
        ["customerId"] = customer.Id,
        ["status"] = Words.Of(customer.State),
        ["defaultPaymentMethodId"] = customer.DefaultPaymentMethodId,
        ["changed"] = changed.Length == 0 ? null : new JsonArray([.. changed.Select(field => JsonValue.Create(field))]),
        ["createdAt"] = Json.Time(customer.CreatedAt),
    });

    private static JsonObject DataOf(PaymentMethod method) => Compact(new()
    {
        ["merchantId"] = method.Tenant.MerchantId,
        ["paymentMethodId"] = method.Id,
        ["customerId"] = method.CustomerId,
        ["status"] = Words.Of(method.State),
        ["type"] = method.Summary.Method,
        ["card"] = method.Summary is { Last4: { } last4 } card
            ? new JsonObject { ["network"] = card.Network, ["last4"] = last4, ["funding"] = card.Funding, ["expiry"] = card.Expiry }
            : null,
        ["expiresAt"] = method.ExpiresAt is { } end ? Json.Time(end) : null,
        ["replacedBy"] = method.ReplacedBy,
        ["failureCode"] = method.FailureCode,
        ["createdAt"] = Json.Time(method.CreatedAt),
    });

    private static string[] ChangedFields(Customer? before, Customer next)
    {
        (string Name, bool Differs)[] fields =
        [
            ("name", before?.Name != next.Name), ("email", before?.Email != next.Email), ("phone", before?.Phone != next.Phone),
            ("address", before?.Address != next.Address), ("metadata", (before?.Metadata ?? "{}") != next.Metadata),
        ];
        return [.. fields.Where(field => field.Differs).Select(field => field.Name)];
    }

    private static JsonObject Compact(JsonObject data)
    {
        foreach (var absent in data.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            data.Remove(absent);
        }

        return data;
    }
}
