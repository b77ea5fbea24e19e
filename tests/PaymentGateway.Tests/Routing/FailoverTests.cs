using System.Net;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Routing;

/// <summary>Another processor is asked where it is sure that the first took nothing and that its failure says nothing of the payer.</summary>
public sealed class FailoverTests(RoutingFixture shared) : IClassFixture<RoutingFixture>, IAsyncLifetime
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    public async ValueTask InitializeAsync() => await shared.Begin();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task After_a_soft_decline_the_next_processor_is_asked()
    {
        shared.Alpha.Says = _ => FakeProcessor.Soft;

        var (status, payment) = await client.Pay(RoutingCalls.Everywhere);

        Assert.Equal((HttpStatusCode.Created, "succeeded"), (status, payment.Text("status")));
        var attempts = await client.Attempts(payment);
        Assert.Equal([("alpha", "failed"), ("beta", "succeeded")], attempts.Ends());
        Assert.Equal([1, 2], attempts.Select(charge => charge.GetProperty("routing").GetProperty("position").GetInt32()));
        Assert.Equal("PROCESSING_ERROR", attempts[0].Text("failureCode"));
        Assert.NotEqual(attempts[0].Text("id"), attempts[1].Text("id"));
        Assert.False(payment.TryGetProperty("failureCode", out _));
    }

    [Fact]
    public async Task Each_processor_is_told_its_own_token_alone()
    {
        shared.Alpha.Says = _ => FakeProcessor.Soft;

        await client.Pay(RoutingCalls.Everywhere);

        Assert.Equal(new Instrument.Card("alpha_4242"), Assert.Single(shared.Alpha.Calls).Instrument);
        Assert.Equal(new Instrument.Card("beta_4242"), Assert.Single(shared.Beta.Calls).Instrument);
        Assert.Empty(shared.Gamma.Calls);
    }

    [Fact]
    public async Task Nothing_of_a_token_is_in_charges_events_or_audit_rows()
    {
        shared.Alpha.Says = _ => FakeProcessor.Soft;

        await client.Pay(RoutingCalls.Everywhere);

        Assert.Equal(0, await gateway.Query<long>(
            """
            SELECT (SELECT count(*) FROM payments.charges c WHERE c::text LIKE '%\_4242%')
                 + (SELECT count(*) FROM events.events e WHERE e::text LIKE '%\_4242%')
                 + (SELECT count(*) FROM audit.rows a WHERE a::text LIKE '%\_4242%')
            """));
    }

    [Fact]
    public async Task What_was_not_sent_goes_to_the_next_processor()
    {
        shared.Alpha.OnTheWayBack = new NoProcessorAccountException("alpha");
        shared.Alpha.Says = _ => FakeProcessor.Hard;

        var (_, payment) = await client.Pay(RoutingCalls.Everywhere);

        Assert.Equal([("alpha", "failed"), ("beta", "succeeded")], (await client.Attempts(payment)).Ends());
    }

    [Fact]
    public async Task A_hard_decline_is_the_answer()
    {
        shared.Alpha.Says = _ => FakeProcessor.Hard;

        var (status, error) = await client.Pay(RoutingCalls.Everywhere);

        Assert.Equal((HttpStatusCode.PaymentRequired, "CARD_DECLINED"), (status, error.Code()));
        Assert.Equal([("alpha", "failed")], (await client.Attempts(error)).Ends());
        Assert.Empty(shared.Beta.Calls);
    }

    [Fact]
    public async Task While_an_outcome_is_unknown_nobody_else_is_asked_and_the_resolver_finds_it_out()
    {
        shared.Alpha.OnTheWayBack = new TimeoutException("Lost.");

        var (status, payment) = await client.Pay(RoutingCalls.Everywhere);

        Assert.Equal((HttpStatusCode.Accepted, "processing"), (status, payment.Text("status")));
        Assert.Empty(shared.Beta.Calls);
        await Resolve();
        Assert.Equal([("alpha", "succeeded")], (await client.Attempts(payment)).Ends());
        Assert.Empty(shared.Beta.Calls);
    }

    [Fact]
    public async Task What_the_resolver_finds_failed_stays_failed_and_is_not_tried_elsewhere()
    {
        shared.Alpha.Says = _ => FakeProcessor.Soft;
        shared.Alpha.OnTheWayBack = new TimeoutException("Lost.");

        var (_, payment) = await client.Pay(RoutingCalls.Everywhere);
        await Resolve();

        Assert.Equal([("alpha", "failed")], (await client.Attempts(payment)).Ends());
        Assert.Empty(shared.Beta.Calls);
    }

    [Fact]
    public async Task An_unknown_outcome_of_the_second_processor_is_found_out_there()
    {
        shared.Alpha.Says = _ => FakeProcessor.Soft;
        shared.Beta.OnTheWayBack = new TimeoutException("Lost.");

        var (status, payment) = await client.Pay(RoutingCalls.Everywhere);

        Assert.Equal(HttpStatusCode.Accepted, status);
        await Resolve();
        Assert.Equal([("alpha", "failed"), ("beta", "succeeded")], (await client.Attempts(payment)).Ends());
        Assert.Single(shared.Alpha.Calls);
        Assert.Single(shared.Beta.Taken);
    }

    [Fact]
    public async Task Whoever_was_asked_for_something_or_waits_is_not_sent_elsewhere()
    {
        shared.Alpha.Says = _ => new ConnectorOutcome.Pending("ref", new("card"));
        Assert.Equal(HttpStatusCode.Accepted, (await client.Pay(RoutingCalls.Everywhere)).Status);

        shared.Alpha.Says = _ => new ConnectorOutcome.ActionRequired("ref", new NextAction("redirect_to_url", "https://bank.example/"), new("card"));
        Assert.Equal("requires_action", (await client.Pay(RoutingCalls.Everywhere)).Payment.Text("status"));

        Assert.Empty(shared.Beta.Calls);
    }

    [Fact]
    public async Task Where_the_issuer_has_spoken_of_the_card_holder_nobody_else_is_asked()
    {
        shared.Alpha.Says = _ => FakeProcessor.Soft with { Authentication = Rejected };

        var (status, _) = await client.Pay(RoutingCalls.Everywhere);

        Assert.Equal(HttpStatusCode.PaymentRequired, status);
        Assert.Empty(shared.Beta.Calls);
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(5, 3)]
    public async Task No_more_processors_are_asked_than_the_rules_say_and_there_are(int? attemptsMax, int attempts)
    {
        foreach (var processor in (FakeProcessor[])[shared.Alpha, shared.Beta, shared.Gamma])
        {
            processor.Says = _ => FakeProcessor.Soft;
        }

        await client.SetRules(new { attemptsMax });

        var (status, error) = await client.Pay(RoutingCalls.Everywhere);

        Assert.Equal((HttpStatusCode.PaymentRequired, "PROCESSING_ERROR"), (status, error.Code()));
        Assert.Equal(attempts, (await client.Attempts(error)).Count);
    }

    [Fact]
    public async Task One_token_alone_has_nowhere_else_to_go()
    {
        shared.Beta.Says = _ => FakeProcessor.Soft;

        var (_, error) = await client.Pay(new { cardToken = "beta_4242" });

        var attempt = Assert.Single(await client.Attempts(error));
        Assert.Equal(("beta", "bound"), (attempt.Text("connector"), attempt.GetProperty("routing").Text("reason")));
    }

    [Fact]
    public async Task A_method_without_a_token_fails_over_too()
    {
        await client.SetRules(new { defaultOrder = (string[])["alpha", "gamma"] });
        shared.Alpha.Says = _ => FakeProcessor.Soft;
        var orderId = await client.CreateOrder(100m);

        var (_, payment, _) = await client.Post("/api/payments", new { orderId, paymentMethod = "netbanking", paymentDetails = new { bankCode = "HDFC" } });

        Assert.Equal([("alpha", "failed"), ("gamma", "succeeded")], (await client.Attempts(payment)).Ends());
    }

    [Fact]
    public async Task Thirty_two_confirmations_at_once_take_the_money_once()
    {
        shared.Alpha.Says = _ => FakeProcessor.Soft;
        var orderId = await client.CreateOrder(100m);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => client.Pay(RoutingCalls.Everywhere, orderId, $"{orderId}-{i}")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Single(shared.Beta.Taken);
        Assert.Equal(1, await gateway.Query<long>(
            """
            SELECT count(*) FROM payments.charges c JOIN payments.payments p ON p.id = c.payment_id
            WHERE p.order_id = @orderId AND c.state = 'captured'
            """, new { orderId }));
        Assert.Equal("paid", (await client.GetJson($"/api/payments/orders/{orderId}")).Text("status"));
    }

    [Fact]
    public async Task A_repeat_of_the_request_is_answered_with_the_last_attempt()
    {
        shared.Alpha.Says = _ => FakeProcessor.Soft;
        var orderId = await client.CreateOrder(100m);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.Pay(RoutingCalls.Everywhere, orderId, orderId)));

        var (status, payment) = await client.Pay(RoutingCalls.Everywhere, orderId, orderId);
        Assert.Equal((HttpStatusCode.Created, "succeeded"), (status, payment.Text("status")));
        Assert.All(answers, answer => Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.Created, HttpStatusCode.Conflict]));
        Assert.Equal((1, 1), (shared.Alpha.Calls.Count, shared.Beta.Calls.Count));
    }

    [Fact]
    public async Task A_server_that_died_between_two_attempts_answers_the_repeat_from_the_first_and_begins_nothing()
    {
        await client.SetRules(new { attemptsMax = 1 });
        shared.Alpha.Says = _ => FakeProcessor.Soft;
        var orderId = await client.CreateOrder(100m);
        await client.Pay(RoutingCalls.Everywhere, orderId, orderId);
        await client.SetRules(new { attemptsMax = 2 });

        // What is left of a request whose server died here: the failure is written, the key is held by nobody and has no answer.
        await gateway.Execute(
            "UPDATE http.idempotency_keys SET status = NULL, body = NULL, lease_until = created_at WHERE key = @orderId", new { orderId });
        shared.Clock.Advance(TimeSpan.FromSeconds(1));

        var (status, error) = await client.Pay(RoutingCalls.Everywhere, orderId, orderId);

        Assert.Equal((HttpStatusCode.PaymentRequired, "PROCESSING_ERROR"), (status, error.Code()));
        Assert.Equal([("alpha", "failed")], (await client.Attempts(error)).Ends());
        Assert.Empty(shared.Beta.Calls);
        Assert.Equal("succeeded", (await client.Pay(RoutingCalls.Tokens("beta"), orderId, $"{orderId}-again")).Payment.Text("status"));
    }

    [Fact]
    public async Task What_is_not_possible_any_more_when_the_second_attempt_would_begin_leaves_the_first_failure_as_the_answer()
    {
        var orderId = await client.CreateOrder(100m);
        var merchant = $"/api/payments/merchants/{gateway.Shop.MerchantId}";
        shared.Alpha.Says = _ => FakeProcessor.Soft;
        shared.Alpha.Meanwhile = () => client.Call(HttpMethod.Patch, merchant, new { paymentMethods = (string[])["upi"] });

        var (status, error) = await client.Pay(RoutingCalls.Everywhere, orderId, orderId);
        await client.Call(HttpMethod.Patch, merchant, new { paymentMethods = (string[])["card", "upi", "wallet", "netbanking"] });

        Assert.Equal((HttpStatusCode.PaymentRequired, "PROCESSING_ERROR"), (status, error.Code()));
        Assert.Empty(shared.Beta.Calls);
        Assert.Equal(HttpStatusCode.PaymentRequired, (await client.Pay(RoutingCalls.Everywhere, orderId, orderId)).Status);
    }

    private static Authentication Rejected { get; } = new() { Network = "visa", Flow = AuthenticationFlow.Frictionless, Status = TransStatus.Rejected };

    private async Task Resolve()
    {
        shared.Clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ResolveOnce();
        shared.Clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ResolveOnce();
    }
}
