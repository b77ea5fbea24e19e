using System.Net;
using System.Text;
using Npgsql;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Inbox;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.Inbox;

/// <summary>What a processor writes is verified, stored, acknowledged and acted on, once.</summary>
public sealed class InboxTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly ManualClock clock = shared.Clock;
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task The_same_message_32_times_at_once_is_stored_and_counted_once()
    {
        var (_, paymentId, chargeId) = await client.WaitingPayment();
        var message = ProcessorNews.Message(chargeId, gateway.Shop.MerchantId, "captured");

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => gateway.Send(message)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(1, await MessagesAbout(chargeId));
        Assert.Equal("succeeded", (await client.GetJson($"/api/payments/{paymentId}")).Text("status"));
        Assert.Equal(1, await gateway.EventsOf(paymentId, "payment.success"));
        Assert.Equal("handled", await StateOf(chargeId));
    }

    [Fact]
    public async Task A_crash_between_storing_and_acting_is_made_good_by_a_worker_when_the_lease_is_over()
    {
        var (_, paymentId, chargeId) = await client.WaitingPayment();
        var body = Encoding.UTF8.GetBytes(ProcessorNews.Message(chargeId, gateway.Shop.MerchantId, "captured"));
        var headers = new Dictionary<string, string> { [SandboxKeys.SignatureHeader] = gateway.Get<SandboxKeys>().Sign(body) };
        var inbox = gateway.Get<ReceiveMessage>();

        await inbox.Keep(gateway.Get<ConnectorRegistry>().Find("sandbox")!, null, new(headers, body, clock.GetUtcNow()), Origin.Worker, CancellationToken.None);

        await inbox.RunOnce(CancellationToken.None);
        Assert.Equal("requires_action", (await client.GetJson($"/api/payments/{paymentId}")).Text("status"));
        clock.Advance(TimeSpan.FromMinutes(2));
        await Task.WhenAll(inbox.RunOnce(CancellationToken.None), inbox.RunOnce(CancellationToken.None));
        Assert.Equal("succeeded", (await client.GetJson($"/api/payments/{paymentId}")).Text("status"));
        Assert.Equal("handled", await StateOf(chargeId));
    }

    [Fact]
    public async Task What_cannot_be_verified_or_read_is_refused_and_not_stored()
    {
        var (_, paymentId, chargeId) = await client.WaitingPayment();
        var message = ProcessorNews.Message(chargeId, gateway.Shop.MerchantId, "captured");

        Assert.Equal("SIGNATURE_VERIFICATION_FAILED", (await gateway.Send(message, new string('a', 64))).Body.Code());
        Assert.Equal("INVALID_JSON", (await gateway.Send("{\"id\": ")).Body.Code());
        Assert.Equal("INVALID_JSON", (await gateway.Send("[1, 2]")).Body.Code());
        Assert.Equal("BODY_TOO_LARGE", (await gateway.Send(message + new string(' ', 300 * 1024))).Body.Code());

        Assert.Equal(0, await MessagesAbout(chargeId));
        Assert.Equal("requires_action", (await client.GetJson($"/api/payments/{paymentId}")).Text("status"));
    }

    [Fact]
    public async Task A_message_about_nothing_is_ignored_with_its_reason_and_an_operator_can_replay_it()
    {
        var chargeId = Id.New("ch", TimeProvider.System);
        await gateway.Send(ProcessorNews.Message(chargeId, gateway.Shop.MerchantId, "declined"));
        var inbox = gateway.Get<InboxOperator>();
        var entry = Assert.Single(await inbox.List(InboxState.Ignored, 10, CancellationToken.None), e => e.Subject == chargeId);
        Assert.Equal("CHARGE_NOT_FOUND", entry.Result);

        Assert.True(await inbox.Replay(entry.Id, Origin.System, CancellationToken.None));
        Assert.False(await inbox.Replay("msg_nobody", Origin.System, CancellationToken.None));
        Assert.Equal("received", await StateOf(chargeId));
        await gateway.Get<ReceiveMessage>().RunOnce(CancellationToken.None);

        Assert.Equal("ignored", await StateOf(chargeId));
        Assert.Equal(1, await gateway.Query<long>(
            "SELECT count(*) FROM audit.rows WHERE object_id = @id AND action = 'inbox.replay'", new { id = entry.Id }));
    }

    [Fact]
    public async Task What_fails_again_and_again_waits_for_an_operator_in_the_end()
    {
        var (_, _, chargeId) = await client.WaitingPayment();
        await gateway.Send(ProcessorNews.Message(chargeId, gateway.Shop.MerchantId, "pending"));
        await gateway.Execute(
            "UPDATE inbox.messages SET sealed = 'v1.none.AAAA', state = 'received', finished_at = NULL, due_at = received_at WHERE subject = @chargeId",
            new { chargeId });

        for (var attempt = 0; attempt < ReceiveMessage.AttemptsMax; attempt++)
        {
            await gateway.Get<ReceiveMessage>().RunOnce(CancellationToken.None);
            clock.Advance(TimeSpan.FromMinutes(6));
        }

        Assert.Equal("failed", await StateOf(chargeId));
        Assert.Equal("SecretUnreadableException", await gateway.Query<string>(
            "SELECT result FROM inbox.messages WHERE subject = @chargeId", new { chargeId }));
    }

    [Fact]
    public async Task Old_messages_are_forgotten_and_failed_ones_are_not()
    {
        var (_, _, kept) = await client.WaitingPayment();
        var (_, _, old) = await client.WaitingPayment();
        foreach (var chargeId in (string[])[kept, old])
        {
            await gateway.Send(ProcessorNews.Message(chargeId, gateway.Shop.MerchantId, "pending"));
        }

        await gateway.Execute("UPDATE inbox.messages SET state = 'failed', result = 'x' WHERE subject = @kept", new { kept });
        clock.Advance(ReceiveMessage.Retention + TimeSpan.FromMinutes(1));
        await gateway.Get<ReceiveMessage>().Purge(CancellationToken.None);

        Assert.Equal((1, 0), (await MessagesAbout(kept), await MessagesAbout(old)));
    }

    [Fact]
    public async Task The_body_is_not_readable_in_the_database()
    {
        var (_, _, chargeId) = await client.WaitingPayment();
        await gateway.Send(ProcessorNews.Message(chargeId, gateway.Shop.MerchantId, "pending"));

        var stored = await gateway.Query<string>("SELECT sealed FROM inbox.messages WHERE subject = @chargeId", new { chargeId });

        Assert.StartsWith("v1.", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("paytm", stored, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE inbox.messages SET due_at = NULL, finished_at = now()", "a_finished_message_says_when", "only_a_received_message_is_due")]
    [InlineData("INSERT INTO inbox.messages SELECT (jsonb_populate_record(m, '{\"id\": \"msg_other\"}')).* FROM inbox.messages m", "one_message_per_processor_event")]
    [InlineData("UPDATE inbox.messages SET state = 'failed', due_at = NULL, finished_at = now(), result = NULL", "a_failed_message_says_why")]
    public async Task The_database_refuses_it_too(string sql, params string[] constraints)
    {
        var (_, _, chargeId) = await client.WaitingPayment();
        await gateway.Send(ProcessorNews.Message(chargeId, gateway.Shop.MerchantId, "pending"));
        await gateway.Execute(
            "UPDATE inbox.messages SET state = 'received', finished_at = NULL, due_at = now() + interval '9 years' WHERE subject = @chargeId",
            new { chargeId });

        var refused = await Assert.ThrowsAsync<PostgresException>(() => gateway.Execute(
            sql.Contains("INSERT", StringComparison.Ordinal) ? $"{sql} WHERE m.subject = @chargeId" : $"{sql} WHERE subject = @chargeId", new { chargeId }));

        Assert.Contains(refused.ConstraintName, constraints);
        await gateway.Execute("DELETE FROM inbox.messages WHERE subject = @chargeId", new { chargeId });
    }

    private Task<long> MessagesAbout(string subject) =>
        gateway.Query<long>("SELECT count(*) FROM inbox.messages WHERE subject = @subject", new { subject });

    private Task<string> StateOf(string subject) =>
        gateway.Query<string>("SELECT state FROM inbox.messages WHERE subject = @subject", new { subject });
}
