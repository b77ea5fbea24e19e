namespace PaymentGateway.Commit;

/// <summary>How the changes of concurrent requests share transactions.</summary>
/// <param name="GroupMax">The most changes of one transaction; 1: each change has its own, and nothing is queued.</param>
/// <param name="Lanes">How many transactions are written at once.</param>
/// <param name="QueueMax">How many changes of one tenant may wait, those being written included; of all tenants together, ten times as many.</param>
public sealed record CommitSettings(int GroupMax, int Lanes, int QueueMax)
{
    /// <summary>Of a server when nothing else is set, and of commands that write a little.</summary>
    public static CommitSettings Default { get; } = new(GroupMax: 64, Lanes: 2, QueueMax: 1000);

    /// <summary>Ten tenants that flood at once are turned away together; nine of them leave room for others.</summary>
    internal long QueueMaxOfAll => 10L * QueueMax;
}
