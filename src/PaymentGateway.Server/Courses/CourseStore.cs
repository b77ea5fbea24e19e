using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>Reads courses with the tax on them.</summary>
internal sealed class CourseStore(Db db)
{
    private const string Select =
        """
        SELECT c.id, c.merchant_id, c.mode, c.title, c.instructor, c.price, c.currency, c.active, c.created_at, c.updated_at, c.version,
            t.applies_from, t.class, t.percent, t.sac
        FROM courses.courses c
        JOIN courses.tax_terms t ON t.course_id = c.id
        """;

    public async Task<Course?> Find(Tenant tenant, string id, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"{Select} WHERE c.id = @id AND c.merchant_id = @MerchantId AND c.mode = @mode ORDER BY t.applies_from",
            new { id, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return Courses(rows).SingleOrDefault();
    }

    /// <summary>Those of these ids that the merchant does not have.</summary>
    public async Task<IReadOnlyList<string>> Unknown(Tenant tenant, IReadOnlyList<string> ids, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var known = await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT id FROM courses.courses WHERE id = ANY (@ids) AND merchant_id = @MerchantId AND mode = @mode",
            new { ids = ids.ToArray(), tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return [.. ids.Except(known)];
    }

    /// <param name="activeOnly">Students see what is sold.</param>
    public async Task<ListView<TView>> List<TView>(
        Tenant tenant, ListQuery query, bool activeOnly, Func<Course, TView> view, CancellationToken cancel)
    {
        var active = activeOnly ? true : query["active"] is { } text ? text == "true" : (bool?)null;
        var where = query.For(tenant, "id", "created_at").And("active = @active", active);
        return query.Page(await Newest(tenant, where, cancel), course => course.Id, view);
    }

    /// <summary>What is sold, the newest first, one more than the limit where there is more.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="text">In the title or the teacher's name, in any case; null: all.</param>
    /// <param name="before">Only ids before this one.</param>
    /// <param name="limit">So many, and one.</param>
    /// <param name="cancel">The search.</param>
    public async Task<IReadOnlyList<Course>> Search(Tenant tenant, string? text, string? before, int limit, CancellationToken cancel)
    {
        var where = new Conditions(tenant)
            .And("active = @active", true)
            .And("(strpos(lower(title), lower(@text)) > 0 OR strpos(lower(instructor), lower(@text)) > 0)", text)
            .And("id < @before", before);
        where.Parameters.Add("limit", limit + 1);
        return await Newest(tenant, where, cancel);
    }

    /// <param name="where">Over the columns of a course; it brings the limit.</param>
    private async Task<IReadOnlyList<Course>> Newest(Tenant tenant, Conditions where, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            {Select}
            WHERE c.merchant_id = @merchantId AND c.mode = @mode AND c.id IN (
                SELECT id
                FROM courses.courses
                WHERE merchant_id = @merchantId AND mode = @mode {where.Sql}
                ORDER BY id DESC
                LIMIT @limit)
            ORDER BY c.id DESC, t.applies_from
            """,
            where.Parameters, cancellationToken: cancel));
        return Courses(rows);
    }

    private static List<Course> Courses(IEnumerable<Row> rows) =>
        [.. rows.GroupBy(row => row.Id).Select(terms => terms.First().ToCourse([.. terms.Select(row => row.ToTerm())]))];

    private sealed record Row
    {
        public required string Id { get; init; }
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string Title { get; init; }
        public required string Instructor { get; init; }
        public long Price { get; init; }
        public required string Currency { get; init; }
        public bool Active { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public int Version { get; init; }
        public DateTimeOffset AppliesFrom { get; init; }
        public required string Class { get; init; }
        public decimal? Percent { get; init; }
        public string? Sac { get; init; }

        public TaxTerm ToTerm() => new(AppliesFrom, Words.Parse<TaxClass>(Class), Percent, Sac);

        public Course ToCourse(IReadOnlyList<TaxTerm> tax) => new()
        {
            Id = Id,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            Title = Title,
            Instructor = Instructor,
            Price = Money.FromMinor(Price, PaymentGateway.Currency.FromStored(Currency)),
            Tax = tax,
            IsActive = Active,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
            Version = Version,
        };
    }
}
