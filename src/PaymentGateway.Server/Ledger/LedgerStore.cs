using System.Collections.Concurrent;
using Dapper;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;

namespace PaymentGateway.Ledger;

/// <summary>Opens accounts and books postings as rows of a change.</summary>
public sealed class LedgerStore(Db db, MerchantClocks clocks)
{
    private readonly ConcurrentDictionary<(Tenant, string Code, string Currency), bool> open = new();

    /// <summary>
    /// Opens those accounts that do not exist yet. An account cannot vanish, so each is asked for once in the life of a process.
    /// Call before the change that books on them.
    /// </summary>
    public async Task EnsureOpen(Tenant tenant, Currency currency, IReadOnlyList<Account> accounts, CancellationToken cancel)
    {
        var missing = accounts.Where(a => !open.ContainsKey((tenant, a.Code, currency.Code))).ToArray();
        if (missing.Length == 0)
        {
            return;
        }

        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO ledger.accounts (merchant_id, mode, code, currency, kind, may_go_negative, created_at)
            SELECT @merchantId, @mode, code, @currency, kind, may_go_negative, @now
            FROM unnest(@codes, @kinds, @negatives) AS a (code, kind, may_go_negative)
            ON CONFLICT (merchant_id, mode, code, currency) DO NOTHING
            """,
            new
            {
                merchantId = tenant.MerchantId,
                mode = tenant.Mode.ToSql(),
                currency = currency.Code,
                now = clocks.Now(tenant),
                codes = missing.Select(a => a.Code).ToArray(),
                kinds = missing.Select(a => a.Kind.ToString().ToLowerInvariant()).ToArray(),
                negatives = missing.Select(a => a.MayGoNegative).ToArray(),
            },
            cancellationToken: cancel));
        foreach (var account in missing)
        {
            open[(tenant, account.Code, currency.Code)] = true;
        }
    }

    /// <summary>Whether the book has a hold of this name, or had it before it was captured or released.</summary>
    public async Task<bool> KnowsHold(Tenant tenant, string holdId, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            """
            SELECT EXISTS (
                SELECT FROM ledger.transactions
                WHERE merchant_id = @merchantId AND mode = @mode AND business_key = @key)
            """,
            new { merchantId = tenant.MerchantId, mode = tenant.Mode.ToSql(), key = Chart.HoldKey(holdId) }, cancellationToken: cancel));
    }

    /// <summary>Books a posting with the change. A posting whose business key is already in the book makes the change conflict.</summary>
    public void Write(Change change, Tenant tenant, Posting posting)
    {
        var id = Id.New("ltx", clocks.Real);
        change.Of(tenant).Write(LedgerRows.Transaction, new TransactionRow(id, tenant, posting, clocks.Now(tenant)));
        change.WriteAll(LedgerRows.Entry, posting.Entries.Select((entry, i) => new EntryRow(id, (short)(i + 1), tenant, entry)));
    }
}

internal sealed record TransactionRow(string Id, Tenant Tenant, Posting Posting, DateTimeOffset When);

internal sealed record EntryRow(string TransactionId, short Line, Tenant Tenant, Entry Entry);

internal static class LedgerRows
{
    internal static readonly RowWriter<TransactionRow> Transaction = RowWriter<TransactionRow>.Guard("ledger.transactions", 60, t => t.Id,
        """
        INSERT INTO ledger.transactions (id, merchant_id, mode, business_key, phase, resolves_key, subject_id, description, created_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (merchant_id, mode, business_key) DO NOTHING
        RETURNING id
        """,
        RowWriter<TransactionRow>.Column(t => t.Id),
        RowWriter<TransactionRow>.Column(t => t.Tenant.MerchantId),
        RowWriter<TransactionRow>.Column(t => t.Tenant.Mode.ToSql()),
        RowWriter<TransactionRow>.Column(t => t.Posting.BusinessKey),
        RowWriter<TransactionRow>.Column(t => PhaseSql(t.Posting.Phase)),
        RowWriter<TransactionRow>.Column(t => t.Posting.ResolvesKey),
        RowWriter<TransactionRow>.Column(t => t.Posting.SubjectId),
        RowWriter<TransactionRow>.Column(t => t.Posting.Description),
        RowWriter<TransactionRow>.Column(t => t.When));

    internal static readonly RowWriter<EntryRow> Entry = RowWriter<EntryRow>.Append("ledger.entries", 61, e => $"{e.TransactionId}/{e.Line:D5}",
        """
        INSERT INTO ledger.entries (transaction_id, line, merchant_id, mode, account_id, layer, amount, currency)
        SELECT r.transaction_id, r.line, r.merchant_id, r.mode, a.id, r.layer, r.amount, r.currency
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS r (transaction_id, line, merchant_id, mode, code, layer, amount, currency)
        JOIN ledger.accounts a USING (merchant_id, mode, code, currency)
        """,
        RowWriter<EntryRow>.Column(e => e.TransactionId),
        RowWriter<EntryRow>.Column(e => e.Line),
        RowWriter<EntryRow>.Column(e => e.Tenant.MerchantId),
        RowWriter<EntryRow>.Column(e => e.Tenant.Mode.ToSql()),
        RowWriter<EntryRow>.Column(e => e.Entry.Account.Code),
        RowWriter<EntryRow>.Column(e => LayerSql(e.Entry.Layer)),
        RowWriter<EntryRow>.Column(e => e.Entry.Amount.Minor),
        RowWriter<EntryRow>.Column(e => e.Entry.Amount.Currency.Code));

    private static string PhaseSql(Phase phase) => phase switch
    {
        Phase.Posted => "posted",
        Phase.Pending => "pending",
        Phase.PostPending => "post_pending",
        Phase.VoidPending => "void_pending",
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };

    private static string LayerSql(Layer layer) => layer switch
    {
        Layer.Posted => "posted",
        Layer.PendingDebit => "pending_debit",
        Layer.PendingCredit => "pending_credit",
        _ => throw new ArgumentOutOfRangeException(nameof(layer)),
    };
}
