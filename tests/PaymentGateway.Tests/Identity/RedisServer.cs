using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PaymentGateway.Settings;
using PaymentGateway.Tests.Database;

namespace PaymentGateway.Tests.Identity;

/// <summary>A real Redis with a password, on a port of its own, that a test can stop and start again.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private const string Password = "hunter2";

    private readonly int port = FreePort();
    private string folder = "";
    private Process? process;

    internal RedisAddress Address => new("127.0.0.1", port, null, Password, 3, UsesTls: false);

    public string Url => $"redis://:{Password}@127.0.0.1:{port}/3";

    public async ValueTask InitializeAsync()
    {
        folder = TestFolder.Create();
        await Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(folder, recursive: true);
    }

    public async Task Start()
    {
        process = Process.Start(new ProcessStartInfo(
            "redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--dir", folder, "--requirepass", Password])
        {
            RedirectStandardOutput = true,
        })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.Contains("Ready to accept connections", StringComparison.Ordinal))
        {
        }

        Assert.False(process.HasExited, "redis-server did not start.");
    }

    public async Task Stop()
    {
        if (process is { } running)
        {
            process = null;
            running.Kill();
            await running.WaitForExitAsync();
            running.Dispose();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
