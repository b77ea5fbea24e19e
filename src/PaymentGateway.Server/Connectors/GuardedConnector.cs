using System.Text.Json;
using Npgsql;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace PaymentGateway.Connectors;

/// <summary>
/// What stands once around every connector: timeout, circuit breaker, one masked log line and the metrics of each call.
/// </summary>
/// <remarks>
/// A processor that does not answer, or not intelligibly, is <see cref="ConnectorOutcome.Unknown"/>, never a failure: the money may have
/// moved. An open breaker is <see cref="ConnectorOutcome.NotCalled"/>: it has not. The caller's own cancellation is thrown on and leaves
/// the same doubt as no answer, so callers pass a token of the server's life, not of a browser's request. Bugs are thrown on too.
/// </remarks>
public sealed partial class GuardedConnector : IConnector, IMandateConnector, IDisputeDesk, ISetupConnector
{
    private readonly IConnector inner;
    private readonly Breaker breaker;
    private readonly ConnectorSettings settings;
    private readonly ConnectorMetrics metrics;
    private readonly TimeProvider clock;
    private readonly ILogger<GuardedConnector> log;

    public GuardedConnector(
        IConnector inner, ConnectorSettings settings, ConnectorMetrics metrics, TimeProvider clock, ILogger<GuardedConnector> log)
    {
        (this.inner, this.settings, this.metrics, this.clock, this.log) = (inner, settings, metrics, clock, log);
        breaker = new Breaker(settings, clock);
        metrics.Observe(inner.Name, () => breaker.State);
    }

    public string Name => inner.Name;

    public ConnectorCapabilities Capabilities => inner.Capabilities;

    /// <summary>False while the breaker keeps calls back: a router then takes another connector. True promises nothing.</summary>
    public bool IsAvailable => breaker.IsAvailable;

    public Task<ConnectorOutcome> Authorize(AuthorizeCall call, CancellationToken cancel) =>
        Guard(ofCharges, new("authorize", call.Key, call.Key), Masked.Text(call.Instrument), token => inner.Authorize(call, token), cancel);

    public Task<ConnectorOutcome> Capture(FollowUpCall call, CancellationToken cancel) =>
        Guard(ofCharges, new("capture", call.Key, call.ChargeKey), call.ChargeKey, token => inner.Capture(call, token), cancel);

    public Task<ConnectorOutcome> Increment(FollowUpCall call, CancellationToken cancel) =>
        Guard(ofCharges, new("increment", call.Key, call.ChargeKey), call.ChargeKey, token => inner.Increment(call, token), cancel);

    public Task<ConnectorOutcome> Void(FollowUpCall call, CancellationToken cancel) =>
        Guard(ofCharges, new("void", call.Key, call.ChargeKey), call.ChargeKey, token => inner.Void(call, token), cancel);

    public Task<ConnectorOutcome> Status(StatusCall call, CancellationToken cancel) =>
        Guard(ofCharges, new("status", call.OperationKey ?? call.ChargeKey, call.ChargeKey), call.ChargeKey, token => inner.Status(call, token), cancel);

    public Task<RefundOutcome> Refund(RefundCall call, CancellationToken cancel) =>
        Guard(ofRefunds, new("refund", call.Key, call.ChargeKey), call.ChargeKey, token => inner.Refund(call, token), cancel);

    public Task<RefundOutcome> CancelRefund(RefundStatusCall call, CancellationToken cancel) =>
        Guard(ofRefunds, new("cancel_refund", call.Key, call.ChargeKey), call.ChargeKey, token => inner.CancelRefund(call, token), cancel);

    public Task<RefundOutcome> RefundStatus(RefundStatusCall call, CancellationToken cancel) =>
        Guard(ofRefunds, new("refund_status", call.Key, call.ChargeKey), call.ChargeKey, token => inner.RefundStatus(call, token), cancel);

    public Task<SaveOutcome> Save(SaveCall call, CancellationToken cancel) =>
        Guard(ofSaves, new("save", call.Key), "", token => inner.Save(call, token), cancel);

    public Task<SaveOutcome> Forget(ForgetCall call, CancellationToken cancel) =>
        Guard(ofSaves, new("forget", call.Key), "", token => inner.Forget(call, token), cancel);

    public Task<MandateOutcome> CreateMandate(MandateCall call, CancellationToken cancel) =>
        Guard(ofMandates, new("create_mandate", call.Key), call.Type, token => Ability<IMandateConnector>().CreateMandate(call, token), cancel);

    public Task<MandateOutcome> MandateStatus(MandateStatusCall call, CancellationToken cancel) =>
        Guard(ofMandates, new("mandate_status", call.Key), call.Type, token => Ability<IMandateConnector>().MandateStatus(call, token), cancel);

