using System.Text;
using Dapper;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;

namespace PaymentGateway.Tests.Connectors.Sandbox;

public sealed class SandboxNotifierTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private const string GoodCard = "4111111111111111";

    [Fact]
    public async Task An_answer_given_at_once_needs_no_notification()
    {
        var call = await sandbox.CardCall(GoodCard);
        await sandbox.Authorize(call);
        await RunDue();
        Assert.Empty(sandbox.Received(call.Key));
    }

    [Fact]
    public async Task A_notification_that_is_not_taken_comes_again_later_and_later()
    {
        var call = await Pending();
        sandbox.AnswerWith(call.Key, 500, 404);
        sandbox.Clock.Advance(TimeSpan.FromSeconds(30));

        await RunDue();
        Assert.Single(sandbox.Received(call.Key));
        await RunDue();
        Assert.Single(sandbox.Received(call.Key));
        sandbox.Clock.Advance(TimeSpan.FromSeconds(1));
        await RunDue();
        Assert.Equal(2, sandbox.Received(call.Key).Count);
        sandbox.Clock.Advance(TimeSpan.FromSeconds(1));
        await RunDue();
        Assert.Equal(2, sandbox.Received(call.Key).Count);
        sandbox.Clock.Advance(TimeSpan.FromSeconds(1));
        await RunDue();

        Assert.Equal(3, sandbox.Received(call.Key).Count);
        Assert.Single(sandbox.Received(call.Key).Select(n => n.Id).Distinct());
        sandbox.Clock.Advance(TimeSpan.FromHours(1));
        await RunDue();
        Assert.Equal(3, sandbox.Received(call.Key).Count);
    }

    [Fact]
    public async Task A_notification_that_is_never_taken_is_given_up()
    {
        var call = await Pending();
        sandbox.AnswerWith(call.Key, Enumerable.Repeat(500, SandboxNotifier.AttemptsMax));

        for (var i = 0; i < SandboxNotifier.AttemptsMax + 3; i++)
        {
            sandbox.Clock.Advance(TimeSpan.FromMinutes(6));
            await RunDue();
        }

        Assert.Equal(SandboxNotifier.AttemptsMax, sandbox.Received(call.Key).Count);
    }

    [Fact]
    public async Task A_duplicate_notification_comes_twice_with_one_id()
    {
        var call = await sandbox.CardCall(GoodCard, behaviour: SandboxBehaviour.DuplicateNotification);
        await sandbox.Authorize(call);

        await RunDue();

        Assert.Equal(2, sandbox.Received(call.Key).Count);
        Assert.Single(sandbox.Received(call.Key).Distinct());
    }

    [Fact]
    public async Task A_late_notification_comes_ten_seconds_after_the_browser()
    {
        var call = await sandbox.CardCall("4000002500003155", behaviour: SandboxBehaviour.LateNotification);
        var asked = Assert.IsType<ConnectorOutcome.ActionRequired>(await sandbox.Authorize(call));
        using var back = await sandbox.Browser.PostAsync(new Uri(asked.Action.Url!), new FormUrlEncodedContent(
            new Dictionary<string, string> { ["answer"] = "approve", ["otp"] = "1234" }));

        sandbox.Clock.Advance(TimeSpan.FromSeconds(9));
        await RunDue();
        Assert.Empty(sandbox.Received(call.Key));
        sandbox.Clock.Advance(TimeSpan.FromSeconds(1));
        await RunDue();

        Assert.Single(sandbox.Received(call.Key));
    }

    [Fact]
    public async Task Many_workers_at_once_deliver_once()
    {
        var calls = new List<AuthorizeCall>();
        for (var i = 0; i < 30; i++)
        {
            calls.Add(await Pending());
        }

        sandbox.Clock.Advance(TimeSpan.FromSeconds(30));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(RunDue)));

        Assert.All(calls, call => Assert.Single(sandbox.Received(call.Key)));
    }

    [Fact]
    public async Task A_worker_passes_by_what_another_one_holds()
    {
        var call = await sandbox.CardCall(GoodCard, behaviour: SandboxBehaviour.DuplicateNotification);
        await sandbox.Authorize(call);
        await using var connection = await sandbox.Db.OpenSystem(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "SELECT 1 FROM sandbox.notifications WHERE charge_key = @Key FOR UPDATE", new { call.Key }, transaction);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));

        var claimed = await sandbox.Service<SandboxStore>().Claim(100, TimeSpan.FromSeconds(30), patience.Token);

        Assert.DoesNotContain(claimed, n => n.ChargeKey == call.Key);
    }

    [Fact]
    public async Task What_a_dead_worker_had_claimed_is_sent_after_its_lease()
    {
        var call = await Pending();
        sandbox.Clock.Advance(TimeSpan.FromSeconds(30));
        var reference = Assert.IsType<ConnectorOutcome.Pending>(await Peek(call.Key)).Reference!;
        await sandbox.Notifier.LetTimePass(reference, CancellationToken.None);
        var claimed = await sandbox.Service<SandboxStore>().Claim(100, TimeSpan.FromSeconds(30), CancellationToken.None);
        Assert.Contains(claimed, n => n.ChargeKey == call.Key);

        await RunDue();
        Assert.Empty(sandbox.Received(call.Key));
        sandbox.Clock.Advance(TimeSpan.FromSeconds(30));
        await RunDue();

        Assert.Single(sandbox.Received(call.Key));
    }

    [Fact]
    public async Task A_forged_or_changed_message_is_not_read()
    {
        var call = await sandbox.CardCall(GoodCard, behaviour: SandboxBehaviour.DuplicateNotification);
        await sandbox.Authorize(call);
        var body = Encoding.UTF8.GetBytes(await BodyOf(call.Key));
        var signature = sandbox.Service<SandboxKeys>().Sign(body);

        Assert.NotNull(await Verify(signature, body));
        Assert.Null(await Verify(signature, [.. body, (byte)' ']));
        Assert.Null(await Verify("00" + signature[2..], body));
        Assert.Null(await Verify("", body));
        Assert.Null(await sandbox.Connector.Verify(new(new Dictionary<string, string>(), body, default), [], CancellationToken.None));
    }

    private Task<VerifiedMessage?> Verify(string signature, byte[] body) => sandbox.Connector.Verify(
        new(new Dictionary<string, string> { ["x-sandbox-signature"] = signature }, body, default), [], CancellationToken.None);

    private async Task<AuthorizeCall> Pending()
    {
        var call = sandbox.Call(new Instrument.Upi("collect", Vpa.StaysPending));
        await sandbox.Authorize(call);
        return call;
    }

    private async Task<ConnectorOutcome> Peek(string key) =>
        (await sandbox.Service<SandboxStore>().Find(SandboxServer.Shop, key, CancellationToken.None))!.ToOutcome(default);

    private async Task<string> BodyOf(string key)
    {
        await using var connection = await sandbox.Db.OpenSystem(CancellationToken.None);
        return await connection.QuerySingleAsync<string>("SELECT body FROM sandbox.notifications WHERE charge_key = @key", new { key });
    }

    private Task RunDue() => sandbox.Notifier.RunDue(CancellationToken.None);
}
