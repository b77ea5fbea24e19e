using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>Courses: written by the merchant, read by everybody who is signed in.</summary>
internal sealed class CoursesApi(CourseStore store, Idempotency idempotency, CourseFacts facts, MerchantClocks clocks)
{
    public static void Map(IEndpointRouteBuilder routes, CoursesApi api)
    {
        var courses = routes.MapGroup("/api/courses").WithTags("Courses").WithMetadata(new RequiresKey(KeyKind.Secret));
        courses.MapPost("", api.Create).WithName("createCourse").WithSummary("Create a course")
            .WithDescription("Its price is without tax. A taxable course has a rate and a service accounting code.")
            .Produces<CourseView>(StatusCodes.Status201Created)
            .Example(CourseExamples.Create, CourseExamples.Course)
            .Errors(Errors.InvalidAmount, Errors.AmountAboveMaximum, Errors.UnsupportedCurrency);
        courses.MapGet("", api.List).WithName("listCourses").WithSummary("List courses")
            .WithDescription("Newest first. Filters: active, createdFrom, createdTo. A student sees those that are sold.")
            .Produces<ListView<CourseView>>()
            .Filters("active", "createdFrom", "createdTo")
            .Example(OperationExample.ListOf(CourseExamples.Course))
            .Errors();
        courses.MapGet("{courseId}", api.Get).WithName("getCourse").WithSummary("Get a course")
            .WithDescription("With the tax on it, and from when on.").Produces<CourseView>()
            .Example(CourseExamples.Course)
            .Errors(Errors.InvalidCourseId);
        courses.MapPatch("{courseId}", api.Update).WithName("updateCourse").WithSummary("Change a course")
            .WithDescription("What is absent stays. Tax is added to: payments that have begun keep what they began with.")
            .Produces<CourseView>()
            .Example(CourseExamples.Update, CourseExamples.Course)
            .Errors(Errors.InvalidCourseId, Errors.InvalidAmount, Errors.AmountAboveMaximum);
    }

    private Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateCourseBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, _ =>
        {
            var made = CourseFields.Read(body.Value, Id.New(Course.IdPrefix, clocks.Real), caller.Tenant, clocks.Now(caller.Tenant));
            if (made.IsRefused)
            {
                return Task.FromResult(new Decided(null, Answer.Of(made.Refusal!, caller.RequestId)));
            }

            var course = made.Value;
            var change = new Change().Write(CourseRows.Insert, course).Write(CourseRows.InsertTaxTerm, new TaxTermOf(course, course.Tax[0]));
            facts.Write(change, null, course, caller.Origin);
            return Task.FromResult(new Decided(change, Answer.Created(CourseView.Of(course), $"/api/courses/{course.Id}")));
        }, cancel);

    private async Task<Answer> Get(Caller caller, string courseId, CancellationToken cancel) =>
        await store.Find(caller.Tenant, courseId, cancel) is { } course && (course.IsActive || !caller.SeesOwnOnly)
            ? Answer.Ok(CourseView.Of(course))
            : NotFound(caller);

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, Course.IdPrefix, "active", "createdFrom", "createdTo");
        return (query.Refusal ?? UnknownActive(query.Value)) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, query.Value, caller.SeesOwnOnly, CourseView.Of, cancel));
    }

    private Task<Answer> Update(Caller caller, string courseId, HttpRequest request, Body<UpdateCourseBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            if (await store.Find(caller.Tenant, courseId, cancel) is not { } course)
            {
                return new Decided(null, NotFound(caller));
            }

            var updated = CourseFields.Update(course, body.Value, clocks.Now(caller.Tenant));
            if (updated.IsRefused)
            {
                return new Decided(null, Answer.Of(updated.Refusal!, caller.RequestId));
            }

            var next = updated.Value;
            var change = new Change().Write(CourseRows.Update, next)
                .WriteAll(CourseRows.InsertTaxTerm, next.Tax.Skip(course.Tax.Count).Select(term => new TaxTermOf(next, term)));
            facts.Write(change, course, next, caller.Origin);
            return new Decided(change, Answer.Ok(CourseView.Of(next)));
        }, cancel);

    internal static Refusal? UnknownActive(ListQuery query) =>
        query["active"] is null or "true" or "false" ? null : Refusal.Field("active", "must be true or false");

    private static Answer NotFound(Caller caller) => Answer.Of(new Refusal(Errors.InvalidCourseId), caller.RequestId);
}
