using PaymentGateway.Connectors;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>
/// The customer's bank took a bank debit back, and the processor calls that a dispute. Nobody argues about it: it is the return, and one
/// that is told under both names is booked once, since a return says how much went back in all.
/// </summary>
public sealed class ReturnDebit
{
    private readonly PaymentMoves moves;

    internal ReturnDebit(PaymentMoves moves) => this.moves = moves;

    /// <returns>Null, or the refusal when the payment is not known.</returns>
    public async Task<Refusal?> Run(Charge debit, DisputeReport report, Origin origin, CancellationToken cancel)
    {
        var kind = Errors.BankDebitReturned;
        var returned = new ConnectorOutcome.Returned(
            Reference: null, report.Amount, kind.Code, kind.Sentence, report.NetworkReasonCode, debit.Summary);
        return (await moves.Tell(debit.Tenant, debit.PaymentId, new(debit.Id, returned), new MoveContext(origin), cancel)).Refusal;
    }
}
