using System.Net;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Inbox;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Disputes;

/// <summary>Disputes as merchants see them, on a clock that stands; the book must hold when all is done.</summary>
public sealed class DisputesApiTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;
    private readonly ManualClock clock = shared.Clock;

    [Fact]
    public async Task A_dispute_takes_the_money_and_the_fee_and_is_told_of()
    {
        var (paymentId, chargeId) = await client.PaidCharge();
        var before = await gateway.Balances(gateway.Shop.MerchantId);

        var id = await client.OpenDispute(chargeId, new { reason = "product_not_received", amount = 300m });

        var dispute = await client.GetDispute(id);
        Assert.Equal(("needs_response", "product_not_received", "13.1"), (dispute.Text("status"), dispute.Text("reason"), dispute.Text("networkReasonCode")));
        Assert.Equal((300m, 300m, 15m), (Amount(dispute), Amount(dispute, "amountTaken"), Amount(dispute, "fee")));
        Assert.Equal(clock.GetUtcNow().AddDays(14), dispute.GetProperty("evidenceDueBy").GetDateTimeOffset());
        var payment = await client.GetJson($"/api/payments/{paymentId}");
        Assert.Equal((300m, true, id), (Amount(payment, "amountDisputed"), payment.GetProperty("disputed").GetBoolean(), payment.GetProperty("disputes")[0].Text("id")));
        Assert.True(payment.GetProperty("charges")[0].GetProperty("disputed").GetBoolean());
        var after = await gateway.Balances(gateway.Shop.MerchantId);
        Assert.Equal((-31500L, -31500L, 0L), (after.Payable - before.Payable, after.Receivable - before.Receivable, after.Claims - before.Claims));
        Assert.Equal(1, await gateway.EventsOf(id, "dispute.opened"));
        Assert.Equal(["dispute.open"], await ActionsOf(id));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, -1500)]
    public async Task Evidence_that_wins_brings_the_money_back_and_the_fee_where_the_processor_says_so(bool feeReturned, long difference)
    {
        var (paymentId, chargeId) = await client.PaidCharge();
        var before = await gateway.Balances(gateway.Shop.MerchantId);
        var id = await client.OpenDispute(chargeId, new { feeReturned });

        var (status, sent, _) = await client.Evidence(id, new { explanation = "winning_evidence", submit = true });

        Assert.Equal((HttpStatusCode.OK, "under_review"), (status, sent.Text("status")));
        await LetTheBankRead();
        var won = await client.GetDispute(id);
        Assert.Equal(("won", 0m, feeReturned ? 0m : 15m), (won.Text("status"), Amount(won, "amountTaken"), Amount(won, "fee")));
        var after = await gateway.Balances(gateway.Shop.MerchantId);
        Assert.Equal((difference, difference), (after.Payable - before.Payable, after.Receivable - before.Receivable));
        Assert.Equal(0m, Amount(await client.GetJson($"/api/payments/{paymentId}"), "amountDisputed"));
        Assert.Equal((1, 1), (await gateway.EventsOf(id, "dispute.opened"), await gateway.EventsOf(id, "dispute.closed")));
        Assert.Equal(HttpStatusCode.Created, (await client.Refund(paymentId)).Status);
    }

    [Fact]
    public async Task Evidence_that_loses_is_final_and_what_the_bank_takes_back_later_counts()
    {
        var (paymentId, chargeId) = await client.PaidCharge();
        var id = await client.OpenDispute(chargeId);
        await client.Evidence(id, new { explanation = "losing_evidence", submit = true });
        await LetTheBankRead();
        Assert.Equal(("lost", 500m), ((await client.GetDispute(id)).Text("status"), Amount(await client.GetDispute(id), "amountTaken")));
        foreach (var refused in new[] { await client.Accept(id), await client.Evidence(id, new { explanation = "More" }) })
        {
            Assert.Equal((HttpStatusCode.Conflict, "INVALID_STATE"), (refused.Status, refused.Body.Code()));
        }

        Assert.Equal(("won", 0m), await Now(await client.Decide(id, "won")));
        Assert.Equal(("needs_response", 500m), await Now(await client.Decide(id, "needs_response")));
        Assert.Equal("under_review", (await client.Evidence(id, new { explanation = "More", submit = true })).Body.Text("status"));
        Assert.Equal(("lost", 500m), await Now(await client.Decide(id, "lost")));
        Assert.Equal(3, await gateway.EventsOf(id, "dispute.closed"));
        Assert.Equal(500m, Amount(await client.GetJson($"/api/payments/{paymentId}"), "amountDisputed"));

        static Task<(string, decimal)> Now((HttpStatusCode Status, JsonElement Body, HttpResponseMessage) said) =>
            Task.FromResult((said.Body.Text("status"), Amount(said.Body, "amountTaken")));
    }

    [Fact]
    public async Task Accepting_gives_the_money_up_once()
    {
        var (_, chargeId) = await client.PaidCharge();
        var id = await client.OpenDispute(chargeId);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.Accept(id, idempotencyKey: id)));

        Assert.All(answers, a => Assert.True(a.Status == HttpStatusCode.OK || a.Body.Code() == "IDEMPOTENCY_IN_PROGRESS", a.Body.ToString()));
        var accepted = await client.GetDispute(id);
        Assert.Equal(("accepted", 500m), (accepted.Text("status"), Amount(accepted, "amountTaken")));
        Assert.Equal(["dispute.accept", "dispute.accepted", "dispute.open"], (await ActionsOf(id)).Order());
        Assert.Equal("accepted", (await client.Accept(id, idempotencyKey: id)).Body.Text("status"));
        Assert.Equal("INVALID_STATE", (await client.Accept(id)).Body.Code());
    }

    [Fact]
    public async Task An_inquiry_moves_no_money_and_becomes_a_dispute_when_nobody_answers()
    {
        var (paymentId, chargeId) = await client.PaidCharge();
        var before = await gateway.Balances(gateway.Shop.MerchantId);
        var answered = await client.OpenDispute(chargeId, new { kind = "inquiry", amount = 100m, responseDays = 5 });
        var ignored = await client.OpenDispute(chargeId, new { kind = "inquiry", amount = 200m, responseDays = 5 });
        Assert.Equal("warning_needs_response", (await client.GetDispute(ignored)).Text("status"));
        Assert.Equal("INVALID_STATE", (await client.Accept(ignored)).Body.Code());
        Assert.Equal("warning_under_review", (await client.Evidence(answered, new { explanation = "winning_evidence", submit = true })).Body.Text("status"));
        await LetTheBankRead();
        Assert.Equal("warning_closed", (await client.GetDispute(answered)).Text("status"));
        Assert.False((await client.GetJson($"/api/payments/{paymentId}")).GetProperty("disputed").GetBoolean());
        Assert.Equal(before, await gateway.Balances(gateway.Shop.MerchantId));

        clock.Advance(TimeSpan.FromDays(5));
        await gateway.NotifyOnce();

        var escalated = await client.GetDispute(ignored);
        Assert.Equal(("needs_response", 200m, 15m), (escalated.Text("status"), Amount(escalated, "amountTaken"), Amount(escalated, "fee")));
    }

    [Fact]
    public async Task A_missed_deadline_is_reminded_of_once_and_lost_on_the_processors_word()
    {
        var (_, chargeId) = await client.PaidCharge();
        var id = await client.OpenDispute(chargeId, new { responseDays = 10 });
        await gateway.RemindOnce();
        Assert.Equal(0, await gateway.EventsOf(id, "dispute.updated"));

        clock.Advance(TimeSpan.FromDays(7));
        await gateway.RemindOnce();
        await gateway.RemindOnce();
        Assert.Equal(1, await gateway.EventsOf(id, "dispute.updated"));
        Assert.Contains("\"reminder\":true", await gateway.Query<string>(
            "SELECT body FROM events.events WHERE subject_id = @id AND name = 'dispute.updated'", new { id }), StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal("needs_response", (await client.GetDispute(id)).Text("status"));
        await gateway.NotifyOnce();
        Assert.Equal("lost", (await client.GetDispute(id)).Text("status"));
        Assert.Contains("dispute.remind", await ActionsOf(id));
    }

    [Fact]
    public async Task A_message_that_got_lost_is_made_up_for_by_asking_after_the_deadline()
    {
        var (_, chargeId) = await client.PaidCharge();
        var id = await client.OpenDispute(chargeId, new { responseDays = 4 });
        clock.Advance(TimeSpan.FromDays(4) + TimeSpan.FromHours(2));

        await gateway.ResolveDisputesOnce();

        Assert.Equal("lost", (await client.GetDispute(id)).Text("status"));
        Assert.Equal(1, await gateway.EventsOf(id, "dispute.closed"));
    }

    [Fact]
    public async Task Evidence_after_the_deadline_is_declined_and_says_what_the_dispute_is()
    {
        var (_, chargeId) = await client.PaidCharge();
        var id = await client.OpenDispute(chargeId, new { responseDays = 1 });
        clock.Advance(TimeSpan.FromDays(2));

        var (status, body, _) = await client.Evidence(id, new { explanation = "winning_evidence", submit = true });

        Assert.Equal((HttpStatusCode.Conflict, "DISPUTE_RESPONSE_DECLINED"), (status, body.Code()));
        Assert.Equal("lost", body.GetProperty("error").GetProperty("details").GetProperty("dispute").Text("status"));
        Assert.Equal("evidence_not_taken", (await client.GetDispute(id)).GetProperty("evidence").Text("declinedCode"));
    }

    [Theory]
    [InlineData("lost_answer")]
    [InlineData("never_arrives")]
    [InlineData("error_500")]
    public async Task No_answer_is_asked_about_and_sent_again_until_the_processor_has_it(string behaviour)
    {
        var (_, chargeId) = await client.PaidCharge();
        var (evidence, accept) = (await client.OpenDispute(chargeId, new { amount = 100m }), await client.OpenDispute(chargeId, new { amount = 150m }));

        var (status, sent, _) = await client.Evidence(evidence, new { explanation = "See the file", submit = true }, "key-" + evidence, behaviour);
        Assert.Equal((HttpStatusCode.Accepted, "needs_response", "submit_evidence"), (status, sent.Text("status"), sent.Text("inProgress")));
        Assert.Equal("accept", (await client.Accept(accept, behaviour: behaviour)).Body.Text("inProgress"));
        foreach (var busy in new[] { await client.Accept(evidence), await client.Evidence(accept, new { explanation = "x" }) })
        {
            Assert.Equal("INVALID_STATE", busy.Body.Code());
        }

        for (var minute = 0; minute < 4; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await gateway.ResolveDisputesOnce();
        }

        Assert.Equal(("under_review", "accepted"), ((await client.GetDispute(evidence)).Text("status"), (await client.GetDispute(accept)).Text("status")));
        Assert.True((await client.GetDispute(evidence)).GetProperty("evidence").TryGetProperty("submittedAt", out _));
        Assert.Equal(2, await gateway.Query<long>(
            "SELECT count(*) FROM sandbox.dispute_requests WHERE key LIKE @evidence || ':%' OR key LIKE @accept || ':%'", new { evidence, accept }));
    }

    [Fact]
    public async Task Refunds_reach_what_is_not_disputed_and_no_further()
    {
        var (paymentId, chargeId) = await client.PaidCharge();
        var id = await client.OpenDispute(chargeId, new { amount = 350m });

        var (status, body, _) = await client.Refund(paymentId, 200m);
        Assert.Equal((HttpStatusCode.Conflict, "PAYMENT_DISPUTED", 150m),
            (status, body.Code(), Amount(body.GetProperty("error").GetProperty("details"), "refundable")));
        Assert.Equal(150m, Amount((await client.Refund(paymentId)).Body));
        Assert.Equal("PAYMENT_DISPUTED", (await client.Refund(paymentId)).Body.Code());
        Assert.Equal("PAYMENT_DISPUTED", (await client.Post($"/api/payments/charges/{chargeId}/refunds", new { })).Body.Code());

        await client.Decide(id, "won");
        Assert.Equal(350m, Amount((await client.Refund(paymentId)).Body));
        Assert.Equal("PAYMENT_ALREADY_REFUNDED", (await client.Refund(paymentId)).Body.Code());
    }

    [Fact]
    public async Task A_dispute_of_money_that_went_back_is_recorded_and_claimed_from_the_processor()
    {
        var (paymentId, chargeId) = await client.PaidCharge();
        await client.Refund(paymentId, 400m);
        var before = await gateway.Balances(gateway.Shop.MerchantId);

        var id = await client.OpenDispute(chargeId);

        var dispute = await client.GetDispute(id);
        Assert.Equal((500m, 100m, "exceeds_payment"), (Amount(dispute), Amount(dispute, "amountTaken"), dispute.Text("contradiction")));
        var after = await gateway.Balances(gateway.Shop.MerchantId);
        Assert.Equal((-11500L, -51500L, 40000L), (after.Payable - before.Payable, after.Receivable - before.Receivable, after.Claims - before.Claims));

        var second = await client.OpenDispute(chargeId, new { amount = 50m });
        Assert.Equal(0m, Amount(await client.GetDispute(second), "amountTaken"));
        await client.Decide(id, "won");
        await client.Decide(second, "lost");
        Assert.Equal(50m, Amount(await client.GetDispute(second), "amountTaken"));
        Assert.False((await client.GetDispute(second)).TryGetProperty("contradiction", out _));
    }

    [Fact]
    public async Task Several_captures_can_be_disputed_one_by_one_up_to_what_was_captured()
    {
        var orderId = await client.CreateOrder(500m, new { captureMethod = "manual" });
        var held = (await client.PayByCard(orderId)).Body;
        var (paymentId, chargeId) = (held.Text("id"), held.GetProperty("charges")[0].Text("id"));
        await client.Post($"/api/payments/payment-intents/{paymentId}/capture", new { amountToCapture = 200, finalCapture = false });
        await client.OpenDispute(chargeId, new { amount = 200m });
        await client.Post($"/api/payments/payment-intents/{paymentId}/capture", new { amountToCapture = 100 });
        var second = await client.OpenDispute(chargeId, new { amount = 100m });

        var payment = await client.GetJson($"/api/payments/{paymentId}");
        Assert.Equal((300m, 2), (Amount(payment, "amountDisputed"), payment.GetProperty("disputes").GetArrayLength()));
        Assert.False((await client.GetDispute(second)).TryGetProperty("contradiction", out _));
    }

    [Theory]
    [InlineData("4000000000000259", "needs_response", "fraudulent")]
    [InlineData("4000000000002685", "needs_response", "product_not_received")]
    [InlineData("4000000000001976", "warning_needs_response", "unrecognized")]
    public async Task A_card_or_an_amount_brings_its_dispute_by_itself(string card, string status, string reason)
    {
        var amount = reason switch { "fraudulent" => 9021m, "product_not_received" => 9022m, _ => 9023m };
        var byCard = (await client.PayByCard(await client.CreateOrder(700m), card)).Body.Text("id");
        var byAmount = (await client.PayByCard(await client.CreateOrder(amount))).Body.Text("id");

        await gateway.NotifyOnce();
        await gateway.NotifyOnce();

        foreach (var paymentId in new[] { byCard, byAmount })
        {
            var dispute = Assert.Single((await client.GetJson($"/api/payments/disputes?paymentId={paymentId}")).GetProperty("data").EnumerateArray());
            Assert.Equal((status, reason), (dispute.Text("status"), dispute.Text("reason")));
        }
    }

    [Theory]
    [InlineData("123")]
    [InlineData("132")]
    [InlineData("213")]
    [InlineData("231")]
    [InlineData("312")]
    [InlineData("321")]
    public async Task Messages_in_any_order_and_twice_leave_one_dispute_and_one_book(string order)
    {
        var (paymentId, chargeId) = await client.PaidCharge();
        DisputeStanding[] standings = [DisputeStanding.NeedsResponse, DisputeStanding.UnderReview, DisputeStanding.Lost];
        var before = await gateway.Balances(gateway.Shop.MerchantId);

        foreach (var i in order.Concat(order).Select(digit => digit - '0'))
        {
            Assert.Null(await gateway.Tell(DisputeCalls.Report(chargeId, "out-of-order-" + order, i, standings[i - 1])));
        }

        var dispute = Assert.Single((await client.GetJson($"/api/payments/disputes?paymentId={paymentId}")).GetProperty("data").EnumerateArray());
        Assert.Equal(("lost", 500m), (dispute.Text("status"), Amount(dispute, "amountTaken")));
        var after = await gateway.Balances(gateway.Shop.MerchantId);
        Assert.Equal((-51500L, -51500L), (after.Payable - before.Payable, after.Receivable - before.Receivable));
        Assert.Equal((1, 1), (await gateway.EventsOf(dispute.Text("id"), "dispute.opened"), await gateway.EventsOf(dispute.Text("id"), "dispute.closed")));
    }

    [Fact]
    public async Task Another_currency_is_recorded_and_touches_no_money_of_the_payment()
    {
        var (paymentId, chargeId) = await client.PaidCharge();

        Assert.Null(await gateway.Tell(DisputeCalls.Report(chargeId, "in-dollars", 1, DisputeStanding.NeedsResponse, 600, 100, "USD")));

        var dispute = (await client.GetJson($"/api/payments/disputes?paymentId={paymentId}")).GetProperty("data")[0];
        Assert.Equal(("currency_differs", 6m, 0m), (dispute.Text("contradiction"), Amount(dispute), Amount(dispute, "amountTaken")));
        Assert.Equal(600, (await gateway.Balances(gateway.Shop.MerchantId, "USD")).Claims);
    }

    [Fact]
    public async Task A_message_waits_until_its_charge_is_known_to_be_captured()
    {
        var order = await client.CreateOrder(500m);
        var (_, pending, _) = await client.PayByCard(order, behaviour: "lost_answer");
        var chargeId = pending.GetProperty("charges")[0].Text("id");
        var report = DisputeCalls.Report(chargeId, "early", 1, DisputeStanding.NeedsResponse);

        Assert.Equal("CHARGE_NOT_FOUND", (await gateway.Tell(report with { ChargeKey = "ch_nobody" }))!.Kind.Code);
        Assert.Equal("INVALID_STATE", (await gateway.Tell(report))!.Kind.Code);
        clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ResolveOnce();
        Assert.Null(await gateway.Tell(report));
        Assert.Equal(500m, Amount(await client.GetJson($"/api/payments/{pending.Text("id")}"), "amountDisputed"));
    }

    [Fact]
    public async Task A_message_about_more_than_is_known_to_be_taken_waits_in_the_inbox_until_it_is()
    {
        var (_, pending, _) = await client.PayByCard(await client.CreateOrder(500m), behaviour: "lost_answer");
        var chargeId = pending.GetProperty("charges")[0].Text("id");

        var (_, early, _) = await client.TryOpenDispute(chargeId, new { amount = 500m });

        Assert.False(early.TryGetProperty("disputeId", out _));
        Assert.Equal("received INVALID_STATE 1", await InInbox(chargeId));
        clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ResolveOnce();
        await gateway.Get<ReceiveMessage>().RunOnce(CancellationToken.None);
        Assert.Equal("handled  1", await InInbox(chargeId));
        Assert.Equal(500m, Amount(await client.GetJson($"/api/payments/{pending.Text("id")}"), "amountDisputed"));
    }

    [Fact]
    public async Task What_was_taken_is_disputed_also_while_an_increment_has_no_answer()
    {
        var paymentId = await client.Hold(100m);
        await client.Follow(paymentId, "capture", new { amountToCapture = 40, finalCapture = false });
        var chargeId = (await client.GetJson($"/api/payments/{paymentId}")).GetProperty("charges")[0].Text("id");
        var dispute = await client.OpenDispute(chargeId, new { amount = 40m, kind = "inquiry" });
        await client.Decide(dispute, "won");
        Assert.Equal(HttpStatusCode.Accepted, (await client.Follow(paymentId, "increment", new { amount = 150 }, behaviour: "lost_answer")).Status);

        await client.Decide(dispute, "lost");

        Assert.Equal("lost", (await client.GetJson($"/api/payments/disputes/{dispute}")).Text("status"));
        Assert.Equal(40m, Amount(await client.GetJson($"/api/payments/{paymentId}"), "amountDisputed"));
        await gateway.AssertBookHolds();
    }

    [Fact]
    public async Task A_repeated_or_late_message_of_the_sandbox_does_no_harm()
    {
        var (_, chargeId) = await client.PaidCharge();
        var twice = (await client.TryOpenDispute(chargeId, new { amount = 100m }, "duplicate_notification")).Body.Text("disputeId");
        var (_, late, _) = await client.TryOpenDispute(chargeId, new { amount = 100m }, "late_notification");
        Assert.False(late.TryGetProperty("disputeId", out _));

        clock.Advance(TimeSpan.FromSeconds(20));
        await gateway.NotifyOnce();

        Assert.Equal(1, await gateway.EventsOf(twice, "dispute.opened"));
        Assert.Equal(2, (await client.GetJson($"/api/payments/disputes?chargeId={chargeId}")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Lists_filter_and_refuse_words_that_no_dispute_has()
    {
        using var shop = gateway.ClientOf(gateway.Shops[2]);
        var (paymentId, chargeId) = await shop.PaidCharge();
        var first = await shop.OpenDispute(chargeId, new { amount = 10m, reason = "duplicate", responseDays = 5 });
        var second = await shop.OpenDispute(chargeId, new { amount = 20m, kind = "inquiry", responseDays = 50 });
        var due = clock.GetUtcNow().AddDays(20).ToString("yyyy-MM-dd");

        Assert.Equal([second, first], await Ids(""));
        Assert.Equal([second], await Ids("?limit=1"));
        Assert.Equal([first], await Ids($"?cursor={second}"));
        Assert.Equal([first], await Ids("?status=needs_response"));
        Assert.Equal([first], await Ids("?reason=duplicate"));
        Assert.Equal([first], await Ids($"?dueTo={due}"));
        Assert.Equal([second], await Ids($"?dueFrom={due}"));
        Assert.Equal([second, first], await Ids($"?paymentId={paymentId}&chargeId={chargeId}&createdFrom=2026-01-01"));
        Assert.Empty(await Ids("?createdTo=2026-01-01"));
        foreach (var wrong in (string[])["?status=submitting", "?reason=because", "?dueFrom=soon", "?nonsense=1"])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await shop.Call(HttpMethod.Get, "/api/payments/disputes" + wrong)).Status);
        }

        async Task<IEnumerable<string>> Ids(string query) =>
            (await shop.GetJson("/api/payments/disputes" + query)).GetProperty("data").EnumerateArray().Select(d => d.Text("id")).ToList();
    }

    [Fact]
    public async Task Nobody_else_sees_or_answers_a_dispute()
    {
        using var stranger = gateway.ClientOf(gateway.Shops[1]);
        var (_, chargeId) = await client.PaidCharge();
        var id = await client.OpenDispute(chargeId);
        var file = (await client.Upload(id, DisputeCalls.Pdf)).Body.Text("id");

        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Get, $"{id}", null), (HttpMethod.Post, $"{id}/evidence", new { explanation = "x" }), (HttpMethod.Post, $"{id}/accept", new { }),
        })
        {
            Assert.Equal("DISPUTE_NOT_FOUND", (await stranger.Call(method, "/api/payments/disputes/" + path, body)).Body.Code());
        }

        Assert.Equal("EVIDENCE_FILE_NOT_FOUND", (await stranger.Call(HttpMethod.Get, $"/api/payments/disputes/{id}/evidence-files/{file}")).Body.Code());
        Assert.Equal("DISPUTE_NOT_FOUND", (await stranger.Upload(id, DisputeCalls.Pdf)).Body.Code());
        Assert.Equal("DISPUTE_NOT_FOUND", (await stranger.Decide(id, "won")).Body.Code());
        Assert.Equal("CHARGE_NOT_FOUND", (await stranger.TryOpenDispute(chargeId)).Body.Code());
        Assert.Equal(0, (await stranger.GetJson("/api/payments/disputes")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task The_sandbox_says_what_it_cannot_open()
    {
        var (_, chargeId) = await client.PaidCharge(100m);

        Assert.Equal("VALIDATION_FAILED", (await client.Post("/api/payments/sandbox/disputes", new { })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.TryOpenDispute(chargeId, new { responseDays = 0 })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.TryOpenDispute(chargeId, behaviour: "nonsense")).Body.Code());
        Assert.Equal("AMOUNT_ABOVE_MAXIMUM", (await client.TryOpenDispute(chargeId, new { amount = 100.01m })).Body.Code());
        Assert.Equal("INVALID_AMOUNT", (await client.TryOpenDispute(chargeId, new { amount = -1m })).Body.Code());
        Assert.Equal("CHARGE_NOT_FOUND", (await client.TryOpenDispute("ch_nobody")).Body.Code());
        var id = await client.OpenDispute(chargeId);
        Assert.Equal("VALIDATION_FAILED", (await client.Post($"/api/payments/sandbox/disputes/{id}/decide", new { })).Body.Code());
    }

    /// <summary>The sandbox's bank reads evidence for half a minute.</summary>
    private async Task LetTheBankRead()
    {
        clock.Advance(TimeSpan.FromSeconds(31));
        await gateway.NotifyOnce();
    }

    private static decimal Amount(JsonElement json, string name = "amount") => json.GetProperty(name).GetDecimal();

    private Task<string[]> ActionsOf(string id) => gateway.Query<string[]>(
        "SELECT coalesce(array_agg(action ORDER BY id), '{}') FROM audit.rows WHERE object_id = @id", new { id });

    private Task<string> InInbox(string chargeId) => gateway.Query<string>(
        "SELECT concat(state, ' ', result, ' ', attempts) FROM inbox.messages WHERE subject = @chargeId", new { chargeId });
}
