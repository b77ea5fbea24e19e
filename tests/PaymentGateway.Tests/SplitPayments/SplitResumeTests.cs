using System.Net;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.SplitPayments;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.SplitPayments;

/// <summary>
/// What a process leaves behind that dies between two steps, and what the next round makes of it. The steps are done one by one, as the
/// driver does them, and then nobody goes on.
/// </summary>
public sealed class SplitResumeTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task However_many_steps_were_done_the_rest_is_done_by_the_next_round(int steps)
    {
        var (orderId, splitId) = await Interrupted(SplitCalls.Good);

        await DoSteps(splitId, steps);
        await gateway.DriveSplitsOnce();

        var split = await client.GetSplit(splitId);
        Assert.Equal(("succeeded", 30000, 0), (split.Text("status"), (await gateway.KeptAtProcessor(orderId)).Kept, (await gateway.KeptAtProcessor(orderId)).Held));
        Assert.Equal((3, 30000), await gateway.AtProcessor(orderId));
        Assert.Equal(0, await gateway.DriveSplitsOnce());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task However_many_steps_were_done_a_part_that_fails_gives_back_the_others(int steps)
    {
        var (orderId, splitId) = await Interrupted(SplitCalls.Bad);

        await DoSteps(splitId, steps);
        await gateway.DriveSplitsOnce();

        Assert.Equal("failed", (await client.GetSplit(splitId)).Text("status"));
        Assert.Equal((0, 0), await gateway.KeptAtProcessor(orderId));
    }

    [Fact]
    public async Task A_call_that_was_committed_and_never_sent_ends_by_the_processors_word()
    {
        var (orderId, splitId) = await Interrupted(SplitCalls.Good);
        var whole = await gateway.Get<SplitStore>().FindWhole(Tenant, splitId, CancellationToken.None);
        await gateway.Get<SplitParts>().Confirm(whole!.Parts[1], "never_arrives", Origin.Worker, () => Task.FromResult(true));
        await gateway.DriveSplitsOnce();
        Assert.Equal("processing", (await client.GetSplit(splitId)).Text("status"));

        for (var round = 0; round < 6; round++)
        {
            clock.Advance(TimeSpan.FromSeconds(40));
            await gateway.ResolveOnce();
            await gateway.DriveSplitsOnce();
        }

        Assert.Equal("failed", (await client.GetSplit(splitId)).Text("status"));
        Assert.Equal((0, 0), await gateway.KeptAtProcessor(orderId));
    }

    [Fact]
    public async Task An_interrupted_request_is_answered_from_the_state_when_it_is_repeated()
    {
        var (orderId, split) = await client.PaidInParts(1m, 2m);
        var key = $"resumed-{orderId}";
        var order2 = await client.CreateOrder(3m);
        var parts = new object[] { SplitCalls.Upi(1m), SplitCalls.Upi(2m) };
        var first = (await client.Split(order2, parts, key)).Body;
        await gateway.Execute(
            "UPDATE http.idempotency_keys SET status = NULL, body = NULL, lease_until = created_at WHERE key = @key", new { key });

        var (status, again, _) = await client.Split(order2, parts, key);

        Assert.Equal((HttpStatusCode.Created, first.Text("id"), "succeeded"), (status, again.Text("id"), again.Text("status")));
        Assert.Equal((2, 300), await gateway.AtProcessor(order2));
        Assert.NotEqual(split.Text("id"), again.Text("id"));
    }

    [Fact]
    public async Task A_refund_of_a_released_part_that_comes_back_is_made_once_more()
    {
        var orderId = await client.CreateOrder(9112m);
        var (_, body, _) = await client.Split(orderId, [SplitCalls.Upi(9012m), SplitCalls.Upi(100m, "failure@pgtestupi")]);
        var splitId = body.FailedSplit().Text("id");
        Assert.Equal(("failed", 0), (body.FailedSplit().Text("status"), (await gateway.KeptAtProcessor(orderId)).Kept));

        clock.Advance(TimeSpan.FromDays(2.1));
        await gateway.NotifyOnce();
        Assert.Equal(901200, (await gateway.KeptAtProcessor(orderId)).Kept);
        await gateway.DriveSplitsOnce();

        Assert.Equal(0, (await gateway.KeptAtProcessor(orderId)).Kept);
        Assert.Equal("failed", (await client.GetSplit(splitId)).Text("status"));
    }

    [Fact]
    public async Task A_released_part_whose_refund_is_declined_is_asked_for_again()
    {
        var orderId = await client.CreateOrder(9111m);
        var (_, body, _) = await client.Split(orderId, [SplitCalls.Upi(9011m), SplitCalls.Upi(100m, "failure@pgtestupi")]);
        var splitId = body.FailedSplit().Text("id");
        Assert.Equal("releasing", body.FailedSplit().Text("status"));
        Assert.Equal("INVALID_STATE", (await client.PayByCard(orderId)).Body.Code());

        for (var round = 0; round < 3; round++)
        {
            clock.Advance(TimeSpan.FromMinutes(5));
            Assert.Equal(1, await gateway.DriveSplitsOnce());
        }

        Assert.Equal("releasing", (await client.GetSplit(splitId)).Text("status"));
        Assert.Equal(4, (await client.GetJson($"/api/payments/refunds?orderId={orderId}")).GetProperty("data").GetArrayLength());
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("requested_by_merchant")]
    public async Task A_driver_that_read_the_order_after_another_had_ended_the_whole_leaves_it_alone(string reason)
    {
        var orderId = await client.CreateOrder(300m);
        var (_, split, _) = await client.Split(orderId, [SplitCalls.Upi(200m), SplitCalls.Wallet(100m)]);
        var before = await gateway.Get<SplitStore>().FindWhole(Tenant, split.Text("id"), CancellationToken.None);
        await client.Post($"{SplitCalls.Splits}/{split.Text("id")}/cancel", new { });
        var (order, _) = await gateway.Get<PaymentStore>().FindOrder(Tenant, orderId, CancellationToken.None);
        var over = before!.Split with { State = SplitState.Canceled, CancelReason = reason, FinishedAt = clock.GetUtcNow() };

        Assert.False(await gateway.Get<SplitMoves>().TryMove(before with { Order = order! }, over, Origin.Worker, also: null, CancellationToken.None));

        Assert.Equal("attempted", (await client.GetOrder(orderId)).Text("status"));
    }

    private Tenant Tenant => new(gateway.Shop.MerchantId, Mode.Test);

    /// <summary>A split payment of three parts that was committed, and whose driver died before it began.</summary>
    private async Task<(string OrderId, string SplitId)> Interrupted(string lastCard)
    {
        var orderId = await client.CreateOrder(300m);
        var (order, _) = await gateway.Get<PaymentStore>().FindOrder(Tenant, orderId, CancellationToken.None);
        var id = Id.New("split", clock);
        var parts = gateway.Get<SplitParts>();
        var hundred = Money.FromMinor(10000, Currency.INR);
        var made = new Payment[]
        {
            (await parts.New(order!, id, 1, hundred, new Instrument.Upi("collect", "success@pgtestupi"), null, CancellationToken.None)).Value,
            (await parts.New(order!, id, 2, hundred, new Instrument.Card(await client.CardToken()), null, CancellationToken.None)).Value,
            (await parts.New(order!, id, 3, hundred, new Instrument.Card(await client.CardToken(lastCard)), null, CancellationToken.None)).Value,
        };
        var now = clock.GetUtcNow();
        var split = new SplitPayment
        {
            Id = id,
            Tenant = Tenant,
            OrderId = orderId,
            Amount = order!.Amount,
            State = SplitState.Authorizing,
            CreatedAt = now,
            DueAt = now,
            Version = 1,
        };
        var change = new PaymentGateway.Commit.Change();
        Assert.Null(gateway.Get<SplitMoves>().WriteNew(change, split, order, made, Origin.System));
        await gateway.Get<PaymentGateway.Commit.Committer>().Commit(change, CancellationToken.None);
        await gateway.Execute("UPDATE splits.split_payments SET claimed_until = NULL WHERE id = @id", new { id });
        return (orderId, id);
    }

    /// <summary>The driver's own steps, one part at a time.</summary>
    private async Task DoSteps(string splitId, int steps)
    {
        var parts = gateway.Get<SplitParts>();
        for (var step = 0; step < steps; step++)
        {
            var whole = (await gateway.Get<SplitStore>().FindWhole(Tenant, splitId, CancellationToken.None))!;
            var stand = SplitDecisions.StandOf(whole.Split.State, whole.Parts, _ => false);
            var next = SplitDecisions.Decide(whole.Split, new SplitCommand.Look(stand, null), clock.GetUtcNow()).Value;
            if (!ReferenceEquals(next, whole.Split))
            {
                Assert.True(await gateway.Get<SplitMoves>().TryMove(whole, next, Origin.Worker, null, CancellationToken.None));
            }
            else if (SplitDecisions.ActionsFor(whole.Split, whole.Parts) is [var (part, action), ..])
            {
                _ = action switch
                {
                    PartAction.Confirm => await parts.Confirm(part, null, Origin.Worker, () => Task.FromResult(true)),
                    PartAction.Capture => await parts.Capture(part, Origin.Worker),
                    _ => await parts.GiveUp(part, "split_payment_failed", Origin.Worker),
                };
            }
        }
    }
}
