using PaymentGateway.Http;
using PaymentGateway.Methods.Emi;

namespace PaymentGateway.Tests.Methods.Emi;

public sealed class EmiDecisionsTests
{
    private static readonly DateOnly start = new(2026, 1, 31);

    [Fact]
    public void Thirty_thousand_at_15_percent_in_six_months_to_the_paisa()
    {
        var plan = EmiDecisions.Plan(Rupees(30000), Term(6, 15), start);

        Assert.Equal(
        [
            (375.00m, 4846.01m, 67.50m, 5221.01m), (314.42m, 4906.59m, 56.60m, 5221.01m), (253.09m, 4967.92m, 45.56m, 5221.01m),
            (190.99m, 5030.02m, 34.38m, 5221.01m), (128.12m, 5092.89m, 23.06m, 5221.01m), (64.46m, 5156.57m, 11.60m, 5221.03m),
        ],
        plan.Schedule.Select(line => (line.Interest.ToMajor(), line.Principal.ToMajor(), line.Gst.ToMajor(), line.Amount.ToMajor())));
        Assert.Equal(
            (5221.01m, 1326.08m, 238.70m, 31326.08m),
            (plan.Monthly.ToMajor(), plan.TotalInterest.ToMajor(), plan.GstOnInterest.ToMajor(), plan.TotalAmount.ToMajor()));
    }

    [Fact]
    public void A_lakh_at_14_percent_in_a_year_to_the_paisa()
    {
        var plan = EmiDecisions.Plan(Rupees(100000), Term(12, 14), start);

        Assert.Equal(
            (8978.71m, 8978.73m, 7744.54m, 1394.02m),
            (plan.Monthly.ToMajor(), plan.Schedule[^1].Amount.ToMajor(), plan.TotalInterest.ToMajor(), plan.GstOnInterest.ToMajor()));
    }

    [Fact]
    public void Without_interest_the_price_is_divided()
    {
        var plan = EmiDecisions.Plan(Rupees(12000), Term(3, 0), start);

        Assert.All(plan.Schedule, line => Assert.Equal((4000m, 0m), (line.Amount.ToMajor(), line.Interest.ToMajor())));
    }

    [Fact]
    public void The_fee_bears_tax()
    {
        var plan = EmiDecisions.Plan(Rupees(12000), Term(3, 12) with { ProcessingFee = Rupees(199) }, start);

        Assert.Equal(35.82m, plan.GstOnFee.ToMajor());
    }

    [Theory]
    [InlineData(62000, 16, 9, 58060.93, 3939.07, 6888.89, 774.15, 139.35, 709.05)]
    [InlineData(30000, 15, 6, 28730.05, 1269.95, 5000.00, 359.13, 64.64, 228.58)]
    public void No_cost_is_the_interest_as_a_discount(
        int price, int percent, int months, decimal loan, decimal discount, decimal monthly, decimal interest, decimal gst, decimal allGst)
    {
        var plan = EmiDecisions.Plan(Rupees(price), Term(months, percent) with { NoCost = true }, start);

        Assert.Equal(
            (loan, discount, monthly, interest, gst, allGst),
            (plan.Loan.ToMajor(), plan.Discount.ToMajor(), plan.Monthly.ToMajor(), plan.Schedule[0].Interest.ToMajor(),
                plan.Schedule[0].Gst.ToMajor(), plan.GstOnInterest.ToMajor()));
        Assert.InRange(Math.Abs(plan.TotalAmount.ToMajor() - price), 0, 0.05m);
    }

