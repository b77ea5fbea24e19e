namespace PaymentGateway.Ledger;

public enum AccountKind
{
    Asset,
    Liability,
    Income,
    Expense,
}

/// <summary>An account of the chart; every merchant, mode and currency has its own.</summary>
/// <param name="Code">Stable, stands in the database.</param>
/// <param name="MayGoNegative">
/// False for balances that are somebody's money to spend: the database locks such an account and refuses an overdraft.
/// </param>
public sealed record Account(string Code, AccountKind Kind, bool MayGoNegative = true);

/// <summary>Where an entry counts: in the balance, or in what is held on one side.</summary>
public enum Layer
{
    Posted,
    PendingDebit,
    PendingCredit,
}

/// <summary>One line of a transaction. A debit is positive, a credit negative.</summary>
public sealed record Entry(Account Account, Layer Layer, Money Amount)
{
    public static Entry Debit(Account account, Money amount) => new(account, Layer.Posted, amount);

    public static Entry Credit(Account account, Money amount) => new(account, Layer.Posted, amount.Negate());

    public static Entry PendingDebit(Account account, Money amount) => new(account, Layer.PendingDebit, amount);

    public static Entry PendingCredit(Account account, Money amount) => new(account, Layer.PendingCredit, amount.Negate());

    internal Entry Reversed() => this with { Amount = Amount.Negate() };
}

public enum Phase
{
    /// <summary>Final at once.</summary>
    Posted,

    /// <summary>Held; to be posted or voided later, once.</summary>
    Pending,

    PostPending,

    VoidPending,
}

/// <summary>A transaction to be booked: pure data, made by a decision.</summary>
/// <param name="BusinessKey">Names the fact, such as <c>capture:ch_…</c>; the same fact cannot be booked twice.</param>
/// <param name="ResolvesKey">The business key of the pending transaction that this one posts or voids.</param>
/// <param name="SubjectId">The object it is about.</param>
public sealed record Posting(
    string BusinessKey, Phase Phase, string? ResolvesKey, string SubjectId, string Description, IReadOnlyList<Entry> Entries);

/// <summary>The chart of accounts and every posting of the server.</summary>
public static class Chart
{
    /// <summary>What the processor has taken from customers and still owes us.</summary>
    public static Account ProcessorReceivable(string connector) => new($"processor_receivable:{connector}", AccountKind.Asset);

    /// <summary>What we owe the merchant.</summary>
    public static Account MerchantPayable { get; } = new("merchant_payable", AccountKind.Liability);

    public static Account FeeIncome { get; } = new("fee_income", AccountKind.Income);

    /// <summary>Tax on our fee (GST in India), owed to the state.</summary>
    public static Account TaxPayable { get; } = new("tax_payable", AccountKind.Liability);

    /// <summary>Interest of no-cost EMI that merchants bear: what the processor keeps back when it settles.</summary>
    public static Account EmiSubventionPayable { get; } = new("emi_subvention_payable", AccountKind.Liability);

    /// <summary>Money that a processor took and that nobody has found a place for yet.</summary>
    public static Account Suspense { get; } = new("suspense", AccountKind.Liability);

    /// <summary>Money that a processor had reported and will not pay.</summary>
    public static Account WriteOffs { get; } = new("write_offs", AccountKind.Expense);

    /// <summary>Every account that a payment through <paramref name="connector"/> can touch.</summary>
    public static IReadOnlyList<Account> OfPayment(string connector) =>
        [ProcessorReceivable(connector), MerchantPayable, FeeIncome, TaxPayable];

    /// <summary>The processor holds the customer's money: both sides are pending in full, fees are due only on capture.</summary>
    /// <param name="holdId">
    /// Names the hold: the charge for the first; the capture that left a rest, or the increment, for one that takes its place.
    /// </param>
    public static Posting Authorized(string holdId, string paymentId, string connector, Money amount) => new(
        HoldKey(holdId), Phase.Pending, null, paymentId, "Payment authorized",
        AuthorizationEntries(connector, amount));

    /// <summary>
    /// The processor took the money: it owes us the gross, we owe the merchant the net, the fee is ours and the tax on it is the state's.
    /// </summary>
    public static Posting Captured(string captureId, string paymentId, string connector, Money gross, Money fee, Money tax) => new(
        $"capture:{captureId}", Phase.Posted, null, paymentId, "Payment captured", CaptureEntries(connector, gross, fee, tax));

    /// <summary>
    /// As <see cref="Captured"/>, for money that was authorized before: the hold is taken back whole in the same transaction. What is
    /// held beyond the gross goes on as a new hold, or is released.
    /// </summary>
    public static Posting CapturedAfterAuthorization(
        string captureId, string holdId, string paymentId, string connector, Money held, Money gross, Money fee, Money tax) => new(
        $"capture:{captureId}", Phase.PostPending, HoldKey(holdId), paymentId, "Authorized payment captured",
        [.. AuthorizationEntries(connector, held).Select(e => e.Reversed()), .. CaptureEntries(connector, gross, fee, tax)]);

