using PaymentGateway.Payments;

namespace PaymentGateway.Tests.Payments;

/// <summary>Fees of parts, against the fee of the whole.</summary>
public sealed class FeeTermsTests
{
    [Theory]
    [InlineData(2, 18, 271667)]
    [InlineData(0.5, 18, 999)]
    [InlineData(2.95, 18, 100001)]
    [InlineData(0, 18, 5000)]
    [InlineData(100, 18, 5000)]
    [InlineData(95, 18, 5000)]
    public void However_an_amount_is_cut_its_parts_bring_the_fee_of_the_whole(decimal percent, decimal taxPercent, int minor)
    {
        var (random, terms) = (new Random(minor), new FeeTerms(percent, taxPercent));
        for (var cut = 0; cut < 500; cut++)
        {
            var (captured, fee, tax) = (Minor(0), Minor(0), Minor(0));
            while (captured.Minor < minor)
            {
                var left = minor - (int)captured.Minor;

                // The last part is large enough to bring what rounding left open.
                var part = left <= 200 ? left : random.Next(1, Math.Min(left - 100, minor / 3));
                var (partFee, partTax) = terms.OfPart(captured, (fee, tax), Minor(part));
                Assert.True(partFee.Minor >= 0 && partTax.Minor >= 0 && partFee.Minor + partTax.Minor <= part);
                (captured, fee, tax) = (captured + Minor(part), fee + partFee, tax + partTax);
            }

            Assert.Equal(terms.Of(Minor(minor)), (fee, tax));
        }
    }

    [Fact]
    public void A_part_never_owes_more_than_it_is_and_the_next_one_takes_what_that_leaves()
    {
        // 2 % of 1.25 is 2.5 paise, half to even 2; of 1.26 it is 3, and the tax on it rises to 1 paisa with the same paisa.
        var terms = new FeeTerms(2, 18);
        var first = terms.OfPart(Minor(0), (Minor(0), Minor(0)), Minor(125));
        var second = terms.OfPart(Minor(125), first, Minor(1));
        var third = terms.OfPart(Minor(126), (first.Fee + second.Fee, first.Tax + second.Tax), Minor(1));

        Assert.Equal((Minor(2), Minor(0)), first);
        Assert.Equal((Minor(1), Minor(0)), second);
        Assert.Equal((Minor(0), Minor(1)), third);
    }

    private static Money Minor(int minor) => Money.FromMinor(minor, Currency.INR);
}
