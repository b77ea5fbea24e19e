using System.Text;
using PaymentGateway.Commit;
using PaymentGateway.Http;

namespace PaymentGateway.Identity;

/// <summary>
/// Rolls the keys of a caller. Not by <see cref="Idempotency.Run"/>, which stores the answer as it is sent: this answer holds a secret
/// key, so it is stored sealed and opened again for a repeat.
/// </summary>
internal sealed class RollingApiKeys(ApiKeys keys, Idempotency idempotency, Committer committer, SecretVault vault, TimeProvider clock)
{
    private const string AnswerPurpose = "identity.rolled_key_answer";
    private const int RoundsMax = 100;

    public async Task<Answer> Run(Caller caller, HttpRequest request, byte[] fingerprint, TimeSpan overlap, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var (call, replay) = await idempotency.Open(caller, request, fingerprint, cancel);
            if (replay is not null)
            {
                return replay.Replayed ? Opened(replay) : replay;
            }

            var change = new Change();
            var rolled = await keys.Roll(change, caller.Tenant, caller.Origin, overlap, cancel);
            if (rolled.Refusal is { } refusal)
            {
                return Answer.Of(refusal, caller.RequestId);
            }

            var answer = Answer.Created(View(rolled.Value, overlap), $"/api/payments/merchants/{caller.Tenant.MerchantId}/api-keys");
            call!.Finish(change, Sealed(answer));
            switch (await committer.Commit(change, cancel))
            {
                case CommitOutcome.Committed:
                    keys.Forget(caller.Tenant);
                    return answer;
                case CommitOutcome.Rejected rejected:
                    throw new CommitRejectedException(rejected);
            }
        }

        throw new InvalidOperationException($"Rolling the keys of {caller.Tenant.MerchantId} met a conflict {RoundsMax} times in a row.");
    }

    private RolledApiKeyView View(ApiKeyPair pair, TimeSpan overlap)
    {
        var now = clock.GetUtcNow();
        return new(pair.ApiKey, pair.ApiKey, pair.ApiSecret, now, now + overlap);
    }

    private Answer Sealed(Answer answer) =>
        answer with { Body = Encoding.UTF8.GetBytes(vault.Encrypt(AnswerPurpose, Encoding.UTF8.GetString(answer.Body))) };

    private Answer Opened(Answer answer) =>
        answer with { Body = Encoding.UTF8.GetBytes(vault.Decrypt(AnswerPurpose, Encoding.UTF8.GetString(answer.Body))) };
}
