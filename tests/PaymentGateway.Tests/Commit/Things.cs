using Dapper;
using Npgsql;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Commit;

/// <summary>Two tables that no area owns: things, guarded by version, and lines, which are only added.</summary>
internal sealed class Things : IAsyncDisposable
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    public const string Waiting = "datname = current_database() AND wait_event_type = 'Lock'";

    public static readonly RowWriter<Thing> ThingWriter = RowWriter<Thing>.Guard("things", 10, t => t.Id,
        """
        UPDATE public.things AS t SET value = r.value, version = t.version + 1
        FROM unnest($1, $2, $3) AS r (id, value, expected)
        WHERE t.id = r.id AND t.version = r.expected
        RETURNING t.id
        """,
        RowWriter<Thing>.Column(t => t.Id), RowWriter<Thing>.Column(t => t.Value), RowWriter<Thing>.Column(t => t.Expected));

    public static readonly RowWriter<Line> LineWriter = RowWriter<Line>.Append("lines", 20, l => l.Id,
        "INSERT INTO public.lines (id, thing_id) SELECT * FROM unnest($1, $2)",
        RowWriter<Line>.Column(l => l.Id), RowWriter<Line>.Column(l => l.ThingId));

    private readonly TestDatabase database;

    private Things(TestDatabase database) => this.database = database;

    public Db Db => database.Db;

    public static async Task<Things> Create()
    {
        var things = new Things(await TestDatabase.Create());
        await things.Execute(
            """
            CREATE TABLE public.things (id text PRIMARY KEY, value int NOT NULL CONSTRAINT value_is_small CHECK (value < 100), version int NOT NULL);
            CREATE TABLE public.lines (id text CONSTRAINT one_line_per_id PRIMARY KEY, thing_id text NOT NULL);
            INSERT INTO public.things SELECT 'thing-' || n, 0, 1 FROM generate_series(1, 9) AS n
            """);
        return things;
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    /// <summary>A thing and a line of it.</summary>
    public static Change Set(int number, int value, int expected = 1) => new Change()
        .Write(ThingWriter, new Thing($"thing-{number}", value, expected))
        .Write(LineWriter, new Line($"line-{number}-{value}", $"thing-{number}"));

    public static async Task<bool> IsSet(Signal signal)
    {
        using var stop = new CancellationTokenSource();
        var wait = signal.Wait(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token);
        await stop.CancelAsync();
        try
        {
            await wait;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Locks things until the transaction that is returned ends.</summary>
    public async Task<Held> Hold(params int[] numbers)
    {
        var connection = await Db.OpenSystem(default);
        var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "SELECT FROM public.things WHERE id = ANY (@ids) FOR UPDATE", new { ids = numbers.Select(n => $"thing-{n}").ToArray() });
        return new(connection, transaction);
    }

    public Task UntilSomebodyWaits() => UntilTrue($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {Waiting})");

    public async Task UntilTrue(string question)
    {
        await using var connection = await Db.OpenSystem(default);
        await Eventually.Holds(() => connection.ExecuteScalarAsync<bool>(question));
    }

    public async Task AssertValues(int[] expected, params int[] numbers)
    {
        await using var connection = await Db.OpenSystem(default);
        var all = (await connection.QueryAsync<(string Id, int Value)>("SELECT id, value FROM public.things")).ToDictionary(t => t.Id, t => t.Value);
        Assert.Equal(expected, numbers.Select(number => all[$"thing-{number}"]));
    }

    public async Task<long> Count(string sql)
    {
        await using var connection = await Db.OpenSystem(default);
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    public async Task Execute(string sql)
    {
        await using var connection = await Db.OpenSystem(default);
        await connection.ExecuteAsync(sql);
    }

    internal sealed record Thing(string Id, int Value, int Expected);

    internal sealed record Line(string Id, string ThingId);

    internal sealed class Held(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public Task Release() => transaction.RollbackAsync();

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
