using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Database;

namespace PaymentGateway.Courses;

/// <summary>A line of a course payment's history.</summary>
internal sealed record TransactionStep(string State, string? Why, DateTimeOffset At);

/// <summary>Reads course payments.</summary>
internal sealed class TransactionStore(Db db)
{
    internal static DueRows SessionsInTime { get; } = new("courses.transactions", "expires_at", "d.state = 'pending'");

    internal static DueRows DuplicatesInTime { get; } = new("courses.transactions", "refund_due_at", "d.refund_due_at IS NOT NULL");

    private const string Select =
        """
        SELECT t.id, t.merchant_id, t.mode, t.course_id, t.student_id, t.title, t.instructor, t.state, t.original, t.discount, t.subtotal, t.gst,
            t.total, t.currency, t.gst_percent, t.sac, t.discount_code_id, t.discount_code, t.amount_refunded, t.session_id, t.expires_at,
            t.order_id, t.payment_id, t.gateway_reference, t.payment_url, t.method, t.last4, t.failure_reason, t.failure_code, t.is_duplicate,
            t.retry_of, t.retry_count, t.first_attempt_at, t.refund_due_at, t.created_at, t.paid_at, t.ended_at, t.billing, t.version
        FROM courses.transactions t
        """;

    public Task<CourseTransaction?> Find(Tenant tenant, string id, CancellationToken cancel) => FindOne(
        tenant, "t.id = @id", new { id, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancel);

    /// <summary>The open session of a student for a course.</summary>
    public Task<CourseTransaction?> FindOpen(Tenant tenant, string courseId, string studentId, CancellationToken cancel) => FindOne(
        tenant, "t.course_id = @courseId AND t.student_id = @studentId AND t.state = 'pending'",
        new { courseId, studentId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancel);

    /// <summary>The latest attempt of those that a payment belongs to: itself when it was never retried.</summary>
    public Task<CourseTransaction?> FindLatest(CourseTransaction any, CancellationToken cancel) => FindOne(
        any.Tenant, "(t.id = @first OR t.retry_of = @first) AND t.retry_count = (SELECT max(retry_count) FROM courses.transactions WHERE id = @first OR retry_of = @first)",
        new { first = any.RetryOf ?? any.Id, any.Tenant.MerchantId, mode = any.Tenant.Mode.ToSql() }, cancel);

    public Task<CourseTransaction?> FindByPayment(Tenant tenant, string paymentId, string? orderId, CancellationToken cancel) => FindOne(
        tenant, "t.order_id = @orderId AND t.payment_id = @paymentId",
        new { paymentId, orderId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancel);

    /// <summary>For what comes back by a browser or from the gateway, which names its own order only: that says whose it is.</summary>
    public async Task<CourseTransaction?> FindByReference(string reference, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"{Select} WHERE t.gateway_reference = @reference", new { reference }, cancellationToken: cancel)))?.ToTransaction();
    }

