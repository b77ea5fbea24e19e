using PaymentGateway.Http;

namespace PaymentGateway.Identity;

/// <summary>Whether a caller has just proved who they are by something beside the key or password, such as a one-time code.</summary>
public interface ISecondFactor
{
    bool IsGivenBy(Caller caller);
}

/// <summary>API keys have no second factor, and nobody else calls today.</summary>
internal sealed class NoSecondFactor : ISecondFactor
{
    public bool IsGivenBy(Caller caller) => false;
}
