using System.Net;
using System.Net.Sockets;

namespace PaymentGateway.Http;

/// <summary>How far an address is from the public internet.</summary>
internal enum AddressReach
{
    /// <summary>A host anywhere on the internet.</summary>
    Public,

    /// <summary>This machine or its own network: fine while a shop is being built, never for real money.</summary>
    Private,

    /// <summary>Nothing that a merchant can own: metadata services, other protocols in disguise, groups, documentation.</summary>
    Forbidden,
}

/// <summary>The special-purpose address registries of IANA, as far as they decide where the server may connect.</summary>
internal static class OutboundAddresses
{
    /// <summary>Addresses inside an otherwise private range that answer with a cloud's credentials.</summary>
    private static readonly IPAddress[] metadata = [IPAddress.Parse("100.100.100.200"), IPAddress.Parse("fd00:ec2::254")];

    private static readonly IPNetwork[] privateNetworks = Networks(
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
        "100.64.0.0/10", // shared by carriers and by container networks
        "::1/128", "fc00::/7");

    private static readonly IPNetwork[] forbiddenNetworks = Networks(
        "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23",   // Teredo, benchmarks, ORCHID
        "2001:db8::/32", "3fff::/20",
        "2002::/16");  // 6to4 carries any IPv4 address

    /// <summary>
    /// Everything of IPv6 that is routed stands in here. What is outside (mapped and compatible IPv4, NAT64, link-local, site-local,
    /// multicast, unspecified) is refused without being listed.
    /// </summary>
    private static readonly IPNetwork globalUnicast = IPNetwork.Parse("2000::/3");

    internal static AddressReach ReachOf(IPAddress address)
    {
        // Refused before any range is asked: IPNetwork.Contains answers wrongly for mapped addresses (2000::/3 "contains" ::ffff:10.0.0.1).
        if (address.IsIPv4MappedToIPv6 || metadata.Contains(address) || Contain(forbiddenNetworks, address))
        {
            return AddressReach.Forbidden;
        }

        if (Contain(privateNetworks, address))
        {
            return AddressReach.Private;
        }

        return address.AddressFamily == AddressFamily.InterNetwork || globalUnicast.Contains(address)
            ? AddressReach.Public
            : AddressReach.Forbidden;
    }

    private static bool Contain(IPNetwork[] networks, IPAddress address) => Array.Exists(networks, network => network.Contains(address));

    private static IPNetwork[] Networks(params string[] texts) => [.. texts.Select(IPNetwork.Parse)];
}