    public Task<MandateOutcome> RevokeMandate(MandateStatusCall call, CancellationToken cancel) =>
        Guard(ofMandates, new("revoke_mandate", call.Key), call.Type, token => Ability<IMandateConnector>().RevokeMandate(call, token), cancel);

    public Task<DisputeOutcome> SubmitEvidence(EvidenceCall call, CancellationToken cancel) =>
        Guard(
            ofDisputes, new("submit_evidence", call.Key, call.ChargeKey), call.Reference, token => Ability<IDisputeDesk>().SubmitEvidence(call, token),
            cancel);

    public Task<DisputeOutcome> AcceptDispute(AcceptDisputeCall call, CancellationToken cancel) =>
        Guard(
            ofDisputes, new("accept_dispute", call.Key, call.ChargeKey), call.Reference, token => Ability<IDisputeDesk>().AcceptDispute(call, token),
            cancel);

    public Task<DisputeOutcome> DisputeStatus(DisputeStatusCall call, CancellationToken cancel) =>
        Guard(
            ofDisputes, new("dispute_status", call.RequestKey ?? call.Reference, call.ChargeKey), call.Reference,
            token => Ability<IDisputeDesk>().DisputeStatus(call, token), cancel);

    /// <summary>Whether somebody has this UPI address; unknown when the processor cannot tell or does not answer.</summary>
    public async Task<UpiHolder> FindUpiAddress(string vpa, CancellationToken cancel)
    {
        return inner is IUpiDirectory directory
            ? await Guard(ofAddresses, new("find_address"), "", token => directory.Find(vpa, token), cancel)
            : new UpiHolder(null, null);
    }

    /// <summary>The network of a tokenized card; null when the processor does not tell, has no such card, or does not answer.</summary>
    public async Task<string?> FindCardNetwork(Tenant tenant, string token, CancellationToken cancel) =>
        (await Guard(ofCards, new("find_card"), "", async stop => new CardFound((await inner.FindCard(tenant, token, stop))?.Network), cancel)).Network;

    /// <summary>Not guarded, as <see cref="FindCard"/>.</summary>
    public Task<string?> FindCardFingerprint(Tenant tenant, string token, CancellationToken cancel) =>
        new ProcessorOperation("find_card").Run(() => inner.FindCardFingerprint(tenant, token, cancel));

    /// <summary>The issuer's method page for a card; null when there is none to ask for. Not guarded, as <see cref="FindCard"/>.</summary>
    public Task<MethodPage?> FindMethodPage(
        Tenant tenant, string cardToken, Money amount, string notificationUrl, CancellationToken cancel) => inner is IThreeDSecureMethod method
        ? method.FindMethodPage(tenant, cardToken, amount, notificationUrl, cancel)
        : Task.FromResult<MethodPage?>(null);

    /// <summary>Not guarded: no money depends on it, and whoever asks must know whether there was an answer.</summary>
    public Task<MethodSummary?> FindCard(Tenant tenant, string token, CancellationToken cancel) =>
        new ProcessorOperation("find_card").Run(() => inner.FindCard(tenant, token, cancel));

    /// <summary>Not guarded, as <see cref="FindCard"/>.</summary>
    public Task<MethodPreview?> Preview(Tenant tenant, SaveSource source, CancellationToken cancel) =>
        new ProcessorOperation("preview").Run(() => inner.Preview(tenant, source, cancel));

    /// <summary>What an account at the processor is made of; null: merchants need none.</summary>
    public IReadOnlyList<AccountField>? AccountFields => (inner as IAccountConnector)?.AccountFields;

    public Task<ConnectionTest> TestConnection(ProcessorAccount account, CancellationToken cancel) => Guard(
        ofConnections, new("test_connection", account.Id), "", token => Ability<IAccountConnector>().TestConnection(account, token), cancel);

    /// <summary>The processor's own card form for browsers; null: it has none, or the account lacks what a browser must know.</summary>
    public CardForm? CardFormOf(ProcessorAccount account) => (inner as ICardFormConnector)?.CardFormOf(account);

    /// <summary>What a browser fills a card into; null when the processor does not answer.</summary>
    public async Task<string?> OpenCardSession(Tenant tenant, CancellationToken cancel) => (await Guard(
        ofCardSessions, new("open_card_session"), "",
        async stop => new CardSession(await Ability<ICardFormConnector>().OpenCardSession(tenant, stop)), cancel)).Id;

    public bool TellsSettlement => inner is ISettlementSource;

    /// <summary>Not guarded: no money moves by it, and whoever asks must know whether there was an answer.</summary>
    public Task<SettlementPage> ReadSettlement(SettlementCall call, CancellationToken cancel) =>
        new ProcessorOperation("read_settlement").Run(() => Ability<ISettlementSource>().ReadSettlement(call, cancel));

    public bool WritesMessages => inner is IMessageConnector;

