using PaymentGateway.Database;

namespace PaymentGateway.Connectors;

/// <summary>How one try of a request ended.</summary>
public enum RequestEnd
{
    /// <summary>The processor did what it was asked.</summary>
    Ok,

    /// <summary>It said no: a status of 400 to 499.</summary>
    Refused,

    /// <summary>It asked for fewer calls, and did nothing.</summary>
    Busy,

    /// <summary>A status of 500 and above.</summary>
    Broken,

    /// <summary>Nothing came back in time.</summary>
    NoAnswer,

    /// <summary>What came back is not what it claims to be.</summary>
    Unreadable,
}

/// <summary>One try of a request to a processor, as it may be kept.</summary>
/// <param name="Operation">Of the connector: <c>authorize</c>, <c>capture</c>.</param>
/// <param name="Key">Our key of the operation.</param>
/// <param name="ChargeKey">The charge that it is about.</param>
/// <param name="Attempt">1, and more where it was repeated with the same key.</param>
/// <param name="Path">Without query, and without tokens.</param>
/// <param name="ProcessorRequestId">Its own id of the request: its support asks for it.</param>
/// <param name="Request">JSON: the shape, and what says nothing of a person, a card or a key.</param>
/// <param name="Response">As <paramref name="Request"/>.</param>
public sealed record ProcessorRequest(
    Tenant Tenant, string Connector, string AccountId, string Operation, string? Key, string? ChargeKey, int Attempt, string Method, string Path,
    int? Status, RequestEnd End, TimeSpan Duration, string? ProcessorRequestId, string? Request, string? Response, DateTimeOffset At);

/// <summary>Keeps what was said to processors and what they answered. It never holds up the caller and never fails.</summary>
public interface IRequestLog
{
    void Add(ProcessorRequest request);
}
