using PaymentGateway.Http;

namespace PaymentGateway.Identity;

/// <summary>Whether a caller has just proved who they are by something beside the key or password, such as a one-time code.</summary>
public interface ISecondFactor
{
    /// <summary>
    /// Looks at the code that came with the request, and uses it up: for this operation, and for no other. Call it once the idempotency key
    /// is known to be new.
    /// </summary>
    /// <param name="caller">An API key has no second factor.</param>
    /// <param name="request">Has the code.</param>
    /// <param name="operation">The command and its object: <c>refund.approve/re_…</c>.</param>
    /// <param name="cancel">Before the code is used up.</param>
    /// <returns>False when none was given; TWO_FACTOR_AUTH_FAILED when it is wrong or was used, TOO_MANY_ATTEMPTS, ACCOUNT_LOCKED.</returns>
    ValueTask<Outcome<bool>> Check(Caller caller, HttpRequest request, string operation, CancellationToken cancel);

    /// <inheritdoc cref="Check(Caller, HttpRequest, string, CancellationToken)"/>
    /// <param name="code">As it came in the body.</param>
    ValueTask<Outcome<bool>> Check(Caller caller, string? code, string operation, CancellationToken cancel);
}
