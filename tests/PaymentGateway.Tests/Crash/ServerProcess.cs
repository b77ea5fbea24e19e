using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Crash;

/// <summary>The program itself, as an operator starts it, with an embedded PostgreSQL in a data directory of the test.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan longest = TimeSpan.FromSeconds(90);

    private readonly Process process;
    private readonly ConcurrentQueue<string> errors = new();
    private readonly ConcurrentQueue<string> output = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal string Errors => string.Join('\n', errors).Trim();

    internal string Output => string.Join('\n', output).Trim();

    /// <summary>Starts <c>serve --demo</c> and returns when it is ready.</summary>
    internal static async Task<ServerProcess> Serve(string data, int port)
    {
        var server = Start([], "serve", "--demo", "--data", data, "--port", port.ToString(CultureInfo.InvariantCulture));
        var exit = server.process.WaitForExitAsync();
        if (await Task.WhenAny(server.ready.Task, exit).WaitAsync(longest) == exit)
        {
            throw new InvalidOperationException($"The server ended with {server.process.ExitCode}: {server.Errors}");
        }

        return server;
    }

    internal static Task<(int ExitCode, string Output, string Errors)> Run(params string[] arguments) => RunWith([], arguments);

    internal static async Task<(int ExitCode, string Output, string Errors)> RunWith(
        IReadOnlyList<(string Name, string Value)> environment, params string[] arguments)
    {
        await using var program = Start(environment, arguments);
        return (await program.Ended(), program.Output, program.Errors);
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed, PostgreSQL is left behind.</summary>
    internal async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(longest);
    }

    /// <param name="signal">TERM, or INT as by Ctrl-C.</param>
    /// <returns>The exit code.</returns>
    internal async Task<int> Stop(string signal)
    {
        await OperatingSystemProgram.Run("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        return await Ended();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await Stop("TERM");
        }

        process.Dispose();
    }

    /// <summary>
    /// Not with the prefix of the other tests' folders: between a kill and the next start nobody holds the lock, and a run that tidies up
    /// would take this one away.
    /// </summary>
    internal static string CreateDataDirectory()
    {
        var folder = Directory.CreateTempSubdirectory("paymentgateway-crash-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        return folder;
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<int> Ended()
    {
        await process.WaitForExitAsync().WaitAsync(longest);
        return process.ExitCode;
    }

    private void Take(string? line)
    {
        output.Enqueue(line ?? "");
        if (line?.StartsWith("ready ", StringComparison.Ordinal) == true)
        {
            ready.TrySetResult();
        }
    }

    private static ServerProcess Start(IReadOnlyList<(string Name, string Value)> environment, params string[] arguments)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "PaymentGateway.Server.dll"), .. arguments];
        // A program started by a background job of a shell ignores SIGINT for good, and so do its children.
        string[] started = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", .. command] : command;
        var start = new ProcessStartInfo(started[0], started[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name is "DATABASE_URL" or "PUBLIC_URL" || name.StartsWith("DB_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["CONNECTOR_TIMEOUT_SECONDS"] = "2";
        start.Environment["WEBHOOK_RETRY_DELAY"] = "100";
        start.Environment["LOG_LEVEL"] = "Warning";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start."));
    }
}
