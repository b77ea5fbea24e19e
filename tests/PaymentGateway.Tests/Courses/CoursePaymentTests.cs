using System.Net;
using System.Text.Json;
using PaymentGateway.Courses;
using PaymentGateway.Jobs;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.People;

namespace PaymentGateway.Tests.Courses;

/// <summary>A student, the shop and the pretended gateway, one after the other.</summary>
public sealed class CoursePaymentTests(CoursesFixture shared) : IClassFixture<CoursesFixture>
{
    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient staff = shared.Staff;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_student_starts_pays_comes_back_and_has_the_course()
    {
        using var student = await shared.Student();
        var course = await staff.Course();
        var code = await staff.Code(new { code = "WORKED20", percent = 20, studentLimit = 1 });

        var started = await student.Started(course, "worked20");
        var amount = started.GetProperty("amount");
        Assert.Equal(
            (10000m, 2000m, 8000m, 1440m, 9440m, "INR"),
            (Of(amount, "original"), Of(amount, "discount"), Of(amount, "subtotal"), Of(amount, "gst"), Of(amount, "total"), amount.Text("currency")));
        Assert.Matches("^TXN_[0-9A-Z]{26}$", started.Text("transactionId"));
        Assert.Equal(shared.Clock.GetUtcNow().AddMinutes(15), started.GetProperty("expiresAt").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
        Assert.Equal("pending", (await student.StatusOf(started)).Text("status"));

        await SandboxWorld.AnswerAtBank(started.Text("paymentUrl"), "approve");
        Assert.Contains("Your course is open", await ComeBack(started), StringComparison.Ordinal);

        var paid = await student.StatusOf(started);
        Assert.Equal(("success", "netbanking"), (paid.Text("status"), paid.Text("paymentMethod")));
        Assert.Equal(["pending", "success"], paid.GetProperty("timeline").EnumerateArray().Select(step => step.Text("status")));
        Assert.Equal(
            started.Text("transactionId"), (await student.Client.GetJson("/api/enrollments")).GetProperty("data")[0].Text("transactionId"));
        Assert.Equal("ENROLLMENT_EXISTS", (await student.Start(course)).Body.Code());

        var usage = await staff.GetJson($"/api/discount-codes/{code.Text("id")}/usage");
        Assert.Equal((1, 1, 2000m), (usage.GetProperty("paid").GetInt32(), usage.GetProperty("uses").GetInt32(), Of(usage, "amountDiscounted")));
    }

    /// <summary>Callback and message, each twice, in both orders.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_comes_first_the_course_opens_once(bool browserFirst)
    {
        using var student = await shared.Student();
        var (_, started) = await student.Start(await staff.Course(), behaviour: browserFirst ? "late_notification" : null);
        await SandboxWorld.AnswerAtBank(started.Text("paymentUrl"), "approve");
        Assert.Equal(browserFirst ? "pending" : "success", await StateOf(started.Text("transactionId")));
        for (var time = 0; time < 2; time++)
        {
            await ComeBack(started);
            Assert.Equal((1, 1), await gateway.Effects(started.Text("transactionId")));
            shared.Clock.Advance(TimeSpan.FromSeconds(10));
            await gateway.NotifyOnce();
            Assert.Equal((1, 1), await gateway.Effects(started.Text("transactionId")));
        }
    }

    [Fact]
    public async Task A_refused_payment_says_why_in_a_word_gives_the_code_back_and_can_be_started_again()
    {
        using var student = await shared.Student();
        var course = await staff.Course();
        var code = await staff.Code(new { code = "ONCE", amount = 100, useLimit = 1, studentLimit = 1 });
        var started = await student.Started(course, "ONCE");
        Assert.Equal("INVALID_DISCOUNT_CODE", (await shared.StartAs(CourseCalls.NewStudent(), course, "ONCE")).Refusal!.Kind.Code);

        await SandboxWorld.AnswerAtBank(started.Text("paymentUrl"), "refuse");
        await ComeBack(started);
        var failed = await student.StatusOf(started);
        Assert.Equal("failed", failed.Text("status"));
        Assert.Contains(failed.GetProperty("failure").Text("advice"), (string[])["retry_now", "another_method"]);
        Assert.Equal(0, (await staff.GetJson($"/api/discount-codes/{code.Text("id")}")).GetProperty("uses").GetInt32());

        var again = await student.Started(course, "ONCE");
        Assert.NotEqual(started.Text("transactionId"), again.Text("transactionId"));
        var history = await student.Client.GetJson("/api/payment/history?limit=1&page=2");
        Assert.Equal(started.Text("transactionId"), history.GetProperty("transactions")[0].Text("transactionId"));
        Assert.Equal((2, false, true), (history.GetProperty("pagination").GetProperty("totalItems").GetInt32(),
            history.GetProperty("pagination").GetProperty("hasNextPage").GetBoolean(), history.GetProperty("pagination").GetProperty("hasPreviousPage").GetBoolean()));
        Assert.Single((await student.Client.GetJson("/api/payment/history?status=failed")).GetProperty("transactions").EnumerateArray());
    }

    [Fact]
    public async Task A_failed_payment_is_retried_three_times_at_its_price_and_no_more()
    {
        // Calls are counted by the hours of the clock: all of these are in one.
        shared.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(shared.Clock.GetUtcNow().Ticks % TimeSpan.TicksPerHour));
        using var student = await shared.Student();
        var course = await staff.Course();
        var started = await student.Started(course);
        await staff.Call(HttpMethod.Patch, $"/api/courses/{course}", new { price = 1 });
        var (first, page) = (started.Text("transactionId"), started.Text("paymentUrl"));
        var latest = first;
        for (var retry = 1; retry <= 3; retry++)
        {
            await SandboxWorld.AnswerAtBank(page, "refuse");
            await gateway.NotifyOnce();
            var (status, retried, _) = await student.Client.Post($"/api/payment/retry/{first}", new { });
            Assert.True(status == HttpStatusCode.Created, retried.ToString());
            Assert.Equal((first, retry, 3), (retried.Text("originalTransactionId"), Whole(retried, "retryCount"), Whole(retried, "maxRetries")));
            Assert.Equal(11800m, Of(retried.GetProperty("amount"), "total"));
            latest = retried.Text("newTransactionId");
            var again = (await student.Client.Post($"/api/payment/retry/{latest}", new { })).Body;
            Assert.Equal(latest, again.Text("newTransactionId"));
            page = retried.Text("paymentUrl");
            shared.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await SandboxWorld.AnswerAtBank(page, "refuse");
        await gateway.NotifyOnce();
        Assert.Equal("RETRY_LIMIT_EXCEEDED", (await student.Client.Post($"/api/payment/retry/{latest}", new { })).Body.Code());

        // Three calls an hour for each transaction: that of the first are used up, whatever they would be answered.
        var (status429, refused, response) = await student.Client.Post($"/api/payment/retry/{first}", new { });
        Assert.Equal((HttpStatusCode.TooManyRequests, "RATE_LIMIT_EXCEEDED", "3"), (status429, refused.Code(), response.Headers.GetValues("X-RateLimit-Limit").Single()));
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        shared.Clock.Advance(TimeSpan.FromHours(1));
        await student.SignIn();
        Assert.Equal("RETRY_LIMIT_EXCEEDED", (await student.Client.Post($"/api/payment/retry/{first}", new { })).Body.Code());
    }

    [Fact]
    public async Task A_payment_that_was_paid_or_failed_a_day_ago_is_not_retried()
    {
        var course = await staff.Course();
        var paid = (await shared.StartAs(CourseCalls.NewStudent(), course)).Value;
        var failed = (await shared.StartAs(CourseCalls.NewStudent(), course)).Value;
        await SandboxWorld.AnswerAtBank(paid.PaymentUrl!, "approve");
        await SandboxWorld.AnswerAtBank(failed.PaymentUrl!, "refuse");
        await gateway.NotifyOnce();
        var start = gateway.Get<StartCoursePayment>();
        Assert.Equal("PAYMENT_ALREADY_SUCCESSFUL", (await start.Retry(paid, null, PaymentGateway.Http.Origin.System, Cancel)).Refusal!.Kind.Code);
        shared.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal("RETRY_LIMIT_EXCEEDED", (await start.Retry(failed, null, PaymentGateway.Http.Origin.System, Cancel)).Refusal!.Kind.Code);
    }

    [Fact]
    public async Task Finance_refunds_with_a_fresh_code_and_the_same_request_is_one_refund()
    {
        using var finance = await shared.People.Member(gateway.Shop.MerchantId, withFactor: true, "finance");
        var paid = (await shared.StartAs(CourseCalls.NewStudent(), await staff.Course())).Value;
        await SandboxWorld.AnswerAtBank(paid.PaymentUrl!, "approve");
        await gateway.NotifyOnce();

        var (needed, _) = await Refund(finance, paid.Id, 40, code: null);
        Assert.Equal("TWO_FACTOR_AUTH_REQUIRED", needed);
        Assert.Equal("TWO_FACTOR_AUTH_FAILED", (await Refund(finance, paid.Id, 40, finance.WrongCode())).Code);
        Assert.Equal("REFUND_AMOUNT_EXCEEDS_ORIGINAL", (await Refund(finance, paid.Id, 11_801, finance.NextCode())).Code);

        var code = finance.NextCode();
        var twice = await Task.WhenAll(Refund(finance, paid.Id, 40, code), Refund(finance, paid.Id, 40, code));
        var (_, again) = await Refund(finance, paid.Id, 40, code);
        var expected = BusinessDays.After(DateOnly.FromDateTime(shared.Clock.GetUtcNow().UtcDateTime), 7);
        Assert.Equal(expected.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), again.Text("estimatedCompletionDate"));
        Assert.All(twice.Where(one => one.Code is null), one => Assert.Equal(again.Text("refundTransactionId"), one.Body.Text("refundTransactionId")));
        await gateway.ResolveRefundsOnce();
        Assert.Equal(("partially_refunded", 4000L), await gateway.Query<(string, long)>(
            "SELECT state, amount_refunded FROM courses.transactions WHERE id = @Id", new { paid.Id }));

        Assert.Null((await Refund(finance, paid.Id, 11_760, finance.NextCode())).Code);
        await gateway.ResolveRefundsOnce();
        Assert.Equal(("refunded", "closed"), (await StateOf(paid.Id), await EnrollmentOf(paid.Id)));
        Assert.Equal("PAYMENT_ALREADY_REFUNDED", (await Refund(finance, paid.Id, 1, finance.NextCode())).Code);
    }

