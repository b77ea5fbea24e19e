using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PaymentGateway.Jobs;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Jobs;

/// <summary>Runners over one database, each as in a replica of its own, on a clock that the test moves.</summary>
public sealed class JobRunnerTests : IAsyncLifetime
{
    private readonly ManualClock clock = new();
    private readonly ConcurrentQueue<DateTimeOffset> ran = new();
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.Create();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Of_many_replicas_one_runs_what_is_due()
    {
        var replicas = Enumerable.Range(0, 8).Select(_ => Replica(Counted)).ToList();
        await Task.WhenAll(replicas.Select(Once));
        for (var hour = 1; hour <= 3; hour++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            await Task.WhenAll(replicas.Concat(replicas).Select(Once));
            Assert.Equal(hour, ran.Count);
        }

        Assert.Equal("3 succeeded 0", await Text("count(*) || ' ' || min(state) || ' ' || sum(missed)"));
    }

    [Fact]
    public async Task What_was_missed_is_made_up_for_once()
    {
        var replica = Replica(Counted);
        await Once(replica);
        clock.Advance(TimeSpan.FromHours(5));
        Assert.Equal(1, await Once(replica));
        Assert.Equal(0, await Once(replica));
        Assert.Equal("4 2026-11-01 14:00:00+00", await Text("missed || ' ' || (due_at AT TIME ZONE 'UTC')::text || '+00'"));
        clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(1, await Once(replica));
    }

    [Fact]
    public async Task A_run_whose_replica_died_is_begun_again_when_the_lease_is_over_and_the_dead_have_no_say()
    {
        var hung = new TaskCompletionSource<string>();
        var dying = Replica((_, _) => hung.Task);
        var other = Replica(Counted);
        await Once(dying);
        clock.Advance(TimeSpan.FromMinutes(30));
        var begun = await dying.Begin(CancellationToken.None);
        Assert.True(begun.Count == 1);
        Assert.Equal(0, await Once(other));
        await Execute("UPDATE jobs.runs SET claimed_until = '2026-11-01 10:00:10+00'"); // it renews no more
        clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(1, await Once(other));
        hung.SetResult("too late");
        await Task.WhenAll(begun);
        Assert.Equal("succeeded 2 done", await Text("state || ' ' || attempts || ' ' || outcome"));
    }

    [Fact]
    public async Task The_end_of_a_run_that_was_begun_again_does_not_end_the_other()
    {
        var (hung, slow) = (new TaskCompletionSource<string>(), new TaskCompletionSource<string>());
        var dying = Replica((_, _) => hung.Task);
        await Once(dying);
        clock.Advance(TimeSpan.FromMinutes(30));
        var begun = await dying.Begin(CancellationToken.None);
        await Execute("UPDATE jobs.runs SET claimed_until = '2026-11-01 10:00:10+00'"); // it renews no more
        clock.Advance(TimeSpan.FromSeconds(15));
        var again = await Replica((_, _) => slow.Task).Begin(CancellationToken.None);
        Assert.True(again.Count == 1);
        hung.SetResult("too late");
        await Task.WhenAll(begun);
        Assert.Equal("running 2", await Text("state || ' ' || attempts"));
        slow.SetResult("done");
        await Task.WhenAll(again);
        Assert.Equal("succeeded 2 done", await Text("state || ' ' || attempts || ' ' || outcome"));
    }

    [Fact]
    public async Task A_long_run_keeps_its_lease_and_one_that_loses_it_is_stopped()
    {
        CancellationToken given = default;
        var replica = Replica(async (_, cancel) =>
        {
            given = cancel;
            await Task.Delay(Timeout.Infinite, cancel);
            return "never";
        });
        await Once(replica);
        clock.Advance(TimeSpan.FromMinutes(30));
        var begun = await replica.Begin(CancellationToken.None);
        for (var i = 0; i < 9; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            await Eventually.Holds(async () => await Text("extract(epoch FROM claimed_until)::bigint::text") == (clock.GetUtcNow() + JobRunner.Lease).ToUnixTimeSeconds().ToString());
        }

        Assert.Equal(0, await Once(Replica(Counted)));
        await Execute("UPDATE jobs.runs SET attempts = attempts + 1");
        clock.Advance(TimeSpan.FromSeconds(20));
        await Task.WhenAll(begun);
        Assert.True(given.IsCancellationRequested);
        Assert.Equal("running", await Text("state"));
    }

    [Fact]
    public async Task What_kills_each_replica_is_given_up()
    {
        var replica = Replica(Counted);
        await Once(replica);
        clock.Advance(TimeSpan.FromMinutes(30));
        await Once(replica);
        await Execute($"UPDATE jobs.runs SET state = 'running', finished_at = NULL, claimed_until = '2026-11-01', attempts = {JobRunner.AttemptsMax}");
        Assert.Equal(1, await Once(replica));
        Assert.Equal("failed given up: begun 5 times and never ended", await Text("state || ' ' || outcome"));
        Assert.Single(ran);
    }

