using System.Net;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.SplitPayments;

/// <summary>Many callers at once. Who wins is open; what is left behind is not.</summary>
public sealed class SplitRaceTests(RaceFixture shared) : IClassFixture<RaceFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Forty_clients_pay_one_order_whole_or_in_parts_and_one_of_them_succeeds()
    {
        var orderId = await client.CreateOrder(100m);
        var tokens = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.CardToken()));

        var answers = await Task.WhenAll(tokens.Select((cardToken, i) => i % 2 == 0
            ? client.Post("/api/payments", new { orderId, paymentMethod = "card", paymentDetails = new { cardToken } }, i % 4 == 0 ? $"{orderId}-{i}" : null)
            : client.Split(orderId, [
                new { paymentMethod = "card", amount = 60m, paymentDetails = new { cardToken } }, SplitCalls.Upi(40m)], i % 4 == 1 ? $"{orderId}-{i}" : null)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer =>
            Assert.True(answer.Status == HttpStatusCode.Conflict && answer.Body.Code() == "INVALID_STATE", answer.Body.ToString()));
        Assert.Equal((10000, 0), await gateway.KeptAtProcessor(orderId));
        Assert.Equal("paid", (await client.GetOrder(orderId)).Text("status"));
        Assert.Equal(1, await gateway.EventsOf(orderId, "order.paid"));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Thirty_two_splits_of_one_order_pay_it_once()
    {
        var orderId = await client.CreateOrder(100m);
        var parts = await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ => new[] { await client.Card(60m), await client.Card(40m) }));

        var answers = await Task.WhenAll(parts.Select(two => client.Split(orderId, two)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal((2, 10000), await gateway.AtProcessor(orderId));
        await gateway.AssertBookHolds();
    }

    [Theory]
    [InlineData("proportional")]
    [InlineData("in_order")]
    public async Task Thirty_two_refunds_of_a_tenth_give_back_ten_tenths(string strategy)
    {
        var (orderId, split) = await client.PaidInParts(33.33m, 33.33m, 33.34m);
        var splitId = split.Text("id");

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => i % 2 == 0
            ? client.RefundSplit(splitId, 10m, strategy)
            : client.Post("/api/payments/refunds", new { orderId, amount = 10m, strategy })));

        Assert.Equal(10, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer =>
            Assert.Contains(answer.Body.Code(), (string[])["REFUND_AMOUNT_EXCEEDS_ORIGINAL", "PAYMENT_ALREADY_REFUNDED"]));
        Assert.Equal((0, 0), await gateway.KeptAtProcessor(orderId));
        var order = await client.GetOrder(orderId);
        Assert.Equal((100m, true), (order.GetProperty("amountRefunded").GetDecimal(), order.GetProperty("refunded").GetBoolean()));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Cancel_and_the_customers_answer_end_in_all_or_nothing()
    {
        for (var round = 0; round < 4; round++)
        {
            var orderId = await client.CreateOrder(100m);
            var (_, split, _) = await client.Split(orderId, [await client.Card(60m), await client.Card(40m, SplitCalls.Challenged)]);
            var page = split.GetProperty("payments")[1].GetProperty("nextAction").Text("url");
            var cancel = $"/api/payments/split/{split.Text("id")}/cancel";

            await Task.WhenAll(
                SandboxWorld.AnswerAtBank(page, "approve"), client.Post(cancel, new { }), client.Post(cancel, new { }), gateway.DriveSplitsOnce());
            for (var wait = 0; wait < 200 && !await IsOver(split.Text("id")); wait++)
            {
                await gateway.NotifyOnce();
                await gateway.DriveSplitsOnce();
            }

            var (kept, held) = await gateway.KeptAtProcessor(orderId);
            var (status, paid) = ((await client.GetSplit(split.Text("id"))).Text("status"), (await client.GetOrder(orderId)).Text("status"));
            Assert.Contains((status, paid, kept, held), ((string, string, long, long)[])
                [("succeeded", "paid", 10000, 0), ("canceled", "attempted", 0, 0)]);
        }

        await gateway.AssertBookHolds();
    }

    private async Task<bool> IsOver(string splitId) =>
        (await client.GetSplit(splitId)).Text("status") is "succeeded" or "failed" or "canceled";
}
