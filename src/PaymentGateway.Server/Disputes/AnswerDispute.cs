using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>What a merchant does about a dispute: keep evidence, hand it in, give the money up.</summary>
internal sealed class AnswerDispute(DisputeStore store, DisputeMoves moves, DisputeProcessors processors, PaymentSettings settings)
{
    /// <summary>Keeps evidence, and hands all of it in when that is asked for.</summary>
    /// <returns>
    /// The dispute, whatever came of it; a refusal when it could not begin (DISPUTE_NOT_FOUND, INVALID_STATE, NOT_SUPPORTED,
    /// VALIDATION_FAILED); null when another run of the same idempotent request was first.
    /// </returns>
    public Task<Outcome<Dispute>?> SaveEvidence(
        Tenant tenant, string disputeId, IReadOnlyDictionary<string, string> texts, bool isToBeSubmitted, Request request) => Run(
            tenant, disputeId, new DisputeCommand.SaveEvidence(texts, isToBeSubmitted, settings.AskAfter), request,
            dispute => !isToBeSubmitted || processors.CapabilitiesOf(dispute.Connector)?.Evidence == true);

    /// <summary>Gives the money up.</summary>
    /// <inheritdoc cref="SaveEvidence"/>
    public Task<Outcome<Dispute>?> Accept(Tenant tenant, string disputeId, Request request) => Run(
        tenant, disputeId, new DisputeCommand.Accept(settings.AskAfter), request,
        dispute => processors.CapabilitiesOf(dispute.Connector)?.Acceptance == true);

    /// <summary>Keeps a file as evidence.</summary>
    /// <inheritdoc cref="SaveEvidence"/>
    public Task<Outcome<Dispute>?> Attach(Tenant tenant, string disputeId, EvidenceFile file, byte[] content, Request request) => Run(
        tenant, disputeId, new DisputeCommand.AttachFile(file),
        request with { Also = (change, next) => change.Write(DisputeRows.InsertFile, new EvidenceFileOf(next, next.Files[^1], content)) },
        _ => true);

    private async Task<Outcome<Dispute>?> Run(
        Tenant tenant, string disputeId, DisputeCommand what, Request request, Func<Dispute, bool> isSupported)
    {
        if (await store.Find(tenant, disputeId, request.Cancel) is not { } now)
        {
            return new Refusal(Errors.DisputeNotFound);
        }

        if (request.Call.Resumes is not null)
        {
            return now;
        }

        if (!isSupported(now))
        {
            return new Refusal(Errors.NotSupported, "The processor of this dispute does not take that here; use its own pages.");
        }

        var begun = await Begin(now, what, request);
        if (begun is not { IsRefused: false, Value: { RequestKey: not null } dispute })
        {
            return begun;
        }

        var said = await processors.Send(dispute, request.Behaviour);
        var context = new DisputeContext(request.Origin, (change, next) => request.Call.Finish(change, request.Answer(next)));
        return await moves.Give(tenant, disputeId, new DisputeCommand.Answer(said), context, CancellationToken.None);
    }

    /// <summary>Where no call follows, the answer is committed at once; else the key is only reserved.</summary>
    private async Task<Outcome<Dispute>?> Begin(Dispute now, DisputeCommand what, Request request)
    {
        var context = new DisputeContext(request.Origin, Answer);
        return request.Call.HasKey
            ? await moves.TryGive(now.Tenant, now.Id, what, context, request.Cancel)
            : await moves.Give(now.Tenant, now.Id, what, context, request.Cancel);

        void Answer(Change change, Dispute next)
        {
            request.Also?.Invoke(change, next);
            if (next.RequestKey is not null)
            {
                request.Call.Reserve(change, next.Id);
            }
            else
            {
                request.Call.Finish(change, request.Answer(next));
            }
        }
    }
}

/// <summary>One request of a merchant.</summary>
/// <param name="Call">The idempotent request.</param>
/// <param name="Answer">What it is answered, stored with the outcome.</param>
/// <param name="Behaviour">Sandbox only.</param>
/// <param name="Cancel">Before the processor is called.</param>
/// <param name="Also">What is written with the dispute.</param>
internal sealed record Request(
    Origin Origin, IdempotentCall Call, Func<Dispute, Answer> Answer, string? Behaviour, CancellationToken Cancel,
    Action<Change, Dispute>? Also = null);
