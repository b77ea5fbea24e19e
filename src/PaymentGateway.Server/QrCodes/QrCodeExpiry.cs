using PaymentGateway.Commit;
using PaymentGateway.Http;

namespace PaymentGateway.QrCodes;

/// <summary>Closes codes whose time is over. The order of a code has the same end and is closed by its own expiry.</summary>
internal sealed class QrCodeExpiry(QrCodeStore store, Committer committer, QrCodeFacts facts, TimeProvider clock)
{
    private const int BatchMax = 100;

    /// <summary>Closes every code that is due. One that is paid meanwhile is left alone.</summary>
    /// <returns>How many were due.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var due = await store.FindDue(now, BatchMax, cancel);
        foreach (var code in due)
        {
            var expired = QrCodeDecisions.Decide(code, new QrCodeCommand.Expire(), now).Value;
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
