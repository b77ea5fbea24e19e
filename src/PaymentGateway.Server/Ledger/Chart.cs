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

    /// <summary>What a customer has left here to spend. It is their money: it may not go negative.</summary>
    public static Account CustomerBalance(string customerId) => new($"customer_balance:{customerId}", AccountKind.Liability, MayGoNegative: false);

    /// <summary>Every account that a customer's balance can touch.</summary>
    public static IReadOnlyList<Account> OfBalance(string customerId) => [CustomerBalance(customerId), BalancesReceivable, MerchantPayable];

    /// <summary>What the processor took for disputes beyond what was left of their payments: to be claimed back from it.</summary>
    public static Account DisputeClaims(string connector) => new($"dispute_claims:{connector}", AccountKind.Asset);

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

    /// <summary>The merchant gives to a customer what we owed to the merchant; less than nothing: takes it back.</summary>
    public static Posting BalanceAdjusted(string transactionId, string customerId, Money amount) => new(
        $"balance_adjustment:{transactionId}", Phase.Posted, null, customerId, "Customer balance adjusted",
        [new(MerchantPayable, Layer.Posted, amount), new(CustomerBalance(customerId), Layer.Posted, amount.Negate())]);

    /// <summary>A part of a balance waits for the capture of a payment.</summary>
    public static Posting BalanceHeld(string key, string customerId, Money amount) => new(
        BalanceHoldKey(key), Phase.Pending, null, customerId, "Customer balance held", BalanceHoldEntries(customerId, amount));

    /// <summary>A payment takes its amount: the balance stands for a processor, and owes us no more than it has given.</summary>
    public static Posting BalancePaid(string key, string customerId, Money amount) => new(
        $"balance_payment:{key}", Phase.Posted, null, customerId, "Paid from customer balance", BalancePaidEntries(customerId, amount));

    /// <summary>As <see cref="BalancePaid"/>, for money that was held: the hold is taken back whole, and a rest goes on as a new one.</summary>
    public static Posting BalanceCaptured(string key, string holdKey, string customerId, Money held, Money amount) => new(
        $"balance_payment:{key}", Phase.PostPending, BalanceHoldKey(holdKey), customerId, "Paid from customer balance",
        [.. BalanceHoldEntries(customerId, held).Select(e => e.Reversed()), .. BalancePaidEntries(customerId, amount)]);

    public static Posting BalanceReleased(string holdKey, string customerId, Money held) => new(
        $"balance_release:{holdKey}", Phase.VoidPending, BalanceHoldKey(holdKey), customerId, "Customer balance released",
        [.. BalanceHoldEntries(customerId, held).Select(e => e.Reversed())]);

    public static Posting BalanceRefunded(string refundId, string customerId, Money amount) => new(
        $"balance_refund:{refundId}", Phase.Posted, null, customerId, "Refunded to customer balance",
        [.. BalancePaidEntries(customerId, amount).Select(e => e.Reversed())]);

    /// <summary>Of the connector that pays from balances: zero whenever its payments and its balances have said the same.</summary>
    private static Account BalancesReceivable { get; } = ProcessorReceivable("account");

    private static string BalanceHoldKey(string key) => $"balance_hold:{key}";

    private static Entry[] BalanceHoldEntries(string customerId, Money amount) =>
        [Entry.PendingDebit(CustomerBalance(customerId), amount), Entry.PendingCredit(BalancesReceivable, amount)];

    private static Entry[] BalancePaidEntries(string customerId, Money amount) =>
        [Entry.Debit(CustomerBalance(customerId), amount), Entry.Credit(BalancesReceivable, amount)];

    /// <summary>The customer's bank took captured money back: the processor keeps it from what it owes us, we from the merchant. The fee stays.</summary>
    /// <param name="chargeId">The attempt.</param>
    /// <param name="paymentId">Its payment.</param>
    /// <param name="connector">The processor.</param>
    /// <param name="returned">All that went back of the charge with this posting: names the return.</param>
    /// <param name="amount">What goes back now.</param>
    public static Posting Returned(string chargeId, string paymentId, string connector, Money returned, Money amount) => new(
        $"return:{chargeId}:{returned.Minor}", Phase.Posted, null, paymentId, "Debit came back",
        [Entry.Debit(MerchantPayable, amount), Entry.Credit(ProcessorReceivable(connector), amount)]);

    /// <summary>
    /// The customer's bank took the money: the processor owes us so much less, and we owe the merchant less by what was left of the payment.
    /// </summary>
    /// <param name="disputeId">The dispute.</param>
    /// <param name="number">Counts what the dispute has booked: money may be taken, returned and taken again.</param>
    /// <param name="connector">The processor.</param>
    /// <param name="amount">What is disputed.</param>
    /// <param name="taken">What of it was left of the payment.</param>
    public static Posting DisputeTaken(string disputeId, int number, string connector, Money amount, Money taken) => new(
        $"dispute:{disputeId}:{number}", Phase.Posted, null, disputeId, "Payment disputed", DisputeEntries(connector, amount, taken));

    /// <summary>The money that a dispute took is back.</summary>
    public static Posting DisputeReturned(string disputeId, int number, string connector, Money amount, Money taken) => new(
        $"dispute_return:{disputeId}:{number}", Phase.Posted, null, disputeId, "Disputed money returned",
        [.. DisputeEntries(connector, amount, taken).Select(e => e.Reversed())]);

    /// <summary>More of the payment became free, and is taken in place of what was to be claimed from the processor.</summary>
    public static Posting DisputeCovered(string disputeId, int number, string connector, Money more) => new(
        $"dispute_cover:{disputeId}:{number}", Phase.Posted, null, disputeId, "Disputed money taken from what became free",
        [Entry.Debit(MerchantPayable, more), Entry.Credit(DisputeClaims(connector), more)]);

    /// <summary>What the processor charges for a dispute is the merchant's expense.</summary>
    public static Posting DisputeFee(string disputeId, int number, string connector, Money fee) => new(
        $"dispute_fee:{disputeId}:{number}", Phase.Posted, null, disputeId, "Dispute fee", DisputeFeeEntries(connector, fee));

    public static Posting DisputeFeeReturned(string disputeId, int number, string connector, Money fee) => new(
        $"dispute_fee_return:{disputeId}:{number}", Phase.Posted, null, disputeId, "Dispute fee returned",
        [.. DisputeFeeEntries(connector, fee).Select(e => e.Reversed())]);

    private static Entry[] DisputeFeeEntries(string connector, Money fee) =>
        [Entry.Debit(MerchantPayable, fee), Entry.Credit(ProcessorReceivable(connector), fee)];

    private static Entry[] DisputeEntries(string connector, Money amount, Money taken) =>
        [.. new[]
        {
            Entry.Debit(MerchantPayable, taken),
            Entry.Debit(DisputeClaims(connector), amount - taken),
            Entry.Credit(ProcessorReceivable(connector), amount),
        }.Where(e => !e.Amount.IsZero)];

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

    internal static string HoldKey(string holdId) => $"authorize:{holdId}";

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
