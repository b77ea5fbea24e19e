using Dapper;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Identity;
using PaymentGateway.Settings;

namespace PaymentGateway.Merchants;

/// <summary>All SQL of merchants, and the rows that every request needs kept for a few seconds.</summary>
public sealed class MerchantStore(Db db, SecretVault vault, TimeProvider clock)
{
    private readonly RowCache<Tenant, MerchantRow> cache = new(clock);

    /// <summary>The merchant as it was at most five seconds ago, or null.</summary>
    public async ValueTask<Merchant?> Find(Tenant tenant) => (await cache.Find(tenant, Load))?.Merchant;

    /// <summary>The secret that the merchant checks our messages by.</summary>
    /// <exception cref="InvalidOperationException">There is no such merchant: ask only for one that is known.</exception>
    public async ValueTask<string> WebhookSecretOf(Tenant tenant)
    {
        var row = await cache.Find(tenant, Load) ?? throw new InvalidOperationException($"There is no merchant {tenant}.");
        return vault.Decrypt(PurposeOf(tenant), row.SealedWebhookSecret);
    }

    /// <summary>The ids of some merchants, in whatever mode they are; enough to tell whether there are several.</summary>
    public async Task<IReadOnlyList<string>> FindSome(int max, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT DISTINCT m.merchant_id FROM merchants.merchants m ORDER BY m.merchant_id LIMIT @max", new { max }, cancellationToken: cancel))];
    }

    internal async ValueTask<AccessRules?> AccessRulesOf(Tenant tenant, CancellationToken cancel) =>
        await Find(tenant) is { } merchant ? new(merchant.Status == MerchantStatus.Active, merchant.IpAllowList) : null;

    /// <summary>As it is in the database now, for a decision to start from.</summary>
    internal async Task<Merchant?> Read(Tenant tenant) => (await Load(tenant))?.Merchant;

    /// <summary>After a commit: in this process the change holds at once, in others within five seconds.</summary>
    internal void Forget(Tenant tenant) => cache.Forget(tenant);

    internal MerchantRow NewRow(Merchant merchant, string webhookSecret) =>
        new(merchant, vault.Encrypt(PurposeOf(merchant.Tenant), webhookSecret));

    /// <summary>With the tenant in it, so that a sealed secret does not open in another merchant's row.</summary>
    private static string PurposeOf(Tenant tenant) => $"merchants.webhook_secret/{tenant.MerchantId}/{tenant.Mode.ToSql()}";

    internal static SealedColumn Sealed { get; } = new(
        "merchants.merchants", ["merchant_id", "mode"], "webhook_secret", ["merchant_id", "mode"], row => PurposeOf(Tenant.FromStored(row[0], row[1])));

