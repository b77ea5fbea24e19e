namespace PaymentGateway.Simulators.Engine;

/// <summary>What every simulator stands on: its memory, its clock, its faults, what it saw and what it sends.</summary>
internal sealed record World(Shelf Shelf, SimulatedClock Clock, Identifiers Ids, Faults Faults, Journal Journal, Outbox Outbox) : IDisposable
{
    /// <summary>Where browsers reach the simulator; known once it listens.</summary>
    public string Origin { get; set; } = "";

    /// <param name="file">Where it remembers; null: nowhere.</param>
    public static World Create(string name, int seed, string? file, TimeProvider real, ILogger log)
    {
        var shelf = new Shelf(file);
        var clock = new SimulatedClock(real);
        var faults = new Faults(seed);
        return new(shelf, clock, new($"{seed}/{name}", shelf), faults, new(clock), new(clock, faults, log));
    }

    public void Dispose()
    {
        Outbox.Dispose();
        Shelf.Dispose();
    }
}