    private static async Task<(string? Code, JsonElement Body)> Refund(Somebody person, string transactionId, decimal amount, string? code)
    {
        var (status, body, _) = await person.Post(
            "/api/admin/payment/refund", new { transactionId, amount, reason = "The student fell ill before it began", twoFactorCode = code });
        return ((int)status < 300 ? null : body.Code(), body);
    }

    [Fact]
    public async Task A_second_start_gets_the_session_that_is_open()
    {
        using var student = await shared.Student();
        var course = await staff.Course();
        await staff.Code(new { code = "LATER", amount = 100 });
        var first = await student.Started(course);
        var second = await student.Started(course);
        Assert.Equal(
            (first.Text("transactionId"), first.Text("sessionId"), first.Text("paymentUrl")),
            (second.Text("transactionId"), second.Text("sessionId"), second.Text("paymentUrl")));
        Assert.Equal("INVALID_STATE", (await student.Start(course, "LATER")).Body.Code());
    }

    [Fact]
    public async Task A_session_that_is_over_expires_and_one_that_was_paid_meanwhile_stands()
    {
        var course = await staff.Course();
        var left = (await shared.StartAs(CourseCalls.NewStudent(), course)).Value;
        var paid = (await shared.StartAs(CourseCalls.NewStudent(), course)).Value;
        await SandboxWorld.AnswerAtBank(paid.PaymentUrl!, "approve");
        shared.Clock.Advance(TimeSpan.FromMinutes(15));

        await gateway.Get<SessionExpiry>().RunOnce(Cancel);

        Assert.Equal("expired", await StateOf(left.Id));
        Assert.Equal("success", await StateOf(paid.Id));
        Assert.Equal(1, await gateway.EventsOf(left.Id, "course_payment.expired"));
    }

