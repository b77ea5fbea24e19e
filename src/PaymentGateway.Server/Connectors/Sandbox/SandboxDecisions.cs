using PaymentGateway.Connectors.Qr;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>The pretended processor's rules. Pure: what it is told and the time in, the charge out.</summary>
internal static class SandboxDecisions
{
    public const string RightOtp = "1234";
    public const int WrongAnswersMax = 3;

    /// <summary>So many business days a bank debit takes, and so many later one that comes back does so.</summary>
    public const int DebitDays = 3;
    public const int ReturnDays = 2;

    public static readonly TimeSpan ChallengeTime = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan UpiLinkTime = TimeSpan.FromMinutes(5);

    /// <summary>Seven days for cards, as most card networks have it; the others do as cards do.</summary>
    public static readonly TimeSpan HoldTime = TimeSpan.FromDays(7);

    /// <summary>What a set-up asks for, in some currency.</summary>
    public static readonly Money NoMoney = Money.Zero(Currency.INR);

    /// <summary>A new set-up as far as it is known before the instrument is looked at: a charge of nothing.</summary>
    public static SandboxCharge Begin(SetupCall call, string reference) => new()
    {
        Tenant = call.Tenant,
        Key = call.Key,
        Reference = reference,
        IsSetup = true,
        State = ChargeState.Declined,
        Amount = NoMoney,
        CaptureAtOnce = false,
        Behaviour = call.Behaviour,
        Summary = new MethodSummary(call.Instrument.Method),
        MerchantName = call.MerchantName ?? call.Tenant.MerchantId,
        Description = call.Description,
        ReturnUrl = call.ReturnUrl,
        SetupFutureUsage = call.Usage,
        ThreeDSecure = call.ThreeDSecure,
    };

    /// <summary>A new charge as far as it is known before the instrument is looked at.</summary>
    public static SandboxCharge Begin(AuthorizeCall call, string reference) => new()
    {
        Tenant = call.Tenant,
        Key = call.Key,
        Reference = reference,
        PaymentId = call.PaymentId,
        State = ChargeState.Declined,
        Amount = call.Amount,
        CaptureAtOnce = call.Capture,
        Behaviour = SandboxBehaviour.Of(call),
        Summary = new MethodSummary(call.Instrument.Method),
        MerchantName = call.MerchantName ?? call.Tenant.MerchantId,
        Description = call.Description,
        ReturnUrl = call.ReturnUrl,
        OffSession = call.OffSession,
        SetupFutureUsage = call.SetupFutureUsage,
        StatementDescriptor = call.StatementDescriptor,
        ThreeDSecure = call.ThreeDSecure,
    };

    /// <summary>The first outcome of a charge.</summary>
    /// <param name="token">The card's token; null when there is none that is valid.</param>
    /// <param name="mandate">That is debited; null when there is none.</param>
    public static SandboxCharge Start(
        SandboxCharge begun, Instrument instrument, CardToken? token, SandboxAcs acs, SandboxSettings settings, DateTimeOffset now,
        SandboxMandate? mandate = null)
    {
        if (begun.Behaviour is { } behaviour && !SandboxBehaviour.IsKnown(behaviour))
        {
            return Refuse(begun, Decline.Of(Errors.ValidationFailed, "unknown_behaviour",
                $"{SandboxBehaviour.Header} must be one of {string.Join(", ", SandboxBehaviour.ByAmount.Values)}."));
        }

        if (begun.Behaviour == SandboxBehaviour.ProcessingError)
        {
            return Refuse(begun, Decline.Of(Errors.ProcessingError, "processing_error"));
        }

        var started = instrument switch
        {
            Instrument.Card => StartCard(begun, token, acs, now),
            Instrument.Emi => StartEmi(begun, token, acs, now),
            Instrument.Bnpl => Succeed(begun),
            Instrument.Upi upi => StartUpi(begun, upi, settings, now),
            Instrument.NetBanking bank => StartNetBanking(begun, bank, settings, now),
            Instrument.Wallet wallet => StartWallet(begun, wallet, settings, now),
            Instrument.Qr qr => StartQr(begun, qr, settings, now),
            Instrument.Mandate debit => StartDebit(begun, debit, mandate, settings, now),
            _ => Refuse(begun, Decline.Of(Errors.PaymentMethodNotAvailable, "unknown_method")),
        };
        var first = begun.Behaviour == SandboxBehaviour.Pending && IsSuccess(started) ? Wait(started, settings, now) : started;
        return first with { ExpiresAt = begun.CaptureAtOnce || begun.IsSetup ? null : now + HoldTime };
    }