    /// <summary>The hold is released, or gives way to a larger one.</summary>
    public static Posting Voided(string holdId, string paymentId, string connector, Money held) => new(
        $"void:{holdId}", Phase.VoidPending, HoldKey(holdId), paymentId, "Authorization released",
        [.. AuthorizationEntries(connector, held).Select(e => e.Reversed())]);

    /// <summary>The merchant bears the interest of a no-cost EMI: we owe it so much less, and the processor will keep it back.</summary>
    /// <param name="chargeId">The attempt.</param>
    /// <param name="paymentId">Its payment.</param>
    /// <param name="captured">All that is captured of the charge with this posting: names the capture.</param>
    /// <param name="discount">The interest of what is captured now.</param>
    public static Posting EmiSubvention(string chargeId, string paymentId, Money captured, Money discount) => new(
        $"emi_subvention:{chargeId}:{captured.Minor}", Phase.Posted, null, paymentId, "Interest of no-cost EMI borne by the merchant",
        [Entry.Debit(MerchantPayable, discount), Entry.Credit(EmiSubventionPayable, discount)]);

    /// <summary>Money is to go back to the customer: reserved on both sides until the processor has done it.</summary>
    public static Posting RefundPending(string refundId, string connector, Money amount) => new(
        RefundPendingKey(refundId), Phase.Pending, null, refundId, "Refund requested", RefundPendingEntries(connector, amount));

    /// <summary>
    /// The processor gave the money back and takes it off what it owes us. Fee and tax are the parts that the merchant gets back.
    /// </summary>
    public static Posting Refunded(string refundId, string connector, Money amount, Money fee, Money tax) => new(
        $"refund:{refundId}", Phase.PostPending, RefundPendingKey(refundId), refundId, "Payment refunded",
        [
            .. RefundPendingEntries(connector, amount).Select(e => e.Reversed()),
            .. CaptureEntries(connector, amount, fee, tax).Select(e => e.Reversed()),
        ]);

    /// <summary>The refund will not happen: nothing is reserved any more.</summary>
    public static Posting RefundVoided(string refundId, string connector, Money amount) => new(
        $"refund_void:{refundId}", Phase.VoidPending, RefundPendingKey(refundId), refundId, "Refund not done",
        [.. RefundPendingEntries(connector, amount).Select(e => e.Reversed())]);

    /// <summary>A refund that was done came back: the money is where it was after the capture.</summary>
    public static Posting RefundReversed(string refundId, string connector, Money amount, Money fee, Money tax) => new(
        $"refund_reversal:{refundId}", Phase.Posted, null, refundId, "Refund came back", CaptureEntries(connector, amount, fee, tax));

    /// <summary>The processor took money that does not fit what we know: it owes it to us, and whose it is a person has to find out.</summary>
    public static Posting Suspended(string itemId, string connector, Money amount) => new(
        $"suspense:{itemId}", Phase.Posted, null, itemId, "Money that does not fit, in suspense",
        [Entry.Debit(ProcessorReceivable(connector), amount), Entry.Credit(Suspense, amount)]);

    /// <summary>The money has a place, which books it anew, or never came.</summary>
    public static Posting SuspenseCleared(string itemId, string connector, Money amount) => new(
        $"suspense_cleared:{itemId}", Phase.Posted, null, itemId, "Out of suspense",
        [Entry.Debit(Suspense, amount), Entry.Credit(ProcessorReceivable(connector), amount)]);

    /// <summary>The processor will not pay what it had reported: our loss, not the merchant's.</summary>
    public static Posting WrittenOff(string itemId, string connector, Money amount) => new(
        $"write_off:{itemId}", Phase.Posted, null, itemId, "Written off",
        [Entry.Debit(WriteOffs, amount), Entry.Credit(ProcessorReceivable(connector), amount)]);

    private static string RefundPendingKey(string refundId) => $"refund_pending:{refundId}";

    private static Entry[] RefundPendingEntries(string connector, Money amount) =>
        [Entry.PendingDebit(MerchantPayable, amount), Entry.PendingCredit(ProcessorReceivable(connector), amount)];

    private static string HoldKey(string holdId) => $"authorize:{holdId}";

    private static Entry[] AuthorizationEntries(string connector, Money amount) =>
        [Entry.PendingDebit(ProcessorReceivable(connector), amount), Entry.PendingCredit(MerchantPayable, amount)];

    private static Entry[] CaptureEntries(string connector, Money gross, Money fee, Money tax) =>
        [.. new[]
        {
            Entry.Debit(ProcessorReceivable(connector), gross),
            Entry.Credit(MerchantPayable, gross - fee - tax),
            Entry.Credit(FeeIncome, fee),
            Entry.Credit(TaxPayable, tax),
        }.Where(e => !e.Amount.IsZero)];
}