    [Fact]
    public async Task The_hourly_job_ends_what_was_missed_says_how_many_and_leaves_the_rest_to_the_rounds()
    {
        var course = await staff.Course();
        var (missed, fresh) = ((await shared.StartAs(CourseCalls.NewStudent(), course)).Value, (await shared.StartAs(CourseCalls.NewStudent(), course)).Value);
        await gateway.Get<SessionExpiry>().RunOnce(Cancel);
        await gateway.Execute("UPDATE courses.transactions SET expires_at = @at WHERE id = @Id", new { missed.Id, at = shared.Clock.GetUtcNow().AddMinutes(-6) });
        await gateway.Execute("UPDATE courses.transactions SET expires_at = @at WHERE id = @Id", new { fresh.Id, at = shared.Clock.GetUtcNow().AddMinutes(-4) });
        var job = gateway.Get<JobRegistry>().Find("expire-course-sessions")!;

        Assert.Equal("1 had been missed", await job.Run(gateway.Get<IServiceProvider>(), Cancel));
        Assert.Equal(("expired", "pending"), (await StateOf(missed.Id), await StateOf(fresh.Id)));
        Assert.Equal("0 had been missed", await job.Run(gateway.Get<IServiceProvider>(), Cancel));
        Assert.Equal(1, await gateway.Get<SessionExpiry>().RunOnce(Cancel));
    }

