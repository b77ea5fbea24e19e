using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.People;

namespace PaymentGateway.Courses;

/// <param name="CourseId">The course.</param>
/// <param name="StudentId">The person: usr_….</param>
internal sealed record CreateEnrollmentBody(string? CourseId, string? StudentId);

/// <summary>Who has which course. Payments open enrolments; the merchant's staff may give and close them too. Students see their own.</summary>
internal sealed class EnrollmentsApi(
    EnrollmentStore store, CourseStore courses, FindContact people, Idempotency idempotency, CourseFacts facts, MerchantClocks clocks)
{
    public static void Map(IEndpointRouteBuilder routes, EnrollmentsApi api)
    {
        var enrollments = routes.MapGroup("/api/enrollments").WithTags("Courses").WithMetadata(new RequiresKey(KeyKind.Secret));
        enrollments.MapPost("", api.Create).WithName("createEnrollment").WithSummary("Give a course to a student")
            .WithDescription("Without a payment. A student has a course once.").Produces<EnrollmentView>(StatusCodes.Status201Created)
            .Example(CourseExamples.CreateEnrollment, CourseExamples.Enrollment)
            .Errors(Errors.InvalidCourseId, Errors.EnrollmentExists);
        enrollments.MapGet("", api.List).WithName("listEnrollments").WithSummary("List enrolments")
            .WithDescription("Newest first. Filters: status, courseId, studentId, createdFrom, createdTo. A student sees their own.")
            .Produces<ListView<EnrollmentView>>()
            .Filters("status", "courseId", "studentId", "createdFrom", "createdTo")
            .Example(OperationExample.ListOf(CourseExamples.Enrollment))
            .Errors();
        enrollments.MapGet("{enrollmentId}", api.Get).WithName("getEnrollment").WithSummary("Get an enrolment")
            .WithDescription("With what paid for it, and why it was closed.").Produces<EnrollmentView>()
            .Example(CourseExamples.Enrollment)
            .Errors(Errors.EnrollmentNotFound);
        enrollments.MapPost("{enrollmentId}/close", api.Close).WithName("closeEnrollment").WithSummary("Take a course back")
            .WithDescription("The student can buy it again. No money moves by it.").Produces<EnrollmentView>()
            .Example("{}", CourseExamples.ClosedEnrollment)
            .Errors(Errors.EnrollmentNotFound, Errors.InvalidState);
    }

    private Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateEnrollmentBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            var (courseId, studentId) = (body.Value.CourseId ?? "", body.Value.StudentId ?? "");
            if (await WhyNotGiven(caller.Tenant, courseId, studentId, cancel) is { } refusal)
            {
                return new Decided(null, Answer.Of(refusal, caller.RequestId));
            }

            var enrollment = new Enrollment
            {
                Id = Id.New(Enrollment.IdPrefix, clocks.Real),
                Tenant = caller.Tenant,
                CourseId = courseId,
                StudentId = studentId,
                State = EnrollmentState.Active,
                OpenedAt = clocks.Now(caller.Tenant),
            };
            var change = new Change().Write(EnrollmentRows.Insert, enrollment);
            facts.Write(change, null, enrollment, caller.Origin);
            return new Decided(change, Answer.Created(EnrollmentView.Of(enrollment), $"/api/enrollments/{enrollment.Id}"));
        }, cancel);

    private async Task<Refusal?> WhyNotGiven(Tenant tenant, string courseId, string studentId, CancellationToken cancel)
    {
        if (await courses.Find(tenant, courseId, cancel) is null)
        {
            return new Refusal(Errors.InvalidCourseId);
        }

        return await people(studentId, cancel) is null ? Refusal.Field("studentId", "is not the id of a person here: usr_…")
            : await store.FindActive(tenant, courseId, studentId, cancel) is not null ? new Refusal(Errors.EnrollmentExists)
            : null;
    }

    private async Task<Answer> Get(Caller caller, string enrollmentId, CancellationToken cancel) =>
        await store.Find(caller.Tenant, enrollmentId, cancel) is { } enrollment
        && (!caller.SeesOwnOnly || enrollment.StudentId == caller.Person!.UserId)
            ? Answer.Ok(EnrollmentView.Of(enrollment))
            : NotFound(caller);

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, Enrollment.IdPrefix, "status", "courseId", "studentId", "createdFrom", "createdTo");
        return (query.Refusal ?? UnknownStatus(query.Value)) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.List(
                caller.Tenant, query.Value, caller.SeesOwnOnly ? caller.Person!.UserId : null, EnrollmentView.Of, cancel));
    }

    private Task<Answer> Close(Caller caller, string enrollmentId, HttpRequest request, Body<EmptyBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            if (await store.Find(caller.Tenant, enrollmentId, cancel) is not { } enrollment)
            {
                return new Decided(null, NotFound(caller));
            }

            var closed = enrollment.Close(EnrollmentEnd.ByStaff, clocks.Now(caller.Tenant));
            if (closed.IsRefused)
            {
                return new Decided(null, Answer.Of(closed.Refusal!, caller.RequestId));
            }

            var change = new Change().Write(EnrollmentRows.Close, closed.Value);
            facts.Write(change, enrollment, closed.Value, caller.Origin);
            return new Decided(change, Answer.Ok(EnrollmentView.Of(closed.Value)));
        }, cancel);

    private static Refusal? UnknownStatus(ListQuery query) =>
        query["status"] is { } status && Words.StatesWith<EnrollmentState>(status, Words.Of).Length == 0
            ? Refusal.Field("status", "must be active or closed")
            : null;

    private static Answer NotFound(Caller caller) => Answer.Of(new Refusal(Errors.EnrollmentNotFound), caller.RequestId);
}
