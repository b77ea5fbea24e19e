using PaymentGateway.Database;

namespace PaymentGateway.Identity;

/// <summary>
/// What client secrets, signatures and derived keys come from, sealed in the database since the first start. Without it they would hang on the
/// oldest key of the ring, and that key could never be taken away.
/// </summary>
public static class DerivationRoot
{
    private const string Purpose = "identity.derivation_root";

    internal static SealedColumn Sealed { get; } = new("identity.derivation", ["name"], "sealed", [], _ => Purpose);

    /// <summary>The ring as this installation uses it. The first server to start makes the root, from the oldest key of its ring.</summary>
    /// <exception cref="StartupException">The root is sealed under a key that the ring has not.</exception>
    public static async Task<KeyRing> Join(Db db, KeyRing ring, CancellationToken cancel)
    {
        var vault = new SecretVault(ring);
        var kept = await new DerivationStore(db).Keep(vault.Encrypt(Purpose, Convert.ToBase64String(ring.Root)), cancel);
        try
        {
            return ring.With(Convert.FromBase64String(vault.Decrypt(Purpose, kept)));
        }
        catch (SecretUnreadableException e)
        {
            throw new StartupException($"{e.Message} {StoredSecrets.Advice}", e);
        }
    }
}