    /// <summary>Not guarded: whoever waits for the answer bounds it, and money depends on none.</summary>
    public Task<VerifiedMessage?> Verify(IncomingMessage message, IReadOnlyList<ProcessorAccount> receivers, CancellationToken cancel) =>
        new ProcessorOperation("verify_message").Run(() => Ability<IMessageConnector>().Verify(message, receivers, cancel));

    /// <inheritdoc cref="Verify"/>
    public Task<IReadOnlyList<ConnectorNews>> Read(Tenant tenant, IncomingMessage message, CancellationToken cancel) =>
        new ProcessorOperation("read_message").Run(() => Ability<IMessageConnector>().Read(tenant, message, cancel));

    /// <summary>What is not declared is not called, so a connector without it here is a bug of the caller.</summary>
    private T Ability<T>() where T : class =>
        inner as T ?? throw new InvalidOperationException($"{Name} is no {typeof(T).Name} and was asked all the same.");

    public Task<ConnectorOutcome> Setup(SetupCall call, CancellationToken cancel) =>
        Guard(ofCharges, new("setup", call.Key), Masked.Text(call.Instrument), token => Setups.Setup(call, token), cancel);

    public Task<ConnectorOutcome> SetupStatus(SetupStatusCall call, CancellationToken cancel) =>
        Guard(ofCharges, new("setup_status", call.Key), "", token => Setups.SetupStatus(call, token), cancel);

    public Task<ConnectorOutcome> CancelSetup(SetupStatusCall call, CancellationToken cancel) =>
        Guard(ofCharges, new("cancel_setup", call.Key), "", token => Setups.CancelSetup(call, token), cancel);

    private ISetupConnector Setups =>
        inner as ISetupConnector ?? throw new InvalidOperationException($"{Name} declares no set-ups and was asked for one.");

    private async Task<T> Guard<T>(
        Answers<T> answers, ProcessorOperation operation, string subject, Func<CancellationToken, Task<T>> call, CancellationToken cancel)
        where T : class
    {
        var started = clock.GetTimestamp();
        var outcome = await operation.Run(() => Answer(answers, call, cancel));
        var elapsed = clock.GetElapsedTime(started);
        var (word, detail) = answers.Words(outcome);
        metrics.Record(Name, operation.Name, word, elapsed);
        LogCall(
            word is "unknown" or "not_called" ? LogLevel.Warning : LogLevel.Information,
            Name, operation.Name, operation.Key ?? "", subject, word, elapsed.TotalMilliseconds, detail);
        return outcome;
    }

    private async Task<T> Answer<T>(Answers<T> answers, Func<CancellationToken, Task<T>> call, CancellationToken cancel) where T : class
    {
        try
        {
            return await breaker.Call(call, cancel);
        }
        catch (NoProcessorAccountException)
        {
            return answers.NotCalled($"The merchant has no account at {Name}.");
        }
        catch (BrokenCircuitException)
        {
            return answers.NotCalled($"{Name} did not answer lately, so it is left alone for a while.");
        }
        catch (Exception e) when (Breaker.IsNoAnswer(e) && !cancel.IsCancellationRequested)
        {
            return answers.Unknown(Why(e));
        }
    }

    /// <summary>Never the exception's own message: a library may have put a part of the request into it.</summary>
    private string Why(Exception e) => e switch
    {
        TimeoutRejectedException or TimeoutException or TaskCanceledException =>
            $"no answer in time (at most {settings.Timeout.TotalSeconds:0.###} s)",
        HttpRequestException { StatusCode: { } status } => $"HTTP {(int)status}",
        HttpRequestException http => $"connection: {http.HttpRequestError}",
        PostgresException database => $"database: {database.SqlState}",
        NpgsqlException => "database: no connection",
        JsonException => "the answer is not the JSON that was expected",
        _ => throw new ArgumentOutOfRangeException(nameof(e), e.GetType().Name, "Not one of Breaker.IsNoAnswer."),
    };

