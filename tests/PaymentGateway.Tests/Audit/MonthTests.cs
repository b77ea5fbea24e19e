using PaymentGateway.Audit;

namespace PaymentGateway.Tests.Audit;

/// <summary>Months are made ahead and dropped after retention; a month that is missing stops nobody.</summary>
public sealed class MonthTests : IAsyncLifetime
{
    private readonly ManualClock clock = new(new DateTimeOffset(2031, 1, 31, 23, 59, 59, TimeSpan.Zero));
    private AuditWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AuditWorld.Create(clock);

        // Without the months that the migration made: they are those of the machine's own year.
        await world.Months.Drop(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero), CancellationToken.None);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task At_the_ends_of_months_each_row_finds_its_month()
    {
        Assert.Equal(3, await world.Months.Ensure(clock.GetUtcNow(), CancellationToken.None));
        Assert.Equal(0, await world.Months.Ensure(clock.GetUtcNow(), CancellationToken.None));
        await world.Write(AuditWorld.Shop, 1);
        clock.Advance(TimeSpan.FromMilliseconds(999));
        await world.Write(AuditWorld.Shop, 2);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await world.Write(AuditWorld.Shop, 3);
        clock.Advance(TimeSpan.FromDays(28) - TimeSpan.FromTicks(1));
        await world.Write(AuditWorld.Shop, 4);
        clock.Advance(TimeSpan.FromTicks(1));
        await world.Write(AuditWorld.Shop, 5);
        Assert.Equal(
            ["audit.rows_2031_01 pay_1", "audit.rows_2031_01 pay_2", "audit.rows_2031_02 pay_3", "audit.rows_2031_02 pay_4", "audit.rows_2031_03 pay_5"],
            await world.Scalar<string[]>("SELECT array_agg(tableoid::regclass || ' ' || object_id ORDER BY id) FROM audit.rows"));
        Assert.Equal(2, await world.Months.Ensure(clock.GetUtcNow(), CancellationToken.None));
        Assert.Equal(5, await world.Link());
        Assert.Null((await world.Verify(AuditWorld.Shop)).Broken);
    }

    [Fact]
    public async Task A_month_that_nobody_made_does_not_stop_a_change()
    {
        await world.Write(AuditWorld.Shop, 1);
        Assert.Equal("audit.rows_default", await world.Scalar<string>("SELECT tableoid::regclass::text FROM audit.rows"));

        // That month stays where it began; the next two get their own.
        Assert.Equal(2, await world.Months.Ensure(clock.GetUtcNow(), CancellationToken.None));
        await world.Write(AuditWorld.Shop, 2);
        clock.Advance(TimeSpan.FromSeconds(1));
        await world.Write(AuditWorld.Shop, 3);
        Assert.Equal(["audit.rows_2031_02", "audit.rows_default"],
            await world.Scalar<string[]>("SELECT array_agg(DISTINCT tableoid::regclass::text) FROM audit.rows"));
        Assert.Equal(3, await world.Link());
        Assert.Null((await world.Verify(AuditWorld.Shop)).Broken);
    }

    [Fact]
    public async Task Two_replicas_make_a_month_once()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => world.Months.Ensure(clock.GetUtcNow(), CancellationToken.None))));
        Assert.Equal(3, made.Sum());
    }

    [Fact]
    public async Task Months_past_retention_are_dropped_and_the_rest_of_the_chain_holds()
    {
        await world.Months.Ensure(clock.GetUtcNow(), CancellationToken.None);
        await world.Write(AuditWorld.Shop, 1);
        await world.Write(AuditWorld.Other, 1);

        // The row of the old month is linked between those of the next one: the months cut the chain unevenly.
        clock.Advance(TimeSpan.FromDays(1));
        await world.Write(AuditWorld.Shop, 2);
        await world.Write(AuditWorld.Shop, 3, clock.GetUtcNow() - TimeSpan.FromDays(2));
        await world.Write(AuditWorld.Shop, 4);
        await world.Link();

        clock.Advance(TimeSpan.FromDays(365 * 7));
        Assert.Equal(0, await DropOld());
        clock.Advance(TimeSpan.FromDays(5));
        Assert.Equal(1, await DropOld());
        Assert.Equal(["pay_2", "pay_4"], await world.Scalar<string[]>("SELECT array_agg(object_id ORDER BY id) FROM audit.rows"));
        var report = await world.Verify(AuditWorld.Shop);
        Assert.Null(report.Broken);
        Assert.Equal(4, report.Sequence);
        Assert.Null((await world.Verify(AuditWorld.Other)).Broken);

        await world.Months.Ensure(clock.GetUtcNow(), CancellationToken.None);
        await world.Write(AuditWorld.Shop, 5);
        await world.Write(AuditWorld.Other, 2);
        Assert.Equal(2, await world.Link());
        Assert.Equal((5, null), Of(await world.Verify(AuditWorld.Shop)));
        Assert.Equal((2, null), Of(await world.Verify(AuditWorld.Other)));

        await world.Tamper("UPDATE audit.rows SET actor = 'nobody' WHERE object_id = 'pay_2' AND merchant_id = 'MERCH_FH_001'");
        Assert.Equal(ChainFault.Changed, (await world.Verify(AuditWorld.Shop)).Broken!.Fault);

        static (long, ChainBreak?) Of(ChainReport report) => (report.Sequence, report.Broken);
    }

    [Fact]
    public async Task A_month_with_rows_that_are_not_linked_yet_is_not_dropped()
    {
        await world.Months.Ensure(clock.GetUtcNow(), CancellationToken.None);
        await world.Write(AuditWorld.Shop, 1);
        clock.Advance(TimeSpan.FromDays(365 * 8));
        Assert.Equal(2, await DropOld());
        Assert.Equal(1, await world.Scalar<long>("SELECT count(*) FROM audit.rows"));
        await world.Link();
        Assert.Equal(1, await DropOld());
        Assert.Equal(0, await world.Scalar<long>("SELECT count(*) FROM audit.rows"));
        Assert.Null((await world.Verify(AuditWorld.Shop)).Broken);
    }

    [Fact]
    public async Task Rows_without_a_month_of_their_own_are_dropped_together_when_the_last_is_old()
    {
        await world.Write(AuditWorld.Shop, 1);
        clock.Advance(TimeSpan.FromDays(200));
        await world.Write(AuditWorld.Shop, 2);
        await world.Link();
        clock.Advance(TimeSpan.FromDays((365 * 7) + 2 - 100));
        Assert.Equal(0, await DropOld());
        clock.Advance(TimeSpan.FromDays(101));
        Assert.Equal(1, await DropOld());
        Assert.Null((await world.Verify(AuditWorld.Shop)).Broken);
        clock.Advance(TimeSpan.FromDays(400));
        await world.Write(AuditWorld.Shop, 3);
        Assert.Equal(1, await world.Link());
        Assert.Equal(3, (await world.Verify(AuditWorld.Shop)).Sequence);
        Assert.Null((await world.Verify(AuditWorld.Shop)).Broken);
    }

    private Task<int> DropOld() => world.Months.Drop(clock.GetUtcNow().AddYears(-7), CancellationToken.None);
}
