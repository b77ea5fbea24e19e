using Npgsql;
using PaymentGateway.Courses;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Courses;

/// <summary>Many at once, and raw SQL. Who wins is open; what is left behind is not.</summary>
public sealed class CourseRaceTests(CoursesFixture shared) : IClassFixture<CoursesFixture>
{
    private const int Callers = 32;
    private const int Rounds = 200;

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient staff = shared.Staff;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thirty_two_starts_of_one_student_for_one_course_are_one_session()
    {
        var (course, student) = (await staff.Course(), CourseCalls.NewStudent());

        var started = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => shared.StartAs(student, course)));

        Assert.Single(started.Select(one => one.Value.SessionId).Distinct());
        var page = (await shared.StartAs(student, course)).Value;
        Assert.NotNull(page.PaymentUrl);
        Assert.Equal((1L, 0L), await gateway.AtProcessor(page.OrderId));
    }

    [Fact]
    public async Task Of_thirty_two_students_as_many_use_a_code_as_can()
    {
        var course = await staff.Course();
        var code = await staff.Code(new { code = "FIRST5", percent = 10, useLimit = 5 });

        var started = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => shared.StartAs(CourseCalls.NewStudent(), course, "FIRST5")));

        Assert.Equal(5, started.Count(one => !one.IsRefused));
        Assert.All(started.Where(one => one.IsRefused), one => Assert.Equal("INVALID_DISCOUNT_CODE", one.Refusal!.Kind.Code));
        Assert.Equal(5, (await staff.GetJson($"/api/discount-codes/{code.Text("id")}")).GetProperty("uses").GetInt32());
    }

    [Fact]
    public async Task One_student_uses_a_code_for_as_many_courses_as_can_be()
    {
        var student = CourseCalls.NewStudent();
        var courses = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => staff.Course()));
        await staff.Code(new { code = "TWICE", percent = 10, studentLimit = 2 });

        var started = await Task.WhenAll(courses.Select(course => shared.StartAs(student, course, "TWICE")));

        Assert.Equal(2, started.Count(one => !one.IsRefused));
    }

    [Fact]
    public async Task Browser_and_gateway_at_the_same_instant_open_every_course_once()
    {
        var course = await staff.Course();
        var started = await Task.WhenAll(Enumerable.Range(0, Rounds).Select(_ => shared.StartAs(CourseCalls.NewStudent(), course)));
        var addresses = await Task.WhenAll(started.Select(one => gateway.ReturnUrlOf(one.Value.Id)));
        using var browser = new HttpClient();

        // The sandbox writes as soon as the student has agreed, while browsers come back.
        await Task.WhenAll(started.Zip(addresses, (one, address) => Task.WhenAll(
            SandboxWorld.AnswerAtBank(one.Value.PaymentUrl!, "approve"), ComeBack(address), ComeBack(address))));
        await Task.WhenAll(addresses.Select(ComeBack));

        async Task ComeBack(string address) => (await browser.GetAsync(new Uri(address), Cancel)).Dispose();

        var ids = started.Select(one => one.Value.Id).ToArray();
        Assert.Equal((Rounds, Rounds, Rounds), await gateway.Query<(int, int, int)>(
            """
            SELECT (SELECT count(*)::integer FROM courses.transactions WHERE id = ANY (@ids) AND state = 'success' AND NOT is_duplicate),
                (SELECT count(*)::integer FROM courses.enrollments WHERE transaction_id = ANY (@ids) AND state = 'active'),
                (SELECT count(*)::integer FROM events.events WHERE subject_id = ANY (@ids) AND name = 'course_payment.succeeded')
            """, new { ids }));
    }

    [Theory]
    [InlineData("one_active_enrollment", """
        INSERT INTO courses.enrollments (id, merchant_id, mode, course_id, student_id, state, opened_at)
        SELECT 'enr_copy', merchant_id, mode, course_id, student_id, state, opened_at FROM courses.enrollments WHERE transaction_id = @paid
        """)]
    [InlineData("one_enrollment_per_payment", """
        INSERT INTO courses.enrollments
        SELECT 'enr_copy', merchant_id, mode, course_id, 'usr_other', transaction_id, state, opened_at FROM courses.enrollments WHERE transaction_id = @paid
        """)]
    [InlineData("a_closed_enrollment_says_when_and_why", "UPDATE courses.enrollments SET state = 'closed' WHERE transaction_id = @paid")]
    [InlineData("one_open_session", """
        UPDATE courses.transactions AS t SET student_id = o.student_id, course_id = o.course_id, state = 'pending', paid_at = NULL
        FROM courses.transactions o WHERE t.id = @paid AND o.id = @open
        """)]
    [InlineData("one_course_payment_per_order", """
        UPDATE courses.transactions AS t SET order_id = o.order_id FROM courses.transactions o WHERE t.id = @paid AND o.id = @open
        """)]
    [InlineData("the_total_is_the_sum_of_its_parts", "UPDATE courses.transactions SET gst = gst + 1 WHERE id = @paid")]
    [InlineData("no_more_goes_back_than_was_paid", "UPDATE courses.transactions SET amount_refunded = total + 1, state = 'success' WHERE id = @paid")]
    [InlineData("the_state_says_what_went_back", "UPDATE courses.transactions SET state = 'refunded' WHERE id = @paid")]
    [InlineData("what_is_paid_says_when", "UPDATE courses.transactions SET paid_at = NULL WHERE id = @paid")]
    [InlineData("a_failed_course_payment_says_why", "UPDATE courses.transactions SET state = 'failed', paid_at = NULL WHERE id = @paid")]
    [InlineData("no_more_uses_than_allowed", "UPDATE courses.discount_codes SET uses = use_limit + 1 WHERE code = @code")]
    [InlineData("no_more_uses_by_a_student_than_allowed", "UPDATE courses.discount_uses SET place = 3 WHERE transaction_id = @open")]
    [InlineData("one_use_per_place", """
        INSERT INTO courses.discount_uses
        SELECT 'TXN_COPY', merchant_id, mode, discount_code_id, student_id, place, student_limit, used_at FROM courses.discount_uses
        WHERE transaction_id = @open
        """)]
    [InlineData("one_discount_code_of_a_name", """
        INSERT INTO courses.discount_codes (id, merchant_id, mode, code, percent, active, created_at, updated_at, version)
        SELECT 'disc_copy', merchant_id, mode, code, percent, active, created_at, updated_at, 1 FROM courses.discount_codes WHERE code = @code
        """)]
    [InlineData("a_code_takes_off_a_part_or_an_amount", "UPDATE courses.discount_codes SET amount = 5, currency = 'INR' WHERE code = @code")]
    [InlineData("one_course_payment_per_session", """
        UPDATE courses.transactions AS t SET session_id = o.session_id FROM courses.transactions o WHERE t.id = @paid AND o.id = @open
        """)]
    [InlineData("one_course_payment_per_gateway_order", """
        UPDATE courses.transactions AS t SET gateway_reference = o.gateway_reference FROM courses.transactions o WHERE t.id = @paid AND o.id = @open
        """)]
    [InlineData("one_retry_of_a_number", "UPDATE courses.transactions SET retry_of = @paid, retry_count = 1 WHERE id IN (@open, @paid)")]
    [InlineData("a_retry_names_the_first_attempt", "UPDATE courses.transactions SET retry_count = 1 WHERE id = @paid")]
    [InlineData("no_more_retries_than_three", "UPDATE courses.transactions SET retry_of = @open, retry_count = 4 WHERE id = @paid")]
    [InlineData("a_retry_is_within_a_day", "UPDATE courses.transactions SET first_attempt_at = created_at - interval '25 hours' WHERE id = @paid")]
    [InlineData("a_code_ends_after_it_starts", "UPDATE courses.discount_codes SET starts_at = now(), ends_at = now() - interval '1 day' WHERE code = @code")]
    [InlineData("one_tax_term_at_a_time", """
        INSERT INTO courses.tax_terms SELECT x.* FROM courses.tax_terms x JOIN courses.transactions t ON t.course_id = x.course_id WHERE t.id = @paid
        """)]
    [InlineData("one_row_for_a_message_that_repeats", """
        INSERT INTO courses.messages
        SELECT t.id || g, t.id, t.merchant_id, t.mode, 'callback', 'x', sha256('x'), now() FROM courses.transactions t, generate_series(1, 2) g WHERE t.id = @paid
        """)]
    [InlineData("a_taxable_course_has_rate_and_sac", "UPDATE courses.tax_terms SET sac = NULL WHERE course_id = (SELECT course_id FROM courses.transactions WHERE id = @paid)")]
    public async Task The_database_refuses_it_by_name(string constraint, string sql)
    {
        var (course, code) = (await staff.Course(), $"RAW{Interlocked.Increment(ref codes)}");
        await staff.Code(new { code, percent = 10, useLimit = 9, studentLimit = 2 });
        var open = (await shared.StartAs(CourseCalls.NewStudent(), course, code)).Value;
        var paid = (await shared.StartAs(CourseCalls.NewStudent(), course)).Value;
        await SandboxWorld.AnswerAtBank(paid.PaymentUrl!, "approve");
        await gateway.Get<SessionExpiry>().Refresh(paid, Cancel);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => gateway.Execute(sql, new { open = open.Id, paid = paid.Id, code }));

        Assert.Equal(constraint, refused.ConstraintName);
    }

    private static int codes;
}
