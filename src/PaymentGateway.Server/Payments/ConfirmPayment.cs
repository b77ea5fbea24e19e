using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Customers;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Ledger;
using PaymentGateway.Mandates;
using PaymentGateway.Merchants;
using PaymentGateway.Methods;
using PaymentGateway.Routing;

namespace PaymentGateway.Payments;

/// <summary>An attempt to pay: for an order, or for a payment that stands alone.</summary>
/// <param name="Instrument">Null: what the payment already holds.</param>
/// <param name="ReturnUrl">Where the customer's browser goes after a redirect; the checkout's own page when null.</param>
/// <param name="OffSession">The customer is not there and cannot be asked for anything.</param>
/// <param name="ThreeDSecure">How the holder of a card is to be authenticated; null: as the processor sees fit.</param>
/// <param name="MovesParts">On behalf of the whole: only then a part of a split payment can be paid.</param>
/// <param name="IsStillWanted">Asked before another processor takes over; null: it is.</param>
public sealed record PaymentAttempt(
    Tenant Tenant, string? OrderId, string? PaymentId, Instrument? Instrument, string? ReturnUrl, string? Behaviour, Origin Origin,
    bool OffSession = false, ThreeDSecureWish? ThreeDSecure = null, bool MovesParts = false, Func<Task<bool>>? IsStillWanted = null);

/// <summary>Pays: commits the attempt, calls the processor, commits what it said.</summary>
public sealed class ConfirmPayment
{
    private const int RoundsMax = 100;

    /// <summary>
    /// After that no further processor is asked: a customer does not wait longer, and the key of the request is still held when the
    /// last call has ended.
    /// </summary>
    private static readonly TimeSpan failoverMax = TimeSpan.FromSeconds(20);

    private readonly PaymentStore store;
    private readonly PaymentMoves moves;
    private readonly ConnectorRegistry connectors;
    private readonly LedgerStore ledger;
    private readonly MerchantStore merchants;
    private readonly MethodTerms terms;
    private readonly MethodGate gate;
    private readonly SavedMethods saved;
    private readonly CustomerStore customers;
    private readonly MandateTerms mandates;
    private readonly PaymentSettings settings;
    private readonly PublicAddress address;
    private readonly ThreeDSecureSessions sessions;
    private readonly PaymentRoutes routes;
    private readonly ProcessorHealth health;
    private readonly MerchantClocks clocks;

    internal ConfirmPayment(
        PaymentStore store, PaymentMoves moves, ConnectorRegistry connectors, LedgerStore ledger, MerchantStore merchants,
        MethodTerms terms, MethodGate gate, SavedMethods saved, CustomerStore customers, MandateTerms mandates, PaymentSettings settings,
        PublicAddress address, ThreeDSecureSessions sessions, PaymentRoutes routes, ProcessorHealth health, MerchantClocks clocks)
    {
        (this.store, this.moves, this.connectors, this.ledger) = (store, moves, connectors, ledger);
        (this.merchants, this.terms, this.gate, this.saved, this.customers) = (merchants, terms, gate, saved, customers);
        (this.mandates, this.settings, this.address, this.sessions, this.clocks) = (mandates, settings, address, sessions, clocks);
        (this.routes, this.health) = (routes, health);
    }

    /// <summary>
    /// Runs the attempt to its first result; where a processor could not take it, the attempts after it too, each a charge of its own that
    /// is committed before its call. The calls are not stopped when the caller goes away: they have begun.
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

