using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Methods.Bnpl;

namespace PaymentGateway.Tests.Methods.Bnpl;

public sealed class BnplDecisionsTests
{
    private static readonly DateOnly today = new(2024, 1, 15);
    private static readonly DateTimeOffset consented = new(2024, 1, 15, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Both_plans_are_offered_with_their_days_and_amounts()
    {
        var answer = BnplDecisions.Eligibility(Line(used: 800), Rupees(1200.01m), today);

        Assert.Equal((true, null, 5000m, 4200m), (answer.Eligible, answer.Reason, answer.MaxAmount, answer.AvailableCredit));
        Assert.Equal(["bnpl_15days", "bnpl_2installments"], answer.Plans.Select(plan => plan.Id));
        Assert.Equal((new DateOnly(2024, 1, 30), null), (answer.Plans[0].DueDate, answer.Plans[0].Installments));
        Assert.Equal([new(new(2024, 1, 22), 600.01m), new(new(2024, 2, 5), 600m)], answer.Plans[1].Installments!);
        Assert.All(answer.Plans, plan => Assert.Equal((0m, 1200.01m), (plan.InterestRate, plan.TotalAmount)));
    }

    [Theory]
    [InlineData(4200, false, null)]
    [InlineData(4200.01, false, "credit_limit_exceeded")]
    [InlineData(1, true, "pending_dues")]
    public void Who_may_pay_later(decimal amount, bool hasDues, string? reason)
    {
        var line = Line(used: 800) with { HasDues = hasDues };

        var answer = BnplDecisions.Eligibility(line, Rupees(amount), today);
        var agreed = BnplDecisions.Agree(line, Rupees(amount), "bnpl_15days", consented, today);

        Assert.Equal(reason, answer.Reason);
        Assert.Equal((reason is null, reason is null), (answer.Eligible, answer.Plans.Count > 0));
        Assert.Equal(reason, agreed.Refusal?.Details!["reason"]);
        Assert.True(reason is null || agreed.Refusal!.Kind == Errors.BnplNotAvailable);
    }

    [Fact]
    public void Another_currency_than_the_lines_is_not_lent() => Assert.Equal("currency_not_supported",
        BnplDecisions.Eligibility(Line(0), Money.FromMajor(10, Currency.USD), today).Reason);

    [Fact]
    public void An_unknown_plan_is_a_mistake_of_the_request() => Assert.Equal(
        Errors.ValidationFailed, BnplDecisions.Agree(Line(0), Rupees(10), "bnpl_never", consented, today).Refusal!.Kind);

    [Fact]
    public void Instalments_of_any_captures_add_up_to_what_was_captured()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 1_000; round++)
        {
            var whole = Money.FromMinor(random.Next(1, 500_000), Currency.INR);
            var details = BnplDecisions.Agree(Line(0), whole, BnplDecisions.PlanIds[round % 2], consented, today).Value;
            var captured = Money.FromMinor(random.NextInt64(1, whole.Minor + 1), Currency.INR);

            var parts = BnplDecisions.Financed(details, captured);

            Assert.Equal(captured, parts.Aggregate(Money.Zero(Currency.INR), (sum, part) => sum + part.Amount));
            Assert.All(parts, part => Assert.True(part.Amount.IsPositive));
        }
    }

    private static CreditLine Line(decimal used) => new(new Tenant("M", Mode.Test), "asha", Rupees(5000), Rupees(used), HasDues: false);

    private static Money Rupees(decimal amount) => Money.FromMajor(amount, Currency.INR);
}
