using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.Payments;

/// <summary>Which payment a caller follows up, and on whose request.</summary>
/// <param name="Behaviour">Sandbox only: how this one call shall misbehave; null: as the attempt was told.</param>
/// <param name="MovesParts">On behalf of the whole: only then a part of a split payment can be moved.</param>
public sealed record FollowUpRequest(Tenant Tenant, string PaymentId, Origin Origin, string? Behaviour = null, bool MovesParts = false);

/// <summary>
/// What follows the creation of a payment or its authorization: update, capture, increment, cancel, give up, expire. What a processor
/// must be told is committed before it is called.
/// </summary>
public sealed class FollowUp
{
    private readonly PaymentStore store;
    private readonly PaymentMoves moves;
    private readonly ConnectorRegistry connectors;
    private readonly MerchantStore merchants;
    private readonly PaymentSettings settings;
    private readonly MerchantClocks clocks;

    internal FollowUp(
        PaymentStore store, PaymentMoves moves, ConnectorRegistry connectors, MerchantStore merchants, PaymentSettings settings,
        MerchantClocks clocks) =>
        (this.store, this.moves, this.connectors, this.merchants, this.settings, this.clocks) = (store, moves, connectors, merchants, settings, clocks);

    /// <summary>Takes money that is held.</summary>
    /// <param name="amountOf">How much, in the currency of the payment; null: all that is held.</param>
    /// <param name="isFinal">What is held beyond it is released with it.</param>
    /// <returns>As <see cref="ConfirmPayment.Run"/>.</returns>
    internal Task<Outcome<Payment>?> Capture(
        FollowUpRequest request, Func<Currency, Outcome<Money>>? amountOf, bool isFinal, IdempotentCall call, Func<Payment, Answer> answer,
        CancellationToken cancel)
    {
        var captureId = Id.New("cap", clocks.Real);
        return Run(request, payment => amountOf?.Invoke(payment.Amount.Currency) is { } amount
            ? amount.IsRefused ? amount.Refusal! : Command(payment, amount.Value)
            : Command(payment, null), call, answer, cancel);

        PaymentCommand Command(Payment payment, Money? amount) =>
            new PaymentCommand.Capture(captureId, amount, isFinal, HoldsOf(payment), settings.AskAfter);
    }

    /// <summary>Raises what is authorized to a new total.</summary>
    /// <returns>As <see cref="ConfirmPayment.Run"/>.</returns>
    internal async Task<Outcome<Payment>?> Increment(
        FollowUpRequest request, Func<Currency, Outcome<Money>> amountOf, IdempotentCall call, Func<Payment, Answer> answer, CancellationToken cancel)
    {
        var incrementId = Id.New("inc", clocks.Real);
        var merchant = (await merchants.Find(request.Tenant))!;
        return await Run(request, Command, call, answer, cancel);

        Outcome<PaymentCommand> Command(Payment payment)
        {
            var amount = amountOf(payment.Amount.Currency);
            return (amount.Refusal ?? MerchantLimits.Refuse(merchant, amount.Value)) is { } refusal
                ? refusal
                : new PaymentCommand.Increment(incrementId, amount.Value, HoldsOf(payment), settings.AskAfter);
        }
    }

    /// <summary>Changes what the merchant says of a payment. No processor is called.</summary>
    /// <returns>As <see cref="ConfirmPayment.Run"/>.</returns>
    internal async Task<Outcome<Payment>?> Update(
        FollowUpRequest request, Func<Currency, Outcome<PaymentUpdate>> fieldsOf, IdempotentCall call, Func<Payment, Answer> answer,
        CancellationToken cancel)
    {
        var merchant = (await merchants.Find(request.Tenant))!;
        return await Begin(request, Command, call, answer, cancel);

        Outcome<PaymentCommand> Command(Payment payment)
        {
            var fields = fieldsOf(payment.Amount.Currency);
            var refusal = fields.Refusal ?? (fields.Value.Amount is { } amount ? MerchantLimits.Refuse(merchant, amount) : null);
            return refusal is not null ? refusal : new PaymentCommand.Update(fields.Value);
        }
    }

    /// <summary>Ends the payment and releases what is held; what is captured stays captured.</summary>
    /// <returns>As <see cref="ConfirmPayment.Run"/>.</returns>
    public Task<Outcome<Payment>?> Cancel(
        FollowUpRequest request, string reason, IdempotentCall call, Func<Payment, Answer> answer, CancellationToken cancel) =>
        Run(request, _ => new PaymentCommand.Cancel(reason, settings.AskAfter), call, answer, cancel);