    [Fact]
    public async Task What_is_paid_twice_goes_back_by_itself_and_the_course_stays()
    {
        var (course, student) = (await staff.Course(), CourseCalls.NewStudent());
        var first = (await shared.StartAs(student, course)).Value;

        // Our session is shorter than the gateway's page, and the student has the page open still.
        await gateway.Execute("UPDATE courses.transactions SET expires_at = created_at WHERE id = @Id", new { first.Id });
        await gateway.Get<SessionExpiry>().RunOnce(Cancel);
        var second = (await shared.StartAs(student, course)).Value;
        await SandboxWorld.AnswerAtBank(second.PaymentUrl!, "approve");
        await gateway.NotifyOnce();
        await SandboxWorld.AnswerAtBank(first.PaymentUrl!, "approve");
        await gateway.NotifyOnce();
        Assert.Equal(("success", true), await gateway.Query<(string, bool)>(
            "SELECT state, is_duplicate FROM courses.transactions WHERE id = @Id", new { first.Id }));

        await gateway.Get<DuplicateRefunds>().RunOnce(Cancel);
        await gateway.ResolveRefundsOnce();

        Assert.Equal(("refunded", "success"), (await StateOf(first.Id), await StateOf(second.Id)));
        Assert.Equal(0, await gateway.Get<DuplicateRefunds>().RunOnce(Cancel));
        Assert.Equal("active", await EnrollmentOf(second.Id));
    }

    [Fact]
    public async Task All_that_goes_back_closes_the_course_in_the_same_commit()
    {
        var paid = (await shared.StartAs(CourseCalls.NewStudent(), await staff.Course())).Value;
        await SandboxWorld.AnswerAtBank(paid.PaymentUrl!, "approve");
        await gateway.NotifyOnce();
        await staff.Post("/api/payments/refunds", new { paymentId = await PaymentOf(paid.Id) });
        await gateway.ResolveRefundsOnce();
        Assert.Equal(("refunded", "closed"), (await StateOf(paid.Id), await EnrollmentOf(paid.Id)));
        Assert.True(await gateway.Query<bool>(
            """
            SELECT count(DISTINCT r.xmin::text) = 1
            FROM audit.rows r
            JOIN courses.enrollments e ON e.transaction_id = @Id
            JOIN refunds.refunds f ON f.payment_id = @payment
            WHERE (r.object_id, r.action) IN ((e.id, 'enrollment.closed'), (f.id, 'refund.succeeded'), (@Id, 'course_payment.refund'))
            """, new { paid.Id, payment = await PaymentOf(paid.Id) }));
    }

    [Fact]
    public async Task A_part_that_goes_back_leaves_the_course_open()
    {
        var paid = (await shared.StartAs(CourseCalls.NewStudent(), await staff.Course())).Value;
        await SandboxWorld.AnswerAtBank(paid.PaymentUrl!, "approve");
        await gateway.NotifyOnce();
        await staff.Post("/api/payments/refunds", new { paymentId = await PaymentOf(paid.Id), amount = 40 });
        await gateway.ResolveRefundsOnce();
        Assert.Equal("partially_refunded", await StateOf(paid.Id));
        Assert.Equal("active", await EnrollmentOf(paid.Id));
    }

