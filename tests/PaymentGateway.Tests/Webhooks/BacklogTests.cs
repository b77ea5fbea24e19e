using Dapper;
using PaymentGateway.Webhooks;

namespace PaymentGateway.Tests.Webhooks;

public sealed class BacklogTests
{
    [Fact]
    public async Task The_backlog_of_one_receiver_does_not_crowd_out_another()
    {
        await using var world = await WebhookWorld.Create();
        var (dead, _) = await world.Endpoint("http://127.0.0.1:9999/dead", "payment.failed");
        await world.Endpoint("http://127.0.0.1:9999/quick", "payment.success");
        await AddBacklog(world, dead, 10_000);
        await world.EmitAndFanOut();
        var store = world.Get<DeliveryStore>();
        var now = world.Clock.GetUtcNow();
        var lanes = new Lanes();

        var first = await store.Claim(lanes.Rooms(), retryAttempts: 5, now, now + Dispatcher.Lease, default);
        Assert.Equal(Lanes.RoomHealthy, first.Count(d => d.Lane == dead));
        Assert.Single(first, d => d.EventName == "payment.success");

        foreach (var delivery in first)
        {
            lanes.Start(delivery.Lane);
            lanes.Finish(delivery.Lane, succeeded: delivery.Lane != dead);
        }

        Assert.Single(await store.Claim(lanes.Rooms(), retryAttempts: 5, now, now + Dispatcher.Lease, default));
        lanes.Start(dead);
        Assert.Empty(await store.Claim(lanes.Rooms(), retryAttempts: 5, now, now + Dispatcher.Lease, default));
    }

    private static async Task AddBacklog(WebhookWorld world, string endpoint, int count)
    {
        await using var connection = await world.Db.OpenSystem(default);
        await connection.ExecuteAsync(
            """
            INSERT INTO events.events (id, merchant_id, mode, name, subject_id, created_at, body)
            SELECT 'evt_0' || lpad(i::text, 25, '0'), 'MERCH_FH_001', 'test', 'payment.failed', 'pay_' || i / 3, @now, '{}'
            FROM generate_series(1, @count) AS i;

            INSERT INTO webhooks.deliveries
                (id, merchant_id, mode, event_id, endpoint_id, url, event_name, subject_id, lane, status, attempts, claim, next_attempt_at,
                 created_at)
            SELECT 'whd_' || lpad(i::text, 26, '0'), 'MERCH_FH_001', 'test', 'evt_0' || lpad(i::text, 25, '0'), @endpoint,
                   'http://127.0.0.1:9999/dead', 'payment.failed', 'pay_' || i / 3, @endpoint, 'pending', 0, 0, @now, @now
            FROM generate_series(1, @count) AS i;
            """, new { now = world.Clock.GetUtcNow(), endpoint, count });
    }
}
