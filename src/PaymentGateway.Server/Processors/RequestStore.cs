using System.Text.Json.Nodes;
using Dapper;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Processors;

/// <summary>The charges of a payment. Registered by the area that keeps payments.</summary>
public delegate Task<IReadOnlyList<string>> FindChargesOfPayment(Tenant tenant, string paymentId, CancellationToken cancel);

/// <summary>All SQL of requests to processors. They are no money, so they are written without Commit.</summary>
internal sealed class RequestStore(Db db, TimeProvider clock)
{
    private const int PurgeMax = 5000;

    public async Task Insert(IReadOnlyList<ProcessorRequest> batch, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO processors.requests
                (id, merchant_id, mode, connector, account_id, operation, key, charge_key, attempt, method, path, status, outcome, duration_ms,
                 processor_request_id, request, response, created_at)
            SELECT id, merchant_id, mode, connector, account_id, operation, key, charge_key, attempt, method, path, status, outcome, duration_ms,
                processor_request_id, request::json, response::json, created_at
            FROM unnest(@ids, @merchants, @modes, @connectors, @accounts, @operations, @keys, @charges, @attempts, @methods, @paths, @statuses,
                @outcomes, @durations, @requestIds, @requests, @responses, @times) AS r
                (id, merchant_id, mode, connector, account_id, operation, key, charge_key, attempt, method, path, status, outcome, duration_ms,
                 processor_request_id, request, response, created_at)
            """,
            new
            {
                ids = Each(_ => Id.New(RequestView.IdPrefix, clock)),
                merchants = Each(r => r.Tenant.MerchantId),
                modes = Each(r => r.Tenant.Mode.ToSql()),
                connectors = Each(r => r.Connector),
                accounts = Each(r => r.AccountId),
                operations = Each(r => r.Operation),
                keys = Each(r => r.Key),
                charges = Each(r => r.ChargeKey),
                attempts = Each(r => r.Attempt),
                methods = Each(r => r.Method),
                paths = Each(r => r.Path),
                statuses = Each(r => r.Status),
                outcomes = Each(r => Words.Of(r.End)),
                durations = Each(r => (int)Math.Min(r.Duration.TotalMilliseconds, int.MaxValue)),
                requestIds = Each(r => r.ProcessorRequestId),
                requests = Each(r => r.Request),
                responses = Each(r => r.Response),
                times = Each(r => r.At),
            },
            cancellationToken: cancel));

        T[] Each<T>(Func<ProcessorRequest, T> part) => [.. batch.Select(part)];
    }

    /// <param name="charges">Those of the payment that was asked for; null: of any.</param>
    public async Task<ListView<RequestView>> List(Tenant tenant, ListQuery query, IReadOnlyList<string>? charges, CancellationToken cancel)
    {
        var where = query.For(tenant, "q.id", "q.created_at")
            .And("q.connector = @connector", query["connector"])
            .And("q.outcome = @outcome", query["outcome"])
            .And("q.charge_key = @chargeId", query["chargeId"])
            .And("q.charge_key = ANY (@charges)", charges?.ToArray());
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT q.id, q.connector, q.account_id, q.operation, q.key, q.charge_key, q.attempt, q.method, q.path, q.status, q.outcome, q.duration_ms,
                q.processor_request_id, q.request::text, q.response::text, q.created_at
            FROM processors.requests q
            WHERE q.merchant_id = @merchantId AND q.mode = @mode {where.Sql}
            ORDER BY q.id DESC
            LIMIT @limit
            """, where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => row.ToView());
    }

    /// <summary>Forgets some of what is older.</summary>
    /// <returns>How many; fewer than it takes at once when nothing is left.</returns>
    public async Task<int> Purge(DateTimeOffset until, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.ExecuteAsync(new CommandDefinition(
            $"""
            DELETE FROM processors.requests
            WHERE id IN (SELECT q.id FROM processors.requests q WHERE q.created_at < @until ORDER BY q.created_at LIMIT {PurgeMax})
            """, new { until }, cancellationToken: cancel));
    }

    private sealed record Row
    {
        public required string Id { get; init; }
        public required string Connector { get; init; }
        public required string AccountId { get; init; }
        public required string Operation { get; init; }
        public string? Key { get; init; }
        public string? ChargeKey { get; init; }
        public int Attempt { get; init; }
        public required string Method { get; init; }
        public required string Path { get; init; }
        public int? Status { get; init; }
        public required string Outcome { get; init; }
        public int DurationMs { get; init; }
        public string? ProcessorRequestId { get; init; }
        public string? Request { get; init; }
        public string? Response { get; init; }
        public DateTimeOffset CreatedAt { get; init; }

        public RequestView ToView() => new(
            Id, Connector, AccountId, Operation, Key, ChargeKey, Attempt, Method, Path, Status, Outcome, DurationMs, ProcessorRequestId,
            Request is null ? null : JsonNode.Parse(Request), Response is null ? null : JsonNode.Parse(Response), CreatedAt);
    }
}
