using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Commit;
using PaymentGateway.Http;

namespace PaymentGateway.Merchants;

/// <summary>The audit rows of merchants' settings: what the merchant itself sees of them.</summary>
internal static class MerchantTrail
{
    public static void Record(Change change, Origin origin, TimeProvider real, Merchant? before, Merchant next) => AuditTrail.Record(
        change, next.Tenant, origin, real, before is null ? "merchant.create" : "merchant.update", "merchant", next.Tenant.MerchantId,
        before is null ? null : FieldsOf(before), FieldsOf(next));

    private static JsonObject FieldsOf(Merchant merchant) => JsonSerializer.SerializeToNode(MerchantView.Of(merchant), Json.Options)!.AsObject();
}
