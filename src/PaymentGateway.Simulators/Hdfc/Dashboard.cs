using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Hdfc.HdfcBook;

namespace PaymentGateway.Simulators.Hdfc;

/// <summary>
/// What a merchant sets in the dashboard: where webhooks go and with which user and password, how the payer comes back, and the keys of
/// encrypted calls. No API does this at SmartGateway; here the control command <c>dashboard</c> does.
/// </summary>
internal sealed class Dashboard(World world)
{
    private const string Kind = "_dashboard";
    private const string KeyKind = "_key";
    private const string GatewayKey = "gateway";
    private const string FirstResponseKey = "TESTRESPONSEKEY00000000000000001";

    private static readonly string[] settings =
    [
        "webhookUrl", "webhookUser", "webhookPassword", "responseKey", "returnMethod", "keyId", "publicKey", "replyOaep",
    ];

    /// <summary>The merchant's settings; whoever calls for the first time has those that everybody begins with.</summary>
    public JsonObject Of(string merchant) => world.Shelf.Find(Kind, merchant) ?? new()
    {
        ["merchant"] = merchant,
        ["responseKey"] = FirstResponseKey,
        ["returnMethod"] = "GET",
        ["replyOaep"] = "sha256",
    };

    /// <summary><c>{ merchant, webhookUrl, webhookUser, webhookPassword, responseKey, returnMethod, keyId, publicKey, replyOaep }</c></summary>
    public Reply Set(JsonObject fields)
    {
        if (Text(fields, "merchant") is not { Length: > 0 } merchant)
            throw new ControlException("'merchant' is required: the value of x-merchantid.");
        var now = Of(merchant);
        foreach (var name in settings.Where(fields.ContainsKey))
            now[name] = Text(fields, name) ?? throw new ControlException($"'{name}' must be a text.");
        if (Text(now, "returnMethod") is not ("GET" or "POST"))
            throw new ControlException("'returnMethod' must be GET or POST.");
        if (Text(now, "replyOaep") is not ("sha256" or "sha1"))
            throw new ControlException("'replyOaep' must be sha256 or sha1.");
        world.Shelf.Put(Kind, merchant, now);
        now["gatewayPublicKey"] = Key().ExportSubjectPublicKeyInfoPem();
        return new(200, now);
    }

    /// <summary>Our own pair of keys, kept from when it is first needed.</summary>
    public RSA Key()
    {
        if (Text(world.Shelf.Find(KeyKind, GatewayKey), "pem") is { } pem)
        {
            var kept = RSA.Create();
            kept.ImportFromPem(pem);
            return kept;
        }

        var fresh = ProcessKey.Open();
        world.Shelf.Put(KeyKind, GatewayKey, new() { ["pem"] = fresh.ExportPkcs8PrivateKeyPem() });
        return fresh;
    }
}
