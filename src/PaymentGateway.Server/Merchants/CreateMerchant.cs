using System.Security.Cryptography;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.Merchants;

/// <param name="Id">Null: a new <c>mer_…</c>.</param>
public sealed record NewMerchant(
    string? Id, string Name, string Country, Currency DefaultCurrency, Brand Brand, IReadOnlyList<string> PaymentMethods,
    decimal FeePercent, decimal FeeTaxPercent);

/// <summary>What a new merchant needs to call us and to check our messages: shown once.</summary>
public sealed record MerchantAccess(Merchant Merchant, ApiKeyPair Keys, string WebhookSecret)
{
    public override string ToString() => Merchant.Tenant.ToString();
}

/// <summary>A merchant exists in both modes from the start; the modes share nothing but the id.</summary>
public sealed record CreatedMerchant(MerchantAccess Test, MerchantAccess Live);

/// <summary>Makes a merchant with its keys and webhook secrets, in one commit.</summary>
public sealed class CreateMerchant(MerchantStore store, ApiKeys keys, Committer committer, TimeProvider clock)
{
    private const int WebhookSecretBytes = 24;

    /// <returns>VALIDATION_FAILED when the id is taken.</returns>
    public async Task<Outcome<CreatedMerchant>> Run(NewMerchant asked, CancellationToken cancel)
    {
        var change = new Change();
        var id = asked.Id ?? Id.New("mer", clock);
        var created = new CreatedMerchant(Add(change, asked, new(id, Mode.Test)), Add(change, asked, new(id, Mode.Live)));
        return await committer.Commit(change, cancel) switch
        {
            CommitOutcome.Committed => created,
            CommitOutcome.Conflict => Refusal.Field("id", $"{id} is taken by another merchant"),
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            var other => throw new InvalidOperationException($"{other} is not an outcome of a commit."),
        };
    }

    private MerchantAccess Add(Change change, NewMerchant asked, Tenant tenant)
    {
        var merchant = new Merchant(
            tenant, Version: 1, asked.Name, MerchantStatus.Active, asked.Country, asked.DefaultCurrency, asked.Brand, asked.PaymentMethods,
            IpAllowList: [], asked.FeePercent, asked.FeeTaxPercent, new(Minimum: null, Maximum: null), clock.GetUtcNow());
        var webhookSecret = $"whsec_{tenant.Mode.ToSql()}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(WebhookSecretBytes))}";
        change.Write(MerchantRow.Insert, store.NewRow(merchant, webhookSecret));
        MerchantTrail.Record(change, Origin.System, clock, before: null, merchant);
        return new(merchant, keys.Add(change, tenant, Origin.System), webhookSecret);
    }
}
