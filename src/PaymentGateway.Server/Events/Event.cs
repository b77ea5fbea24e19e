using System.Text;
using System.Text.Json.Nodes;
using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Events;

/// <summary>A committed fact about a merchant's object, with the exact text that its subscribers receive.</summary>
/// <param name="Name"><c>noun.verb</c>, see the catalogue.</param>
/// <param name="SubjectId">The object whose events keep their order.</param>
/// <param name="Body">Compact JSON as Node prints it; signed and sent byte for byte.</param>
/// <param name="WebhookUrl">An address that this one object asked to be told at.</param>
public sealed record Event(
    string Id, Tenant Tenant, string Name, string SubjectId, DateTimeOffset CreatedAt, string? RequestId, string? WebhookUrl, string Body)
{
    public const string ApiVersion = "2026-11-01";

    /// <summary>A new event; <paramref name="data"/> becomes the <c>data</c> of its body.</summary>
    public static Event Of(
        string name, Tenant tenant, string subjectId, JsonObject data, string? requestId, string? webhookUrl, MerchantClocks clocks)
    {
        var id = Database.Id.New("evt", clocks.Real);
        var now = clocks.Now(tenant);
        return new(id, tenant, name, subjectId, now, requestId, webhookUrl, BodyOf(id, name, now, data));
    }

    private static string BodyOf(string id, string name, DateTimeOffset when, JsonObject data)
    {
        var body = new JsonObject
        {
            ["id"] = id,
            ["event"] = name,
            ["timestamp"] = Json.Time(when),
            ["apiVersion"] = ApiVersion,
            ["data"] = data,
        };
        var text = TextOf(body);
        if (!CardDataGuard.HoldsCardNumber(text))
        {
            return text;
        }

        // What merchants send is refused at the door; this is for what a processor says in its own words.
        CardDataGuard.MaskIn(data);
        return TextOf(body);
    }

    private static string TextOf(JsonObject body) => Encoding.UTF8.GetString(NodeJson.Write(body));
}
