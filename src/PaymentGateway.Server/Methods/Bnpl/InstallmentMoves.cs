using System.Text.Json.Nodes;
using PaymentGateway.Commit;
using PaymentGateway.Events;

namespace PaymentGateway.Methods.Bnpl;

/// <summary>Puts a step of an instalment into a change: its row, its event, and the credit that it frees.</summary>
internal sealed class InstallmentMoves(BnplStore store, Committer committer, EventConsumers events, TimeProvider clock)
{
    private const int BatchMax = 100;

    public void Write(Change change, InstallmentStep step, string? requestId)
    {
        var next = step.Next;
        change.Write(BnplRows.Update, next);
        if (step.Frees)
        {
            change.Write(BnplRows.Release, new CreditMove(next.Tenant, next.CustomerId, next.Amount, BnplDecisions.FirstLimit, clock.GetUtcNow()));
        }

        if (step.Fact is { } fact)
        {
            events.Write(change, Event.Of(fact, next.Tenant, next.Id, FactOf(next), requestId, next.WebhookUrl, clock));
        }
    }

    /// <summary>Reminds of what is due and marks what is overdue. One that another replica moved first is left to it.</summary>
    /// <returns>How many were looked at.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var due = await store.DueForNotice(now, BatchMax, cancel);
        var changes = due
            .Select(installment => InstallmentDecisions.Decide(installment, new InstallmentCommand.Notice(), now))
            .Where(decided => !decided.IsRefused)
            .Select(decided =>
            {
                var change = new Change();
                Write(change, decided.Value, requestId: null);
                return change;
            })
            .ToList();
        var outcomes = await committer.Commit(changes, cancel);
        return outcomes.OfType<CommitOutcome.Rejected>().FirstOrDefault() is { } rejected
            ? throw new CommitRejectedException(rejected)
            : due.Count;
    }

    private JsonObject FactOf(Installment now)
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
            ["currency"] = now.Amount.Currency.Code,
            ["status"] = InstallmentDecisions.WordOf(now.State),
            ["dueDate"] = now.DueDate.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["daysUntilDue"] = now.DueDate.DayNumber - IndianTime.DayOf(clock.GetUtcNow()).DayNumber,
        };
        if (now.OrderId is { } orderId)
        {
            fact["orderId"] = orderId;
        }

        if (now is { PaidAt: { } paidAt, Reference: { } reference })
        {
            fact["paidAt"] = Http.Json.Time(paidAt);
            fact["reference"] = reference;
        }

        return fact;
    }
}
