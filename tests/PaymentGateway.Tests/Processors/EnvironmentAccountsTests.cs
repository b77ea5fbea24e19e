using System.Net;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Processors;
using PaymentGateway.Settings;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Simulators;

namespace PaymentGateway.Tests.Processors;

/// <summary>Accounts whose keys the operator sets in the environment, for a house with one merchant.</summary>
public sealed class EnvironmentAccountsTests
{
    private const string Shop = "MERCH_FH_001";
    private static readonly DateTimeOffset when = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly AccountField[] fields =
    [
        new("secretKey", "", IsSecret: true, IsRequired: true, (key, mode) => key.StartsWith($"sk_{mode.ToSql()}_", StringComparison.Ordinal) ? null : "must begin so"),
        new("publishableKey", "", IsSecret: false, IsRequired: false,
            (key, mode) => key.StartsWith($"pk_{mode.ToSql()}_", StringComparison.Ordinal) ? null : "must begin with pk of the mode"),
        new("account", "", IsSecret: false, IsRequired: true),
    ];

    [Theory]
    [InlineData("sk_test_1", null, Mode.Test)]
    [InlineData("sk_live_1", null, Mode.Live)]
    [InlineData("sk_live_1", "pk_live_1", Mode.Live)]
    public void The_mode_is_that_of_the_key(string secret, string? publishable, Mode mode)
    {
        var account = EnvironmentKeys.Account(Shop, Keys(secret, publishable, "acc"), fields, stated: null, when)!;
        Assert.Equal((new Tenant(Shop, mode), $"pacc_env_{mode.ToSql()}", true, true), (account.Tenant, account.Id, account.Enabled, account.IsFromEnvironment));
        Assert.Equal(secret, account.Fields["secretKey"]);
    }

    [Theory]
    [InlineData("sk_live_1", "pk_test_1", "acc", "ACME_PUBLISHABLE_KEY must begin with pk of the mode")]
    [InlineData("sk_test_1", null, null, "ACME_ACCOUNT is missing: ACME_SECRET_KEY is set, and both are needed")]
    [InlineData(null, "pk_test_1", "acc", "ACME_SECRET_KEY is missing: ACME_PUBLISHABLE_KEY is set, and both are needed")]
    [InlineData("rubbish-value", null, "acc", "ACME_SECRET_KEY must begin so")]
    public void A_fault_names_its_variable_and_never_a_value(string? secret, string? publishable, string? account, string sentence)
    {
        var fault = Assert.Throws<StartupException>(() => EnvironmentKeys.Account(Shop, Keys(secret, publishable, account), fields, stated: null, when));
        Assert.Equal(sentence, fault.Message);
    }

    [Fact]
    public void Where_the_keys_do_not_tell_the_mode_it_is_stated()
    {
        var keys = Keys("sk_live_1", null, "acc");
        Assert.Equal(Mode.Live, EnvironmentKeys.Account(Shop, keys, [fields[0] with { Fault = null }, fields[1], fields[2]], Mode.Live, when)!.Tenant.Mode);
        Assert.Null(EnvironmentKeys.Account(Shop, Keys(null, null, null), fields, Mode.Live, when));
    }

