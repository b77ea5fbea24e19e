using Npgsql;

namespace PaymentGateway.Database;

/// <summary>The address form that hosting services hand out, with the parameter names of libpq.</summary>
internal static class DatabaseUrl
{
    private static readonly Dictionary<string, string> ParameterNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["channel_binding"] = "Channel Binding",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["options"] = "Options",
        ["host"] = "Host",
        ["port"] = "Port",
        ["user"] = "Username",
        ["password"] = "Password",
        ["dbname"] = "Database",
    };

    internal static bool IsUrl(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    internal static string ToConnectionString(string text)
    {
        var url = new Uri(text);
        var settings = new NpgsqlConnectionStringBuilder { Port = url.Port < 0 ? NpgsqlConnection.DefaultPort : url.Port };
        if (url.Host.Length > 0) settings.Host = Uri.UnescapeDataString(url.IdnHost);
        if (url.AbsolutePath.Length > 1) settings.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        SetUser(settings, url.UserInfo);
        foreach (var parameter in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            SetParameter(settings, parameter);
        if (string.IsNullOrEmpty(settings.Host)) throw new FormatException("The host is missing.");
        return settings.ConnectionString;
    }

    private static void SetUser(NpgsqlConnectionStringBuilder settings, string userInfo)
    {
        if (userInfo.Length == 0) return;
        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        settings.Username = Uri.UnescapeDataString(colon < 0 ? userInfo : userInfo[..colon]);
        if (colon >= 0) settings.Password = Uri.UnescapeDataString(userInfo[(colon + 1)..]);
    }

    // A parameter that nobody understands is refused, not dropped: it may be the one that asks for encryption.
    private static void SetParameter(NpgsqlConnectionStringBuilder settings, string parameter)
    {
        var parts = parameter.Split('=', 2);
        var name = Uri.UnescapeDataString(parts[0]);
        var value = parts.Length == 2 ? Uri.UnescapeDataString(parts[1].Replace('+', ' ')) : "";
        try
        {
            settings[ParameterNames.GetValueOrDefault(name, name)] = name.Equals("sslmode", StringComparison.OrdinalIgnoreCase)
                ? value.Replace("-", "", StringComparison.Ordinal)
                : value;
        }
        catch (Exception unknown) when (unknown is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new StartupException($"DATABASE_URL has the parameter '{name}' with a value or name that is not known.");
        }
    }
}
