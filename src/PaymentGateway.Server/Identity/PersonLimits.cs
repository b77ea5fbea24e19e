using PaymentGateway.Http;

namespace PaymentGateway.Identity;

/// <summary>
/// Counts what somebody does on a page by the counter of the endpoint that does the same, so that neither is a way around the other's limit.
/// </summary>
public sealed class PersonLimits
{
    private const int ValueLengthMax = 64;

    private readonly RateLimits limits;

    internal PersonLimits(RateLimits limits) => this.limits = limits;

    /// <param name="userId">Who.</param>
    /// <param name="operation">The name of the endpoint.</param>
    /// <param name="limit">The endpoint's.</param>
    /// <param name="value">Of the part of the route whose values are counted apart, where the limit has one.</param>
    /// <returns>RATE_LIMIT_EXCEEDED when it is reached; null: go on.</returns>
    public Refusal? Count(string userId, string operation, RequestLimit limit, string? value = null) =>
        limits.Count(CounterOf(CounterOf(userId), operation, limit, value), limit.Count, limit.Minutes).IsAllowed ? null : new(Errors.RateLimitExceeded);

    internal static string CounterOf(string userId) => $"person:{userId}";

    /// <summary>Long values are none of ours, and are counted as one: nobody fills the memory with them.</summary>
    internal static string CounterOf(string caller, string? operation, RequestLimit limit, string? value) =>
        limit.Each is null ? $"{caller}/{operation}" : $"{caller}/{operation}/{(value is { Length: <= ValueLengthMax } ? value : "")}";
}
