using PaymentGateway.Connectors;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>Commits what processors write about disputes.</summary>
internal sealed class DisputeNewsReader(PaymentStore payments, DisputeMoves moves, ReturnDebit debits) : INewsReader
{
    public bool Takes(ConnectorNews news) => news is ConnectorNews.OfDispute;

    /// <summary>
    /// A dispute that does not fit what we know is recorded all the same, as a contradiction. Only while the processor may have taken more of the
    /// charge than we know of does a message about more wait, and finds the money there.
    /// </summary>
    public async Task<Refusal?> Read(string connector, ConnectorNotification message, Origin origin, CancellationToken cancel)
    {
        var report = ((ConnectorNews.OfDispute)message.News).Report;
        if (await payments.FindCharge(message.Tenant, report.ChargeKey, cancel) is not { } charge || charge.Connector != connector)
        {
            return new Refusal(Errors.ChargeNotFound);
        }

        if (charge.IsBankDebit)
        {
            return TakesDebitBack(report.Standing)
                ? await debits.Run(charge, report, origin, cancel)
                : new Refusal(Errors.NotSupported, "A bank debit is not argued about: its bank takes it back or leaves it.");
        }

        if (charge.CheckAt is not null && !IsOfWhatWasTaken(report, charge))
        {
            return Refusal.InvalidState("charge", StateWords.Status(charge.State), []) with { IsForNow = true };
        }

        await moves.Hear(charge, report, new DisputeContext(origin), cancel);
        return null;
    }

    private static bool IsOfWhatWasTaken(DisputeReport report, Charge charge) =>
        report.Amount.Currency == charge.AmountCaptured.Currency && report.Amount <= charge.AmountCaptured;

    /// <summary>What the processor waits for makes no difference: the money is gone, and the schemes know no way to win it back.</summary>
    private static bool TakesDebitBack(DisputeStanding standing) =>
        standing is DisputeStanding.NeedsResponse or DisputeStanding.UnderReview or DisputeStanding.Lost or DisputeStanding.Accepted;
}
