using Dapper;
using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Http;

/// <summary>
/// Makes a POST safe to repeat. The answer to a request with an <c>Idempotency-Key</c> is a row of the same commit as its effect,
/// so there is no instant at which one is there without the other.
/// </summary>
public sealed class Idempotency(Db db, Committer committer, TimeProvider clock)
{
    public const string Header = "Idempotency-Key";

    /// <summary>How long an answer is kept for repeats.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Far more rounds than racing callers need: each round, one of them wins and moves the state on.</summary>
    private const int RoundsMax = 100;

    /// <summary>
    /// Runs an action of one commit: decide, write together with the answer, and decide again when another change came first.
    /// A decision without a change (a refusal) is answered and not stored: repeating it is harmless.
    /// </summary>
    public async Task<Answer> Run<T>(
        Caller caller, HttpRequest request, Body<T> body, Func<IdempotentCall, Task<Decided>> decide, CancellationToken cancel) where T : class
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var (call, replay) = await Open(caller, request, body.Fingerprint, cancel);
            if (replay is not null)
            {
                return replay;
            }

            var decided = await decide(call!);
            if (decided.Change is not { IsEmpty: false } change)
            {
                return await AnswerOfFirstRun(caller, request, body.Fingerprint, cancel) ?? decided.Answer;
            }

