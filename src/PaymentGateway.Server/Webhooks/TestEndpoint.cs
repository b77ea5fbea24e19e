using System.Text;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Events;
using PaymentGateway.Http;

namespace PaymentGateway.Webhooks;

/// <summary>Sends a sample event to an endpoint now and says what came back. It is no delivery: nothing is stored but the answer.</summary>
internal sealed class TestEndpoint(
    EndpointStore store, WebhookSender sender, WebhookSecrets secrets, Idempotency idempotency, Committer committer, MerchantClocks clocks)
{
    public async Task<Answer> Run(string id, Caller caller, HttpRequest request, Body<TestEndpointRequest> body, CancellationToken cancel)
    {
        var (call, replay) = await idempotency.Open(caller, request, body.Fingerprint, cancel);
        if (replay is not null)
        {
            return replay;
        }

        var name = body.Value.Event ?? EventCatalogue.PaymentSuccess;
        if (EventCatalogue.Find(name) is not { } kind)
        {
            return Answer.Of(Refusal.Field("event", "is no event; see /docs/events"), caller.RequestId);
        }

        if (await store.Find(caller.Tenant, id, cancel) is not { } endpoint)
        {
            return Answer.Of(new Refusal(Errors.WebhookEndpointNotFound), caller.RequestId);
        }

        var reserve = new Change();
        call!.Reserve(reserve, endpoint.Id);
        if (!await Commit(reserve, cancel))
        {
            return Answer.Of(new Refusal(Errors.IdempotencyInProgress), caller.RequestId);
        }

        var answer = Answer.Ok(await Send(endpoint, kind, cancel));
        var finish = new Change();
        call.Finish(finish, answer);
        await Commit(finish, cancel);
        return answer;
    }

    private async Task<TestEndpointView> Send(WebhookEndpoint endpoint, EventKind kind, CancellationToken cancel)
    {
        var now = clocks.Now(endpoint.Tenant);
        var eventId = Id.New("evt", clocks.Real);
        var body = Encoding.UTF8.GetString(NodeJson.Write(kind.Sample(eventId, now)));
        var result = await sender.Send(new(endpoint.Url, endpoint.Mode, eventId, body, secrets.Of(endpoint, now)), cancel);
        var duration = (int)result.Duration.TotalMilliseconds;
        return new(result.IsDelivered, eventId, kind.Name, result.Status, result.Error, duration, result.Response);
    }

    /// <returns>False when another run of the same request holds the key.</returns>
    private async Task<bool> Commit(Change change, CancellationToken cancel)
    {
        var outcome = change.IsEmpty ? new CommitOutcome.Committed() : await committer.Commit(change, cancel);
        return outcome is CommitOutcome.Rejected rejected
            ? throw new CommitRejectedException(rejected)
            : outcome is CommitOutcome.Committed;
    }
}
