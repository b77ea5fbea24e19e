namespace PaymentGateway.Database;

/// <summary>What waits in a queue of the database.</summary>
/// <param name="Count">How much, counted up to a hundred thousand: looking must stay cheap when there is most to see.</param>
/// <param name="OldestDueAt">When the first of it is or was due.</param>
public sealed record Backlog(long Count, DateTimeOffset? OldestDueAt)
{
    public TimeSpan Overdue(DateTimeOffset now) => OldestDueAt is { } due && due < now ? now - due : TimeSpan.Zero;
}
