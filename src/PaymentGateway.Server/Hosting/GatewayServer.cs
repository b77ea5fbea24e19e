using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Console;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Monitoring;
using PaymentGateway.Settings;

namespace PaymentGateway.Hosting;

/// <summary>One running server over a database that is open and migrated. Tests start several of them over one.</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private static readonly TimeSpan shutdownMax = TimeSpan.FromSeconds(30);

    private readonly WebApplication app;

    private GatewayServer(WebApplication app, Uri address) => (this.app, Address) = (app, address);

    public Uri Address { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>Listens on 127.0.0.1 at the settings' port and starts the workers that the role asks for.</summary>
    /// <param name="replace">Puts something else in the place of a part, such as a connector that misbehaves.</param>
    /// <exception cref="StartupException">The port is taken, or a stored secret needs a key that is not there.</exception>
    public static async Task<GatewayServer> Start(
        ServerSettings settings, Db db, KeyRing keys, TimeProvider clock, CancellationToken cancel, Action<IServiceCollection>? replace = null)
    {
        RequireFreePort(settings.Port);
        var context = new ServerContext(settings, db, await DerivationRoot.Join(db, keys, cancel));
        context.Address.Base = new Uri(settings.BaseUrl + "/");
        var app = Build(context, clock, replace);
        try
        {
            await app.Services.GetRequiredService<StoredSecrets>().RequireKeys(cancel);
            await app.StartAsync(cancel);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await app.DisposeAsync();
            throw TakenPort(settings.Port, e);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new GatewayServer(app, context.Address.Base);
    }

    /// <summary>Returns when the process is asked to stop (Ctrl-C, TERM).</summary>
    public Task WaitForStop(CancellationToken cancel) => app.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>Looked at first, since the host logs its own long story before it throws.</summary>
    private static void RequireFreePort(int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw TakenPort(port, e);
        }
    }

    private static StartupException TakenPort(int port, Exception cause) =>
        new($"Port {port} on 127.0.0.1 is taken by another program: stop it, or choose another with --port.", cause);

    private static WebApplication Build(ServerContext context, TimeProvider clock, Action<IServiceCollection>? replace)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(GatewayServer).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = "wwwroot",
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, context.Settings.Port);
        });
        AddLogging(builder.Logging, context.Settings);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = shutdownMax);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(context.Settings);
        builder.Services.AddSingleton(context.Address);
        builder.Services.AddAreas(context);
        if (context.RunsWorkers)
        {
            builder.Services.AddWorkers();
        }

        replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseAreas();
        app.MapAreas();
        return app;
    }

    private static void AddLogging(ILoggingBuilder logging, ServerSettings settings)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(settings.LogLevel);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        if (settings.LogFormat == LogFormat.Json)
        {
            logging.AddJsonConsole(console => (console.IncludeScopes, console.TimestampFormat, console.UseUtcTimestamp) = (true, "O", true));
        }
        else
        {
            logging.AddSimpleConsole(console =>
                (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp, console.ColorBehavior) =
                (true, "yyyy-MM-ddTHH:mm:ss.fffZ ", true, LoggerColorBehavior.Disabled));
        }

        logging.MaskSecrets();
        logging.Configure(tracking => tracking.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);

        // Standard output belongs to what the commands print.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
