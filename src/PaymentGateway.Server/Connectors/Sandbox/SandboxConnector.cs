using System.Collections.Frozen;
using System.Net;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>
/// A processor of our own that moves no money: test cards, EMI on them, UPI, net banking, wallets and a lender, and every way to misbehave on request.
/// </summary>
/// <remarks>
/// What was done under a key is kept, so a repeat is answered as the first call was, and nothing moves twice. What cannot be done
/// answers what the charge is: a capture of a voided charge answers Voided, a void of a captured one Captured.
/// </remarks>
internal sealed class SandboxConnector(
    SandboxStore store, SandboxRefundStore refunds, SandboxSavedStore saved, SandboxMandateStore mandates, SandboxDisputeStore disputes,
    SandboxNotifier notifier, SandboxSettings settings, SandboxKeys keys, SandboxAcs acs, MerchantClocks clocks)
    : IConnector, IMessageConnector, IUpiDirectory, IThreeDSecureMethod, IMandateConnector, IDisputeDesk, ISetupConnector
{
    public const string ConnectorName = "sandbox";

    private static readonly TimeSpan SlowTime = TimeSpan.FromSeconds(3);

    // Its work is committed before it answers, so twice the call's timeout is plenty.
    private static readonly TimeSpan NotFoundFinalAfter = TimeSpan.FromSeconds(60);

    private static readonly string[] AllMethods = ["card", "upi", "netbanking", "wallet", "qr", "emi", "bnpl", "bank_debit"];

    private static readonly FrozenDictionary<string, TimeSpan> Lifetimes =
        AllMethods.ToFrozenDictionary(method => method, _ => SandboxDecisions.HoldTime);

    private static readonly FrozenSet<string> Saved = new[] { "card", "upi" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> India = new[] { "IN" }.ToFrozenSet(StringComparer.Ordinal);

    public string Name => ConnectorName;

    public ConnectorCapabilities Capabilities { get; } = new(
        Methods: AllMethods.ToFrozenSet(StringComparer.Ordinal),
        Currencies: null,
        Modes: new[] { Mode.Test }.ToFrozenSet(),
        NotFoundFinalAfter,
        new CardTokenization(FormUrl: "/sandbox/tokenizer", JsonUrl: "/api/payments/tokens"),
        TestBanks.Banks,
        TestBanks.Wallets,
        TestBanks.Down,
        TestBanks.WalletCurrencies,
        SandboxQr.Payee,
        new RefundCapabilities(
            new Dictionary<string, int> { ["card"] = 7, ["netbanking"] = 5, ["upi"] = 3, ["wallet"] = 1 }, DaysOtherwise: 7, CanCancel: true),
        new HoldFeatures(PartialCapture: true, SeveralCaptures: true, Increments: true, Lifetimes),
        new SaveCapabilities(Saved, Setups: Saved),
        new Dictionary<string, IReadOnlySet<string>> { ["upi"] = India, ["netbanking"] = India, ["emi"] = India, ["bnpl"] = India },
        Mandates: new[] { "sepa_debit", "ach_debit", SandboxMandateDecisions.UpiAutopay }.ToFrozenSet(StringComparer.Ordinal),
        // It would hold them too; the processors that it stands for do not.
        TakenAtOnce: new[] { "upi", "netbanking", "wallet", "qr", "bank_debit" }.ToFrozenSet(StringComparer.Ordinal),
        TokenPrefixes: ["tok_"],
        NetworkTransactionIds: true,
        Disputes: new DisputeCapabilities(Evidence: true, Acceptance: true),
        // SEPA collects euros and ACH dollars.
        CurrenciesByMethod: new Dictionary<string, IReadOnlySet<string>>
        {
            ["bank_debit"] = new[] { "EUR", "USD" }.ToFrozenSet(StringComparer.Ordinal),
        });

    public Task<UpiHolder> Find(string vpa, CancellationToken cancel) =>
        Task.FromResult(
        string.Equals(vpa, Vpa.Unknown, StringComparison.OrdinalIgnoreCase) ? new UpiHolder(false, null) : new UpiHolder(true, "TEST CUSTOMER"));

    public async Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        var behaviour = SandboxBehaviour.Of(call);
        await MisbehaveBefore(behaviour, cancel);
        var outcome = await Start(call, cancel);
        MisbehaveAfter(behaviour);
        return outcome;
    }

    public Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel) => FollowUp(call, SandboxDecisions.Capture, cancel);

    public Task<ConnectorOutcome> Increment(FollowUpCall call, CancellationToken cancel) => FollowUp(call, SandboxDecisions.Increment, cancel);

    public async Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        await MisbehaveBefore(call.Behaviour, cancel);
        await store.KeepOut(call, NewReference(), cancel);
        var outcome = await store.Operate(call, (charge, _, now) => SandboxDecisions.Void(charge, now), cancel);
        MisbehaveAfter(call.Behaviour);
        return outcome!;
    }

    public async Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        return call.OperationKey is null
            ? await Present(call.Tenant, call.ChargeKey, cancel)
            : await store.OutcomeOf(call, cancel);
    }

    public async Task<MethodSummary?> FindCard(Tenant tenant, string token, CancellationToken cancel)
    {
        RefuseLive(tenant);
        return await store.FindToken(tenant, token, cancel) is { } card ? card.Summary("card") with { Bank = card.Bank } : null;
    }

    public async Task<MethodPreview?> Preview(Tenant tenant, SaveSource source, CancellationToken cancel)
    {
        RefuseLive(tenant);
        return await saved.Read(tenant, source, cancel) is { Decline: null } found ? new(found.Summary, found.Fingerprint) : null;
    }

    public async Task<SaveOutcome> Save(SaveCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        await MisbehaveBefore(call.Behaviour, cancel);
        var kept = await saved.Add(call.Tenant, call.Key, NewReference(), await saved.Read(call.Tenant, call.Source, cancel), cancel);
        MisbehaveAfter(call.Behaviour);
        return kept.ToOutcome();
    }

    public async Task<SaveOutcome> Forget(ForgetCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        await MisbehaveBefore(call.Behaviour, cancel);
        await saved.Forget(call.Tenant, call.Key, NewReference(), cancel);
        MisbehaveAfter(call.Behaviour);
        return new SaveOutcome.Forgotten();
    }

    public async Task<string?> FindCardFingerprint(Tenant tenant, string token, CancellationToken cancel)
    {
        RefuseLive(tenant);
        return (await store.FindToken(tenant, token, cancel))?.Fingerprint;
    }

    public async Task<MethodPage?> FindMethodPage(
        Tenant tenant, string cardToken, Money amount, string notificationUrl, CancellationToken cancel)
    {
        RefuseLive(tenant);
        var isSilent = SandboxBehaviour.ByAmount.GetValueOrDefault(amount.ToMajor()) == SandboxBehaviour.ThreeDSecureMethodSilent;
        return acs.IsOurs(notificationUrl) && await store.FindToken(tenant, cardToken, cancel) is { } card && Eci.Knows(card.Network)
            ? acs.MethodPageOf(card, NewReference(), isSilent, notificationUrl)
            : null;
    }

    public async Task<RefundOutcome> Refund(RefundCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        var behaviour = SandboxBehaviour.Of(call);
        await MisbehaveBefore(behaviour, cancel);
        var refund = await refunds.Add(
            call, left => SandboxRefundDecisions.Start(call, NewReference(), left, settings, clocks.Now(call.Tenant)), notifier.NewsOfAnswer, cancel);
        MisbehaveAfter(behaviour);
        return refund.ToOutcome();
    }

    public async Task<RefundOutcome> CancelRefund(RefundStatusCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        return Present(await refunds.Move(call.Tenant, call.Key, SandboxRefundDecisions.Cancel, news: null, cancel));
    }

    public async Task<RefundOutcome> RefundStatus(RefundStatusCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        return Present(await notifier.LetTimePass(call.Tenant, call.Key, cancel));
    }

    public async Task<MandateOutcome> CreateMandate(MandateCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        await MisbehaveBefore(call.Behaviour, cancel);
        var token = call.AccountToken is { } id ? await mandates.FindToken(call.Tenant, id, cancel) : null;
        var mandate = await mandates.Add(
            SandboxMandateDecisions.Start(call, NewReference(), token, settings, clocks.Now(call.Tenant)), cancel);
        MisbehaveAfter(call.Behaviour);
        return mandate.ToOutcome();
    }

    public async Task<MandateOutcome> MandateStatus(MandateStatusCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        var mandate = await mandates.Move(
            call.Tenant, call.Key, found => SandboxMandateDecisions.LetTimePass(found, clocks.Now(call.Tenant)), cancel);
        return mandate?.ToOutcome() ?? new MandateOutcome.NotFound();
    }

    public async Task<MandateOutcome> RevokeMandate(MandateStatusCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        var keptOut = new SandboxMandate
        {
            Tenant = call.Tenant,
            Key = call.Key,
            Reference = NewReference(),
            Type = call.Type,
            State = MandateState.Revoked,
            Summary = new MethodSummary("unknown"),
        };
        await mandates.Add(keptOut, cancel);
        return (await mandates.Move(call.Tenant, call.Key, SandboxMandateDecisions.Revoke, cancel))!.ToOutcome();
    }

    public async Task<ConnectorOutcome> Setup(SetupCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        await MisbehaveBefore(call.Behaviour, cancel);
        var outcome = await StartSetup(call, cancel);
        MisbehaveAfter(call.Behaviour);
        return outcome;
    }

    public async Task<ConnectorOutcome> SetupStatus(SetupStatusCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        return await Present(call.Tenant, call.Key, cancel);
    }

    public async Task<ConnectorOutcome> CancelSetup(SetupStatusCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        var canceled = new FollowUpCall(call.Tenant, call.Key, call.Key, call.Reference, SandboxDecisions.NoMoney, Behaviour: null);
        await store.KeepOut(canceled, NewReference(), cancel);
        return (await store.Operate(canceled, (charge, _, now) => SandboxDecisions.Void(charge, now), cancel))!;
    }

    public Task<DisputeOutcome> SubmitEvidence(EvidenceCall call, CancellationToken cancel) => AskDesk(
        call.Tenant, call.Reference, call.Key, call.Behaviour, "evidence_not_taken", "The deadline has passed, or the dispute is over.",
        dispute => SandboxDisputeDecisions.Submit(dispute, call, settings.PendingTime, clocks.Now(call.Tenant)), cancel);

    public Task<DisputeOutcome> AcceptDispute(AcceptDisputeCall call, CancellationToken cancel) => AskDesk(
        call.Tenant, call.Reference, call.Key, call.Behaviour, "dispute_over", "The dispute is over.", SandboxDisputeDecisions.Accept, cancel);

    public async Task<DisputeOutcome> DisputeStatus(DisputeStatusCall call, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        if (await notifier.LetDisputeTimePass(call.Tenant, call.Reference, cancel) is not { } dispute)
        {
            return new DisputeOutcome.NotFound();
        }

        var wasDone = call.RequestKey is { } key ? await disputes.WasDone(call.Tenant, call.Reference, key, cancel) : true;
        return wasDone switch
        {
            true => new DisputeOutcome.Reported(dispute.ToReport()),
            false => new DisputeOutcome.Declined("The deadline has passed, or the dispute is over.", "dispute_over", dispute.ToReport()),
            null => new DisputeOutcome.NotFound(),
        };
    }

    public Task<VerifiedMessage?> Verify(IncomingMessage message, IReadOnlyList<ProcessorAccount> receivers, CancellationToken cancel)
    {
        var fits = message.Header(SandboxKeys.SignatureHeader) is { } signature && keys.Fits(signature, message.Body.Span);
        var read = fits ? SandboxMessages.Read(message.Body.Span) : null;
        return Task.FromResult(read is null ? null : new VerifiedMessage(read.Id, read.Tenant, read.News.Key));
    }

    public Task<IReadOnlyList<ConnectorNews>> Read(Tenant tenant, IncomingMessage message, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ConnectorNews>>([SandboxMessages.Read(message.Body.Span).News]);

    private async Task<DisputeOutcome> AskDesk(
        Tenant tenant, string reference, string key, string? behaviour, string processorCode, string sentence,
        Func<SandboxDispute, SandboxDispute?> decide, CancellationToken cancel)
    {
        RefuseLive(tenant);
        await MisbehaveBefore(behaviour, cancel);
        await notifier.LetDisputeTimePass(tenant, reference, cancel);
        DisputeOutcome outcome = await disputes.Request(tenant, reference, key, decide, cancel) is not var (dispute, isDone)
            ? new DisputeOutcome.NotFound()
            : isDone
                ? new DisputeOutcome.Reported(dispute.ToReport())
                : new DisputeOutcome.Declined(sentence, processorCode, dispute.ToReport());
        MisbehaveAfter(behaviour);
        return outcome;
    }

    private async Task<ConnectorOutcome> FollowUp(
        FollowUpCall call, Func<SandboxCharge, FollowUpCall, DateTimeOffset, SandboxStep> decide, CancellationToken cancel)
    {
        RefuseLive(call.Tenant);
        await MisbehaveBefore(call.Behaviour, cancel);
        var outcome = await store.Operate(call, decide, cancel) ?? new ConnectorOutcome.NotFound();
        MisbehaveAfter(call.Behaviour);
        return outcome;
    }

    private async Task<ConnectorOutcome> Start(AuthorizeCall call, CancellationToken cancel)
    {
        var (instrument, token) = await Resolve(call, cancel);
        if (call.SetupFutureUsage is not null && token is not null && call.Instrument is Instrument.Card)
        {
            await saved.RememberCard(call.Tenant, call.Key, token, cancel);
        }

        var begun = SandboxDecisions.Begin(call, NewReference());
        var mandate = call.Instrument is Instrument.Mandate debit ? await mandates.Find(call.Tenant, debit.MandateId, cancel) : null;
        var charge = SandboxDecisions.Start(begun, instrument, token, acs, settings, clocks.Now(call.Tenant), mandate);
        return await store.Add(charge, notifier.NewsOfAnswer, cancel) is { } kept
            ? kept.ToOutcome(clocks.Now(call.Tenant))
            : await Present(call.Tenant, call.Key, cancel);
    }

    private async Task<ConnectorOutcome> StartSetup(SetupCall call, CancellationToken cancel)
    {
        var token = Instrument.CardTokenOf(call.Instrument) is { } id ? await store.FindToken(call.Tenant, id, cancel) : null;
        if (token is not null)
        {
            await saved.RememberCard(call.Tenant, call.Key, token, cancel);
        }

        var charge = SandboxDecisions.Start(
            SandboxDecisions.Begin(call, NewReference()), call.Instrument, token, acs, settings, clocks.Now(call.Tenant));
        return await store.Add(charge, notifier.NewsOfAnswer, cancel) is { } kept
            ? kept.ToOutcome(clocks.Now(call.Tenant))
            : await Present(call.Tenant, call.Key, cancel);
    }

    /// <summary>What is paid with: of a saved method, what it was saved from.</summary>
    private async Task<(Instrument Instrument, CardToken? Token)> Resolve(AuthorizeCall call, CancellationToken cancel)
    {
        if (call.Instrument is Instrument.Saved { Reference: { } reference })
        {
            var kept = await saved.FindByReference(call.Tenant, reference, cancel);
            return kept?.Summary.Vpa is { } vpa ? (new Instrument.Upi("collect", vpa), null) : (new Instrument.Card(reference), kept?.ToToken());
        }

        return (call.Instrument, Instrument.CardTokenOf(call.Instrument) is { } id ? await store.FindToken(call.Tenant, id, cancel) : null);
    }

    private async Task<ConnectorOutcome> Present(Tenant tenant, string key, CancellationToken cancel)
    {
        var charge = await store.Find(tenant, key, cancel);
        if (charge is { DueAt: { } due } && due <= clocks.Now(tenant))
        {
            charge = (await notifier.LetTimePass(charge.Reference, cancel))?.Charge;
        }

        return charge?.ToOutcome(clocks.Now(tenant)) ?? new ConnectorOutcome.NotFound();
    }

    private static RefundOutcome Present(SandboxRefund? refund) => refund?.ToOutcome() ?? new RefundOutcome.NotFound();

    private async Task MisbehaveBefore(string? behaviour, CancellationToken cancel)
    {
        switch (behaviour)
        {
            case SandboxBehaviour.Slow:
                await Task.Delay(SlowTime, clocks.Real, cancel);
                break;
            case SandboxBehaviour.NeverArrives:
                throw new TimeoutException("The sandbox was asked not to hear this call.");
            case SandboxBehaviour.Error500:
                throw new HttpRequestException("The sandbox was asked to fail.", inner: null, HttpStatusCode.InternalServerError);
        }
    }

    private static void MisbehaveAfter(string? behaviour)
    {
        if (behaviour == SandboxBehaviour.LostAnswer)
        {
            throw new TimeoutException("The sandbox was asked to lose this answer.");
        }
    }

    private string NewReference() => Id.New("sbx", clocks.Real);

    /// <summary>The registry never offers the sandbox for live money, so this is a bug of the caller.</summary>
    private static void RefuseLive(Tenant tenant)
    {
        if (tenant.Mode != Mode.Test)
        {
            throw new InvalidOperationException("The sandbox takes no live payment.");
        }
    }
}
