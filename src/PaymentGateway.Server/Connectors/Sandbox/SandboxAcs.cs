using System.Globalization;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>What the pretended issuer says when it is asked about a card holder.</summary>
internal enum AcsOutcome
{
    Frictionless,
    NotAuthenticated,
    Attempted,
    Unavailable,
    Rejected,
    Challenge,

    /// <summary>A challenge in which no password fits.</summary>
    ChallengeFails,
    SystemError,
}

/// <summary>What the pretended processor keeps of one authentication.</summary>
/// <param name="SessionData">Ours: it goes back with the browser as it came.</param>
internal sealed record AuthenticationSession(Authentication Authentication, string? NotificationUrl = null, string? SessionData = null);

/// <summary>
/// The pretended issuer's server and the 3-D Secure server before it. Pure: keys and addresses in, the charge out.
/// </summary>
internal sealed class SandboxAcs(SandboxKeys keys, SandboxSettings settings)
{
    private const string MethodPath = "/sandbox/acs/method";
    private const string Done = "Y";
    private const string NotDone = "N";
    private const string NoMethod = "U";

    /// <summary>Asks about the card holder, and goes on as the answer says.</summary>
    /// <param name="ofCard">What the card is made for; null: an ordinary card.</param>
    public SandboxCharge Authenticate(SandboxCharge charge, CardToken card, AcsOutcome? ofCard, DateTimeOffset now)
    {
        var call = charge.ThreeDSecure ?? ThreeDSecureCall.Default;
        if (call.NotificationUrl is { } back && !IsOurs(back))
        {
            return SandboxDecisions.Refuse(charge, Decline.Of(Errors.ValidationFailed, "notification_url", "The notification address is not of this host."));
        }

        if (!Eci.Knows(card.Network))
        {
            return SandboxDecisions.Succeed(charge);
        }

        return (call.Exemption, OutcomeOf(charge, call, ofCard)) switch
        {
            ({ } exemption, _) => SandboxDecisions.Succeed(WithExemption(charge, card, exemption)),
            (null, { } outcome) => Ask(charge, card, call, outcome, now),
            _ => SandboxDecisions.Succeed(charge),
        };
    }

    /// <summary>The card holder gave the right password.</summary>
    public SandboxCharge Passed(SandboxCharge charge) => charge.Session is not { Authentication: { } known }
        ? SandboxDecisions.Succeed(charge)
        : Conclude(charge, Result(known, TransStatus.Authenticated, keys.ProofOf(known.ServerTransId!)), ChallengeOutcome.Passed, "", Errors.PaymentDeclined);

    /// <summary>The challenge ended without a proof.</summary>
    public SandboxCharge Ended(SandboxCharge charge, ChallengeOutcome outcome, string reason)
    {
        var kind = outcome == ChallengeOutcome.Failed ? Errors.CardAuthenticationFailed : Errors.AuthenticationAbandoned;
        return charge.Session is not { Authentication: { } known }
            ? SandboxDecisions.Refuse(charge, Decline.Of(kind, reason))
            : Conclude(charge, Result(known, TransStatus.NotAuthenticated, proof: null), outcome, reason, kind);
    }

    /// <summary>What the browser is given to bring back. It may say anything: a test can make it lie.</summary>
    public static ChallengeResponse ResponseOf(SandboxCharge charge)
    {
        var known = charge.Session!.Authentication;
        var lies = charge.Behaviour == SandboxBehaviour.ThreeDSecureContradiction;
        return new(known.ServerTransId!, known.AcsTransId!, "Y", MessageVersion: known.Version!,
            Status: lies ? TransStatus.Authenticated : known.Status);
    }

    /// <summary>Whether a browser's CReq is the one of this charge.</summary>
    public static bool IsRequestOf(SandboxCharge charge, string? creq) =>
        charge.Session?.Authentication is { AcsTransId: { } acs, ServerTransId: { } server }
        && Messages.Decode<ChallengeRequest>(creq) is { MessageType: "CReq" } request
        && request.AcsTransId == acs && request.ServerTransId == server && ChallengeWindow.Sizes.ContainsKey(request.WindowSize);

    /// <summary>The method page of a card's issuer; those whose network answers for it have none.</summary>
    public MethodPage MethodPageOf(CardToken card, string nonce, bool isSilent, string notificationUrl)
    {
        var id = keys.TransIdOf("method", nonce);
        return HasMethodPage(TestCards.Behaviour(card.Behaviour).Authentication)
            ? new(id, settings.Page(MethodPath + (isSilent ? "?silent=true" : "")), Messages.Encode(new MethodData(id, notificationUrl)))
            : new(id, null, null);
    }

