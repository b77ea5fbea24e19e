using System.Net;
using System.Net.Sockets;
using PaymentGateway.Settings;

namespace PaymentGateway.Identity;

/// <summary>The address that a request comes from, seen through the proxies that the operator trusts and no others.</summary>
public static class ClientAddress
{
    private const string Header = "X-Forwarded-For";

    /// <summary>
    /// Each proxy appends whom it heard, so the header is read from its end: the first address that is not a trusted proxy is the
    /// caller. What stands further left was written by the caller and proves nothing.
    /// </summary>
    public static IPAddress? Of(HttpContext http, IReadOnlyList<AddressRange> trustedProxies)
    {
        var address = Plain(http.Connection.RemoteIpAddress);
        if (trustedProxies.Count == 0)
        {
            return address;
        }

        var hops = http.Request.Headers[Header].ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = hops.Length - 1; i >= 0 && address is not null && trustedProxies.Any(proxy => proxy.Contains(address)); i--)
        {
            if (Parse(hops[i]) is not { } before)
            {
                break;
            }

            address = before;
        }

        return address;
    }

    /// <summary>
    /// Whom attempts from an address are counted for. One customer of an IPv6 provider has a whole /64 to choose addresses from.
    /// </summary>
    /// <returns><c>192.0.2.1</c>, <c>2001:db8::/64</c>; empty when the address is not known.</returns>
    public static string Household(IPAddress? address) => address is { AddressFamily: AddressFamily.InterNetworkV6 }
        ? $"{new IPAddress([.. address.GetAddressBytes().Take(8), .. new byte[8]])}/64"
        : $"{address}";

    /// <summary>Some proxies add the port: <c>192.0.2.1:4711</c>, <c>[2001:db8::1]:4711</c>.</summary>
    private static IPAddress? Parse(string hop) =>
        AddressRange.TryParseAddress(hop, out var address) ? Plain(address)
        : IPEndPoint.TryParse(hop, out var withPort) ? Plain(withPort.Address)
        : null;

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
