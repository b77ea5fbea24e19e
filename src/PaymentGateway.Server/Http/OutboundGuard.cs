using System.Net;
using System.Net.Sockets;
using PaymentGateway.Database;

namespace PaymentGateway.Http;

/// <summary>
/// Stands between an address that a user gave and our network. The URL is checked where it is taken; the resolved address is checked
/// at every connect, so a name that is pointed elsewhere later leads nowhere.
/// </summary>
/// <param name="allowPrivateInTest">Whether sandbox calls may reach loopback and private networks (a shop on a developer's machine).</param>
/// <param name="resolve">Name resolution; the system's when null.</param>
public sealed class OutboundGuard(bool allowPrivateInTest, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    public const int UrlLengthMax = 2048;

    private static readonly TimeSpan connectTimeout = TimeSpan.FromSeconds(10);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>The parsed URL, or <c>WEBHOOK_URL_REFUSED</c> for <paramref name="field"/> with what is wrong with it.</summary>
    public Outcome<Uri> Check(string field, string url, Mode mode)
    {
        if (url.Length > UrlLengthMax || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || url.Any(c => c <= ' '))
        {
            return Refuse(field, $"must be an http or https URL of at most {UrlLengthMax} characters");
        }

        return Fault(uri, mode) is { } sentence ? Refuse(field, sentence) : uri;
    }

    /// <summary>
    /// A handler for calls of one mode: no redirects, no proxy, no cookies, and no connection to an address that this mode may not
    /// reach. One for each mode, since its pooled connections were checked for that mode only.
    /// </summary>
    public SocketsHttpHandler HandlerFor(Mode mode) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = connectTimeout,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 4096,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        ConnectCallback = (context, cancel) => Connect(context.DnsEndPoint, mode, cancel),
    };

    internal bool Allows(IPAddress address, Mode mode) => OutboundAddresses.ReachOf(address) switch
    {
        AddressReach.Public => true,
        AddressReach.Private => mode == Mode.Test && allowPrivateInTest,
        _ => false,
    };

    private string? Fault(Uri uri, Mode mode)
    {
        if (uri.Scheme != Uri.UriSchemeHttps && (uri.Scheme != Uri.UriSchemeHttp || mode == Mode.Live))
        {
            return mode == Mode.Live ? "must be an https URL" : "must be an http or https URL";
        }

        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            return "must have no user name, password or fragment";
        }

        if (uri.Port is not (80 or 443 or >= 1024))
        {
            return "must have the port 80, 443 or one from 1024 up";
        }

        return NamesForbiddenHost(uri, mode) ? "must be reachable on the public internet" : null;
    }

    /// <summary>What can be said without asking the name service; the rest is found at the connect.</summary>
    private bool NamesForbiddenHost(Uri uri, Mode mode)
    {
        if (IPAddress.TryParse(uri.DnsSafeHost, out var address))
        {
            return !Allows(address, mode);
        }

        var name = uri.IdnHost.TrimEnd('.');
        var isLoopback = name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return name.Length == 0 || (isLoopback && !Allows(IPAddress.Loopback, mode));
    }

    private async ValueTask<Stream> Connect(DnsEndPoint target, Mode mode, CancellationToken cancel)
    {
        var resolved = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await resolve(target.Host, cancel);
        var allowed = Array.FindAll(resolved, address => Allows(address, mode));
        if (allowed.Length == 0)
        {
            throw new OutboundRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Refusal Refuse(string field, string sentence) => Refusal.Field(Errors.WebhookUrlRefused, field, sentence);
}

/// <summary>A name led to no address that may be called. Names no address: the answer must not map our network.</summary>
public sealed class OutboundRefusedException() : IOException("The address is not reachable on the public internet.");
