using PaymentGateway.Clocks;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.SplitPayments;

/// <summary>Takes a split payment back before its parts are captured, and gives back what they hold or took.</summary>
internal sealed class CancelSplitPayment(SplitStore store, SplitMoves moves, SplitDriver driver, MerchantClocks clocks)
{
    private const int RoundsMax = 100;

    /// <returns>As <see cref="CreateSplitPayment.Run"/>.</returns>
    public async Task<Outcome<WholeSplit>?> Run(
        Tenant tenant, string splitPaymentId, string reason, Origin origin, IdempotentCall call, Func<WholeSplit, Answer> answer,
        CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await store.FindWhole(tenant, splitPaymentId, cancel) is not { } whole)
            {
                return new Refusal(Errors.SplitPaymentNotFound);
            }

            if (call.Resumes is not null)
            {
                return whole;
            }

            var decided = SplitDecisions.Decide(whole.Split, new SplitCommand.Cancel(reason), clocks.Now(tenant));
            if (decided.IsRefused)
            {
                return decided.Refusal!;
            }

            if (await moves.TryMove(whole, decided.Value, origin, change => call.Reserve(change, splitPaymentId), cancel))
            {
                var released = await driver.Drive(tenant, splitPaymentId, origin, CancellationToken.None);
                await moves.Keep(call, answer(released));
                return released;
            }

            if (call.HasKey)
            {
                return null;
            }
        }

        throw new InvalidOperationException($"The cancel of {splitPaymentId} met a conflict {RoundsMax} times in a row.");
    }
}
