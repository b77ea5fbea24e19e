using PaymentGateway.Clocks;
using PaymentGateway.Http;
using PaymentGateway.Refunds;

namespace PaymentGateway.Courses;

/// <summary>Gives back what was paid for a course that the student had already, such as by two sessions one after the other.</summary>
internal sealed partial class DuplicateRefunds(
    TransactionStore store, TransactionMoves moves, CreateRefund create, MerchantClocks clocks, ILogger<DuplicateRefunds> log)
{
    private const int BatchMax = 50;
    private const string RequestedBy = "worker";
    private const string Why = "Paid for a course that the student had already.";

    private static readonly TimeSpan putOff = TimeSpan.FromHours(1);
    private static readonly Answer noAnswer = new(StatusCodes.Status204NoContent, []);

    /// <summary>Refunds every duplicate that is due.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.FindDue(TransactionStore.DuplicatesInTime, await clocks.StartRound(cancel), BatchMax, cancel);
        foreach (var transaction in due)
        {
            await GiveBack(transaction, cancel);
        }

        return due.Count;
    }

    /// <summary>
    /// Killed between the refund and the note that it has begun, it finds at the next round that nothing is left to refund. A refund that
    /// moves the payment at once is written under its version, so the note is made on the payment as it is then.
    /// </summary>
    private async Task GiveBack(CourseTransaction duplicate, CancellationToken cancel)
    {
        var refund = await create.Run(
            new RefundRequest(
                duplicate.Tenant, duplicate.PaymentId, null, Amount: null, RefundReason.Duplicate, Why, "{}", RequestedBy, Behaviour: null, Origin.Worker),
            IdempotentCall.None, _ => noAnswer, cancel);
        var isBegun = refund is { IsRefused: false } || refund?.Refusal?.Kind == Errors.PaymentAlreadyRefunded;
        if (!isBegun)
        {
            LogNotRefunded(duplicate.Id, refund?.Refusal?.Kind.Code);
        }

        DateTimeOffset? next = isBegun ? null : clocks.Now(duplicate.Tenant) + putOff;
        while (await store.Find(duplicate.Tenant, duplicate.Id, cancel) is { RefundDueAt: not null } now
            && await moves.TryCommit(now, now with { RefundDueAt = next }, "refund_duplicate", Origin.Worker, cancel) is null)
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The duplicate course payment {TransactionId} could not be refunded: {Code}; it is tried again")]
    private partial void LogNotRefunded(string transactionId, string? code);
}
