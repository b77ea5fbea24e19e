using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors;

/// <summary>
/// What a connector has besides when its processor can make a way to pay ready for later without a payment: the issuer is asked about the
/// card holder, the payer about their address, and no money is. Which methods, is declared in its <see cref="SaveCapabilities"/>.
/// </summary>
/// <remarks>
/// Every call carries our key of the attempt; what holds for charges holds here: a repeat is the same set-up.
/// <see cref="ConnectorOutcome.Authorized"/> says that it is ready; what then keeps it is <see cref="IConnector.Save"/> with
/// <see cref="SaveSource.OfSetup"/> of the same key.
/// </remarks>
public interface ISetupConnector
{
    Task<ConnectorOutcome> Setup(SetupCall call, CancellationToken cancel);

    /// <summary>What the processor knows about the set-up with our key now.</summary>
    Task<ConnectorOutcome> SetupStatus(SetupStatusCall call, CancellationToken cancel);

    /// <summary>Gives it up, also one that has not arrived: that is kept out. <see cref="ConnectorOutcome.Voided"/> once it is over.</summary>
    Task<ConnectorOutcome> CancelSetup(SetupStatusCall call, CancellationToken cancel);
}

/// <param name="Key">
/// Our key of the attempt: the processor deduplicates by it. An id of ours and, behind a dash, which attempt it is.
/// </param>
/// <param name="Instrument">A card or a UPI address.</param>
/// <param name="Usage">What it shall be good for.</param>
/// <param name="ReturnUrl">Where the customer's browser comes back to after a redirect.</param>
/// <param name="ThreeDSecure">How the holder of a card is authenticated; null for any other method.</param>
/// <param name="Behaviour">Sandbox only: how to misbehave, as the merchant's test asked for.</param>
public sealed record SetupCall(
    Tenant Tenant, string Key, Instrument Instrument, SetupFutureUsage Usage, string? MerchantName, string? Description, string? ReturnUrl,
    ThreeDSecureCall? ThreeDSecure, string? Behaviour);

/// <param name="Key">Our key of the attempt.</param>
/// <param name="Reference">The processor's own id, when it gave one.</param>
public sealed record SetupStatusCall(Tenant Tenant, string Key, string? Reference)
{
    /// <summary>When the id in the key was made: no request with the key is older, and one can be any time younger.</summary>
    public DateTimeOffset NotBefore => Id.TimeOf(Key.Split('-')[0]);
}
