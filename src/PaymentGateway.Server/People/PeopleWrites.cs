using PaymentGateway.Commit;
using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>What a decision about a person wants written, and what comes of it when it is.</summary>
/// <param name="Change">Null: nothing is written, and the value stands as it is.</param>
internal sealed record PeopleStep<T>(Change? Change, Outcome<T> Value)
{
    public static PeopleStep<T> Refuse(Refusal refusal) => new(null, refusal);
}

/// <summary>Decides and commits, and decides again when another change was first.</summary>
internal sealed class PeopleWrites(Committer committer)
{
    private const int RoundsMax = 100;

    /// <param name="decide">Reads anew each time.</param>
    /// <param name="cancel">Before a commit.</param>
    /// <param name="onConstraint">What a named constraint means when it refuses; others are bugs.</param>
    public async Task<Outcome<T>> Run<T>(
        Func<Task<PeopleStep<T>>> decide, CancellationToken cancel, (string Name, ErrorKind Kind)? onConstraint = null)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var step = await decide();
            if (step.Change is not { } change)
            {
                return step.Value;
            }

            switch (await committer.Commit(change, cancel))
            {
                case CommitOutcome.Committed:
                    return step.Value;
                case CommitOutcome.Rejected rejected when rejected.Constraint == onConstraint?.Name:
                    return new Refusal(onConstraint.Value.Kind);
                case CommitOutcome.Rejected rejected:
                    throw new CommitRejectedException(rejected);
            }
        }

        throw new InvalidOperationException($"A change of a person met a conflict {RoundsMax} times in a row.");
    }
}