    [Fact]
    public async Task A_job_that_fails_is_written_down_and_runs_at_its_next_time()
    {
        var replica = Replica((_, _) => throw new InvalidOperationException("with a secret in it"));
        await Once(replica);
        clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(1, await Once(replica));
        Assert.Equal(0, await Once(replica));
        Assert.Equal("failed InvalidOperationException", await Text("state || ' ' || outcome"));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await Once(replica));
    }

    [Fact]
    public async Task A_schedule_that_a_release_changes_is_planned_anew()
    {
        await Once(Replica(Counted));
        await Once(Replica(Counted, Schedule.EveryMinutes(5)));
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await Once(Replica(Counted, Schedule.EveryMinutes(5))));
    }

    [Fact]
    public async Task The_database_refuses_a_second_run_of_a_due_time_and_a_second_running_one()
    {
        var replica = Replica(Counted);
        await Once(replica);
        clock.Advance(TimeSpan.FromMinutes(30));
        await Once(replica);
        Assert.Equal("one_run_for_each_due_time", await Refusal(
            "INSERT INTO jobs.runs (id, job, due_at, cause, state, missed, attempts) SELECT 'run_2', job, due_at, 'schedule', 'waiting', 0, 0 FROM jobs.runs"));
        const string Running =
            """
            INSERT INTO jobs.runs (id, job, due_at, cause, state, missed, attempts, claimed_until, started_at)
            VALUES ('run_{0}', 'a-job', now() + interval '{0} s', 'schedule', 'running', 0, 1, now(), now())
            """;
        await Execute(Running.Replace("{0}", "3", StringComparison.Ordinal));
        Assert.Equal("one_running_run_for_each_job", await Refusal(Running.Replace("{0}", "4", StringComparison.Ordinal)));
        Assert.Equal("a_finished_run_says_when", await Refusal("UPDATE jobs.runs SET finished_at = NULL WHERE state = 'succeeded'"));
        foreach (var (constraint, values) in new[]
        {
            ("a_run_by_hand_says_who", "('run_5', 'b-job', now(), 'person', NULL, 'waiting', NULL::timestamptz)"),
            ("a_run_by_hand_says_who", "('run_5', 'b-job', now(), 'schedule', 'usr_1', 'waiting', NULL::timestamptz)"),
            ("a_waiting_run_has_not_begun", "('run_5', 'b-job', now(), 'schedule', NULL, 'waiting', now())"),
            ("a_running_run_is_claimed", "('run_5', 'b-job', now(), 'schedule', NULL, 'running', now())"),
            ("one_waiting_run_by_hand_for_each_job", "('run_5', 'b-job', now(), 'person', 'usr_1', 'waiting', NULL::timestamptz), "
                + "('run_6', 'b-job', now() + interval '1 s', 'person', 'usr_2', 'waiting', NULL)"),
        })
        {
            Assert.Equal(constraint, await Refusal(
                "INSERT INTO jobs.runs (id, job, due_at, cause, requested_by, state, started_at, missed, attempts) "
                + $"SELECT id, job, due_at, cause, requested_by, state, started_at, 0, 0 FROM (VALUES {values}) AS r (id, job, due_at, cause, requested_by, state, started_at)"));
        }
    }

    [Fact]
    public async Task Two_servers_over_one_database_run_it_once()
    {
        void Add(IServiceCollection services) => JobRegistry.Add(services, "a-job", "Counts.", Schedule.Hourly(0), Counted);
        await using var left = await TestGateway.StartWith(Add, clock, database);
        await using var right = await TestGateway.StartWith(Add, clock, database);
        JobRunner[] both = [left.Get<JobRunner>(), right.Get<JobRunner>()];
        await Task.WhenAll(both.Select(Once));
        clock.Advance(TimeSpan.FromHours(25));
        await Task.WhenAll(both.Select(Once));
        await Task.WhenAll(both.Select(Once));
        Assert.Single(ran);
        Assert.Equal("6", await left.Query<string>("SELECT count(*)::text FROM jobs.runs WHERE state = 'succeeded' AND outcome IS NOT NULL"));
    }

    private Task<string> Counted(IServiceProvider services, CancellationToken cancel)
    {
        ran.Enqueue(clock.GetUtcNow());
        return Task.FromResult("done");
    }

    private JobRunner Replica(Func<IServiceProvider, CancellationToken, Task<string>> run, Schedule? schedule = null) => new(
        new JobStore(database.Db), new JobRegistry([new Job("a-job", "Counts.", schedule ?? Schedule.Hourly(0), run)]),
        new ServiceCollection().BuildServiceProvider(), clock, NullLogger<JobRunner>.Instance);

    private static Task<int> Once(JobRunner runner) => runner.RunOnce(CancellationToken.None);

    private async Task<string> Text(string expression)
    {
        await using var command = database.Db.System.CreateCommand($"SELECT ({expression})::text FROM jobs.runs");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task Execute(string sql)
    {
        await using var command = database.Db.System.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string?> Refusal(string sql) => (await Assert.ThrowsAsync<PostgresException>(() => Execute(sql))).ConstraintName;
}
