using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Audit;

/// <summary>The hash of a link. docs/audit.md describes it so that others can recompute it from an export.</summary>
internal static class AuditHash
{
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>What the first link of a chain has before it.</summary>
    public static byte[] Genesis => new byte[Length];

    /// <summary>
    /// SHA-256 over the previous hash and then, each as <c>length:bytes,</c> in UTF-8 (a netstring; <c>-,</c> for what is null), the number of
    /// the link and the fields of its row. Lengths stand before the bytes, so no two rows give the same text.
    /// </summary>
    public static byte[] Of(byte[] previous, long sequence, AuditRow row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        string?[] fields =
        [
            sequence.ToString(CultureInfo.InvariantCulture), row.Id, row.MerchantId, row.Mode.ToSql(), Json.Time(row.CreatedAt), row.Actor,
            row.Address, row.Action, row.ObjectType, row.ObjectId, row.Before, row.After, row.RequestId,
        ];
        foreach (var field in fields)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(
                field is null ? "-," : $"{Encoding.UTF8.GetByteCount(field).ToString(CultureInfo.InvariantCulture)}:{field},"));
        }

        return hash.GetHashAndReset();
    }

    public static string Text(byte[] hash) => Convert.ToHexStringLower(hash);
}
