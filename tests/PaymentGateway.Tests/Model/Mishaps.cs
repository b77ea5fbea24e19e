namespace PaymentGateway.Tests.Model;

/// <summary>What can happen to one call of a processor.</summary>
internal enum Mishap
{
    None,

    /// <summary>The call never arrives.</summary>
    LostCall,

    /// <summary>The work is done, and the answer is lost.</summary>
    LostAnswer,

    /// <summary>HTTP 500, and nothing was done.</summary>
    FailedBefore,

    /// <summary>HTTP 500, and the work is done.</summary>
    FailedAfter,

    /// <summary>The work is done, and the answer is not what was agreed on.</summary>
    Garbled,

    /// <summary>No answer, and the call arrives long after it was given up.</summary>
    LateCall,
}

/// <summary>
/// What goes wrong in a step. It hangs on the seed and the object, not on which call is the first: a resolver asks about several at once.
/// </summary>
internal sealed class Mishaps
{
    private const int PercentOfSteps = 30;
    private const int PercentOfCalls = 60;

    private static readonly Mishap[] kinds = Enum.GetValues<Mishap>()[1..];

    private int step;
    private bool isArmed;
    private bool isReachable;
    private int outage;

    /// <summary>No call of this step goes wrong, and none is kept back.</summary>
    public bool IsCalm => !isArmed && isReachable;

    /// <param name="seedOfStep">What goes wrong.</param>
    /// <param name="reachable">The breaker lets calls through: those of earlier steps may have opened it.</param>
    public void Arm(int seedOfStep, bool reachable)
    {
        (step, isReachable) = (seedOfStep, reachable);
        outage = Math.Max(0, outage - 1);
        isArmed = outage > 0 || Seeded.Dice(seedOfStep, 1).Next(100) < PercentOfSteps;
    }

    /// <summary>For so many steps no call arrives.</summary>
    public void BeginOutage(int steps) => outage = steps;

    public void EndSequence() => (isArmed, outage) = (false, 0);

    /// <param name="about">Names the object that the call is about, the same in every run.</param>
    public Mishap Next(string about)
    {
        if (outage > 0)
        {
            return Mishap.LostCall;
        }

        var dice = Seeded.Dice(step, 2, Seeded.Hash([.. about.Select(letter => (int)letter)]));
        return isArmed && dice.Next(100) < PercentOfCalls ? dice.Pick(kinds) : Mishap.None;
    }
}
