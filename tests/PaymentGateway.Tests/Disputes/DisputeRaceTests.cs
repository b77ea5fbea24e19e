using System.Net;
using PaymentGateway.Connectors;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Disputes;

/// <summary>Many callers at once. Who wins is open; what is left behind is not.</summary>
public sealed class DisputeRaceTests(RaceFixture shared) : IClassFixture<RaceFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Thirty_two_refunds_against_one_dispute_leave_no_more_gone_than_was_taken()
    {
        var (paymentId, chargeId) = await client.PaidCharge();

        var refunds = Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.Refund(paymentId, 30m)));
        var opened = client.OpenDispute(chargeId, new { amount = 300m });
        var answers = await refunds;
        var dispute = await client.GetDispute(await opened);

        var given = answers.Count(a => a.Status == HttpStatusCode.Created) * 30m;
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => Assert.Contains(
            a.Body.Code(), (string[])["PAYMENT_DISPUTED", "REFUND_AMOUNT_EXCEEDS_ORIGINAL", "PAYMENT_ALREADY_REFUNDED"]));
        var payment = await client.GetJson($"/api/payments/{paymentId}");
        Assert.Equal((given, dispute.GetProperty("amountTaken").GetDecimal()),
            (payment.GetProperty("amountRefunded").GetDecimal(), payment.GetProperty("amountDisputed").GetDecimal()));
        Assert.InRange(given + dispute.GetProperty("amountTaken").GetDecimal(), 470.01m, 500m);
        Assert.Equal(dispute.GetProperty("amountTaken").GetDecimal() < 300m, dispute.TryGetProperty("contradiction", out _));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Thirty_two_disputes_at_once_take_no_more_than_was_captured()
    {
        var (paymentId, chargeId) = await client.PaidCharge();

        var ids = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => client.OpenDispute(chargeId, new { amount = 40m })));

        var disputes = await Task.WhenAll(ids.Select(client.GetDispute));
        Assert.Equal(500m, disputes.Sum(dispute => dispute.GetProperty("amountTaken").GetDecimal()));
        Assert.Equal(500m, (await client.GetJson($"/api/payments/{paymentId}")).GetProperty("amountDisputed").GetDecimal());
        Assert.Equal(20, disputes.Count(dispute => dispute.TryGetProperty("contradiction", out _)));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Thirty_two_messages_of_one_dispute_at_once_are_one_dispute_and_its_newest_word()
    {
        var (paymentId, chargeId) = await client.PaidCharge();
        DisputeStanding[] standings = [DisputeStanding.NeedsResponse, DisputeStanding.UnderReview, DisputeStanding.Won, DisputeStanding.Lost];

        await Task.WhenAll(Enumerable.Range(0, 32).Select(i =>
            gateway.Tell(DisputeCalls.Report(chargeId, "all-at-once", (i % 4) + 1, standings[i % 4]))));

        var dispute = Assert.Single((await client.GetJson($"/api/payments/disputes?paymentId={paymentId}")).GetProperty("data").EnumerateArray());
        Assert.Equal(("lost", 500m), (dispute.Text("status"), dispute.GetProperty("amountTaken").GetDecimal()));
        Assert.Equal(1, await gateway.EventsOf(dispute.Text("id"), "dispute.opened"));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task Thirty_two_answers_at_once_are_one_answer()
    {
        var (_, chargeId) = await client.PaidCharge();
        var id = await client.OpenDispute(chargeId);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => i % 2 == 0
            ? client.Accept(id)
            : client.Evidence(id, new { explanation = "Sent", submit = true })));

        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Equal("INVALID_STATE", a.Body.Code()));
        Assert.Equal(1, await gateway.Query<long>("SELECT count(*) FROM sandbox.dispute_requests WHERE key LIKE @id || ':%'", new { id }));
        await gateway.AssertBookHolds();
    }
}
