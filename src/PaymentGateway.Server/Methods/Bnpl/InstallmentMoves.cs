using System.Text.Json.Nodes;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Methods.Bnpl;

/// <summary>Puts a step of an instalment into a change: its row, its event, and the credit that it frees.</summary>
internal sealed class InstallmentMoves(BnplStore store, Committer committer, EventConsumers events, MerchantClocks clocks)
{
    private const int BatchMax = 100;

    public void Write(Change change, Installment before, InstallmentStep step, Origin origin)
    {
        var next = step.Next;
        var now = clocks.Now(next.Tenant);
        change.Write(BnplRows.Update, next);
        MethodTrail.Record(change, origin, clocks.Real, before, next);
        if (step.Freed.IsPositive)
        {
            var credit = new CreditMove(next.Tenant, next.CustomerId, step.Freed, BnplDecisions.FirstLimit, now);
            change.Write(BnplRows.Release, credit);
            MethodTrail.Released(change, origin, clocks.Real, credit, next.ChargeId);
        }

        if (step.Fact is { } fact)
        {
            events.Write(change, Event.Of(fact, next.Tenant, next.Id, FactOf(next), origin.RequestId, next.WebhookUrl, clocks));
        }
    }

    /// <summary>Reminds of what is due and marks what is overdue. One that another replica moved first is left to it.</summary>
    /// <returns>How many were looked at.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.DueForNotice(await clocks.StartRound(cancel), BatchMax, cancel);
        var changes = new List<Change>();
        foreach (var installment in due)
        {
            var decided = InstallmentDecisions.Decide(installment, new InstallmentCommand.Notice(), clocks.Now(installment.Tenant));
            if (!decided.IsRefused)
            {
                var change = new Change();
                Write(change, installment, decided.Value, Origin.Worker);
                changes.Add(change);
            }
        }

        var outcomes = await committer.Commit(changes, cancel);
        return outcomes.OfType<CommitOutcome.Rejected>().FirstOrDefault() is { } rejected
            ? throw new CommitRejectedException(rejected)
            : due.Count;
    }

    internal JsonObject FactOf(Installment now)
    {
        var fact = new JsonObject
        {
            ["merchantId"] = now.Tenant.MerchantId,
            ["installmentId"] = now.Id,
            ["paymentId"] = now.PaymentId,
            ["customerId"] = now.CustomerId,
            ["planId"] = now.PlanId,
            ["number"] = now.Number,
            ["amount"] = now.Amount.ToMajor(),
            ["amountRefunded"] = now.AmountRefunded.ToMajor(),
            ["amountDue"] = now.AmountDue.ToMajor(),
            ["currency"] = now.Amount.Currency.Code,
            ["status"] = InstallmentDecisions.WordOf(now.State),
            ["dueDate"] = now.DueDate.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["daysUntilDue"] = now.DueDate.DayNumber - IndianTime.DayOf(clocks.Now(now.Tenant)).DayNumber,
        };
        if (now.OrderId is { } orderId)
        {
            fact["orderId"] = orderId;
        }

        if (now is { PaidAt: { } paidAt, Reference: { } reference })
        {
            fact["paidAt"] = Json.Time(paidAt);
            fact["reference"] = reference;
        }

        return fact;
    }
}
