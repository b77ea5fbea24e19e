using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.Inbox;

/// <summary>
/// The one way in for what processors write: verify, store, acknowledge, act. What is acknowledged is never lost: whoever dies between
/// storing and acting leaves a row that a worker takes up, and acting twice on a message changes nothing.
/// </summary>
public sealed partial class ReceiveMessage
{
    /// <summary>A message that still fails then waits for an operator.</summary>
    public const int AttemptsMax = 12;

    /// <summary>Handled messages are kept so long, for whoever asks what a processor said.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    private const string SealPurpose = "inbox-message";

    internal static SealedColumn Sealed { get; } = new("inbox.messages", ["id"], "sealed", [], _ => SealPurpose);

    private const int MessageIdLengthMax = 200;
    internal const int BatchMax = 50;
    private const int AtOnceMax = 8;
    private const int PurgeMax = 1000;
    private const int PurgeBatchesMax = 1000;

    /// <summary>A processor that waits longer sends again; ours is done in milliseconds, unless the database is slow.</summary>
    private static readonly TimeSpan acknowledgeWithin = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan pauseMax = TimeSpan.FromMinutes(5);

    private readonly InboxStore store;
    private readonly Committer committer;
    private readonly NewsDispatcher dispatcher;
    private readonly ConnectorRegistry connectors;
    private readonly IProcessorAccounts accounts;
    private readonly SecretVault vault;
    private readonly MerchantClocks clocks;
    private readonly ILogger<ReceiveMessage> log;

    internal ReceiveMessage(
        InboxStore store, Committer committer, NewsDispatcher dispatcher, ConnectorRegistry connectors, IProcessorAccounts accounts, SecretVault vault,
        MerchantClocks clocks, ILogger<ReceiveMessage> log)
    {
        (this.store, this.committer, this.dispatcher, this.connectors) = (store, committer, dispatcher, connectors);
        (this.accounts, this.vault, this.clocks, this.log) = (accounts, vault, clocks, log);
    }

    /// <summary>Stores a message and acts on it; one that takes long, or fails, is left to the worker.</summary>
    /// <returns>
    /// Null once it is stored, by this call or an earlier one. A refusal, and nothing is stored, when the signature does not fit or the
    /// body cannot be read.
    /// </returns>
    public async Task<Refusal?> Run(
        GuardedConnector connector, string? accountId, IncomingMessage incoming, Origin origin, CancellationToken cancel)
    {
        var kept = await Keep(connector, accountId, incoming, origin, cancel);
        if (kept.IsRefused || kept.Value is not { } message)
        {
            return kept.Refusal;
        }

        try
        {
            await Act(message).WaitAsync(acknowledgeWithin, clocks.Real, cancel);
        }
        catch (TimeoutException)
        {
            LogSlow(message.Id);
        }

        return null;
    }

    /// <summary>The first half: verified and stored.</summary>
    /// <returns>The message; null when the processor has sent it before.</returns>
    internal async Task<Outcome<InboxMessage?>> Keep(
        GuardedConnector connector, string? accountId, IncomingMessage incoming, Origin origin, CancellationToken cancel)
    {
        VerifiedMessage? verified;
        try
        {
            var receivers = connector.AccountFields is null ? [] : await accounts.Receivers(connector.Name, accountId, cancel);
            verified = await connector.Verify(incoming, receivers, cancel);
        }
        catch (JsonException)
        {
            LogUnreadable(connector.Name);
            return new Refusal(Errors.InvalidJson);
        }

        if (verified is null)
        {
            return new Refusal(Errors.SignatureVerificationFailed);
        }

        var message = new InboxMessage
        {
            Id = Id.New(InboxMessage.IdPrefix, clocks.Real),
            Tenant = verified.Tenant,
            Connector = connector.Name,
            MessageId = verified.Id is { Length: > 0 and <= MessageIdLengthMax } id ? id : Convert.ToHexStringLower(SHA256.HashData(incoming.Body.Span)),
            Subject = verified.Subject,
            Sealed = vault.Encrypt(SealPurpose, JsonSerializer.Serialize(new Raw(incoming.Headers, incoming.Body.ToArray(), incoming.Url))),
            Address = origin.Address?.ToString(),
            RequestId = origin.RequestId,
            State = InboxState.Received,
            ReceivedAt = incoming.ReceivedAt,
            DueAt = incoming.ReceivedAt,
            ClaimedUntil = incoming.ReceivedAt + lease,
        };
        return await committer.Commit(new Change().Of(verified.Tenant).Write(InboxRows.Insert, message), cancel) switch
        {
            CommitOutcome.Committed => (Outcome<InboxMessage?>)message,
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => (Outcome<InboxMessage?>)(InboxMessage?)null,
        };
    }

