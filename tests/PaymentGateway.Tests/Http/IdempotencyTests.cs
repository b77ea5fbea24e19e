using System.Net;
using System.Net.Http.Json;
using System.Text;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Http;

public sealed class IdempotencyFixture : IAsyncLifetime
{
    public ManualClock Clock { get; } = new();

    public TestDatabase Database { get; private set; } = null!;

    public TestGateway Gateway { get; private set; } = null!;

    /// <summary>Knows nothing but what the database knows.</summary>
    public TestGateway Newcomer { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.Create();
        Gateway = await Start();
        Newcomer = await Start();
    }

    private Task<TestGateway> Start() => TestGateway.Start(Database, Clock, ("ROLE", "api"));

    public async ValueTask DisposeAsync()
    {
        await Newcomer.DisposeAsync();
        await Gateway.DisposeAsync();
        await Database.DisposeAsync();
    }
}

public sealed class IdempotencyTests(IdempotencyFixture shared) : IClassFixture<IdempotencyFixture>
{
    private readonly TestGateway gateway = shared.Gateway;

    [Fact]
    public async Task What_is_refused_after_it_has_begun_is_answered_with_the_refusal_and_so_is_its_repeat()
    {
        using var client = gateway.ClientOf(gateway.Shops[2]);
        object body = new
        {
            amount = 6000,
            currency = "INR",
            customerId = "above-the-limit",
            confirm = true,
            paymentMethod = "bnpl",
            paymentDetails = new { bnplPlanId = "bnpl_15days", customerConsent = true },
        };

        var (status, first, _) = await client.Post("/api/payments/payment-intents", body, "refused-after-it-began");
        var (again, second, _) = await client.Post("/api/payments/payment-intents", body, "refused-after-it-began");

        Assert.Equal("BNPL_NOT_AVAILABLE", first.Code());
        Assert.Equal((status, first.GetRawText()), (again, second.GetRawText()));
    }

