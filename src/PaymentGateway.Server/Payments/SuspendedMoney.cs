using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.WorkItems;

namespace PaymentGateway.Payments;

/// <summary>Takes money of work items out of suspense: into the payment that it was meant for, or into one of its own.</summary>
public sealed class SuspendedMoney : IWorkItemHandler
{
    /// <summary>Each lost round means that another change of the payment or the item won it, so this many are never needed.</summary>
    private const int RoundsMax = 100;

    private readonly PaymentStore store;
    private readonly PaymentMoves moves;
    private readonly WorkItemStore items;
    private readonly WorkItemMoves itemMoves;
    private readonly Committer committer;

    internal SuspendedMoney(PaymentStore store, PaymentMoves moves, WorkItemStore items, WorkItemMoves itemMoves, Committer committer) =>
        (this.store, this.moves, this.items, this.itemMoves, this.committer) = (store, moves, items, itemMoves, committer);

    public WorkItemAction Action => WorkItemAction.Accept;

    /// <summary>The payment takes what came. Out of suspense and into the payment is one commit.</summary>
    public async Task<Handled> Run(WorkItem item, Origin origin, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var now = (await items.Find(item.Tenant, item.Id, cancel))!;
            if (!now.IsSuspended)
            {
                return new Handled.Done(now.PaymentId);
            }

            await itemMoves.Prepare(now, cancel);
            var (order, payment) = await store.FindPayment(now.Tenant, now.PaymentId!, cancel);
            var context = new MoveContext(origin, (change, next) => itemMoves.WriteMoved(change, now, next.Id, origin));
            var taken = await moves.TryMove(
                order, payment!, isNew: false, new PaymentCommand.AcceptAmount(now.ChargeId!, now.Amount!.Value), context, cancel);
            if (taken is { } outcome)
            {
                return outcome.Refusal is { } refusal
                    ? new Handled.Impossible(refusal.Message ?? refusal.Kind.Sentence)
                    : new Handled.Done(outcome.Value.Payment.Id);
            }
        }

        throw new InvalidOperationException($"Work item {item.Id} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>The money becomes a payment of its own, so that it can go back as any other.</summary>
    /// <returns>That payment; a refusal when the money has found its place since.</returns>
    public async Task<Outcome<string>> SetAside(WorkItem item, Origin origin, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var now = (await items.Find(item.Tenant, item.Id, cancel))!;
            if (!now.IsSuspended)
            {
                return now.PaymentId!;
            }

            var (_, payment) = await store.FindPayment(now.Tenant, now.PaymentId!, cancel);
            if (payment is not { AmountCaptured.IsZero: true, Charge: { HoldId: null } charge } || charge.Id != now.ChargeId)
            {
                return Refusal.InvalidState("payment", StateWords.Status(payment!.State), []);
            }

            await itemMoves.Prepare(now, cancel);
            var change = new Change();
            var captured = new ConnectorOutcome.Captured(charge.Reference, charge.Summary);
            var (_, surplus) = await moves.WriteAside(change, payment, charge, captured, now.Amount!.Value, origin, cancel);
            itemMoves.WriteMoved(change, now, surplus.Id, origin);
            switch (await committer.Commit(change, cancel))
            {
                case CommitOutcome.Committed:
                    return surplus.Id;
                case CommitOutcome.Rejected rejected:
                    throw new CommitRejectedException(rejected);
            }
        }

        throw new InvalidOperationException($"Work item {item.Id} met a conflict {RoundsMax} times in a row.");
    }
}
