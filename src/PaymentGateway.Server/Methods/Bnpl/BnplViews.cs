namespace PaymentGateway.Methods.Bnpl;

/// <summary>A way to pay later. It has one due date, or instalments.</summary>
/// <param name="Id"><c>bnpl_15days</c> or <c>bnpl_2installments</c>.</param>
/// <param name="InterestRate">Percent; 0.</param>
/// <param name="TotalAmount">What the customer pays in all, in major units.</param>
public sealed record BnplPlanView(
    string Id, string Name, DateOnly? DueDate, IReadOnlyList<BnplDueView>? Installments, decimal InterestRate, decimal TotalAmount);

/// <param name="DueDate">The last day to pay, in India.</param>
public sealed record BnplDueView(DateOnly DueDate, decimal Amount);

/// <summary>Whether a customer can pay an amount later, and how.</summary>
/// <param name="Reason">Why not: <c>credit_limit_exceeded</c>, <c>pending_dues</c>, <c>currency_not_supported</c>, <c>method_not_enabled</c>.</param>
/// <param name="MaxAmount">The customer's credit limit.</param>
/// <param name="AvailableCredit">What is left of it.</param>
public sealed record BnplEligibilityView(
    bool Eligible, string? Reason, decimal MaxAmount, decimal AvailableCredit, IReadOnlyList<BnplPlanView> Plans);

/// <summary>What a customer agreed to, as a payment shows it.</summary>
/// <param name="Installments">All that is to be paid, also when it is one sum.</param>
public sealed record BnplDetails(
    string PlanId, string Name, decimal TotalAmount, decimal InterestRate, DateOnly? DueDate, IReadOnlyList<BnplDueView> Installments,
    DateTimeOffset ConsentedAt);

/// <summary>An instalment as it is sent.</summary>
/// <param name="AmountRefunded">What refunds took off it before it was paid.</param>
/// <param name="AmountDue">What is left to pay, or was paid.</param>
/// <param name="Status"><c>due</c>, <c>overdue</c>, <c>paid</c>, <c>written_off</c> or <c>refunded</c>.</param>
/// <param name="Reference">The lender's receipt.</param>
public sealed record InstallmentView(
    string Id, string PaymentId, string? OrderId, string CustomerId, string PlanId, int Number, decimal Amount, decimal AmountRefunded,
    decimal AmountDue, string Currency, DateOnly DueDate, InstallmentState Status, DateTimeOffset? PaidAt, string? Reference, DateTimeOffset? WrittenOffAt, DateTimeOffset CreatedAt)
{
    internal static InstallmentView Of(Installment now) => new(
        now.Id, now.PaymentId, now.OrderId, now.CustomerId, now.PlanId, now.Number, now.Amount.ToMajor(), now.AmountRefunded.ToMajor(),
        now.AmountDue.ToMajor(), now.Amount.Currency.Code, now.DueDate, now.State, now.PaidAt, now.Reference, now.WrittenOffAt, now.CreatedAt);
}
