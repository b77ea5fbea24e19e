using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Receipts;

public sealed class ReceiptsApiTests(ReceiptsFixture shared) : IClassFixture<ReceiptsFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Nobody_issues_receipts_before_they_said_who_they_are()
    {
        using var other = gateway.ClientOf(gateway.Shops[1]);
        var (status, body, _) = await other.Call(HttpMethod.Get, "/api/payments/receipts/supplier");
        Assert.Equal((HttpStatusCode.Conflict, "RECEIPT_NOT_AVAILABLE"), (status, body.Code()));
        Assert.Equal("RECEIPT_NOT_AVAILABLE", (await other.Issue(await other.Paid())).Body.Code());
    }

    [Fact]
    public async Task A_supplier_is_replaced_and_the_change_is_recorded()
    {
        var (status, body, _) = await client.Call(HttpMethod.Put, "/api/payments/receipts/supplier", new { legalName = "X", gstin = "27ABCDE1234F1Z1" });
        Assert.Equal((HttpStatusCode.BadRequest, "VALIDATION_FAILED"), (status, body.Code()));

        Assert.Equal("ABCDE1234F", (await client.PutSupplier()).Text("pan"));
        Assert.Equal("Maharashtra", (await client.GetJson("/api/payments/receipts/supplier")).GetProperty("state").Text("name"));
        Assert.True(await gateway.Query<long>("SELECT count(*) FROM audit.rows WHERE object_type = 'receipt_supplier'") >= 1);
    }

    [Fact]
    public async Task A_payment_gets_one_receipt_with_a_number_and_a_repeat_gets_the_same()
    {
        var payment = await client.Paid();
        var key = PaymentGateway.Database.Id.New("key", TimeProvider.System);
        var (status, receipt, response) = await client.Issue(payment, idempotencyKey: key);
        Assert.True(status == HttpStatusCode.Created, receipt.ToString());
        Assert.Equal($"/api/payments/receipts/{receipt.Text("id")}", response.Headers.Location?.ToString());
        Assert.Matches("^FH/26-27/[0-9]{6}$", receipt.Text("number"));
        var today = shared.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(5.5)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal(("tax_invoice", "2026-27", today, payment), (receipt.Text("kind"), receipt.Text("financialYear"), receipt.Text("issuedOn"), receipt.Text("paymentId")));
        Assert.Equal((9m, 9m, 0m, 118m), (Amount("cgst"), Amount("sgst"), Amount("igst"), Amount("total")));
        Assert.Equal("Card (Visa ending 1111)", receipt.GetProperty("payment").Text("method"));

        var replayed = await client.Issue(payment, idempotencyKey: key);
        Assert.Equal((HttpStatusCode.Created, receipt.ToString()), (replayed.Status, replayed.Body.ToString()));
        var again = await client.Issue(payment, idempotencyKey: PaymentGateway.Database.Id.New("key", TimeProvider.System));
        Assert.Equal((HttpStatusCode.OK, receipt.Text("number")), (again.Status, again.Body.Text("number")));
        Assert.Equal(receipt.ToString(), (await client.GetJson($"/api/payments/receipts/{receipt.Text("id")}")).ToString());

        decimal Amount(string field) => receipt.GetProperty(field).GetDecimal();
    }

    [Fact]
    public async Task The_document_is_made_once_and_told_of_once()
    {
        var receipt = await client.Issued();
        var id = receipt.Text("id");
        Assert.Equal(0, await gateway.EventsOf(id, "receipt.issued"));

        using var response = await client.GetAsync($"/api/payments/receipts/{id}/pdf");
        var file = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal("application/pdf", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(("attachment", $"{receipt.Text("number").Replace('/', '-')}.pdf"),
            (response.Content.Headers.ContentDisposition?.DispositionType, response.Content.Headers.ContentDisposition?.FileName));
        await gateway.WorkOnce();

        Assert.Equal(file, await client.GetByteArrayAsync($"/api/payments/receipts/{id}/pdf"));
        Assert.Equal(SHA256.HashData(file), await gateway.Query<byte[]>("SELECT sha256 FROM receipts.files WHERE receipt_id = @id", new { id }));
        Assert.Equal(1, await gateway.EventsOf(id, "receipt.issued"));
        Assert.Contains($"\"number\":\"{receipt.Text("number")}\"",
            await gateway.Query<string>("SELECT body FROM events.events WHERE subject_id = @id", new { id }), StringComparison.Ordinal);
        Assert.Equal(2, await gateway.Query<long>("SELECT count(*) FROM audit.rows WHERE object_id = @id", new { id }));
        Assert.Equal(0, await gateway.Query<long>("SELECT count(*) FROM receipts.to_print WHERE receipt_id = @id", new { id }));
    }

    [Fact]
    public async Task A_receipt_is_a_page_too_that_runs_nothing()
    {
        var receipt = await client.Issued(buyer: "<script>alert(1)</script>");
        using var response = await client.GetAsync($"/api/payments/receipts/{receipt.Text("id")}/html");
        var page = await response.Content.ReadAsStringAsync();
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        var style = page[(page.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.IndexOf("</style>", StringComparison.Ordinal)];
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_in_Devanagari_is_kept_as_a_page_and_the_pdf_says_so()
    {
        var receipt = await client.Issued(buyer: "आशा राव");
        Assert.Equal("html", receipt.Text("form"));
        Assert.False(receipt.GetProperty("urls").TryGetProperty("pdf", out _));
        var (status, body, _) = await client.Call(HttpMethod.Get, $"/api/payments/receipts/{receipt.Text("id")}/pdf");
        Assert.Equal((HttpStatusCode.Conflict, "RECEIPT_NOT_AVAILABLE"), (status, body.Code()));
        var html = body.GetProperty("error").GetProperty("details").Text("html");
        Assert.EndsWith($"/api/payments/receipts/{receipt.Text("id")}/html", html, StringComparison.Ordinal);
        Assert.Equal(
            await gateway.Query<byte[]>("SELECT content FROM receipts.files WHERE receipt_id = @id", new { id = receipt.Text("id") }),
            await client.GetByteArrayAsync(new Uri(html).AbsolutePath));
    }

    [Fact]
    public async Task Each_refund_gets_its_credit_note_by_itself()
    {
        var payment = await client.Paid();
        var receipt = await client.Issued(payment);
        var first = (await client.Refund(payment, 18m)).Body.Text("id");
        await gateway.WorkOnce();
        var second = (await client.Refund(payment)).Body.Text("id");
        var (status, asked, _) = await client.Credit(receipt, second);
        Assert.True(status == HttpStatusCode.OK, $"It had none of the commit of the refund: {asked}");
        await gateway.WorkOnce();

        var notes = (await client.Receipts($"paymentId={payment}&kind=credit_note")).Reverse().ToArray();
        Assert.Equal([first, second], notes.Select(note => note.Text("refundId")));
        Assert.Equal([18m, 100m], notes.Select(note => note.GetProperty("total").GetDecimal()));
        Assert.All(notes, note => Assert.Equal((receipt.Text("id"), receipt.Text("number")), (note.Text("originalReceiptId"), note.Text("originalNumber"))));
        Assert.Equal((100m, 9m, 9m), (Sum("taxable"), Sum("cgst"), Sum("sgst")));
        Assert.All(notes, note => Assert.StartsWith("FC/26-27/", note.Text("number"), StringComparison.Ordinal));
        Assert.Equal(1, await gateway.EventsOf(notes[0].Text("id"), "credit_note.issued"));
        Assert.Equal(1, await gateway.EventsOf(notes[1].Text("id"), "credit_note.issued"));
        Assert.Equal("NOT_SUPPORTED", (await client.Credit(notes[0], await OtherRefund())).Body.Code());

        decimal Sum(string field) => notes.Sum(note => note.GetProperty(field).GetDecimal());
        async Task<string> OtherRefund() => (await client.Refund(await client.Paid(), 1m)).Body.Text("id");
    }

    [Fact]
    public async Task A_refund_that_comes_back_has_its_credit_note_taken_back_in_the_commit_of_the_money_and_can_be_made_again()
    {
        var payment = await client.Paid();
        var receipt = await client.Issued(payment);
        var refund = (await client.Refund(payment, 100m, "refund_fails_later")).Body.Text("id");
        var bare = await client.Paid();
        var bareRefund = (await client.Refund(bare, 18m, "refund_fails_later")).Body.Text("id");
        await gateway.WorkOnce();
        shared.Clock.Advance(TimeSpan.FromDays(2) + TimeSpan.FromSeconds(1));
        await gateway.NotifyOnce();
        Assert.Equal("failed", (await client.GetJson($"/api/payments/refunds/{refund}")).Text("status"));

        var debit = Assert.Single(await client.Receipts($"paymentId={payment}&kind=debit_note"));
        var credit = Assert.Single(await client.Receipts($"paymentId={payment}&kind=credit_note"));
        Assert.Equal((refund, credit.Text("id"), credit.Text("number")), (debit.Text("refundId"), debit.Text("originalReceiptId"), debit.Text("originalNumber")));
        Assert.Matches("^DN/26-27/[0-9]{6}$", debit.Text("number"));
        Assert.Equal(("Debit note", 100m, credit.GetProperty("taxable").GetDecimal()), (debit.Text("title"), debit.GetProperty("total").GetDecimal(), debit.GetProperty("taxable").GetDecimal()));
        Assert.True(await gateway.Query<bool>(
            "SELECT d.xmin::text = f.xmin::text FROM receipts.receipts d JOIN refunds.refunds f ON f.id = d.refund_id WHERE d.kind = 'debit_note' AND f.id = @refund", new { refund }));
        Assert.NotEmpty(await client.GetByteArrayAsync($"/api/payments/receipts/{debit.Text("id")}/pdf"));
        Assert.Equal(1, await gateway.EventsOf(debit.Text("id"), "debit_note.issued"));
        Assert.Equal("NOT_SUPPORTED", (await client.Credit(debit, refund)).Body.Code());

        // A refund that came back before there was a receipt needs no note, and gets none past the rules either.
        var bareReceipt = await client.Issued(bare);
        await gateway.WorkOnce();
        Assert.Single(await client.Receipts($"paymentId={bare}"));
        Assert.Equal("a_debit_note_is_of_its_credit_note", await Copied(bareReceipt.Text("id"), "'debit_note', payment_id, @bareRefund, id, 1, 1800"));
        Assert.Equal("one_debit_note_for_each_refund", await Copied(debit.Text("id"), "kind, payment_id, refund_id, original_id, 2, amount"));

        // What came back can be refunded again, to the last paisa, as if it had never been credited.
        var again = (await client.Refund(payment)).Body.Text("id");
        await gateway.WorkOnce();
        var notes = await client.Receipts($"paymentId={payment}&kind=credit_note");
        Assert.Equal([again, refund], notes.Select(note => note.Text("refundId")));
        Assert.Equal((118m, 9m, 9m), (notes[0].GetProperty("total").GetDecimal(), notes[0].GetProperty("cgst").GetDecimal(), notes[0].GetProperty("sgst").GetDecimal()));
        Assert.Equal(receipt.Text("id"), notes[0].Text("originalReceiptId"));

        async Task<string?> Copied(string id, string values) => (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => gateway.Execute(
            $"""
            INSERT INTO receipts.receipts (id, merchant_id, mode, series, financial_year, issued_on, content, created_at, currency, kind, payment_id,
                refund_id, original_id, position, amount)
            SELECT 'rcp_copy', merchant_id, mode, series, financial_year, issued_on, content, created_at, currency, {values}
            FROM receipts.receipts WHERE id = @id
            """, new { id, bareRefund }))).ConstraintName;
    }

    [Fact]
    public async Task What_was_refunded_before_the_receipt_is_credited_too()
    {
        var payment = await client.Paid();
        var refund = (await client.Refund(payment, 18m)).Body.Text("id");
        await gateway.WorkOnce();
        await client.Issued(payment);
        await gateway.WorkOnce();
        await gateway.WorkOnce();
        Assert.Equal(refund, Assert.Single(await client.Receipts($"paymentId={payment}&kind=credit_note")).Text("refundId"));
    }

    [Fact]
    public async Task Receipts_are_listed_by_what_is_known_of_them()
    {
        var customer = PaymentGateway.Database.Id.New("cust", TimeProvider.System);
        var order = await client.CreateOrder(118m, new { customerId = customer });
        var receipt = await client.Issued((await client.PayByCard(order)).Body.Text("id"));
        Assert.Equal(receipt.Text("id"), Assert.Single(await client.Receipts($"customerId={customer}")).Text("id"));
        Assert.Equal(receipt.Text("id"), Assert.Single(await client.Receipts($"number={Uri.EscapeDataString(receipt.Text("number"))}")).Text("id"));
        Assert.Equal(receipt.Text("id"), Assert.Single(await client.Receipts($"paymentId={receipt.Text("paymentId")}&kind=tax_invoice&createdFrom=2026-11-01")).Text("id"));
        Assert.Empty(await client.Receipts($"customerId={customer}&kind=receipt"));
        var (status, body, _) = await client.Call(HttpMethod.Get, "/api/payments/receipts?kind=invoice");
        Assert.Equal((HttpStatusCode.BadRequest, "VALIDATION_FAILED"), (status, body.Code()));
    }

    [Fact]
    public async Task What_cannot_be_issued_is_refused_by_name()
    {
        var payment = await client.Paid();
        Assert.Equal("VALIDATION_FAILED", (await client.Issue(payment, price: 99m)).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.Post("/api/payments/receipts", new { lines = Array.Empty<object>() })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.Post("/api/payments/receipts", new { paymentId = payment })).Body.Code());
        Assert.Equal("UNKNOWN_FIELD", (await client.Post("/api/payments/receipts", new { paymentId = payment, lines = new[] { new { colour = "red" } } })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.Post(
            "/api/payments/receipts", new { paymentId = payment, lines = new[] { new { description = "Course", unitPrice = 1.234 } } })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.Post(
            "/api/payments/receipts", new { paymentId = payment, lines = new[] { new { description = "Course" } } })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.Post(
            "/api/payments/receipts", new { paymentId = payment, lines = new object?[] { null } })).Body.Code());
        Assert.Equal("PAYMENT_NOT_FOUND", (await client.Issue("pay_01kaf5w5c2b1d3f4g5h6j7k8m9")).Body.Code());
        var declined = (await client.PayByCard(await client.CreateOrder(118m), "4000000000000002")).Body
            .GetProperty("error").GetProperty("details").GetProperty("payment").Text("id");
        Assert.Equal("INVALID_STATE", (await client.Issue(declined)).Body.Code());

        var receipt = await client.Issued(payment);
        Assert.Equal("REFUND_NOT_FOUND", (await client.Credit(receipt, "re_01kaf5w7d3c2e4g5h6j7k8m9n0")).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.Post($"/api/payments/receipts/{receipt.Text("id")}/credit-notes", new { })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.Credit(receipt, (await client.Refund(await client.Paid(), 5m)).Body.Text("id"))).Body.Code());
    }

    [Fact]
    public async Task Anothers_receipts_are_not_there()
    {
        using var stranger = gateway.ClientOf(gateway.Shops[2]);
        var id = (await client.Issued()).Text("id");
        foreach (var path in (string[])["", "/pdf", "/html"])
        {
            var (status, body, _) = await stranger.Call(HttpMethod.Get, $"/api/payments/receipts/{id}{path}");
            Assert.Equal((HttpStatusCode.NotFound, "RECEIPT_NOT_FOUND"), (status, body.Code()));
        }

        Assert.Equal("RECEIPT_NOT_FOUND", (await stranger.Post($"/api/payments/receipts/{id}/credit-notes", new { refundId = "re_1" })).Body.Code());
        Assert.Empty(await stranger.Receipts(""));
    }
}