    [Fact]
    public void Of_any_plan_the_principal_parts_add_up_and_interest_never_rises()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 2_000; round++)
        {
            var price = Money.FromMinor(random.NextInt64(2, 500_000_00), Currency.INR);
            var months = random.Next(2, 61);
            var term = Term(months, random.Next(0, 60_0000) / 10_000m) with { NoCost = round % 2 == 0 };

            var plan = EmiDecisions.Plan(price, term, start);

            var zero = Money.Zero(Currency.INR);
            Assert.Equal(months, plan.Schedule.Count);
            Assert.Equal(plan.Loan, plan.Schedule.Aggregate(zero, (sum, line) => sum + line.Principal));
            Assert.Equal(plan.Loan + plan.TotalInterest, plan.TotalAmount);
            Assert.Equal(zero, plan.Schedule[^1].Balance);
            Assert.False(plan.Discount.IsNegative);
            Assert.All(plan.Schedule, line => Assert.True(line is { Principal.IsNegative: false, Interest.IsNegative: false, Balance.IsNegative: false }));
            Assert.All(plan.Schedule.Zip(plan.Schedule.Skip(1)), pair =>
            {
                Assert.True(pair.Second.Interest <= pair.First.Interest);
                Assert.True(pair.Second.Balance <= pair.First.Balance);
            });
        }
    }

    [Fact]
    public void The_days_of_a_month_end_do_not_drift() => Assert.Equal(
        [new(2026, 2, 28), new(2026, 3, 31), new(2026, 4, 30)],
        EmiDecisions.Plan(Rupees(12000), Term(3, 0), start).Schedule.Select(line => line.DueDate));

    [Theory]
    [InlineData("the chosen tenure", 6, null, null, "credit", 10_000, "6 at 13")]
    [InlineData("unknown funding", 6, null, null, null, 10_000, "6 at 13")]
    [InlineData("a bank without a card of its own", 6, "ICIC", null, "credit", 10_000, "6 at 13")]
    [InlineData("the card's own bank", 6, null, "HDFC", "credit", 10_000, "6 at 15")]
    [InlineData("the named bank", 6, "HDFC", null, "credit", 10_000, "6 at 15")]
    [InlineData("a debit card", 6, null, null, "debit", 10_000, "credit_card_required")]
    [InlineData("a prepaid card", 6, null, null, "prepaid", 10_000, "credit_card_required")]
    [InlineData("another bank's card", 6, "HDFC", "ICIC", "credit", 10_000, "bank_mismatch")]
    [InlineData("below every minimum", 6, null, null, "credit", 2_499, "amount_below_minimum")]
    [InlineData("below the bank's minimum", 6, "HDFC", null, "credit", 2_999, "amount_below_minimum")]
    [InlineData("at the minimum", 6, null, null, "credit", 2_500, "6 at 13")]
    [InlineData("a tenure of another bank", 9, null, null, "credit", 10_000, "unknown_tenure")]
    public void Which_term_an_attempt_gets(string what, int tenure, string? bank, string? cardBank, string? funding, int amount, string expected)
    {
        var chosen = EmiDecisions.Choose(cards, Rupees(amount), tenure, bank, new(cardBank, funding));

        Assert.Equal(expected, chosen.IsRefused ? chosen.Refusal!.Details!["reason"] : $"{chosen.Value.Tenure} at {chosen.Value.InterestRate}");
        Assert.True(!chosen.IsRefused || chosen.Refusal!.Kind == Errors.EmiNotAvailable, what);
    }

    [Fact]
    public void An_unknown_tenure_is_told_which_are_known() =>
        Assert.Equal(new[] { 3, 6 }, EmiDecisions.Choose(cards, Rupees(10_000), 7, null, new(null, null)).Refusal!.Details!["allowed"]);

    [Fact]
    public void Another_currency_has_no_plans() => Assert.Equal("no_plans",
        EmiDecisions.Choose(cards, Money.FromMajor(10_000, Currency.USD), 6, null, new(null, null)).Refusal!.Details!["reason"]);

    private static readonly EmiTerm[] cards =
    [
        Term(6, 13), Term(3, 13),
        Term(6, 15) with { Bank = "HDFC", MinimumAmount = Rupees(3_000) }, Term(9, 15) with { Bank = "HDFC", MinimumAmount = Rupees(3_000) },
    ];

    private static EmiTerm Term(int months, decimal percent) => new(null, months, percent, Rupees(0), Rupees(2_500), NoCost: false);

    private static Money Rupees(int amount) => Money.FromMajor(amount, Currency.INR);
}
