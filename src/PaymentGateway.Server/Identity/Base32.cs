namespace PaymentGateway.Identity;

/// <summary>The alphabet of ids (Crockford, lower case), for secrets that people copy.</summary>
internal static class Base32
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <param name="bytes">A multiple of five bytes, so that no bit is left over.</param>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length % 5, 0);
        var text = new char[bytes.Length / 5 * 8];
        for (var i = 0; i < text.Length; i++)
        {
            var bit = i * 5;
            var pair = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[(bit / 8) + 1] : 0);
            text[i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }

        return new(text);
    }
}
