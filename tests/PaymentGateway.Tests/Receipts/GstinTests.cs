using PaymentGateway.Receipts;

namespace PaymentGateway.Tests.Receipts;

public sealed class GstinTests
{
    [Theory]
    [InlineData("27AAPFU0939F1ZV", "Maharashtra", "AAPFU0939F")]
    [InlineData("29AAGCB7383J1Z4", "Karnataka", "AAGCB7383J")]
    [InlineData("32AABCL8151B1Z1", "Kerala", "AABCL8151B")]
    [InlineData("27ABCDE1234F1Z0", "Maharashtra", "ABCDE1234F")]
    [InlineData("29ABCDE1234F1ZW", "Karnataka", "ABCDE1234F")]
    public void A_number_with_its_check_character_is_read(string text, string state, string pan)
    {
        var gstin = Gstin.Parse(text);
        Assert.Equal((text, state, pan), (gstin?.ToString(), gstin?.State.Name, gstin?.Pan));
    }

    [Fact]
    public void Every_other_check_character_is_refused() => Assert.Equal(
        ["27AAPFU0939F1ZV"],
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".Select(check => $"27AAPFU0939F1Z{check}").Where(text => Gstin.Parse(text) is not null));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("27AAPFU0939F1Z")]
    [InlineData("27aapfu0939f1zv")]
    [InlineData("27AAPFU0939F1YV")]
    [InlineData("00AAPFU0939F1ZV")]
    [InlineData("27AAPFU093911ZV")]
    [InlineData("27AAPFU0939F1ZV ")]
    [InlineData("27ÄAPFU0939F1ZV")]
    public void What_is_no_number_is_refused(string? text) => Assert.Null(Gstin.Parse(text));

    [Fact]
    public void The_states_are_known_by_two_digits_and_territories_without_an_assembly_have_utgst()
    {
        Assert.Equal(37, GstState.All.Count());
        Assert.All(GstState.All, state => Assert.Matches("^[0-9]{2}$", state.Code));
        Assert.Equal(["04", "26", "31", "35", "38", "97"], GstState.All.Where(state => state.HasUtgst).Select(state => state.Code));
        Assert.Equal("Delhi (07)", GstState.Find("07")?.ToString());
        Assert.Null(GstState.Find("28"));
    }

    [Theory]
    [InlineData("2026-03-31T18:29:59Z", "2025-26")]
    [InlineData("2026-03-31T18:30:00Z", "2026-27")]
    [InlineData("2026-12-31T23:00:00Z", "2026-27")]
    [InlineData("2099-04-01T00:00:00Z", "2099-00")]
    public void The_financial_year_begins_with_April_in_India(string time, string year) =>
        Assert.Equal(year, FinancialYear.Of(FinancialYear.DayOf(DateTimeOffset.Parse(time))).ToString());
}