    private static (string Word, string Detail) WordsOf(ConnectorOutcome outcome) => outcome switch
    {
        ConnectorOutcome.Authorized => ("authorized", ""),
        ConnectorOutcome.Captured => ("captured", ""),
        ConnectorOutcome.Voided => ("voided", ""),
        ConnectorOutcome.ActionRequired action => ("action_required", action.Action.Type),
        ConnectorOutcome.Pending => ("pending", ""),
        ConnectorOutcome.Declined declined => ("declined", declined.Code),
        ConnectorOutcome.Returned returned => ("returned", returned.Code),
        ConnectorOutcome.NotFound => ("not_found", ""),
        ConnectorOutcome.Unknown unknown => ("unknown", Masked.Text(unknown.Why)),
        ConnectorOutcome.NotCalled notCalled => ("not_called", notCalled.Why),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.GetType().Name, "Not an outcome of the contract."),
    };

    private static (string Word, string Detail) WordsOf(RefundOutcome outcome) => outcome switch
    {
        RefundOutcome.Succeeded => ("succeeded", ""),
        RefundOutcome.Pending => ("pending", ""),
        RefundOutcome.Failed failed => ("failed", failed.Code),
        RefundOutcome.Canceled => ("canceled", ""),
        RefundOutcome.NotFound => ("not_found", ""),
        RefundOutcome.Unknown unknown => ("unknown", Masked.Text(unknown.Why)),
        RefundOutcome.NotCalled notCalled => ("not_called", notCalled.Why),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.GetType().Name, "Not an outcome of the contract."),
    };

    private static (string Word, string Detail) WordsOf(SaveOutcome outcome) => outcome switch
    {
        SaveOutcome.Saved => ("saved", ""),
        SaveOutcome.Declined declined => ("declined", declined.Code),
        SaveOutcome.Forgotten => ("forgotten", ""),
        SaveOutcome.Unknown unknown => ("unknown", Masked.Text(unknown.Why)),
        SaveOutcome.NotCalled notCalled => ("not_called", notCalled.Why),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.GetType().Name, "Not an outcome of the contract."),
    };

    private static (string Word, string Detail) WordsOf(MandateOutcome outcome) => outcome switch
    {
        MandateOutcome.Active => ("active", ""),
        MandateOutcome.Pending => ("pending", ""),
        MandateOutcome.Rejected rejected => ("rejected", rejected.Code),
        MandateOutcome.Revoked => ("revoked", ""),
        MandateOutcome.NotFound => ("not_found", ""),
        MandateOutcome.Unknown unknown => ("unknown", Masked.Text(unknown.Why)),
        MandateOutcome.NotCalled notCalled => ("not_called", notCalled.Why),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.GetType().Name, "Not an outcome of the contract."),
    };

    private static readonly Answers<MandateOutcome> ofMandates =
        new(why => new MandateOutcome.Unknown(why), why => new MandateOutcome.NotCalled(why), WordsOf);

    private static (string Word, string Detail) WordsOf(DisputeOutcome outcome) => outcome switch
    {
        DisputeOutcome.Reported reported => ("reported", reported.Report.Standing.ToString()),
        DisputeOutcome.Declined declined => ("declined", declined.ProcessorCode ?? ""),
        DisputeOutcome.NotFound => ("not_found", ""),
        DisputeOutcome.Unknown unknown => ("unknown", Masked.Text(unknown.Why)),
        DisputeOutcome.NotCalled notCalled => ("not_called", notCalled.Why),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.GetType().Name, "Not an outcome of the contract."),
    };

    private static readonly Answers<ConnectorOutcome> ofCharges =
        new(why => new ConnectorOutcome.Unknown(why), why => new ConnectorOutcome.NotCalled(why), WordsOf);

    private static readonly Answers<UpiHolder> ofAddresses =
        new(_ => new(null, null), _ => new(null, null),
            holder => (holder.Exists switch { true => "found", false => "not_found", null => "unknown" }, ""));

    private static readonly Answers<CardFound> ofCards =
        new(_ => new(null), _ => new(null), found => (found.Network is null ? "unknown" : "found", ""));

    private static readonly Answers<CardSession> ofCardSessions =
        new(_ => new(null), _ => new(null), session => (session.Id is null ? "unknown" : "opened", ""));

    private static readonly Answers<ConnectionTest> ofConnections = new(
        why => new(null, $"The processor did not answer: {why}"), why => new(null, why),
        test => (test.IsOk switch { true => "ok", false => "refused", null => "unknown" }, ""));

    private static readonly Answers<RefundOutcome> ofRefunds =
        new(why => new RefundOutcome.Unknown(why), why => new RefundOutcome.NotCalled(why), WordsOf);

    private static readonly Answers<SaveOutcome> ofSaves =
        new(why => new SaveOutcome.Unknown(why), why => new SaveOutcome.NotCalled(why), WordsOf);

    private static readonly Answers<DisputeOutcome> ofDisputes =
        new(why => new DisputeOutcome.Unknown(why), why => new DisputeOutcome.NotCalled(why), WordsOf);

    private sealed record CardFound(string? Network);

    private sealed record CardSession(string? Id);

    /// <summary>What one family of answers has in common with the others: no answer, no call, and its words for the log.</summary>
    private sealed record Answers<T>(Func<string, T> Unknown, Func<string, T> NotCalled, Func<T, (string Word, string Detail)> Words);

    [LoggerMessage(Message = "{Connector} {Action} {Key} ({Subject}): {Outcome} in {Milliseconds:0.0} ms {Detail}")]
    private partial void LogCall(
        LogLevel level, string connector, string action, string key, string subject, string outcome, double milliseconds, string detail);
}
