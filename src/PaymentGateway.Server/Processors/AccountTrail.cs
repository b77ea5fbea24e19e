using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Http;

namespace PaymentGateway.Processors;

/// <summary>The audit rows of accounts at processors: what the merchant itself sees of them, so no secret.</summary>
internal sealed class AccountTrail(PublicAddress address, TimeProvider clock)
{
    /// <param name="before">Null: the account is new.</param>
    /// <param name="next">Null: it is deleted.</param>
    public void Record(Change change, Origin origin, IReadOnlyList<AccountField> known, MerchantAccount? before, MerchantAccount? next)
    {
        var action = (before, next) switch { (null, _) => "create", (_, null) => "delete", _ => "update" };
        var either = (next ?? before)!;
        AuditTrail.Record(
            change, either.Tenant, origin, clock, $"processor_account.{action}", "processor_account", either.Id,
            FieldsOf(before), FieldsOf(next) ?? []);

        JsonObject? FieldsOf(MerchantAccount? account) => account is null
            ? null
            : JsonSerializer.SerializeToNode(ProcessorAccountView.Of(account, known, address), Json.Options)!.AsObject();
    }
}
