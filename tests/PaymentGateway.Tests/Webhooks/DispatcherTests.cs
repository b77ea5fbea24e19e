using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentGateway.Webhooks;

namespace PaymentGateway.Tests.Webhooks;

public sealed class DispatcherTests
{
    [Fact]
    public async Task An_event_reaches_its_endpoint_byte_for_byte()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        await world.Endpoint(shop.Url);
        var fact = await world.EmitAndFanOut();

        Assert.Equal(1, await world.Dispatcher.RunOnce(default));

        var request = Assert.Single(shop.Received);
        Assert.Equal(fact.Body, request.Body);
        Assert.Equal(fact.Id, request.EventId);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.StartsWith("PaymentGateway-Webhooks/", request.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal("delivered", (await world.Delivery()).Status);
        Assert.Equal(0, await world.Count("events.outbox"));
        Assert.Equal(0, await world.Dispatcher.RunOnce(default));
    }

    [Fact]
    public async Task A_failed_delivery_is_repeated_at_doubling_waits_then_hourly_for_three_days_then_given_up()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        shop.Answers(500);
        await world.Endpoint(shop.Url);
        await world.EmitAndFanOut();

        var waits = new List<double>();
        while (await world.Dispatcher.RunOnce(default) == 1)
        {
            var delivery = await world.Delivery();
            if (delivery.Status != "pending")
            {
                break;
            }

            var wait = delivery.NextAttemptAt - world.Clock.GetUtcNow();
            waits.Add(wait.TotalSeconds);
            world.Clock.Advance(wait - TimeSpan.FromMilliseconds(1));
            Assert.Equal(0, await world.Dispatcher.RunOnce(default));
            world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal([1, 2, 4, 8, 16], waits.Take(5));
        Assert.All(waits.Skip(5), wait => Assert.Equal(3600, wait));
        Assert.Equal(5 + 72, waits.Count);
        var given = await world.Delivery();
        Assert.Equal("failed", given.Status);
        Assert.Equal(500, given.LastStatus);
        Assert.Equal("Answered 500.", given.LastError);
        Assert.Equal(1 + 5 + 72, shop.Received.Count);
        Assert.Equal(1 + 5 + 72, await world.Count("webhooks.attempts"));
    }

    [Fact]
    public async Task Two_dispatchers_never_send_one_delivery_twice()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        await world.Endpoint(shop.Url);
        for (var i = 0; i < 200; i++)
        {
            await world.Emit(subject: $"pay_{i % 60}");
        }

        var other = world.NewDispatcher();
        Assert.False(await world.FanOut.RunOnce(default));
        await Task.WhenAll(DrainAll(world.Dispatcher), DrainAll(other));
        await DrainAll(world.Dispatcher); // what was locked by one while the other looked

