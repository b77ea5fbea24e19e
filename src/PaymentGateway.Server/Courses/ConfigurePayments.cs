using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Processors;

namespace PaymentGateway.Courses;

/// <summary>
/// Reads and changes a merchant's payment desk: its settings, which are here, and its account at the gateway, which is where all accounts at
/// processors are. A change of both is one commit.
/// </summary>
internal sealed class ConfigurePayments(
    CourseSettingsStore store, AccountBook accounts, PublicAddress address, EventConsumers events, MerchantClocks clocks)
{
    public async Task<PaymentConfigView> Read(Tenant tenant, CancellationToken cancel) => PaymentConfigView.Of(
        await store.Read(tenant, cancel), await accounts.Find(tenant, CourseGateway.Connector), address);

    /// <summary>Adds what is asked for to a change.</summary>
    /// <returns>The desk as it will be; or VERSION_CONFLICT, INVALID_CONFIGURATION with the fields, NOT_SUPPORTED for keys of the environment.</returns>
    public async Task<Outcome<PaymentConfigView>> Write(
        Change change, Tenant tenant, PutPaymentConfigBody asked, Origin origin, CancellationToken cancel)
    {
        var (now, account) = (await store.Read(tenant, cancel), await accounts.Find(tenant, CourseGateway.Connector));
        var next = PaymentConfigDecisions.Update(now, asked, clocks.Now(tenant));
        if (next.IsRefused)
        {
            return next.Refusal!;
        }

        var nextAccount = account;
        if (PaymentConfigDecisions.AccountFields(asked) is { } fields)
        {
            var put = await accounts.Put(change, tenant, CourseGateway.Connector, fields, origin);
            if (put.IsRefused)
            {
                return PaymentConfigDecisions.OfAccount(put.Refusal!);
            }

            nextAccount = put.Value;
        }

        change.Of(tenant).Write(CourseSettingsRows.Put, next.Value);
        var (before, after) = (PaymentConfigView.Of(now, account, address), PaymentConfigView.Of(next.Value, nextAccount, address));
        Record(change, tenant, before, after, origin);
        return after;
    }

    /// <summary>After the commit: the keys hold at once in this process.</summary>
    public void Forget(Tenant tenant) => accounts.Forget(tenant);

    private void Record(Change change, Tenant tenant, PaymentConfigView before, PaymentConfigView after, Origin origin)
    {
        AuditTrail.Record(
            change, tenant, origin, clocks.Real, "payment_config.update", "payment_config", tenant.MerchantId, FieldsOf(before), FieldsOf(after));
        events.Write(change, Event.Of("payment_config.updated", tenant, tenant.MerchantId, new JsonObject
        {
            ["merchantId"] = tenant.MerchantId,
            ["version"] = after.Version,
            ["minimumAmount"] = after.MinimumAmount,
            ["maximumAmount"] = after.MaximumAmount,
            ["currency"] = after.Currency,
            ["sessionTimeoutMinutes"] = after.SessionTimeoutMinutes,
        }, origin.RequestId, webhookUrl: null, clocks));
    }

    private static JsonObject FieldsOf(PaymentConfigView view) => JsonSerializer.SerializeToNode(view, Json.Options)!.AsObject();
}