    /// <summary>Takes a part or all of what is held. What is refused because of the charge's own state is not kept: it stays so.</summary>
    public static SandboxStep Capture(SandboxCharge charge, FollowUpCall call, DateTimeOffset now)
    {
        var left = charge.Amount.Minor - charge.Captured;
        if (charge.HasExpired(now))
        {
            return Refused(charge, Decline.Of(Errors.AuthorizationExpired, "authorization_expired"));
        }

        if (charge.State == ChargeState.Captured)
        {
            return Refused(charge, Decline.Of(Errors.PaymentDeclined, "nothing_left_to_capture"));
        }

        if (charge.State != ChargeState.Authorized || call.Amount.Currency != charge.Amount.Currency || call.Amount.Minor > left)
        {
            return new(charge, null, charge.ToOutcome(now));
        }

        var isFinal = call.IsFinal || call.Amount.Minor == left;
        var next = charge with { State = isFinal ? ChargeState.Captured : ChargeState.Authorized, Captured = charge.Captured + call.Amount.Minor };
        return Done(next, new(OperationKind.Capture, call.Key, call.Amount.Minor));
    }

    /// <summary>Raises what is held to a new total, at the time it had; a decline is kept, and a repeat hears it again.</summary>
    public static SandboxStep Increment(SandboxCharge charge, FollowUpCall call, DateTimeOffset now)
    {
        if (charge.HasExpired(now))
        {
            return Refused(charge, Decline.Of(Errors.AuthorizationExpired, "authorization_expired"));
        }

        if (charge.State != ChargeState.Authorized || call.Amount.Currency != charge.Amount.Currency || call.Amount <= charge.Amount)
        {
            return Refused(charge, Decline.Of(Errors.PaymentDeclined, "cannot_be_incremented"));
        }

        var operation = new SandboxOperation(OperationKind.Increment, call.Key, call.Amount.Minor);
        return charge.Behaviour == SandboxBehaviour.DeclineIncrement
            ? Done(charge, operation with { Decline = Decline.Of(Errors.InsufficientFunds, "insufficient_funds") })
            : Done(charge with { Amount = call.Amount }, operation);
    }

    /// <summary>Lets go of what is held, or gives up an attempt that waits for the customer.</summary>
    public static SandboxStep Void(SandboxCharge charge, DateTimeOffset now)
    {
        var voided = charge.State switch
        {
            ChargeState.Authorized when charge.Captured > 0 => charge with { State = ChargeState.Captured },
            ChargeState.Authorized or ChargeState.ActionRequired => charge with { State = ChargeState.Voided, DueAt = null },
            _ => charge,
        };
        var isReleased = voided.State == ChargeState.Voided || (voided.State == ChargeState.Captured && voided.Captured < voided.Amount.Minor);
        return new(voided, null, isReleased ? new ConnectorOutcome.Voided(voided.Reference) : voided.ToOutcome(now));
    }

    /// <summary>The customer agrees, and with a card has typed the password.</summary>
    public static SandboxCharge Approve(SandboxCharge charge, string? otp, SandboxAcs acs) => charge switch
    {
        { State: ChargeState.Pending } => Succeed(charge),
        { State: not ChargeState.ActionRequired } => charge,
        { Challenge: Challenge.Otp, Behaviour: SandboxBehaviour.ThreeDSecureContradiction } when otp == RightOtp =>
            acs.Ended(charge, ChallengeOutcome.Failed, "contradiction"),
        { Challenge: Challenge.Otp } when otp == RightOtp => acs.Passed(charge),
        { Challenge: Challenge.Otp or Challenge.OtpNeverFits } => CountWrongAnswer(charge, acs),
        _ => Succeed(charge),
    };

