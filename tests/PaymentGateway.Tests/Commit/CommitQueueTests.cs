using Npgsql;
using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Commit;

/// <summary>
/// Changes of many callers. One lane, unless a test says otherwise, that is blocked by a lock while the queue fills.
/// </summary>
public sealed class CommitQueueTests : IAsyncLifetime
{
    private static readonly Tenant shop = new("MERCH_A", Mode.Test);
    private static readonly Tenant otherShop = new("MERCH_B", Mode.Test);

    private readonly ManualClock clock = new();
    private Things things = null!;
    private Committer committer = null!;

    public async ValueTask InitializeAsync()
    {
        things = await Things.Create();
        Queue(groupMax: 64);
    }

    public async ValueTask DisposeAsync()
    {
        await committer.DisposeAsync();
        await things.DisposeAsync();
    }

    [Fact]
    public async Task A_lone_change_is_written_at_once()
    {
        Assert.IsType<CommitOutcome.Committed>(await committer.Commit(Things.Set(1, 10), default).WaitAsync(Things.Soon));
        await things.AssertValues([10], 1);
    }

    [Fact]
    public async Task A_change_of_nothing_is_committed() =>
        Assert.IsType<CommitOutcome.Committed>(await committer.Commit(new Change(), default).WaitAsync(Things.Soon));

