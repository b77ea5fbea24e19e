using System.Text.Encodings.Web;
using System.Text.Json;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.Merchants;

/// <summary>The demo merchants with their sandbox access, as they stand in the file.</summary>
public sealed record DemoFile(string BaseUrl, IReadOnlyList<DemoMerchant> Merchants);

public sealed record DemoMerchant(string MerchantId, string Name, string ApiKey, string ApiSecret, string WebhookSecret)
{
    public override string ToString() => MerchantId;
}

/// <summary>
/// Five shops to try the sandbox with. Their secrets stand in a file, which always fits the database in use: what is missing in it,
/// or does not work, is made anew.
/// </summary>
public sealed class DemoMerchants(
    CreateMerchant create, MerchantStore merchants, ApiKeys keys, Committer committer, ILogger<DemoMerchants> log)
{
    public const string FileName = "demo.json";

    private const decimal FeePercent = 2;
    private const decimal GstPercent = 18;

    /// <summary>Another replica may make the same merchant at the same moment; one of the two is first.</summary>
    private const int RoundsMax = 10;

    /// <summary>Old keys are ended softly: another replica on this database may have them in a file of its own.</summary>
    private static readonly TimeSpan overlap = TimeSpan.FromHours(72);

    private static readonly string[] paymentMethods = ["card", "upi", "wallet", "netbanking"];

    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static readonly IReadOnlyList<NewMerchant> All =
    [
        Shop("MERCH_FH_001", "FashionHub", "#c2185b"),
        Shop("MERCH_TG_002", "TechGadgets", "#1565c0", "emi"),
        Shop("MERCH_GQ_003", "GroceryQuick", "#2e7d32", "bnpl"),
        Shop("MERCH_BW_004", "BookWorld", "#6d4c41"),
        Shop("MERCH_HD_005", "HomeDecor", "#6a1b9a", "emi"),
    ];

    /// <summary>Makes what is missing and writes the file when something in it changes. May be called at every start.</summary>
    /// <param name="baseUrl">Where this server is reached; it is kept in the file.</param>
    public async Task<DemoFile> EnsureCreated(string dataDirectory, string baseUrl, CancellationToken cancel)
    {
        var path = Path.Combine(dataDirectory, FileName);
        var known = Read(path);
        var demo = new List<DemoMerchant>();
        foreach (var shop in All)
        {
            demo.Add(await Ensure(shop, known?.Merchants.FirstOrDefault(m => m.MerchantId == shop.Id), cancel));
        }

        var file = new DemoFile(baseUrl, demo);
        if (known is null || known.BaseUrl != baseUrl || !known.Merchants.SequenceEqual(demo))
        {
            Directory.CreateDirectory(dataDirectory);
            PrivateFile.Replace(path, JsonSerializer.Serialize(file, json) + "\n");
        }

        return file;
    }

    private static NewMerchant Shop(string id, string name, string color, params string[] moreMethods) =>
        new(id, name, Country: "IN", Currency.INR, new(color, LogoUrl: null), [.. paymentMethods, .. moreMethods], FeePercent, GstPercent);

    private DemoFile? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var file = JsonSerializer.Deserialize<DemoFile>(File.ReadAllText(path), json);
            return file?.Merchants.Contains(null) == false ? file : null;
        }
        catch (JsonException e)
        {
            log.LogWarning(e, "{Path} cannot be read; it is written anew with new keys", path);
            return null;
        }
    }

    private async Task<DemoMerchant> Ensure(NewMerchant shop, DemoMerchant? known, CancellationToken cancel)
    {
        var tenant = new Tenant(shop.Id!, Mode.Test);
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await merchants.Find(tenant) is { } merchant)
            {
                var secret = await merchants.WebhookSecretOf(tenant);
                if (known is not null && await keys.IsLasting(tenant, new(known.ApiKey, known.ApiSecret)))
                {
                    return known with { Name = merchant.Name, WebhookSecret = secret };
                }

                if (await Roll(tenant, cancel) is { } pair)
                {
                    return new(tenant.MerchantId, merchant.Name, pair.ApiKey, pair.ApiSecret, secret);
                }
            }
            else if (await create.Run(shop, cancel) is { IsRefused: false, Value.Test: var access })
            {
                return new(tenant.MerchantId, shop.Name, access.Keys.ApiKey, access.Keys.ApiSecret, access.WebhookSecret);
            }
        }

        throw new InvalidOperationException($"The demo merchant {shop.Id} was changed by others {RoundsMax} times in a row.");
    }

    /// <summary>Null: another roll came first.</summary>
    private async Task<ApiKeyPair?> Roll(Tenant tenant, CancellationToken cancel)
    {
        var change = new Change();
        var rolled = await keys.Roll(change, tenant, Origin.System, overlap, cancel);
        if (rolled.IsRefused)
        {
            // Too many overlaps at once: the file was lost again and again within three days.
            change = new Change();
            rolled = await keys.Roll(change, tenant, Origin.System, TimeSpan.Zero, cancel);
        }

        var outcome = await committer.Commit(change, cancel);
        keys.Forget(tenant);
        return outcome switch
        {
            CommitOutcome.Committed => rolled.Value,
            CommitOutcome.Rejected rejected => throw new CommitRejectedException(rejected),
            _ => null,
        };
    }
}
