using System.Net;
using System.Text.Json;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Mail;
using PaymentGateway.Tests.People;
using PaymentGateway.Tests.Receipts;

namespace PaymentGateway.Tests.Courses;

/// <summary>What a student finds in the mailbox: one letter for each thing that happens, with its paper.</summary>
public sealed class CourseNewsTests(CoursesFixture shared) : IClassFixture<CoursesFixture>
{
    private readonly TestGateway gateway = shared.Gateway;

    [Fact]
    public async Task Paying_mails_one_receipt_and_refunding_one_credit_note_each_of_the_commit_of_its_money()
    {
        await shared.Staff.PutSupplier("LP", "LC");
        using var student = await shared.Student();
        using var finance = await shared.People.Member(gateway.Shop.MerchantId, withFactor: true, "finance");
        await shared.Staff.Code(new { code = "PARTNER20", percent = 20 });
        var started = await student.Started(await shared.Staff.Course(), "PARTNER20");
        await SandboxWorld.AnswerAtBank(started.Text("paymentUrl"), "approve");
        var back = await gateway.ReturnUrlOf(started.Text("transactionId"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => student.Client.GetStringAsync(back)));

        var id = started.Text("transactionId");
        await using var mailbox = await Mailbox.Start();
        await Send(mailbox);
        var paid = await NextTo(mailbox, student);
        Assert.Equal("Your course is open: Financial modelling", paid.Subject);
        Assert.Contains("Discount: -₹2,000.00", paid.Text, StringComparison.Ordinal);
        Assert.Contains("GST: ₹1,440.00", paid.Text, StringComparison.Ordinal);
        Assert.Contains("Total: ₹9,440.00", paid.Text, StringComparison.Ordinal);
        Assert.Contains(id, paid.Text, StringComparison.Ordinal);
        var receipt = Assert.Single(paid.Files);
        Assert.Matches(@"^LP-\d\d-\d\d-\d{6}\.pdf$", receipt.Filename);
        var printed = await Poppler.TextOf(receipt.Content);
        Assert.Contains("9,440.00", printed, StringComparison.Ordinal);
        Assert.Contains("Nine Thousand Four Hundred Forty", printed, StringComparison.Ordinal);
        Assert.Contains("720.00", printed, StringComparison.Ordinal);

        Assert.Equal(receipt.Content, await student.Client.GetByteArrayAsync($"/api/payment/receipt/{id}"));
        Assert.Equal(receipt.Content, await shared.Staff.GetByteArrayAsync($"/api/payment/receipt/{id}"));
        Assert.Equal("TRANSACTION_NOT_FOUND", (await finance.Client.Call(HttpMethod.Get, $"/api/payment/receipt/{id}")).Body.Code());

        var (status, refunded, _) = await finance.Post("/api/admin/payment/refund", new
        {
            transactionId = id,
            amount = 9440,
            reason = "The student fell ill before it began",
            twoFactorCode = finance.NextCode(),
        });
        Assert.True((int)status < 300, refunded.ToString());
        await gateway.ResolveRefundsOnce();
        Assert.Equal(1, await gateway.Query<int>(
            """
            SELECT count(*)::integer
            FROM receipts.receipts AS c
            JOIN refunds.refunds AS r ON r.id = c.refund_id
            JOIN courses.transactions AS t ON t.payment_id = r.payment_id
            WHERE t.id = @id AND c.xmin::text = r.xmin::text AND t.xmin::text = r.xmin::text
            """, new { id }));
        await Send(mailbox);
        var closed = await NextTo(mailbox, student);
        Assert.Equal("Your refund for Financial modelling", closed.Subject);
        Assert.Contains("your access to the course has ended", closed.Text, StringComparison.Ordinal);
        Assert.Matches(@"^LC-\d\d-\d\d-\d{6}\.pdf$", Assert.Single(closed.Files).Filename);
        Assert.DoesNotContain(await mailbox.Rest(), mail => mail.To.Contains(student.Email));
    }