    [Fact]
    public async Task What_arrives_while_the_lane_writes_shares_one_transaction()
    {
        var (first, rest) = await WhileBlocked([.. Lines(40)]);
        Assert.IsType<CommitOutcome.Committed>(first);
        Assert.All(rest, outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.Equal(1, await things.Count("SELECT count(DISTINCT xmin::text) FROM public.lines WHERE thing_id = 'none'"));
        Assert.Equal(40, await things.Count("SELECT count(*) FROM public.lines WHERE thing_id = 'none'"));
    }

    [Fact]
    public async Task A_transaction_has_no_more_changes_than_the_settings_allow()
    {
        Queue(groupMax: 8);
        await WhileBlocked([.. Lines(40)]);
        Assert.Equal(5, await things.Count("SELECT count(DISTINCT xmin::text) FROM public.lines WHERE thing_id = 'none'"));
    }

    [Fact]
    public async Task Groups_of_one_are_no_groups()
    {
        Queue(groupMax: 1);
        var outcomes = await Task.WhenAll(Lines(20).Select(line => committer.Commit(line, default))).WaitAsync(Things.Soon);
        Assert.All(outcomes, outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.Equal(20, await things.Count("SELECT count(DISTINCT xmin::text) FROM public.lines"));
    }

    [Fact]
    public async Task A_second_lane_begins_when_the_first_takes_long()
    {
        Queue(groupMax: 64, lanes: 2);
        await using var held = await things.Hold(1);
        var blocked = committer.Commit(Things.Set(1, 10), default);
        await things.UntilSomebodyWaits();
        Task<CommitOutcome>[] waiting = [.. Lines(40).Select(line => committer.Commit(line, default))];
        clock.Advance(CommitSettings.SlowAfter - TimeSpan.FromTicks(1));
        Assert.Equal(0, await things.Count("SELECT count(*) FROM public.lines WHERE thing_id = 'none'"));

        clock.Advance(TimeSpan.FromTicks(1));
        Assert.All(await Task.WhenAll(waiting).WaitAsync(Things.Soon), outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.Equal(1, await things.Count("SELECT count(DISTINCT xmin::text) FROM public.lines WHERE thing_id = 'none'"));
        Assert.IsType<CommitOutcome.Committed>(await committer.Commit(Things.Set(2, 20), default).WaitAsync(Things.Soon));
        Assert.False(blocked.IsCompleted);
        await held.Release();
        Assert.IsType<CommitOutcome.Committed>(await blocked.WaitAsync(Things.Soon));
    }

    [Fact]
    public async Task A_second_lane_begins_when_a_whole_group_waits()
    {
        Queue(groupMax: 8, lanes: 2);
        await using var held = await things.Hold(1);
        var blocked = committer.Commit(Things.Set(1, 10), default);
        await things.UntilSomebodyWaits();
        var waiting = Lines(7).Select(line => committer.Commit(line, default)).ToList();
        Assert.Equal(0, await things.Count("SELECT count(*) FROM public.lines WHERE thing_id = 'none'"));

        waiting.Add(committer.Commit(Line("line-0007"), default));
        Assert.All(await Task.WhenAll(waiting).WaitAsync(Things.Soon), outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.False(blocked.IsCompleted);
        await held.Release();
        Assert.IsType<CommitOutcome.Committed>(await blocked.WaitAsync(Things.Soon));
    }

    [Fact]
    public async Task One_poisoned_change_among_64_fails_alone_and_costs_the_others_few_transactions()
    {
        var (_, rest) = await WhileBlocked([.. Lines(41), Things.Set(2, 100), .. Lines(22, from: 100)]);
        Assert.Equal("value_is_small", Assert.IsType<CommitOutcome.Rejected>(rest[41]).Constraint);
        Assert.Equal(63, rest.Count(outcome => outcome is CommitOutcome.Committed));
        Assert.Equal(63, await things.Count("SELECT count(*) FROM public.lines WHERE thing_id = 'none'"));
        // The halves without it: of 32, 16, 8, 4, 2 and 1.
        Assert.Equal(6, await things.Count("SELECT count(DISTINCT xmin::text) FROM public.lines WHERE thing_id = 'none'"));
    }

    [Fact]
    public async Task A_rule_that_is_checked_at_the_very_end_fails_its_own_change_alone()
    {
        await things.Execute("ALTER TABLE public.lines ADD CONSTRAINT one_line_per_thing UNIQUE (thing_id) DEFERRABLE INITIALLY DEFERRED");
        await things.Execute("INSERT INTO public.lines VALUES ('earlier', 'thing-3')");
        var (_, rest) = await WhileBlocked([Things.Set(2, 20), Things.Set(3, 30), Things.Set(4, 40)]);
        Assert.Equal(
            [typeof(CommitOutcome.Committed), typeof(CommitOutcome.Rejected), typeof(CommitOutcome.Committed)], rest.Select(o => o.GetType()));
        await things.AssertValues([20, 0, 40], 2, 3, 4);
    }

    [Fact]
    public async Task An_error_that_is_no_rule_is_an_exception_of_its_own_caller_alone()
    {
        var impossible = RowWriter<string>.Append(
            "impossible", 30, text => text, "SELECT nothing_of_that_name($1)", RowWriter<string>.Column(text => text));
        var tasks = await Blocked([.. Lines(5), new Change().Write(impossible, "x"), .. Lines(5, from: 100)]);
        await Assert.ThrowsAsync<PostgresException>(() => tasks[5]);
        Assert.All(await Task.WhenAll(tasks.Where((_, i) => i != 5)), outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_an_exception_of_its_own_caller_alone()
    {
        var bad = RowWriter<string>.Append(
            "bad", 30, text => text, "SELECT $1", RowWriter<string>.Column<string>(_ => throw new FormatException("broken row")));
        var tasks = await Blocked([.. Lines(5), new Change().Write(bad, "x"), .. Lines(5, from: 100)]);
        await Assert.ThrowsAsync<FormatException>(() => tasks[5]);
        Assert.All(await Task.WhenAll(tasks.Where((_, i) => i != 5)), outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.Equal(1, await things.Count("SELECT count(DISTINCT xmin::text) FROM public.lines WHERE thing_id = 'none'"));
    }

    [Fact]
    public async Task A_conflict_fails_alone_and_the_others_share_one_transaction()
    {
        var (_, rest) = await WhileBlocked([.. Lines(41), Things.Set(2, 20, expected: 7), .. Lines(22, from: 100)]);
        Assert.Equal(new CommitOutcome.Conflict("things", "thing-2"), rest[41]);
        Assert.Equal(63, rest.Count(outcome => outcome is CommitOutcome.Committed));
        Assert.Equal(1, await things.Count("SELECT count(DISTINCT xmin::text) FROM public.lines WHERE thing_id = 'none'"));
    }

    /// <summary>Earlier, its caller would read the old state again and conflict again.</summary>
    [Fact]
    public async Task Of_two_changes_of_one_row_the_later_hears_of_the_conflict_when_the_first_is_committed()
    {
        await using var held = await things.Hold(1);
        var first = committer.Commit(Things.Set(1, 10), default);
        await things.UntilSomebodyWaits();
        var second = committer.Commit(Things.Set(1, 11), default);
        Assert.False(second.IsCompleted);
        await held.Release();
        Assert.IsType<CommitOutcome.Committed>(await first.WaitAsync(Things.Soon));
        Assert.Equal(new CommitOutcome.Conflict("things", "thing-1"), await second.WaitAsync(Things.Soon));
        Assert.IsType<CommitOutcome.Committed>(await committer.Commit(Things.Set(1, 12, expected: 2), default).WaitAsync(Things.Soon));
        await things.AssertValues([12], 1);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(10, 7)]
    public async Task Of_two_changes_of_one_row_the_later_is_committed_when_the_first_is_not(int value, int expected)
    {
        var (_, rest) = await WhileBlocked([Things.Set(2, value, expected), Things.Set(2, 20)]);
        Assert.IsNotType<CommitOutcome.Committed>(rest[0]);
        Assert.IsType<CommitOutcome.Committed>(rest[1]);
        await things.AssertValues([20], 2);
    }

    [Fact]
    public async Task Many_callers_who_decide_again_after_a_conflict_all_get_through()
    {
        Queue(groupMax: 64, lanes: 4);
        await Task.WhenAll(Enumerable.Range(0, 32).Select(caller => Increment(caller))).WaitAsync(Things.Soon);
        Assert.Equal(32, await things.Count("SELECT value FROM public.things WHERE id = 'thing-1'"));
        Assert.Equal(33, await things.Count("SELECT version FROM public.things WHERE id = 'thing-1'"));
    }

    [Fact]
    public async Task A_flood_of_one_tenant_does_not_delay_anothers_change()
    {
        var (_, rest) = await WhileBlocked([.. Lines(1000).Select(line => line.Of(shop)), Line("other").Of(otherShop)]);
        Assert.All(rest, outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        // The very next group: the other's, and those of the flood that came first.
        Assert.Equal(63, await things.Count(
            """
            SELECT count(*) FROM public.lines AS l
            WHERE l.xmin = (SELECT xmin FROM public.lines WHERE id = 'other') AND l.id BETWEEN 'line-0000' AND 'line-0062'
            """));
    }

    [Fact]
    public async Task A_full_queue_refuses_what_begins_and_nothing_else()
    {
        Queue(groupMax: 64, queueMax: 3);
        await using var held = await things.Hold(1);
        var waiting = new List<Task<CommitOutcome>> { committer.Commit(Things.Set(1, 10).Of(shop), default) };
        await things.UntilSomebodyWaits();
        waiting.AddRange(Lines(2).Select(line => committer.Commit(line.Of(shop).Beginning(), default)));
        await Assert.ThrowsAsync<CommitQueueFullException>(() => committer.Commit(Line("refused").Of(shop).Beginning(), default));

        // What a processor has done must be written, and another tenant's line is not full.
        waiting.Add(committer.Commit(Line("outcome").Of(shop), default));
        waiting.Add(committer.Commit(Line("other").Of(otherShop).Beginning(), default));
        await held.Release();
        Assert.All(await Task.WhenAll(waiting).WaitAsync(Things.Soon), outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.IsType<CommitOutcome.Committed>(await committer.Commit(Line("later").Of(shop).Beginning(), default).WaitAsync(Things.Soon));
        Assert.Equal(0, await things.Count("SELECT count(*) FROM public.lines WHERE id = 'refused'"));
    }

    [Fact]
    public async Task All_tenants_together_have_a_limit_too()
    {
        Queue(groupMax: 64, queueMax: 1);
        await using var held = await things.Hold(1);
        var waiting = new List<Task<CommitOutcome>> { committer.Commit(Things.Set(1, 10), default) };
        await things.UntilSomebodyWaits();
        waiting.AddRange(Enumerable.Range(0, 9).Select(n => committer.Commit(Line($"of-{n}").Of(new Tenant($"M{n}", Mode.Live)).Beginning(), default)));
        await Assert.ThrowsAsync<CommitQueueFullException>(() => committer.Commit(Line("refused").Of(shop).Beginning(), default));
        await held.Release();
        Assert.All(await Task.WhenAll(waiting).WaitAsync(Things.Soon), outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
    }

    [Fact]
    public async Task A_change_that_is_called_off_before_it_is_taken_is_never_written()
    {
        await using var held = await things.Hold(1);
        var first = committer.Commit(Things.Set(1, 10), default);
        await things.UntilSomebodyWaits();
        using var gone = new CancellationTokenSource();
        var inLine = committer.Commit(Things.Set(2, 20), gone.Token);
        var behindFirst = committer.Commit(Things.Set(1, 11), gone.Token);
        var last = committer.Commit(Things.Set(3, 30), default);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inLine);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => behindFirst);
        await held.Release();
        Assert.IsType<CommitOutcome.Committed>(await first.WaitAsync(Things.Soon));
        Assert.IsType<CommitOutcome.Committed>(await last.WaitAsync(Things.Soon));
        await things.AssertValues([10, 0, 30], 1, 2, 3);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => committer.Commit(Things.Set(4, 40), gone.Token));
    }

    [Fact]
    public async Task A_change_that_was_taken_is_awaited_though_its_caller_goes_away()
    {
        await using var held = await things.Hold(1);
        using var gone = new CancellationTokenSource();
        var taken = committer.Commit(Things.Set(1, 10), gone.Token);
        await things.UntilSomebodyWaits();
        await gone.CancelAsync();
        Assert.False(taken.IsCompleted);
        await held.Release();
        Assert.IsType<CommitOutcome.Committed>(await taken.WaitAsync(Things.Soon));
        await things.AssertValues([10], 1);
    }

    [Fact]
    public async Task A_lost_connection_is_an_exception_for_every_caller_of_the_group_and_the_next_group_works()
    {
        await using var first = await things.Hold(1);
        await using var second = await things.Hold(2);
        var before = committer.Commit(Things.Set(1, 10), default);
        await things.UntilSomebodyWaits();
        var signal = new Signal();
        Task<CommitOutcome>[] group = [.. Lines(10).Append(Things.Set(2, 20)).Select(change => committer.Commit(change.Wake(signal), default))];
        await first.Release();
        Assert.IsType<CommitOutcome.Committed>(await before.WaitAsync(Things.Soon));
        await things.UntilSomebodyWaits();
        await things.Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {Things.Waiting}");
        foreach (var caller in group)
        {
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => caller.WaitAsync(Things.Soon));
        }

        Assert.False(await Things.IsSet(signal));
        await second.Release();
        Assert.IsType<CommitOutcome.Committed>(await committer.Commit(Things.Set(2, 21), default).WaitAsync(Things.Soon));
        await things.AssertValues([21], 2);
        Assert.Equal(0, await things.Count("SELECT count(*) FROM public.lines WHERE thing_id = 'none'"));
    }

    [Fact]
    public async Task The_end_waits_for_what_was_handed_over_and_takes_nothing_more()
    {
        await using var held = await things.Hold(1);
        var first = committer.Commit(Things.Set(1, 10), default);
        await things.UntilSomebodyWaits();
        Task<CommitOutcome>[] rest = [.. Lines(100).Select(line => committer.Commit(line, default))];
        var end = committer.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => committer.Commit(Things.Set(2, 20), default));
        Assert.False(end.IsCompleted);
        await held.Release();
        await end.WaitAsync(Things.Soon);
        Assert.All(await Task.WhenAll(rest.Append(first)).WaitAsync(Things.Soon), outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.Equal(101, await things.Count("SELECT count(*) FROM public.lines"));
    }

    private void Queue(int groupMax, int lanes = 1, int queueMax = 2000) =>
        committer = new Committer(things.Db, new CommitSettings(groupMax, lanes, queueMax), clock);

    private static Change Line(string id) => new Change().Write(Things.LineWriter, new Things.Line(id, "none"));

    private static IEnumerable<Change> Lines(int count, int from = 0) => Enumerable.Range(from, count).Select(n => Line($"line-{n:D4}"));

    /// <summary>Blocks the lane with a change of thing 1, hands over these changes, and lets the lane go.</summary>
    private async Task<Task<CommitOutcome>[]> Blocked(IReadOnlyList<Change> changes)
    {
        await using var held = await things.Hold(1);
        var first = committer.Commit(Things.Set(1, 10), default);
        await things.UntilSomebodyWaits();
        Task<CommitOutcome>[] all = [.. changes.Select(change => committer.Commit(change, default)), first];
        await held.Release();
        await Task.WhenAll(all.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default))).WaitAsync(Things.Soon);
        return all;
    }

    /// <inheritdoc cref="Blocked"/>
    private async Task<(CommitOutcome First, CommitOutcome[] Others)> WhileBlocked(IReadOnlyList<Change> changes)
    {
        var outcomes = await Task.WhenAll(await Blocked(changes));
        return (outcomes[^1], outcomes[..^1]);
    }

    private async Task Increment(int caller)
    {
        while (true)
        {
            var version = (int)await things.Count("SELECT version FROM public.things WHERE id = 'thing-1'");
            var change = new Change().Write(Things.ThingWriter, new Things.Thing("thing-1", version, version)).Of(caller % 2 == 0 ? shop : otherShop);
            if (await committer.Commit(change, default) is CommitOutcome.Committed)
            {
                return;
            }
        }
    }
}
