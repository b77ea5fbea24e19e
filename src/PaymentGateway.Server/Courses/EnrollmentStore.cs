using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>Reads enrolments.</summary>
internal sealed class EnrollmentStore(Db db)
{
    private const string Select =
        """
        SELECT id, merchant_id, mode, course_id, student_id, transaction_id, state, opened_at, closed_at, closed_why
        FROM courses.enrollments
        """;

    public Task<Enrollment?> Find(Tenant tenant, string id, CancellationToken cancel) =>
        FindOne(tenant, "id = @id", new { id, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancel);

    /// <summary>The one that is active; null: the student does not have the course.</summary>
    public Task<Enrollment?> FindActive(Tenant tenant, string courseId, string studentId, CancellationToken cancel) => FindOne(
        tenant, "course_id = @courseId AND student_id = @studentId AND state = 'active'",
        new { courseId, studentId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancel);

    /// <summary>Which of these courses a student has.</summary>
    public async Task<IReadOnlySet<string>> ActiveAmong(
        Tenant tenant, string studentId, IReadOnlyList<string> courseIds, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<string>(new CommandDefinition(
            """
            SELECT course_id
            FROM courses.enrollments
            WHERE course_id = ANY (@courseIds) AND student_id = @studentId AND state = 'active' AND merchant_id = @MerchantId AND mode = @mode
            """,
            new { courseIds = courseIds.ToArray(), studentId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return rows.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The one that a payment has opened and that is still active.</summary>
    public Task<Enrollment?> FindActiveOf(Tenant tenant, string transactionId, CancellationToken cancel) => FindOne(
        tenant, "transaction_id = @transactionId AND state = 'active'",
        new { transactionId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancel);

    /// <param name="studentId">Whose alone; null: of all that the query asks for.</param>
    public async Task<ListView<TView>> List<TView>(
        Tenant tenant, ListQuery query, string? studentId, Func<Enrollment, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "id", "opened_at")
            .And("state = @state", query["status"])
            .And("course_id = @courseId", query["courseId"])
            .And("student_id = @studentId", studentId ?? query["studentId"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"{Select} WHERE merchant_id = @merchantId AND mode = @mode {where.Sql} ORDER BY id DESC LIMIT @limit",
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToEnrollment()));
    }

    private async Task<Enrollment?> FindOne(Tenant tenant, string condition, object parameters, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"{Select} WHERE {condition} AND merchant_id = @MerchantId AND mode = @mode", parameters, cancellationToken: cancel)))?.ToEnrollment();
    }

    private sealed record Row
    {
        public required string Id { get; init; }
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string CourseId { get; init; }
        public required string StudentId { get; init; }
        public string? TransactionId { get; init; }
        public required string State { get; init; }
        public DateTimeOffset OpenedAt { get; init; }
        public DateTimeOffset? ClosedAt { get; init; }
        public string? ClosedWhy { get; init; }

        public Enrollment ToEnrollment() => new()
        {
            Id = Id,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            CourseId = CourseId,
            StudentId = StudentId,
            TransactionId = TransactionId,
            State = Words.Parse<EnrollmentState>(State),
            OpenedAt = OpenedAt,
            ClosedAt = ClosedAt,
            ClosedWhy = ClosedWhy is null ? null : Words.Parse<EnrollmentEnd>(ClosedWhy),
        };
    }
}
