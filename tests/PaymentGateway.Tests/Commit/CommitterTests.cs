using Dapper;
using Npgsql;
using PaymentGateway.Commit;

namespace PaymentGateway.Tests.Commit;

/// <summary>The committer alone, over two tables that no area owns.</summary>
public sealed class CommitterTests : IAsyncLifetime
{
    private static readonly TimeSpan soon = Things.Soon;

    private Things things = null!;
    private Committer committer = null!;

    public async ValueTask InitializeAsync()
    {
        things = await Things.Create();
        committer = new Committer(things.Db, TimeProvider.System);
    }

    public ValueTask DisposeAsync() => things.DisposeAsync();

    [Fact]
    public async Task Several_changes_are_written_in_one_transaction()
    {
        var outcomes = await Commit(Things.Set(1, 10), Things.Set(2, 20), Things.Set(3, 30));
        Assert.All(outcomes, outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        await things.AssertValues([10, 20, 30], 1, 2, 3);
        Assert.Equal(1, await things.Count("SELECT count(DISTINCT xmin::text) FROM public.things WHERE version = 2"));
        Assert.Equal(3, await things.Count("SELECT count(*) FROM public.lines"));
    }

    [Fact]
    public async Task No_changes_are_nothing_to_do() => Assert.Empty(await Commit());

    [Fact]
    public async Task A_conflict_is_left_out_whole_and_reported_alone()
    {
        var outcomes = await Commit(Things.Set(1, 10), Things.Set(2, 20, expected: 7), Things.Set(3, 30));
        Assert.IsType<CommitOutcome.Committed>(outcomes[0]);
        Assert.Equal(new CommitOutcome.Conflict("things", "thing-2"), outcomes[1]);
        Assert.IsType<CommitOutcome.Committed>(outcomes[2]);
        await things.AssertValues([10, 0, 30], 1, 2, 3);
        Assert.Equal(0, await things.Count("SELECT count(*) FROM public.lines WHERE thing_id = 'thing-2'"));
    }

    [Fact]
    public async Task Every_conflict_of_a_commit_is_reported()
    {
        var outcomes = await Commit(Things.Set(1, 10, expected: 7), Things.Set(2, 20), Things.Set(3, 30, expected: 7));
        Assert.Equal(
            [typeof(CommitOutcome.Conflict), typeof(CommitOutcome.Committed), typeof(CommitOutcome.Conflict)], outcomes.Select(o => o.GetType()));
        await things.AssertValues([0, 20, 0], 1, 2, 3);
    }

    [Fact]
    public async Task A_change_that_breaks_a_constraint_fails_alone_and_the_constraint_is_named()
    {
        var outcomes = await Commit(Things.Set(1, 10), Things.Set(2, 100), Things.Set(3, 30), Things.Set(4, 40, expected: 7));
        Assert.IsType<CommitOutcome.Committed>(outcomes[0]);
        Assert.Equal("value_is_small", Assert.IsType<CommitOutcome.Rejected>(outcomes[1]).Constraint);
        Assert.IsType<CommitOutcome.Committed>(outcomes[2]);
        Assert.IsType<CommitOutcome.Conflict>(outcomes[3]);
        await things.AssertValues([10, 0, 30, 0], 1, 2, 3, 4);
        Assert.Equal(2, await things.Count("SELECT count(*) FROM public.lines"));
    }

    [Fact]
    public async Task A_change_is_rejected_whole_when_its_last_row_breaks_a_constraint()
    {
        await things.Execute("INSERT INTO public.lines VALUES ('line-1-5', 'earlier')");
        var outcome = await committer.Commit(Things.Set(1, 5), default);
        Assert.Equal("one_line_per_id", Assert.IsType<CommitOutcome.Rejected>(outcome).Constraint);
        await things.AssertValues([0], 1);
    }

    /// <summary>
    /// A row that is not as expected is the reason why a later row of the same change breaks a rule (the loser of a race books what is
    /// already booked). The caller must hear "decide again", not "this is a bug".
    /// </summary>
    [Fact]
    public async Task A_conflict_goes_before_the_constraint_that_breaks_because_of_it()
    {
        await things.Execute("INSERT INTO public.lines VALUES ('line-1-5', 'the winner')");
        Assert.Equal(new CommitOutcome.Conflict("things", "thing-1"), await committer.Commit(Things.Set(1, 5, expected: 7), default));
        var outcomes = await Commit(Things.Set(2, 20), Things.Set(1, 5, expected: 7), Things.Set(3, 100), Things.Set(4, 40));
        Assert.Equal(
            [typeof(CommitOutcome.Committed), typeof(CommitOutcome.Conflict), typeof(CommitOutcome.Rejected), typeof(CommitOutcome.Committed)],
            outcomes.Select(o => o.GetType()));
        await things.AssertValues([20, 0, 0, 40], 2, 1, 3, 4);
    }

    [Fact]
    public async Task Of_two_changes_of_one_object_the_first_is_committed_and_the_second_decided_again()
    {
        var outcomes = await Commit(Things.Set(1, 10), Things.Set(1, 11));
        Assert.IsType<CommitOutcome.Committed>(outcomes[0]);
        Assert.Equal(new CommitOutcome.Conflict("things", "thing-1"), outcomes[1]);
        await things.AssertValues([10], 1);
    }

    [Fact]
    public async Task Of_many_commits_of_one_object_at_once_one_wins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 20).Select(value => committer.Commit(Things.Set(1, value), default)));
        Assert.Single(outcomes, outcome => outcome is CommitOutcome.Committed);
        Assert.Equal(19, outcomes.Count(outcome => outcome is CommitOutcome.Conflict));
        Assert.Equal(1, await things.Count("SELECT count(*) FROM public.lines"));
    }

    [Fact]
    public async Task A_deadlock_with_another_transaction_is_tried_again()
    {
        // The other one holds thing 2 and will want thing 1; the commit takes 1, then waits for 2. It waits the shorter time for its own
        // look at the deadlock, so it is the one that is rolled back, and by its second attempt the other is done.
        await using var other = await things.Db.OpenSystem(default);
        await using var transaction = await other.BeginTransactionAsync();
        await other.ExecuteAsync("SET LOCAL deadlock_timeout = '60s'; UPDATE public.things SET value = 50 WHERE id = 'thing-2'");
        var commit = Commit(Things.Set(1, 10), Things.Set(2, 20));
        await things.UntilSomebodyWaits();
        await other.ExecuteAsync("UPDATE public.things SET value = 50 WHERE id = 'thing-1'");
        await transaction.CommitAsync();

        Assert.All(await commit.WaitAsync(soon), outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        await things.AssertValues([10, 20], 1, 2);
        Assert.Equal(2, await things.Count("SELECT count(*) FROM public.lines"));
        await things.UntilTrue("SELECT deadlocks >= 1 FROM pg_stat_database WHERE datname = current_database()");
    }

    [Fact]
    public async Task Commits_of_the_same_objects_in_opposite_order_never_deadlock()
    {
        await things.Execute("ALTER TABLE public.things DROP CONSTRAINT value_is_small");
        await Parallel.ForEachAsync(Enumerable.Range(0, 100), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (round, _) =>
        {
            int[] order = round % 2 == 0 ? [1, 2, 3, 4] : [4, 3, 2, 1];
            await Commit([.. order.Select(number => new Change().Write(Things.ThingWriter, new Things.Thing($"thing-{number}", round, 1)))]);
        });
        Assert.Equal(0, await things.Count("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));
    }

    [Fact]
    public async Task A_signal_is_set_by_what_is_committed_and_only_then()
    {
        var (woken, conflicting, rejected) = (new Signal(), new Signal(), new Signal());
        await using var other = await things.Db.OpenSystem(default);
        await using var transaction = await other.BeginTransactionAsync();
        await other.ExecuteAsync("SELECT FROM public.things WHERE id = 'thing-1' FOR UPDATE");

        var commit = Commit(Things.Set(1, 10).Wake(woken), Things.Set(2, 20, expected: 7).Wake(conflicting), Things.Set(3, 100).Wake(rejected));
        await things.UntilSomebodyWaits();
        Assert.False(await Things.IsSet(woken));
        await transaction.RollbackAsync();
        await commit.WaitAsync(soon);

        Assert.True(await Things.IsSet(woken));
        Assert.False(await Things.IsSet(conflicting));
        Assert.False(await Things.IsSet(rejected));
        await things.AssertValues([10, 0, 0], 1, 2, 3);
    }

    [Fact]
    public async Task Nothing_is_written_when_a_row_cannot_be_read_in_the_middle()
    {
        var bad = RowWriter<Things.Line>.Append("bad", 30, l => l.Id, "SELECT $1", RowWriter<Things.Line>.Column<string>(_ => throw new FormatException("broken row")));
        var signal = new Signal();
        await Assert.ThrowsAsync<FormatException>(() => Commit(Things.Set(1, 10).Wake(signal), Things.Set(2, 20).Write(bad, new Things.Line("x", "y"))));
        await things.AssertValues([0, 0], 1, 2);
        Assert.False(await Things.IsSet(signal));
    }

    [Fact]
    public async Task A_commit_that_is_called_off_writes_nothing()
    {
        await using var other = await things.Db.OpenSystem(default);
        await using var transaction = await other.BeginTransactionAsync();
        await other.ExecuteAsync("SELECT FROM public.things WHERE id = 'thing-2' FOR UPDATE");
        using var calledOff = new CancellationTokenSource();
        var commit = committer.Commit([Things.Set(1, 10), Things.Set(2, 20)], calledOff.Token);
        await things.UntilSomebodyWaits();
        await calledOff.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => commit);
        await transaction.RollbackAsync();
        await things.AssertValues([0, 0], 1, 2);
    }

    [Fact]
    public async Task A_lost_connection_is_an_exception_and_never_a_conflict()
    {
        await using var other = await things.Db.OpenSystem(default);
        await using var transaction = await other.BeginTransactionAsync();
        await other.ExecuteAsync("SELECT FROM public.things WHERE id = 'thing-1' FOR UPDATE");
        var signal = new Signal();
        var commit = Commit(Things.Set(1, 10).Wake(signal));
        await things.UntilSomebodyWaits();
        await things.Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {Things.Waiting}");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => commit.WaitAsync(soon));
        await transaction.RollbackAsync();
        await things.AssertValues([0], 1);
        Assert.False(await Things.IsSet(signal));
    }

    private Task<IReadOnlyList<CommitOutcome>> Commit(params Change[] changes) => committer.Commit(changes, default);
}
