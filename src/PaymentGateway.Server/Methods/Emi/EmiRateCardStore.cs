using System.Text.Json;
using Dapper;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Methods.Emi;

/// <summary>A merchant's rate cards as they stand in the database.</summary>
/// <param name="Version">0: the merchant has none of its own yet.</param>
internal sealed record EmiRateCardsRow(Tenant Tenant, EmiRateCards Cards, int Version, DateTimeOffset UpdatedAt)
{
    /// <summary>Conflicts when another change of the cards was first.</summary>
    internal static readonly RowWriter<EmiRateCardsRow> Write = RowWriter<EmiRateCardsRow>.Guard("methods.emi_rate_cards", 50, r => r.Key,
        """
        INSERT INTO methods.emi_rate_cards AS c (merchant_id, mode, cards, version, updated_at)
        SELECT merchant_id, mode, cards, version, updated_at
        FROM unnest($1, $2, $3, $4, $5) AS r (merchant_id, mode, cards, version, updated_at)
        ON CONFLICT (merchant_id, mode) DO UPDATE
        SET cards = excluded.cards, version = excluded.version, updated_at = excluded.updated_at
        WHERE c.version = excluded.version - 1
        RETURNING merchant_id || '/' || mode
        """,
        RowWriter<EmiRateCardsRow>.Column(r => r.Tenant.MerchantId),
        RowWriter<EmiRateCardsRow>.Column(r => r.Tenant.Mode.ToSql()),
        RowWriter<EmiRateCardsRow>.Column(r => JsonSerializer.Serialize(r.Cards, Json.Options)),
        RowWriter<EmiRateCardsRow>.Column(r => r.Version),
        RowWriter<EmiRateCardsRow>.Column(r => r.UpdatedAt));

    private string Key => $"{Tenant.MerchantId}/{Tenant.Mode.ToSql()}";
}

/// <summary>Reads rate cards: a merchant's own, or the built-in ones.</summary>
public sealed class EmiRateCardStore(Db db)
{
    /// <summary>Every line that a plan can be made of.</summary>
    public async Task<IReadOnlyList<EmiTerm>> TermsOf(Tenant tenant, CancellationToken cancel) =>
        EmiRateCardDecisions.Read((await Read(tenant, cancel)).Cards).Value;

    internal async Task<EmiRateCardsRow> Read(Tenant tenant, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<(string Cards, int Version, DateTimeOffset UpdatedAt)?>(new CommandDefinition(
            "SELECT cards, version, updated_at FROM methods.emi_rate_cards WHERE merchant_id = @MerchantId AND mode = @mode",
            new { tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row is var (cards, version, updatedAt)
            ? new(tenant, JsonSerializer.Deserialize<EmiRateCards>(cards, Json.Options)!, version, updatedAt)
            : new(tenant, EmiRateCardDecisions.Default, 0, default);
    }
}
