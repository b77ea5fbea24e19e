using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Hdfc;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Connectors.Hdfc;

public sealed class HdfcEnvelopeTests : IDisposable
{
    private readonly RSA ours = RSA.Create(2048);
    private readonly RSA theirs = RSA.Create(2048);

    public void Dispose()
    {
        ours.Dispose();
        theirs.Dispose();
    }

    private EnvelopeKeys Keys => new("key_1", theirs.ExportSubjectPublicKeyInfoPem(), ours.ExportPkcs8PrivateKeyPem());

    private static JsonNode Header(JsonObject of) => JsonNode.Parse(Base64Url.DecodeFromChars((string)of["header"]!))!;

    [Fact]
    public void A_request_is_wrapped_by_OAEP_with_SHA1_and_signed_inside()
    {
        var envelope = HdfcEnvelope.Seal("""{"order_id":"A1"}""", Keys);
        Assert.Equal("""{"alg":"RSA-OAEP","enc":"A256GCM","cty":"JWT","kid":"key_1"}""", Header(envelope).ToJsonString());
        var key = theirs.Decrypt(Bytes(envelope, "encryptedKey"), RSAEncryptionPadding.OaepSHA1);
        Assert.Equal((32, 12, 16), (key.Length, Bytes(envelope, "iv").Length, Bytes(envelope, "tag").Length));
        using var cipher = new AesGcm(key, 16);
        var plain = new byte[Bytes(envelope, "encryptedPayload").Length];
        cipher.Decrypt(Bytes(envelope, "iv"), Bytes(envelope, "encryptedPayload"), Bytes(envelope, "tag"), plain, Encoding.ASCII.GetBytes((string)envelope["header"]!));
        var signed = (JsonObject)JsonNode.Parse(plain)!;
        Assert.Equal("""{"alg":"RS256","kid":"key_1"}""", Header(signed).ToJsonString());
        Assert.Equal("""{"order_id":"A1"}""", Encoding.UTF8.GetString(Bytes(signed, "payload")));
        Assert.True(ours.VerifyData(
            Encoding.ASCII.GetBytes($"{signed["header"]}.{signed["payload"]}"), Bytes(signed, "signature"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static byte[] Bytes(JsonObject of, string part) => Base64Url.DecodeFromChars((string)of[part]!);

    private JsonElement Answer(RSAEncryptionPadding padding, RSA? signer = null)
    {
        // The other direction, with the padding of answers: what seals is theirs.
        var sealedByThem = HdfcEnvelope.Seal("""{"status":"NEW"}""", new("key_1", ours.ExportSubjectPublicKeyInfoPem(), (signer ?? theirs).ExportPkcs8PrivateKeyPem()));
        var key = ours.Decrypt(Bytes(sealedByThem, "encryptedKey"), RSAEncryptionPadding.OaepSHA1);
        sealedByThem["encryptedKey"] = Base64Url.EncodeToString(ours.Encrypt(key, padding));
        return JsonSerializer.SerializeToElement(sealedByThem);
    }

    [Fact]
    public void An_answer_is_opened_by_OAEP_with_SHA256_alone()
    {
        Assert.Equal("NEW", HdfcEnvelope.Open(Answer(RSAEncryptionPadding.OaepSHA256), Keys).Text("status"));
        Assert.Throws<JsonException>(() => HdfcEnvelope.Open(Answer(RSAEncryptionPadding.OaepSHA1), Keys));
    }

    [Fact]
    public void An_answer_that_somebody_else_signed_or_changed_is_no_answer()
    {
        using var stranger = RSA.Create(2048);
        Assert.Throws<JsonException>(() => HdfcEnvelope.Open(Answer(RSAEncryptionPadding.OaepSHA256, stranger), Keys));
        var changed = JsonNode.Parse(Answer(RSAEncryptionPadding.OaepSHA256).GetRawText())!;
        changed["tag"] = Base64Url.EncodeToString(new byte[16]);
        Assert.Throws<JsonException>(() => HdfcEnvelope.Open(JsonSerializer.SerializeToElement(changed), Keys));
        Assert.ThrowsAny<JsonException>(() => HdfcEnvelope.Open(JsonSerializer.SerializeToElement(new { status = "CHARGED" }), Keys));
    }

    [Fact]
    public void Account_fields_that_cannot_be_right_are_refused()
    {
        string? Fault(string field, string value) => HdfcKeys.All.Single(one => one.Name == field).Fault!(value, Mode.Test);
        Assert.Null(Fault(HdfcKeys.GatewayPublicKey, Keys.TheirPublicKey));
        Assert.Null(Fault(HdfcKeys.MerchantPrivateKey, Keys.OwnPrivateKey));
        Assert.NotNull(Fault(HdfcKeys.GatewayPublicKey, Keys.OwnPrivateKey));
        Assert.NotNull(Fault(HdfcKeys.MerchantPrivateKey, Keys.TheirPublicKey));
        Assert.NotNull(Fault(HdfcKeys.MerchantPrivateKey, "key"));
        using var small = RSA.Create(1024);
        Assert.NotNull(Fault(HdfcKeys.MerchantPrivateKey, small.ExportPkcs8PrivateKeyPem()));
        Assert.NotNull(Fault(HdfcKeys.ApiKey, "key:"));
        Assert.NotNull(Fault(HdfcKeys.WebhookUser, "a:b"));
        Assert.NotNull(Fault(HdfcKeys.KeyId, "\""));
        Assert.NotNull(Fault(HdfcKeys.Hosts, "example.com"));
        Assert.All(HdfcHosts.Families.Keys, family => Assert.Null(Fault(HdfcKeys.Hosts, family)));
    }
}
