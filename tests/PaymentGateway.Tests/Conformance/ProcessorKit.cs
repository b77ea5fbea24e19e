using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Database;
using Instrument = PaymentGateway.Connectors.Instrument;

namespace PaymentGateway.Tests.Conformance;

/// <summary>What the kit needs of a test card, whatever the processor calls it.</summary>
public enum TestCard
{
    Good,
    Declined,
    NoFunds,
    Expired,
    WrongCvv,

    /// <summary>Its bank asks the customer.</summary>
    Challenged,

    /// <summary>The refund is pending at first and succeeds.</summary>
    RefundPending,

    /// <summary>The refund succeeds, or is pending, and comes back.</summary>
    RefundFails,

    /// <summary>Can be kept, and charged without its customer.</summary>
    Kept,

    /// <summary>Cannot be set up.</summary>
    SetupDeclined,

    /// <summary>Its bank asks the customer when it is set up.</summary>
    SetupChallenged,
}

/// <summary>How the processor misbehaves at the next call, as often as our side repeats it.</summary>
public enum ProcessorFault
{
    AnswerLost,
    CallLost,
    Busy,
    Broken,
    Malformed,
}

/// <summary>How the next webhook goes wrong.</summary>
public enum WebhookFault
{
    Twice,
    Late,
    Forged,
    Expired,
    Future,
}

/// <summary>
/// One connector before its processor, or before a simulator of it: what the behaviours of the kit need and each processor has in its own
/// way. To bring a connector in, derive from it and add it to <see cref="Kits"/>.
/// </summary>
public abstract class ProcessorKit : IAsyncDisposable
{
    /// <summary>Every key that the behaviour has made.</summary>
    protected ConcurrentBag<string> Keys { get; } = [];

    internal abstract GuardedConnector Connector { get; }

    internal virtual Tenant Tenant { get; } = new("MERCH_KIT", Mode.Test);

    /// <summary>The name of our account there; null where merchants have none.</summary>
    internal virtual ProcessorAccount? Account => null;

    internal virtual Currency Currency => Currency.USD;

    /// <summary>For the sandbox, which is told with the call how to misbehave.</summary>
    protected virtual string? BehaviourOfCalls => null;

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal Money Amount(decimal major) => Money.FromMajor(major, Currency);

    internal string NewKey(string prefix = "ch")
    {
        var key = Id.New(prefix, TimeProvider.System);
        Keys.Add(key);
        return key;
    }

    /// <summary>A token of such a card as a browser gets it; null: the processor has no such card.</summary>
    internal abstract Task<string?> Token(TestCard card);

    /// <summary>
    /// Where 3-D Secure is a matter of the payer's browser alone: a card that wants it and did not have it. Null: it is asked for by the call.
    /// </summary>
    internal virtual Instrument? Unverified => null;

    /// <summary>How one pays with such a token.</summary>
    internal virtual Instrument InstrumentOf(string token) => new Instrument.Card(token);

    /// <summary>Where the payer pays at the processor's own page: what becomes of it once they have.</summary>
    internal virtual Task<ConnectorOutcome> Finish(AuthorizeCall call, ConnectorOutcome said) => Task.FromResult(said);

    /// <summary>The payer answers at their bank.</summary>
    internal abstract Task Answer(NextAction action, bool passes);

    /// <returns>False: this processor cannot be made to.</returns>
    internal abstract Task<bool> Misbehave(ProcessorFault fault);

    /// <summary>The answer to the next set-up is lost, as often as our side repeats it.</summary>
    /// <returns>False: this processor cannot be made to.</returns>
    internal virtual Task<bool> LoseAnswerToSetup() => Misbehave(ProcessorFault.AnswerLost);

    /// <returns>False: it sends no webhooks, or cannot be made to.</returns>
    internal abstract Task<bool> Misbehave(WebhookFault fault);

    internal abstract Task EndFaults();

    /// <summary>The webhooks that came since the last call, once there are as many; fewer when no more come.</summary>
    internal abstract Task<IReadOnlyList<IncomingMessage>> Webhooks(int atLeast);

    /// <summary>What was held back goes out.</summary>
    internal abstract Task ReleaseWebhooks();

    /// <summary>What is due after this time happens at the processor.</summary>
    internal abstract Task LetTimePass(TimeSpan time);

    /// <returns>False: its customers cannot dispute, or cannot be made to.</returns>
    internal abstract Task<bool> OpenDispute(string chargeKey, string chargeReference);

    /// <summary>What was taken until now is settled.</summary>
    internal virtual Task Settle() => Task.CompletedTask;

    /// <summary>What the processor has for this key: how many payments, and how much it took of them in all.</summary>
    internal abstract Task<(int Payments, Money Captured)> AtProcessor(string chargeKey);

    /// <summary>Every request fitted the processor's own description.</summary>
    internal abstract Task AssertRequestsFit();

    public abstract ValueTask DisposeAsync();

    internal AuthorizeCall Call(Instrument instrument, decimal amount = 100, bool capture = false, string? key = null) => new(
        Tenant, key ?? NewKey(), "pay_kit", Amount(amount), capture, instrument, "Two books", "https://shop.example/return", BehaviourOfCalls);

    internal FollowUpCall Follow(AuthorizeCall call, ConnectorOutcome outcome, decimal amount, bool isFinal = true) =>
        new(Tenant, NewKey("op"), call.Key, outcome.Reference, Amount(amount), BehaviourOfCalls, isFinal);

    internal RefundCall RefundOf(AuthorizeCall call, ConnectorOutcome outcome, decimal amount) => new(
        Tenant, NewKey("re"), call.Key, outcome.Reference, Amount(amount), "requested_by_customer", BehaviourOfCalls);

    internal SetupCall SetupOf(string token) => new(
        Tenant, $"{NewKey("seti")}-1", new Instrument.Card(token), SetupFutureUsage.OffSession, "Kit", "The monthly box", "https://shop.example/return",
        ThreeDSecureCall.Default, BehaviourOfCalls);

    /// <summary>The connector behind its guard, as payments see it, with a timeout that a test can wait for.</summary>
    internal static GuardedConnector Guarded(IConnector connector) => new(
        connector, new ConnectorSettings { Timeout = TimeSpan.FromSeconds(20) },
        new ConnectorMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>()),
        TimeProvider.System, NullLogger<GuardedConnector>.Instance);
}
