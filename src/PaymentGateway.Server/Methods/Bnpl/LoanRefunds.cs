using System.Text.Json.Nodes;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Methods.Bnpl;

/// <summary>Money that a merchant gives back, of a payment that may have been a loan.</summary>
public sealed record LoanRefund(Tenant Tenant, string RefundId, string ChargeId, Money Amount);

/// <summary>
/// A refund goes to the lender, who lowers what the customer owes. Written in the commit of the refund, so that loan, credit line and refund
/// never disagree; an instalment that is paid at the same moment moves its version, and the refund is decided again.
/// </summary>
public sealed class LoanRefunds
{
    /// <summary>To pay what a refund that came back makes due again.</summary>
    private const int DaysMin = 7;

    private readonly BnplStore store;
    private readonly InstallmentMoves moves;
    private readonly EventConsumers events;
    private readonly MerchantClocks clocks;

    internal LoanRefunds(BnplStore store, InstallmentMoves moves, EventConsumers events, MerchantClocks clocks) =>
        (this.store, this.moves, this.events, this.clocks) = (store, moves, events, clocks);

    /// <summary>
    /// The refund was done: unpaid instalments shrink, the last first, and free their credit. What is more than they were is money that the
    /// customer has paid to the lender: the lender returns it, and the merchant is told how much.
    /// </summary>
    public async Task WriteDone(Change change, LoanRefund refund, Origin origin, CancellationToken cancel)
    {
        if (await store.LoanOf(refund.Tenant, refund.ChargeId, cancel) is not [var last, ..] loan)
        {
            return;
        }

        var left = refund.Amount;
        foreach (var part in loan.Where(part => part.State is not (InstallmentState.Paid or InstallmentState.Refunded)))
        {
            var taken = left < part.AmountDue ? left : part.AmountDue;
            if (taken.IsPositive)
            {
                var step = InstallmentDecisions.Decide(part, new InstallmentCommand.Refund(taken), clocks.Now(refund.Tenant)).Value;
                moves.Write(change, part, step, origin);
                left -= taken;
            }
        }

        var parts = new LoanRefundParts(refund, refund.Amount - left, left);
        change.Write(BnplRows.Refund, parts).Write(BnplRows.ReduceLoan, parts);
        MethodTrail.Refunded(change, origin, clocks.Real, parts, "bnpl_agreement.refund");
        if (left.IsPositive)
        {
            events.Write(change, Event.Of(
                "bnpl.surplus_owed", refund.Tenant, refund.RefundId, FactOf(last, parts), origin.RequestId, last.WebhookUrl, clocks));
        }
    }

    /// <summary>
    /// A refund that was done came back: what it took off unpaid instalments is due again, as one more instalment. The others may be paid by
    /// now, and stay as they are.
    /// </summary>
    public async Task WriteReturned(Change change, LoanRefund refund, Origin origin, CancellationToken cancel)
    {
        if (await store.LoanOf(refund.Tenant, refund.ChargeId, cancel) is not [var last, ..])
        {
            return;
        }

        var (freed, surplus) = await store.PartsOf(refund.Tenant, refund.RefundId, cancel);
        var currency = refund.Amount.Currency;
        var parts = new LoanRefundParts(refund, Money.FromMinor(freed, currency), Money.FromMinor(surplus, currency));
        change.Write(BnplRows.ReturnRefund, parts).Write(BnplRows.RaiseLoan, parts);
        MethodTrail.Refunded(change, origin, clocks.Real, parts, "bnpl_agreement.refund_returned");
        if (parts.Freed.IsPositive)
        {
            WriteDueAgain(change, last, parts.Freed, origin);
        }
    }

    private void WriteDueAgain(Change change, Installment last, Money amount, Origin origin)
    {
        var now = clocks.Now(last.Tenant);
        var soonest = IndianTime.DayOf(now).AddDays(DaysMin);
        var dueDate = last.DueDate > soonest ? last.DueDate : soonest;
        var again = last with
        {
            Id = Id.New("inst", clocks.Real),
            // The writer counts on from the last one.
            Number = 1,
            Amount = amount,
            AmountRefunded = Money.Zero(amount.Currency),
            DueDate = dueDate,
            State = InstallmentState.Due,
            NextNoticeAt = InstallmentDecisions.NextNotice(dueDate, now),
            PaidAt = null,
            Reference = null,
            WrittenOffAt = null,
            CreatedAt = now,
            Version = 1,
        };
        var credit = new CreditMove(last.Tenant, last.CustomerId, amount, BnplDecisions.FirstLimit, now);
        change.Write(BnplRows.TakeAgain, credit).Write(BnplRows.Insert, again);
        MethodTrail.Consumed(change, origin, clocks.Real, credit, last.ChargeId);
        MethodTrail.Record(change, origin, clocks.Real, before: null, again);
        events.Write(change, Event.Of("bnpl.installment_added", again.Tenant, again.Id,
            moves.FactOf(again with { Number = last.Number + 1 }), origin.RequestId, again.WebhookUrl, clocks));
    }

    private static JsonObject FactOf(Installment loan, LoanRefundParts parts) => new()
    {
        ["merchantId"] = loan.Tenant.MerchantId,
        ["paymentId"] = loan.PaymentId,
        ["refundId"] = parts.Refund.RefundId,
        ["customerId"] = loan.CustomerId,
        ["planId"] = loan.PlanId,
        ["amount"] = parts.Surplus.ToMajor(),
        ["currency"] = parts.Surplus.Currency.Code,
        ["amountRefunded"] = parts.Refund.Amount.ToMajor(),
    };
}
