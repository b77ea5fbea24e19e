using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>
/// PayPal's signature of webhooks: RSA with SHA-256 over <c>transmission id|time|webhook id|CRC-32 of the body</c>, under a certificate
/// that it publishes.
/// </summary>
internal sealed class Signer
{
    public const string Algorithm = "SHA256withRSA";

    private const string Root = "/v1/notifications/certs/";
    private const string Kind = "_certificate";
    private const string Name = "CERT-360caa42-fca2a594-1d93a270";

    private readonly PaypalBook book;
    private X509Certificate2? certificate;

    public Signer(PaypalBook book)
    {
        this.book = book;
        certificate = Load();
    }

    /// <summary>Makes the certificate, before the first message that needs it: messages are signed while other requests are served.</summary>
    public void Prepare() => certificate ??= Make();

    private X509Certificate2 Certificate => certificate ?? throw new InvalidOperationException("There is no webhook yet, and so no certificate.");

    private X509Certificate2? Load()
    {
        if (book.World.Shelf.Find(Kind, Name) is not { } kept)
            return null;
        using var publicPart = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(PaypalBook.Text(kept, "certificate")!));
        using var key = RSA.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(PaypalBook.Text(kept, "key")!), out _);
        return publicPart.CopyWithPrivateKey(key);
    }

    private X509Certificate2 Make()
    {
        using var key = ProcessKey.Open();
        var request = new CertificateRequest("CN=messageverificationcerts.paypal.com, O=PayPal simulator", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var made = request.CreateSelfSigned(book.Now.AddDays(-1), book.Now.AddYears(20));
        book.World.Shelf.Put(Kind, Name, new()
        {
            ["certificate"] = Convert.ToBase64String(made.Export(X509ContentType.Cert)),
            ["key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
        });
        return made;
    }

    private string CertificateUrl => $"{book.Origin}{Root}{Name}";

    /// <summary>The certificate as a file; null: this is another call.</summary>
    public Reply? Serve(Call call)
    {
        if (call.Path != Root + Name)
            return null;
        Prepare();
        return new(200, Page: Certificate.ExportCertificatePem() + "\n") { PageType = "text/plain; charset=utf-8" };
    }

    public IReadOnlyDictionary<string, string> Sign(Webhook webhook, DateTimeOffset signedAt)
    {
        var time = PaypalBook.Time(signedAt);
        var transmission = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{webhook.EventId}/{webhook.Url}/{signedAt.Ticks}")).AsSpan(0, 16)).ToString();
        var signed = Encoding.UTF8.GetBytes(Signed(transmission, time, webhook.Secret, webhook.Body));
        return new Dictionary<string, string>
        {
            ["PAYPAL-TRANSMISSION-ID"] = transmission,
            ["PAYPAL-TRANSMISSION-TIME"] = time,
            ["PAYPAL-TRANSMISSION-SIG"] = Convert.ToBase64String(Certificate.GetRSAPrivateKey()!.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            ["PAYPAL-CERT-URL"] = CertificateUrl,
            ["PAYPAL-AUTH-ALGO"] = Algorithm,
            ["User-Agent"] = "PayPal/AUHR-214.0-simulator",
        };
    }

    private static string Signed(string transmission, string time, string webhookId, ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"{transmission}|{time}|{webhookId}|{Crc(body)}");

    /// <summary>CRC-32 as in gzip.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320u;
        }
        return ~crc;
    }

    /// <summary>Whether these are the words that were signed.</summary>
    /// <param name="body">The bytes that the caller says it received.</param>
    public bool Fits(JsonObject claim, ReadOnlySpan<byte> body)
    {
        Prepare();
        var text = PaypalBook.Text(claim, "transmission_sig") ?? "";
        var signature = new byte[text.Length];
        return PaypalBook.Text(claim, "auth_algo") == Algorithm
            && PaypalBook.Text(claim, "cert_url") == CertificateUrl
            && Convert.TryFromBase64String(text, signature, out var length)
            && Certificate.GetRSAPublicKey()!.VerifyData(
                Encoding.UTF8.GetBytes(Signed(PaypalBook.Text(claim, "transmission_id")!, PaypalBook.Text(claim, "transmission_time")!, PaypalBook.Text(claim, "webhook_id")!, body)),
                signature.AsSpan(0, length), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
