namespace PaymentGateway.Tests.Model;

/// <summary>
/// What a step is to all sequences of a cohort: a command of each one's own, or time that passes for all of them. It hangs on the seed and the
/// cohort, so a sequence that runs alone meets the same.
/// </summary>
internal enum Pace
{
    /// <summary>Each does what its own dice say.</summary>
    Own,

    /// <summary>Each moves its merchant's clock, then every worker that has something to do has its turn.</summary>
    TimePasses,

    /// <summary>One worker has its turn.</summary>
    WorkerLooks,

    /// <summary>The machine's clock goes on.</summary>
    ClockGoesOn,
}

internal static class Paces
{
    /// <param name="dice">Of the step, the same for all sequences of the cohort.</param>
    public static Pace Of(Random dice) => dice.Next(200) switch
    {
        < 7 => Pace.TimePasses,
        < 12 => Pace.WorkerLooks,
        < 13 => Pace.ClockGoesOn,
        _ => Pace.Own,
    };
}
