using System.Buffers;
using System.Security.Cryptography;

namespace PaymentGateway.Database;

/// <summary>
/// Ids such as <c>pay_01kabc…</c>: a prefix and a UUID of version 7 in 26 characters, so that ids sort by time as text.
/// </summary>
public static class Id
{
    // Crockford's alphabet in lower case: no i, l, o, u, and ASCII order is the order of the values.
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int TextLength = 26;
    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    public static string New(string prefix, TimeProvider clock)
    {
        Span<char> text = stackalloc char[TextLength];
        Encode(Uuid(clock.GetUtcNow()), text);
        return $"{prefix}_{text}";
    }

    public static bool IsValid(string prefix, string? text)
    {
        if (text is null || text.Length != prefix.Length + 1 + TextLength) return false;
        if (!text.StartsWith(prefix, StringComparison.Ordinal) || text[prefix.Length] != '_') return false;
        var encoded = text.AsSpan(prefix.Length + 1);
        // 26 characters hold 130 bits: the first character can only be 0 to 7.
        return encoded[0] <= '7' && !encoded.ContainsAnyExcept(Characters);
    }

    // RFC 9562, 6.2, method 3: the twelve bits after the version hold the fraction of the millisecond, so that ids
    // made within one millisecond by one process still follow each other.
    private static UInt128 Uuid(DateTimeOffset when)
    {
        var milliseconds = (ulong)when.ToUnixTimeMilliseconds();
        var fraction = (ulong)(when.UtcTicks % TimeSpan.TicksPerMillisecond * 4096 / TimeSpan.TicksPerMillisecond);
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        var upper = (milliseconds << 16) | 0x7000 | fraction;
        var lower = (BitConverter.ToUInt64(random) >> 2) | 0x8000_0000_0000_0000;
        return new UInt128(upper, lower);
    }

    private static void Encode(UInt128 value, Span<char> text)
    {
        for (var i = TextLength - 1; i >= 0; i--, value >>= 5)
            text[i] = Alphabet[(int)(value & 31)];
    }
}
