using System.Net;
using PaymentGateway.Database;
using PaymentGateway.Monitoring;
using PaymentGateway.Payments;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Webhooks;

namespace PaymentGateway.Tests.Monitoring;

public sealed class HealthTests
{
    [Fact]
    public async Task A_running_server_is_healthy_live_and_ready()
    {
        await using var gateway = await TestGateway.Start();
        using var client = new HttpClient { BaseAddress = gateway.Address };
        var health = await client.GetJson("/health");
        Assert.Equal("ok", health.GetProperty("status").GetString());
        Assert.True(health.GetProperty("timestamp").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
        var services = health.GetProperty("services");
        Assert.Equal("ok", services.GetProperty("database").GetProperty("status").GetString());
        Assert.True(services.GetProperty("database").GetProperty("latencyMs").GetDouble() >= 0);
        Assert.Equal("ok", services.GetProperty("webhooks").GetProperty("status").GetString());
        Assert.Equal("ok", services.GetProperty("resolver").GetProperty("status").GetString());
        Assert.Equal("ok", (await client.GetJson("/health/live")).GetProperty("status").GetString());
        Assert.Equal("ok", (await client.GetJson("/health/ready")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Without_its_database_a_server_lives_but_is_not_ready()
    {
        await using var gateway = await TestGateway.Start();
        using var client = new HttpClient { BaseAddress = gateway.Address };
        await gateway.Db.System.DisposeAsync();
        await using var gone = new Db("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2");
        var report = await new HealthProbe(gone, new AttemptBacklogStore(gone), new DeliveryBacklogStore(gone), TimeProvider.System).Report();
        Assert.Equal(HealthStatus.Down, report.Status);
        Assert.Null(report.Services.Database.LatencyMs);
        Assert.Null(report.Services.Webhooks.Waiting);
        Assert.Equal("ok", (await client.GetJson("/health/live")).GetProperty("status").GetString());
    }

    [Fact]
    public void A_queue_is_overdue_only_by_what_should_have_been_done()
    {
        var now = DateTimeOffset.UnixEpoch.AddDays(1);
        Assert.Equal(TimeSpan.Zero, new Backlog(0, null).Overdue(now));
        Assert.Equal(TimeSpan.Zero, new Backlog(3, now.AddMinutes(1)).Overdue(now));
        Assert.Equal(TimeSpan.FromMinutes(2), new Backlog(3, now.AddMinutes(-2)).Overdue(now));
    }
}
