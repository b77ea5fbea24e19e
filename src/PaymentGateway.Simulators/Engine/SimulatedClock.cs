namespace PaymentGateway.Simulators.Engine;

/// <summary>The clock that a simulator lives by: the machine's, and as much ahead as it was told.</summary>
internal sealed class SimulatedClock(TimeProvider real) : TimeProvider
{
    private long aheadTicks;

    public override DateTimeOffset GetUtcNow() => real.GetUtcNow().AddTicks(Interlocked.Read(ref aheadTicks));

    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Interlocked.Add(ref aheadTicks, by.Ticks);
    }

    public long UnixSeconds => GetUtcNow().ToUnixTimeSeconds();
}
