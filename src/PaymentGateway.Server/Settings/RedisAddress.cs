using System.Globalization;

namespace PaymentGateway.Settings;

/// <summary>Where a Redis is and how it is entered. It prints without its password.</summary>
/// <param name="User">Null: the default user.</param>
/// <param name="Password">Null: none is asked for.</param>
/// <param name="Database">Its number.</param>
public sealed record RedisAddress(string Host, int Port, string? User, string? Password, int Database, bool UsesTls)
{
    private const int PortDefault = 6379;
    private const int DatabaseMax = 1_000_000;

    /// <summary>Reads <c>redis://user:password@host:port/database</c>, or <c>rediss://</c> for TLS; all but the host may be left out.</summary>
    public static bool TryParse(string text, out RedisAddress? address)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss") || url.Host.Length == 0
            || url.Query.Length > 0 || url.Fragment.Length > 0 || !TryReadDatabase(url.AbsolutePath, out var database))
        {
            return false;
        }

        var (user, password) = Credentials(url.UserInfo);
        address = new(url.IdnHost.Trim('[', ']'), url.Port < 0 ? PortDefault : url.Port, user, password, database, url.Scheme == "rediss");
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}/{Database}");

    private static bool TryReadDatabase(string path, out int database)
    {
        database = 0;
        return path is "" or "/"
            || (int.TryParse(path.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out database) && database <= DatabaseMax);
    }

    /// <summary>What stands alone is a password, as the clients of Redis read it.</summary>
    private static (string? User, string? Password) Credentials(string info)
    {
        var colon = info.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (null, NullIfEmpty(info)) : (NullIfEmpty(info[..colon]), NullIfEmpty(info[(colon + 1)..]));
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : Uri.UnescapeDataString(text);
}
