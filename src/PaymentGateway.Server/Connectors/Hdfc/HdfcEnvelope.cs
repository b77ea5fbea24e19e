using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentGateway.Connectors.Hdfc;

/// <param name="Id">Of the pair, as the dashboard names it.</param>
/// <param name="TheirPublicKey">PEM.</param>
/// <param name="OwnPrivateKey">PEM.</param>
internal sealed record EnvelopeKeys(string Id, string TheirPublicKey, string OwnPrivateKey)
{
    public override string ToString() => Id;
}

/// <summary>
/// Encrypted calls: JSON signed with RS256, and that encrypted with AES-256-GCM under a key that RSA wraps, both as objects of their
/// base64url parts, which is not the compact form of RFC 7515 and 7516.
/// </summary>
/// <remarks>
/// The bank's client library wraps the key of a request by OAEP with SHA-1, and opens the key of an answer by OAEP with SHA-256, whatever
/// the headers say. So does this.
/// </remarks>
internal static class HdfcEnvelope
{
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public static JsonObject Seal(string json, EnvelopeKeys keys)
    {
        var header = Coded(new JsonObject { ["alg"] = "RSA-OAEP", ["enc"] = "A256GCM", ["cty"] = "JWT", ["kid"] = keys.Id }.ToJsonString());
        var signed = Encoding.UTF8.GetBytes(Sign(json, keys).ToJsonString());
        var (key, nonce) = (RandomNumberGenerator.GetBytes(KeyLength), RandomNumberGenerator.GetBytes(NonceLength));
        var (sealedText, tag) = (new byte[signed.Length], new byte[TagLength]);
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(nonce, signed, sealedText, tag, Encoding.ASCII.GetBytes(header));
        using var theirs = RSA.Create();
        theirs.ImportFromPem(keys.TheirPublicKey);
        return new()
        {
            ["header"] = header,
            ["encryptedKey"] = Base64Url.EncodeToString(theirs.Encrypt(key, RSAEncryptionPadding.OaepSHA1)),
            ["iv"] = Base64Url.EncodeToString(nonce),
            ["encryptedPayload"] = Base64Url.EncodeToString(sealedText),
            ["tag"] = Base64Url.EncodeToString(tag),
        };
    }

    private static JsonObject Sign(string json, EnvelopeKeys keys)
    {
        var header = Coded(new JsonObject { ["alg"] = "RS256", ["kid"] = keys.Id }.ToJsonString());
        var payload = Coded(json);
        using var own = RSA.Create();
        own.ImportFromPem(keys.OwnPrivateKey);
        var signature = own.SignData(Encoding.ASCII.GetBytes($"{header}.{payload}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return new() { ["header"] = header, ["payload"] = payload, ["signature"] = Base64Url.EncodeToString(signature) };
    }

    /// <summary>The answer inside, when it was written by the bank for us.</summary>
    /// <exception cref="JsonException">It cannot be opened, or somebody else signed it.</exception>
    public static JsonElement Open(JsonElement envelope, EnvelopeKeys keys)
    {
        try
        {
            var signed = Parse(Decrypt(envelope, keys));
            return IsSigned(signed, keys) ? Parse(Bytes(signed, "payload")) : throw new JsonException("The answer is not signed by the bank.");
        }
        // A nonce or a tag of a wrong length is an argument to the cipher.
        catch (Exception unreadable) when (unreadable is CryptographicException or FormatException or ArgumentException)
        {
            throw new JsonException("The encrypted answer cannot be opened.", unreadable);
        }
    }

    private static byte[] Decrypt(JsonElement envelope, EnvelopeKeys keys)
    {
        var (sealedText, header) = (Bytes(envelope, "encryptedPayload"), envelope.Needed("header"));
        using var own = RSA.Create();
        own.ImportFromPem(keys.OwnPrivateKey);
        using var cipher = new AesGcm(own.Decrypt(Bytes(envelope, "encryptedKey"), RSAEncryptionPadding.OaepSHA256), TagLength);
        var plain = new byte[sealedText.Length];
        cipher.Decrypt(Bytes(envelope, "iv"), sealedText, Bytes(envelope, "tag"), plain, Encoding.ASCII.GetBytes(header));
        return plain;
    }

    private static bool IsSigned(JsonElement signed, EnvelopeKeys keys)
    {
        using var theirs = RSA.Create();
        theirs.ImportFromPem(keys.TheirPublicKey);
        var text = Encoding.ASCII.GetBytes($"{signed.Needed("header")}.{signed.Needed("payload")}");
        return theirs.VerifyData(text, Bytes(signed, "signature"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static byte[] Bytes(JsonElement of, string part) => Base64Url.DecodeFromChars(of.Needed(part));

    private static string Coded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static JsonElement Parse(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
