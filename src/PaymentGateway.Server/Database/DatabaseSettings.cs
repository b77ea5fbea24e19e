using System.Globalization;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace PaymentGateway.Database;

/// <summary>Which PostgreSQL to use. Without a connection string the server runs its own under the data directory.</summary>
/// <param name="ConnectionString">In Npgsql's form, or null for the embedded server.</param>
/// <param name="DataDirectory">Where the embedded server keeps its folder <c>postgres</c>.</param>
/// <param name="PostgresBin">A folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c> that goes before all others.</param>
public sealed record DatabaseSettings(string? ConnectionString, string DataDirectory, string? PostgresBin)
{
    private static readonly string[] PartNames = ["DB_PORT", "DB_NAME", "DB_USER", "DB_PASSWORD"];

    public bool IsEmbedded => ConnectionString is null;

    /// <summary>Reads DATABASE_URL, or DB_HOST and its companions, or neither; and POSTGRES_BIN.</summary>
    /// <exception cref="StartupException">A variable cannot be read; the sentence names it.</exception>
    public static DatabaseSettings Read(IConfiguration configuration, string dataDirectory)
    {
        string? Variable(string name) => configuration[name] is { Length: > 0 } value ? value : null;

        var connectionString = Variable("DATABASE_URL") is { } url ? FromUrl(url)
            : Variable("DB_HOST") is { } host ? FromParts(host, Variable)
            : null;
        if (connectionString is null && Array.Find(PartNames, name => Variable(name) is not null) is { } lonely)
            throw new StartupException($"{lonely} is set but DB_HOST is not: set DB_HOST too, or neither for the embedded database.");
        return new DatabaseSettings(connectionString, Path.GetFullPath(dataDirectory), Variable("POSTGRES_BIN"));
    }

    // Never show what was read: it holds the password.
    private static string FromUrl(string text)
    {
        try
        {
            return DatabaseUrl.IsUrl(text)
                ? DatabaseUrl.ToConnectionString(text)
                : new NpgsqlConnectionStringBuilder(text).ConnectionString;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException)
        {
            throw new StartupException("DATABASE_URL cannot be read: it must look like postgres://user:password@host:5432/database.");
        }
    }

    private static string FromParts(string host, Func<string, string?> variable) => new NpgsqlConnectionStringBuilder
    {
        Host = host,
        Port = Port(variable("DB_PORT")),
        Database = variable("DB_NAME") ?? "paymentgateway",
        Username = variable("DB_USER") ?? "paymentgateway",
        Password = variable("DB_PASSWORD"),
    }.ConnectionString;

    private static int Port(string? text)
    {
        if (text is null) return NpgsqlConnection.DefaultPort;
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0) return port;
        throw new StartupException($"DB_PORT is '{text}': it must be a number from 1 to 65535.");
    }
}
