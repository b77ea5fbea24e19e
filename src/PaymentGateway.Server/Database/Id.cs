using System.Buffers;
using System.Runtime.CompilerServices;
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

    private static uint latestOrder = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));

    private static readonly ConditionalWeakTable<TimeProvider, StrongBox<ulong>> LatestStamps = [];

    public static string New(string prefix, TimeProvider clock)
    {
        Span<char> text = stackalloc char[TextLength];
        Encode(Uuid(clock), text);
        return $"{prefix}_{text}";
    }

    /// <summary>
    /// An id of the instant <paramref name="when"/>, whatever the clock says. Those that one process makes for one instant follow each other.
    /// </summary>
    public static string At(string prefix, DateTimeOffset when)
    {
        // RFC 9562, 6.2, method 1: a counter that starts anywhere and goes round after four billion ids stands before the random bits.
        var order = (ulong)Interlocked.Increment(ref latestOrder) << 30;
        var random = (uint)RandomNumberGenerator.GetInt32(1 << 30);
        Span<char> text = stackalloc char[TextLength];
        Encode(Uuid(StampOf(when), order | random), text);
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

    /// <summary>When the id was made, to the millisecond.</summary>
    /// <exception cref="FormatException">It is no id.</exception>
    public static DateTimeOffset TimeOf(string id) => DateTimeOffset.FromUnixTimeMilliseconds((long)(ulong)(ValueOf(id) >> 80));

    /// <summary>The UUID behind the prefix, for where an id must be written shorter.</summary>
    /// <exception cref="FormatException">It is no id.</exception>
    public static UInt128 ValueOf(string id)
    {
        var at = id.LastIndexOf('_');
        if (at < 0 || !IsValid(id[..at], id))
        {
            throw new FormatException($"{id} is no id.");
        }

        UInt128 value = 0;
        foreach (var character in id.AsSpan(at + 1))
        {
            value = (value << 5) | (uint)Alphabet.IndexOf(character, StringComparison.Ordinal);
        }

        return value;
    }

    /// <summary>The id that <see cref="ValueOf"/> was taken of.</summary>
    public static string Of(string prefix, UInt128 value)
    {
        Span<char> text = stackalloc char[TextLength];
        Encode(value, text);
        return $"{prefix}_{text}";
    }

    // RFC 9562, 6.2, methods 3 and 1: the twelve bits after the version hold the fraction of the millisecond, and an instant that
    // was used already gives way to the next. So the ids that one process makes by one clock follow each other strictly: events of
    // one commit are delivered in their order.
    private static UInt128 Uuid(TimeProvider clock)
    {
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        return Uuid(NextStamp(clock), BitConverter.ToUInt64(random) >> 2);
    }

    private static UInt128 Uuid(ulong stamp, ulong rest) =>
        new(((stamp >> 12) << 16) | 0x7000 | (stamp & 0xFFF), rest | 0x8000_0000_0000_0000);

    // Milliseconds in the upper bits, their fraction in 1/4096 in the lower twelve.
    private static ulong StampOf(DateTimeOffset instant) =>
        ((ulong)instant.ToUnixTimeMilliseconds() << 12)
        | (ulong)(instant.UtcTicks % TimeSpan.TicksPerMillisecond * 4096 / TimeSpan.TicksPerMillisecond);

    private static ulong NextStamp(TimeProvider clock)
    {
        var latest = LatestStamps.GetOrCreateValue(clock);
        var stamp = StampOf(clock.GetUtcNow());
        while (true)
        {
            var last = Volatile.Read(ref latest.Value);
            var next = Math.Max(stamp, last + 1);
            if (Interlocked.CompareExchange(ref latest.Value, next, last) == last) return next;
        }
    }

    private static void Encode(UInt128 value, Span<char> text)
    {
        for (var i = TextLength - 1; i >= 0; i--, value >>= 5)
            text[i] = Alphabet[(int)(value & 31)];
    }
}
