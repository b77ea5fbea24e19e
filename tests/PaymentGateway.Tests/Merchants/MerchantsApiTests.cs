using System.Net;
using System.Text.Json.Nodes;
using PaymentGateway.Http;
using PaymentGateway.Merchants;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Identity;

namespace PaymentGateway.Tests.Merchants;

public sealed class MerchantsApiTests : IAsyncLifetime
{
    private const string Path = "/api/payments/merchants/MERCH_FH_001";

    private readonly ManualClock clock = new();
    private TestDatabase database = null!;
    private Replica replica = null!;
    private MerchantAccess shop = null!;
    private MerchantAccess live = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        replica = await Replica.Start(database.Db, clock);
        (shop, live) = await replica.CreateMerchant("MERCH_FH_001");
    }

    public async ValueTask DisposeAsync()
    {
        await replica.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_merchant_reads_its_settings()
    {
        using var response = await replica.Send(Path, shop.Keys);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            """
            {"id":"MERCH_FH_001","merchantId":"MERCH_FH_001","mode":"test","name":"A shop","status":"active","country":"IN",
            "defaultCurrency":"INR","brand":{"color":"#0a7d4f"},"paymentMethods":["card","upi"],"ipAllowList":[],
            "feePercent":2,"feeTaxPercent":18,"limits":{},
            "upi":{"collect":true,"category":"standard","maximumAmount":100000},"feeReturnedOnRefund":false,"refundPolicy":{"approvals":1},
            "threeDSecure":{"onUnavailable":"authorize"},
            "createdAt":"2026-11-01T09:30:00.000Z"}
            """.ReplaceLineEndings(""),
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_change_is_answered_kept_and_of_one_mode_only()
    {
        using var response = await Patch(
            """{"name":"Новый","limits":{"minimumAmount":1,"maximumAmount":500000.50},"ipAllowList":["127.0.0.0/8"]}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answered = await Replica.JsonOf(response);
        Assert.Equal("Новый", (string?)answered["name"]);
        Assert.Equal("""{"minimumAmount":1,"maximumAmount":500000.5}""", answered["limits"]!.ToJsonString());
        using var read = await replica.Send(Path, shop.Keys);
        Assert.True(JsonNode.DeepEquals(answered, await Replica.JsonOf(read)));
        using var other = await replica.Send(Path, live.Keys);
        Assert.Equal("A shop", (string?)(await Replica.JsonOf(other))["name"]);
    }

    [Fact]
    public async Task An_allow_list_holds_at_once()
    {
        Assert.Equal("200", await replica.Outcome("/secret", shop.Keys));
        using var response = await Patch("""{"ipAllowList":["192.0.2.7"]}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("403 IP_NOT_ALLOWED", await replica.Outcome("/secret", shop.Keys));
    }

    [Theory]
    [InlineData("""{"nmae":"x"}""", "400 UNKNOWN_FIELD")]
    [InlineData("""{"feePercent":0}""", "400 UNKNOWN_FIELD")]
    [InlineData("""{"brand":{"colour":"#000000"}}""", "400 UNKNOWN_FIELD")]
    [InlineData("""{"name":1}""", "400 VALIDATION_FAILED")]
    [InlineData("""{"paymentMethods":"card"}""", "400 VALIDATION_FAILED")]
    [InlineData("""{"limits":{"minimumAmount":"1"}}""", "400 VALIDATION_FAILED")]
    [InlineData("""{"ipAllowList":["a"]}""", "400 VALIDATION_FAILED")]
    [InlineData("""{"name":"4111 1111 1111 1111"}""", "400 CARD_DATA_REFUSED")]
    [InlineData("null", "400 INVALID_JSON")]
    public async Task A_faulty_change_changes_nothing(string json, string outcome)
    {
        using var response = await Patch(json);
        Assert.Equal(outcome, await Replica.OutcomeOf(response));
        Assert.Equal(1, (await replica.Get<MerchantStore>().Read(shop.Merchant.Tenant))!.Version);
    }

    [Fact]
    public async Task Another_merchant_is_not_there()
    {
        var stranger = (await replica.CreateMerchant("MERCH_TG_002")).Test;
        Assert.Equal("404 MERCHANT_NOT_FOUND", await replica.Outcome(Path, stranger.Keys));
        Assert.Equal("404 MERCHANT_NOT_FOUND", await replica.Outcome("/api/payments/merchants/nobody", stranger.Keys));
        using var patch = await replica.Send(HttpMethod.Patch, Path, stranger.Keys, """{"name":"mine"}""");
        Assert.Equal("404 MERCHANT_NOT_FOUND", await Replica.OutcomeOf(patch));
        Assert.Equal("403 UNAUTHORIZED_ACCESS", await replica.Outcome(Path, null, ("X-Api-Key", shop.Keys.ApiKey)));
    }

    [Fact]
    public async Task Changes_at_once_are_all_kept()
    {
        string[] changes =
        [
            """{"name":"x"}""", """{"brand":{"color":"#000000"}}""", """{"paymentMethods":["upi"]}""", """{"limits":{"minimumAmount":5}}""",
            """{"ipAllowList":["127.0.0.1"]}""",
        ];
        var answers = await Task.WhenAll(changes.Select(json => Patch(json)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Array.ForEach(answers, answer => answer.Dispose());
        var merchant = (await replica.Get<MerchantStore>().Read(shop.Merchant.Tenant))!;
        Assert.Equal((6, "x", "#000000", "upi", 500, "127.0.0.1"), (
            merchant.Version, merchant.Name, merchant.Brand.Color, merchant.PaymentMethods.Single(), merchant.Limits.Minimum!.Value.Minor,
            merchant.IpAllowList.Single().ToString()));
    }

    [Fact]
    public async Task A_repeated_change_is_made_once()
    {
        (string, string)[] key = [("Idempotency-Key", "p1")];
        using var first = await replica.Send(HttpMethod.Patch, Path, shop.Keys, """{"name":"x"}""", key);
        using var again = await replica.Send(HttpMethod.Patch, Path, shop.Keys, """{"name":"x"}""", key);
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(2, (await replica.Get<MerchantStore>().Read(shop.Merchant.Tenant))!.Version);
    }

    [Fact]
    public async Task Other_areas_find_a_merchant_and_its_webhook_secret()
    {
        var store = replica.Get<MerchantStore>();
        var found = (await store.Find(shop.Merchant.Tenant))!;
        Assert.Equal(("A shop", 2m, 18m, Currency.INR), (found.Name, found.FeePercent, found.FeeTaxPercent, found.DefaultCurrency));
        Assert.Matches("^whsec_test_[0-9a-f]{48}$", shop.WebhookSecret);
        Assert.Equal(shop.WebhookSecret, await store.WebhookSecretOf(shop.Merchant.Tenant));
        Assert.Equal(live.WebhookSecret, await store.WebhookSecretOf(live.Merchant.Tenant));
        Assert.Null(await store.Find(new("nobody", PaymentGateway.Database.Mode.Test)));
    }

    [Fact]
    public async Task An_id_is_given_once()
    {
        var again = await replica.Get<CreateMerchant>().Run(Replica.Shop("MERCH_FH_001"), CancellationToken.None);
        Assert.Equal(Errors.ValidationFailed, again.Refusal!.Kind);
        Assert.Equal("200", await replica.Outcome("/secret", shop.Keys));
    }

    private Task<HttpResponseMessage> Patch(string json) => replica.Send(HttpMethod.Patch, Path, shop.Keys, json);
}
