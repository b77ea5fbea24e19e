using PaymentGateway.Connectors.Qr;
using PaymentGateway.Http;

namespace PaymentGateway.People;

/// <summary>The second factor of the person who is signed in.</summary>
internal sealed class SecondFactorApi(FactorEnrolment enrolment)
{
    private const int QrPixels = 240;

    private static readonly ErrorKind[] guessing = [Errors.TooManyAttempts, Errors.AccountLocked];

    public static void Map(IEndpointRouteBuilder routes, SecondFactorApi api)
    {
        var factor = routes.MapGroup("/api/auth/second-factor").WithTags("People").WithMetadata(new RequiresPerson(), new TakesNoIdempotencyKey());
        factor.MapPost("enrol", api.Enrol).WithName("enrolSecondFactor").WithSummary("Enrol a second factor")
            .WithDescription("A secret for an authenticator app, also as a QR code. It counts once a code of it is confirmed.")
            .Produces<FactorOfferView>()
            .Example(AuthExamples.Password, AuthExamples.FactorOffer)
            .Errors([Errors.LoginFailed, Errors.InvalidState, .. guessing]);
        factor.MapPost("confirm", api.Confirm).WithName("confirmSecondFactor").WithSummary("Enable the second factor")
            .WithDescription("With a code of the app. Answers the recovery codes; all other sessions end. Refresh the access token to act with it.")
            .Produces<RecoveryCodesView>()
            .Example(AuthExamples.Code, AuthExamples.RecoveryCodes)
            .Errors([Errors.TwoFactorAuthFailed, Errors.InvalidState, .. guessing]);
        factor.MapPost("disable", api.Disable).WithName("disableSecondFactor").WithSummary("Disable the second factor")
            .WithDescription("With the password, and a code of the app or a recovery code. Roles that move money cannot act without one.")
            .Produces<DoneView>()
            .Example(AuthExamples.DisableFactor, AuthExamples.Done)
            .Errors([Errors.LoginFailed, Errors.TwoFactorAuthFailed, Errors.InvalidState, .. guessing]);
        factor.MapPost("recovery-codes", api.RenewRecoveryCodes).WithName("renewRecoveryCodes").WithSummary("Get new recovery codes")
            .WithDescription("With a code of the app. All earlier recovery codes stop working.")
            .Produces<RecoveryCodesView>()
            .Example(AuthExamples.Code, AuthExamples.RecoveryCodes)
            .Errors([Errors.TwoFactorAuthFailed, Errors.InvalidState, .. guessing]);
    }

    private async Task<Answer> Enrol(HttpContext http, Person person, Body<PasswordBody> body, CancellationToken cancel)
    {
        var offered = await enrolment.Offer(person, body.Value.Password, cancel);
        http.Response.Headers.CacheControl = BrowserHeaders.NeverKept;
        return offered.Refusal is { } refusal
            ? Answer.Of(refusal, person.RequestId)
            : Answer.Ok(new FactorOfferView(
                Totp.Base32Of(offered.Value.Secret), offered.Value.Uri, QrPicture.Svg(offered.Value.Uri, QrPixels),
                Convert.ToBase64String(QrPicture.Png(offered.Value.Uri, QrPixels))));
    }

    private async Task<Answer> Confirm(HttpContext http, Person person, Body<CodeBody> body, CancellationToken cancel) =>
        Codes(http, await enrolment.Confirm(person, body.Value.Code, cancel), person);

    private async Task<Answer> Disable(Person person, Body<DisableFactorBody> body, CancellationToken cancel)
    {
        var disabled = await enrolment.Disable(person, body.Value.Password, body.Value.Code, cancel);
        return disabled.Refusal is { } refusal ? Answer.Of(refusal, person.RequestId) : Answer.Ok(DoneView.Yes);
    }

    private async Task<Answer> RenewRecoveryCodes(HttpContext http, Person person, Body<CodeBody> body, CancellationToken cancel) =>
        Codes(http, await enrolment.RenewRecoveryCodes(person, body.Value.Code, cancel), person);

    private static Answer Codes(HttpContext http, Outcome<string[]> codes, Person person)
    {
        http.Response.Headers.CacheControl = BrowserHeaders.NeverKept;
        return codes.Refusal is { } refusal ? Answer.Of(refusal, person.RequestId) : Answer.Ok(new RecoveryCodesView(codes.Value));
    }
}