    /// <summary>The customer says no.</summary>
    public static SandboxCharge RefuseByCustomer(SandboxCharge charge, SandboxAcs acs) => charge switch
    {
        { State: not ChargeState.ActionRequired } => charge,
        { Challenge: Challenge.Otp or Challenge.OtpNeverFits } => acs.Ended(charge, ChallengeOutcome.Canceled, "refused_by_customer"),
        _ => Refuse(charge, RefusalOf(charge, "refused_by_customer")),
    };

    /// <summary>What was waited for too long moves by itself: a pending one succeeds, an unanswered one is refused.</summary>
    /// <param name="left">What is captured and not refunded.</param>
    public static SandboxCharge LetTimePass(SandboxCharge charge, Money left, SandboxAcs acs, DateTimeOffset now) => charge switch
    {
        { DueAt: null } => charge,
        { DueAt: { } due } when due > now => charge,
        { Debit: { } end, State: ChargeState.Pending } => Settle(charge, end),
        { State: ChargeState.Captured } => TakeBack(charge, left),
        { IsWaiting: false } => charge,
        { State: ChargeState.Pending } => Succeed(charge),
        { Challenge: Challenge.UpiApp } => Refuse(charge, Decline.Of(Errors.UpiTimeout, "expired")),
        { Challenge: Challenge.Otp or Challenge.OtpNeverFits } => acs.Ended(charge, ChallengeOutcome.TimedOut, "timed_out"),
        _ => Refuse(charge, RefusalOf(charge, "timed_out")),
    };

    private static SandboxCharge StartCard(SandboxCharge charge, CardToken? token, SandboxAcs acs, DateTimeOffset now)
    {
        if (token is null)
        {
            return Refuse(charge, Decline.Of(Errors.InvalidToken, "unknown_token"));
        }

        var behaviour = TestCards.Behaviour(token.Behaviour);
        var known = charge with
        {
            Summary = token.Summary(charge.Summary.Method),
            Behaviour = charge.Behaviour ?? behaviour.Asks,
        };
        return (charge.IsSetup ? SandboxSaved.WithoutMoney(behaviour.Decline) : behaviour.Decline) is { } decline
            ? Refuse(known, decline)
            : acs.Authenticate(known, token, behaviour.Authentication, now);
    }

    private static SandboxCharge StartEmi(SandboxCharge charge, CardToken? token, SandboxAcs acs, DateTimeOffset now)
    {
        if (token is not null and not { Funding: "credit" })
        {
            return Refuse(charge with { Summary = token.Summary("emi") }, Decline.Of(Errors.EmiNotAvailable, "not_a_credit_card"));
        }

        var started = StartCard(charge, token, acs, now);
        return started with { Summary = started.Summary with { Bank = token?.Bank } };
    }

    private static SandboxCharge StartUpi(SandboxCharge charge, Instrument.Upi upi, SandboxSettings settings, DateTimeOffset now)
    {
        if (charge.Amount.Currency != Currency.INR)
        {
            return Refuse(charge, Decline.Of(Errors.UnsupportedCurrency, "upi_needs_inr", "UPI takes rupees only."));
        }

        var page = settings.Page($"/sandbox/upi/{charge.Reference}");
        return upi.Flow switch
        {
            "collect" => Collect(charge, upi.Vpa, page, settings, now),
            "intent" => Ask(charge, Challenge.UpiApp, now + UpiLinkTime,
                Link("upi_intent", UpiLink.ByIntent, charge, page)),
            "qr" => Ask(charge, Challenge.UpiApp, now + UpiLinkTime,
                Link("qr_code", UpiLink.ByDynamicQr, charge, page)),
            _ => Refuse(charge, Decline.Of(Errors.ValidationFailed, "unknown_flow", "flow must be collect, intent or qr.")),
        };
    }

