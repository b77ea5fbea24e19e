using Microsoft.AspNetCore.Mvc;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;

namespace PaymentGateway.Payments;

/// <summary>
/// Where the card holder's bank sends the browser. What it brings is believed only as far as whose payment it is, by our own signature;
/// how the check ended, the processor is asked.
/// </summary>
internal sealed class ThreeDSecureApi(
    ThreeDSecureSessions sessions, PaymentStore store, ChargeResolver resolver, PublicAddress address, TimeProvider clock)
{
    public const string ReturnPath = "/three-d-secure/return";

    private const int FormBytesMax = 16 * 1024;

    public static void Map(IEndpointRouteBuilder routes, ThreeDSecureApi api) => routes.MapPost(ReturnPath, api.Return)
        .WithMetadata(new RequestSizeLimitAttribute(FormBytesMax)).ExcludeFromDescription();

    private async Task<IResult> Return(HttpContext http, CancellationToken cancel)
    {
        var form = await Forms.Read(http.Request, cancel);
        if (sessions.Read(form?["threeDSSessionData"]) is not { } session || !IsResponse(form?["cres"]))
        {
            return Answer.Of(Refusal.Field("threeDSSessionData", "is not one of ours, or comes without cres"), RequestId.Of(http, clock));
        }

        await resolver.Refresh(session.Tenant, session.ObjectId, cancel);
        var (_, payment) = await store.FindPayment(session.Tenant, session.ObjectId, cancel);
        var charge = await store.FindCharge(session.Tenant, session.AttemptId, cancel);
        if (payment is null || charge is null)
        {
            return Answer.Of(new Refusal(Errors.PaymentNotFound), RequestId.Of(http, clock));
        }

        http.Response.Headers.CacheControl = BrowserHeaders.NeverKept;
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.Location = charge.ReturnUrl ?? PageOf(payment);
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>Only its form is looked at: that the browser says the check was passed, or failed, changes nothing.</summary>
    private static bool IsResponse(string? cres) => Messages.Decode<ChallengeResponse>(cres) is
    { MessageType: "CRes", ServerTransId: not null, AcsTransId: not null };

    private string PageOf(Payment payment) => payment.OrderId is { } orderId
        ? address.Link($"/checkout/{orderId}")
        : payment.Purpose.ReturnUrl ?? address.Link("/checkout/done");
}