        Assert.Equal(200, shop.Received.Count);
        Assert.Equal(200, shop.Received.Select(r => r.EventId).Distinct().Count());
        Assert.All(await world.Deliveries(), d => Assert.Equal(("delivered", 1, 1), (d.Status, d.Attempts, d.Claim)));
    }

    [Fact]
    public async Task Two_replicas_may_fan_out_at_once()
    {
        await using var world = await WebhookWorld.Create();
        await world.Endpoint("http://127.0.0.1:9/");
        for (var i = 0; i < 50; i++)
        {
            await world.Emit(subject: $"pay_{i}");
        }

        var other = Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance<FanOut>(world.Services);
        await Task.WhenAll(world.FanOut.RunOnce(default), other.RunOnce(default), world.FanOut.RunOnce(default));
        Assert.Equal(50, (await world.Deliveries()).Count);
    }

    [Fact]
    public async Task Events_of_one_subject_arrive_in_order_though_the_first_is_refused_at_first()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        await world.Endpoint(shop.Url);
        var first = await world.Emit("payment.created");
        var second = await world.Emit("payment.success");
        await world.FanOut.RunOnce(default);

        shop.Answers(503);
        Assert.Equal(1, await world.Dispatcher.RunOnce(default)); // the second waits for the first
        Assert.Equal(0, await world.Dispatcher.RunOnce(default));
        shop.Answers(200);
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await world.Dispatcher.RunOnce(default));
        Assert.Equal(1, await world.Dispatcher.RunOnce(default));

        Assert.Equal([first.Id, first.Id, second.Id], shop.Received.Select(r => r.EventId));
    }

    [Fact]
    public async Task An_event_that_is_rejected_for_long_does_not_hold_up_the_later_ones_for_ever()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        await world.Endpoint(shop.Url);
        var poison = await world.Emit("payment.created");
        var later = await world.Emit("payment.success");
        await world.FanOut.RunOnce(default);
        shop.Answer = (http, request) =>
        {
            http.Response.StatusCode = request.EventId == poison.Id ? 500 : 200;
            return Task.CompletedTask;
        };

        for (var i = 0; i < 7; i++)
        {
            await world.Dispatcher.RunOnce(default);
            world.Clock.Advance(TimeSpan.FromSeconds(16));
        }

        Assert.Equal([.. Enumerable.Repeat(poison.Id, 6), later.Id], shop.Received.Select(r => r.EventId));
        Assert.Equal(["pending", "delivered"], (await world.Deliveries()).Select(d => d.Status));
    }

    [Fact]
    public async Task Events_of_other_subjects_do_not_wait()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        await world.Endpoint(shop.Url);
        for (var i = 0; i < 5; i++)
        {
            await world.Emit(subject: $"pay_{i}");
        }

        await world.FanOut.RunOnce(default);
        Assert.Equal(5, await world.Dispatcher.RunOnce(default));
    }

    [Fact]
    public async Task An_endpoint_that_hangs_does_not_hold_up_another()
    {
        await using var world = await WebhookWorld.Create();
        await using var hanging = await Receiver.Start();
        await using var quick = await Receiver.Start();
        using var release = new CancellationTokenSource();
        var arrived = new SemaphoreSlim(0);
        hanging.Answer = async (http, _) =>
        {
            arrived.Release();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, release.Token);
            await Task.Delay(Timeout.InfiniteTimeSpan, either.Token);
        };
        await world.Endpoint(hanging.Url);
        await world.Endpoint(quick.Url);
        for (var i = 0; i < 40; i++)
        {
            await world.Emit(subject: $"pay_{i}");
        }

        await world.FanOut.RunOnce(default);
        var hung = new List<Task>();
        while (quick.Received.Count < 40)
        {
            var started = await world.Dispatcher.Start(default);
            hung.AddRange(started);
            if (started.Count > 0)
            {
                await Task.WhenAny(started);
            }
        }

        for (var i = 0; i < Lanes.RoomHealthy; i++)
        {
            await arrived.WaitAsync();
        }

        Assert.Equal(Lanes.RoomHealthy, hanging.Received.Count);
        while (hung.FindAll(task => !task.IsCompleted) is { Count: > Lanes.RoomHealthy } unfinished)
        {
            await Task.WhenAny(unfinished); // the quick one's last answers have been sent, but perhaps not been read
        }

        world.Clock.Advance(WebhookSender.Timeout);
        await Task.WhenAll(hung);
        var deliveries = await world.Deliveries();
        Assert.Equal(40, deliveries.Count(d => d.Status == "delivered"));
        Assert.Equal(Lanes.RoomHealthy, deliveries.Count(d => d.LastError == "No answer within 30 seconds."));

        // It is known to fail now: one at a time.
        var probe = await world.Dispatcher.Start(default);
        _ = Assert.Single(probe);
        await release.CancelAsync();
        await Task.WhenAll(probe);
    }

    [Fact]
    public async Task An_endpoint_that_is_gone_is_disabled_with_all_that_waits_for_it()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        var (endpoint, _) = await world.Endpoint(shop.Url);
        await world.Emit("payment.created");
        await world.Emit("payment.success");
        await world.FanOut.RunOnce(default);
        shop.Answers(410);

        await world.Dispatcher.RunOnce(default);

        var state = await world.EndpointState(endpoint);
        Assert.Equal(("disabled", "The endpoint answered 410 Gone."), (state.Status, state.Reason));
        Assert.Equal(1, await world.Count($"audit.rows WHERE object_id = '{endpoint}' AND action = 'webhook_endpoint.disable' AND actor = 'worker'"));
        Assert.Equal(["failed", "failed"], (await world.Deliveries()).Select(d => d.Status));
        Assert.Single(shop.Received);
        await world.EmitAndFanOut("payment.captured");
        Assert.Equal(2, (await world.Deliveries()).Count); // none for a disabled endpoint
    }

    [Fact]
    public async Task An_endpoint_that_fails_for_five_days_is_disabled()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        shop.Answers(500);
        var (endpoint, _) = await world.Endpoint(shop.Url);
        var began = world.Clock.GetUtcNow();
        for (var day = 0; (await world.EndpointState(endpoint)).Status == "enabled" && day < 10; day++)
        {
            await world.EmitAndFanOut(subject: $"pay_{day}");
            for (var hour = 0; hour < 24 && (await world.EndpointState(endpoint)).Status == "enabled"; hour++)
            {
                while (await world.Dispatcher.RunOnce(default) > 0)
                {
                    world.Clock.Advance(TimeSpan.FromSeconds(16));
                }

                world.Clock.Advance(TimeSpan.FromHours(1));
            }
        }

        var state = await world.EndpointState(endpoint);
        Assert.Equal("Every attempt has failed for 5 days.", state.Reason);
        Assert.InRange(world.Clock.GetUtcNow() - began, TimeSpan.FromDays(5), TimeSpan.FromDays(5.3));
        Assert.Equal(0, await world.Count("webhooks.deliveries WHERE status = 'pending'"));
    }

    [Fact]
    public async Task One_refused_attempt_after_quiet_days_disables_nothing_and_one_success_clears_the_record()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        var (endpoint, _) = await world.Endpoint(shop.Url);
        shop.Answers(500);
        await world.EmitAndFanOut();
        await world.Dispatcher.RunOnce(default);
        world.Clock.Advance(TimeSpan.FromDays(6));
        await world.EmitAndFanOut(subject: "pay_2");
        await world.Dispatcher.RunOnce(default);
        Assert.Equal("enabled", (await world.EndpointState(endpoint)).Status);
        Assert.NotNull((await world.EndpointState(endpoint)).FailingSince);

        shop.Answers(204);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.Dispatcher.RunOnce(default);
        Assert.Null((await world.EndpointState(endpoint)).FailingSince);
    }

    [Fact]
    public async Task A_delivery_that_was_claimed_by_a_replica_that_died_is_sent_by_another()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        await world.Endpoint(shop.Url);
        await world.EmitAndFanOut();
        var now = world.Clock.GetUtcNow();
        var store = world.Get<DeliveryStore>();
        Assert.Single(await store.Claim(new Lanes().Rooms(), retryAttempts: 5, now, now + Dispatcher.Lease, default)); // and dies here

        Assert.Equal(0, await world.Dispatcher.RunOnce(default));
        world.Clock.Advance(Dispatcher.Lease);
        Assert.Equal(1, await world.Dispatcher.RunOnce(default));
        Assert.Single(shop.Received);
        Assert.Equal(("delivered", 2), ((await world.Delivery()).Status, (await world.Delivery()).Claim));
    }

    [Fact]
    public async Task A_sender_whose_lease_ran_out_cannot_overwrite_his_successor()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        await world.Endpoint(shop.Url);
        await world.EmitAndFanOut();
        var store = world.Get<DeliveryStore>();
        var now = world.Clock.GetUtcNow();
        var late = Assert.Single(await store.Claim(new Lanes().Rooms(), 5, now, now + Dispatcher.Lease, default));
        world.Clock.Advance(Dispatcher.Lease);
        await world.Dispatcher.RunOnce(default);

        var failure = new SendResult(now, TimeSpan.FromSeconds(30), null, "No answer within 30 seconds.", null);
        await store.Record(late, failure, new(DeliveryStatus.Pending, now, null), now, default);
        Assert.Equal("delivered", (await world.Delivery()).Status);
        Assert.Equal(2, await world.Count("webhooks.attempts"));
    }

    [Fact]
    public async Task A_dispatcher_that_is_stopped_hands_back_what_it_has_not_sent()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        using var stop = new CancellationTokenSource();
        shop.Answer = async (http, _) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
        };
        await world.Endpoint(shop.Url);
        await world.EmitAndFanOut();
        await world.Dispatcher.RunOnce(stop.Token);

        shop.Answers(200);
        Assert.Equal(1, await world.NewDispatcher().RunOnce(default));
        Assert.Equal("delivered", (await world.Delivery()).Status);
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        await using var inside = await Receiver.Start();
        shop.Answer = (http, _) =>
        {
            http.Response.Redirect(inside.Url, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };
        await world.Endpoint(shop.Url);
        await world.EmitAndFanOut();
        await world.Dispatcher.RunOnce(default);
        Assert.Equal("Answered 307; redirects are not followed.", (await world.Delivery()).LastError);
        Assert.Empty(inside.Received);
    }

    [Fact]
    public async Task An_answer_is_kept_up_to_4_KB_and_without_card_numbers()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        await world.Endpoint(shop.Url);
        shop.Answer = (http, _) => http.Response.WriteAsync("\0" + new string('x', 100_000));
        await world.EmitAndFanOut();
        await world.Dispatcher.RunOnce(default);
        shop.Answer = (http, _) => http.Response.WriteAsync("failed for 4111 1111 1111 1111");
        await world.EmitAndFanOut(subject: "pay_2");
        await world.Dispatcher.RunOnce(default);

        await using var connection = await world.Db.OpenSystem(default);
        var kept = (await connection.QueryAsync<string>("SELECT response_body FROM webhooks.attempts ORDER BY started_at")).AsList();
        Assert.Equal(["\uFFFD" + new string('x', 4095), "(withheld: it looks like card data)"], kept);
    }

    [Fact]
    public async Task A_success_counts_though_its_body_breaks_off()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        shop.Answer = async (http, _) =>
        {
            http.Response.ContentLength = 100;
            await http.Response.WriteAsync("ok");
            await http.Response.Body.FlushAsync(); // and no more: the server closes the connection
        };
        await world.Endpoint(shop.Url);
        await world.EmitAndFanOut();
        await world.Dispatcher.RunOnce(default);
        Assert.Equal(("delivered", 200), ((await world.Delivery()).Status, (await world.Delivery()).LastStatus));
    }

    [Fact]
    public async Task A_refused_connection_and_an_unknown_host_are_told_in_our_words()
    {
        await using var world = await WebhookWorld.Create();
        await world.Endpoint("http://127.0.0.1:1030/");
        await world.Endpoint("http://no-such-host.invalid/");
        await world.EmitAndFanOut();
        await world.Dispatcher.RunOnce(default);
        Assert.Equal(
            ["The connection was refused.", "The host name is not known."], (await world.Deliveries()).Select(d => d.LastError).Order());
    }

    [Fact]
    public async Task The_loops_deliver_what_is_committed_and_stop_when_told()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        await world.Endpoint(shop.Url);
        var arrived = new TaskCompletionSource();
        shop.Answer = (_, _) =>
        {
            arrived.TrySetResult();
            return Task.CompletedTask;
        };
        var loops = new List<Microsoft.Extensions.Hosting.IHostedService>(
            (IEnumerable<Microsoft.Extensions.Hosting.IHostedService>)world.Services.GetService(
                typeof(IEnumerable<Microsoft.Extensions.Hosting.IHostedService>))!);
        Assert.Equal(4, loops.Count);
        foreach (var loop in loops)
        {
            await loop.StartAsync(default);
        }

        await world.Emit();
        while (!arrived.Task.IsCompleted)
        {
            world.Clock.Advance(TimeSpan.FromMilliseconds(50)); // their pace
            await Task.WhenAny(arrived.Task, Task.Delay(10));
        }

        foreach (var loop in loops)
        {
            await loop.StopAsync(default);
        }
    }

    [Fact]
    public async Task A_commit_of_another_replica_is_heard()
    {
        await using var world = await WebhookWorld.Create();
        var logger = NullLogger<CommitListener>.Instance;
        var signals = new WebhookSignals(new PaymentGateway.Events.EventConsumers(), world.Get<PaymentGateway.Clocks.MerchantClocks>());
        using var listener = new CommitListener(world.Db, signals, world.Clock, logger);
        using var announcer = new CommitAnnouncer(
            world.Db, world.Get<WebhookSignals>(), world.Clock, NullLogger<CommitAnnouncer>.Instance);
        using var stop = new CancellationTokenSource();
        var listening = listener.Listen(stop.Token);
        var heard = signals.Committed.Wait(TimeSpan.FromDays(1), world.Clock, default);
        while (!heard.IsCompleted)
        {
            await announcer.Announce(default);
            await Task.WhenAny(heard, Task.Delay(20));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    private static async Task DrainAll(Dispatcher dispatcher)
    {
        while (await dispatcher.RunOnce(default) > 0)
        {
        }
    }
}
