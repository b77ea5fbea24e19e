using PaymentGateway.Http;

namespace PaymentGateway.Identity;

/// <summary>
/// Counts what somebody does on a page by the counter of the endpoint that does the same, so that neither is a way around the other's limit.
/// </summary>
public sealed class PersonLimits
{
    private readonly RateLimits limits;

    internal PersonLimits(RateLimits limits) => this.limits = limits;

    /// <param name="userId">Who.</param>
    /// <param name="operation">The name of the endpoint.</param>
    /// <param name="perMinute">Its limit.</param>
    /// <returns>RATE_LIMIT_EXCEEDED when it is reached; null: go on.</returns>
    public Refusal? Count(string userId, string operation, int perMinute) =>
        limits.Count(CounterOf(CounterOf(userId), operation), perMinute).IsAllowed ? null : new(Errors.RateLimitExceeded);

    internal static string CounterOf(string userId) => $"person:{userId}";

    internal static string CounterOf(string caller, string? operation) => $"{caller}/{operation}";
}