        var begun = await Begin(attempt, call, route: null, cancel);
        return begun switch
        {
            { IsRefused: false } => await CallProcessors(attempt, begun.Value.Value, call, answer),
            { Refusal: { } refusal } => (Outcome<Payment>)refusal,
            _ => null,
        };
    }

    /// <param name="attempt">What is asked for.</param>
    /// <param name="call">The idempotent request.</param>
    /// <param name="route">Of a processor that takes over; null: it is decided now.</param>
    /// <param name="cancel">Before the processor is called.</param>
    private async Task<Outcome<Begun>?> Begin(PaymentAttempt attempt, IdempotentCall call, ChosenRoute? route, CancellationToken cancel)
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
            var agreed = await Agree(attempt, order, now, route, cancel);
            if (agreed.IsRefused)
            {
                return agreed.Refusal!;
            }

            var (confirm, instrument, debit, agreedRoute) = agreed.Value;
            var named = attempt.Instrument ?? now.Instrument!;
            var context = new MoveContext(attempt.Origin, (change, next) =>
            {
                call.Reserve(change, next.Id);
                if (instrument is Instrument.Saved named)
                {
                    change.PaysWith(new(next.Tenant, named.PaymentMethodId, confirm.ChargeId));
                }

                if (debit is not null)
                {
                    MandateTerms.Begin(change, debit);
                }
            });
            if (await moves.TryMove(order, now, isNew, confirm, context, cancel) is { } outcome)
            {
                return outcome.IsRefused ? outcome.Refusal! : new Begun(outcome.Value, named, instrument, agreedRoute);
            }

            if (call.HasKey && route is null)
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
        var confirm = await Agree(
            new(part.Tenant, null, part.Id, part.Instrument, null, null, Origin.System, MovesParts: true), order, part, decided: null, cancel);
        return confirm.IsRefused ? confirm.Refusal! : connectors.Find(confirm.Value.Confirm.Connector)!.Capabilities;
    }

    /// <summary>The command, and what is paid with: a saved method as its processor knows it, or a mandate and its debit.</summary>
    private async Task<Outcome<Agreed>> Agree(
        PaymentAttempt attempt, Order? order, Payment payment, ChosenRoute? decided, CancellationToken cancel)
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

        var found = await saved.Find(payment.Tenant, instrument, cancel);
        if (found.IsRefused)
        {
            return found.Refusal!;
        }

        var merchant = (await merchants.Find(payment.Tenant))!;
        var route = await gate.Choose(
            new(merchant, payment.Tenant, payment.Amount, instrument, found.Value, order?.AllowedMethods ?? payment.AllowedMethods,
                payment.Purpose.CustomerId, await CountryOf(payment, cancel), RoutingKey: RoutingKeyOf(payment), Metadata: payment.Purpose.Metadata,
                Route: decided), cancel);
        if (route.IsRefused)
        {
            return route.Refusal!;
        }

        return instrument is Instrument.Mandate byMandate
            ? await AgreeDebit(attempt, payment, merchant, byMandate, cancel)
            : await AgreeInstrument(attempt, payment, merchant, route.Value, instrument, found.Value, cancel);
    }

    private async Task<Outcome<Agreed>> AgreeInstrument(
        PaymentAttempt attempt, Payment payment, Merchant merchant, ChosenRoute route, Instrument named, PaymentMethod? method,
        CancellationToken cancel)
    {
        var connector = route.Connector;
        var instrument = method is null ? PaymentRoutes.ForConnector(named, connector.Name) : new Instrument.Saved(method.Summary.Method, method.Id, method.Reference);
        var details = await terms.Agree(payment.Tenant, connector, instrument, payment.Amount, payment.Purpose.CustomerId, cancel);
        var keeps = payment.SetupFutureUsage is null || method is not null
            ? method?.Id
            : await saved.FindTwin(payment, instrument, connector, cancel);
        if ((details.Refusal ?? keeps.Refusal) is { } against)
        {
            return against;
        }

        if (await RefuseRejectedCard(connector, payment, instrument, method, cancel) is { } rejected)
        {
            return rejected;
        }

        await ledger.EnsureOpen(payment.Tenant, payment.Amount.Currency, Chart.OfPayment(connector.Name), cancel);
        return new Agreed(
            new(Id.New("ch", clocks.Real), connector.Name, method?.Summary ?? PaymentMethods.SummaryOf(instrument),
                new(merchant.FeePercent, merchant.FeeTaxPercent), attempt.Behaviour, settings.AskAfter, details.Value, keeps.Value, attempt.ReturnUrl,
                Routing: route.Trace),
            instrument, Route: route);
    }

    /// <summary>A debit goes to the processor that has the mandate, within what the customer agreed to.</summary>
    private async Task<Outcome<Agreed>> AgreeDebit(
        PaymentAttempt attempt, Payment payment, Merchant merchant, Instrument.Mandate instrument, CancellationToken cancel)
    {
        if (payment.Capture != CaptureMethod.Automatic)
        {
            return new Refusal(Errors.NotSupported, "A debit takes the money at once; it cannot be held.");
        }

        var chargeId = Id.New("ch", clocks.Real);
        var agreed = await mandates.Agree(
            payment.Tenant, instrument, chargeId, payment.Amount, payment.Purpose.CustomerId, attempt.OffSession, cancel);
        if (agreed.IsRefused)
        {
            return agreed.Refusal!;
        }

        var mandate = agreed.Value.Mandate;
        if (connectors.Find(mandate.Connector) is not { IsAvailable: true } connector)
        {
            return new Refusal(Errors.GatewayUnavailable);
        }

        if (MethodRules.Refuse(instrument, payment.Amount, merchant.Upi, connector.Capabilities) is { } against)
        {
            return against;
        }

        await ledger.EnsureOpen(payment.Tenant, payment.Amount.Currency, Chart.OfPayment(connector.Name), cancel);
        return new Agreed(
            new(chargeId, connector.Name, (mandate.Summary ?? PaymentMethods.NoSummary) with { Method = instrument.Method },
                new(merchant.FeePercent, merchant.FeeTaxPercent), attempt.Behaviour, settings.AskAfter, MandateId: mandate.Id,
                Routing: RoutingTrace.Bound(connector.Name)),
            MandateTerms.ForProcessor(instrument, agreed.Value), agreed.Value);
    }

    /// <summary>The payment of an order is made with its first attempt, so its id is another when that is repeated; the order's is not.</summary>
    private static string RoutingKeyOf(Payment payment) => payment is { OrderId: { } orderId, SplitPaymentId: null } ? orderId : payment.Id;

    private async Task<string?> CountryOf(Payment payment, CancellationToken cancel) => Customer.IsOurs(payment.Purpose.CustomerId)
        ? (await customers.Find(payment.Tenant, payment.Purpose.CustomerId!, cancel))?.Address?.Country
        : null;

    /// <summary>What the issuer rejected stays rejected: the networks fine whoever tries such a card again.</summary>
    private async Task<Refusal?> RefuseRejectedCard(
        GuardedConnector connector, Payment payment, Instrument instrument, PaymentMethod? method, CancellationToken cancel)
    {
        if (payment.Attempts == 0 || !IsCard(instrument)
            || await store.RejectedCards(payment.Tenant, payment.Id, cancel) is not { Count: > 0 } rejected)
        {
            return null;
        }

        var fingerprint = Instrument.CardTokenOf(instrument) is { } token ? await connector.FindCardFingerprint(payment.Tenant, token, cancel) : method?.Fingerprint;
        return fingerprint is not null && rejected.Contains(fingerprint)
            ? new Refusal(Errors.CardAuthenticationRejected)
            : null;
    }

    private static bool IsCard(Instrument instrument) => instrument.Method is "card" or "emi";

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

    /// <summary>One processor after the other, as long as the failure of one says nothing about the payer. What the last one says is answered.</summary>
    private async Task<Outcome<Payment>?> CallProcessors(PaymentAttempt attempt, Begun begun, IdempotentCall call, Func<Payment, Answer> answer)
    {
        var watch = health.StartWatch();
        for (var attempts = 1; ; attempts++)
        {
            var said = await CallProcessor(attempt, begun);
            ChosenRoute? next = null;
            var context = new MoveContext(attempt.Origin, (change, told) =>
            {
                next = NextRoute(begun, said, told, attempts, watch.Elapsed);
                if (next is null)
                {
                    call.Finish(change, answer(told));
                }
            });
            var told = await moves.Tell(begun.State, said, context, CancellationToken.None);
            if (next is null || told.IsRefused)
            {
                return told;
            }

            // What was chosen before the confirmation is not kept beyond its first attempt.
            if (!await IsStillWanted(attempt)
                || await Begin(attempt with { Instrument = begun.Named }, call, next, CancellationToken.None) is not { IsRefused: false } again)
            {
                // The order has expired, say, or somebody else has begun to pay: then the attempt that failed is what came of this request.
                return await moves.Close(told.Value, new MoveContext(attempt.Origin, (change, same) => call.Finish(change, answer(same))), CancellationToken.None);
            }

            begun = again.Value;
        }
    }

    private static async Task<bool> IsStillWanted(PaymentAttempt attempt) => attempt.IsStillWanted is not { } ask || await ask();

    private ChosenRoute? NextRoute(Begun begun, ConnectorOutcome said, Payment told, int attempts, TimeSpan elapsed) =>
        begun.Route is { } route && elapsed < failoverMax
        && FailoverDecisions.MayFollow(said, told, begun.State.Payment.Charge!.Id, attempts, route.Plan.AttemptsMax)
            ? routes.After(route, next => FailoverDecisions.CanTakeOver(told, begun.Instrument.Method, next))
            : null;

    private async Task<ConnectorOutcome> CallProcessor(PaymentAttempt attempt, Begun begun)
    {
        var payment = begun.State.Payment;
        var charge = payment.Charge!;
        var connector = connectors.Find(charge.Connector)!;
        var merchant = await merchants.Find(payment.Tenant);
        return await health.Watch(connector.Name, charge.Summary.Method, payment.Tenant.Mode, () => connector.Authorize(
            new AuthorizeCall(
                payment.Tenant, charge.Id, payment.Id, payment.Amount, payment.Capture == CaptureMethod.Automatic,
                MethodTerms.ForProcessor(begun.Instrument, charge.Details, payment.Purpose.CustomerId),
                payment.Purpose.Description, attempt.ReturnUrl ?? ReturnPage(payment), attempt.Behaviour,
                merchant?.Name, attempt.OffSession, payment.SetupFutureUsage, payment.StatementLine,
                !IsCard(begun.Instrument) ? null : AuthenticationOf(attempt, payment, merchant),
                new(payment.Purpose.CustomerId, payment.Purpose.CustomerEmail, payment.Purpose.CustomerPhone)),
            CancellationToken.None));
    }

    /// <summary>The wish of this attempt, the merchant's rule, and our own address and signed note for the way back.</summary>
    private ThreeDSecureCall AuthenticationOf(PaymentAttempt attempt, Payment payment, Merchant? merchant)
    {
        var wish = attempt.ThreeDSecure ?? ThreeDSecureWish.None;
        return new(
            wish.Request, wish.Exemption, merchant?.StopsWhenUnauthenticated == true,
            address.Link(ThreeDSecureApi.ReturnPath), sessions.Write(payment.Tenant, payment.Id, payment.Charge!.Id),
            wish.Browser, wish.ServerTransId, wish.MethodCompletion);
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

    /// <summary>What an attempt begins with, what it pays with, and how it counts against a mandate.</summary>
    private sealed record Agreed(PaymentCommand.Confirm Confirm, Instrument Instrument, MandateDebit? Debit = null, ChosenRoute? Route = null);

    /// <summary>A committed attempt, and what it pays with: the row does not keep that.</summary>
    /// <param name="Named">As it was asked for.</param>
    /// <param name="Instrument">As its processor is told.</param>
    private sealed record Begun(Moved State, Instrument Named, Instrument Instrument, ChosenRoute? Route);
}