    /// <summary>An address of this host: nothing is sent, and no browser, to any other.</summary>
    public bool IsOurs(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address)
        && address.GetLeftPart(UriPartial.Authority) == settings.BaseUrl().GetLeftPart(UriPartial.Authority);

    private SandboxCharge Ask(SandboxCharge charge, CardToken card, ThreeDSecureCall call, AcsOutcome outcome, DateTimeOffset now)
    {
        var request = RequestOf(charge, call, outcome);
        var answer = Answer(request, outcome, card.Network, charge);
        var asked = charge with
        {
            Session = new(AuthenticationOf(request, answer, outcome, card), call.NotificationUrl, call.SessionData),
        };
        return answer.Status?.Step() switch
        {
            AuthenticationStep.Authorize => Authorize(asked, answer.ServerTransId, answer.Value, card.Fingerprint),
            AuthenticationStep.Wait => AskHolder(asked, outcome, answer, now),
            AuthenticationStep.AskMerchantRule when call.StopsWhenUnavailable =>
                SandboxDecisions.Refuse(asked, Decline.Of(Errors.CardAuthenticationUnavailable, "authentication_unavailable")),
            AuthenticationStep.AskMerchantRule => SandboxDecisions.Succeed(asked),
            AuthenticationStep.FailForGood => SandboxDecisions.Refuse(asked, Decline.Of(Errors.CardAuthenticationRejected, "rejected_by_issuer")),
            AuthenticationStep.Fail => SandboxDecisions.Refuse(asked, Decline.Of(Errors.CardAuthenticationFailed, "not_authenticated")),
            _ => SandboxDecisions.Refuse(asked, Decline.Of(Errors.CardAuthenticationUnavailable, "system_error")),
        };
    }

    private static SandboxCharge AskHolder(SandboxCharge charge, AcsOutcome outcome, AuthenticationResponse answer, DateTimeOffset now)
    {
        var request = new ChallengeRequest(answer.ServerTransId, answer.AcsTransId!, ChallengeWindow.FullScreen);
        var form = charge.Session!.NotificationUrl is null
            ? null
            : new ChallengeForm(answer.AcsUrl!, Messages.Encode(request), charge.Session.SessionData);
        return SandboxDecisions.Ask(
            charge, outcome == AcsOutcome.ChallengeFails ? Challenge.OtpNeverFits : Challenge.Otp, now + SandboxDecisions.ChallengeTime,
            new NextAction("three_d_secure", answer.AcsUrl, Challenge: form));
    }

    /// <summary>The result of a challenge arrives at the 3-D Secure server, which authorizes by it, or does not.</summary>
    private SandboxCharge Conclude(SandboxCharge charge, ResultsRequest result, ChallengeOutcome outcome, string reason, ErrorKind failure)
    {
        var session = charge.Session!;
        var concluded = charge with
        {
            Session = session with
            {
                Authentication = session.Authentication with
                {
                    Status = result.Status,
                    Eci = result.Eci,
                    ChallengeOutcome = outcome,
                    Reason = reason.Length == 0 ? null : reason,
                },
            },
        };
        return result.Status.Step() == AuthenticationStep.Authorize
            ? Authorize(concluded, result.ServerTransId, result.Value, session.Authentication.CardFingerprint!)
            : SandboxDecisions.Refuse(concluded, Decline.Of(failure, reason));
    }

    /// <summary>
    /// The authorizer takes a proof that is real; that it is not used already, and not another card's, only the store can say.
    /// </summary>
    private SandboxCharge Authorize(SandboxCharge charge, string serverTransId, string? proof, string fingerprint) =>
        SandboxAuthorizer.IsReal(keys, serverTransId, proof)
            ? SandboxDecisions.Succeed(charge) with { Proof = new(serverTransId, fingerprint, charge.Amount) }
            : SandboxDecisions.Refuse(charge, SandboxAuthorizer.Forged);

    private static SandboxCharge WithExemption(SandboxCharge charge, CardToken card, Exemption exemption) => charge with
    {
        Session = new(new()
        {
            Network = card.Network,
            Flow = AuthenticationFlow.None,
            Eci = Eci.Of(card.Network, exemption),
            Exemption = exemption,
        }),
    };

