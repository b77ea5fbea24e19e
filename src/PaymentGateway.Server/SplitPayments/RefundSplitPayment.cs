using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.Refunds;

namespace PaymentGateway.SplitPayments;

/// <summary>Gives back what was paid in parts: reserves all shares in one commit, then sends each.</summary>
internal sealed class RefundSplitPayment(SplitStore store, SplitMoves moves, CreateRefund refunds, MerchantClocks clocks)
{
    private const int RoundsMax = 100;

    /// <param name="request">Of the whole; its payment and charge are not looked at.</param>
    /// <returns>As <see cref="CreateSplitPayment.Run"/>.</returns>
    public async Task<Outcome<SplitRefund>?> Run(
        string splitPaymentId, RefundRequest request, SpreadStrategy strategy, IdempotentCall call, Func<SplitRefund, Answer> answer,
        CancellationToken cancel)
    {
        if (call.Resumes is { } interrupted)
        {
            return (await store.FindRefund(request.Tenant, interrupted, cancel))!;
        }

        var begun = await Begin(splitPaymentId, request, strategy, call, cancel);
        if (begun is not { IsRefused: false })
        {
            return begun;
        }

        var reserved = begun.Value.Value;
        var sent = new List<Refund>();
        foreach (var share in reserved.Shares)
        {
            sent.Add(await refunds.Send(share, request.Origin));
        }

        var refund = reserved with { Shares = sent };
        await moves.Keep(call, answer(refund));
        return refund;
    }

    private async Task<Outcome<SplitRefund>?> Begin(
        string splitPaymentId, RefundRequest request, SpreadStrategy strategy, IdempotentCall call, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var spread = await Spread(splitPaymentId, request, strategy, cancel);
            if (spread.IsRefused)
            {
                return spread.Refusal!;
            }

            var (refund, shares) = spread.Value;
            var made = await refunds.TryReserve(request, shares, new(refund.Id, refund.Amount), (change, _) =>
            {
                change.Write(SplitRows.InsertRefund, refund);
                call.Reserve(change, refund.Id);
            }, cancel);
            if (made is { } reserved)
            {
                return reserved.IsRefused ? reserved.Refusal! : refund with { Shares = reserved.Value };
            }

            if (call.HasKey)
            {
                // The lost round may have been lost to another run of this very request: the caller looks at the key again.
                return null;
            }
        }

        throw new InvalidOperationException($"A refund of {splitPaymentId} met a conflict {RoundsMax} times in a row.");
    }

    private async Task<Outcome<(SplitRefund Refund, (Payment, Money)[] Shares)>> Spread(
        string splitPaymentId, RefundRequest request, SpreadStrategy strategy, CancellationToken cancel)
    {
        if (await store.FindWhole(request.Tenant, splitPaymentId, cancel) is not { } whole)
        {
            return new Refusal(Errors.SplitPaymentNotFound);
        }

        if (whole.Split.State != SplitState.Succeeded)
        {
            return new Refusal(Errors.RefundNotEligible, "Nothing of this split payment is kept, or it is not known yet.",
                new Dictionary<string, object?> { ["state"] = whole.Split.Status });
        }

        var amount = request.Amount is { } sent ? RequestedAmount.Read("amount", sent, whole.Split.Amount.Currency) : default;
        if (amount.IsRefused)
        {
            return amount.Refusal!;
        }

        var spread = SpreadDecisions.Spread(whole.Parts, request.Amount is null ? null : amount.Value, strategy);
        if (spread.IsRefused)
        {
            return spread.Refusal!;
        }

        var shares = spread.Value;
        return (new SplitRefund
        {
            Id = Id.New("sre", clocks.Real),
            Tenant = request.Tenant,
            SplitPaymentId = splitPaymentId,
            Amount = shares.Select(share => share.Share).Aggregate((sum, share) => sum + share),
            Strategy = strategy,
            CreatedAt = clocks.Now(request.Tenant),
            Shares = [],
        }, shares);
    }
}
