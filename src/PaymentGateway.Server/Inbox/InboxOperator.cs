using PaymentGateway.Audit;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Http;

namespace PaymentGateway.Inbox;

/// <summary>A message as an operator sees it: nothing of what it says but whom it is about.</summary>
public sealed record InboxEntry(
    string Id, string MerchantId, string Mode, string Connector, string MessageId, string Subject, string State, string? Result, int Attempts,
    DateTimeOffset ReceivedAt);

/// <summary>What an operator can do with the inbox: look, and have a message acted on once more.</summary>
public sealed class InboxOperator
{
    private readonly InboxStore store;
    private readonly Committer committer;
    private readonly MerchantClocks clocks;

    internal InboxOperator(InboxStore store, Committer committer, MerchantClocks clocks) =>
        (this.store, this.committer, this.clocks) = (store, committer, clocks);

    /// <summary>The newest first.</summary>
    /// <param name="state">Only these; null: all.</param>
    public async Task<IReadOnlyList<InboxEntry>> List(InboxState? state, int limit, CancellationToken cancel) =>
    [
        .. (await store.List(state, limit, cancel)).Select(message => new InboxEntry(
            message.Id, message.Tenant.MerchantId, message.Tenant.Mode.ToString().ToLowerInvariant(), message.Connector, message.MessageId,
            message.Subject, InboxRows.WordOf(message.State), message.Result, message.Attempts, message.ReceivedAt)),
    ];

    /// <summary>Has a message acted on once more, whatever came of it: the next round of a running server takes it up.</summary>
    /// <returns>False when there is none with this id.</returns>
    public async Task<bool> Replay(string id, Origin origin, CancellationToken cancel)
    {
        if (await store.Find(id, cancel) is not { } message)
        {
            return false;
        }

        var change = new Change().Of(message.Tenant).Write(InboxRows.Update, message with
        {
            State = InboxState.Received,
            Result = null,
            Attempts = 0,
            DueAt = clocks.Real.GetUtcNow(),
            FinishedAt = null,
        });
        AuditTrail.Record(
            change, message.Tenant, origin, clocks.Real, "inbox.replay", "inbox_message", id,
            new() { ["status"] = InboxRows.WordOf(message.State) }, new() { ["status"] = InboxRows.WordOf(InboxState.Received) });
        return await committer.Commit(change, cancel) is CommitOutcome.Committed;
    }
}
