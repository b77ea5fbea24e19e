namespace PaymentGateway.People;

/// <summary>
/// The time of people: the real one. A test clock belongs to one merchant's sandbox, and must not end its developers' sessions or make
/// their one-time codes come wrong.
/// </summary>
internal sealed class PersonTime(TimeProvider clock)
{
    public TimeProvider Clock => clock;

    /// <summary>In whole microseconds, as the database keeps it.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = clock.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        }
    }
}
