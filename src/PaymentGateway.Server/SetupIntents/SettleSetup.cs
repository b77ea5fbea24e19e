using PaymentGateway.Commit;
using PaymentGateway.Customers;
using PaymentGateway.Http;
using PaymentGateway.Mandates;

namespace PaymentGateway.SetupIntents;

/// <summary>The last steps of a set-up: what became of the method that is being saved, or of the mandate; and what is let go.</summary>
internal sealed class SettleSetup(
    SetupIntentMoves moves, SetupProcessors processors, SaveFromPayment saving, MandateStore mandates, CreateMandate revocations)
{
    private const string RevokeReason = "setup_canceled";

    /// <summary>Has the method saved, or looks at the mandate, and commits what follows.</summary>
    /// <param name="setup">Is saving or mandating.</param>
    /// <param name="origin">Who.</param>
    /// <param name="also">What is written with it.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Outcome<SetupIntent>> Run(
        SetupIntent setup, Origin origin, Action<Change, SetupIntent>? also, CancellationToken cancel)
    {
        SetupCommand command = setup.MandateId is { } mandateId
            ? new SetupCommand.MandateStands((await mandates.Find(setup.Tenant, mandateId, cancel))!)
            : CommandOf(await saving.TellNow(setup.Tenant, setup.PaymentMethodId!, cancel));
        return await moves.Give(setup.Tenant, setup.Id, command, origin, also, cancel);
    }

    /// <summary>Lets the processor know of a set-up that is canceled.</summary>
    public async Task Release(SetupIntent setup, Origin origin, CancellationToken cancel)
    {
        if (setup.MandateId is not { } mandateId)
        {
            await moves.Tell(setup, await processors.Cancel(setup, cancel), origin, also: null, cancel);
            return;
        }

        // From its own commit on a revocation counts, and that the processor hears of it is the mandate's matter.
        await revocations.Revoke(setup.Tenant, mandateId, RevokeReason, origin, cancel);
        await moves.Give(
            setup.Tenant, setup.Id, new SetupCommand.MandateStands((await mandates.Find(setup.Tenant, mandateId, cancel))!), origin, also: null,
            cancel);
    }

    private static SetupCommand CommandOf(PaymentMethod method) => method switch
    {
        { State: PaymentMethodState.Saving } => new SetupCommand.NotKeptYet(),
        { State: PaymentMethodState.Failed } => new SetupCommand.NotKept(new(method.FailureCode!, method.FailureReason!)),

        // The customer had this card or address already.
        { ReplacedBy: { } twin } => new SetupCommand.Kept(twin),

        // It was attached, and somebody may have detached it since: that is another matter.
        { AttachedAt: not null } => new SetupCommand.Kept(method.Id),
        _ => new SetupCommand.NotKept(new(Errors.TooManyPaymentMethods.Code, Errors.TooManyPaymentMethods.Sentence)),
    };
}
