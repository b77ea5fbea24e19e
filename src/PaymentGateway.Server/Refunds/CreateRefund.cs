using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Merchants;
using PaymentGateway.Payments;

namespace PaymentGateway.Refunds;

/// <summary>A request to give money back: of a payment or of a charge.</summary>
/// <param name="Amount">As it was sent; null: all that is left.</param>
/// <param name="RequestedBy">The publishable half of the caller's key.</param>
/// <param name="ReleasesPart">The part of a split payment is given back because the whole was not paid: nobody need agree.</param>
public sealed record RefundRequest(
    Tenant Tenant, string? PaymentId, string? ChargeId, AmountText? Amount, RefundReason Reason, string? Description, string Metadata,
    string RequestedBy, string? Behaviour, Origin Origin, bool ReleasesPart = false);

/// <summary>Gives money back: reserves the amount, calls the processor, commits what it said.</summary>
public sealed class CreateRefund
{
    private readonly RefundStore store;
    private readonly RefundMoves moves;
    private readonly RefundProcessors processors;
    private readonly PaymentStore payments;
    private readonly MerchantStore merchants;
    private readonly PaymentSettings settings;
    private readonly MerchantClocks clocks;

    internal CreateRefund(
        RefundStore store, RefundMoves moves, RefundProcessors processors, PaymentStore payments, MerchantStore merchants,
        PaymentSettings settings, MerchantClocks clocks)
    {
        (this.store, this.moves, this.processors, this.payments) = (store, moves, processors, payments);
        (this.merchants, this.settings, this.clocks) = (merchants, settings, clocks);
    }

    /// <summary>Runs the refund to its first result.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="call">The idempotent request it is part of.</param>
    /// <param name="answer">What this request is answered, stored with the outcome.</param>
    /// <param name="cancel">Before the processor is called.</param>
    /// <returns>
    /// The refund, whatever came of it; a refusal when it could not begin (PAYMENT_NOT_FOUND, CHARGE_NOT_FOUND, INVALID_AMOUNT,
    /// REFUND_NOT_ELIGIBLE, PAYMENT_ALREADY_REFUNDED, REFUND_AMOUNT_EXCEEDS_ORIGINAL); null when another run of the same idempotent
    /// request has just begun it.
    /// </returns>
    public async Task<Outcome<Refund>?> Run(RefundRequest request, IdempotentCall call, Func<Refund, Answer> answer, CancellationToken cancel)
    {
        if (call.Resumes is { } interrupted)
        {
            return await store.Find(request.Tenant, interrupted, cancel) is { } found ? found : new Refusal(Errors.RefundNotFound);
        }

        var begun = await Begin(request, call, answer, cancel);
        if (begun is not { IsRefused: false, Value: { State: RefundState.Submitted } refund })
        {
            return begun;
        }

        var context = new RefundContext(request.Origin, (change, next) => call.Finish(change, answer(next)));
        return await moves.Tell(refund.Tenant, refund.Id, await processors.Send(refund), context, CancellationToken.None);
    }

    /// <summary>Reserves refunds of several payments in one commit: all of them, or none. They are not sent yet.</summary>
    /// <param name="request">What they have in common.</param>
    /// <param name="shares">How much of which payment.</param>
    /// <param name="share">What they are shares of.</param>
    /// <param name="also">Writes with them.</param>
    /// <param name="cancel">Before the commit.</param>
    /// <returns>The refunds; the first refusal of one; null when another change was first.</returns>
    public async Task<Outcome<Refund[]>?> TryReserve(
        RefundRequest request, IReadOnlyList<(Payment Payment, Money Amount)> shares, RefundShare share,
        Action<Change, IReadOnlyList<Refund>> also, CancellationToken cancel)
    {
        var made = new List<(RefundStep, Payment)>();
        foreach (var (payment, amount) in shares)
        {
            var decided = await Decide(request, payment, amount, share, cancel);
            if (decided.IsRefused)
            {
                return decided.Refusal!;
            }

            made.Add((decided.Value, payment));
        }

        return await moves.TryCommitNew(made, request.Origin, also, cancel) is { } refunds ? refunds : (Outcome<Refund[]>?)null;
    }

