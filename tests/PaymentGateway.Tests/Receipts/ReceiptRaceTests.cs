using System.Net;
using Npgsql;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;
using PaymentGateway.Receipts;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Receipts;

/// <summary>Many receipts at once, and raw SQL. Each test has a series of its own, or looks at one payment only.</summary>
public sealed class ReceiptRaceTests(ReceiptsFixture shared) : IClassFixture<ReceiptsFixture>
{
    private const int Callers = 32;

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Receipts_that_are_issued_at_once_are_numbered_without_a_gap()
    {
        var payments = await Payments();
        await client.PutSupplier("A1", "A2");

        var receipts = await Task.WhenAll(payments.Select(payment => client.Issued(payment)));

        Assert.Equal(Enumerable.Range(1, Callers), receipts.Select(receipt => receipt.Serial()).Order());
        Assert.All(receipts, receipt => Assert.StartsWith("A1/26-27/", receipt.Text("number"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Commits_that_fail_between_the_others_leave_no_gap()
    {
        var payments = await Payments();
        var (book, committer) = (gateway.Get<ReceiptBook>(), gateway.Get<Committer>());
        await client.PutSupplier("B1", "B2");
        var supplier = (await gateway.Get<ReceiptStore>().FindSupplier(Tenant, CancellationToken.None))!;
        var changes = await Task.WhenAll(payments.Select(async (payment, i) =>
        {
            var change = new Change();
            if (i % 4 == 3)
            {
                // The database refuses it after its number was drawn.
                var (_, paid) = await gateway.Get<PaymentStore>().FindPayment(Tenant, payment, CancellationToken.None);
                var made = ReceiptDecisions.Issue(supplier, Draft(payment), paid!, $"rcp_{payment}", gateway.Get<MerchantClocks>().Now(Tenant)).Value;
                return change.Of(Tenant).Write(ReceiptRows.Insert, made with { Amount = made.Amount + made.Amount });
            }

            Assert.False((await book.Issue(change, Tenant, Draft(payment), Origin.System, CancellationToken.None)).IsRefused);
            return change;
        }));

        // Half of them together, half one by one.
        var outcomes = await committer.Commit(changes[..(Callers / 2)], CancellationToken.None);
        var others = await Task.WhenAll(changes[(Callers / 2)..].Select(change => committer.Commit(change, CancellationToken.None)));

        Assert.Equal(Callers / 4, outcomes.Concat(others).Count(outcome => outcome is CommitOutcome.Rejected { Constraint: "a_receipt_is_of_what_was_paid" }));
        Assert.Equal(Callers * 3 / 4, outcomes.Concat(others).Count(outcome => outcome is CommitOutcome.Committed));
        Assert.Equal((Callers * 3 / 4, Callers * 3L / 4, Callers * 3L / 4), await gateway.Query<(int, long, long)>(
            "SELECT count(*)::int, max(serial), (SELECT last FROM receipts.counters WHERE series = 'B1') FROM receipts.receipts WHERE series = 'B1'"));
    }

    [Fact]
    public async Task One_payment_asked_for_thirty_two_times_has_one_receipt()
    {
        var payment = await client.Paid();

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => client.Issue(payment)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Single(answers.Select(answer => answer.Body.Text("number")).Distinct());
        Assert.Single(await client.Receipts($"paymentId={payment}"));
    }

    [Fact]
    public async Task Refunds_that_are_credited_at_once_take_back_the_receipt_exactly()
    {
        var payment = await client.Paid();
        var receipt = await client.Issued(payment);
        var refunds = new List<string>();
        foreach (var amount in (decimal[])[0.01m, 33.33m, 7m, 50m, 0.99m, 11.11m, 5.55m, 10.01m])
        {
            refunds.Add((await client.Refund(payment, amount)).Body.Text("id"));
        }

        // Each four times over HTTP, and the worker between them.
        await Task.WhenAll(refunds.SelectMany(refund => Enumerable.Range(0, 4).Select<int, Task>(_ => client.Credit(receipt, refund)))
            .Concat(Enumerable.Range(0, 4).Select(_ => gateway.WorkOnce())));
        await gateway.WorkOnce();

        var notes = await client.Receipts($"paymentId={payment}&kind=credit_note");
        Assert.Equal(refunds.Order(), notes.Select(note => note.Text("refundId")).Order());
        Assert.Equal(118m, notes.Sum(note => note.GetProperty("total").GetDecimal()));
        Assert.Equal((100m, 9m, 9m), (Sum("taxable"), Sum("cgst"), Sum("sgst")));

        decimal Sum(string field) => notes.Sum(note => note.GetProperty(field).GetDecimal());
    }

    [Fact]
    public async Task A_document_that_many_ask_for_is_made_once()
    {
        var id = (await client.Issued()).Text("id");

        var files = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => client.GetByteArrayAsync($"/api/payments/receipts/{id}/pdf")));

        Assert.All(files, file => Assert.Equal(files[0], file));
        Assert.Equal(1, await gateway.EventsOf(id, "receipt.issued"));
    }

    [Theory]
    [InlineData("a_receipt_is_of_what_was_paid", Copy + "@other, NULL, NULL, NULL, amount + 1, currency" + From)]
    [InlineData("a_receipt_is_of_what_was_paid", Copy + "@other, NULL, NULL, NULL, amount, 'USD'" + From)]
    [InlineData("one_receipt_for_each_payment", Copy + "payment_id, NULL, NULL, NULL, amount, currency" + From)]
    [InlineData("a_credit_note_names_refund_and_receipt", Note + "payment_id, @refund, NULL, 1, 1800, currency" + From)]
    [InlineData("a_credit_note_is_of_what_was_refunded", Note + "payment_id, @refund, id, 1, 1801, currency" + From)]
    [InlineData("a_credit_note_is_of_its_receipt", Note + "@other, @othersRefund, id, 1, 1800, currency" + From)]
    [InlineData("one_credit_note_for_each_refund", Note + "payment_id, @refund, id, p, 1800, currency FROM receipts.receipts, generate_series(1, 2) p WHERE id = @receipt")]
    [InlineData("a_debit_note_is_of_what_came_back", Debit + "payment_id, @refund, id, 1, 1800, currency" + From)]
    [InlineData("a_supplier_numbers_debit_notes_apart", "UPDATE receipts.suppliers SET debit_note_series = credit_note_series")]
    [InlineData("a_receipt_is_of_the_year_of_its_day", Copy2 + "2027, DATE '2027-03-31'" + Rest)]
    [InlineData("a_number_has_at_most_sixteen_characters", """
        INSERT INTO receipts.counters SELECT merchant_id, mode, 'ABC', financial_year, 999999 FROM receipts.receipts WHERE id = @receipt;
        INSERT INTO receipts.receipts (id, merchant_id, mode, kind, series, financial_year, issued_on, payment_id, amount, currency, content, created_at)
        SELECT 'rcp_copy', merchant_id, mode, kind, 'ABC', financial_year, issued_on, @other, amount, currency, content, created_at
        FROM receipts.receipts WHERE id = @receipt
        """)]
    [InlineData("a_series_has_no_gaps", "UPDATE receipts.counters SET last = last + 1 WHERE series = @series")]
    [InlineData("a_series_has_no_gaps", "UPDATE receipts.counters SET last = last - 1 WHERE series = @series AND last > 1")]
    [InlineData("a_series_has_no_gaps", "INSERT INTO receipts.counters SELECT merchant_id, mode, 'ZZ', 2026, 1 FROM receipts.receipts WHERE id = @receipt")]
    [InlineData("what_was_issued_stays", "DELETE FROM receipts.counters WHERE series = @series")]
    [InlineData("what_was_issued_stays", "UPDATE receipts.receipts SET amount = 1 WHERE id = @receipt")]
    [InlineData("what_was_issued_stays", "DELETE FROM receipts.receipts WHERE id = @receipt")]
    [InlineData("what_was_issued_stays", "UPDATE receipts.files SET content = 'x' WHERE receipt_id = @receipt")]
    [InlineData("a_document_is_what_its_hash_says", """
        INSERT INTO receipts.files SELECT id, merchant_id, mode, 'application/pdf', sha256('a'), 'b', created_at FROM receipts.receipts WHERE id = @receipt
        """)]
    [InlineData("a_supplier_numbers_credit_notes_apart", "UPDATE receipts.suppliers SET credit_note_series = series")]
    [InlineData("a_gstin_is_of_its_state", "UPDATE receipts.suppliers SET state = '29'")]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        var world = await shared.World;

        var refused = await Assert.ThrowsAsync<PostgresException>(() => gateway.Execute(sql, world));

        Assert.Equal(constraint, refused.ConstraintName);
    }

    /// <summary>Not even a refund that the refunds allowed may be credited beyond its receipt.</summary>
    [Fact]
    public async Task The_credit_notes_of_a_receipt_are_never_more_than_it()
    {
        var world = await shared.World;
        var refused = await Assert.ThrowsAsync<PostgresException>(() => gateway.Execute(
            $"""
            ALTER TABLE receipts.receipts DISABLE TRIGGER what_was_issued_stays;
            UPDATE receipts.receipts SET amount = 1799 WHERE id = @receipt;
            {Note}payment_id, @refund, id, 1, 1800, currency{From};
            """, world));
        Assert.Equal("credit_notes_within_the_receipt", refused.ConstraintName);
    }

    private const string Columns =
        "INSERT INTO receipts.receipts (id, merchant_id, mode, series, financial_year, issued_on, content, created_at, kind, payment_id, refund_id, "
        + "original_id, position, amount, currency) ";

    private const string Copy =
        Columns + "SELECT 'rcp_copy', merchant_id, mode, series, financial_year, issued_on, content, created_at, kind, ";

    private const string Note =
        Columns + "SELECT 'rcp_copy' || random(), merchant_id, mode, series, financial_year, issued_on, content, created_at, 'credit_note', ";

    private const string Debit =
        Columns + "SELECT 'rcp_copy' || random(), merchant_id, mode, series, financial_year, issued_on, content, created_at, 'debit_note', ";

    private const string From = " FROM receipts.receipts WHERE id = @receipt";

    private const string Copy2 =
        "INSERT INTO receipts.receipts (id, merchant_id, mode, series, financial_year, issued_on, content, created_at, kind, payment_id, amount, currency) "
        + "SELECT 'rcp_copy', merchant_id, mode, series, ";

    private const string Rest = ", content, created_at, kind, @other, amount, currency" + From;

    private Tenant Tenant => new(gateway.Shop.MerchantId, Mode.Test);

    private static ReceiptDraft Draft(string payment) => new(payment, [new("Course", Money.FromMajor(100, Currency.INR))]);

    private Task<string[]> Payments() => Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => client.Paid()));
}
