using System.Security.Cryptography;
using PaymentGateway.Database;
using PaymentGateway.Settings;

namespace PaymentGateway.Identity;

/// <summary>
/// The encryption keys, the current one first. New values are sealed under the first; values under any other can still be read.
/// Derived keys come from a root of their own: that of the oldest key there was when the installation first kept one
/// (<see cref="DerivationRoot"/>).
/// </summary>
public sealed class KeyRing
{
    internal const string FileName = "encryption.key";

    private readonly IReadOnlyList<EncryptionKey> keys;
    private readonly byte[] root;

    public KeyRing(IReadOnlyList<EncryptionKey> keys)
        : this(keys, HKDF.Extract(HashAlgorithmName.SHA256, keys[^1].Bytes.ToArray(), "PaymentGateway"u8.ToArray()))
    {
    }

    private KeyRing(IReadOnlyList<EncryptionKey> keys, byte[] root) => (this.keys, this.root) = (keys, root);

    internal EncryptionKey Current => keys[0];

    /// <summary>The ids of the keys, the current one first.</summary>
    internal IEnumerable<string> Ids => keys.Select(key => key.Id);

    /// <summary>What derived keys are made of. No key can be found from it.</summary>
    internal ReadOnlySpan<byte> Root => root;

    /// <summary>The same keys with the root that this installation began with.</summary>
    internal KeyRing With(byte[] rootOfInstallation) => new(keys, rootOfInstallation);

    internal EncryptionKey? Find(string id) => keys.FirstOrDefault(key => key.Id == id);

    /// <summary>The ring of ENCRYPTION_KEY, else of the key file in the data directory, which is made when it is not there.</summary>
    /// <exception cref="StartupException">The key file cannot be read as a key.</exception>
    public static KeyRing Open(ServerSettings settings, string dataDirectory)
    {
        if (settings.EncryptionKeys is { } given)
        {
            return new(given);
        }

        var path = Path.Combine(dataDirectory, FileName);
        if (!File.Exists(path))
        {
            Create(path);
        }

        return EncryptionKey.ParseRing(File.ReadAllText(path).Trim()) is { } stored
            ? new(stored)
            : throw new StartupException(
                $"The key file {path} does not hold a key: restore it from a backup, or set ENCRYPTION_KEY. "
                + "Stored secrets need that very key.");
    }

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        PrivateFile.CreateOnce(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(EncryptionKey.Length)) + "\n");
    }
}
