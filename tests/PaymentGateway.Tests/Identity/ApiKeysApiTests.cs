using System.Net;
using PaymentGateway.Identity;
using PaymentGateway.Merchants;
using PaymentGateway.Tests.Database;

namespace PaymentGateway.Tests.Identity;

public sealed class ApiKeysApiTests : IAsyncLifetime
{
    private const string Keys = "/api/payments/merchants/MERCH_FH_001/api-keys";

    private readonly ManualClock clock = new();
    private TestDatabase database = null!;
    private Replica replica = null!;
    private MerchantAccess shop = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.Create();
        replica = await Replica.Start(database.Db, clock);
        shop = (await replica.CreateMerchant("MERCH_FH_001")).Test;
    }

    public async ValueTask DisposeAsync()
    {
        await replica.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_repeated_roll_gives_the_same_pair_byte_for_byte()
    {
        (string, string)[] key = [("Idempotency-Key", "roll-1")];
        using var first = await Roll("""{"overlapHours":1}""", key);
        using var again = await Roll("""{"overlapHours":1}""", key);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(2, await Count());
        using var other = await Roll("""{"overlapHours":2}""", key);
        Assert.Equal("422 IDEMPOTENCY_KEY_REUSED", await Replica.OutcomeOf(other));
    }

    [Theory]
    [InlineData("""{"overlapHours":-1}""", "400 VALIDATION_FAILED")]
    [InlineData("""{"overlapHours":73}""", "400 VALIDATION_FAILED")]
    [InlineData("""{"overlapHours":1.5}""", "400 VALIDATION_FAILED")]
    [InlineData("""{"overlapHours":"1"}""", "400 VALIDATION_FAILED")]
    [InlineData("""{"hours":1}""", "400 UNKNOWN_FIELD")]
    [InlineData("[]", "400 INVALID_JSON")]
    public async Task A_faulty_roll_changes_nothing(string json, string outcome)
    {
        using var response = await Roll(json);
        Assert.Equal(outcome, await Replica.OutcomeOf(response));
        Assert.Equal(1, await Count());
        Assert.Equal("200", await replica.Outcome("/secret", shop.Keys));
    }

    [Fact]
    public async Task Another_merchants_keys_are_not_there()
    {
        var stranger = (await replica.CreateMerchant()).Test;
        Assert.Matches("^mer_[0-9a-z]{26}$", stranger.Merchant.Tenant.MerchantId);
        Assert.StartsWith($"pk_test_{stranger.Merchant.Tenant.MerchantId}_", stranger.Keys.ApiKey, StringComparison.Ordinal);
        Assert.Equal("404 MERCHANT_NOT_FOUND", await replica.Outcome(Keys, stranger.Keys));
        using var roll = await replica.Send(HttpMethod.Post, $"{Keys}/roll", stranger.Keys, "{}");
        Assert.Equal("404 MERCHANT_NOT_FOUND", await Replica.OutcomeOf(roll));
    }

    [Fact]
    public async Task The_list_shows_how_each_pair_stands_and_no_secret()
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        using var roll = await Roll("""{"overlapHours":1}""");
        using var response = await replica.Send(Keys, shop.Keys);
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("ecret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sk_", text, StringComparison.Ordinal);
        Assert.Equal(["active", "expiring"], await Statuses());
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("401 AUTHENTICATION_FAILED", await replica.Outcome(Keys, shop.Keys));
    }

    [Fact]
    public async Task Rolls_at_once_leave_one_lasting_pair()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Roll("""{"overlapHours":72}""")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Single(await Statuses(), "active");
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Overlaps_do_not_pile_up_for_ever()
    {
        for (var pairs = 1; pairs < ApiKeys.LiveMax; pairs++)
        {
            using var roll = await Roll("""{"overlapHours":72}""");
            Assert.Equal(HttpStatusCode.Created, roll.StatusCode);
        }

        using var tooMany = await Roll("""{"overlapHours":72}""");
        Assert.Equal("409 INVALID_STATE", await Replica.OutcomeOf(tooMany));
        using var clean = await Roll("""{"overlapHours":0}""");
        Assert.Equal(HttpStatusCode.Created, clean.StatusCode);
    }

    private Task<HttpResponseMessage> Roll(string json, params (string, string)[] headers) =>
        replica.Send(HttpMethod.Post, $"{Keys}/roll", shop.Keys, json, headers);

    private async Task<int> Count() => (await Statuses()).Count;

    private async Task<List<string>> Statuses()
    {
        using var response = await replica.Send(Keys, shop.Keys);
        return [.. (await Replica.JsonOf(response))["data"]!.AsArray().Select(key => (string)key!["status"]!)];
    }
}
