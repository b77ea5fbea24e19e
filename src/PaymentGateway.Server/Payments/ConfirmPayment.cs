using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Ledger;
using PaymentGateway.Merchants;
using PaymentGateway.Methods;

namespace PaymentGateway.Payments;

/// <summary>An attempt to pay: for an order, or for a payment that stands alone.</summary>
/// <param name="Instrument">Null: what the payment already holds.</param>
/// <param name="ReturnUrl">Where the customer's browser goes after a redirect; the checkout's own page when null.</param>
/// <param name="OffSession">The customer is not there and cannot be asked for anything.</param>
/// <param name="MovesParts">On behalf of the whole: only then a part of a split payment can be paid.</param>
public sealed record PaymentAttempt(
    Tenant Tenant, string? OrderId, string? PaymentId, Instrument? Instrument, string? ReturnUrl, string? Behaviour, Origin Origin,
    bool OffSession = false, bool MovesParts = false);

/// <summary>Pays: commits the attempt, calls the processor, commits what it said.</summary>
public sealed class ConfirmPayment
{
    private const int RoundsMax = 100;

    private readonly PaymentStore store;
    private readonly PaymentMoves moves;
    private readonly ConnectorRegistry connectors;
    private readonly LedgerStore ledger;
    private readonly MerchantStore merchants;
    private readonly MethodTerms terms;
    private readonly PaymentSettings settings;
    private readonly PublicAddress address;
    private readonly MerchantClocks clocks;

    internal ConfirmPayment(
        PaymentStore store, PaymentMoves moves, ConnectorRegistry connectors, LedgerStore ledger, MerchantStore merchants,
        MethodTerms terms, PaymentSettings settings, PublicAddress address, MerchantClocks clocks)
    {
        (this.store, this.moves, this.connectors, this.ledger) = (store, moves, connectors, ledger);
        (this.merchants, this.terms, this.settings, this.address, this.clocks) = (merchants, terms, settings, address, clocks);
    }

    /// <summary>
    /// Runs the attempt to its first result. The call to the processor is not stopped when the caller goes away: it has begun.
    /// </summary>
    /// <param name="call">The idempotent request it is part of.</param>
    /// <param name="answer">What this request is answered, stored with the outcome.</param>
    /// <returns>
    /// The payment after the attempt, whatever came of it; a refusal when it could not begin; null when another run of the same
    /// idempotent request has just begun it.
    /// </returns>
    public async Task<Outcome<Payment>?> Run(
        PaymentAttempt attempt, IdempotentCall call, Func<Payment, Answer> answer, CancellationToken cancel)
    {
        if (call.Resumes is { } interrupted)
        {
            var (_, payment) = await store.FindPayment(attempt.Tenant, interrupted, cancel);
            return payment is null ? new Refusal(Errors.PaymentNotFound) : payment;
        }

        var begun = await Begin(attempt, call, cancel);
        return begun switch
        {
            { IsRefused: false } => await CallProcessor(attempt, begun.Value.Value, call, answer),
            { Refusal: { } refusal } => (Outcome<Payment>)refusal,
            _ => null,
        };
    }

    private async Task<Outcome<Begun>?> Begin(PaymentAttempt attempt, IdempotentCall call, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var (order, payment) = attempt.OrderId is not null
                ? await store.FindOrder(attempt.Tenant, attempt.OrderId, cancel)
                : await store.FindPayment(attempt.Tenant, attempt.PaymentId!, cancel);
            if (order is null && payment is null)
            {
                return new Refusal(attempt.OrderId is not null ? Errors.OrderNotFound : Errors.PaymentNotFound);
            }

            var isNew = payment is null;
            var now = payment ?? FirstPaymentOf(order!, clocks);
            var confirm = await Confirmation(attempt, order, now, cancel);
            if (confirm.IsRefused)
            {
                return confirm.Refusal!;
            }

            var context = new MoveContext(attempt.Origin, (change, next) => call.Reserve(change, next.Id));
            if (await moves.TryMove(order, now, isNew, confirm.Value, context, cancel) is { } outcome)
            {
                return outcome.IsRefused ? outcome.Refusal! : new Begun(outcome.Value, (attempt.Instrument ?? now.Instrument)!);
            }

            if (call.HasKey)
            {
                // The lost round may have been lost to another run of this very request: the caller looks at the key again.
                return null;
            }
        }

