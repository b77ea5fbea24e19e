using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Paypal;

/// <summary>
/// Whether PayPal wrote a message: RSA with SHA-256 over <c>transmission id|time|webhook id|CRC-32 of the body</c>, under the
/// certificate that the message names. PayPal Docs, "Webhooks: verify the message".
/// </summary>
/// <remarks>
/// The address of the certificate comes with the message, so anybody can write it: it is fetched from PayPal's hosts only, and what is
/// found there must be signed by an authority that this machine trusts. A simulator, which test mode may be pointed at, has a
/// certificate of its own, and is trusted for test mode alone.
/// </remarks>
internal sealed class PaypalSignatures(HttpClient http, ProcessorAddresses addresses, TimeProvider clock)
{
    private const string Algorithm = "SHA256withRSA";
    private const string Domain = "paypal.com";
    private const int CertificatesMax = 32;
    private static readonly TimeSpan keptFor = TimeSpan.FromHours(12);
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Uri, Kept> certificates = new();

    private sealed record Kept(X509Certificate2 Certificate, DateTimeOffset Until);

    /// <summary>Whether this is the signature of the message for that webhook.</summary>
    /// <exception cref="HttpRequestException">The certificate could not be fetched: PayPal sends the message again.</exception>
    public async Task<bool> Fits(IncomingMessage message, string webhookId, Mode mode, CancellationToken cancel)
    {
        if (message.Header("PAYPAL-AUTH-ALGO") != Algorithm
            || message.Header("PAYPAL-TRANSMISSION-ID") is not { Length: > 0 } id
            || message.Header("PAYPAL-TRANSMISSION-TIME") is not { Length: > 0 } time
            || SignatureOf(message) is not { } signature
            || !Uri.TryCreate(message.Header("PAYPAL-CERT-URL"), UriKind.Absolute, out var address) || !MayFetch(address, mode)
            || await Certificate(address, mode, cancel) is not { } certificate)
        {
            return false;
        }

        using var key = certificate.GetRSAPublicKey();
        var signed = string.Create(CultureInfo.InvariantCulture, $"{id}|{time}|{webhookId}|{Crc32(message.Body.Span)}");
        return key?.VerifyData(Encoding.UTF8.GetBytes(signed), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) == true;
    }

    private static byte[]? SignatureOf(IncomingMessage message)
    {
        var text = message.Header("PAYPAL-TRANSMISSION-SIG") ?? "";
        var bytes = new byte[text.Length];
        return text.Length > 0 && Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    public bool MayFetch(Uri address, Mode mode) => IsOfPaypal(address) || IsOfSimulator(address, mode);

    private static bool IsOfPaypal(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort && address.UserInfo.Length == 0
        && address.IdnHost.EndsWith("." + Domain, StringComparison.OrdinalIgnoreCase);

    private bool IsOfSimulator(Uri address, Mode mode) =>
        mode == Mode.Test && !IsOfPaypal(addresses.Test) && address.Scheme == addresses.Test.Scheme && address.UserInfo.Length == 0
        && string.Equals(address.Authority, addresses.Test.Authority, StringComparison.OrdinalIgnoreCase);

    private async Task<X509Certificate2?> Certificate(Uri address, Mode mode, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (certificates.TryGetValue(address, out var kept) && kept.Until > now)
        {
            return kept.Certificate;
        }

        var found = await Fetch(address, cancel);
        if (found is null || !IsTrusted(found, address, mode, now))
        {
            return null;
        }

        if (certificates.Count >= CertificatesMax)
        {
            certificates.Clear();
        }

        certificates[address] = new(found[0], now + keptFor);
        return found[0];
    }

    /// <summary>The certificate and those of its authorities; null: it is none.</summary>
    private async Task<X509Certificate2Collection?> Fetch(Uri address, CancellationToken cancel)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        enough.CancelAfter(patience);
        using var response = await http.GetAsync(address, HttpCompletionOption.ResponseContentRead, enough.Token);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException("The certificate is not to be had.", inner: null, response.StatusCode);
        }

        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(await response.Content.ReadAsStringAsync(enough.Token));
        }
        catch (CryptographicException)
        {
            return null;
        }

        return found.Count == 0 ? null : found;
    }

    private bool IsTrusted(X509Certificate2Collection found, Uri address, Mode mode, DateTimeOffset now)
    {
        if (now < found[0].NotBefore || now > found[0].NotAfter)
        {
            return false;
        }

        if (IsOfSimulator(address, mode))
        {
            return true;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ExtraStore.AddRange(found);
        return chain.Build(found[0]) && IsNamedForPaypal(found[0]);
    }

    private static bool IsNamedForPaypal(X509Certificate2 certificate)
    {
        var name = certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false);
        return name.EndsWith("." + Domain, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>As in gzip; PayPal writes it in decimals.</summary>
    internal static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc = (crc >> 8) ^ table[(crc ^ one) & 0xFF];
        }

        return ~crc;
    }

    private static readonly uint[] table = [.. Enumerable.Range(0, 256).Select(start =>
    {
        var entry = (uint)start;
        for (var bit = 0; bit < 8; bit++)
        {
            entry = (entry & 1) == 0 ? entry >> 1 : (entry >> 1) ^ 0xEDB88320u;
        }

        return entry;
    })];
}
