using PaymentGateway.WorkItems;

namespace PaymentGateway.Payments;

/// <summary>The work items that payments open.</summary>
internal static class Contradictions
{
    /// <summary>Of money that has become a payment of its own: it goes back by itself, and a person may have to when that fails.</summary>
    public static NewWorkItem OfSurplus(
        Order? order, Payment payment, Charge charge, PaymentCommand.News news, Judgement judged, Payment surplus)
    {
        var kind = judged.Standing switch
        {
            Standing.Replaced => WorkItemKind.DuplicatePayment,
            Standing.Canceled => WorkItemKind.LatePayment,
            _ => WorkItemKind.AmountDiffers,
        };
        return New(order, payment, charge, news, kind, $"surplus:{charge.Id}:{payment.Id}", [WorkItemAction.Refund, WorkItemAction.Dismiss]) with
        {
            Amount = surplus.Amount,
            Automatic = WorkItemAction.Refund,
            PaymentId = surplus.Id,
        };
    }

    public static NewWorkItem Of(Order? order, Payment payment, Charge charge, PaymentCommand.News news, Judgement judged) =>
        judged.Word == Word.OtherAmount
            ? New(order, payment, charge, news, WorkItemKind.AmountDiffers,
                $"amount_differs:{charge.Id}:{news.OperationId}:{judged.Money?.Minor}", WaysToTake(payment, judged)) with
            {
                Amount = judged.Money,
                InSuspense = judged.Money is not null,
            }
            : New(order, payment, charge, news, WorkItemKind.FailedAfterSuccess,
                $"failed_after_success:{charge.Id}:{judged.Standing}", WaysToLose(payment)) with
            { Amount = Lost(payment) };

    private static NewWorkItem New(
        Order? order, Payment payment, Charge charge, PaymentCommand.News news, WorkItemKind kind, string newsKey,
        IReadOnlyList<WorkItemAction> actions) => new(
        payment.Tenant, kind, newsKey, charge.Connector, Sides.Ours(order, payment, charge), Sides.Theirs(news.Outcome, news.OperationId), actions,
        OrderId: payment.OrderId, PaymentId: payment.Id, ChargeId: charge.Id, WebhookUrl: payment.Purpose.WebhookUrl);

    /// <summary>A payment takes what it is large enough for; an attempt of which nothing is held can go back as a whole.</summary>
    private static List<WorkItemAction> WaysToTake(Payment payment, Judgement judged)
    {
        var ways = new List<WorkItemAction>();
        var charge = payment.Charge!;
        var isLive = judged is { Standing: Standing.UnderWay or Standing.Held, Money: not null };
        if (isLive && judged.Money <= (charge.HoldId is null ? charge.Amount : payment.AmountCapturable))
        {
            ways.Add(WorkItemAction.Accept);
        }

        if (isLive && charge.HoldId is null)
        {
            ways.Add(WorkItemAction.Refund);
        }

        ways.Add(WorkItemAction.Dismiss);
        return ways;
    }

    private static WorkItemAction[] WaysToLose(Payment payment) =>
        Lost(payment) is null ? [WorkItemAction.Dismiss] : [WorkItemAction.WriteOff, WorkItemAction.Dismiss];

    /// <summary>What we say was taken and not given back.</summary>
    private static Money? Lost(Payment payment)
    {
        var left = payment.AmountCaptured - payment.AmountRefunded;
        return left.IsPositive ? left : null;
    }
}
