using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.SplitPayments;

/// <summary>
/// Brings split payments on, from what is committed and from nothing else: a request drives what it made, and the worker whatever is
/// due. Whoever dies in the middle leaves the rest to the next. Two may drive one at a time: every step is written under a version.
/// </summary>
public sealed partial class SplitDriver
{
    internal const int BatchMax = 50;
    private const int AtOnceMax = 8;

    /// <summary>More than a split payment of five parts can take, each way: after that it waits for the next round.</summary>
    private const int StepsMax = 100;

    /// <summary>Until then no other worker drives the same one.</summary>
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(1);

    private readonly SplitStore store;
    private readonly SplitMoves moves;
    private readonly SplitParts parts;
    private readonly CreateRefund refund;
    private readonly FindRefundsOfPayment refunds;
    private readonly MerchantClocks clocks;
    private readonly ILogger<SplitDriver> log;

    internal SplitDriver(
        SplitStore store, SplitMoves moves, SplitParts parts, CreateRefund refund, FindRefundsOfPayment refunds, MerchantClocks clocks,
        ILogger<SplitDriver> log)
    {
        (this.store, this.moves, this.parts, this.refund) = (store, moves, parts, refund);
        (this.refunds, this.clocks, this.log) = (refunds, clocks, log);
    }

    /// <summary>Drives every split payment that is due.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.Claim(await clocks.StartRound(cancel), lease, BatchMax, cancel);
        return await Rounds.Each(due, AtOnceMax, (claimed, stop) => Drive(claimed.Tenant, claimed.Id, Origin.Worker, stop), cancel);
    }

    /// <summary>Brings it as far as it goes now.</summary>
    /// <returns>As it is then.</returns>
    internal async Task<WholeSplit> Drive(Tenant tenant, string splitPaymentId, Origin origin, CancellationToken cancel)
    {
        var done = new HashSet<(string, PartAction)>();
        var whole = await Find(tenant, splitPaymentId, cancel);
        for (var step = 1; step <= StepsMax && !await Step(whole, done, origin, cancel); step++)
        {
            whole = await Find(tenant, splitPaymentId, cancel);
        }

        return whole;
    }

    /// <returns>Whether nothing more can be done now.</returns>
    private async Task<bool> Step(WholeSplit whole, HashSet<(string, PartAction)> done, Origin origin, CancellationToken cancel)
    {
        var when = clocks.Now(whole.Split.Tenant);
        var stand = await StandOf(whole, cancel);
        var next = SplitDecisions.Decide(whole.Split, CommandFor(whole, stand, when), when).Value;
        if (!ReferenceEquals(next, whole.Split))
        {
            await moves.TryMove(whole, next, origin, also: null, cancel);
            return false;
        }

        // What was tried in vain is tried again in a later round, not in this one.
        var actions = SplitDecisions.ActionsFor(whole.Split, whole.Parts).Where(todo => done.Add((todo.Part.Id, todo.Action))).ToList();
        if (actions.Count == 0)
        {
            var dueAt = SplitDecisions.LookAgainAt(whole.Split, stand == PartsStand.Back, whole.Order.ExpiresAt, when);
            return await moves.TryRest(whole.Split, dueAt, cancel);
        }

        foreach (var (part, action) in actions)
        {
            if (!await Do(whole, part, action, origin, cancel))
            {
                break;
            }
        }

        return false;
    }

    private async Task<PartsStand> StandOf(WholeSplit whole, CancellationToken cancel)
    {
        var givingBack = new HashSet<string>();
        foreach (var part in whole.Parts.Where(part => part.AmountRefunded.IsPositive && whole.Split.State != SplitState.Succeeded))
        {
            if ((await refunds(part.Tenant, part.Id, cancel)).Any(made => made.Status is "pending" or "requires_approval"))
            {
                givingBack.Add(part.Id);
            }
        }

        return SplitDecisions.StandOf(whole.Split.State, whole.Parts, givingBack.Contains);
    }

    private static SplitCommand CommandFor(WholeSplit whole, PartsStand stand, DateTimeOffset when) =>
        whole.Split.State == SplitState.RequiresAction && stand == PartsStand.Waiting && when >= whole.Order.ExpiresAt
            ? new SplitCommand.Expire()
            : new SplitCommand.Look(
                stand, whole.Parts.Select(part => SplitDecisions.LostOf(whole.Split.State, part)).FirstOrDefault(lost => lost is not null));

    /// <returns>Whether the next part may follow; not when this one is lost, since then the whole is.</returns>
    private async Task<bool> Do(WholeSplit whole, Payment part, PartAction action, Origin origin, CancellationToken cancel)
    {
        switch (action)
        {
            case PartAction.Confirm:
                return await Confirm(whole, part, origin, cancel);
            case PartAction.Capture:
                await parts.Capture(part, origin);
                return true;
            case PartAction.GiveUp:
                await parts.GiveUp(part, whole.Split.CancelReason is null ? "split_payment_failed" : "split_payment_canceled", origin);
                return true;
            default:
                await GiveBack(part, origin, cancel);
                return true;
        }
    }

    private async Task<bool> Confirm(WholeSplit whole, Payment part, Origin origin, CancellationToken cancel)
    {
        var outcome = await parts.Confirm(
            part, whole.Split.Behaviour, origin,
            async () => SplitDecisions.WantsParts((await Find(part.Tenant, whole.Split.Id, cancel)).Split.State));
        if (!outcome.IsRefused)
        {
            return SplitDecisions.LostOf(whole.Split.State, outcome.Value) is null;
        }

        // It could not be tried, and will not be; unless another has begun it, which the next look shows.
        var now = await Find(part.Tenant, whole.Split.Id, cancel);
        if (now.Parts.First(p => p.Id == part.Id).State == PaymentState.RequiresConfirmation)
        {
            var lost = new LostPart(part.Id, outcome.Refusal!.Kind.Code, outcome.Refusal.Message);
            var refused = SplitDecisions.Decide(now.Split, new SplitCommand.Refuse(lost), clocks.Now(part.Tenant));
            if (!refused.IsRefused)
            {
                await moves.TryMove(now, refused.Value, origin, also: null, cancel);
            }
        }

        return false;
    }

    /// <summary>The fee goes back with it: the shop was not paid.</summary>
    private async Task GiveBack(Payment part, Origin origin, CancellationToken cancel)
    {
        var request = new RefundRequest(
            part.Tenant, part.Id, null, null, RefundReason.Other, "The split payment was not paid in full.", "{}", "split_payment", null, origin,
            ReleasesPart: true);
        if (await refund.Run(request, IdempotentCall.None, made => Answer.Ok(made.Id), cancel) is { Refusal: { } refusal }
            && refusal.Kind != Errors.PaymentAlreadyRefunded)
        {
            LogNotGivenBack(part.Id, refusal.Kind.Code);
        }
    }

    private async Task<WholeSplit> Find(Tenant tenant, string splitPaymentId, CancellationToken cancel) =>
        await store.FindWhole(tenant, splitPaymentId, cancel)
            ?? throw new InvalidOperationException($"Split payment {splitPaymentId} was due and is not there.");

    [LoggerMessage(Level = LogLevel.Error, Message = "Part {PaymentId} of a split payment that was not paid could not be given back: {Code}")]
    private partial void LogNotGivenBack(string paymentId, string code);
}
