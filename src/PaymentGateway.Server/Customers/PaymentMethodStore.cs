using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Customers;

/// <summary>Reads the methods that customers have saved.</summary>
public sealed class PaymentMethodStore(Db db)
{
    /// <summary>Those whose processor is to be told again.</summary>
    internal static DueRows MethodsToCheck { get; } = new("customers.payment_methods", "check_at", "d.check_at IS NOT NULL");

    /// <summary>Those whose merchant is to be told that they will expire.</summary>
    internal static DueRows NoticesInTime { get; } = new("customers.payment_methods", "notice_at", "d.notice_at IS NOT NULL");

    private const string Columns =
        """
        m.id, m.merchant_id, m.mode, m.customer_id, m.state, m.method, m.network, m.last4, m.funding, m.expiry, m.vpa, m.fingerprint,
        m.connector, m.reference, m.source, m.has_place, m.replaced_by, m.failure_code, m.failure_reason, m.behaviour, m.metadata, m.created_at,
        m.attached_at, m.detached_at, m.expires_at, m.notice_at, m.forgotten_at, m.check_at, m.checks, m.version,
        m.network_transaction_id
        """;

    /// <summary>In whatever state it is.</summary>
    public async Task<PaymentMethod?> Find(Tenant tenant, string paymentMethodId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM customers.payment_methods m WHERE m.id = @paymentMethodId AND m.merchant_id = @MerchantId AND m.mode = @mode",
            new { paymentMethodId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToMethod();
    }

    /// <summary>The one that the customer has or is getting with this fingerprint; null: none.</summary>
    public async Task<PaymentMethod?> FindAttached(Tenant tenant, string customerId, string fingerprint, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns}
            FROM customers.payment_methods m
            WHERE m.customer_id = @customerId AND m.fingerprint = @fingerprint AND m.state IN ('saving', 'active')
              AND m.merchant_id = @MerchantId AND m.mode = @mode
            """,
            new { customerId, fingerprint, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToMethod();
    }

    /// <summary>All that the customer can pay with.</summary>
    public async Task<IReadOnlyList<PaymentMethod>> AttachedOf(Tenant tenant, string customerId, CancellationToken cancel) =>
        [.. (await OpenOf(tenant, customerId, cancel)).Where(method => method.State == PaymentMethodState.Active)];

    /// <summary>All that the customer has or is getting.</summary>
    internal async Task<IReadOnlyList<PaymentMethod>> OpenOf(Tenant tenant, string customerId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns}
            FROM customers.payment_methods m
            WHERE m.customer_id = @customerId AND m.state IN ('saving', 'active') AND m.merchant_id = @MerchantId AND m.mode = @mode
            ORDER BY m.id
            """,
            new { customerId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToMethod())];
    }

    internal async Task<ListView<TView>> List<TView>(
        Tenant tenant, string customerId, ListQuery query, Func<PaymentMethod, TView> view, CancellationToken cancel)
    {
        string[] states = query["status"] is { } status ? [status] : ["saving", "active"];
        var where = query.For(tenant, "m.id")
            .And("m.customer_id = @customerId", customerId)
            .And("m.state = ANY (@states)", states)
            .And("m.method = @method", query["type"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT {Columns}
            FROM customers.payment_methods m
            WHERE m.merchant_id = @merchantId AND m.mode = @mode {where.Sql}
            ORDER BY m.id DESC
            LIMIT @limit
            """,
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToMethod()));
    }

    /// <summary>Claims methods whose processor should be told again. If this replica dies, another takes them once the claim is over.</summary>
    internal Task<IReadOnlyList<(Tenant Tenant, string Id)>> Claim(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel) =>
        MethodsToCheck.Claim(db, now, lease, limit, cancel);

    /// <summary>Those that will expire soon and whose merchant has not been told.</summary>
    internal Task<IReadOnlyList<(Tenant Tenant, string Id)>> FindToAnnounce(DateTimeOffset now, int limit, CancellationToken cancel) =>
        NoticesInTime.Find(db, now, limit, cancel);

    private sealed record Row
    {
        public required string Id { get; init; }
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string CustomerId { get; init; }
        public required string State { get; init; }
        public required string Method { get; init; }
        public string? Network { get; init; }
        public string? Last4 { get; init; }
        public string? Funding { get; init; }
        public string? Expiry { get; init; }
        public string? Vpa { get; init; }
        public string? Fingerprint { get; init; }
        public required string Connector { get; init; }
        public string? Reference { get; init; }
        public string? Source { get; init; }
        public bool HasPlace { get; init; }
        public string? ReplacedBy { get; init; }
        public string? FailureCode { get; init; }
        public string? FailureReason { get; init; }
        public string? Behaviour { get; init; }
        public required string Metadata { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? AttachedAt { get; init; }
        public DateTimeOffset? DetachedAt { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }
        public DateTimeOffset? NoticeAt { get; init; }
        public DateTimeOffset? ForgottenAt { get; init; }
        public DateTimeOffset? CheckAt { get; init; }
        public int Checks { get; init; }
        public int Version { get; init; }
        public string? NetworkTransactionId { get; init; }

        public PaymentMethod ToMethod() => new()
        {
            Id = Id,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            CustomerId = CustomerId,
            State = Words.Parse<PaymentMethodState>(State),
            Summary = new(Method, Network, Last4, Funding, Expiry, Vpa),
            Fingerprint = Fingerprint,
            Connector = Connector,
            Reference = Reference,
            NetworkTransactionId = NetworkTransactionId,
            Source = Source is null ? null : SaveSource.FromJson(Source),
            HasPlace = HasPlace,
            ReplacedBy = ReplacedBy,
            FailureCode = FailureCode,
            FailureReason = FailureReason,
            Behaviour = Behaviour,
            Metadata = Metadata,
            CreatedAt = CreatedAt,
            AttachedAt = AttachedAt,
            DetachedAt = DetachedAt,
            ExpiresAt = ExpiresAt,
            NoticeAt = NoticeAt,
            ForgottenAt = ForgottenAt,
            CheckAt = CheckAt,
            Checks = Checks,
            Version = Version,
        };
    }
}
