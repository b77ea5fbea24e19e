using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Routing;

namespace PaymentGateway.Tests.SplitPayments;

/// <summary>A part whose processor could not take it goes to the next one, as a payment does, as long as the whole wants it.</summary>
public sealed class SplitFailoverTests(RoutingFixture shared) : IClassFixture<RoutingFixture>, IAsyncLifetime
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    public async ValueTask InitializeAsync() => await shared.Begin();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_part_goes_to_the_next_processor_after_a_soft_decline()
    {
        shared.Alpha.Says = call => call.Amount.ToMajor() == 60m ? FakeProcessor.Soft : null;
        var orderId = await client.CreateOrder(100m);

        var (status, split, _) = await client.Split(orderId, [Card(60m), Card(40m)], orderId);

        Assert.True((status, split.Text("status")) == (HttpStatusCode.Created, "succeeded"), split.ToString());
        Assert.Equal([("alpha", "failed"), ("beta", "succeeded")], (await Attempts(split, 0)).Ends());
        Assert.Equal([("alpha", "succeeded")], (await Attempts(split, 1)).Ends());
        Assert.Equal((1, 1, 0), (shared.Alpha.Taken.Count(), shared.Beta.Taken.Count(), shared.Gamma.Calls.Count));
        Assert.Equal(("paid", 100m), await Order(orderId));
        Assert.Equal(HttpStatusCode.Created, (await client.Split(orderId, [Card(60m), Card(40m)], orderId)).Status);
        Assert.Equal((2, 1), (shared.Alpha.Calls.Count, shared.Beta.Calls.Count));
    }

    [Fact]
    public async Task A_hard_decline_of_a_part_is_the_end_of_the_whole()
    {
        shared.Alpha.Says = call => call.Amount.ToMajor() == 40m ? FakeProcessor.Hard : null;
        var orderId = await client.CreateOrder(100m);

        var (status, error, _) = await client.Split(orderId, [Card(60m), Card(40m)]);

        Assert.Equal((HttpStatusCode.PaymentRequired, "CARD_DECLINED", "failed"), (status, error.Code(), error.FailedSplit().Text("status")));
        Assert.Empty(shared.Beta.Calls);
        Assert.Empty(shared.Alpha.Taken);
        Assert.Equal(("attempted", 0m), await Order(orderId));
    }

    [Fact]
    public async Task When_every_processor_fails_the_whole_does_and_nothing_is_kept()
    {
        shared.Alpha.Says = call => call.Amount.ToMajor() == 40m ? FakeProcessor.Soft : null;
        shared.Beta.Says = _ => FakeProcessor.Soft;
        var orderId = await client.CreateOrder(100m);

        var (status, error, _) = await client.Split(orderId, [Card(60m), Card(40m)]);

        Assert.Equal((HttpStatusCode.PaymentRequired, "PROCESSING_ERROR"), (status, error.Code()));
        Assert.Equal([("alpha", "failed"), ("beta", "failed")], (await Attempts(error.FailedSplit(), 1)).Ends());
        Assert.Empty((string[])[.. shared.Alpha.Taken, .. shared.Beta.Taken]);
        Assert.Equal(("attempted", 0m), await Order(orderId));
    }

    [Fact]
    public async Task What_is_to_be_held_is_not_sent_where_the_money_moves_at_once()
    {
        shared.Alpha.Says = call => call.Amount.ToMajor() == 60m ? FakeProcessor.Soft : null;
        shared.Beta.TakesCardsAtOnce = true;

        var (_, split, _) = await client.Split(await client.CreateOrder(100m), [Card(60m), Card(40m)]);

        Assert.Equal([("alpha", "failed"), ("gamma", "succeeded")], (await Attempts(split, 0)).Ends());
        Assert.Empty(shared.Beta.Calls);
    }

    [Fact]
    public async Task While_an_outcome_is_unknown_nobody_else_is_asked()
    {
        shared.Alpha.OnTheWayBack = new HttpRequestException("reset");

        var (status, split, _) = await client.Split(await client.CreateOrder(100m), [Card(60m), Card(40m)]);

        Assert.Equal((HttpStatusCode.Accepted, "processing"), (status, split.Text("status")));
        Assert.Empty(shared.Beta.Calls);
    }

    [Fact]
    public async Task A_whole_that_is_canceled_meanwhile_asks_nobody_else()
    {
        var orderId = await client.CreateOrder(100m);
        shared.Alpha.Says = _ => FakeProcessor.Soft;
        shared.Alpha.Meanwhile = async () =>
        {
            shared.Alpha.Meanwhile = () => Task.CompletedTask;
            var open = (await client.GetJson($"{SplitCalls.Splits}?orderId={orderId}")).GetProperty("data")[0];
            var (status, _, _) = await client.Post($"{SplitCalls.Splits}/{open.Text("id")}/cancel", new { });
            Assert.Contains(status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Accepted]);
        };

        await client.Split(orderId, [Card(60m), Card(40m)]);
        await gateway.DriveSplitsOnce();

        Assert.Empty(shared.Beta.Calls);
        var split = (await client.GetJson($"{SplitCalls.Splits}?orderId={orderId}")).GetProperty("data")[0];
        Assert.Equal("canceled", split.Text("status"));
    }

    [Fact]
    public async Task Thirty_two_requests_for_one_order_take_each_part_once()
    {
        shared.Alpha.Says = _ => FakeProcessor.Soft;
        var orderId = await client.CreateOrder(100m);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => client.Split(orderId, [Card(60m), Card(40m)], $"{orderId}-{i}")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal((2, 0, 0), (shared.Beta.Taken.Count(), shared.Alpha.Taken.Count(), shared.Gamma.Calls.Count));
        Assert.Equal(("paid", 100m), await Order(orderId));
    }

    private static object Card(decimal amount) => new { paymentMethod = "card", amount, paymentDetails = RoutingCalls.Everywhere };

    private async Task<IReadOnlyList<JsonElement>> Attempts(JsonElement split, int part) => await client.Attempts(split.GetProperty("payments")[part]);

    private async Task<(string Status, decimal Paid)> Order(string orderId)
    {
        var order = await client.GetOrder(orderId);
        return (order.Text("status"), order.GetProperty("amountPaid").GetDecimal());
    }
}
