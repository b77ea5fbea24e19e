using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Hdfc.HdfcBook;

namespace PaymentGateway.Simulators.Hdfc;

/// <summary>
/// The calls under <c>/v4</c>: JSON signed by RS256, and that encrypted with AES-256-GCM under a key that RSA wraps. Everything as objects
/// of base64url parts. Requests wrap by OAEP with SHA-1 and answers with SHA-256: so does the client library.
/// </summary>
internal sealed class Envelope(Dashboard dashboard)
{
    private const int TagLength = 16;

    /// <summary>What was sent, when it is the merchant's; null: it cannot be opened, or somebody else wrote it.</summary>
    public JsonObject? Open(string merchant, JsonObject envelope)
    {
        var settings = dashboard.Of(merchant);
        if (Text(settings, "publicKey") is not { } publicKey)
            return null;
        try
        {
            var signed = JsonNode.Parse(Decrypt(envelope)) as JsonObject;
            if (Text(Header(signed), "kid") != Text(settings, "keyId") || !IsSigned(signed!, publicKey))
                return null;
            return JsonNode.Parse(Bytes(signed!, "payload")) as JsonObject;
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static JsonNode? Header(JsonObject? of) => of is null ? null : JsonNode.Parse(Bytes(of, "header"));

    private static byte[] Bytes(JsonObject of, string part) =>
        Base64Url.DecodeFromChars(Text(of, part) ?? throw new FormatException($"There is no {part}."));

    private byte[] Decrypt(JsonObject envelope)
    {
        if (Text(Header(envelope), "enc") != "A256GCM" || Text(Header(envelope), "alg") is not ("RSA-OAEP" or "RSA-OAEP-256"))
            throw new FormatException("Another algorithm was used.");
        var padding = Text(Header(envelope), "alg") == "RSA-OAEP" ? RSAEncryptionPadding.OaepSHA1 : RSAEncryptionPadding.OaepSHA256;
        using var own = dashboard.Key();
        using var cipher = new AesGcm(own.Decrypt(Bytes(envelope, "encryptedKey"), padding), TagLength);
        var sealedText = Bytes(envelope, "encryptedPayload");
        var plain = new byte[sealedText.Length];
        cipher.Decrypt(Bytes(envelope, "iv"), sealedText, Bytes(envelope, "tag"), plain, Encoding.ASCII.GetBytes(Text(envelope, "header")!));
        return plain;
    }

    private static bool IsSigned(JsonObject signed, string publicKey)
    {
        using var theirs = RSA.Create();
        theirs.ImportFromPem(publicKey);
        var text = $"{Text(signed, "header")}.{Text(signed, "payload")}";
        return theirs.VerifyData(Encoding.ASCII.GetBytes(text), Bytes(signed, "signature"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>An answer for the merchant alone.</summary>
    public JsonObject Seal(string merchant, JsonNode answer)
    {
        var settings = dashboard.Of(merchant);
        var kid = Text(settings, "keyId");
        var padding = Text(settings, "replyOaep") == "sha1" ? RSAEncryptionPadding.OaepSHA1 : RSAEncryptionPadding.OaepSHA256;
        var header = Coded(new JsonObject { ["alg"] = "RSA-OAEP-256", ["enc"] = "A256GCM", ["cty"] = "JWT", ["kid"] = kid }.ToJsonString());
        var signed = Encoding.UTF8.GetBytes(Sign(kid, answer).ToJsonString());
        var key = RandomNumberGenerator.GetBytes(32);
        var (iv, sealedText, tag) = (RandomNumberGenerator.GetBytes(12), new byte[signed.Length], new byte[TagLength]);
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(iv, signed, sealedText, tag, Encoding.ASCII.GetBytes(header));
        using var theirs = RSA.Create();
        theirs.ImportFromPem(Text(settings, "publicKey")!);
        return new()
        {
            ["header"] = header,
            ["encryptedKey"] = Base64Url.EncodeToString(theirs.Encrypt(key, padding)),
            ["iv"] = Base64Url.EncodeToString(iv),
            ["encryptedPayload"] = Base64Url.EncodeToString(sealedText),
            ["tag"] = Base64Url.EncodeToString(tag),
        };
    }

    private JsonObject Sign(string? kid, JsonNode answer)
    {
        var header = Coded(new JsonObject { ["alg"] = "RS256", ["kid"] = kid }.ToJsonString());
        var payload = Coded(answer.ToJsonString());
        using var own = dashboard.Key();
        var signature = own.SignData(Encoding.ASCII.GetBytes($"{header}.{payload}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return new() { ["header"] = header, ["payload"] = payload, ["signature"] = Base64Url.EncodeToString(signature) };
    }

    private static string Coded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
