using PaymentGateway.Courses;
using PaymentGateway.Ledger;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Courses;

/// <summary>Each check of the book sees what it is for, and nothing once it is mended.</summary>
public sealed class CourseChecksTests(CoursesFixture shared) : IClassFixture<CoursesFixture>
{
    private readonly TestGateway gateway = shared.Gateway;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_check_sees_what_it_is_for()
    {
        var course = await shared.Staff.Course();
        await shared.Staff.Code(new { code = "CHECKED", percent = 10 });
        var paid = (await shared.StartAs(CourseCalls.NewStudent(), course, "CHECKED")).Value;
        await SandboxWorld.AnswerAtBank(paid.PaymentUrl!, "approve");
        await gateway.Get<SessionExpiry>().Refresh(paid, Cancel);
        await gateway.AssertBookHolds();

        foreach (var (sentence, breaks, mends) in new[]
        {
            ("agrees with its payment", "UPDATE courses.transactions SET amount_refunded = 1, state = 'partially_refunded' WHERE id = @Id",
                "UPDATE courses.transactions SET amount_refunded = 0, state = 'success' WHERE id = @Id"),
            ("has made its course payment paid", "UPDATE courses.transactions SET state = 'pending', paid_at = NULL WHERE id = @Id",
                "UPDATE courses.transactions SET state = 'success', paid_at = created_at WHERE id = @Id"),
            ("has opened its course", "UPDATE courses.enrollments SET transaction_id = NULL WHERE student_id = @StudentId",
                "UPDATE courses.enrollments SET transaction_id = @Id WHERE student_id = @StudentId"),
            ("Every open enrolment", "UPDATE courses.enrollments SET student_id = 'usr_other' WHERE transaction_id = @Id",
                "UPDATE courses.enrollments SET student_id = @StudentId WHERE transaction_id = @Id"),
            ("paid twice", "UPDATE courses.transactions SET is_duplicate = true WHERE id = @Id",
                "UPDATE courses.transactions SET is_duplicate = false WHERE id = @Id"),
            ("A discount code", "UPDATE courses.discount_codes SET uses = uses + 1 WHERE code = 'CHECKED'",
                "UPDATE courses.discount_codes SET uses = uses - 1 WHERE code = 'CHECKED'"),
            ("A discount code", "UPDATE courses.transactions SET state = 'failed', failure_reason = 'other', paid_at = NULL WHERE id = @Id",
                "UPDATE courses.transactions SET state = 'success', failure_reason = NULL, paid_at = created_at WHERE id = @Id"),
        })
        {
            await gateway.Execute(breaks, new { paid.Id, paid.StudentId });
            var report = await gateway.Get<BookVerifier>().Verify(Cancel);
            Assert.Contains(report.Checks, check => check.Name.Contains(sentence, StringComparison.Ordinal) && check.Broken.Count > 0);
            await gateway.Execute(mends, new { paid.Id, paid.StudentId });
        }
    }
}