    private static SandboxCharge Collect(SandboxCharge charge, string? vpa, string page, SandboxSettings settings, DateTimeOffset now)
    {
        if (!UpiAddress.IsWellFormed(vpa))
        {
            return Refuse(charge, Decline.Of(Errors.ValidationFailed, "invalid_vpa", "vpa must look like name@bank."));
        }

        var known = charge with { Summary = new MethodSummary("upi", Vpa: vpa) };
        return Answered(known, vpa!, settings, now)
            ?? Ask(known, Challenge.UpiApp, now + UpiLinkTime, new NextAction("upi_collect", TestUrl: page));
    }

    /// <summary>What an address that decides by itself leads to; null for any other.</summary>
    public static SandboxCharge? Answered(SandboxCharge charge, string vpa, SandboxSettings settings, DateTimeOffset now) => vpa.ToLowerInvariant() switch
    {
        Vpa.Succeeds => Succeed(charge),
        Vpa.StaysPending or Vpa.IsDeemed => Wait(charge, settings, now),
        _ => Vpa.DeclineOf(vpa) is { } decline ? Refuse(charge, decline) : null,
    };

    private static SandboxCharge StartQr(SandboxCharge charge, Instrument.Qr qr, SandboxSettings settings, DateTimeOffset now)
    {
        var text = SandboxQr.TextOf(charge, qr.Format);
        return text.Refusal is { } refusal
            ? Refuse(charge, new Decline(refusal.Kind.Code, refusal.Message ?? refusal.Kind.Sentence, "no_qr_text"))
            : Ask(charge, Challenge.UpiApp, now + UpiLinkTime,
                new NextAction("qr_code", qr.Format == QrText.Upi ? text.Value : null, text.Value, TestUrl: settings.Page($"/sandbox/upi/{charge.Reference}")));
    }

    private static SandboxCharge StartDebit(
        SandboxCharge charge, Instrument.Mandate debit, SandboxMandate? mandate, SandboxSettings settings, DateTimeOffset now)
    {
        if (mandate is not { State: MandateState.Active })
        {
            return Refuse(charge, Decline.Of(Errors.PaymentDeclined, "no_active_mandate", "The bank has no active mandate for this debit."));
        }

        var known = charge with { Summary = mandate.Summary with { Method = debit.Method } };
        if (!charge.CaptureAtOnce)
        {
            return Refuse(known, Decline.Of(Errors.NotSupported, "a_debit_is_not_held", "A debit takes the money at once; it cannot be held."));
        }

        if (mandate.Type == SandboxMandateDecisions.UpiAutopay)
        {
            return debit.AsksPayer
                ? Ask(known, Challenge.UpiApp, now + UpiLinkTime,
                    new NextAction("upi_collect", TestUrl: settings.Page($"/sandbox/upi/{charge.Reference}")))
                : Succeed(known);
        }

        return known with { State = ChargeState.Pending, Debit = mandate.Debit, DueAt = BusinessDays.Add(now, DebitDays) };
    }

    /// <summary>The banks have done with a debit. One that will come back does so later.</summary>
    private static SandboxCharge Settle(SandboxCharge charge, string end)
    {
        if (DebitEnd.DeclineOf(end, IsSepa(charge)) is { } decline)
        {
            return Refuse(charge, decline);
        }

        var paid = Succeed(charge);
        // A disputed debit is one that comes back.
        var comesBack = end == DebitEnd.ComesBack || charge.Behaviour is SandboxBehaviour.Disputed or SandboxBehaviour.DisputedNotReceived;
        return comesBack ? paid with { DueAt = BusinessDays.Add(charge.DueAt!.Value, ReturnDays) } : paid;
    }

    /// <summary>The customer's bank takes back what was not refunded of a debit; where nothing is left, nothing happens.</summary>
    public static SandboxCharge TakeBack(SandboxCharge charge, Money left) => charge.State == ChargeState.Captured && left.IsPositive
        ? charge with
        {
            State = ChargeState.Returned,
            Returned = left.Minor,
            Decline = DebitEnd.ReturnOf(IsSepa(charge)),
            DueAt = null,
        }
        : charge with { DueAt = null };

    private static bool IsSepa(SandboxCharge charge) => charge.Summary.BankAccount?.Scheme == "sepa";

