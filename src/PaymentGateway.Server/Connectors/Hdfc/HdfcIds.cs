using System.Security.Cryptography;
using System.Text;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Hdfc;

/// <summary>Our keys as the short ids that SmartGateway takes: always the same for the same key, so that it can be asked by them.</summary>
internal static class HdfcIds
{
    /// <summary>The client library says less than 18 characters, the pages less than 21.</summary>
    private const int OrderLength = 17;

    /// <summary>Less than 21 characters.</summary>
    private const int RequestLength = 20;

    private const string RefundPrefix = "re";

    // Upper and lower case are the same in an order id, so it has 32 letters; nothing says so of a request id, which has 62.
    private const string OrderLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const string RequestLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private const int TimeBits = 42;
    private const int FractionBits = 12;
    private const int RandomBits = 62;
    private const ulong Variant = 0x8000_0000_0000_0000;
    private const ulong Version = 0x7000;

    /// <summary>85 bits of a hash; the order carries the key itself in a user-defined field.</summary>
    public static string OrderIdOf(string chargeKey)
    {
        var hash = Hash("order", chargeKey);
        return string.Create(OrderLength, hash, (text, bytes) =>
        {
            for (var at = 0; at < text.Length; at++)
            {
                text[at] = OrderLetters[bytes[at] & 31];
            }
        });
    }

    /// <summary>
    /// A refund has no field for our key, so its id holds the key itself: of the 128 bits of ours, 12 say only which kind of UUID it is, or
    /// are zero until the year 2109, and the other 116 fit. A key of any other form is hashed, and cannot be read back.
    /// </summary>
    public static string RequestIdOf(string refundKey)
    {
        if (!Id.IsValid(RefundPrefix, refundKey) || Pack(Id.ValueOf(refundKey)) is not { } packed)
        {
            var hash = Hash("refund", refundKey);
            packed = new UInt128(BitConverter.ToUInt64(hash) >> 12, BitConverter.ToUInt64(hash, sizeof(ulong)));
        }

        Span<char> text = stackalloc char[RequestLength];
        for (var at = RequestLength - 1; at >= 0; at--, packed /= (uint)RequestLetters.Length)
        {
            text[at] = RequestLetters[(int)(packed % (uint)RequestLetters.Length)];
        }

        return new string(text);
    }

    /// <summary>Our key of the refund; null: the id was not made here.</summary>
    public static string? RefundKeyOf(string requestId)
    {
        if (requestId.Length != RequestLength)
        {
            return null;
        }

        UInt128 packed = 0;
        foreach (var letter in requestId)
        {
            var digit = RequestLetters.IndexOf(letter, StringComparison.Ordinal);
            if (digit < 0)
            {
                return null;
            }

            packed = (packed * (uint)RequestLetters.Length) + (uint)digit;
        }

        return packed >> (TimeBits + FractionBits + RandomBits) == 0 ? Id.Of(RefundPrefix, Unpack(packed)) : null;
    }

    private static UInt128? Pack(UInt128 uuid)
    {
        var (upper, lower) = ((ulong)(uuid >> 64), (ulong)(uuid & ulong.MaxValue));
        var time = upper >> 16;
        if ((upper & 0xF000) != Version || lower >> RandomBits != Variant >> RandomBits || time >> TimeBits != 0)
        {
            return null;
        }

        return ((UInt128)((time << FractionBits) | (upper & 0xFFF)) << RandomBits) | (lower & ~Variant);
    }

    private static UInt128 Unpack(UInt128 packed)
    {
        var (head, random) = ((ulong)(packed >> RandomBits), (ulong)(packed & ((1UL << RandomBits) - 1)));
        return new(((head >> FractionBits) << 16) | Version | (head & 0xFFF), random | Variant);
    }

    private static byte[] Hash(string kind, string key) => SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{key}"));
}
