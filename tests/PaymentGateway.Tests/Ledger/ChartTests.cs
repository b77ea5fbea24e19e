using PaymentGateway.Ledger;

namespace PaymentGateway.Tests.Ledger;

/// <summary>A hold that is taken in parts and raised: the book says at every step what is held and what is taken.</summary>
public sealed class ChartTests : IAsyncLifetime
{
    private TestBook book = null!;

    public async ValueTask InitializeAsync() => book = await TestBook.Create();

    public ValueTask DisposeAsync() => book.DisposeAsync();

    [Fact]
    public async Task A_part_takes_back_the_whole_hold_and_leaves_a_new_one_for_the_rest()
    {
        await Book(Chart.Authorized("ch_1", "pay_1", TestBook.Connector, Minor(10_000)));
        await Book(Chart.CapturedAfterAuthorization("cap_1", "ch_1", "pay_1", TestBook.Connector, Minor(10_000), Minor(4_000), Minor(80), Minor(14)));
        await Book(Chart.Authorized("cap_1", "pay_1", TestBook.Connector, Minor(6_000)));
        Assert.Equal((6_000, 4_000, 3_906, 80, 14), await Sums());

        await Book(Chart.Voided("cap_1", "pay_1", TestBook.Connector, Minor(6_000)));
        Assert.Equal((0, 4_000, 3_906, 80, 14), await Sums());
        Assert.True((await book.Verifier.Verify(default)).Holds);
    }

    [Fact]
    public async Task An_increment_gives_the_hold_back_and_takes_a_larger_one()
    {
        await Book(Chart.Authorized("ch_1", "pay_1", TestBook.Connector, Minor(10_000)));
        await Book(Chart.Voided("ch_1", "pay_1", TestBook.Connector, Minor(10_000)));
        await Book(Chart.Authorized("inc_1", "pay_1", TestBook.Connector, Minor(15_000)));

        Assert.Equal((15_000, 0, 0, 0, 0), await Sums());
        Assert.False(await book.Booked(Chart.Voided("ch_1", "pay_1", TestBook.Connector, Minor(10_000))));
    }

    private async Task Book(Posting posting) => Assert.True(await book.Booked(posting));

    private async Task<(long Held, long Received, long Owed, long Fee, long Tax)> Sums()
    {
        var balances = await book.Balances(TestBook.Shop);
        var receivable = Chart.ProcessorReceivable(TestBook.Connector).Code;
        return (balances.GetValueOrDefault((receivable, Layer.PendingDebit)), balances.GetValueOrDefault((receivable, Layer.Posted)),
            -balances.GetValueOrDefault((Chart.MerchantPayable.Code, Layer.Posted)), -balances.GetValueOrDefault((Chart.FeeIncome.Code, Layer.Posted)),
            -balances.GetValueOrDefault((Chart.TaxPayable.Code, Layer.Posted)));
    }

    private static Money Minor(int minor) => Money.FromMinor(minor, Currency.INR);
}
