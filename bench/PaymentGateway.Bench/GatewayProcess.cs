using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;
using PaymentGateway.Merchants;

namespace PaymentGateway.Bench;

/// <summary>A server in a process of its own, with its embedded PostgreSQL in a given data folder.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan stopMax = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly string data;
    private readonly GatewayProcess? databaseOf;

    private GatewayProcess(Process process, string data, GatewayProcess? databaseOf, Uri address, TimeSpan startTime) =>
        (this.process, this.data, this.databaseOf, Address, StartTime) = (process, data, databaseOf, address, startTime);

    public Uri Address { get; }

    /// <summary>From the start of the process to its ready line.</summary>
    public TimeSpan StartTime { get; }

    public int Id => process.Id;

    public int PostmasterId => databaseOf?.PostmasterId ?? int.Parse(File.ReadLines(PidFileIn(data)).First(), CultureInfo.InvariantCulture);

    public string SocketFolder => Path.Combine(data, "postgres");

    public string Password => File.ReadAllText(Path.Combine(data, "postgres", "password"));

    public string ConnectionStringTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = SocketFolder,
        Database = database,
        Username = "paymentgateway",
        Password = Password,
    }.ConnectionString;

    public DemoMerchant Merchant() =>
        JsonSerializer.Deserialize<DemoFile>(File.ReadAllText(Path.Combine(data, DemoMerchants.FileName)), JsonSerializerOptions.Web)!.Merchants[0];

    /// <summary>With its own PostgreSQL.</summary>
    public static Task<GatewayProcess> Start(string server, string data, CancellationToken cancel) =>
        Start(server, data, new Dictionary<string, string>(), cancel);

    /// <summary>With its own PostgreSQL and these settings.</summary>
    public static Task<GatewayProcess> Start(string server, string data, IReadOnlyDictionary<string, string> settings, CancellationToken cancel) =>
        Start(server, data, null, settings, cancel);

    /// <summary>A second server, each change in a transaction of its own, over another database of this one's PostgreSQL.</summary>
    public Task<GatewayProcess> StartWithoutGroups(
        string server, string otherData, string database, IReadOnlyDictionary<string, string> settings, CancellationToken cancel) => Start(
        server, otherData, this,
        new Dictionary<string, string>(settings)
        {
            ["DB_HOST"] = Path.GetFullPath(SocketFolder),
            ["DB_NAME"] = database,
            ["DB_USER"] = "paymentgateway",
            ["DB_PASSWORD"] = Password,
            ["COMMIT_GROUP_MAX"] = "1",
        },
        cancel);

    private static async Task<GatewayProcess> Start(
        string server, string data, GatewayProcess? databaseOf, IReadOnlyDictionary<string, string> settings, CancellationToken cancel)
    {
        var port = FreePort();
        var log = data + ".log";
        // The server's log goes to a file without passing through this process, whose time is measured too.
        var start = new ProcessStartInfo("/bin/sh",
            ["-c", "exec dotnet \"$1\" serve --port \"$2\" --data \"$3\" --demo 2>> \"$4\"", "sh", server, $"{port}", data, log])
        {
            RedirectStandardOutput = true,
        };
        OnlyOwnSettings(start.Environment);
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var begun = TimeProvider.System.GetTimestamp();
        var process = Process.Start(start) ?? throw new BenchException("The server did not start.");
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
            {
                if (line.StartsWith("ready ", StringComparison.Ordinal))
                {
                    var startTime = TimeProvider.System.GetElapsedTime(begun);
                    _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                    return new GatewayProcess(process, data, databaseOf, new Uri(line["ready ".Length..]), startTime);
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Stop(process, data);
            throw;
        }

        await Stop(process, data);
        throw new BenchException($"The server did not start: {string.Join(' ', File.ReadLines(log).TakeLast(3))}");
    }

    public long ResidentBytes()
    {
        process.Refresh();
        return process.WorkingSet64;
    }

    public ValueTask DisposeAsync() => new(Stop(process, data));

    /// <summary>The server's PostgreSQL stops with it; where the server had to be killed, PostgreSQL is stopped here.</summary>
    private static async Task Stop(Process process, string data)
    {
        using (process)
        {
            await Commands.Terminate(process.Id);
            using var patience = new CancellationTokenSource(stopMax);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                if (File.Exists(PidFileIn(data)))
                {
                    await Commands.Run("/bin/sh", ["-c", "kill -QUIT \"$(head -n 1 \"$1\")\"", "sh", PidFileIn(data)], null, CancellationToken.None);
                }

                throw new BenchException("The server did not stop when asked and was killed.");
            }
        }
    }

    private static string PidFileIn(string data) => Path.Combine(data, "postgres", "cluster", "postmaster.pid");

    /// <summary>What the caller's shell has set for another server must not reach this one.</summary>
    private static void OnlyOwnSettings(IDictionary<string, string?> environment)
    {
        foreach (var description in Settings.ServerSettings.Describe())
        {
            if (description.Name != "POSTGRES_BIN")
            {
                environment.Remove(description.Name);
            }
        }

        environment["RATE_LIMIT_PER_MINUTE"] = "100000000";
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
