namespace PaymentGateway.Http;

/// <summary>Whether sending a refused request again can help.</summary>
public enum RetryAdvice
{
    /// <summary>The same request will be refused again.</summary>
    Never,

    /// <summary>The same request, with the same idempotency key, may succeed later.</summary>
    Later,

    /// <summary>A corrected request, or another payment method, may succeed at once.</summary>
    Changed,
}

/// <summary>One entry of the error catalogue: what a caller reads in <c>error.code</c>, and what it means.</summary>
/// <param name="Code">Upper snake case, stable for ever.</param>
/// <param name="Status">The HTTP status it is sent with.</param>
/// <param name="Sentence">What happened, for a person.</param>
/// <param name="Advice">What to do about it, for a developer.</param>
/// <param name="Retry">Whether a repeat can help.</param>
public sealed record ErrorKind(string Code, int Status, string Sentence, string Advice, RetryAdvice Retry);
