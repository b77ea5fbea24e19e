using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using PaymentGateway.Settings;

namespace PaymentGateway.Identity;

/// <summary>One connection to Redis, entered and ready (RESP, version 2).</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly TcpClient socket;
    private readonly Stream stream;
    private readonly RedisReader reader;

    private RedisConnection(TcpClient socket, Stream stream) => (this.socket, this.stream, reader) = (socket, stream, new(stream));

    public static async Task<RedisConnection> Open(RedisAddress address, CancellationToken cancel)
    {
        var socket = new TcpClient { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancel);
            var connection = new RedisConnection(socket, await Secured(socket.GetStream(), address, cancel));
            await connection.Enter(address, cancel);
            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task<IReadOnlyList<long>> Transaction(IReadOnlyList<string[]> commands, CancellationToken cancel)
    {
        await Send([["MULTI"], .. commands, ["EXEC"]], cancel);
        for (var i = 0; i <= commands.Count; i++)
        {
            await reader.Word(cancel);
        }

        return await reader.Numbers(commands.Count, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        socket.Dispose();
    }

    /// <summary>The certificate must be valid for the host: there is no switch to believe any.</summary>
    private static async Task<Stream> Secured(Stream plain, RedisAddress address, CancellationToken cancel)
    {
        if (!address.UsesTls)
        {
            return plain;
        }

        var secured = new SslStream(plain);
        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, cancel);
        return secured;
    }

    private async Task Enter(RedisAddress address, CancellationToken cancel)
    {
        if (address.Password is { } password)
        {
            await Send([address.User is { } user ? ["AUTH", user, password] : ["AUTH", password]], cancel);
            await reader.Word(cancel);
        }

        if (address.Database != 0)
        {
            await Send([["SELECT", address.Database.ToString(CultureInfo.InvariantCulture)]], cancel);
            await reader.Word(cancel);
        }
    }

    private async Task Send(IReadOnlyList<string[]> commands, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        foreach (var command in commands)
        {
            Write(bytes, $"*{command.Length}\r\n");
            foreach (var word in command)
            {
                Write(bytes, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
            }
        }

        await stream.WriteAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), cancel);
        await stream.FlushAsync(cancel);
    }

    private static void Write(MemoryStream bytes, string text) => bytes.Write(Encoding.UTF8.GetBytes(text));
}
