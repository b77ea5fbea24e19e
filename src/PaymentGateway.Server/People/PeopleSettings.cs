using PaymentGateway.Identity;
using PaymentGateway.Settings;

namespace PaymentGateway.People;

/// <param name="JwtKeys">The current key first; null: one that is derived from the key ring, the same on all replicas.</param>
/// <param name="AccountUrl">Where the pages are that mailed links lead to; null: below this server's own address.</param>
public sealed record PeopleSettings(IReadOnlyList<EncryptionKey>? JwtKeys, Uri? AccountUrl)
{
    private const string Purpose = "people.access_tokens";
    private const string DerivedKeyId = "derived";

    internal AccessTokenKeys KeysOr(SecretVault vault) => new(JwtKeys ?? [new EncryptionKey(DerivedKeyId, vault.DeriveKey(Purpose))]);
}
