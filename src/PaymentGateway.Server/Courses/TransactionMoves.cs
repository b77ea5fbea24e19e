using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>
/// What is written of every move of a course payment: itself, its history, event and audit row, the use of its code, and the enrolment that
/// it opens or closes, all in one change.
/// </summary>
internal sealed class TransactionMoves(
    TransactionStore store, EnrollmentStore enrollments, Committer committer, TransactionFacts facts, CourseFacts courseFacts, MerchantClocks clocks)
{
    /// <summary>Each lost round means that another change of this payment won it, so this many are never needed.</summary>
    private const int RoundsMax = 100;

    /// <summary>Gives a command that no step of the payment core leads to, in a commit of its own.</summary>
    /// <returns>The payment as it is afterwards, or the refusal of the decision.</returns>
    public async Task<Outcome<CourseTransaction>> Give(
        Tenant tenant, string id, TransactionCommand what, Origin origin, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var now = await store.Find(tenant, id, cancel) ?? throw new InvalidOperationException($"There is no course payment {id}.");
            var decided = TransactionDecisions.Decide(now, what, clocks.Now(tenant));
            if (decided.IsRefused || ReferenceEquals(decided.Value, now))
            {
                return decided;
            }

            if (await TryCommit(now, decided.Value, what.Name, origin, cancel) is { } committed)
            {
                return committed;
            }
        }

        throw new InvalidOperationException($"Course payment {id} met a conflict {RoundsMax} times in a row.");
    }

    /// <returns>Null when another change was first.</returns>
    public async Task<CourseTransaction?> TryCommit(
        CourseTransaction before, CourseTransaction next, string action, Origin origin, CancellationToken cancel)
    {
        var change = new Change().Of(next.Tenant);
        var written = await Write(change, before, next, action, origin, cancel);
        return await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => written,
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => null,
        };
    }

    /// <summary>Adds a new payment, with the use of its code.</summary>
    public void WriteNew(Change change, CourseTransaction transaction, DiscountUse? use, Origin origin)
    {
        change.Write(TransactionRows.Insert, transaction).Write(TransactionRows.InsertState, ReachedBy(transaction, origin));
        if (use is not null)
        {
            change.Write(TransactionRows.CountUse, use).Write(TransactionRows.InsertUse, use);
        }

        facts.Write(change, null, transaction, "start", origin);
    }

    /// <summary>Adds what a decision has led to.</summary>
    /// <returns>As it will be.</returns>
    public async Task<CourseTransaction> Write(
        Change change, CourseTransaction before, CourseTransaction next, string action, Origin origin, CancellationToken cancel)
    {
        var written = next with { Version = before.Version + 1 };
        change.Write(TransactionRows.Update, written);
        facts.Write(change, before, written, action, origin);
        if (written.State != before.State)
        {
            change.Write(TransactionRows.InsertState, ReachedBy(written, origin));
        }

        if (before.HoldsDiscount && !written.HoldsDiscount)
        {
            change.Write(TransactionRows.TakeUseBack, written).Write(TransactionRows.ReleaseUse, written);
        }

        if (before.PaidAt is null && written is { PaidAt: not null, IsDuplicate: false })
        {
            Open(change, written, origin);
        }

        if (written.State == TransactionState.Refunded && before.State != TransactionState.Refunded)
        {
            await Close(change, written, origin, cancel);
        }

        return written;
    }

    private void Open(Change change, CourseTransaction paid, Origin origin)
    {
        var enrollment = new Enrollment
        {
            Id = Id.New(Enrollment.IdPrefix, clocks.Real),
            Tenant = paid.Tenant,
            CourseId = paid.CourseId,
            StudentId = paid.StudentId,
            TransactionId = paid.Id,
            State = EnrollmentState.Active,
            OpenedAt = clocks.Now(paid.Tenant),
        };
        change.Write(EnrollmentRows.Insert, enrollment);
        courseFacts.Write(change, null, enrollment, origin);
    }

    private async Task Close(Change change, CourseTransaction refunded, Origin origin, CancellationToken cancel)
    {
        if (await enrollments.FindActiveOf(refunded.Tenant, refunded.Id, cancel) is { } enrollment)
        {
            var closed = enrollment.Close(EnrollmentEnd.Refunded, clocks.Now(refunded.Tenant)).Value;
            change.Write(EnrollmentRows.Close, closed);
            courseFacts.Write(change, enrollment, closed, origin);
        }
    }

    private StateReached ReachedBy(CourseTransaction transaction, Origin origin) => new(
        transaction, transaction.FailureReason is { } reason ? Words.Of(reason) : transaction.IsDuplicate ? "duplicate" : null, origin.Actor,
        clocks.Now(transaction.Tenant));
}
