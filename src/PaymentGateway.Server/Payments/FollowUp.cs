using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>What follows an authorization: capture, cancel, give up, expire. Each commits its intent before it calls the processor.</summary>
public sealed class FollowUp
{
    private readonly PaymentStore store;
    private readonly PaymentMoves moves;
    private readonly ConnectorRegistry connectors;
    private readonly PaymentSettings settings;

    internal FollowUp(PaymentStore store, PaymentMoves moves, ConnectorRegistry connectors, PaymentSettings settings) =>
        (this.store, this.moves, this.connectors, this.settings) = (store, moves, connectors, settings);

    /// <summary>Takes the money that is held, in full.</summary>
    /// <returns>As <see cref="ConfirmPayment.Run"/>.</returns>
    public Task<Outcome<Payment>?> Capture(
        Tenant tenant, string paymentId, Origin origin, IdempotentCall call, Func<Payment, Answer> answer, CancellationToken cancel) =>
        Run(tenant, paymentId, new PaymentCommand.Capture(settings.AskAfter), origin, call, answer, cancel);

    /// <summary>Ends the payment and releases what is held.</summary>
    /// <returns>As <see cref="ConfirmPayment.Run"/>.</returns>
    public Task<Outcome<Payment>?> Cancel(
        Tenant tenant, string paymentId, string reason, Origin origin, IdempotentCall call, Func<Payment, Answer> answer,
        CancellationToken cancel) =>
        Run(tenant, paymentId, new PaymentCommand.Cancel(reason, settings.AskAfter), origin, call, answer, cancel);

    /// <summary>Gives up the attempt that waits for the customer, so that another way can be tried.</summary>
    public async Task<Outcome<Payment>> Abandon(Tenant tenant, string paymentId, Origin origin, CancellationToken cancel) =>
        await Run(tenant, paymentId, new PaymentCommand.Abandon(settings.AskAfter), origin, IdempotentCall.None, _ => null, cancel)
            ?? throw new InvalidOperationException("A call without a key cannot lose its key.");

    /// <summary>Ends the payment because the time of its order is over.</summary>
    internal async Task<Outcome<Payment>> Expire(Tenant tenant, string paymentId, CancellationToken cancel) =>
        await Run(tenant, paymentId, new PaymentCommand.Expire(settings.AskAfter), Origin.Worker, IdempotentCall.None, _ => null, cancel)
            ?? throw new InvalidOperationException("A call without a key cannot lose its key.");

    private async Task<Outcome<Payment>?> Run(
        Tenant tenant, string paymentId, PaymentCommand what, Origin origin, IdempotentCall call, Func<Payment, Answer?> answer,
        CancellationToken cancel)
    {
        if (call.Resumes is not null)
        {
            var (_, payment) = await store.FindPayment(tenant, paymentId, cancel);
            return payment is null ? new Refusal(Errors.PaymentNotFound) : payment;
        }

        var begun = await Begin(tenant, paymentId, what, origin, call, answer, cancel);
        return begun is { IsRefused: false } && begun.Value.Value.State is PaymentState.Capturing or PaymentState.Voiding
            ? await CallProcessor(begun.Value.Value, origin, call, answer)
            : begun;
    }

    /// <summary>Where no call follows, the answer is committed at once; else the key is only reserved.</summary>
    private async Task<Outcome<Payment>?> Begin(
        Tenant tenant, string paymentId, PaymentCommand what, Origin origin, IdempotentCall call, Func<Payment, Answer?> answer,
        CancellationToken cancel)
    {
        var context = new MoveContext(origin, (change, next) =>
        {
            if (next.State is PaymentState.Capturing or PaymentState.Voiding)
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
            return await moves.Give(tenant, paymentId, what, context, cancel);
        }

        var (order, payment) = await store.FindPayment(tenant, paymentId, cancel);
        if (payment is null)
        {
            return new Refusal(Errors.PaymentNotFound);
        }

        return await moves.TryMove(order, payment, isNew: false, what, context, cancel) is { } outcome
            ? PaymentMoves.PaymentOf(outcome)
            : (Outcome<Payment>?)null;
    }

    private async Task<Outcome<Payment>?> CallProcessor(Payment payment, Origin origin, IdempotentCall call, Func<Payment, Answer?> answer)
    {
        var charge = payment.Charge!;
        var connector = connectors.Find(charge.Connector)!;
        var isCapture = payment.State == PaymentState.Capturing;
        var order = new FollowUpCall(
            payment.Tenant, (isCapture ? "capture:" : "void:") + charge.Id, charge.Id, charge.Reference, charge.Amount, charge.Behaviour);
        var outcome = isCapture
            ? await connector.Capture(order, CancellationToken.None)
            : await connector.Void(order, CancellationToken.None);
        var context = new MoveContext(origin, (change, next) => Finish(call, change, answer(next)));
        return await moves.Tell(payment.Tenant, payment.Id, charge.Id, outcome, context, CancellationToken.None);
    }

    private static void Finish(IdempotentCall call, Change change, Answer? answer)
    {
        if (answer is not null)
        {
            call.Finish(change, answer);
        }
    }
}