    [Fact]
    public async Task The_keys_pay_are_shown_as_the_environment_s_and_cannot_be_changed_by_the_merchant()
    {
        await using var stripe = await RunningSimulator.Start("stripe");
        await using var gateway = await TestGateway.Start(variables:
        [
            ("STRIPE_API_URL", stripe.Address), ("ROLE", "api"), ("PROCESSORS_MERCHANT", Shop), ("STRIPE_SECRET_KEY", "sk_test_of_the_house_4242"),
            ("STRIPE_WEBHOOK_SECRET", "whsec_of_the_house"), ("STRIPE_PUBLISHABLE_KEY", "pk_test_of_the_house"),
        ]);
        using var client = gateway.ClientOf(gateway.Shops.Single(shop => shop.MerchantId == Shop));

        var account = (await client.GetJson("/api/payments/processors/stripe")).GetProperty("account");
        Assert.Equal(("environment", "pacc_env_test", "***4242", "pk_test_of_the_house"), (
            account.Text("source"), account.Text("id"), account.GetProperty("fields").Text("secretKey"), account.GetProperty("fields").Text("publishableKey")));
        Assert.EndsWith("/api/payments/webhooks/stripe/pacc_env_test", account.Text("webhookUrl"), StringComparison.Ordinal);
        var (_, paid, _) = await client.Post("/api/payments/payment-intents", new
        {
            amount = 100,
            currency = "USD",
            paymentMethod = "card",
            paymentDetails = new { cardToken = "pm_card_visa" },
            confirm = true,
        });
        Assert.Equal(("succeeded", "stripe"), (paid.Text("status"), paid.GetProperty("charges")[0].Text("connector")));

        const string path = "/api/payments/processors/stripe/account";
        var (put, refused, _) = await client.Call(HttpMethod.Put, path, new { enabled = false });
        Assert.Equal((HttpStatusCode.BadRequest, "NOT_SUPPORTED"), (put, refused.Code()));
        Assert.Equal("NOT_SUPPORTED", (await client.Call(HttpMethod.Delete, path)).Body.Code());
        Assert.True((await client.Call(HttpMethod.Post, $"{path}/test")).Body.GetProperty("ok").GetBoolean());

        using var other = gateway.ClientOf(gateway.Shops.First(shop => shop.MerchantId != Shop));
        Assert.False((await other.GetJson("/api/payments/processors/stripe")).TryGetProperty("account", out _));
        Assert.Equal("api", (await other.Call(HttpMethod.Put, path, new { fields = new { secretKey = "sk_test_of_another_4242" } })).Body.Text("source"));
        Assert.Equal(["pacc_env_test"], (await gateway.Get<IProcessorAccounts>().Receivers("stripe", "pacc_env_test", Cancel))
            .Select(receiver => receiver.Id));
    }

    [Fact]
    public async Task Keys_of_nobody_in_particular_belong_to_the_only_merchant_and_to_no_one_of_several()
    {
        await using var database = await TestDatabase.Create();
        (string Name, string Value)[] keys = [("PAYPAL_CLIENT_ID", "client"), ("PAYPAL_CLIENT_SECRET", "secret-of-paypal"), ("ROLE", "api")];
        var none = await Assert.ThrowsAsync<StartupException>(() => TestGateway.Start(database: database, variables: keys));
        Assert.StartsWith("PAYPAL_CLIENT_ID is set, and there is no merchant yet", none.Message, StringComparison.Ordinal);

        // The first start makes the demo shops, which are several.
        await (await TestGateway.Start(database: database, variables: [("ROLE", "api")])).DisposeAsync();
        var several = await Assert.ThrowsAsync<StartupException>(() => TestGateway.Start(database: database, variables: keys));
        Assert.Equal("PAYPAL_CLIENT_ID is set, and there are several merchants: name the one whose account it is in PROCESSORS_MERCHANT", several.Message);
        var unknown = await Assert.ThrowsAsync<StartupException>(
            () => TestGateway.Start(database: database, variables: [.. keys, ("PROCESSORS_MERCHANT", "MERCH_NOBODY")]));
        Assert.Equal("PROCESSORS_MERCHANT must name a merchant, and MERCH_NOBODY is none here", unknown.Message);
        var half = await Assert.ThrowsAsync<StartupException>(
            () => TestGateway.Start(database: database, variables: [("PAYPAL_CLIENT_ID", "client"), ("PROCESSORS_MERCHANT", Shop), ("ROLE", "api")]));
        Assert.Equal("PAYPAL_CLIENT_SECRET is missing: PAYPAL_CLIENT_ID is set, and both are needed", half.Message);

        await using (var connection = await database.Db.OpenSystem(Cancel))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"DELETE FROM merchants.merchants WHERE merchant_id <> '{Shop}'";
            await command.ExecuteNonQueryAsync(Cancel);
        }

        await using var only = await TestGateway.Start(database: database, variables: keys);
        Assert.Equal(["paypal"], await only.Get<IProcessorAccounts>().Enabled(new(Shop, Mode.Test)));
    }

    private static ProcessorKey[] Keys(string? secret, string? publishable, string? account) =>
    [
        new("acme", "secretKey", "ACME_SECRET_KEY", secret), new("acme", "publishableKey", "ACME_PUBLISHABLE_KEY", publishable),
        new("acme", "account", "ACME_ACCOUNT", account),
    ];
}