    /// <summary>A test's amount or header is for cards that are made for nothing else; what the merchant wishes comes on top.</summary>
    private static AcsOutcome? OutcomeOf(SandboxCharge charge, ThreeDSecureCall call, AcsOutcome? ofCard) =>
        (call.Wish, ofCard ?? OutcomeAskedFor(charge.Behaviour)) switch
        {
            (AuthenticationWish.Automatic, var outcome) => outcome,
            (AuthenticationWish.Challenge, null or AcsOutcome.Frictionless) => AcsOutcome.Challenge,
            (_, null) => AcsOutcome.Frictionless,
            (_, var outcome) => outcome,
        };

    private static AcsOutcome? OutcomeAskedFor(string? behaviour) =>
        behaviour is not null && SandboxBehaviour.ThreeDSecureOutcomes.TryGetValue(behaviour, out var outcome) ? outcome : null;

    private AuthenticationRequest RequestOf(SandboxCharge charge, ThreeDSecureCall call, AcsOutcome outcome)
    {
        var browser = charge.OffSession ? null : call.Browser;
        var completion = !HasMethodPage(outcome) ? NoMethod : call.MethodCompletion == Done ? Done : NotDone;
        return new(
            call.ServerTransId ?? keys.TransIdOf("server", charge.Reference),
            charge.OffSession ? NoMethod : completion,
            DeviceChannel: charge.OffSession ? "03" : "02",
            MessageCategory: charge.IsSetup ? "02" : "01",
            RequestorIndicator: charge.IsSetup ? "04" : charge.OffSession ? "02" : "01",
            ChallengeIndicator: call.Wish == AuthenticationWish.Challenge ? "03" : "01",
            charge.Amount.Minor.ToString(CultureInfo.InvariantCulture),
            charge.Amount.Currency.NumericCode.ToString("000", CultureInfo.InvariantCulture),
            charge.Amount.Currency.Exponent.ToString(CultureInfo.InvariantCulture),
            charge.MerchantName, call.NotificationUrl,
            browser?.AcceptHeader, browser?.IpAddress, browser?.JavaEnabled, browser?.JavascriptEnabled, browser?.Language,
            Text(browser?.ColorDepth), Text(browser?.ScreenHeight), Text(browser?.ScreenWidth), Text(browser?.TimeZoneOffset), browser?.UserAgent);
    }

    private AuthenticationResponse Answer(AuthenticationRequest request, AcsOutcome outcome, string network, SandboxCharge charge)
    {
        TransStatus? status = outcome switch
        {
            AcsOutcome.Frictionless => TransStatus.Authenticated,
            AcsOutcome.Attempted => TransStatus.Attempted,
            AcsOutcome.NotAuthenticated => TransStatus.NotAuthenticated,
            AcsOutcome.Unavailable => TransStatus.Unavailable,
            AcsOutcome.Rejected => TransStatus.Rejected,
            AcsOutcome.Challenge or AcsOutcome.ChallengeFails => TransStatus.ChallengeRequired,
            _ => null,
        };
        var asksHolder = status == TransStatus.ChallengeRequired;
        return new(
            request.ServerTransId, keys.TransIdOf("ds", request.ServerTransId), keys.TransIdOf("acs", request.ServerTransId), status,
            status is { } known ? Eci.Of(network, known) : null,
            status?.Step() == AuthenticationStep.Authorize ? keys.ProofOf(request.ServerTransId) : null,
            asksHolder ? SandboxDecisions.BankPage(charge, settings) : null);
    }

    private static Authentication AuthenticationOf(AuthenticationRequest request, AuthenticationResponse answer, AcsOutcome outcome, CardToken card) => new()
    {
        Network = card.Network,
        Version = answer.MessageVersion,
        Flow = answer.Status?.Step() == AuthenticationStep.Wait ? AuthenticationFlow.Challenge : AuthenticationFlow.Frictionless,
        Status = answer.Status,
        Eci = answer.Eci,
        MethodCompletion = request.CompletionIndicator,
        Reason = outcome == AcsOutcome.SystemError ? "system_error" : null,
        ServerTransId = answer.ServerTransId,
        DsTransId = answer.DsTransId,
        AcsTransId = answer.AcsTransId,
        CardFingerprint = card.Fingerprint,
    };

    private static ResultsRequest Result(Authentication known, TransStatus status, string? proof) => new(
        known.ServerTransId!, known.AcsTransId!, known.DsTransId!, status, Eci.Of(known.Network, status), proof);

    private static bool HasMethodPage(AcsOutcome? outcome) => outcome != AcsOutcome.Attempted;

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