    /// <summary>Sends a refund that was reserved, unless it waits for an approval.</summary>
    public async Task<Refund> Send(Refund refund, Origin origin)
    {
        if (refund.State != RefundState.Submitted)
        {
            return refund;
        }

        var told = await moves.Tell(
            refund.Tenant, refund.Id, await processors.Send(refund), new RefundContext(origin), CancellationToken.None);
        return told.IsRefused ? refund : told.Value;
    }

    private async Task<Outcome<Refund>?> Begin(RefundRequest request, IdempotentCall call, Func<Refund, Answer> answer, CancellationToken cancel)
    {
        for (var round = 1; round <= RefundMoves.RoundsMax; round++)
        {
            var found = await FindPayment(request, cancel);
            if (found.IsRefused)
            {
                return found.Refusal!;
            }

            var payment = found.Value;
            var decided = await Decide(request, payment, cancel);
            if (decided.IsRefused)
            {
                return decided.Refusal!;
            }

            var context = new RefundContext(request.Origin, (change, next) =>
            {
                if (next.State == RefundState.Submitted)
                {
                    call.Reserve(change, next.Id);
                }
                else
                {
                    call.Finish(change, answer(next));
                }
            });
            if (await moves.TryCommit(before: null, decided.Value, payment, context, cancel) is { } refund)
            {
                return refund;
            }

            if (call.HasKey)
            {
                // The lost round may have been lost to another run of this very request: the caller looks at the key again.
                return null;
            }
        }

        throw new InvalidOperationException(
            $"A refund of {request.PaymentId ?? request.ChargeId} met a conflict {RefundMoves.RoundsMax} times in a row.");
    }

    private async Task<Outcome<RefundStep>> Decide(RefundRequest request, Payment payment, CancellationToken cancel)
    {
        var currency = payment.Amount.Currency;
        var amount = request.Amount is null ? default : RequestedAmount.Read(request.Amount, currency.Code);
        return amount.IsRefused
            ? amount.Refusal!
            : await Decide(request, payment, request.Amount is null ? null : amount.Value, share: null, cancel);
    }

    private async Task<Outcome<RefundStep>> Decide(
        RefundRequest request, Payment payment, Money? amount, RefundShare? share, CancellationToken cancel)
    {
        var currency = payment.Amount.Currency;
        if (payment.Charge is not { } charge || (request.ChargeId is not null && request.ChargeId != charge.Id)
            || processors.CapabilitiesOf(charge.Connector) is not { } can)
        {
            return new Refusal(Errors.RefundNotEligible);
        }

        var merchant = (await merchants.Find(payment.Tenant))!;
        var (fee, tax) = await store.FeesReturned(payment.Tenant, payment.Id, cancel);
        var asked = new NewRefund(
            Id.New("re", clocks.Real), amount, request.Reason, request.Description, request.Metadata,
            request.RequestedBy, request.Behaviour, request.ReleasesPart ? null : merchant.RefundPolicy,
            request.ReleasesPart || merchant.FeeReturnedOnRefund, can.DaysFor(charge.Summary.Method), settings.AskAfter, share);
        return RefundDecisions.Create(
            payment, (Money.FromMinor(fee, currency), Money.FromMinor(tax, currency)), asked, clocks.Now(payment.Tenant));
    }

    private async Task<Outcome<Payment>> FindPayment(RefundRequest request, CancellationToken cancel)
    {
        var paymentId = request.PaymentId;
        if (request.ChargeId is { } chargeId)
        {
            if (await payments.FindCharge(request.Tenant, chargeId, cancel) is not { } charge)
            {
                return new Refusal(Errors.ChargeNotFound);
            }

            paymentId = charge.PaymentId;
        }

        var (order, payment) = await payments.FindPayment(request.Tenant, paymentId!, cancel);
        if (payment is null)
        {
            return new Refusal(Errors.PaymentNotFound);
        }

        return payment.SplitPaymentId is not null && order!.State != OrderState.Paid && !request.ReleasesPart
            ? new Refusal(Errors.RefundNotEligible, "The split payment of this part is not paid: what was taken of it is given back by itself.")
            : payment;
    }
}