    /// <summary>Gives up the attempt that waits for the customer, so that another way can be tried.</summary>
    public Task<Outcome<Payment>> Abandon(Tenant tenant, string paymentId, Origin origin, CancellationToken cancel) =>
        RunWithoutKey(new(tenant, paymentId, origin), new PaymentCommand.Abandon(settings.AskAfter), cancel);

    /// <summary>Ends the payment because the time of its order is over.</summary>
    internal Task<Outcome<Payment>> Expire(Tenant tenant, string paymentId, CancellationToken cancel) =>
        RunWithoutKey(new(tenant, paymentId, Origin.Worker), new PaymentCommand.Expire(settings.AskAfter), cancel);

    /// <summary>Lets go what is held of money that nobody wants.</summary>
    public Task<Outcome<Payment>> Release(Tenant tenant, string paymentId, string reason, Origin origin, CancellationToken cancel) =>
        RunWithoutKey(new(tenant, paymentId, origin), new PaymentCommand.Cancel(reason, settings.AskAfter), cancel);

    /// <summary>Lets go what is still held because the time of the authorization is over.</summary>
    internal Task<Outcome<Payment>> ExpireHold(Tenant tenant, string paymentId, CancellationToken cancel) =>
        RunWithoutKey(new(tenant, paymentId, Origin.Worker, MovesParts: true), new PaymentCommand.ExpireHold(settings.AskAfter), cancel);

    private async Task<Outcome<Payment>> RunWithoutKey(FollowUpRequest request, PaymentCommand what, CancellationToken cancel) =>
        await Run(request, _ => what, IdempotentCall.None, _ => null, cancel)
            ?? throw new InvalidOperationException("A call without a key cannot lose its key.");

    private async Task<Outcome<Payment>?> Run(
        FollowUpRequest request, Func<Payment, Outcome<PaymentCommand>> command, IdempotentCall call, Func<Payment, Answer?> answer,
        CancellationToken cancel)
    {
        var begun = await Begin(request, command, call, answer, cancel);
        return call.Resumes is null && begun is { IsRefused: false } && CallsProcessor(begun.Value.Value)
            ? await CallProcessor(begun.Value.Value, request, call, answer)
            : begun;
    }

    /// <summary>Where no call follows, the answer is committed at once; else the key is only reserved.</summary>
    private async Task<Outcome<Payment>?> Begin(
        FollowUpRequest request, Func<Payment, Outcome<PaymentCommand>> command, IdempotentCall call, Func<Payment, Answer?> answer,
        CancellationToken cancel)
    {
        var isUpdate = false;
        var context = new MoveContext(request.Origin, (change, next) =>
        {
            if (!isUpdate && CallsProcessor(next))
            {
                call.Reserve(change, next.Id);
            }
            else
            {
                Finish(call, change, answer(next));
            }
        });
        if (!call.HasKey)
        {
            return await moves.Give(request.Tenant, request.PaymentId, Noted, context, cancel);
        }

        var (order, payment) = await store.FindPayment(request.Tenant, request.PaymentId, cancel);
        return payment is null ? new Refusal(Errors.PaymentNotFound)
            : call.Resumes is not null ? payment
            : await moves.TryGive(order, payment, Noted, context, cancel);

        // An update of a payment that another call is busy with calls nobody itself.
        Outcome<PaymentCommand> Noted(Payment payment)
        {
            var what = command(payment);
            isUpdate = what is { IsRefused: false, Value: PaymentCommand.Update };
            return payment.SplitPaymentId is null || request.MovesParts || isUpdate ? what : SplitParts.RefuseAlone();
        }
    }

    private async Task<Outcome<Payment>?> CallProcessor(Payment payment, FollowUpRequest request, IdempotentCall call, Func<Payment, Answer?> answer)
    {
        var charge = payment.Charge!;
        var news = await ProcessorCalls.Send(
            connectors.Find(charge.Connector)!, charge, request.Behaviour ?? charge.Behaviour, CancellationToken.None);
        var context = new MoveContext(request.Origin, (change, next) => Finish(call, change, answer(next)));
        return await moves.Tell(payment.Tenant, payment.Id, news, context, CancellationToken.None);
    }

    /// <summary>What was agreed on for one amount, such as instalments, is not raised.</summary>
    private HoldFeatures HoldsOf(Payment payment)
    {
        var holds = (payment.Charge is { } charge ? connectors.Find(charge.Connector)?.Capabilities.Holds : null) ?? HoldFeatures.None;
        return payment.Charge?.Details is null ? holds : holds with { Increments = false };
    }

    private static bool CallsProcessor(Payment payment) =>
        payment.State is PaymentState.Capturing or PaymentState.Incrementing or PaymentState.Voiding;

    private static void Finish(IdempotentCall call, Change change, Answer? answer)
    {
        if (answer is not null)
        {
            call.Finish(change, answer);
        }
    }
}
