using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.QrCodes;

/// <summary>What is written of every change of a code: its event, and the audit row of its fields.</summary>
internal sealed class QrCodeFacts(EventConsumers events, MerchantClocks clocks)
{
    /// <param name="change">Writes the code too.</param>
    /// <param name="name">Of the event, and of the action in the audit trail.</param>
    /// <param name="before">Null: the code is new.</param>
    /// <param name="code">The code as it will be.</param>
    /// <param name="credit">What came in, for the event of it.</param>
    /// <param name="origin">Who.</param>
    public void Write(Change change, string name, QrCode? before, QrCode code, Credit? credit, Origin origin)
    {
        var after = DataOf(code, credit);
        AuditTrail.Record(
            change, code.Tenant, origin, clocks.Real, name, "qr_code", code.Id, before is null ? null : DataOf(before, null), after);
        events.Write(change, Event.Of(name, code.Tenant, code.Id, after, origin.RequestId, webhookUrl: null, clocks));
    }

    private static JsonObject DataOf(QrCode code, Credit? credit)
    {
        var data = new JsonObject
        {
            ["merchantId"] = code.Tenant.MerchantId,
            ["qrCodeId"] = code.Id,
            ["type"] = StateWords.Of(code.Kind),
            ["format"] = code.Format,
            ["status"] = StateWords.Of(code.State),
            ["currency"] = code.Currency.Code,
            ["metadata"] = JsonNode.Parse(code.Metadata),
            ["createdAt"] = Json.Time(code.CreatedAt),
        };
        Add("amount", code.Amount?.ToMajor());
        Add("orderId", credit?.OrderId ?? code.OrderId);
        Add("paymentId", credit?.PaymentId);
        Add("amountCredited", credit?.Amount.ToMajor());
        Add("reference", credit?.Reference);
        Add("surplus", credit?.Surplus);
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
