using Microsoft.AspNetCore.Mvc;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.SetupIntents;

/// <summary>
/// Where the card holder's bank sends the browser after a check without a payment. What it brings is believed only as far as whose set-up
/// it is, by our own signature; how the check ended, the processor is asked.
/// </summary>
internal sealed class SetupReturnApi(
    ThreeDSecureSessions sessions, SetupIntentStore store, SetupResolver resolver, PublicAddress address, TimeProvider clock)
{
    public const string ReturnPath = "/three-d-secure/setup-return";

    private const int FormBytesMax = 16 * 1024;

    public static void Map(IEndpointRouteBuilder routes, SetupReturnApi api) => routes.MapPost(ReturnPath, api.Return)
        .WithMetadata(new RequestSizeLimitAttribute(FormBytesMax)).ExcludeFromDescription();

    private async Task<IResult> Return(HttpContext http, CancellationToken cancel)
    {
        var form = await Forms.Read(http.Request, cancel);
        if (sessions.Read(form?["threeDSSessionData"]) is not { } session || !IsResponse(form?["cres"]))
        {
            return Answer.Of(Refusal.Field("threeDSSessionData", "is not one of ours, or comes without cres"), RequestId.Of(http, clock));
        }

        if (await store.Find(session.Tenant, session.ObjectId, cancel) is not { } setup)
        {
            return Answer.Of(new Refusal(Errors.SetupIntentNotFound), RequestId.Of(http, clock));
        }

        if (setup.State == SetupState.RequiresAction && setup.AttemptKey == session.AttemptId)
        {
            await resolver.TakeOn(session.Tenant, setup.Id, cancel);
        }

        http.Response.Headers.CacheControl = BrowserHeaders.NeverKept;
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.Location = setup.AttemptReturnUrl ?? setup.ReturnUrl ?? address.Link("/checkout/done");
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>Only its form is looked at: that the browser says the check was passed, or failed, changes nothing.</summary>
    private static bool IsResponse(string? cres) => Messages.Decode<ChallengeResponse>(cres) is
    { MessageType: "CRes", ServerTransId: not null, AcsTransId: not null };
}
