using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Square;
using PaymentGateway.Database;
using PaymentGateway.Tests.Conformance;

namespace PaymentGateway.Tests.Connectors.Square;

/// <summary>What is Square's own, before its simulator; what all connectors do is tried by the kit.</summary>
public sealed class SquareConnectorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task Run(Func<SquareKit, Task> test)
    {
        await using var kit = await SquareKit.StartSquare();
        await test(kit);
        await kit.AssertRequestsFit();
        Assert.Equal(0, (int)(await kit.Simulator.Look())["answerViolations"]!);
    }

    private static AuthorizeCall Card(SquareKit kit, string token = "cnon:card-nonce-ok", bool capture = true) =>
        kit.Call(new Instrument.Card(token), capture: capture);

    private static async Task<(AuthorizeCall Call, T Outcome)> Pay<T>(SquareKit kit, AuthorizeCall call)
        where T : ConnectorOutcome => (call, Assert.IsType<T>(await kit.Connector.Authorize(call, Cancel)));

    [Fact]
    public Task A_refused_token_is_no_proof_once_a_try_had_no_answer() => Run(async kit =>
    {
        var call = Card(kit, "cnon:card-nonce-already-used");
        Assert.Equal("INVALID_TOKEN", Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Authorize(call, Cancel)).Code);
        await kit.Simulator.Control("/faults", new { kind = "drop", path = "/v2/payments", times = 1 });
        Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Authorize(call with { Key = kit.NewKey() }, Cancel));
    });

    [Fact]
    public Task A_decline_is_proof_whatever_came_before() => Run(async kit =>
    {
        await kit.Simulator.Control("/faults", new { kind = "drop", path = "/v2/payments", times = 1, afterWork = true });
        var declined = Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Authorize(Card(kit, "cnon:card-nonce-declined"), Cancel));
        Assert.NotNull(declined.Reference);
        Assert.Equal("visa", declined.Summary?.Network);
    });

    [Fact]
    public Task Another_request_with_our_key_says_nothing_of_ours() => Run(async kit =>
    {
        var (call, _) = await Pay<ConnectorOutcome.Captured>(kit, Card(kit));
        Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Authorize(call with { Amount = kit.Amount(7) }, Cancel));
    });

    [Fact]
    public Task A_currency_that_the_location_does_not_take_is_refused() => Run(async kit =>
    {
        var declined = Assert.IsType<ConnectorOutcome.Declined>(
            await kit.Connector.Authorize(Card(kit) with { Amount = Money.FromMajor(5, Currency.EUR) }, Cancel));
        Assert.Equal(("PROCESSOR_REJECTED", "INVALID_VALUE"), (declined.Code, declined.ProcessorCode));
    });

    [Fact]
    public Task A_bank_debit_is_pending_until_the_bank_has_answered() => Run(async kit =>
    {
        var (good, pending) = await Pay<ConnectorOutcome.Pending>(kit, Card(kit, "bnon:bank-nonce-ok"));
        var (bad, _) = await Pay<ConnectorOutcome.Pending>(kit, Card(kit, "bnon:bank-nonce-insufficient-funds"));
        await kit.LetTimePass(TimeSpan.FromDays(4));
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Status(new(kit.Tenant, good.Key, pending.Reference), Cancel));
        Assert.Equal("INSUFFICIENT_FUNDS", Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Status(new(kit.Tenant, bad.Key, null), Cancel)).Code);
    });

    [Fact]
    public Task A_hold_that_ended_is_declined_as_expired() => Run(async kit =>
    {
        var (call, held) = await Pay<ConnectorOutcome.Authorized>(kit, Card(kit, capture: false));
        Assert.NotNull(held.CaptureBefore);
        await kit.LetTimePass(TimeSpan.FromDays(8));
        Assert.Equal("AUTHORIZATION_EXPIRED", Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Capture(kit.Follow(call, held, 100), Cancel)).Code);
    });

    [Fact]
    public Task Yen_are_taken_in_full_or_not_at_all() => Run(async kit =>
    {
        var connector = kit.With(kit.AccountWith(SquareKeys.LocationId, "LJPY000000001"));
        var call = Card(kit, capture: false) with { Amount = Money.FromMajor(500, Currency.JPY) };
        var held = Assert.IsType<ConnectorOutcome.Authorized>(await connector.Authorize(call, Cancel));
        var part = new FollowUpCall(kit.Tenant, kit.NewKey("op"), call.Key, held.Reference, Money.FromMajor(400, Currency.JPY), null);
        Assert.Equal("PROCESSOR_REJECTED", Assert.IsType<ConnectorOutcome.Declined>(await connector.Capture(part, Cancel)).Code);
        Assert.IsType<ConnectorOutcome.Captured>(await connector.Capture(part with { Amount = call.Amount }, Cancel));
    });

    [Fact]
    public Task A_capture_is_done_once_and_in_its_amount_only() => Run(async kit =>
    {
        var (call, held) = await Pay<ConnectorOutcome.Authorized>(kit, Card(kit, capture: false));
        var capture = kit.Follow(call, held, 60);
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Capture(capture, Cancel));
        Assert.Equal(kit.Amount(60), Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Capture(capture, Cancel)).Total);
        var other = Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Capture(kit.Follow(call, held, 100), Cancel));
        Assert.Equal("DELAYED_TRANSACTION_CAPTURED", other.ProcessorCode);
        Assert.Equal((1, kit.Amount(60)), await kit.AtProcessor(call.Key));
    });

    [Fact]
    public Task Captures_that_race_take_one_amount() => Run(async kit =>
    {
        var (call, held) = await Pay<ConnectorOutcome.Authorized>(kit, Card(kit, capture: false));
        var all = await Task.WhenAll(Enumerable.Range(0, 32).Select(at => kit.Connector.Capture(kit.Follow(call, held, at % 2 == 0 ? 60 : 100), Cancel)));
        var (payments, captured) = await kit.AtProcessor(call.Key);
        Assert.Equal(1, payments);
        Assert.True(captured == kit.Amount(60) || captured == kit.Amount(100), captured.ToString());
        Assert.All(all.OfType<ConnectorOutcome.Captured>(), outcome => Assert.Equal(captured, outcome.Total));
    });

    [Fact]
    public Task A_lost_capture_of_the_whole_is_found_taken_when_it_is_sent_again() => Run(async kit =>
    {
        var (call, held) = await Pay<ConnectorOutcome.Authorized>(kit, Card(kit, capture: false));
        await kit.Misbehave(ProcessorFault.AnswerLost);
        var capture = kit.Follow(call, held, 100);
        Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Capture(capture, Cancel));
        await kit.EndFaults();
        Assert.IsType<ConnectorOutcome.NotFound>(await kit.Connector.Status(new(kit.Tenant, call.Key, held.Reference, capture.Key), Cancel));
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Capture(capture, Cancel));
        Assert.Equal((1, kit.Amount(100)), await kit.AtProcessor(call.Key));
    });

    [Fact]
    public Task A_payment_that_never_came_is_over_once_it_cannot_come_any_more() => Run(async kit =>
    {
        var late = new FollowUpCall(kit.Tenant, kit.NewKey("op"), kit.NewKey(), null, kit.Amount(1), null);
        Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Void(late, Cancel));
        var old = Id.At("ch", TimeProvider.System.GetUtcNow() - kit.Connector.Capabilities.NotFoundFinalAfter);
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.Void(late with { ChargeKey = old }, Cancel));
    });

    [Fact]
    public Task A_payment_whose_answer_was_lost_is_undone_by_our_key() => Run(async kit =>
    {
        await kit.Misbehave(ProcessorFault.AnswerLost);
        var call = Card(kit, capture: false);
        Assert.IsType<ConnectorOutcome.Unknown>(await kit.Connector.Authorize(call, Cancel));
        await kit.EndFaults();
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.Void(new(kit.Tenant, kit.NewKey("op"), call.Key, null, call.Amount, null), Cancel));
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.Status(new(kit.Tenant, call.Key, null), Cancel));
    });

    [Fact]
    public Task What_is_completed_is_not_voided() => Run(async kit =>
    {
        var (call, _) = await Pay<ConnectorOutcome.Captured>(kit, Card(kit));
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Void(new(kit.Tenant, kit.NewKey("op"), call.Key, null, call.Amount, null), Cancel));
    });

    [Fact]
    public Task A_payment_is_found_where_the_account_was_before() => Run(async kit =>
    {
        var (call, taken) = await Pay<ConnectorOutcome.Captured>(kit, Card(kit));
        var moved = kit.With(kit.AccountWith(SquareKeys.LocationId, "LEUR000000001"));
        Assert.Equal(taken.Reference, Assert.IsType<ConnectorOutcome.Captured>(await moved.Status(new(kit.Tenant, call.Key, null), Cancel)).Reference);
    });

    [Fact]
    public Task A_list_that_lags_behind_has_not_found_it_yet() => Run(async kit =>
    {
        await kit.Simulator.Control("", new { @do = "lag_lists", seconds = 30 });
        var (call, _) = await Pay<ConnectorOutcome.Captured>(kit, Card(kit));
        Assert.IsType<ConnectorOutcome.NotFound>(await kit.Connector.Status(new(kit.Tenant, call.Key, null), Cancel));
        await kit.LetTimePass(TimeSpan.FromMinutes(1));
        Assert.IsType<ConnectorOutcome.Captured>(await kit.Connector.Status(new(kit.Tenant, call.Key, null), Cancel));
        Assert.True(kit.Connector.Capabilities.NotFoundFinalAfter > TimeSpan.FromMinutes(1));
    });

    [Fact]
    public Task Without_the_customer_a_card_that_wants_verification_is_declined() => Run(async kit =>
    {
        var saved = new Instrument.Saved("card", "pm_1", CardOnFile.Of("C1", "ccof:customer-card-id-requires-verification"));
        var declined = Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Authorize(kit.Call(saved) with { OffSession = true }, Cancel));
        Assert.Equal("AUTHENTICATION_REQUIRED", declined.Code);
    });

    [Fact]
    public Task The_card_of_a_payment_is_kept_afterwards() => Run(async kit =>
    {
        var (call, _) = await Pay<ConnectorOutcome.Captured>(kit, Card(kit));
        var saved = Assert.IsType<SaveOutcome.Saved>(await kit.Connector.Save(new(kit.Tenant, kit.NewKey("pm"), new SaveSource.OfCharge(call.Key), null), Cancel));
        Assert.Equal(("visa", "5858", "12/34"), (saved.Summary.Network, saved.Summary.Last4, saved.Summary.Expiry));
        Assert.NotNull(saved.Fingerprint);
        var nothing = await kit.Connector.Save(new(kit.Tenant, kit.NewKey("pm"), new SaveSource.OfCharge(kit.NewKey()), null), Cancel);
        Assert.Equal("INVALID_TOKEN", Assert.IsType<SaveOutcome.Declined>(nothing).Code);
    });

    [Theory]
    [InlineData("cnon:card-nonce-declined", "INVALID_CARD")]
    [InlineData("cnon:card-nonce-already-used", "INVALID_TOKEN")]
    [InlineData("cnon:nothing", "INVALID_TOKEN")]
    public Task A_card_that_cannot_be_set_up_is_declined(string token, string code) => Run(async kit =>
        Assert.Equal(code, Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Setup(kit.SetupOf(token), Cancel)).Code));

    [Fact]
    public Task A_set_up_that_comes_after_it_was_given_up_is_kept_out() => Run(async kit =>
    {
        var late = kit.SetupOf("cnon:card-nonce-ok");
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.CancelSetup(new(kit.Tenant, late.Key, null), Cancel));
        Assert.IsType<ConnectorOutcome.Declined>(await kit.Connector.Setup(late, Cancel));
        Assert.IsType<ConnectorOutcome.NotFound>(await kit.Connector.SetupStatus(new(kit.Tenant, late.Key, null), Cancel));
    });

    [Fact]
    public Task A_card_that_is_set_up_and_not_saved_is_let_go() => Run(async kit =>
    {
        var call = kit.SetupOf("cnon:card-nonce-ok");
        var ready = Assert.IsType<ConnectorOutcome.Authorized>(await kit.Connector.Setup(call, Cancel));
        Assert.Equal("5858", ready.Summary.Last4);
        var source = new SaveSource.OfSetup(call.Key, ready.Reference);
        await kit.Connector.Forget(new(kit.Tenant, kit.NewKey("pm"), null, null, source), Cancel);
        Assert.IsType<ConnectorOutcome.Voided>(await kit.Connector.SetupStatus(new(kit.Tenant, call.Key, ready.Reference), Cancel));
        Assert.IsType<SaveOutcome.Declined>(await kit.Connector.Save(new(kit.Tenant, kit.NewKey("pm"), source, null), Cancel));
    });

    [Theory]
    [InlineData("cnon:card-nonce-declined", "INVALID_CARD")]
    [InlineData("cnon:card-nonce-already-used", "INVALID_TOKEN")]
    [InlineData("cnon:nothing", "INVALID_TOKEN")]
    public Task A_card_that_cannot_be_kept_is_declined(string token, string code) => Run(async kit =>
    {
        var outcome = await kit.Connector.Save(new(kit.Tenant, kit.NewKey("pm"), new SaveSource.OfCard(token), null), Cancel);
        Assert.Equal(code, Assert.IsType<SaveOutcome.Declined>(outcome).Code);
    });

    [Fact]
    public Task A_card_that_was_forgotten_before_it_came_is_kept_out() => Run(async kit =>
    {
        var key = kit.NewKey("pm");
        Assert.IsType<SaveOutcome.Forgotten>(await kit.Connector.Forget(new(kit.Tenant, key, null, null), Cancel));
        Assert.IsType<SaveOutcome.Declined>(await kit.Connector.Save(new(kit.Tenant, key, new SaveSource.OfCard("cnon:card-nonce-ok"), null), Cancel));
        Assert.IsType<SaveOutcome.Forgotten>(await kit.Connector.Forget(new(kit.Tenant, key, null, null), Cancel));
    });

    [Theory]
    [InlineData("rejected", "REJECTED")]
    [InlineData("failed", "FAILED")]
    public Task A_refund_that_does_not_arrive_says_so(string outcome, string code) => Run(async kit =>
    {
        var (call, taken) = await Pay<ConnectorOutcome.Captured>(kit, Card(kit));
        await kit.Simulator.Control("", new { @do = "next_refund", outcome });
        var refund = kit.RefundOf(call, taken, 40);
        Assert.IsType<RefundOutcome.Pending>(await kit.Connector.Refund(refund, Cancel));
        await kit.LetTimePass(TimeSpan.FromMinutes(1));
        var failed = Assert.IsType<RefundOutcome.Failed>(await kit.Connector.RefundStatus(new(kit.Tenant, refund.Key, call.Key, null), Cancel));
        Assert.Equal(code, failed.ProcessorCode);
    });

    [Fact]
    public Task A_refund_beside_a_pending_one_may_be_refused() => Run(async kit =>
    {
        var (call, taken) = await Pay<ConnectorOutcome.Captured>(kit, Card(kit));
        await kit.Simulator.Control("", new { @do = "next_refund", outcome = "already_pending" });
        var refused = Assert.IsType<RefundOutcome.Failed>(await kit.Connector.Refund(kit.RefundOf(call, taken, 40), Cancel));
        Assert.Equal(("REFUND_DECLINED", "REFUND_ALREADY_PENDING"), (refused.Code, refused.ProcessorCode));
    });

    [Fact]
    public Task A_message_about_a_refund_names_our_refund() => Run(async kit =>
    {
        var (call, taken) = await Pay<ConnectorOutcome.Captured>(kit, Card(kit));
        await kit.Webhooks(atLeast: 2);
        var refund = kit.RefundOf(call, taken, 40);
        await kit.Connector.Refund(refund, Cancel);
        var messages = await kit.Webhooks(atLeast: 2);
        var about = messages.Single(message => Encoding.UTF8.GetString(message.Body.Span).Contains("\"refund.created\"", StringComparison.Ordinal));
        Assert.Equal(refund.Key, (await kit.Connector.Verify(about, [kit.Account], Cancel))!.Subject);
        Assert.Equal(refund.Key, Assert.IsType<ConnectorNews.OfRefund>(Assert.Single(await kit.Connector.Read(kit.Tenant, about, Cancel))).Key);
    });

    [Fact]
    public Task A_payment_that_was_made_elsewhere_is_nobodys_news() => Run(async kit =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/payments");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", kit.Account[SquareKeys.AccessToken]);
        request.Content = JsonContent.Create(new { source_id = "cnon:card-nonce-ok", idempotency_key = "till", amount_money = new { amount = 1, currency = "USD" } });
        using var made = await kit.Simulator.Http.SendAsync(request, Cancel);
        foreach (var message in await kit.Webhooks(atLeast: 2))
        {
            Assert.NotNull(await kit.Connector.Verify(message, [kit.Account], Cancel));
            Assert.Empty(await kit.Connector.Read(kit.Tenant, message, Cancel));
        }
    });

    [Fact]
    public Task A_message_is_signed_for_the_address_of_its_subscription() => Run(async kit =>
    {
        await Pay<ConnectorOutcome.Captured>(kit, Card(kit));
        var message = (await kit.Webhooks(atLeast: 1))[0];
        var behindProxy = message with { Url = "https://pay.example.com/api/payments/webhooks/square/pacc_kit" };
        Assert.Null(await kit.Connector.Verify(behindProxy, [kit.Account], Cancel));
        var told = kit.AccountWith(SquareKeys.NotificationUrl, kit.ReceiverUrl);
        Assert.NotNull(await kit.Connector.Verify(behindProxy, [told], Cancel));
        Assert.Null(await kit.Connector.Verify(message with { Url = null }, [kit.Account], Cancel));
        await Assert.ThrowsAnyAsync<JsonException>(() => kit.Connector.Verify(Signed(kit, "no JSON"), [kit.Account], Cancel));
    });

    private static IncomingMessage Signed(SquareKit kit, string body)
    {
        var signature = Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(kit.Account[SquareKeys.SignatureKey]!), Encoding.UTF8.GetBytes(kit.ReceiverUrl + body)));
        return new(new Dictionary<string, string> { ["X-Square-HmacSha256-Signature"] = signature }, Encoding.UTF8.GetBytes(body), DateTimeOffset.UnixEpoch, kit.ReceiverUrl);
    }

    private static async Task<DisputeReport> Disputed(SquareKit kit, bool inquiry = false)
    {
        var (_, taken) = await Pay<ConnectorOutcome.Captured>(kit, Card(kit));
        await kit.Webhooks(atLeast: 2);
        await kit.Simulator.Control("", new { @do = "open_dispute", payment = taken.Reference, inquiry, reason = "NOT_RECEIVED" });
        var message = (await kit.Webhooks(atLeast: 1))[^1];
        return Assert.IsType<ConnectorNews.OfDispute>(Assert.Single(await kit.Connector.Read(kit.Tenant, message, Cancel))).Report;
    }

    private static EvidenceCall Evidence(SquareKit kit, DisputeReport report, params IReadOnlyList<EvidenceAttachment> files) => new(
        kit.Tenant, kit.NewKey("req"), report.ChargeKey, report.Reference,
        new Dictionary<string, string> { ["explanation"] = new string('e', 1200), ["shippingTrackingNumber"] = "1Z888" }, files, Behaviour: null);

    [Fact]
    public Task Evidence_with_files_wins_a_dispute_and_is_handed_in_once() => Run(async kit =>
    {
        var report = await Disputed(kit);
        Assert.Equal((DisputeReason.ProductNotReceived, kit.Amount(0)), (report.Reason, report.Fee));
        Assert.NotNull(report.EvidenceDueBy);
        var evidence = Evidence(kit, report, new EvidenceAttachment("receipt", "evidence_won.pdf", "application/pdf", "%PDF"u8.ToArray()));
        var won = Assert.IsType<DisputeOutcome.Reported>(await kit.Connector.SubmitEvidence(evidence, Cancel));
        Assert.Equal(DisputeStanding.Won, won.Report.Standing);
        Assert.True(won.Report.Revision > report.Revision);
        Assert.Equal(won.Report.Standing, Assert.IsType<DisputeOutcome.Reported>(await kit.Connector.SubmitEvidence(evidence, Cancel)).Report.Standing);
        Assert.Equal(6, (await kit.Simulator.Look("/objects/evidence")).AsArray().Count);
    });

    [Fact]
    public Task Evidence_whose_answer_was_lost_is_known_by_our_key() => Run(async kit =>
    {
        var report = await Disputed(kit);
        var evidence = Evidence(kit, report);
        var status = new DisputeStatusCall(kit.Tenant, report.ChargeKey, report.Reference, evidence.Key);
        await kit.Simulator.Control("/faults", new { kind = "drop", path = "submit-evidence", times = 3, afterWork = true });
        Assert.IsType<DisputeOutcome.Unknown>(await kit.Connector.SubmitEvidence(evidence, Cancel));
        Assert.IsType<DisputeOutcome.Reported>(await kit.Connector.DisputeStatus(status, Cancel));
        Assert.IsType<DisputeOutcome.NotFound>(await kit.Connector.DisputeStatus(status with { RequestKey = kit.NewKey("req") }, Cancel));
    });

    [Fact]
    public Task An_answer_to_a_dispute_that_is_over_is_declined() => Run(async kit =>
    {
        var report = await Disputed(kit);
        Assert.IsType<DisputeOutcome.Reported>(await kit.Connector.AcceptDispute(new(kit.Tenant, kit.NewKey("req"), report.ChargeKey, report.Reference, null), Cancel));
        var late = Assert.IsType<DisputeOutcome.Declined>(await kit.Connector.SubmitEvidence(Evidence(kit, report), Cancel));
        Assert.Equal(("BAD_REQUEST", DisputeStanding.Accepted), (late.ProcessorCode, late.Report?.Standing));
        var unknown = new DisputeStatusCall(kit.Tenant, report.ChargeKey, "nowhere", null);
        Assert.IsType<DisputeOutcome.NotFound>(await kit.Connector.DisputeStatus(unknown, Cancel));
    });

    [Fact]
    public Task An_inquiry_is_a_warning() => Run(async kit =>
    {
        var report = await Disputed(kit, inquiry: true);
        Assert.Equal(DisputeStanding.WarningNeedsResponse, report.Standing);
        Assert.Equal(DisputeStanding.WarningUnderReview,
            Assert.IsType<DisputeOutcome.Reported>(await kit.Connector.SubmitEvidence(Evidence(kit, report), Cancel)).Report.Standing);
    });

    [Fact]
    public Task Payouts_and_their_entries_add_up_to_nothing() => Run(async kit =>
    {
        var from = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1);
        for (var payout = 0; payout < 2; payout++)
        {
            await Pay<ConnectorOutcome.Captured>(kit, Card(kit));
            await kit.Settle();
        }

        var lines = new List<SettlementLine>();
        var call = new SettlementCall(kit.Tenant, from, from + TimeSpan.FromDays(1));
        var pages = 0;
        do
        {
            var page = await kit.Connector.ReadSettlement(call, Cancel);
            lines.AddRange(page.Lines);
            call = call with { Cursor = page.Cursor };
            pages++;
        }
        while (call.Cursor is not null);
        Assert.Equal((2, 2, 2), (pages, lines.Count(line => line.Kind == SettlementKind.Payment), lines.Count(line => line.Kind == SettlementKind.Payout)));
        Assert.Equal(0, lines.Sum(line => line.Net.Minor));
        Assert.All(lines.Where(line => line.Kind == SettlementKind.Payment), line => Assert.Equal(320, line.Fee.Minor));
        Assert.Empty((await kit.Connector.ReadSettlement(call with { From = from - TimeSpan.FromDays(2), Until = from, Cursor = null }, Cancel)).Lines);
    });

    [Theory]
    [InlineData("locationId", "LNOWHERE", false, "no such location")]
    [InlineData("accessToken", "wrong", false, "does not know the token")]
    [InlineData("accessToken", "EAAAother", true, "takes USD")]
    public Task The_keys_are_tried(string field, string value, bool isOk, string sentence) => Run(async kit =>
    {
        var test = await kit.Connector.TestConnection(kit.AccountWith(field, value), Cancel);
        Assert.Equal(isOk, test.IsOk);
        Assert.Contains(sentence, test.Sentence, StringComparison.Ordinal);
    });
}
