using System.Text.Json.Nodes;
using Dapper;
using PaymentGateway.Identity;
using PaymentGateway.Merchants;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Identity;

namespace PaymentGateway.Tests.Merchants;

public sealed class DemoMerchantsTests : IAsyncLifetime
{
    private const string BaseUrl = "http://127.0.0.1:8080";

    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("demo").FullName, "data");
    private readonly ManualClock clock = new();
    private TestDatabase database = null!;
    private Replica replica = null!;

    private string FilePath => Path.Combine(folder, DemoMerchants.FileName);

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        replica = await Replica.Start(database.Db, clock);
    }

    public async ValueTask DisposeAsync()
    {
        await replica.DisposeAsync();
        await database.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
    }

    [Fact]
    public async Task The_first_start_makes_five_shops_and_a_file_for_its_owner_alone()
    {
        await Ensure();
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(FilePath) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal([FilePath], Directory.GetFiles(folder));
        var file = JsonNode.Parse(await File.ReadAllTextAsync(FilePath))!;
        Assert.Equal(BaseUrl, (string?)file["baseUrl"]);
        Assert.Equal(
            ["MERCH_FH_001 FashionHub", "MERCH_TG_002 TechGadgets", "MERCH_GQ_003 GroceryQuick",
             "MERCH_BW_004 BookWorld", "MERCH_HD_005 HomeDecor"],
            file["merchants"]!.AsArray().Select(m => $"{m!["merchantId"]} {m["name"]}"));
        await AssertThatTheFileWorks(replica);
        var fashion = (await replica.Get<MerchantStore>().Find(new("MERCH_FH_001", PaymentGateway.Database.Mode.Test)))!;
        Assert.Equal(("IN", Currency.INR, 2m, 18m), (fashion.Country, fashion.DefaultCurrency, fashion.FeePercent, fashion.FeeTaxPercent));
        Assert.Equal(["card", "upi", "wallet", "netbanking"], fashion.PaymentMethods);
        Assert.Equal(5, DemoMerchants.All.Select(shop => shop.Brand.Color).Distinct().Count());
    }

    [Fact]
    public async Task The_next_start_keeps_the_file_untouched()
    {
        await Ensure();
        var before = await File.ReadAllTextAsync(FilePath);
        File.SetLastWriteTimeUtc(FilePath, DateTime.UnixEpoch);
        await Ensure();
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(FilePath));
        Assert.Equal(before, await File.ReadAllTextAsync(FilePath));
        Assert.Equal(10, await CountKeys());
    }

    [Fact]
    public async Task Another_port_changes_the_address_and_keeps_the_keys()
    {
        var before = await Ensure();
        var after = await Ensure("http://127.0.0.1:9090");
        Assert.Equal("http://127.0.0.1:9090", after.BaseUrl);
        Assert.Equal(before.Merchants, after.Merchants);
        Assert.Contains("9090", await File.ReadAllTextAsync(FilePath), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"baseUrl":"http://127.0.0.1:8080","merchants":[{"merchantId":"MERCH_FH_001"}]}""")]
    [InlineData("""{"baseUrl":"http://127.0.0.1:8080","merchants":[null]}""")]
    public async Task A_lost_or_spoilt_file_is_written_anew_with_keys_that_work(string? text)
    {
        var before = await Ensure();
        File.Delete(FilePath);
        if (text is not null)
        {
            await File.WriteAllTextAsync(FilePath, text);
        }

        var after = await Ensure();
        Assert.Empty(before.Merchants.Select(m => m.ApiKey).Intersect(after.Merchants.Select(m => m.ApiKey)));
        Assert.Equal(before.Merchants.Select(m => m.WebhookSecret), after.Merchants.Select(m => m.WebhookSecret));
        await AssertThatTheFileWorks(replica);
    }

    [Fact]
    public async Task One_lost_entry_leaves_the_others_alone()
    {
        var before = await Ensure();
        var file = JsonNode.Parse(await File.ReadAllTextAsync(FilePath))!;
        file["merchants"]!.AsArray().RemoveAt(2);
        await File.WriteAllTextAsync(FilePath, file.ToJsonString());
        var after = await Ensure();
        Assert.Equal([true, true, false, true, true], before.Merchants.Zip(after.Merchants, (a, b) => a == b));
        await AssertThatTheFileWorks(replica);
    }

    [Fact]
    public async Task A_file_of_another_database_is_made_to_fit_this_one()
    {
        await Ensure();
        await using var otherDatabase = await TestDatabase.Create();
        await using var other = await Replica.Start(otherDatabase.Db, clock);
        await Ensure(other);
        await AssertThatTheFileWorks(other);
        await Ensure();
        await AssertThatTheFileWorks(replica);
    }

    [Fact]
    public async Task A_key_that_was_rolled_is_replaced_before_it_dies()
    {
        var before = await Ensure();
        var fashion = before.Merchants[0];
        using (await replica.Send(HttpMethod.Post, "/api/payments/merchants/MERCH_FH_001/api-keys/roll",
            new(fashion.ApiKey, fashion.ApiSecret), """{"overlapHours":1}"""))
        {
            var after = await Ensure();
            Assert.NotEqual(fashion.ApiKey, after.Merchants[0].ApiKey);
            Assert.Equal(before.Merchants.Skip(1), after.Merchants.Skip(1));
        }
    }

    [Fact]
    public async Task A_file_that_is_lost_again_and_again_still_works()
    {
        for (var start = 0; start < 12; start++)
        {
            await Ensure();
            File.Delete(FilePath);
        }

        await Ensure();
        await AssertThatTheFileWorks(replica);
    }

    [Fact]
    public async Task Replicas_that_start_at_once_each_have_a_file_that_works()
    {
        await using var other = await Replica.Start(database.Db, clock);
        var folders = new[] { folder, folder + "2" };
        var files = await Task.WhenAll(
            replica.Get<DemoMerchants>().EnsureCreated(folders[0], BaseUrl, CancellationToken.None),
            other.Get<DemoMerchants>().EnsureCreated(folders[1], BaseUrl, CancellationToken.None));
        foreach (var merchant in files.SelectMany(file => file.Merchants))
        {
            Assert.Equal("200", await replica.Outcome("/secret", new(merchant.ApiKey, merchant.ApiSecret)));
        }
    }

    private Task<DemoFile> Ensure(string baseUrl = BaseUrl) =>
        replica.Get<DemoMerchants>().EnsureCreated(folder, baseUrl, CancellationToken.None);

    private Task<DemoFile> Ensure(Replica other) => other.Get<DemoMerchants>().EnsureCreated(folder, BaseUrl, CancellationToken.None);

    private async Task AssertThatTheFileWorks(Replica server)
    {
        var merchants = JsonNode.Parse(await File.ReadAllTextAsync(FilePath))!["merchants"]!.AsArray();
        Assert.Equal(5, merchants.Count);
        foreach (var merchant in merchants)
        {
            var keys = new ApiKeyPair((string)merchant!["apiKey"]!, (string)merchant["apiSecret"]!);
            Assert.Equal("200", await server.Outcome($"/api/payments/merchants/{merchant["merchantId"]}", keys));
            var tenant = new PaymentGateway.Database.Tenant((string)merchant["merchantId"]!, PaymentGateway.Database.Mode.Test);
            Assert.Equal(await server.Get<MerchantStore>().WebhookSecretOf(tenant), (string?)merchant["webhookSecret"]);
        }
    }

    private async Task<long> CountKeys()
    {
        await using var connection = await database.Db.OpenSystem(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM identity.api_keys");
    }
}
