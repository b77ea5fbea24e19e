using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Simulators.Engine;

/// <summary>Ids that look like a processor's own. The same seed and the same requests give the same ids.</summary>
internal sealed class Identifiers(string seed, Shelf shelf)
{
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private long drawn;

    /// <param name="letters">Which letters may stand in it: the first so many of digits, capitals and small letters.</param>
    public string Next(int length, int letters = 62)
    {
        var bytes = SHA512.HashData(Encoding.UTF8.GetBytes($"{seed}/{shelf.Made}/{drawn++}"));
        return string.Concat(Enumerable.Range(0, length).Select(at => Letters[bytes[at % bytes.Length] % letters]));
    }

    /// <summary>Capitals and digits only.</summary>
    public string NextUpper(int length) => Next(length, letters: 36);

    /// <summary>In the form of a UUID of version 4.</summary>
    public string NextUuid()
    {
        Span<byte> bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{shelf.Made}/{drawn++}")).AsSpan(0, 16);
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes).ToString();
    }
}
