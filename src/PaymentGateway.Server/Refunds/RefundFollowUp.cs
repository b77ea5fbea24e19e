using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Refunds;

/// <summary>What follows the creation of a refund: approve, reject, cancel. Each commits its intent before it calls the processor.</summary>
internal sealed class RefundFollowUp(RefundStore store, RefundMoves moves, RefundProcessors processors, PaymentSettings settings)
{
    /// <summary>Agrees to a refund; the last approval that it needs sends it.</summary>
    /// <returns>As <see cref="CreateRefund.Run"/>.</returns>
    public Task<Outcome<Refund>?> Approve(
        Tenant tenant, string refundId, string approver, bool hasSecondFactor, Origin origin, IdempotentCall call,
        Func<Refund, Answer> answer, CancellationToken cancel) =>
        Run(tenant, refundId, _ => new RefundCommand.Approve(approver, hasSecondFactor, settings.AskAfter), origin, call, answer, cancel);

    public Task<Outcome<Refund>?> Reject(
        Tenant tenant, string refundId, string approver, string reason, Origin origin, IdempotentCall call, Func<Refund, Answer> answer,
        CancellationToken cancel) =>
        Run(tenant, refundId, _ => new RefundCommand.Reject(approver, reason), origin, call, answer, cancel);

    /// <summary>Takes back a refund that is not sent, or not done where the processor can take it back.</summary>
    public Task<Outcome<Refund>?> Cancel(
        Tenant tenant, string refundId, string reason, Origin origin, IdempotentCall call, Func<Refund, Answer> answer,
        CancellationToken cancel) =>
        Run(
            tenant, refundId,
            refund => new RefundCommand.Cancel(reason, processors.CapabilitiesOf(refund.Connector)?.CanCancel == true, settings.AskAfter),
            origin, call, answer, cancel);

    private async Task<Outcome<Refund>?> Run(
        Tenant tenant, string refundId, Func<Refund, RefundCommand> what, Origin origin, IdempotentCall call,
        Func<Refund, Answer> answer, CancellationToken cancel)
    {
        if (await store.Find(tenant, refundId, cancel) is not { } now)
        {
            return new Refusal(Errors.RefundNotFound);
        }

        if (call.Resumes is not null)
        {
            return now;
        }

        var begun = await Begin(now, what(now), origin, call, answer, cancel);
        if (begun is not { IsRefused: false, Value: { } refund } || !IsToBeCalled(refund))
        {
            return begun;
        }

        var said = refund.State == RefundState.Submitted ? await processors.Send(refund) : await processors.Cancel(refund);
        var context = new RefundContext(origin, (change, next) => call.Finish(change, answer(next)));
        return await moves.Tell(tenant, refundId, said, context, CancellationToken.None);
    }

    /// <summary>Where no call follows, the answer is committed at once; else the key is only reserved.</summary>
    private async Task<Outcome<Refund>?> Begin(
        Refund now, RefundCommand what, Origin origin, IdempotentCall call, Func<Refund, Answer> answer, CancellationToken cancel)
    {
        var context = new RefundContext(origin, (change, next) => Answer(change, next));
        return call.HasKey
            ? await moves.TryGive(now.Tenant, now.Id, what, context, cancel)
            : await moves.Give(now.Tenant, now.Id, what, context, cancel);

        void Answer(Change change, Refund next)
        {
            if (IsToBeCalled(next))
            {
                call.Reserve(change, next.Id);
            }
            else
            {
                call.Finish(change, answer(next));
            }
        }
    }

    private static bool IsToBeCalled(Refund refund) => refund.State is RefundState.Submitted or RefundState.Canceling;
}
