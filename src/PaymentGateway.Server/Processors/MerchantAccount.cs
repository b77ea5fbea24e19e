using PaymentGateway.Connectors;
using PaymentGateway.Database;

namespace PaymentGateway.Processors;

/// <summary>A merchant's account at a processor, in one mode.</summary>
/// <param name="Enabled">Whether it takes new payments. What was begun with it goes on either way.</param>
/// <param name="Priority">The smaller is asked first.</param>
/// <param name="Fields">Opened; see <see cref="ProcessorAccount"/>.</param>
/// <param name="IsFromEnvironment">The operator has set its keys; then it is in no table, and the API cannot change it.</param>
internal sealed record MerchantAccount(
    string Id, Tenant Tenant, string Connector, int Version, bool Enabled, int Priority, IReadOnlyDictionary<string, string> Fields,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, bool IsFromEnvironment = false)
{
    public const string IdPrefix = "pacc";

    public ProcessorAccount ForConnector => new(Id, Tenant, Connector, Fields);

    /// <summary>Its fields are secrets.</summary>
    public override string ToString() => Id;
}
