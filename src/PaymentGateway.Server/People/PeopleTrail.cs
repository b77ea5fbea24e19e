using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>
/// What is recorded of people: ids and states, never a name, an address or a secret. What concerns a merchant's team stands in that
/// merchant's audit logs; the rest is the installation's own, under a name that no merchant can have.
/// </summary>
internal sealed class PeopleTrail(Committer committer, PersonTime time)
{
    public void Record(Change change, Origin origin, string action, string userId, JsonObject? before = null, JsonObject? after = null) =>
        AuditTrail.Record(change, AuditTrail.Platform, origin, time.Clock, action, action.Split('.')[0], userId, before, after);

    public void RecordTeam(
        Change change, Tenant tenant, Origin origin, string action, string objectId, JsonObject? before = null, JsonObject? after = null) =>
        AuditTrail.Record(change, tenant, origin, time.Clock, action, action.Split('.')[0], objectId, before, after);

    /// <summary>What happened although nothing was changed by it, such as a wrong password.</summary>
    public async Task RecordAlone(Origin origin, string action, string subject, CancellationToken cancel)
    {
        var change = new Change();
        Record(change, origin, action, subject);
        if (await committer.Commit(change, cancel) is CommitOutcome.Rejected rejected)
        {
            throw new CommitRejectedException(rejected);
        }
    }

    public static JsonObject FieldsOf(User user) => new()
    {
        ["state"] = Words.Of(user.State),
        ["confirmed"] = user.ConfirmedAt is not null,
        ["roles"] = new JsonArray([.. user.PlatformRoles.Select(role => (JsonNode)Words.Of(role))]),
        ["secondFactor"] = user.HasFactor,
        ["language"] = user.Language,
    };
}
