using Dapper;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>Reads discount codes.</summary>
internal sealed class DiscountStore(Db db)
{
    private const string Select =
        """
        SELECT id, merchant_id, mode, code, percent, amount, currency, starts_at, ends_at, use_limit, student_limit, course_ids, partner,
            active, uses, created_at, updated_at, version
        FROM courses.discount_codes
        """;

    public async Task<DiscountCode?> Find(Tenant tenant, string id, CancellationToken cancel) =>
        await FindOne(tenant, "id = @id", new { id, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancel);

    /// <param name="code">As <see cref="DiscountCode.Normal"/> writes it.</param>
    public async Task<DiscountCode?> FindByCode(Tenant tenant, string code, CancellationToken cancel) =>
        await FindOne(tenant, "code = @code", new { code, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancel);

    public async Task<ListView<TView>> List<TView>(Tenant tenant, ListQuery query, Func<DiscountCode, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "id", "created_at")
            .And("active = @active", query["active"] is { } text ? text == "true" : null)
            .And("partner = @partner", query["partner"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"{Select} WHERE merchant_id = @merchantId AND mode = @mode {where.Sql} ORDER BY id DESC LIMIT @limit",
            where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), row => row.Id, row => view(row.ToCode()));
    }

    private async Task<DiscountCode?> FindOne(Tenant tenant, string condition, object parameters, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"{Select} WHERE {condition} AND merchant_id = @MerchantId AND mode = @mode", parameters, cancellationToken: cancel)))?.ToCode();
    }

    private sealed record Row
    {
        public required string Id { get; init; }
        public required string MerchantId { get; init; }
        public required string Mode { get; init; }
        public required string Code { get; init; }
        public decimal? Percent { get; init; }
        public long? Amount { get; init; }
        public string? Currency { get; init; }
        public DateTimeOffset? StartsAt { get; init; }
        public DateTimeOffset? EndsAt { get; init; }
        public int? UseLimit { get; init; }
        public int? StudentLimit { get; init; }
        public string[]? CourseIds { get; init; }
        public string? Partner { get; init; }
        public bool Active { get; init; }
        public int Uses { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public int Version { get; init; }

        public DiscountCode ToCode() => new()
        {
            Id = Id,
            Tenant = Tenant.FromStored(MerchantId, Mode),
            Code = Code,
            Percent = Percent,
            Amount = Amount is { } minor ? Money.FromMinor(minor, PaymentGateway.Currency.FromStored(Currency!)) : null,
            StartsAt = StartsAt,
            EndsAt = EndsAt,
            UseLimit = UseLimit,
            StudentLimit = StudentLimit,
            CourseIds = CourseIds,
            Partner = Partner,
            IsActive = Active,
            Uses = Uses,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
            Version = Version,
        };
    }
}
