namespace PaymentGateway.Methods.Emi;

/// <summary>A plan as it is offered. Amounts are in major units.</summary>
/// <param name="InterestRate">Percent a year.</param>
/// <param name="TotalAmount">All instalments; the fee and taxes are billed beside them by the bank.</param>
/// <param name="GstOnInterest">Billed by the bank on each instalment's interest, also when the plan is no-cost.</param>
/// <param name="NoCost">The interest is given as a discount by the merchant.</param>
/// <param name="LoanAmount">What the bank lends: the price less the discount.</param>
/// <param name="Bank">Absent: any bank.</param>
/// <param name="AfterRefund">What a refund of the payment means for the loan; absent: none was made.</param>
public sealed record EmiPlanView(
    int Tenure, decimal MonthlyInstallment, decimal InterestRate, decimal TotalAmount, decimal ProcessingFee, decimal GstOnFee,
    decimal TotalInterest, decimal GstOnInterest, bool NoCost, decimal LoanAmount, decimal Discount, string? Bank,
    IReadOnlyList<EmiInstallmentView>? Schedule, EmiRefundView? AfterRefund = null)
{
    /// <summary>As agreed, with what became of it by refunds of the payment.</summary>
    public EmiPlanView After(Money refunded, Money captured) => refunded.IsZero ? this : this with { AfterRefund = EmiRefundView.Of(refunded, captured) };

    internal static EmiPlanView Of(EmiPlan plan, bool withSchedule) => new(
        plan.Term.Tenure, plan.Monthly.ToMajor(), plan.Term.InterestRate, plan.TotalAmount.ToMajor(), plan.Term.ProcessingFee.ToMajor(),
        plan.GstOnFee.ToMajor(), plan.TotalInterest.ToMajor(), plan.GstOnInterest.ToMajor(), plan.Term.NoCost, plan.Loan.ToMajor(),
        plan.Discount.ToMajor(), plan.Term.Bank, withSchedule ? [.. plan.Schedule.Select(EmiInstallmentView.Of)] : null);
}

/// <summary>The loan is the bank's, and so is what a refund does to it: this says what to expect, and that we do not decide it.</summary>
/// <param name="Outcome"><c>foreclosed_by_bank</c> after a full refund, <c>decided_by_bank</c> after a part.</param>
/// <param name="Note">A sentence for the customer.</param>
public sealed record EmiRefundView(decimal AmountRefunded, string Outcome, string Note)
{
    internal static EmiRefundView Of(Money refunded, Money captured) => refunded == captured
        ? new(refunded.ToMajor(), "foreclosed_by_bank",
            "The bank closes the EMI when the refund reaches it. Interest billed until then, the processing fee and the taxes on both stay with the bank.")
        : new(refunded.ToMajor(), "decided_by_bank",
            "The bank sets the refund off against what is owed. Whether instalments become smaller or fewer, or stay as they are, is decided by the bank.");
}

/// <param name="DueDate">The same day of each month; the bank's statement date decides in the end.</param>
/// <param name="Gst">On the interest, billed beside the amount.</param>
/// <param name="Balance">What is owed afterwards.</param>
public sealed record EmiInstallmentView(
    int Number, DateOnly DueDate, decimal Amount, decimal Principal, decimal Interest, decimal Gst, decimal Balance)
{
    internal static EmiInstallmentView Of(EmiInstallment line) => new(
        line.Number, line.DueDate, line.Amount.ToMajor(), line.Principal.ToMajor(), line.Interest.ToMajor(), line.Gst.ToMajor(), line.Balance.ToMajor());
}
