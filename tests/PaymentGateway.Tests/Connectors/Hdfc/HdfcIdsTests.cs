using PaymentGateway.Connectors.Hdfc;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Connectors.Hdfc;

public sealed class HdfcIdsTests
{
    [Fact]
    public void An_order_id_has_17_letters_and_digits_and_is_always_the_same()
    {
        const string key = "ch_06f0h2vjx2tq3b4x8m0c5s7d9e";
        Assert.Equal(HdfcIds.OrderIdOf(key), HdfcIds.OrderIdOf(key));
        Assert.Matches("^[0-9A-Z]{17}$", HdfcIds.OrderIdOf(key));
    }

    [Fact]
    public void Ten_thousand_keys_have_as_many_ids()
    {
        var keys = Enumerable.Range(0, 10_000).Select(_ => Id.New("re", TimeProvider.System)).ToList();
        Assert.Equal(10_000, keys.Select(HdfcIds.OrderIdOf).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(keys, key => Assert.Matches("^[0-9A-Za-z]{20}$", HdfcIds.RequestIdOf(key)));
        Assert.All(keys, key => Assert.Equal(key, HdfcIds.RefundKeyOf(HdfcIds.RequestIdOf(key))));
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("2109-05-15T00:00:00Z")]
    public void A_refund_key_of_any_likely_time_is_read_back(string when)
    {
        var key = Id.At("re", DateTimeOffset.Parse(when, null));
        Assert.Equal(key, HdfcIds.RefundKeyOf(HdfcIds.RequestIdOf(key)));
    }

    [Fact]
    public void A_key_of_another_form_has_an_id_and_is_not_read_back_as_it()
    {
        Assert.Equal(20, HdfcIds.RequestIdOf("refund 1").Length);
        Assert.NotEqual("refund 1", HdfcIds.RefundKeyOf(HdfcIds.RequestIdOf("refund 1")));
        var late = Id.At("re", DateTimeOffset.Parse("2200-01-01T00:00:00Z", null));
        Assert.NotEqual(late, HdfcIds.RefundKeyOf(HdfcIds.RequestIdOf(late)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("zzzzzzzzzzzzzzzzzzzz")]
    [InlineData("0000000000000000000-")]
    public void An_id_that_was_not_made_here_is_nobodys(string id) => Assert.Null(HdfcIds.RefundKeyOf(id));
}
