using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Ledger;
using PaymentGateway.Merchants;

namespace PaymentGateway.Payments;

/// <summary>
/// Payments that a customer made without an attempt of ours: the processor reports money that has moved. Attempt and outcome are one
/// commit, since there is nothing left to ask for.
/// </summary>
public sealed class InboundPayments
{
    private readonly PaymentMoves moves;
    private readonly LedgerStore ledger;
    private readonly MerchantStore merchants;
    private readonly PaymentSettings settings;
    private readonly MerchantClocks clocks;

    internal InboundPayments(PaymentMoves moves, LedgerStore ledger, MerchantStore merchants, PaymentSettings settings, MerchantClocks clocks) =>
        (this.moves, this.ledger, this.merchants, this.settings, this.clocks) = (moves, ledger, merchants, settings, clocks);

    /// <summary>An order for money that is expected or has come; nothing is written yet.</summary>
    /// <param name="expiresAt">Null: after the usual time of an order.</param>
    public Order NewOrder(Tenant tenant, Money amount, Purpose purpose, DateTimeOffset? expiresAt)
    {
        var now = clocks.Now(tenant);
        return Order.New(Id.New("order", clocks.Real), tenant, amount, purpose, now, expiresAt ?? now + settings.OrderLifetime);
    }

    public void WriteNew(Change change, Order order, Origin origin) => moves.WriteNewOrder(change, order, origin);

    /// <summary>Adds the end of an order that nobody has paid and nobody is paying.</summary>
    /// <returns>False, and nothing is added, when it is over already or being paid.</returns>
    public bool WriteCanceled(Change change, Order order, Payment? payment, Origin origin)
    {
        var canceled = OrderDecisions.Decide(order, new OrderCommand.Cancel(), clocks.Now(order.Tenant));
        if (payment is not null || canceled.IsRefused)
        {
            return false;
        }

        moves.WriteOrder(change, order, canceled.Value, origin);
        return true;
    }

    /// <summary>Adds to <paramref name="change"/> that this order is paid by this credit.</summary>
    /// <param name="isNew">The order was made for this money and is written too.</param>
    /// <param name="payment">The order's payment, when it has one.</param>
    /// <returns>
    /// A refusal, and nothing is added, when the order or its payment cannot be paid: it is over, or another attempt is under way.
    /// </returns>
    public async Task<Outcome<InboundPayment>> Write(
        Change change, Order order, bool isNew, Payment? payment, string connector, QrCredit credit, Origin origin, CancellationToken cancel)
    {
        var first = payment ?? ConfirmPayment.FirstPaymentOf(order, clocks);
        var steps = await Steps(order, first, connector, credit);
        if (steps.IsRefused)
        {
            return steps.Refusal!;
        }

        var (begun, paid, paidOrder) = steps.Value;
        await ledger.EnsureOpen(order.Tenant, order.Amount.Currency, Chart.OfPayment(connector), cancel);
        if (isNew)
        {
            moves.WriteNewOrder(change, order, origin);
        }

        PaymentMoves.WritePayment(change, first, isNew: payment is null, [begun, paid]);
        moves.WriteOrder(change, order, paidOrder, origin);
        PaymentTrail.Record(change, origin, clocks.Real, "payment.receive", payment, paid.Next);
        moves.WriteFacts(change, payment is null, begun, origin.RequestId);
        moves.WriteFacts(change, isNew: false, paid, origin.RequestId);
        return new InboundPayment(paidOrder, paid.Next, [begun, paid]);
    }

    /// <summary>The attempt, its success, and the order after both.</summary>
    private async Task<Outcome<(PaymentStep Begun, PaymentStep Paid, Order Order)>> Steps(
        Order order, Payment payment, string connector, QrCredit credit)
    {
        var merchant = (await merchants.Find(order.Tenant))!;
        var now = clocks.Now(order.Tenant);
        var begun = PaymentDecisions.Decide(payment, new PaymentCommand.Confirm(
            credit.ChargeKey, connector, credit.Summary, new(merchant.FeePercent, merchant.FeeTaxPercent), null, settings.AskAfter), now);
        if (begun.IsRefused)
        {
            return begun.Refusal!;
        }

        var attempted = OrderDecisions.Follow(order, payment, begun.Value, now);
        if (attempted.IsRefused)
        {
            return attempted.Refusal!;
        }

        var paid = PaymentDecisions.Decide(
            begun.Value.Next, new PaymentCommand.News(credit.ChargeKey, new ConnectorOutcome.Captured(credit.Reference, credit.Summary)), now);
        var paidOrder = OrderDecisions.Follow(attempted.Value, begun.Value.Next, paid.Value, now);
        return paidOrder.IsRefused ? paidOrder.Refusal! : (begun.Value, paid.Value, paidOrder.Value);
    }
}

/// <summary>What <see cref="InboundPayments.Write"/> added.</summary>
public sealed record InboundPayment(Order Order, Payment Payment, IReadOnlyList<PaymentStep> Steps)
{
    /// <summary>Counts it in the metrics, once it is committed.</summary>
    public void Committed()
    {
        foreach (var step in Steps)
        {
            PaymentMetrics.Count(step);
        }
    }
}
