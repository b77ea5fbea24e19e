using System.Net;
using PaymentGateway.Database;
using PaymentGateway.Settings;

namespace PaymentGateway.Identity;

/// <summary>What authentication must know of a merchant.</summary>
/// <param name="IsEnabled">A disabled merchant's keys do not work.</param>
/// <param name="AllowList">Where secret keys may be used from; empty: anywhere.</param>
public sealed record AccessRules(bool IsEnabled, IReadOnlyList<AddressRange> AllowList)
{
    internal bool Allows(IPAddress? address) =>
        AllowList.Count == 0 || (address is not null && AllowList.Any(range => range.Contains(address)));
}

/// <summary>
/// Finds a merchant's rules, null when there is no such merchant. Identity stands below the area that owns merchants, so that area
/// hands this in.
/// </summary>
public delegate ValueTask<AccessRules?> FindAccessRules(Tenant tenant, CancellationToken cancel);
