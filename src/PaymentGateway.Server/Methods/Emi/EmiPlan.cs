namespace PaymentGateway.Methods.Emi;

/// <summary>One line of a rate card: what a bank asks for a tenure.</summary>
/// <param name="Bank">Null: every bank that has no card of its own.</param>
/// <param name="Tenure">In months.</param>
/// <param name="InterestRate">Percent a year, on the reducing balance.</param>
/// <param name="ProcessingFee">Billed to the customer by the bank, not by us.</param>
/// <param name="NoCost">The merchant bears the interest as a discount.</param>
public sealed record EmiTerm(string? Bank, int Tenure, decimal InterestRate, Money ProcessingFee, Money MinimumAmount, bool NoCost);

/// <summary>One monthly instalment.</summary>
/// <param name="Gst">On the interest, billed by the bank beside the instalment.</param>
/// <param name="Balance">What is owed afterwards.</param>
public sealed record EmiInstallment(int Number, DateOnly DueDate, Money Amount, Money Principal, Money Interest, Money Gst, Money Balance);

/// <summary>What a customer pays month by month when an amount is paid under a term.</summary>
/// <param name="Loan">What the bank lends: the price, less the discount when the plan is no-cost.</param>
/// <param name="Monthly">Of every month but the last, which takes the rest.</param>
public sealed record EmiPlan(EmiTerm Term, Money Price, Money Loan, Money Monthly, IReadOnlyList<EmiInstallment> Schedule)
{
    /// <summary>What the merchant gives up of the price, so that the customer pays about the price in all.</summary>
    public Money Discount => Price - Loan;

    public Money TotalInterest => Sum(line => line.Interest);

    public Money TotalAmount => Sum(line => line.Amount);

    public Money GstOnInterest => Sum(line => line.Gst);

    public Money GstOnFee => Gst.On(Term.ProcessingFee, Gst.StandardPercent);

    private Money Sum(Func<EmiInstallment, Money> part) => Schedule.Select(part).Aggregate(Money.Zero(Price.Currency), (sum, next) => sum + next);
}