    /// <summary>The status of the first answer, and a query that counts its effects on @id, which must be 1.</summary>
    [Theory]
    [InlineData("create order", 201, "SELECT count(*) FROM payments.orders WHERE merchant_order_id = @id")]
    [InlineData("create intent", 201, "SELECT count(*) FROM payments.payments WHERE merchant_order_id = @id")]
    [InlineData("pay order", 201, "SELECT count(*) FROM payments.charges c JOIN payments.payments p ON p.id = c.payment_id WHERE p.order_id = @id")]
    [InlineData("pay on the order", 200, "SELECT count(*) FROM payments.charges c JOIN payments.payments p ON p.id = c.payment_id WHERE p.order_id = @id")]
    [InlineData("decline", 402, "SELECT count(*) FROM payments.charges c JOIN payments.payments p ON p.id = c.payment_id WHERE p.order_id = @id")]
    [InlineData("intent with confirm", 201, "SELECT count(*) FROM sandbox.charges s JOIN payments.payments p ON p.id = s.payment_id WHERE p.merchant_order_id = @id")]
    [InlineData("capture", 200, "SELECT count(*) FROM events.events WHERE subject_id = @id AND name = 'payment.captured'")]
    [InlineData("cancel intent", 200, "SELECT count(*) FROM events.events WHERE subject_id = @id AND name = 'payment.canceled'")]
    [InlineData("cancel order", 200, "SELECT count(*) FROM payments.orders WHERE id = @id AND state = 'canceled' AND version = 2")]
    [InlineData("cancel held order", 200, "SELECT count(*) FROM payments.orders WHERE id = @id AND state = 'canceled'")]
    [InlineData("create endpoint", 201, "SELECT count(*) FROM webhooks.endpoints WHERE description = @id")]
    public async Task Twenty_at_once_and_more_later_here_and_elsewhere_have_one_effect_and_one_answer(string action, int status, string effects)
    {
        using var client = gateway.Client();
        var key = $"key-{action.Replace(' ', '-')}";
        var (path, body, id) = await Prepare(client, action, key);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Send(client, path, body, key)));

        var first = Assert.Single(answers, answer => answer is { Replayed: false } && (int)answer.Status == status);
        Assert.All(answers, answer => Assert.True(
            ((int)answer.Status == status && answer.Text == first.Text)
            || (answer.Status == HttpStatusCode.Conflict && answer.Text.Contains("IDEMPOTENCY_IN_PROGRESS", StringComparison.Ordinal)), answer.Text));
        Assert.Equal(first with { Replayed = true }, await Send(client, path, body, key));
        using var elsewhere = shared.Newcomer.Client();
        Assert.Equal(first with { Replayed = true }, await Send(elsewhere, path, body, key));
        Assert.Equal(1, await gateway.Query<long>(effects, new { id }));
    }

    [Fact]
    public async Task The_answer_outlives_the_server()
    {
        await using var database = await TestDatabase.Create();
        (string Path, object Body, string Id) request;
        Sent first;
        await using (var server = await TestGateway.Start(database))
        {
            using var client = server.Client();
            request = await Prepare(client, "pay order", "restart");
            first = await Send(client, request.Path, request.Body, "restart");
            Assert.Equal(HttpStatusCode.Created, first.Status);
        }

        await using var restarted = await TestGateway.Start(database);
        using var later = restarted.Client();
        Assert.Equal(first with { Replayed = true }, await Send(later, request.Path, request.Body, "restart"));
        Assert.Equal((1, 49950), await restarted.AtProcessor(request.Id));
        await restarted.AssertBookHolds();
    }

    [Fact]
    public async Task A_key_with_another_body_or_path_is_refused()
    {
        using var client = gateway.Client();
        var order = new { amount = 1, currency = "INR" };
        await Send(client, "/api/payments/orders", order, "reused");

        var otherBody = await Send(client, "/api/payments/orders", new { amount = 2, currency = "INR" }, "reused");
        var otherPath = await Send(client, "/api/payments/payment-intents", order, "reused");

        Assert.All(new[] { otherBody, otherPath }, answer =>
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
            Assert.Contains("IDEMPOTENCY_KEY_REUSED", answer.Text, StringComparison.Ordinal);
            Assert.False(answer.Replayed);
        });
    }

    [Fact]
    public async Task A_refused_request_leaves_its_key_free()
    {
        using var client = gateway.Client();
        Assert.Equal(HttpStatusCode.BadRequest, (await Send(client, "/api/payments/orders", new { amount = 0, currency = "INR" }, "refused")).Status);
        Assert.Equal(HttpStatusCode.Created, (await Send(client, "/api/payments/orders", new { amount = 1, currency = "INR" }, "refused")).Status);
    }

    [Fact]
    public async Task The_key_of_another_merchant_or_mode_is_another_key()
    {
        var change = new Change();
        var live = gateway.Get<ApiKeys>().Add(change, new Tenant(gateway.Shop.MerchantId, Mode.Live), Origin.System);
        await gateway.Get<Committer>().Commit(change, default);
        using var mine = gateway.Client();
        using var theirs = gateway.ClientOf(gateway.Shops[1]);
        using var mineLive = gateway.ClientOf(gateway.Shop with { ApiKey = live.ApiKey, ApiSecret = live.ApiSecret });
        var endpoint = new { url = "https://shop.example/hook", description = "the same" };

        var answers = new[]
        {
            await Send(mine, "/api/payments/webhook-endpoints", endpoint, "shared"),
            await Send(theirs, "/api/payments/webhook-endpoints", endpoint, "shared"),
            await Send(mineLive, "/api/payments/webhook-endpoints", endpoint, "shared"),
        };

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Created, false), (answer.Status, answer.Replayed)));
        Assert.Equal(3, answers.Select(answer => answer.Text).Distinct().Count());
    }

    [Fact]
    public async Task A_key_is_free_again_after_24_hours()
    {
        using var client = gateway.Client();
        var order = new { amount = 1, currency = "INR" };
        var first = await Send(client, "/api/payments/orders", order, "daily");
        shared.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal(first with { Replayed = true }, await Send(client, "/api/payments/orders", order, "daily"));

        shared.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await Send(client, "/api/payments/orders", order, "daily");

        Assert.Equal((HttpStatusCode.Created, false), (second.Status, second.Replayed));
        Assert.NotEqual(first.Text, second.Text);
    }

    /// <summary>The process died after the attempt was committed and before its answer was.</summary>
    [Theory]
    [InlineData("pay order", 201, "succeeded")]
    [InlineData("pay on the order", 200, "succeeded")]
    [InlineData("decline", 402, "CARD_DECLINED")]
    [InlineData("intent with confirm", 201, "succeeded")]
    [InlineData("capture", 200, "succeeded")]
    [InlineData("cancel intent", 200, "canceled")]
    [InlineData("cancel held order", 200, "canceled")]
    public async Task A_run_that_was_cut_off_can_be_repeated_and_pays_once(string action, int status, string word)
    {
        using var client = gateway.Client();
        var key = $"cut-{action.Replace(' ', '-')}";
        var (path, body, _) = await Prepare(client, action, key);
        await Send(client, path, body, key);
        var before = await gateway.Query<(long, long)>("SELECT (SELECT count(*) FROM payments.charges), (SELECT count(*) FROM events.events)");
        var until = shared.Clock.GetUtcNow() + TimeSpan.FromSeconds(30);
        await gateway.Execute(
            "UPDATE http.idempotency_keys SET status = NULL, body = NULL, location = NULL, lease_until = @until WHERE key = @key", new { key, until });

        var tooSoon = await Send(client, path, body, key);
        shared.Clock.Advance(TimeSpan.FromSeconds(31));
        var resumed = await Send(client, path, body, key);

        Assert.Equal(HttpStatusCode.Conflict, tooSoon.Status);
        Assert.Contains("IDEMPOTENCY_IN_PROGRESS", tooSoon.Text, StringComparison.Ordinal);
        Assert.True((int)resumed.Status == status, resumed.Text);
        Assert.Contains($"\"{word}\"", resumed.Text, StringComparison.Ordinal);
        Assert.Equal(before, await gateway.Query<(long, long)>("SELECT (SELECT count(*) FROM payments.charges), (SELECT count(*) FROM events.events)"));
    }

    /// <summary>The process died after the attempt was committed and before the processor was called.</summary>
    [Fact]
    public async Task A_run_that_was_cut_off_before_the_call_is_answered_as_processing_until_that_is_known()
    {
        using var client = gateway.Client();
        var (path, body, _) = await Prepare(client, "pay order", "cut-before-call");
        Assert.Equal(HttpStatusCode.Accepted, (await Send(client, path, body, "cut-before-call", "never_arrives")).Status);
        await gateway.Execute(
            "UPDATE http.idempotency_keys SET status = NULL, body = NULL, location = NULL, lease_until = created_at WHERE key = 'cut-before-call'");

        Assert.Equal(HttpStatusCode.Accepted, (await Send(client, path, body, "cut-before-call")).Status);
        shared.Clock.Advance(TimeSpan.FromSeconds(70));
        await gateway.ResolveOnce();
        var known = await Send(client, path, body, "cut-before-call");

        Assert.Equal(HttpStatusCode.PaymentRequired, known.Status);
        Assert.Contains("GATEWAY_TIMEOUT", known.Text, StringComparison.Ordinal);
    }

    /// <summary>The request of an action, and what its effects are counted by.</summary>
    private static async Task<(string Path, object Body, string Id)> Prepare(HttpClient client, string action, string id)
    {
        async Task<(string OrderId, string PaymentId)> Held()
        {
            var held = await client.CreateOrder(100m, new { captureMethod = "manual" });
            return (held, (await client.PayByCard(held)).Body.Text("id"));
        }

        async Task<object> Card(string number = "4111111111111111") => new { cardToken = await client.CardToken(number) };

        const string intents = "/api/payments/payment-intents";
        switch (action)
        {
            case "create order":
                return ("/api/payments/orders", new { amount = 10, currency = "INR", merchantOrderId = id }, id);
            case "create intent":
                return (intents, new { amount = 10, currency = "INR", merchantOrderId = id }, id);
            case "pay order" or "decline":
                var orderId = await client.CreateOrder();
                var number = action == "decline" ? "4000000000000002" : "4111111111111111";
                return ("/api/payments", new { orderId, paymentMethod = "card", paymentDetails = await Card(number) }, orderId);
            case "pay on the order":
                var order = await client.CreateOrder();
                return ($"/api/payments/orders/{order}/pay", new { paymentMethod = "card", paymentDetails = await Card() }, order);
            case "intent with confirm":
                return (intents, new { amount = 10, currency = "INR", merchantOrderId = id, confirm = true, paymentMethod = "card", paymentDetails = await Card() }, id);
            case "capture" or "cancel intent":
                var (_, paymentId) = await Held();
                return ($"{intents}/{paymentId}/{(action == "capture" ? "capture" : "cancel")}", new { }, paymentId);
            case "cancel order":
                var open = await client.CreateOrder();
                return ($"/api/payments/orders/{open}/cancel", new { }, open);
            case "cancel held order":
                var (heldOrder, _) = await Held();
                return ($"/api/payments/orders/{heldOrder}/cancel", new { }, heldOrder);
            default:
                return ("/api/payments/webhook-endpoints", new { url = "https://shop.example/hook", description = id }, id);
        }
    }

    private static async Task<Sent> Send(HttpClient client, string path, object body, string key, string? behaviour = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = JsonContent.Create(body);
        request.Headers.Add("Idempotency-Key", key);
        if (behaviour is not null)
        {
            request.Headers.Add("X-Sandbox-Behaviour", behaviour);
        }

        using var response = await client.SendAsync(request);
        var replayed = response.Headers.TryGetValues("Idempotent-Replayed", out var values) && values.Single() == "true";
        return new(response.StatusCode, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()), response.Headers.Location?.ToString(), replayed);
    }

    private sealed record Sent(HttpStatusCode Status, string Text, string? Location, bool Replayed);
}
