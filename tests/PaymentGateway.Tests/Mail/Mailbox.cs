using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace PaymentGateway.Tests.Mail;

/// <summary>What arrived, as another library reads it.</summary>
internal sealed record ArrivedMail(
    string[] To, bool Encrypted, string From, string Subject, string MessageId, string Automatic, string Text, string Html, ArrivedFile[] Files);

internal sealed record ArrivedFile(string Filename, string ContentType, byte[] Content);

/// <summary>A real mail server of another language; its script is in <c>tests/Mailbox</c>.</summary>
internal sealed class Mailbox : IAsyncDisposable
{
    private static readonly TimeSpan longest = TimeSpan.FromSeconds(60);

    private readonly Process node;

    private Mailbox(Process node, int port) => (this.node, Port) = (node, port);

    public int Port { get; }

    /// <param name="environment">CERTIFICATE and KEY for STARTTLS, USER_NAME and PASSWORD for a login.</param>
    public static async Task<Mailbox> Start(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("node", ["mailbox.mjs"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "Mailbox"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var node = Process.Start(start)!;
        return new(node, int.Parse((await node.StandardOutput.ReadLineAsync().WaitAsync(longest))!, CultureInfo.InvariantCulture));
    }

    /// <summary>The next mail that arrives, or has arrived.</summary>
    public async Task<ArrivedMail> Next() =>
        JsonSerializer.Deserialize<ArrivedMail>((await node.StandardOutput.ReadLineAsync().WaitAsync(longest))!, JsonSerializerOptions.Web)!;

    /// <summary>Stops the server.</summary>
    /// <returns>What arrived and was not taken with <see cref="Next"/>.</returns>
    public async Task<IReadOnlyList<ArrivedMail>> Rest()
    {
        node.StandardInput.Close();
        var lines = await node.StandardOutput.ReadToEndAsync();
        return
        [
            .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<ArrivedMail>(line, JsonSerializerOptions.Web)!),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        if (!node.HasExited)
        {
            node.Kill();
            await node.WaitForExitAsync().WaitAsync(longest);
        }

        node.Dispose();
    }
}
