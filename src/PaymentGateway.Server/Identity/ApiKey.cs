using System.Security.Cryptography;
using System.Text;
using PaymentGateway.Database;

namespace PaymentGateway.Identity;

/// <summary>A key pair as it is stored: the publishable key in clear, the secret key only as its hash.</summary>
/// <param name="Id">The publishable key, <c>pk_test_MERCH_FH_…</c>.</param>
/// <param name="ExpiresAt">Null: until it is rolled. A key that was rolled lives on until the overlap is over.</param>
internal sealed record ApiKey(
    string Id, byte[] SecretSha256, Tenant Tenant, int Version, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt)
{
    public const string PublishablePrefix = "pk_";
    public const string SecretPrefix = "sk_";
    private const int IdRandomBytes = 15;
    private const int SecretRandomBytes = 25;

    public bool IsLive(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > now);

    /// <summary>In a time that does not depend on where the secret differs.</summary>
    public bool HasSecret(string secret) => CryptographicOperations.FixedTimeEquals(SecretSha256, HashOf(secret));

    /// <summary>A hash without salt is enough: the secret is 200 random bits, there is no list of likely ones to try.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public static (ApiKey Key, ApiKeyPair Pair) New(Tenant tenant, DateTimeOffset now)
    {
        var middle = $"{tenant.Mode.ToSql()}_{ShortNameOf(tenant.MerchantId)}_";
        var pair = new ApiKeyPair(
            $"{PublishablePrefix}{middle}{Random(IdRandomBytes)}", $"{SecretPrefix}{middle}{Random(SecretRandomBytes)}");
        return (new(pair.ApiKey, HashOf(pair.ApiSecret), tenant, Version: 1, now, ExpiresAt: null, RevokedAt: null), pair);
    }

    /// <summary>MERCH_FH_001 is MERCH_FH in its keys: the number of a given id says nothing. Other ids stand there whole.</summary>
    private static string ShortNameOf(string merchantId) =>
        merchantId is [.. var name, '_', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9'] && name.Length > 0 ? name : merchantId;

    private static string Random(int bytes) => Base32.Of(RandomNumberGenerator.GetBytes(bytes));
}

/// <summary>A new key pair with its secret: to be shown once and then forgotten.</summary>
public sealed record ApiKeyPair(string ApiKey, string ApiSecret)
{
    public override string ToString() => ApiKey;
}
