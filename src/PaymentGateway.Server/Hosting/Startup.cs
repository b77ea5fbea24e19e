using System.Collections;
using System.CommandLine;
using PaymentGateway.Database;
using PaymentGateway.Identity;
using PaymentGateway.Monitoring;
using PaymentGateway.Settings;

namespace PaymentGateway.Hosting;

/// <summary>What every command needs before it can work: settings from the environment, the data directory, the database, the keys.</summary>
internal static class Startup
{
    public static Option<string> DataOption { get; } = new("--data")
    {
        Description = "The data directory: the private PostgreSQL, keys, demo.json.",
        DefaultValueFactory = _ => "data",
    };

    /// <summary>Reads the settings; options of the command line stand before variables.</summary>
    /// <exception cref="StartupException">Some variable cannot be read; the message names each.</exception>
    public static ServerSettings ReadSettings(params (string Name, string? Value)[] options)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value, StringComparer.Ordinal);
        foreach (var (name, value) in options.Where(option => option.Value is not null))
        {
            environment[name] = value;
        }

        var (settings, faults) = ServerSettings.Read(environment);
        return settings ?? throw new StartupException(string.Join(Environment.NewLine, faults));
    }

    public static Task<Db> OpenDatabase(ServerSettings settings, string dataDirectory, ILogger log, CancellationToken cancel) =>
        DatabaseArea.Open(DatabaseSettings.Read(Configuration(settings), dataDirectory), log, cancel);

    /// <summary>As <see cref="OpenDatabase"/>, but beside a server that runs on the same data directory it works too.</summary>
    public static Task<Db> OpenDatabaseToRead(ServerSettings settings, string dataDirectory, ILogger log, CancellationToken cancel) =>
        DatabaseArea.OpenToRead(DatabaseSettings.Read(Configuration(settings), dataDirectory), log, cancel);

    /// <summary>As <see cref="OpenDatabaseToRead"/>, for commands that write.</summary>
    public static Task<Db> OpenDatabaseBeside(ServerSettings settings, string dataDirectory, ILogger log, CancellationToken cancel) =>
        DatabaseArea.OpenBeside(DatabaseSettings.Read(Configuration(settings), dataDirectory), log, cancel);

    public static KeyRing OpenKeys(ServerSettings settings, string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        return KeyRing.Open(settings, dataDirectory);
    }

    public static ILoggerFactory Logging(ServerSettings settings) => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(settings.LogLevel)
        .AddSimpleConsole(console => console.SingleLine = true)
        .MaskSecrets()
        .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace));

    private static IConfiguration Configuration(ServerSettings settings) => new ConfigurationBuilder().AddInMemoryCollection(
        new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = settings.DatabaseUrl,
            ["DB_HOST"] = settings.DbHost,
            ["DB_PORT"] = settings.DbPort,
            ["DB_NAME"] = settings.DbName,
            ["DB_USER"] = settings.DbUser,
            ["DB_PASSWORD"] = settings.DbPassword,
            ["POSTGRES_BIN"] = settings.PostgresBin,
        }).Build();
}