    private async Task<MerchantRow?> Load(Tenant tenant)
    {
        await using var connection = await db.OpenForMerchant(tenant, CancellationToken.None);
        var row = await connection.QuerySingleOrDefaultAsync<StoredMerchant>(
            """
            SELECT version, name, status, country, default_currency, brand_color, brand_logo_url, payment_methods, ip_allow_list,
                fee_percent, fee_tax_percent, minimum_amount, maximum_amount, webhook_secret, upi_collect, upi_category, created_at,
                fee_returned_on_refund, refund_approval_above, refund_approvals, refund_second_factor_above, three_d_secure_unavailable
            FROM merchants.merchants
            WHERE merchant_id = @MerchantId AND mode = @mode
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql() });
        return row?.ToRow(tenant);
    }

    private sealed record StoredMerchant
    {
        public int Version { get; init; }
        public required string Name { get; init; }
        public required string Status { get; init; }
        public required string Country { get; init; }
        public required string DefaultCurrency { get; init; }
        public string? BrandColor { get; init; }
        public string? BrandLogoUrl { get; init; }
        public required string[] PaymentMethods { get; init; }
        public required string[] IpAllowList { get; init; }
        public decimal FeePercent { get; init; }
        public decimal FeeTaxPercent { get; init; }
        public long? MinimumAmount { get; init; }
        public long? MaximumAmount { get; init; }
        public required string WebhookSecret { get; init; }
        public bool? UpiCollect { get; init; }
        public required string UpiCategory { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public bool FeeReturnedOnRefund { get; init; }
        public long? RefundApprovalAbove { get; init; }
        public short RefundApprovals { get; init; }
        public long? RefundSecondFactorAbove { get; init; }
        public required string ThreeDSecureUnavailable { get; init; }

        public MerchantRow ToRow(Tenant tenant)
        {
            var currency = Currency.TryParse(DefaultCurrency, out var known)
                ? known
                : throw new InvalidOperationException($"The merchant {tenant.MerchantId} has the unknown currency {DefaultCurrency}.");
            Money? Amount(long? minor) => minor is { } value ? Money.FromMinor(value, currency) : null;
            return new(
                new(tenant, Version, Name, Status == "active" ? MerchantStatus.Active : MerchantStatus.Disabled, Country, currency,
                    new(BrandColor, BrandLogoUrl), PaymentMethods, [.. IpAllowList.Select(Range)], FeePercent, FeeTaxPercent,
                    new(Amount(MinimumAmount), Amount(MaximumAmount)), CreatedAt, FeeReturnedOnRefund,
                    new(Amount(RefundApprovalAbove), RefundApprovals, Amount(RefundSecondFactorAbove)))
                {
                    Upi = new(UpiCollect ?? UpiTerms.Of(tenant.Mode).Collect, UpiCategory),
                    StopsWhenUnauthenticated = ThreeDSecureUnavailable == "stop",
                },
                WebhookSecret);
        }

        /// <summary>What cannot be read must not become a wider list: an empty one allows everybody.</summary>
        private static AddressRange Range(string text) => AddressRange.TryParse(text, out var range)
            ? range
            : throw new InvalidOperationException($"The allow-list entry {text} is not an address or range.");
    }
}

/// <summary>A merchant with what only its own area may see.</summary>
internal sealed record MerchantRow(Merchant Merchant, string SealedWebhookSecret)
{
    /// <summary>Lists travel as one text each: PostgreSQL's unnest would take an array of arrays apart.</summary>
    private static readonly Column<MerchantRow>[] columns =
    [
        RowWriter<MerchantRow>.Column(r => r.Merchant.Tenant.MerchantId),
        RowWriter<MerchantRow>.Column(r => r.Merchant.Tenant.Mode.ToSql()),
        RowWriter<MerchantRow>.Column(r => r.Merchant.Version),
        RowWriter<MerchantRow>.Column(r => r.Merchant.Name),
        RowWriter<MerchantRow>.Column(r => r.Merchant.Status == MerchantStatus.Active ? "active" : "disabled"),
        RowWriter<MerchantRow>.Column(r => r.Merchant.Country),
        RowWriter<MerchantRow>.Column(r => r.Merchant.DefaultCurrency.Code),
        RowWriter<MerchantRow>.Column(r => r.Merchant.Brand.Color),
        RowWriter<MerchantRow>.Column(r => r.Merchant.Brand.LogoUrl),
        RowWriter<MerchantRow>.Column(r => string.Join(',', r.Merchant.PaymentMethods)),
        RowWriter<MerchantRow>.Column(r => string.Join(',', r.Merchant.IpAllowList)),
        RowWriter<MerchantRow>.Column(r => r.Merchant.FeePercent),
        RowWriter<MerchantRow>.Column(r => r.Merchant.FeeTaxPercent),
        RowWriter<MerchantRow>.Column(r => r.Merchant.Limits.Minimum?.Minor),
        RowWriter<MerchantRow>.Column(r => r.Merchant.Limits.Maximum?.Minor),
        RowWriter<MerchantRow>.Column(r => r.SealedWebhookSecret),
        RowWriter<MerchantRow>.Column(r => r.Merchant.CreatedAt),
    ];

    /// <summary>Conflicts when the merchant is there already.</summary>
    internal static readonly RowWriter<MerchantRow> Insert = RowWriter<MerchantRow>.Guard("merchants.merchants", 15, r => r.Key,
        """
        INSERT INTO merchants.merchants
            (merchant_id, mode, version, name, status, country, default_currency, brand_color, brand_logo_url,
             payment_methods, ip_allow_list, fee_percent, fee_tax_percent, minimum_amount, maximum_amount, webhook_secret, created_at)
        SELECT merchant_id, mode, version, name, status, country, default_currency, brand_color, brand_logo_url,
            string_to_array(payment_methods, ','), string_to_array(ip_allow_list, ','),
            fee_percent, fee_tax_percent, minimum_amount, maximum_amount, webhook_secret, created_at
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            AS r (merchant_id, mode, version, name, status, country, default_currency, brand_color, brand_logo_url,
                payment_methods, ip_allow_list, fee_percent, fee_tax_percent, minimum_amount, maximum_amount, webhook_secret, created_at)
        ON CONFLICT (merchant_id, mode) DO NOTHING
        RETURNING merchant_id || '/' || mode
        """, columns);

    private string Key => KeyOf(Merchant);

    private static string KeyOf(Merchant merchant) => $"{merchant.Tenant.MerchantId}/{merchant.Tenant.Mode.ToSql()}";

    /// <summary>The settings, when the merchant is still of the version that they were decided on. Nothing else may change.</summary>
    internal static readonly RowWriter<Merchant> Update = RowWriter<Merchant>.Guard("merchants.settings", 16, KeyOf,
        """
        UPDATE merchants.merchants AS m
        SET version = r.version, name = r.name, brand_color = r.brand_color, brand_logo_url = r.brand_logo_url,
            payment_methods = string_to_array(r.payment_methods, ','), ip_allow_list = string_to_array(r.ip_allow_list, ','),
            minimum_amount = r.minimum_amount, maximum_amount = r.maximum_amount, upi_collect = r.upi_collect, upi_category = r.upi_category,
            fee_returned_on_refund = r.fee_returned_on_refund, refund_approval_above = r.refund_approval_above,
            refund_approvals = r.refund_approvals, refund_second_factor_above = r.refund_second_factor_above,
            three_d_secure_unavailable = r.three_d_secure_unavailable
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            AS r (merchant_id, mode, version, name, brand_color, brand_logo_url, payment_methods, ip_allow_list,
                minimum_amount, maximum_amount, upi_collect, upi_category, fee_returned_on_refund, refund_approval_above, refund_approvals,
                refund_second_factor_above, three_d_secure_unavailable)
        WHERE m.merchant_id = r.merchant_id AND m.mode = r.mode AND m.version = r.version - 1
        RETURNING m.merchant_id || '/' || m.mode
        """,
        RowWriter<Merchant>.Column(m => m.Tenant.MerchantId),
        RowWriter<Merchant>.Column(m => m.Tenant.Mode.ToSql()),
        RowWriter<Merchant>.Column(m => m.Version),
        RowWriter<Merchant>.Column(m => m.Name),
        RowWriter<Merchant>.Column(m => m.Brand.Color),
        RowWriter<Merchant>.Column(m => m.Brand.LogoUrl),
        RowWriter<Merchant>.Column(m => string.Join(',', m.PaymentMethods)),
        RowWriter<Merchant>.Column(m => string.Join(',', m.IpAllowList)),
        RowWriter<Merchant>.Column(m => m.Limits.Minimum?.Minor),
        RowWriter<Merchant>.Column(m => m.Limits.Maximum?.Minor),
        RowWriter<Merchant>.Column(m => m.Upi.Collect),
        RowWriter<Merchant>.Column(m => m.Upi.Category),
        RowWriter<Merchant>.Column(m => m.FeeReturnedOnRefund),
        RowWriter<Merchant>.Column(m => m.RefundPolicy?.ApprovalAbove?.Minor),
        RowWriter<Merchant>.Column(m => (short)(m.RefundPolicy?.Approvals ?? 1)),
        RowWriter<Merchant>.Column(m => m.RefundPolicy?.SecondFactorAbove?.Minor),
        RowWriter<Merchant>.Column(m => m.StopsWhenUnauthenticated ? "stop" : "authorize"));
}
