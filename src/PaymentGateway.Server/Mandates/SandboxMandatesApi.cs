using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Mandates;

/// <summary>The sandbox's payer, who ends a mandate in their own bank's app. With live keys there is nothing here.</summary>
internal sealed class SandboxMandatesApi(SandboxPayer payer, MandateStore store)
{
    public static void Map(IEndpointRouteBuilder routes, SandboxMandatesApi api) => routes
        .MapPost("/api/payments/sandbox/mandates/{mandateId}/revoke", api.Revoke)
        .WithTags("Mandates").WithMetadata(new RequiresKey(KeyKind.Secret), new TakesNoIdempotencyKey())
        .WithName("revokeSandboxMandate").WithSummary("Revoke a mandate as its payer (sandbox)")
        .WithDescription("The payer ends the mandate at their bank; the sandbox tells of it by its own message, as a processor does.")
        .Produces<MandateView>()
        .Example(MandateExamples.Revoked)
        .Errors(Errors.NotFound, Errors.MandateNotFound);

    private async Task<Answer> Revoke(Caller caller, string mandateId, HttpRequest request, CancellationToken cancel)
    {
        if (caller.Tenant.Mode != Mode.Test)
        {
            return Answer.Of(new Refusal(Errors.NotFound), caller.RequestId);
        }

        // Not the browser's token: once the payer has ended it, the news must not stop half-way.
        return await store.Find(caller.Tenant, mandateId, cancel) is not null
            && await payer.Revoke(caller.Tenant, mandateId, SandboxBehaviour.AskedBy(request), CancellationToken.None)
            ? Answer.Ok(MandateView.Of((await store.Find(caller.Tenant, mandateId, cancel))!))
            : Answer.Of(new Refusal(Errors.MandateNotFound), caller.RequestId);
    }
}
