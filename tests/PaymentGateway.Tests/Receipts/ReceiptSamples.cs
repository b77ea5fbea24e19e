using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Payments;
using PaymentGateway.Receipts;
using PaymentGateway.Refunds;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Receipts;

/// <summary>Suppliers, payments and receipts without a server.</summary>
internal static class ReceiptSamples
{
    public static readonly DateTimeOffset When = new(2026, 4, 5, 9, 30, 0, TimeSpan.Zero);

    private static readonly Tenant tenant = new("MERCH_FH_001", Mode.Test);

    public static Supplier School { get; } = new(
        tenant, 1, "ABC Learning LLP", ["5 FC Road", "Pune 411004"], "IN", GstState.Find("27"), Gstin.Parse("27ABCDE1234F1Z0"), null, "AB", "AC",
        "999293", "help@abc.example", When);

    public static Supplier Unregistered { get; } = School with { Gstin = null, TaxId = "ABCDE1234F" };

    public static Supplier Kazakh { get; } = new(
        tenant, 1, "ТОО «Білім Қоғамы»", ["Абай даңғылы 52", "Алматы 050008"], "KZ", null, null, "БСН 190440033451", "KZ", "KC", null,
        "көмек@bilim.example", When);

    public static Money Rupees(decimal amount) => Money.FromMajor(amount, Currency.INR);

    public static Payment Paid(Money amount, MethodSummary? method = null)
    {
        var payment = RefundDecisionsTests.Captured(amount.Minor);
        return payment with
        {
            Amount = amount,
            AmountCaptured = amount,
            AmountRefunded = Money.Zero(amount.Currency),
            PaidAt = When.AddMinutes(-12),
            Charge = payment.Charge! with { Summary = method ?? new("card", "visa", "1111"), Reference = "sbx_01m7y68xkheke8msw28kswwsav" },
        };
    }

    public static ReceiptDraftLine Line(decimal price, decimal discount = 0, decimal? percent = null, Taxability taxability = Taxability.Taxable) =>
        new("Tally course", Rupees(price)) { Discount = discount == 0 ? null : Rupees(discount), TaxPercent = percent, Taxability = taxability };

    public static ReceiptBuyer Asha(string? state = "27", string? gstin = null) => new("Asha Rao", ["7 Lake View", "Pune 411002"], state, gstin);

    /// <summary>As the database gives it back.</summary>
    public static Receipt Issued(NewReceipt made, long serial = 123) => new()
    {
        Id = made.Id,
        Tenant = made.Tenant,
        Kind = made.Kind,
        Number = $"{made.Series}/26-27/{serial:D6}",
        FinancialYear = made.FinancialYear,
        IssuedOn = made.IssuedOn,
        PaymentId = made.PaymentId,
        RefundId = made.RefundId,
        OriginalId = made.OriginalId,
        Position = made.Position,
        Amount = made.Amount,
        Content = made.Content,
        CreatedAt = made.CreatedAt,
    };

    public static Receipt Issue(Supplier supplier, ReceiptDraft draft, Money paid) =>
        Issued(ReceiptDecisions.Issue(supplier, draft, Paid(paid), "rcp_1", When).Value);

    public static Refund Refunded(Money amount) => new()
    {
        Id = "re_1",
        Tenant = tenant,
        PaymentId = "pay_1",
        ChargeId = "ch_1",
        Connector = "sandbox",
        Amount = amount,
        Fee = Money.Zero(amount.Currency),
        Tax = Money.Zero(amount.Currency),
        State = RefundState.Succeeded,
        Reason = RefundReason.RequestedByCustomer,
        Metadata = "{}",
        RequestedBy = "pk_1",
        ApprovalsRequired = 0,
        SecondFactorRequired = false,
        TraceNumber = "ARN7X8A2C4E6G8J0M2P4R6",
        Days = 5,
        CreatedAt = When,
        ProcessedAt = When.AddDays(2),
        Version = 1,
    };
}
