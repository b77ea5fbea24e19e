using System.Collections.Frozen;
using System.Net;
using PaymentGateway.Clocks;
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
    SandboxStore store, SandboxRefundStore refunds, SandboxNotifier notifier, SandboxSettings settings, SandboxKeys keys, MerchantClocks clocks)
    : IConnector, IUpiDirectory
{
    public const string ConnectorName = "sandbox";

    private static readonly TimeSpan SlowTime = TimeSpan.FromSeconds(3);

    // Its work is committed before it answers, so twice the call's timeout is plenty.
    private static readonly TimeSpan NotFoundFinalAfter = TimeSpan.FromSeconds(60);

    private static readonly string[] AllMethods = ["card", "upi", "netbanking", "wallet", "qr", "emi", "bnpl"];

    private static readonly FrozenDictionary<string, TimeSpan> Lifetimes =
        AllMethods.ToFrozenDictionary(method => method, _ => SandboxDecisions.HoldTime);

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
        new HoldFeatures(PartialCapture: true, SeveralCaptures: true, Increments: true, Lifetimes));

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

    public ConnectorNotification? ReadNotification(
        IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body, DateTimeOffset receivedAt)
    {
        var signature = headers
            .FirstOrDefault(header => string.Equals(header.Key, SandboxKeys.SignatureHeader, StringComparison.OrdinalIgnoreCase))
            .Value;
        return signature is not null && keys.Fits(signature, body.Span) ? SandboxMessages.Read(body.Span) : null;
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
        var token = TokenOf(call.Instrument) is { } id ? await store.FindToken(call.Tenant, id, cancel) : null;
        var begun = SandboxDecisions.Begin(call, NewReference());
        var charge = SandboxDecisions.Start(begun, call.Instrument, token, settings, clocks.Now(call.Tenant));
        return await store.Add(charge, notifier.NewsOfAnswer(charge), cancel)
            ? charge.ToOutcome(clocks.Now(call.Tenant))
            : await Present(call.Tenant, call.Key, cancel);
    }

    private async Task<ConnectorOutcome> Present(Tenant tenant, string key, CancellationToken cancel)
    {
        var charge = await store.Find(tenant, key, cancel);
        if (charge is { IsWaiting: true, DueAt: { } due } && due <= clocks.Now(tenant))
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

    private static string? TokenOf(Instrument instrument) => instrument switch
    {
        Instrument.Card card => card.Token,
        Instrument.Emi emi => emi.Token,
        _ => null,
    };

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
