using PaymentGateway.Database;

namespace PaymentGateway.Connectors;

/// <summary>
/// When a processor that cannot be asked by our key must have made what we look for there. Our keys carry the time at which they were
/// made, and the call leaves at once; the rest is how long calls travel and how far clocks differ.
/// </summary>
public readonly record struct SearchTime(DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Nearly always: a busy shop has thousands of payments in the wide one, and reading them all takes longer than a question may.</summary>
    public static SearchTime Near(string key) => Around(key, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2));

    /// <summary>Calls do not travel longer, clocks do not differ more.</summary>
    public static SearchTime Wide(string key) => Around(key, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15));

    private static SearchTime Around(string key, TimeSpan before, TimeSpan after) => new(Id.TimeOf(key) - before, Id.TimeOf(key) + after);
}