    /// <summary>For an address of ours that names it and is signed.</summary>
    public async Task<CourseTransaction?> FindAnywhere(string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"{Select} WHERE t.id = @id", new { id }, cancellationToken: cancel)))?.ToTransaction();
    }

    /// <summary>The places of a code that a student's payments have taken.</summary>
    public async Task<IReadOnlyList<int>> PlacesTaken(Tenant tenant, string discountCodeId, string studentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return (await connection.QueryAsync<int>(new CommandDefinition(
            """
            SELECT place
            FROM courses.discount_uses
            WHERE discount_code_id = @discountCodeId AND student_id = @studentId AND released_at IS NULL
              AND merchant_id = @MerchantId AND mode = @mode
            ORDER BY place
            """, new { discountCodeId, studentId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel))).AsList();
    }

    /// <summary>What of a code's uses was paid, and what it took off.</summary>
    public async Task<(int Paid, int Students, long Discount)> UsageOf(Tenant tenant, string discountCodeId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await connection.QuerySingleAsync<(int, int, long)>(new CommandDefinition(
            """
            SELECT count(*)::integer, count(DISTINCT student_id)::integer, coalesce(sum(discount), 0)::bigint
            FROM courses.transactions
            WHERE discount_code_id = @discountCodeId AND paid_at IS NOT NULL AND merchant_id = @MerchantId AND mode = @mode
            """, new { discountCodeId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    /// <summary>Where it has been, the oldest first.</summary>
    public async Task<IReadOnlyList<TransactionStep>> HistoryOf(CourseTransaction transaction, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(transaction.Tenant, cancel);
        return (await connection.QueryAsync<TransactionStep>(new CommandDefinition(
            """
            SELECT state, why, at
            FROM courses.transaction_states
            WHERE transaction_id = @Id AND merchant_id = @MerchantId AND mode = @mode
            ORDER BY version
            """,
            new { transaction.Id, transaction.Tenant.MerchantId, mode = transaction.Tenant.Mode.ToSql() }, cancellationToken: cancel))).AsList();
    }

    /// <summary>One page of a student's own payments, the newest first, and how many there are.</summary>
    public async Task<(IReadOnlyList<CourseTransaction> Rows, long Count)> PageOf(
        Tenant tenant, string studentId, string? state, int page, int limit, CancellationToken cancel)
    {
        var where = new Conditions(tenant).And("t.student_id = @studentId", studentId).And("t.state = @state", state);
        where.Parameters.Add("limit", limit);
        where.Parameters.Add("skip", (long)(page - 1) * limit);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"{Select} WHERE t.merchant_id = @merchantId AND t.mode = @mode {where.Sql} ORDER BY t.id DESC LIMIT @limit OFFSET @skip",
            where.Parameters, cancellationToken: cancel));
        var count = await connection.QuerySingleAsync<long>(new CommandDefinition(
            $"SELECT count(*) FROM courses.transactions t WHERE t.merchant_id = @merchantId AND t.mode = @mode {where.Sql}",
            where.Parameters, cancellationToken: cancel));
        return ([.. rows.Select(row => row.ToTransaction())], count);
    }

    /// <summary>Those that wait in time, of all merchants.</summary>
    /// <param name="due">Which.</param>
    /// <param name="now">The real time, of <see cref="MerchantClocks.StartRound"/>.</param>
    /// <param name="limit">At most twice so many.</param>
    /// <param name="cancel">Stops the search.</param>
    public async Task<IReadOnlyList<CourseTransaction>> FindDue(DueRows due, DateTimeOffset now, int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"{Select} WHERE t.id IN (SELECT id FROM ({due.Select("id")}) AS due)", new { now, limit }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToTransaction())];
    }

    private async Task<CourseTransaction?> FindOne(Tenant tenant, string condition, object parameters, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"{Select} WHERE {condition} AND t.merchant_id = @MerchantId AND t.mode = @mode", parameters, cancellationToken: cancel)))?.ToTransaction();
    }

    private sealed record Row
    {
        public required string Id { get; init; }
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string CourseId { get; init; }
        public required string StudentId { get; init; }
        public required string Title { get; init; }
        public required string Instructor { get; init; }
        public required string State { get; init; }
        public long Original { get; init; }
        public long Discount { get; init; }
        public long Subtotal { get; init; }
        public long Gst { get; init; }
        public long Total { get; init; }
        public required string Currency { get; init; }
        public decimal? GstPercent { get; init; }
        public string? Sac { get; init; }
        public string? DiscountCodeId { get; init; }
        public string? DiscountCode { get; init; }
        public long AmountRefunded { get; init; }
        public required string SessionId { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
        public required string OrderId { get; init; }
        public string? PaymentId { get; init; }
        public string? GatewayReference { get; init; }
        public string? PaymentUrl { get; init; }
        public string? Method { get; init; }
        public string? Last4 { get; init; }
        public string? FailureReason { get; init; }
        public string? FailureCode { get; init; }
        public string? RetryOf { get; init; }
        public int RetryCount { get; init; }
        public DateTimeOffset FirstAttemptAt { get; init; }
        public bool IsDuplicate { get; init; }
        public DateTimeOffset? RefundDueAt { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? PaidAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
        public string? Billing { get; init; }
        public int Version { get; init; }

        public CourseTransaction ToTransaction() => new()
        {
            Id = Id,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            CourseId = CourseId,
            StudentId = StudentId,
            Title = Title,
            Instructor = Instructor,
            State = Words.Parse<TransactionState>(State),
            Price = new(Of(Original), Of(Discount), Of(Subtotal), GstPercent, Of(Gst), Of(Total)),
            Sac = Sac,
            DiscountCodeId = DiscountCodeId,
            DiscountCode = DiscountCode,
            AmountRefunded = Of(AmountRefunded),
            SessionId = SessionId,
            ExpiresAt = ExpiresAt,
            OrderId = OrderId,
            PaymentId = PaymentId,
            GatewayReference = GatewayReference,
            PaymentUrl = PaymentUrl,
            Method = Method,
            Last4 = Last4,
            FailureReason = FailureReason is null ? null : Words.Parse<FailureReason>(FailureReason),
            FailureCode = FailureCode,
            RetryOf = RetryOf,
            RetryCount = RetryCount,
            FirstAttemptAt = FirstAttemptAt,
            IsDuplicate = IsDuplicate,
            RefundDueAt = RefundDueAt,
            CreatedAt = CreatedAt,
            PaidAt = PaidAt,
            EndedAt = EndedAt,
            SealedBilling = Billing,
            Version = Version,
        };

        private Money Of(long minor) => Money.FromMinor(minor, PaymentGateway.Currency.FromStored(Currency));
    }
}
