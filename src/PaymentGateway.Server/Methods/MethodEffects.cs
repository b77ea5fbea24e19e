using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Ledger;
using PaymentGateway.Methods.Bnpl;

namespace PaymentGateway.Methods;

/// <summary>What one step of a payment does to the money of its attempt.</summary>
/// <param name="Amount">Of the whole attempt.</param>
/// <param name="Reserved">It begins with this step: the amount may be taken from now on.</param>
/// <param name="CapturedBefore">Taken by earlier steps.</param>
/// <param name="Captured">Taken by this step.</param>
/// <param name="Released">Will not be taken any more: declined, voided, or left when the capture was final.</param>
public sealed record ChargeMove(
    Tenant Tenant, string ChargeId, string PaymentId, string? OrderId, string? CustomerId, string? WebhookUrl, MethodDetails Details,
    Money Amount, Money Reserved, Money CapturedBefore, Money Captured, Money Released);

/// <summary>What a method adds to the change of a payment's step.</summary>
public sealed class MethodEffects(MerchantClocks clocks)
{
    /// <summary>A merchant's no-cost EMI is paid for in the step that takes the money, in proportion to what is taken.</summary>
    public IReadOnlyList<Posting> PostingsOf(ChargeMove move)
    {
        if (move.Details.Emi is not { Discount: > 0 } emi || !move.Captured.IsPositive)
        {
            return [];
        }

        // Rounded on the running total, so that several captures bear the discount exactly.
        var discount = Money.FromMajor(emi.Discount, move.Amount.Currency);
        var due = Share(discount, move.CapturedBefore + move.Captured, move.Amount) - Share(discount, move.CapturedBefore, move.Amount);
        return due.IsPositive
            ? [Chart.EmiSubvention(move.ChargeId, move.PaymentId, move.CapturedBefore + move.Captured, due)]
            : [];
    }

    /// <summary>Credit is consumed before the processor is called and given back in the commit of the decline, the void or the payment.</summary>
    public void Write(Change change, ChargeMove move, Origin origin)
    {
        if (move is not { Details.Bnpl: { } details, CustomerId: { } customerId })
        {
            return;
        }

        var now = clocks.Now(move.Tenant);
        if (move.Reserved.IsPositive)
        {
            var credit = new CreditMove(move.Tenant, customerId, move.Reserved, BnplDecisions.FirstLimit, now);
            var agreement = new Agreement(
                move.Tenant, move.ChargeId, move.PaymentId, customerId, move.Amount, details, move.Details.ConsentAddress);
            change.Write(BnplRows.Consume, credit).Write(BnplRows.InsertAgreement, agreement);
            MethodTrail.Consumed(change, origin, clocks.Real, credit, move.ChargeId);
            MethodTrail.Agreed(change, origin, clocks.Real, agreement);
        }

        if (move.Released.IsPositive)
        {
            var credit = new CreditMove(move.Tenant, customerId, move.Released, BnplDecisions.FirstLimit, now);
            change.Write(BnplRows.Release, credit);
            MethodTrail.Released(change, origin, clocks.Real, credit, move.ChargeId);
        }

        if (move.Captured.IsPositive)
        {
            Installment[] parts =
            [
                .. BnplDecisions.Financed(details, move.Captured)
                    .Select((part, i) => New(move, details, customerId, i + 1, part.DueDate, part.Amount, now)),
            ];
            change.Write(BnplRows.Finance, new Financing(move.ChargeId, move.Captured)).WriteAll(BnplRows.Insert, parts);
            MethodTrail.Financed(change, origin, clocks.Real, move);
            Array.ForEach(parts, part => MethodTrail.Record(change, origin, clocks.Real, before: null, part));
        }
    }

    private Installment New(
        ChargeMove move, BnplDetails details, string customerId, int number, DateOnly dueDate, Money amount, DateTimeOffset now) => new()
        {
            Id = Id.New("inst", clocks.Real),
            Tenant = move.Tenant,
            ChargeId = move.ChargeId,
            PaymentId = move.PaymentId,
            OrderId = move.OrderId,
            CustomerId = customerId,
            PlanId = details.PlanId,
            Number = number,
            Amount = amount,
            AmountRefunded = Money.Zero(amount.Currency),
            DueDate = dueDate,
            State = InstallmentState.Due,
            NextNoticeAt = InstallmentDecisions.NextNotice(dueDate, now),
            WebhookUrl = move.WebhookUrl,
            CreatedAt = now,
            Version = 1,
        };

    private static Money Share(Money discount, Money part, Money whole) => discount.Multiply((decimal)part.Minor / whole.Minor);
}
