using PaymentGateway.Identity;

namespace PaymentGateway.Tests.Identity;

public sealed class RowCacheTests
{
    private readonly ManualClock clock = new();
    private readonly RowCache<string, string> cache;
    private int loads;

    public RowCacheTests() => cache = new(clock);

    [Fact]
    public async Task A_row_is_loaded_again_after_five_seconds()
    {
        await Find();
        clock.Advance(RowCache<string, string>.Life - TimeSpan.FromTicks(1));
        Assert.Equal("row 1", await Find());
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("row 2", await Find());
    }

    [Fact]
    public async Task What_is_not_found_is_asked_for_again()
    {
        Assert.Null(await cache.Find("k", _ => Task.FromResult<string?>(null)));
        Assert.Equal("row 1", await Find());
    }

    [Fact]
    public async Task A_failed_load_is_not_remembered()
    {
        await Assert.ThrowsAsync<TimeoutException>(async () =>
            await cache.Find("k", _ => Task.FromException<string?>(new TimeoutException())));
        Assert.Equal("row 1", await Find());
    }

    [Fact]
    public async Task Many_who_miss_at_once_share_one_load()
    {
        var row = new TaskCompletionSource<string?>();
        var all = Enumerable.Range(0, 50).Select(_ => cache.Find("k", _ => { loads++; return row.Task; }).AsTask()).ToList();
        row.SetResult("row");
        Assert.All(await Task.WhenAll(all), found => Assert.Equal("row", found));
        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task A_load_that_began_before_a_change_does_not_outlive_it()
    {
        var old = new TaskCompletionSource<string?>();
        var early = cache.Find("k", _ => old.Task).AsTask();
        cache.Forget(_ => false);
        old.SetResult("old");
        Assert.Equal("old", await early);
        Assert.Equal("row 1", await Find());
    }

    private ValueTask<string?> Find() => cache.Find("k", _ => Task.FromResult<string?>($"row {++loads}"));
}