            call!.Finish(change, decided.Answer);
            switch (await committer.Commit(change, cancel))
            {
                case CommitOutcome.Committed:
                    return decided.Answer;
                case CommitOutcome.Rejected rejected:
                    throw new CommitRejectedException(rejected);
            }
        }

        throw new InvalidOperationException($"{request.Path} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>
    /// Runs an action of several commits, such as one that calls a processor, under the request's idempotency key.
    /// </summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="request">Has the key.</param>
    /// <param name="fingerprint">Of the body.</param>
    /// <param name="answerOf">What the outcome is answered with.</param>
    /// <param name="run">The action; null means that another run of this request was first, so the key is looked at again.</param>
    /// <param name="cancel">Before the processor is called.</param>
    public async Task<Answer> RunSteps<T>(
        Caller caller, HttpRequest request, byte[] fingerprint, Func<T, Answer> answerOf,
        Func<IdempotentCall, Func<T, Answer>, Task<Outcome<T>?>> run, CancellationToken cancel)
    {
        for (var round = 1; round <= RoundsMax; round++)
        {
            var (call, replay) = await Open(caller, request, fingerprint, cancel);
            if (replay is not null)
            {
                return replay;
            }

            // The stored answer and the sent one are the same object: the same bytes.
            Answer? stored = null;
            if (await run(call!, value => stored = answerOf(value)) is { } outcome)
            {
                return outcome.Refusal is { } refusal
                    ? await AnswerOfRefused(caller, request, fingerprint, call!, Answer.Of(refusal, caller.RequestId), cancel)
                    : stored ?? answerOf(outcome.Value);
            }
        }

        throw new InvalidOperationException($"{request.Path} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>
    /// For actions of several commits: the call to reserve and finish with, or the answer that is already there
    /// (a replay, a reused key, or "still running").
    /// </summary>
    public async Task<(IdempotentCall? Call, Answer? Replay)> Open(
        Caller caller, HttpRequest request, byte[] fingerprint, CancellationToken cancel)
    {
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return (new IdempotentCall(caller.Tenant, null, fingerprint, null, clock), null);
        }

        if (values is not [{ Length: >= 1 and <= 255 } key] || !key.All(c => c is >= '!' and <= '~'))
        {
            return (null, Answer.Of(new Refusal(Errors.IdempotencyKeyInvalid), caller.RequestId));
        }

        var stored = await Find(caller.Tenant, key, cancel);
        return stored switch
        {
            null => (new IdempotentCall(caller.Tenant, key, fingerprint, null, clock), null),
            _ when !stored.Fingerprint.AsSpan().SequenceEqual(fingerprint) =>
                (null, Answer.Of(new Refusal(Errors.IdempotencyKeyReused), caller.RequestId)),
            { Status: { } status } => (null, new Answer(status, stored.Body!, stored.Location, Replayed: true)),
            _ when stored.LeaseUntil > clock.GetUtcNow() =>
                (null, Answer.Of(new Refusal(Errors.IdempotencyInProgress), caller.RequestId)),
            _ => (new IdempotentCall(caller.Tenant, key, fingerprint, stored.ObjectId, clock), null),
        };
    }

    /// <summary>
    /// A refusal may be due to the very state in which another run of this same request has just left things. Key and effect are one
    /// commit, so whoever saw the effect finds the key: then its answer counts.
    /// </summary>
    public async Task<Answer?> AnswerOfFirstRun(Caller caller, HttpRequest request, byte[] fingerprint, CancellationToken cancel) =>
        request.Headers.ContainsKey(Header) ? (await Open(caller, request, fingerprint, cancel)).Replay : null;

    /// <summary>
    /// What was refused only after it had begun holds its own key: the refusal is the answer to it. Otherwise the very first caller would
    /// be told that somebody else is at work.
    /// </summary>
    private async Task<Answer> AnswerOfRefused(
        Caller caller, HttpRequest request, byte[] fingerprint, IdempotentCall call, Answer refused, CancellationToken cancel)
    {
        if (!call.HoldsKey)
        {
            return await AnswerOfFirstRun(caller, request, fingerprint, cancel) ?? refused;
        }

        var change = new Change();
        call.Finish(change, refused);
        return await committer.Commit(change, cancel) is CommitOutcome.Rejected rejected ? throw new CommitRejectedException(rejected) : refused;
    }

    private async Task<StoredAnswer?> Find(Tenant tenant, string key, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleOrDefaultAsync<StoredAnswer>(new CommandDefinition(
            """
            SELECT fingerprint, object_id, status, body, location, lease_until
            FROM http.idempotency_keys
            WHERE merchant_id = @MerchantId AND mode = @mode AND key = @key AND expires_at > @now
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql(), key, now = clock.GetUtcNow() }, cancellationToken: cancel));
    }

    private sealed record StoredAnswer
    {
        public required byte[] Fingerprint { get; init; }
        public string? ObjectId { get; init; }
        public int? Status { get; init; }
        public byte[]? Body { get; init; }
        public string? Location { get; init; }
        public DateTimeOffset LeaseUntil { get; init; }
    }
}

/// <summary>What a decision wants written, and what the caller is told when it is.</summary>
/// <param name="Change">Null: nothing is written.</param>
public sealed record Decided(Change? Change, Answer Answer);

/// <summary>One request with its idempotency key, or without one: then nothing is stored.</summary>
public sealed class IdempotentCall(Tenant? tenant, string? key, byte[] fingerprint, string? resumes, TimeProvider clock)
{
    /// <summary>How long a run may take before another replica may take it over; longer than any call to a processor.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>For what nobody may repeat: background work and pages.</summary>
    public static IdempotentCall None { get; } = new(null, null, [], null, TimeProvider.System);

    private bool reserved;
    private bool finished;

    /// <summary>
    /// The object that an earlier, interrupted run of this same request was working on: answer from its state, do not start again.
    /// </summary>
    public string? Resumes => resumes;

    public bool HasKey => key is not null;

    /// <summary>This very run has claimed the key and has not answered yet.</summary>
    internal bool HoldsKey => HasKey && reserved && !finished;

    /// <summary>Claims the key for the time of a call to a processor; conflicts when another run holds it.</summary>
    public void Reserve(Change change, string objectId)
    {
        if (reserved)
        {
            return;
        }

        Begin(change);
        reserved = true;
        if (key is not null)
        {
            change.Write(IdempotencyRow.Claim, Row(objectId, answer: null));
        }
    }

    /// <summary>Stores the answer beside the effect.</summary>
    public void Finish(Change change, Answer answer)
    {
        if (!reserved)
        {
            Begin(change);
        }

        finished = true;
        if (key is not null)
        {
            change.Write(reserved ? IdempotencyRow.Complete : IdempotencyRow.Claim, Row(objectId: null, answer));
        }
    }

    /// <summary>Background work has no tenant here, and is never turned away.</summary>
    private void Begin(Change change)
    {
        if (tenant is not null)
        {
            change.Of(tenant).Beginning();
        }
    }

    private IdempotencyRow Row(string? objectId, Answer? answer)
    {
        var now = clock.GetUtcNow();
        return new(tenant!, key!, fingerprint, objectId, answer, now, now + Lease, now + Idempotency.Lifetime);
    }
}

internal sealed record IdempotencyRow(
    Tenant Tenant, string Key, byte[] Fingerprint, string? ObjectId, Answer? Answer,
    DateTimeOffset Now, DateTimeOffset LeaseUntil, DateTimeOffset ExpiresAt)
{
    private static readonly Column<IdempotencyRow>[] columns =
    [
        RowWriter<IdempotencyRow>.Column(r => r.Tenant.MerchantId),
        RowWriter<IdempotencyRow>.Column(r => r.Tenant.Mode.ToSql()),
        RowWriter<IdempotencyRow>.Column(r => r.Key),
        RowWriter<IdempotencyRow>.Column(r => r.Fingerprint),
        RowWriter<IdempotencyRow>.Column(r => r.ObjectId),
        RowWriter<IdempotencyRow>.Column(r => (short?)r.Answer?.Status),
        RowWriter<IdempotencyRow>.Column(r => r.Answer?.Body),
        RowWriter<IdempotencyRow>.Column(r => r.Answer?.Location),
        RowWriter<IdempotencyRow>.Column(r => r.Now),
        RowWriter<IdempotencyRow>.Column(r => r.LeaseUntil),
        RowWriter<IdempotencyRow>.Column(r => r.ExpiresAt),
        RowWriter<IdempotencyRow>.Column(r => r.Answer?.CustomerId),
    ];

    /// <summary>Takes a free key, an expired one, or one whose holder died in the middle of this same request.</summary>
    internal static readonly RowWriter<IdempotencyRow> Claim = RowWriter<IdempotencyRow>.Guard("http.idempotency", 10, r => r.Identity,
        """
        INSERT INTO http.idempotency_keys AS k
            (merchant_id, mode, key, fingerprint, object_id, status, body, location, created_at, lease_until, expires_at, customer_id)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (merchant_id, mode, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, object_id = coalesce(excluded.object_id, k.object_id), status = excluded.status,
            body = excluded.body, location = excluded.location, created_at = excluded.created_at,
            lease_until = excluded.lease_until, expires_at = excluded.expires_at,
            customer_id = excluded.customer_id
        WHERE k.expires_at <= excluded.created_at
           OR (k.status IS NULL AND k.lease_until <= excluded.created_at AND k.fingerprint = excluded.fingerprint)
        RETURNING merchant_id || '/' || mode || '/' || key
        """, columns);

    internal static readonly RowWriter<IdempotencyRow> Complete = RowWriter<IdempotencyRow>.Append("http.idempotency_answer", 11, r => r.Identity,
        """
        UPDATE http.idempotency_keys AS k
        SET status = r.status, body = r.body, location = r.location, customer_id = r.customer_id
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS r
            (merchant_id, mode, key, fingerprint, object_id, status, body, location, created_at, lease_until, expires_at, customer_id)
        WHERE k.merchant_id = r.merchant_id AND k.mode = r.mode AND k.key = r.key
          AND k.fingerprint = r.fingerprint AND k.status IS NULL
        """, columns);

    private string Identity => $"{Tenant.MerchantId}/{Tenant.Mode.ToSql()}/{Key}";
}

/// <summary>The stored answers that hold a customer's personal data.</summary>
public static class StoredAnswers
{
    /// <summary>
    /// Takes the data out with the change that deletes the customer. What is left of an answer says what was made and how it ended, so
    /// that a repeat still is no second request.
    /// </summary>
    public static Change Erase(Change change, Tenant tenant, string customerId) => change.Write(StoredAnswerRows.Erase, (tenant, customerId));
}

internal static class StoredAnswerRows
{
    internal static readonly RowWriter<(Tenant Tenant, string CustomerId)> Erase = RowWriter<(Tenant Tenant, string CustomerId)>.Append(
        "http.idempotency_erase", 12, r => r.CustomerId,
        """
        UPDATE http.idempotency_keys AS k
        SET customer_id = NULL, body = convert_to(jsonb_strip_nulls(jsonb_build_object(
                'success', a.answer -> 'success', 'error', (a.answer -> 'error') - 'details', 'id', a.answer -> 'id',
                'status', a.answer -> 'status', 'customerDeleted', true))::text, 'UTF8')
        FROM (
            SELECT i.merchant_id, i.mode, i.key, convert_from(i.body, 'UTF8')::jsonb AS answer
            FROM unnest($1, $2, $3) AS r (merchant_id, mode, customer_id)
            JOIN http.idempotency_keys AS i ON i.merchant_id = r.merchant_id AND i.mode = r.mode AND i.customer_id = r.customer_id
            WHERE i.body IS NOT NULL
        ) AS a
        WHERE k.merchant_id = a.merchant_id AND k.mode = a.mode AND k.key = a.key
        """,
        RowWriter<(Tenant Tenant, string CustomerId)>.Column(r => r.Tenant.MerchantId),
        RowWriter<(Tenant Tenant, string CustomerId)>.Column(r => r.Tenant.Mode.ToSql()),
        RowWriter<(Tenant Tenant, string CustomerId)>.Column(r => r.CustomerId));
}
