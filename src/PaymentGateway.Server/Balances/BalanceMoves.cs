using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Ledger;

namespace PaymentGateway.Balances;

/// <summary>Puts a change of a balance into a change: the balance, its transaction, the postings, the event and the audit row.</summary>
internal sealed class BalanceMoves(Committer committer, LedgerStore ledger, EventConsumers events, MerchantClocks clocks)
{
    public const string IdPrefix = "cbt";

    /// <summary>Call before the change that books on it.</summary>
    public Task EnsureOpen(Tenant tenant, string customerId, Currency currency, CancellationToken cancel) =>
        ledger.EnsureOpen(tenant, currency, Chart.OfBalance(customerId), cancel);

    /// <summary>What the merchant gives or takes.</summary>
    public void WriteAdjustment(Change change, BalanceTransaction transaction, Origin origin)
    {
        var amount = transaction.Adds ? transaction.Amount : transaction.Amount.Negate();
        WriteTransaction(change, transaction, origin);
        var move = new BalanceMove(transaction.Tenant, transaction.CustomerId, amount, Money.Zero(amount.Currency));
        change.Write(transaction.Adds ? BalanceRows.Add : BalanceRows.Take, move);
        ledger.Write(change, transaction.Tenant, Chart.BalanceAdjusted(transaction.Id, transaction.CustomerId, amount));
    }

    /// <summary>Commits a step of a payment.</summary>
    /// <returns>False when another change was first, or the balance is not enough: look again.</returns>
    public async Task<bool> Commit(Hold? before, HoldStep step, CancellationToken cancel)
    {
        var change = new Change().Of(step.Next.Tenant);
        Write(change, before, step);
        return await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => true,
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => false,
        };
    }

    /// <summary>Takes the key of an attempt that never arrived, so that it cannot arrive any more.</summary>
    public async Task<bool> CommitGivenUp(Hold hold, CancellationToken cancel) =>
        await committer.Commit(new Change().Of(hold.Tenant).Write(BalanceRows.InsertHold, hold), cancel) is CommitOutcome.Committed;

    private void Write(Change change, Hold? before, HoldStep step)
    {
        var hold = step.Next;
        change.Write(before is null ? BalanceRows.InsertHold : BalanceRows.UpdateHold, hold);
        var moved = step.Type is BalanceTransactionType.Payment ? step.Moved.Negate() : step.Moved;
        change.Write(BalanceRows.Take, new BalanceMove(hold.Tenant, hold.CustomerId!, moved, step.HeldMore));
        if (step.Type is { } type)
        {
            WriteTransaction(change, new BalanceTransaction(
                Id.New(IdPrefix, clocks.Real), hold.Tenant, hold.CustomerId!, type, step.Moved, step.Key, hold.PaymentId, null,
                clocks.Now(hold.Tenant)), Origin.Worker);
        }

        if (!step.HeldMore.IsZero)
        {
            Record(change, hold.Tenant, hold.CustomerId!, step.HeldMore.IsPositive ? "hold" : "release", hold.Id, step.HeldMore, Origin.Worker);
        }

        foreach (var posting in step.Postings)
        {
            ledger.Write(change, hold.Tenant, posting);
        }
    }

    private void WriteTransaction(Change change, BalanceTransaction transaction, Origin origin)
    {
        change.Write(BalanceRows.InsertTransaction, transaction);
        Record(change, transaction.Tenant, transaction.CustomerId, Words.Of(transaction.Type), transaction.Key, transaction.Amount, origin);
        var fact = new JsonObject
        {
            ["merchantId"] = transaction.Tenant.MerchantId,
            ["customerId"] = transaction.CustomerId,
            ["balanceTransactionId"] = transaction.Id,
            ["type"] = Words.Of(transaction.Type),
            ["amount"] = transaction.Amount.ToMajor(),
            ["currency"] = transaction.Amount.Currency.Code,
        };
        if (transaction.PaymentId is { } paymentId)
        {
            fact["paymentId"] = paymentId;
        }

        events.Write(change, Event.Of(
            "customer.balance_updated", transaction.Tenant, transaction.CustomerId, fact, origin.RequestId, webhookUrl: null, clocks));
    }

    private void Record(Change change, Tenant tenant, string customerId, string action, string key, Money amount, Origin origin) => AuditTrail.Record(
        change, tenant, origin, clocks.Real, $"customer_balance.{action}", "customer_balance", customerId, before: null, new JsonObject
        {
            ["operation"] = key,
            ["amount"] = amount.ToMajor(),
            ["currency"] = amount.Currency.Code,
        });
}
