using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Http;

namespace PaymentGateway.QrCodes;

/// <summary>Closes codes whose time is over. The order of a code has the same end and is closed by its own expiry.</summary>
internal sealed class QrCodeExpiry(QrCodeStore store, Committer committer, QrCodeFacts facts, MerchantClocks clocks)
{
    private const int BatchMax = 100;

    /// <summary>Closes every code that is due. One that is paid meanwhile is left alone.</summary>
    /// <returns>How many were due.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.FindDue(await clocks.StartRound(cancel), BatchMax, cancel);
        foreach (var code in due)
        {
            var expired = QrCodeDecisions.Decide(code, new QrCodeCommand.Expire(), clocks.Now(code.Tenant)).Value;
            var change = new Change().Write(QrCodeRows.Close, expired);
            facts.Write(change, "qr_code.closed", code, expired, null, Origin.Worker);
            if (await committer.Commit(change, cancel) is CommitOutcome.Rejected rejected)
            {
                throw new CommitRejectedException(rejected);
            }
        }

        return due.Count;
    }
}
