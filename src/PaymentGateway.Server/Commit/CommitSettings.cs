namespace PaymentGateway.Commit;

/// <summary>How the changes of concurrent requests share transactions.</summary>
/// <param name="GroupMax">The most changes of one transaction; 1: each change has its own, and nothing is queued.</param>
/// <param name="Lanes">The most transactions that are written at once. A further one begins only when a whole group waits for it, or when those
/// before it take long: what is there already would otherwise make a larger group.</param>
/// <param name="QueueMax">How many changes of one tenant may wait, those being written included; of all tenants together, ten times as many.</param>
public sealed record CommitSettings(int GroupMax, int Lanes, int QueueMax)
{
    /// <summary>Of a server when nothing else is set, and of commands that write a little.</summary>
    public static CommitSettings Default { get; } = new(GroupMax: 64, Lanes: 2, QueueMax: 1000);

    /// <summary>
    /// A transaction that takes longer than this waits for somebody's lock or for a slow disk, so another may begin: many times what a group takes
    /// on a machine that has all it needs.
    /// </summary>
    internal static TimeSpan SlowAfter { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Ten tenants that flood at once are turned away together; nine of them leave room for others.</summary>
    internal long QueueMaxOfAll => 10L * QueueMax;
}
