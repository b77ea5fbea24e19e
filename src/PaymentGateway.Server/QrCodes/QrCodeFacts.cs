using System.Text.Json.Nodes;
using PaymentGateway.Commit;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.QrCodes;

/// <summary>What merchants are told about codes.</summary>
internal sealed class QrCodeFacts(EventConsumers events, TimeProvider clock)
{
    /// <param name="credit">What came in, for the event of it.</param>
    public void Write(Change change, string name, QrCode code, Credit? credit, string? requestId) =>
        events.Write(change, Event.Of(name, code.Tenant, code.Id, DataOf(code, credit), requestId, webhookUrl: null, clock));

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