    private static SandboxCharge StartNetBanking(
        SandboxCharge charge, Instrument.NetBanking bank, SandboxSettings settings, DateTimeOffset now) =>
        TestBanks.Banks.ContainsKey(bank.BankCode) && !TestBanks.Down.Contains(bank.BankCode)
            ? Ask(charge with { Summary = new MethodSummary("netbanking", Bank: bank.BankCode) }, Challenge.Approval,
                now + ChallengeTime, new NextAction("redirect_to_url", BankPage(charge, settings)))
            : Refuse(charge, Decline.Of(Errors.PaymentMethodNotAvailable, "unknown_bank", "This bank cannot be used here."));

    private static SandboxCharge StartWallet(
        SandboxCharge charge, Instrument.Wallet wallet, SandboxSettings settings, DateTimeOffset now) =>
        TestBanks.Wallets.ContainsKey(wallet.Name)
            && (!TestBanks.WalletCurrencies.TryGetValue(wallet.Name, out var own) || own.Contains(charge.Amount.Currency.Code))
            ? Ask(charge with { Summary = new MethodSummary("wallet", Wallet: wallet.Name) }, Challenge.Approval,
                now + ChallengeTime, new NextAction("redirect_to_url", BankPage(charge, settings)))
            : Refuse(charge, Decline.Of(Errors.PaymentMethodNotAvailable, "unknown_wallet", "This wallet cannot be used here."));

    internal static string BankPage(SandboxCharge charge, SandboxSettings settings) => settings.Page($"/sandbox/bank/{charge.Reference}");

    private static NextAction Link(string type, string mode, SandboxCharge charge, string page)
    {
        var link = SandboxQr.LinkOf(charge, mode);
        return new NextAction(type, link, link, TestUrl: page);
    }

    internal static SandboxCharge Ask(SandboxCharge charge, Challenge challenge, DateTimeOffset until, NextAction action) => charge.OffSession
        ? Refuse(charge, Decline.Of(Errors.AuthenticationRequired, "authentication_required"))
        : charge with
        {
            State = ChargeState.ActionRequired,
            Challenge = challenge,
            Action = action with { ExpiresAt = until },
            DueAt = until,
        };

    private static SandboxCharge Wait(SandboxCharge charge, SandboxSettings settings, DateTimeOffset now) => charge with
    {
        State = ChargeState.Pending,
        Captured = 0,
        DueAt = now + settings.PendingTime,
    };

    internal static SandboxCharge Succeed(SandboxCharge charge) => charge with
    {
        State = charge.CaptureAtOnce ? ChargeState.Captured : ChargeState.Authorized,
        Captured = charge.CaptureAtOnce ? charge.Amount.Minor : 0,
        Decline = null,
        DueAt = null,
    };

    /// <summary>The authorizer does not take the proof, so nothing is held or taken.</summary>
    public static SandboxCharge RefuseProof(SandboxCharge charge, Decline decline) => Refuse(charge, decline) with { Captured = 0, ExpiresAt = null };

    internal static SandboxCharge Refuse(SandboxCharge charge, Decline decline) => charge with
    {
        State = ChargeState.Declined,
        Decline = decline,
        DueAt = null,
    };

    private static SandboxCharge CountWrongAnswer(SandboxCharge charge, SandboxAcs acs)
    {
        var counted = charge with { WrongAnswers = charge.WrongAnswers + 1 };
        return counted.WrongAnswers < WrongAnswersMax ? counted : acs.Ended(counted, ChallengeOutcome.Failed, "wrong_password");
    }

    private static Decline RefusalOf(SandboxCharge charge, string processorCode) => charge.Challenge switch
    {
        Challenge.UpiApp => Decline.Of(Errors.UpiDeclined, processorCode),
        _ => Decline.Of(Errors.AuthenticationAbandoned, processorCode),
    };

    private static SandboxStep Done(SandboxCharge charge, SandboxOperation operation) => new(charge, operation, operation.ToOutcome(charge));

    private static SandboxStep Refused(SandboxCharge charge, Decline decline) => new(charge, null, charge.OfDecline(decline));

    private static bool IsSuccess(SandboxCharge charge) => charge.State is ChargeState.Captured or ChargeState.Authorized;
}
