using Dapper;
using Npgsql;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Connectors.Sandbox;

public sealed class SandboxConnectorTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string GoodCard = "4111111111111111";

    [Fact]
    public async Task Thirty_two_calls_with_one_key_are_one_charge_with_one_answer()
    {
        var call = await sandbox.CardCall(GoodCard);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => sandbox.Authorize(call))));

        Assert.Single(outcomes.Distinct());
        Assert.IsType<ConnectorOutcome.Captured>(outcomes[0]);
        Assert.Equal(1, await Count("key = @key AND state = 'captured' AND captured = 50000", call.Key));
    }

    [Fact]
    public async Task A_repeat_is_answered_as_the_first_call_even_with_other_contents()
    {
        var call = await sandbox.CardCall(GoodCard);
        var first = await sandbox.Authorize(call);

        var repeat = await sandbox.Authorize(call with { Instrument = new Instrument.Upi("collect", "failure@pgtestupi") });

        Assert.Equal(first, repeat);
    }

    [Fact]
    public async Task When_the_answer_is_lost_the_money_has_moved_and_status_says_so()
    {
        var call = await sandbox.CardCall(GoodCard, behaviour: SandboxBehaviour.LostAnswer);

        Assert.IsType<ConnectorOutcome.Unknown>(await sandbox.Guarded.Authorize(call, CancellationToken.None));

        Assert.IsType<ConnectorOutcome.Captured>(await sandbox.Status(call.Key));
    }

    [Theory]
    [InlineData(SandboxBehaviour.NeverArrives)]
    [InlineData(SandboxBehaviour.Error500)]
    public async Task A_call_that_does_not_arrive_leaves_nothing(string behaviour)
    {
        var call = await sandbox.CardCall(GoodCard, behaviour: behaviour);

        Assert.IsType<ConnectorOutcome.Unknown>(await sandbox.Guarded.Authorize(call, CancellationToken.None));

        Assert.IsType<ConnectorOutcome.NotFound>(await sandbox.Status(call.Key));
    }

    [Fact]
    public async Task A_slow_answer_comes_after_three_seconds()
    {
        var answer = sandbox.Authorize(await sandbox.CardCall(GoodCard, behaviour: SandboxBehaviour.Slow));
        Assert.False(answer.IsCompleted);

        sandbox.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.IsType<ConnectorOutcome.Captured>(await answer);
    }

    [Fact]
    public async Task The_amount_asks_for_a_behaviour_too()
    {
        var call = await sandbox.CardCall(GoodCard, amount: 9002);
        await Assert.ThrowsAsync<TimeoutException>(() => sandbox.Authorize(call));
        Assert.IsType<ConnectorOutcome.Captured>(await sandbox.Status(call.Key));

        var yen = sandbox.Call(new Instrument.Card(await sandbox.Token(GoodCard)), amount: 9006, currency: Currency.JPY);
        await Assert.ThrowsAsync<TimeoutException>(() => sandbox.Authorize(yen));
        Assert.IsType<ConnectorOutcome.NotFound>(await sandbox.Status(yen.Key));
    }

    [Fact]
    public async Task An_unknown_behaviour_is_refused_by_name()
    {
        var declined = Assert.IsType<ConnectorOutcome.Declined>(
            await sandbox.Authorize(await sandbox.CardCall(GoodCard, behaviour: "explode")));
        Assert.Equal("VALIDATION_FAILED", declined.Code);
        Assert.Contains("lost_answer", declined.Sentence);
    }

    [Fact]
    public async Task Authorized_money_is_taken_once_and_not_more_of_it()
    {
        var call = await sandbox.CardCall(GoodCard, capture: false);
        Assert.IsType<ConnectorOutcome.Authorized>(await sandbox.Authorize(call));

        Assert.IsType<ConnectorOutcome.Authorized>(await Capture(SandboxServer.FollowUp(call, amount: 500.01m)));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Capture(SandboxServer.FollowUp(call)))));

        Assert.All(outcomes, outcome => Assert.IsType<ConnectorOutcome.Captured>(outcome));
        Assert.Equal(1, await Count("key = @key AND captured = 50000", call.Key));
    }

    [Fact]
    public async Task The_database_itself_refuses_to_take_more_than_was_authorized()
    {
        var call = await sandbox.CardCall(GoodCard);
        await sandbox.Authorize(call);
        await using var connection = await sandbox.Db.OpenSystem(CancellationToken.None);

        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            connection.ExecuteAsync("UPDATE sandbox.charges SET captured = amount + 1 WHERE key = @Key", new { call.Key }));

        Assert.Equal("captured_at_most_authorized", refused.ConstraintName);
    }

    [Fact]
    public async Task A_capture_whose_answer_is_lost_has_taken_the_money()
    {
        var call = await sandbox.CardCall(GoodCard, capture: false);
        await sandbox.Authorize(call);

        await Assert.ThrowsAsync<TimeoutException>(() => Capture(SandboxServer.FollowUp(call, behaviour: SandboxBehaviour.LostAnswer)));

        Assert.IsType<ConnectorOutcome.Captured>(await sandbox.Status(call.Key));
    }

    [Fact]
    public async Task A_voided_charge_cannot_be_captured_and_a_captured_one_not_voided()
    {
        var voided = await sandbox.CardCall(GoodCard, capture: false);
        await sandbox.Authorize(voided);
        Assert.IsType<ConnectorOutcome.Voided>(await Void(SandboxServer.FollowUp(voided)));
        Assert.IsType<ConnectorOutcome.Voided>(await Void(SandboxServer.FollowUp(voided)));
        Assert.IsType<ConnectorOutcome.Voided>(await Capture(SandboxServer.FollowUp(voided)));

        var captured = await sandbox.CardCall(GoodCard);
        await sandbox.Authorize(captured);
        Assert.IsType<ConnectorOutcome.Captured>(await Void(SandboxServer.FollowUp(captured)));
    }

    [Fact]
    public async Task A_void_of_an_unknown_key_keeps_a_late_authorization_out()
    {
        var late = await sandbox.CardCall(GoodCard);

        Assert.IsType<ConnectorOutcome.Voided>(await Void(SandboxServer.FollowUp(late)));

        Assert.IsType<ConnectorOutcome.Voided>(await sandbox.Authorize(late));
        Assert.IsType<ConnectorOutcome.Voided>(await sandbox.Status(late.Key));
        Assert.Equal(0, await Count("key = @key AND captured > 0", late.Key));
    }

    [Fact]
    public async Task A_capture_of_an_unknown_key_is_not_found()
    {
        var never = await sandbox.CardCall(GoodCard);
        Assert.IsType<ConnectorOutcome.NotFound>(await Capture(SandboxServer.FollowUp(never)));
    }

    [Fact]
    public async Task An_authorization_and_a_void_in_a_race_end_in_one_truth()
    {
        for (var i = 0; i < 20; i++)
        {
            var call = await sandbox.CardCall(GoodCard, capture: false);
            var both = await Task.WhenAll(
                Task.Run(() => sandbox.Authorize(call)),
                Task.Run(() => Void(SandboxServer.FollowUp(call))));

            Assert.IsType<ConnectorOutcome.Voided>(both[1]);
            Assert.IsType<ConnectorOutcome.Voided>(await sandbox.Status(call.Key));
        }
    }

    [Fact]
    public async Task Live_money_never_comes_here()
    {
        var call = sandbox.Call(new Instrument.Card("tok_1")) with { Tenant = new("MERCH_FH_001", Mode.Live) };
        await Assert.ThrowsAsync<InvalidOperationException>(() => sandbox.Authorize(call));
    }

    [Theory]
    [InlineData("success@pgtestupi", "captured")]
    [InlineData("SUCCESS@pgtestupi", "captured")]
    [InlineData("failure@pgtestupi", "UPI_DECLINED")]
    [InlineData("pending@pgtestupi", "pending")]
    [InlineData("asha.rao@okbank", "upi_collect")]
    [InlineData("asha rao@okbank", "VALIDATION_FAILED")]
    [InlineData("@okbank", "VALIDATION_FAILED")]
    [InlineData("asha@ok@bank", "VALIDATION_FAILED")]
    [InlineData(null, "VALIDATION_FAILED")]
    public async Task A_upi_address_decides_what_a_collect_request_does(string? vpa, string expected) =>
        Assert.Equal(expected, WordOf(await sandbox.Authorize(sandbox.Call(new Instrument.Upi("collect", vpa)))));

    [Theory]
    [InlineData("intent", "upi_intent", "04")]
    [InlineData("qr", "qr_code", "15")]
    public async Task A_upi_link_carries_payee_amount_and_reference_for_five_minutes(string flow, string type, string mode)
    {
        var call = sandbox.Call(new Instrument.Upi(flow, null), amount: 1500) with { MerchantName = "ABC SCHOOL & Sons" };

        var asked = Assert.IsType<ConnectorOutcome.ActionRequired>(await sandbox.Authorize(call));

        Assert.Equal(type, asked.Action.Type);
        Assert.Equal(
            $"upi://pay?pa=sandbox@pgtestupi&pn=ABC%20SCHOOL%20%26%20Sons&mc=0000&tr={asked.Reference}&tn=Order%201&am=1500.00&cu=INR"
            + $"&mode={mode}&purpose=00", asked.Action.Url);
        Assert.Equal(asked.Action.Url, asked.Action.Qr);
        Assert.EndsWith($"/sandbox/upi/{asked.Reference}", asked.Action.TestUrl);
        Assert.Equal(sandbox.Clock.GetUtcNow().AddMinutes(5), asked.Action.ExpiresAt);
        Assert.True(asked.Reference!.Length <= 35);
    }

    [Fact]
    public async Task Upi_takes_rupees_only() => Assert.Equal("UNSUPPORTED_CURRENCY",
        WordOf(await sandbox.Authorize(sandbox.Call(new Instrument.Upi("qr", null), currency: Currency.USD))));

    [Theory]
    [InlineData("HDFC", "redirect_to_url")]
    [InlineData("hdfc", "PAYMENT_METHOD_NOT_AVAILABLE")]
    [InlineData("NOPE", "PAYMENT_METHOD_NOT_AVAILABLE")]
    public async Task A_bank_code_leads_to_the_banks_page(string code, string expected) =>
        Assert.Equal(expected, WordOf(await sandbox.Authorize(sandbox.Call(new Instrument.NetBanking(code)))));

    [Theory]
    [InlineData("paytm", "INR", "redirect_to_url")]
    [InlineData("paytm", "KZT", "PAYMENT_METHOD_NOT_AVAILABLE")]
    [InlineData("kaspi", "KZT", "redirect_to_url")]
    [InlineData("kaspi", "INR", "PAYMENT_METHOD_NOT_AVAILABLE")]
    [InlineData("purse", "INR", "PAYMENT_METHOD_NOT_AVAILABLE")]
    public async Task A_wallet_leads_to_the_wallets_page_in_its_currency(string wallet, string currency, string expected)
    {
        Assert.True(Currency.TryParse(currency, out var known));
        Assert.Equal(expected, WordOf(await sandbox.Authorize(sandbox.Call(new Instrument.Wallet(wallet), currency: known))));
    }

    [Fact]
    public async Task A_pending_payment_settles_by_itself_after_half_a_minute()
    {
        var call = sandbox.Call(new Instrument.Upi("collect", Vpa.StaysPending));
        await sandbox.Authorize(call);

        sandbox.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.IsType<ConnectorOutcome.Pending>(await sandbox.Status(call.Key));
        Assert.IsType<ConnectorOutcome.Pending>(await Void(SandboxServer.FollowUp(call)));
        sandbox.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.IsType<ConnectorOutcome.Captured>(await sandbox.Status(call.Key));
    }

    [Fact]
    public async Task Any_success_can_be_made_to_wait()
    {
        var call = await sandbox.CardCall(GoodCard, behaviour: SandboxBehaviour.Pending);
        Assert.IsType<ConnectorOutcome.Pending>(await sandbox.Authorize(call));
        var declined = await sandbox.CardCall("4000000000000002", behaviour: SandboxBehaviour.Pending);
        Assert.IsType<ConnectorOutcome.Declined>(await sandbox.Authorize(declined));
    }

    internal static string WordOf(ConnectorOutcome outcome) => outcome switch
    {
        ConnectorOutcome.Declined declined => declined.Code,
        ConnectorOutcome.ActionRequired asked => asked.Action.Type,
        ConnectorOutcome.Captured => "captured",
        ConnectorOutcome.Pending => "pending",
        _ => outcome.GetType().Name,
    };

    private Task<ConnectorOutcome> Capture(FollowUpCall call) => sandbox.Connector.Capture(call, CancellationToken.None);

    private Task<ConnectorOutcome> Void(FollowUpCall call) => sandbox.Connector.Void(call, CancellationToken.None);

    private async Task<long> Count(string condition, string key)
    {
        await using var connection = await sandbox.Db.OpenSystem(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM sandbox.charges WHERE {condition}", new { key });
    }
}
