using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Events;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.SplitPayments;

/// <summary>Writes what was decided: the whole with its order, events and audit rows, in one commit.</summary>
internal sealed class SplitMoves(SplitParts parts, Committer committer, EventConsumers events, MerchantClocks clocks)
{
    /// <summary>How long nobody else drives what a request has just made: longer than calls to processors usually take.</summary>
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(1);

    /// <summary>Adds a new split payment with its parts.</summary>
    /// <returns>A refusal, and nothing may be committed, when the order cannot be paid.</returns>
    public Refusal? WriteNew(Change change, SplitPayment split, Order order, IReadOnlyList<Payment> newParts, Origin origin)
    {
        var begun = parts.WriteNew(change, order, newParts, origin);
        if (begun.IsRefused)
        {
            return begun.Refusal;
        }

        change.Write(SplitRows.Insert, new NewSplit(split, clocks.Real.GetUtcNow() + lease));
        Record(change, "split_payment.create", null, split, order.Purpose, origin);
        WriteFact(change, "split_payment.created", split, order.Purpose, origin);
        return null;
    }

    /// <summary>Commits a move of the whole.</summary>
    /// <returns>False when another change was first: load and decide again.</returns>
    public async Task<bool> TryMove(WholeSplit from, SplitPayment next, Origin origin, Action<Change>? also, CancellationToken cancel)
    {
        var change = new Change();
        change.Write(SplitRows.Update, next);
        Record(change, $"split_payment.{StateWords.Of(next.State)}", from.Split, next, from.Purpose, origin);
        if (FactOf(next.State) is { } fact)
        {
            WriteFact(change, fact, next, from.Purpose, origin);
        }

        also?.Invoke(change);
        return WriteOrder(change, from.Order, next, origin) && await Commit(change, cancel);
    }

    /// <summary>Lets go of what nothing can be done about now.</summary>
    public Task<bool> TryRest(SplitPayment split, DateTimeOffset? dueAt, CancellationToken cancel) =>
        Commit(new Change().Write(SplitRows.Rest, split with { DueAt = dueAt, Checks = split.Checks + 1 }), cancel);

    /// <summary>Keeps the answer for a repeat of the request; what it is about is committed already.</summary>
    public async Task Keep(IdempotentCall call, Answer answer)
    {
        if (call.HasKey)
        {
            var change = new Change();
            call.Finish(change, answer);
            await committer.Commit(change, CancellationToken.None);
        }
    }

    /// <returns>False when the order, which is read after the whole, is somebody else's by now.</returns>
    private bool WriteOrder(Change change, Order order, SplitPayment next, Origin origin) => next.State switch
    {
        _ when order.SplitPaymentId != next.Id => false,
        SplitState.Succeeded => parts.TryWritePaid(change, order, origin),
        SplitState.Failed or SplitState.Canceled => parts.TryWriteOver(change, order, next.CancelReason == SplitPayment.Expired, origin),
        _ => true,
    };

    private async Task<bool> Commit(Change change, CancellationToken cancel) => await committer.Commit(change, cancel) switch
    {
        CommitOutcome.Committed => true,
        CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
        _ => false,
    };

    private void WriteFact(Change change, string name, SplitPayment split, Purpose purpose, Origin origin) => events.Write(change, Event.Of(
        name, split.Tenant, split.Id, SplitFacts.Of(split, purpose), origin.RequestId, purpose.WebhookUrl, clocks));

    private void Record(Change change, string action, SplitPayment? before, SplitPayment next, Purpose purpose, Origin origin) => AuditTrail.Record(
        change, next.Tenant, origin, clocks.Real, action, "split_payment", next.Id,
        before is null ? null : FieldsOf(before, purpose), FieldsOf(next, purpose));

    /// <summary>As told, with the state that callers need not know.</summary>
    private static JsonObject FieldsOf(SplitPayment split, Purpose purpose)
    {
        var fields = SplitFacts.Of(split, purpose);
        fields.Remove("metadata");
        fields["status"] = StateWords.Of(split.State);
        return fields;
    }

    private static string? FactOf(SplitState state) => state switch
    {
        SplitState.RequiresAction => "split_payment.requires_action",
        SplitState.Succeeded => "split_payment.succeeded",
        SplitState.Failed => "split_payment.failed",
        SplitState.Canceled => "split_payment.canceled",
        _ => null,
    };
}
