using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PaymentGateway.Settings;

/// <summary>
/// One IP address, or a range such as <c>10.0.0.0/8</c> or <c>2001:db8::/32</c>. An IPv4 address that came over IPv6
/// (<c>::ffff:10.0.0.1</c>) is that IPv4 address.
/// </summary>
public sealed record AddressRange
{
    private const int MappedPrefix = 96;
    private static readonly SearchValues<char> ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private AddressRange(IPAddress first, int prefix) => (First, Prefix) = (first, prefix);

    /// <summary>The lowest address of the range.</summary>
    public IPAddress First { get; }

    /// <summary>How many leading bits all addresses of the range share.</summary>
    public int Prefix { get; }

    /// <summary>Reads the plain spellings only: no octal or shortened IPv4, no zone, no port.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AddressRange? range)
    {
        range = null;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (!TryParseAddress(slash < 0 ? text : text![..slash], out var address))
        {
            return false;
        }

        var bits = BitsOf(address);
        if (slash >= 0 && (!TryParsePrefix(text!.AsSpan(slash + 1), out var prefix) || prefix > bits))
        {
            return false;
        }

        range = Of(address, slash < 0 ? bits : int.Parse(text!.AsSpan(slash + 1), CultureInfo.InvariantCulture));
        return true;
    }

    /// <inheritdoc cref="TryParse(string?, out AddressRange?)"/>
    public static bool TryParseAddress(string? text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text is null || text.AsSpan().ContainsAnyExcept(ipv6Characters) || !IPAddress.TryParse(text, out var parsed))
        {
            return false;
        }

        if (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != text)
        {
            return false;
        }

        address = parsed;
        return true;
    }

    public bool Contains(IPAddress address)
    {
        var bytes = Plain(address).GetAddressBytes();
        var first = First.GetAddressBytes();
        return bytes.Length == first.Length && SharesBits(bytes, first, Prefix);
    }

    public override string ToString() => Prefix == BitsOf(First) ? First.ToString() : $"{First}/{Prefix}";

    private static AddressRange Of(IPAddress address, int prefix)
    {
        if (address.IsIPv4MappedToIPv6 && prefix >= MappedPrefix)
        {
            (address, prefix) = (address.MapToIPv4(), prefix - MappedPrefix);
        }

        var bytes = address.GetAddressBytes();
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)(0xff ^ (0x80 >> (bit % 8)));
        }

        return new(new IPAddress(bytes), prefix);
    }

    private static bool SharesBits(byte[] a, byte[] b, int count)
    {
        var whole = count / 8;
        var mask = 0xff ^ (0xff >> (count % 8));
        return a.AsSpan(0, whole).SequenceEqual(b.AsSpan(0, whole)) && (mask == 0 || (a[whole] & mask) == (b[whole] & mask));
    }

    private static bool TryParsePrefix(ReadOnlySpan<char> text, out int prefix)
    {
        prefix = 0;
        return text.Length is >= 1 and <= 3 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out prefix);
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static int BitsOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
}