    [Fact]
    public async Task From_fifty_thousand_rupees_on_the_student_says_whom_the_receipt_names_and_where_it_is_taxed()
    {
        await shared.Staff.PutSupplier("LP", "LC");
        using var student = await shared.Student();
        var course = await shared.Staff.Course(60_000);
        Assert.Equal(["billing"], FieldsOf(await student.Start(course)));
        Assert.Equal(["billing.address", "billing.gstin", "billing.name", "billing.pin", "billing.state"], FieldsOf(await student.Start(
            course, billing: new { name = " ", state = "99", pin = "012345", gstin = "29ABCDE1234F1Z0" })));
        var billing = new { name = "Meera Nair", address = (string[])["7 Lake View", "Bengaluru"], state = "29", pin = "560001" };
        var (status, started) = await student.Start(course, billing: billing);
        Assert.True(status == HttpStatusCode.Created, started.ToString());
        Assert.Equal("INVALID_STATE", (await student.Start(course, billing: billing with { pin = "560002" })).Body.Code());
        Assert.Equal(started.Text("transactionId"), (await student.Start(course, billing: billing)).Body.Text("transactionId"));

        await SandboxWorld.AnswerAtBank(started.Text("paymentUrl"), "approve");
        await student.Client.GetStringAsync(await gateway.ReturnUrlOf(started.Text("transactionId")));
        var paymentId = await gateway.Query<string>("SELECT payment_id FROM courses.transactions WHERE id = @id", new { id = started.Text("transactionId") });
        var receipt = Assert.Single(await shared.Staff.Receipts($"paymentId={paymentId}"));
        Assert.Equal(("Meera Nair", "29"), (receipt.GetProperty("buyer").Text("name"), receipt.GetProperty("placeOfSupply").Text("code")));
        Assert.Equal(["7 Lake View", "Bengaluru", "PIN 560001"], receipt.GetProperty("buyer").GetProperty("address").EnumerateArray().Select(line => line.GetString()));
        Assert.Equal((10_800m, 0m), (receipt.GetProperty("igst").GetDecimal(), receipt.GetProperty("cgst").GetDecimal()));
        Assert.DoesNotContain("Meera", await gateway.Query<string>(
            """
            SELECT coalesce(string_agg(x, ' '), '') FROM (
                SELECT t::text AS x FROM courses.transactions t UNION ALL SELECT e::text FROM events.events e
                UNION ALL SELECT a::text FROM audit.rows a UNION ALL SELECT k::text FROM http.idempotency_keys k) AS everything
            """), StringComparison.Ordinal);
    }

    private static IEnumerable<string> FieldsOf((HttpStatusCode Status, JsonElement Body) refused)
    {
        Assert.True(refused.Status == HttpStatusCode.BadRequest, refused.Body.ToString());
        return refused.Body.GetProperty("error").GetProperty("details").GetProperty("fields").EnumerateObject().Select(field => field.Name).Order();
    }

    [Fact]
    public async Task A_failure_is_told_with_its_advice_and_how_often_it_can_be_tried_again()
    {
        using var student = await shared.Student();
        var started = await student.Started(await shared.Staff.Course());
        await SandboxWorld.AnswerAtBank(started.Text("paymentUrl"), "refuse");
        await student.Client.GetStringAsync(await gateway.ReturnUrlOf(started.Text("transactionId")));
        await using var mailbox = await Mailbox.Start();
        await Send(mailbox);
        var failed = await NextTo(mailbox, student);
        Assert.Equal("The payment for Financial modelling did not succeed", failed.Subject);
        Assert.Contains("nothing was charged", failed.Text, StringComparison.Ordinal);
        Assert.Contains("Attempts left: 3.", failed.Text, StringComparison.Ordinal);
        Assert.Empty(failed.Files);
        Assert.Equal(
            "RECEIPT_NOT_AVAILABLE", (await student.Client.Call(HttpMethod.Get, $"/api/payment/receipt/{started.Text("transactionId")}")).Body.Code());
    }

    private Task<int> Send(Mailbox mailbox) => gateway.Dispatch(shared.Clock, mailbox.Port).RunOnce(CancellationToken.None);

    private static async Task<ArrivedMail> NextTo(Mailbox mailbox, Somebody person)
    {
        ArrivedMail mail;
        do
        {
            mail = await mailbox.Next();
        }
        while (!mail.To.Contains(person.Email) || !mail.Subject.Contains("Financial modelling", StringComparison.Ordinal));
        return mail;
    }
}