    [Fact]
    public async Task A_gateway_that_does_not_answer_refuses_the_start_and_tells_later()
    {
        using var student = await shared.Student();
        var (status, body) = await student.Start(await staff.Course(), behaviour: "lost_answer");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "GATEWAY_UNAVAILABLE"), (status, body.Code()));
        var id = body.GetProperty("error").GetProperty("details").Text("transactionId");
        shared.Clock.Advance(TimeSpan.FromMinutes(1));
        await gateway.ResolveOnce();
        Assert.True((await student.Client.GetJson($"/api/payment/status/{id}")).TryGetProperty("paymentUrl", out _));
    }

    [Fact]
    public async Task A_start_needs_a_person_the_token_of_its_page_and_a_course_that_is_sold()
    {
        using var student = await shared.Student();
        var course = await staff.Course();
        Assert.Equal("CSRF_TOKEN_INVALID", (await student.Start(course, withToken: false)).Body.Code());
        Assert.Equal("INVALID_COURSE_ID", (await student.Start("course_01kaf5w3v8e7x9qh2m4n6p8r0t")).Body.Code());
        Assert.Equal("INVALID_DISCOUNT_CODE", (await student.Start(course, "NO-SUCH")).Body.Code());
        Assert.Equal("AMOUNT_BELOW_MINIMUM", (await student.Start(await staff.Course(8))).Body.Code());
        Assert.Equal("AMOUNT_ABOVE_MAXIMUM", (await student.Start(await staff.Course(500_000))).Body.Code());
        Assert.Equal("RATE_LIMIT_EXCEEDED", (await student.Start(course)).Body.Code());
        Assert.Equal("UNAUTHORIZED_ACCESS", (await staff.Post("/api/payment/initiate", new { courseId = course })).Body.Code());
    }

    [Fact]
    public async Task Another_students_payment_is_not_found()
    {
        using var student = await shared.Student();
        using var other = await shared.Student();
        var started = await student.Started(await staff.Course());
        var path = $"/api/payment/status/{started.Text("transactionId")}";
        Assert.Equal("TRANSACTION_NOT_FOUND", (await other.Client.Call(HttpMethod.Get, path)).Body.Code());
        Assert.Equal("INVALID_TRANSACTION_ID", (await other.Client.Call(HttpMethod.Get, "/api/payment/status/txn_1")).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await other.Client.Call(HttpMethod.Get, "/api/payment/history?limit=51")).Body.Code());
    }

    [Fact]
    public async Task A_forged_return_changes_nothing_and_raises_an_alert()
    {
        var paid = (await shared.StartAs(CourseCalls.NewStudent(), await staff.Course())).Value;
        using var browser = new HttpClient { BaseAddress = gateway.Address };
        for (var time = 0; time < 12; time++)
        {
            using var answer = await browser.GetAsync(new Uri($"/api/payment/callback?transactionId={paid.Id}&signature=guess", UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Equal("pending", await StateOf(paid.Id));
        Assert.Equal(10, await gateway.EventsOf(paid.Id, "security.alert"));
        Assert.Equal(10, await gateway.Query<long>(
            "SELECT count(*) FROM audit.rows WHERE object_id = @Id AND action = 'security.alert'", new { paid.Id }));
    }

    private async Task<string> ComeBack(JsonElement started)
    {
        using var browser = new HttpClient();
        return await browser.GetStringAsync(new Uri(await gateway.ReturnUrlOf(started.Text("transactionId"))), Cancel);
    }

    private Task<string> StateOf(string id) => gateway.Query<string>("SELECT state FROM courses.transactions WHERE id = @id", new { id });

    private Task<string> EnrollmentOf(string id) =>
        gateway.Query<string>("SELECT state FROM courses.enrollments WHERE transaction_id = @id", new { id });

    private Task<string> PaymentOf(string id) => gateway.Query<string>("SELECT payment_id FROM courses.transactions WHERE id = @id", new { id });

    private static int Whole(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static decimal Of(JsonElement json, string name) => json.GetProperty(name).GetDecimal();
}