        throw new InvalidOperationException($"The attempt on {attempt.OrderId ?? attempt.PaymentId} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>What can be known before a part is written: whether it could be paid so, and by whom.</summary>
    internal async Task<Outcome<ConnectorCapabilities>> Foresee(Order order, Payment part, CancellationToken cancel)
    {
        var confirm = await Confirmation(
            new(part.Tenant, null, part.Id, part.Instrument, null, null, Origin.System, MovesParts: true), order, part, cancel);
        return confirm.IsRefused ? confirm.Refusal! : connectors.Find(confirm.Value.Connector)!.Capabilities;
    }

    private async Task<Outcome<PaymentCommand.Confirm>> Confirmation(
        PaymentAttempt attempt, Order? order, Payment payment, CancellationToken cancel)
    {
        // An order or payment that cannot be paid is refused as such, whatever is wrong with the method.
        if ((payment.SplitPaymentId is not null && !attempt.MovesParts ? SplitParts.RefuseAlone() : WhyNotPayable(order, payment)) is { } refusal)
        {
            return refusal;
        }

        if ((attempt.Instrument ?? payment.Instrument) is not { } instrument)
        {
            return Refusal.Field("paymentMethod", "is required: the payment has none yet");
        }

        var merchant = await merchants.Find(payment.Tenant);
        var allowed = PaymentMethods.Of(
            merchant!, order?.AllowedMethods ?? payment.AllowedMethods, connectors, payment.Amount.Currency, payment.Tenant.Mode);
        if (!allowed.Contains(instrument.Method))
        {
            return new Refusal(Errors.PaymentMethodNotAvailable, $"This payment cannot be made by {instrument.Method}.",
                new Dictionary<string, object?> { ["allowed"] = allowed });
        }

        var candidates = connectors.Candidates(instrument.Method, payment.Amount.Currency, payment.Tenant.Mode);
        if (candidates.FirstOrDefault(c => c.IsAvailable) is not { } connector)
        {
            return new Refusal(Errors.GatewayUnavailable);
        }

        if (MethodRules.Refuse(instrument, payment.Amount, merchant!.Upi, connector.Capabilities) is { } against)
        {
            return against;
        }

        var details = await terms.Agree(payment.Tenant, connector, instrument, payment.Amount, payment.Purpose.CustomerId, cancel);
        if (details.IsRefused)
        {
            return details.Refusal!;
        }

        await ledger.EnsureOpen(payment.Tenant, payment.Amount.Currency, Chart.OfPayment(connector.Name), cancel);
        return new PaymentCommand.Confirm(
            Id.New("ch", clocks.Real), connector.Name, PaymentMethods.SummaryOf(instrument), new(merchant.FeePercent, merchant.FeeTaxPercent),
            attempt.Behaviour, settings.AskAfter, details.Value);
    }

    private Refusal? WhyNotPayable(Order? order, Payment payment)
    {
        var when = clocks.Now(payment.Tenant);
        var refusedByOrder = (order, payment.SplitPaymentId) switch
        {
            (null, _) => null,
            (_, null) => OrderDecisions.Decide(order, new OrderCommand.Attempt(), when).Refusal,
            _ => when < order.ExpiresAt ? null : new Refusal(Errors.OrderExpired),
        };
        var probe = new PaymentCommand.Confirm(payment.Id, "", PaymentMethods.NoSummary, new(0, 0), null, TimeSpan.Zero);
        return refusedByOrder ?? PaymentDecisions.Decide(payment, probe, when).Refusal;
    }

    private async Task<Outcome<Payment>?> CallProcessor(PaymentAttempt attempt, Begun begun, IdempotentCall call, Func<Payment, Answer> answer)
    {
        var payment = begun.State.Payment;
        var charge = payment.Charge!;
        var connector = connectors.Find(charge.Connector)!;
        var outcome = await connector.Authorize(
            new AuthorizeCall(
                payment.Tenant, charge.Id, payment.Id, payment.Amount, payment.Capture == CaptureMethod.Automatic,
                MethodTerms.ForProcessor(begun.Instrument, charge.Details),
                payment.Purpose.Description, attempt.ReturnUrl ?? ReturnPage(payment), attempt.Behaviour,
                (await merchants.Find(payment.Tenant))?.Name, attempt.OffSession, payment.SetupFutureUsage, payment.StatementLine),
            CancellationToken.None);
        var context = new MoveContext(attempt.Origin, (change, next) => call.Finish(change, answer(next)));
        return await moves.Tell(begun.State, outcome, context, CancellationToken.None);
    }

    private string ReturnPage(Payment payment) => payment is { OrderId: { } orderId, SplitPaymentId: null }
        ? address.Link($"/checkout/{orderId}/return")
        : payment.Purpose.ReturnUrl ?? address.Link("/checkout/done");

    internal static Payment FirstPaymentOf(Order order, MerchantClocks clocks) => new()
    {
        Id = Id.New("pay", clocks.Real),
        Tenant = order.Tenant,
        OrderId = order.Id,
        Amount = order.AmountDue,
        AmountAuthorized = Money.Zero(order.Amount.Currency),
        AmountCaptured = Money.Zero(order.Amount.Currency),
        AmountRefunded = Money.Zero(order.Amount.Currency),
        State = PaymentState.RequiresPaymentMethod,
        Capture = order.Capture,
        Purpose = order.Purpose,
        CreatedAt = clocks.Now(order.Tenant),
        Version = 1,
    };

    /// <summary>A committed attempt, and what it pays with: the row does not keep that.</summary>
    private sealed record Begun(Moved State, Instrument Instrument);
}
