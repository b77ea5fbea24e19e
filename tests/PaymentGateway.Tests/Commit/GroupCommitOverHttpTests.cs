using System.Net;
using Dapper;
using PaymentGateway.Commit;
using PaymentGateway.Settings;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Commit;

public sealed class GroupCommitOverHttpTests
{
    [Fact]
    public async Task A_payment_is_made_while_the_clock_stands_still()
    {
        await using var gateway = await TestGateway.Start(clock: new ManualClock());
        using var client = gateway.Client();
        var (status, body, _) = await client.PayByCard(await client.CreateOrder());
        Assert.Equal((HttpStatusCode.Created, "succeeded"), (status, body.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_new_request_is_refused_while_the_queue_is_full_and_taken_afterwards()
    {
        await using var gateway = await TestGateway.Start(null, null, ("COMMIT_LANES", "1"), ("COMMIT_QUEUE_MAX", "1"));
        using var client = gateway.Client();
        await using var other = await gateway.Db.OpenSystem(default);
        await using var transaction = await other.BeginTransactionAsync();
        await other.ExecuteAsync("LOCK TABLE payments.orders IN EXCLUSIVE MODE");
        var waiting = client.CreateOrder();
        await Eventually.Holds(async () =>
        {
            if (waiting.IsFaulted)
            {
                // A worker of the server that has just begun had the only place: then this order was the one too many.
                waiting = client.CreateOrder();
            }

            // Not asked within the transaction, which sees only the connections that there were when it first asked.
            return await gateway.Query<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {Things.Waiting})");
        });

        var (status, body, response) = await client.Post("/api/payments/orders", new { amount = 10, currency = "INR" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("SERVER_BUSY", body.GetProperty("error").GetProperty("code").GetString());
        Assert.NotNull(response.Headers.RetryAfter);

        using var otherClient = gateway.ClientOf(gateway.Shops[1]);
        var others = otherClient.CreateOrder();
        await transaction.RollbackAsync();
        await waiting.WaitAsync(Things.Soon);
        await others.WaitAsync(Things.Soon);
        await client.CreateOrder();
    }

    [Fact]
    public void A_server_with_no_settings_has_those_that_the_committer_has_by_itself()
    {
        var (settings, _) = ServerSettings.Read(new Dictionary<string, string?>());
        Assert.Equal(CommitSettings.Default, new CommitSettings(settings!.CommitGroupMax, settings.CommitLanes, settings.CommitQueueMax));
    }
}
