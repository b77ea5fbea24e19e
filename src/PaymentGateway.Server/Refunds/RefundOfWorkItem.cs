using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.WorkItems;

namespace PaymentGateway.Refunds;

/// <summary>Gives the money of a work item back: what is taken by a refund, what is only held by letting it go.</summary>
internal sealed class RefundOfWorkItem(
    RefundStore store, CreateRefund create, PaymentStore payments, FollowUp followUp, SuspendedMoney suspended) : IWorkItemHandler
{
    /// <summary>Nobody sees the answer of a request that nobody made.</summary>
    private static readonly Answer none = new(StatusCodes.Status200OK, []);

    public WorkItemAction Action => WorkItemAction.Refund;

    public async Task<Handled> Run(WorkItem item, Origin origin, CancellationToken cancel)
    {
        if (item.ResultId is { } refundId)
        {
            return ResultOf((await store.Find(item.Tenant, refundId, cancel))!);
        }

        var paymentId = await suspended.SetAside(item, origin, cancel);
        if (paymentId.Refusal is { } refusal)
        {
            return new Handled.Impossible(refusal.Message ?? refusal.Kind.Sentence);
        }

        var (_, payment) = await payments.FindPayment(item.Tenant, paymentId.Value, cancel);
        if (payment!.State == PaymentState.RequiresCapture)
        {
            var released = await followUp.Release(item.Tenant, payment.Id, "surplus", origin, cancel);
            payment = released.IsRefused ? payment : released.Value;
        }

        return payment.State switch
        {
            PaymentState.Canceled => new Handled.Done(payment.Id),
            PaymentState.Succeeded => await Refund(item, payment, origin, cancel),
            _ => new Handled.NotYet(null),
        };
    }

    private async Task<Handled> Refund(WorkItem item, Payment payment, Origin origin, CancellationToken cancel)
    {
        var request = new RefundRequest(
            item.Tenant, payment.Id, null, null, RefundReason.Duplicate, $"Work item {item.Id}", "{}", origin.Actor, null, origin);
        var made = (await create.Run(request, IdempotentCall.None, _ => none, cancel))!.Value;
        if (made.Refusal?.Kind == Errors.PaymentAlreadyRefunded)
        {
            // An earlier run, or the merchant, was faster.
            return ResultOf((await store.Latest(item.Tenant, payment.Id, cancel))!);
        }

        return made.Refusal is { } refusal ? new Handled.Impossible(refusal.Message ?? refusal.Kind.Sentence) : ResultOf(made.Value);
    }

    /// <summary>What waits for an approval is in the hands of people: the refund is what they look at from here on.</summary>
    private static Handled ResultOf(Refund refund) => refund.State switch
    {
        RefundState.Succeeded or RefundState.RequiresApproval => new Handled.Done(refund.Id),
        RefundState.Failed => new Handled.Impossible(refund.FailureReason ?? "The refund failed."),
        RefundState.Canceled => new Handled.Impossible("The refund was canceled."),
        _ => new Handled.NotYet(refund.Id),
    };
}
