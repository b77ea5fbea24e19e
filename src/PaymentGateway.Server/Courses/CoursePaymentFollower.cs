using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.Courses;

/// <summary>
/// Moves a course payment with its payment and its refunds, in their commits: money, enrolment and event are there together or not at all,
/// whoever heard of the money first.
/// </summary>
internal sealed class CoursePaymentFollower(
    TransactionStore store, EnrollmentStore enrollments, TransactionMoves moves, CourseNews news, MerchantClocks clocks)
    : IPaymentFollower, IRefundFollower
{
    /// <summary>The orders of course payments carry their ids as the merchant's own.</summary>
    public bool Follows(Payment payment) => payment is { OrderId: not null, Purpose.MerchantOrderId: { } id } && CourseTransaction.IsId(id);

    public async Task Write(Change change, Payment before, Payment after, Origin origin, CancellationToken cancel)
    {
        if (await store.Find(after.Tenant, after.Purpose.MerchantOrderId!, cancel) is { } now && now.OrderId == after.OrderId)
        {
            var hasCourse = await enrollments.FindActive(now.Tenant, now.CourseId, now.StudentId, cancel) is not null;
            var next = await Write(change, now, [.. CommandsOf(before, after, hasCourse)], origin, cancel);
            if (now.PaidAt is null && next is { PaidAt: not null, IsDuplicate: false })
            {
                await news.Paid(change, next, after, origin, cancel);
            }
            else if (now.State != TransactionState.Failed && next.State == TransactionState.Failed)
            {
                await news.Failed(change, next, cancel);
            }
        }
    }

    public async Task Write(Change change, Refund before, Refund after, Origin origin, CancellationToken cancel)
    {
        if (after.OrderId is { } orderId && await store.FindByPayment(after.Tenant, after.PaymentId, orderId, cancel) is { } now)
        {
            TransactionCommand what = after.State == RefundState.Succeeded
                ? new TransactionCommand.Refund(after.Amount)
                : new TransactionCommand.UndoRefund(after.Amount);
            var next = await Write(change, now, [what], origin, cancel);
            if (next.AmountRefunded > now.AmountRefunded)
            {
                await news.Refunded(change, next, after, cancel);
            }
        }
    }

    /// <summary>
    /// The money has moved already, so what the machine refuses is left out and not held against the payment: the checks of the book show it.
    /// </summary>
    private async Task<CourseTransaction> Write(
        Change change, CourseTransaction now, IReadOnlyList<TransactionCommand> commands, Origin origin, CancellationToken cancel)
    {
        var next = now;
        var action = "";
        foreach (var command in commands)
        {
            var decided = TransactionDecisions.Decide(next, command, clocks.Now(now.Tenant));
            if (!decided.IsRefused && !ReferenceEquals(decided.Value, next))
            {
                (next, action) = (decided.Value, command.Name);
            }
        }

        if (!ReferenceEquals(now, next))
        {
            await moves.Write(change, now, next, action, origin, cancel);
        }

        return next;
    }

    private static IEnumerable<TransactionCommand> CommandsOf(Payment before, Payment after, bool hasCourse)
    {
        if (after.Charge?.Reference is { } reference)
        {
            yield return new TransactionCommand.Reach(
                after.Id, reference, after.State == PaymentState.RequiresAction ? after.Charge.NextAction?.Url : null);
        }

        if (after.AmountReturned > before.AmountReturned)
        {
            yield return new TransactionCommand.Refund(after.AmountReturned - before.AmountReturned);
        }
        else if (after.State != before.State && OutcomeOf(after, hasCourse) is { } outcome)
        {
            yield return outcome;
        }
    }

    private static TransactionCommand? OutcomeOf(Payment after, bool hasCourse) => after switch
    {
        { State: PaymentState.Succeeded, Charge.Summary: var paidBy } =>
            new TransactionCommand.Pay(after.Id, paidBy.Method, paidBy.Last4, hasCourse),
        { State: PaymentState.Canceled, CancelReason: "expired" } => new TransactionCommand.Expire(),
        { State: PaymentState.Canceled } => new TransactionCommand.Fail(Errors.AuthenticationAbandoned.Code),
        { State: PaymentState.RequiresPaymentMethod or PaymentState.Failed, FailureCode: { } code } => new TransactionCommand.Fail(code),
        _ => null,
    };
}
