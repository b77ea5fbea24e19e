namespace PaymentGateway.Tests.Model;

/// <param name="Key">The business key of its transaction.</param>
internal sealed record BookEntry(string TransactionId, short Line, string Key, string Subject, string Account, string Layer, long Amount, string Currency);

/// <param name="Posted">By the view that the server reads.</param>
internal sealed record BookBalance(string Account, string Currency, long Posted, long PendingDebit, long PendingCredit);

/// <summary>The book as its entries say, added up here and not by the database.</summary>
internal sealed class Books
{
    public const string Posted = "posted";
    public const string PendingDebit = "pending_debit";
    public const string PendingCredit = "pending_credit";

    private readonly HashSet<(string Transaction, short Line)> seen = [];
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Subject, string Account, string Layer), long> bySubject = [];
    private readonly Dictionary<(string Account, string Currency, string Layer), long> byAccount = [];

    /// <returns>Those that are new.</returns>
    public IReadOnlyList<BookEntry> Add(IEnumerable<BookEntry> entries)
    {
        var fresh = entries.Where(entry => seen.Add((entry.TransactionId, entry.Line))).ToList();
        foreach (var entry in fresh)
        {
            keys.Add(entry.Key);
            Count(bySubject, (entry.Subject, entry.Account, entry.Layer), entry.Amount);
            Count(byAccount, (entry.Account, entry.Currency, entry.Layer), entry.Amount);
        }

        foreach (var (transaction, sum) in fresh.GroupBy(entry => (entry.Key, entry.Currency)).Select(t => (t.Key, t.Sum(entry => entry.Amount))))
        {
            World.Require(sum == 0, $"the entries of {transaction} sum to {sum}");
        }

        return fresh;
    }

    public bool Has(string businessKey) => keys.Contains(businessKey);

    public int CountKeys(Func<string, bool> which) => keys.Count(which);

    public long Of(string subject, string account, string layer) => bySubject.GetValueOrDefault((subject, account, layer));

    public long Total(string account, string layer) => byAccount.Where(pair => pair.Key.Account == account && pair.Key.Layer == layer).Sum(pair => pair.Value);

    public bool IsUntouched(string subject) => bySubject.All(pair => pair.Key.Subject != subject || pair.Value == 0);

    public void Check(IEnumerable<BookBalance> balances)
    {
        foreach (var balance in balances)
        {
            Same(balance, Posted, balance.Posted);
            Same(balance, PendingDebit, balance.PendingDebit);
            Same(balance, PendingCredit, balance.PendingCredit);
        }

        foreach (var currency in byAccount.GroupBy(pair => pair.Key.Currency))
        {
            World.Require(currency.Sum(pair => pair.Value) == 0, $"the book is not at zero in {currency.Key}");
        }
    }

    private void Same(BookBalance balance, string layer, long amount)
    {
        var entries = byAccount.GetValueOrDefault((balance.Account, balance.Currency, layer));
        World.Require(entries == amount, $"the {layer} balance of {balance.Account} in {balance.Currency} is {amount}, its entries sum to {entries}");
    }

    private static void Count<TKey>(Dictionary<TKey, long> sums, TKey key, long amount) where TKey : notnull =>
        sums[key] = sums.GetValueOrDefault(key) + amount;
}
