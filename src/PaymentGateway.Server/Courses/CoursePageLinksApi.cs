using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Courses.Pages;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>What a merchant says for the pages on which students pay.</summary>
internal sealed class CoursePageLinksApi(
    CoursePageLinksStore store, Idempotency idempotency, CourseFacts facts, PublicAddress address, MerchantClocks clocks)
{
    public static void Map(IEndpointRouteBuilder routes, CoursePageLinksApi api)
    {
        var links = routes.MapGroup("/api/courses/page-links").WithTags("Courses").WithMetadata(new RequiresKey(KeyKind.Secret));
        links.MapGet("", api.Get).WithName("getCoursePageLinks").WithSummary("Read where the pages for students lead to")
            .WithDescription("In the mode of the key, with the address of the pages. What was not set is absent.").Produces<CoursePageLinksView>()
            .Example(CourseExamples.PageLinks)
            .Errors();
        links.MapPut("", api.Put).WithName("putCoursePageLinks").WithSummary("Say where the pages for students lead to")
            .WithDescription("Replaced whole. In live mode the pages sell only once they have terms and a privacy policy to show.")
            .Produces<CoursePageLinksView>()
            .Example(CourseExamples.PutPageLinks, CourseExamples.PageLinks)
            .Errors();
    }

    private async Task<Answer> Get(Caller caller, CancellationToken cancel) =>
        Answer.Ok(ViewOf(await store.Find(caller.Tenant, cancel) ?? CoursePageLinks.None(caller.Tenant)));

    private Task<Answer> Put(Caller caller, HttpRequest request, Body<CoursePageLinksBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            var before = await store.Find(caller.Tenant, cancel);
            var next = body.Value.Read(before, caller.Tenant, clocks.Now(caller.Tenant));
            if (next.IsRefused)
            {
                return new Decided(null, Answer.Of(next.Refusal!, caller.RequestId));
            }

            var change = new Change().Of(caller.Tenant).Write(CourseRows.PutPageLinks, next.Value);
            facts.Write(change, before, next.Value, caller.Origin);
            return new Decided(change, Answer.Ok(ViewOf(next.Value)));
        }, cancel);

    private CoursePageLinksView ViewOf(CoursePageLinks links) =>
        CoursePageLinksView.Of(links, address.Link(new CoursePaths(links.Tenant).Root));
}