    /// <summary>Acts on what a dead process, a database out of reach or an operator left to do.</summary>
    /// <returns>How many messages were taken up.</returns>
    public async Task<int> RunOnce(CancellationToken cancel)
    {
        var due = await store.Claim(await clocks.StartRound(cancel), lease, BatchMax, cancel);
        return await Rounds.Each(due, AtOnceMax, (message, _) => Act(message), cancel);
    }

    /// <summary>Forgets what is old enough.</summary>
    /// <returns>How many messages.</returns>
    public async Task<int> Purge(CancellationToken cancel)
    {
        var (until, purged) = (clocks.Real.GetUtcNow() - Retention, 0);
        for (var batch = 1; batch <= PurgeBatchesMax; batch++)
        {
            var more = await store.Purge(until, PurgeMax, cancel);
            purged += more;
            if (more < PurgeMax)
            {
                break;
            }
        }

        return purged;
    }

    /// <summary>
    /// Not stopped half-way, and never throws: one message that trips over a bug must not hold up the others. It is tried again later
    /// and in the end shown to an operator.
    /// </summary>
    private async Task Act(InboxMessage message)
    {
        InboxMessage next;
        try
        {
            var refusal = await Read(message);
            next = refusal is { IsForNow: true }
                ? Waiting(message, refusal.Kind.Code)
                : Finished(message, refusal is null ? InboxState.Handled : InboxState.Ignored, refusal?.Kind.Code);
        }
        catch (Exception e)
        {
            LogNotDone(e, message.Id, message.Connector, message.Attempts + 1);
            next = TriedInVain(message, e.GetType().Name);
        }

        try
        {
            await committer.Commit(new Change().Of(message.Tenant).Write(InboxRows.Update, next), CancellationToken.None);
        }
        catch (Npgsql.NpgsqlException e)
        {
            // Its lease ends, and then it is acted on again.
            LogNotDone(e, message.Id, message.Connector, message.Attempts + 1);
        }
    }

    private async Task<Refusal?> Read(InboxMessage message)
    {
        var raw = JsonSerializer.Deserialize<Raw>(vault.Decrypt(SealPurpose, message.Sealed))!;
        var connector = connectors.Find(message.Connector)
            ?? throw new InvalidOperationException($"Message {message.Id} is of {message.Connector}, which is not configured.");
        var origin = new Origin(
            "processor:" + message.Connector, message.Address is null ? null : IPAddress.Parse(message.Address), message.RequestId);
        var all = await connector.Read(message.Tenant, new(raw.Headers, raw.Body, message.ReceivedAt, raw.Url), CancellationToken.None);
        var refusals = new List<Refusal?>();
        foreach (var news in all)
        {
            refusals.Add(await dispatcher.Read(message.Connector, new(message.MessageId, message.Tenant, news), origin, CancellationToken.None));
        }

        // What of a message was told already changes nothing when it is told again.
        return refusals.Find(refusal => refusal is { IsForNow: true })
            ?? (refusals.Contains(null) ? null : refusals.Find(refusal => refusal is not null) ?? new Refusal(Errors.NotFound));
    }

    private InboxMessage Finished(InboxMessage message, InboxState state, string? result) =>
        message with { State = state, Result = result, DueAt = null, FinishedAt = clocks.Real.GetUtcNow() };

    private InboxMessage TriedInVain(InboxMessage message, string why)
    {
        var attempts = message.Attempts + 1;
        return attempts >= AttemptsMax
            ? Finished(message, InboxState.Failed, why) with { Attempts = attempts }
            : Later(message, attempts, why);
    }

    /// <summary>As long as it takes: what it waits for comes to an end by itself.</summary>
    private InboxMessage Waiting(InboxMessage message, string why) => Later(message, Math.Min(message.Attempts + 1, AttemptsMax - 1), why);

    private InboxMessage Later(InboxMessage message, int attempts, string why) =>
        message with { Attempts = attempts, Result = why, DueAt = clocks.Real.GetUtcNow() + PauseAfter(attempts) };

    /// <summary>2, 4, 8 … seconds, at most five minutes.</summary>
    private static TimeSpan PauseAfter(int attempts) => TimeSpan.FromSeconds(Math.Min(pauseMax.TotalSeconds, Math.Pow(2, attempts)));

    /// <summary>What was verified, byte for byte. Sealed as it is, nobody has changed it since.</summary>
    private sealed record Raw(IReadOnlyDictionary<string, string> Headers, byte[] Body, string? Url = null);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} takes long; it is acknowledged and goes on")]
    private partial void LogSlow(string messageId);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Connector} is signed and cannot be read")]
    private partial void LogUnreadable(string connector);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} of {Connector} could not be acted on, attempt {Attempt}")]
    private partial void LogNotDone(Exception e, string messageId, string connector, int attempt);
}
