using PaymentGateway.Database;

namespace PaymentGateway.Tests.Database;

public sealed class IdTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_id_is_its_prefix_and_26_lowercase_characters() =>
        Assert.Matches("^pay_[0-7][0-9a-hjkmnp-tv-z]{25}$", Id.New("pay", new FixedClock(Noon)));

    [Fact]
    public void Text_order_is_time_order()
    {
        var moments = Enumerable.Range(0, 2_000).Select(i => Noon.AddTicks(i * 3)) // less than the fraction can tell apart
            .Concat(Enumerable.Range(1, 500).Select(i => Noon.AddDays(i * 37)));
        var ids = moments.Where((_, i) => i % 2 == 0).Select(when => Id.New("pay", new FixedClock(when))).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void Ids_of_one_instant_differ_and_follow_each_other()
    {
        var clock = new FixedClock(Noon);
        var ids = Enumerable.Range(0, 10_000).Select(_ => Id.New("evt", clock)).ToList();
        Assert.Equal(10_000, ids.Distinct().Count());
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void Ids_made_at_once_by_many_threads_differ()
    {
        var clock = new FixedClock(Noon);
        var stamps = Enumerable.Range(0, 20_000).AsParallel().Select(_ => Id.New("evt", clock)[..20]).ToList();
        Assert.Equal(stamps.Count, stamps.Distinct().Count());
    }

    [Fact]
    public void An_id_is_a_uuid_of_version_7_with_the_time_in_front()
    {
        var text = Id.New("pay", new FixedClock(Noon))["pay_".Length..];
        var value = text.Aggregate(UInt128.Zero, (sum, c) => (sum << 5) | (UInt128)"0123456789abcdefghjkmnpqrstvwxyz".IndexOf(c));
        Assert.Equal((UInt128)Noon.ToUnixTimeMilliseconds(), value >> 80);
        Assert.Equal(7, (int)((value >> 76) & 15));
        Assert.Equal(2, (int)((value >> 62) & 3));
    }

    [Theory]
    [InlineData("pay_01kabc0000000000000000000a", true)]
    [InlineData("pay_7zzzzzzzzzzzzzzzzzzzzzzzzz", true)]
    [InlineData("pay_8zzzzzzzzzzzzzzzzzzzzzzzzz", false)] // more than 128 bits
    [InlineData("pay_01kabc0000000000000000000A", false)]
    [InlineData("pay_01kabc0000000000000000000u", false)]
    [InlineData("pay_01kabc000000000000000000a", false)]
    [InlineData("pay_01kabc0000000000000000000aa", false)]
    [InlineData("pay-01kabc0000000000000000000a", false)]
    [InlineData("order_01kabc0000000000000000000a", false)]
    [InlineData("pay_", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_the_exact_form_is_valid(string? text, bool valid) => Assert.Equal(valid, Id.IsValid("pay", text));

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
