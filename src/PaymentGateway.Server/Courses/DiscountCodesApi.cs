using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Courses;

/// <summary>Discount codes, for the merchant alone: a student who could list them would need none.</summary>
internal sealed class DiscountCodesApi(
    DiscountStore store, CourseStore courses, TransactionStore transactions, Idempotency idempotency, CourseFacts facts, MerchantClocks clocks)
{
    public static void Map(IEndpointRouteBuilder routes, DiscountCodesApi api)
    {
        var codes = routes.MapGroup("/api/discount-codes").WithTags("Courses").WithMetadata(new RequiresKey(KeyKind.Secret));
        codes.MapPost("", api.Create).WithName("createDiscountCode").WithSummary("Create a discount code")
            .WithDescription("Takes a part or an amount off the price of all courses or of some. Its name is taken once, also by one that is not active.")
            .Produces<DiscountCodeView>(StatusCodes.Status201Created)
            .Example(CourseExamples.CreateCode, CourseExamples.Code)
            .Errors(Errors.InvalidAmount, Errors.AmountAboveMaximum, Errors.InvalidCourseId, Errors.DiscountCodeExists);
        codes.MapGet("", api.List).WithName("listDiscountCodes").WithSummary("List discount codes")
            .WithDescription("Newest first. Filters: active, partner, createdFrom, createdTo.").Produces<ListView<DiscountCodeView>>()
            .Filters("active", "partner", "createdFrom", "createdTo")
            .Example(OperationExample.ListOf(CourseExamples.Code))
            .Errors();
        codes.MapGet("{discountCodeId}", api.Get).WithName("getDiscountCode").WithSummary("Get a discount code")
            .WithDescription("With how often it was used.").Produces<DiscountCodeView>()
            .Example(CourseExamples.Code)
            .Errors(Errors.DiscountCodeNotFound);
        codes.MapGet("{discountCodeId}/usage", api.Usage).WithName("getDiscountCodeUsage").WithSummary("See how a discount code was used")
            .WithDescription("How many payments have it, how many of them were paid, by how many students, and what it took off them.")
            .Produces<DiscountUsageView>()
            .Example(CoursePaymentExamples.Usage)
            .Errors(Errors.DiscountCodeNotFound);
        codes.MapPatch("{discountCodeId}", api.Update).WithName("updateDiscountCode").WithSummary("Change a discount code")
            .WithDescription("What is absent stays; what it takes off cannot be changed. Payments that have begun keep it.")
            .Produces<DiscountCodeView>()
            .Example(CourseExamples.UpdateCode, CourseExamples.Code)
            .Errors(Errors.DiscountCodeNotFound, Errors.InvalidCourseId);
    }

    private Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateDiscountCodeBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            var made = DiscountFields.Read(body.Value, Id.New(DiscountCode.IdPrefix, clocks.Real), caller.Tenant, clocks.Now(caller.Tenant));
            if ((made.Refusal ?? await WhyNotWritten(made.Value, cancel)) is { } refusal)
            {
                return new Decided(null, Answer.Of(refusal, caller.RequestId));
            }

            var change = new Change().Write(DiscountRows.Insert, made.Value);
            facts.Write(change, null, made.Value, caller.Origin);
            return new Decided(change, Answer.Created(DiscountCodeView.Of(made.Value), $"/api/discount-codes/{made.Value.Id}"));
        }, cancel);

    private async Task<Answer> Get(Caller caller, string discountCodeId, CancellationToken cancel) =>
        await store.Find(caller.Tenant, discountCodeId, cancel) is { } code ? Answer.Ok(DiscountCodeView.Of(code)) : NotFound(caller);

    private async Task<Answer> Usage(Caller caller, string discountCodeId, CancellationToken cancel)
    {
        if (await store.Find(caller.Tenant, discountCodeId, cancel) is not { } code)
        {
            return NotFound(caller);
        }

        var (paid, students, discount) = await transactions.UsageOf(caller.Tenant, code.Id, cancel);
        return Answer.Ok(new DiscountUsageView(
            code.Id, code.Code, code.Partner, code.Uses, code.UseLimit, paid, students, Money.FromMinor(discount, Currency.INR).ToMajor(),
            Currency.INR.Code));
    }

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, DiscountCode.IdPrefix, "active", "partner", "createdFrom", "createdTo");
        return (query.Refusal ?? CoursesApi.UnknownActive(query.Value)) is { } refusal
            ? Answer.Of(refusal, caller.RequestId)
            : Answer.Ok(await store.List(caller.Tenant, query.Value, DiscountCodeView.Of, cancel));
    }

    private Task<Answer> Update(
        Caller caller, string discountCodeId, HttpRequest request, Body<UpdateDiscountCodeBody> body, CancellationToken cancel) =>
        idempotency.Run(caller, request, body, async _ =>
        {
            if (await store.Find(caller.Tenant, discountCodeId, cancel) is not { } code)
            {
                return new Decided(null, NotFound(caller));
            }

            var updated = DiscountFields.Update(code, body.Value, clocks.Now(caller.Tenant));
            if ((updated.Refusal ?? await UnknownCourses(updated.Value, cancel)) is { } refusal)
            {
                return new Decided(null, Answer.Of(refusal, caller.RequestId));
            }

            var change = new Change().Write(DiscountRows.Update, updated.Value);
            facts.Write(change, code, updated.Value, caller.Origin);
            return new Decided(change, Answer.Ok(DiscountCodeView.Of(updated.Value)));
        }, cancel);

    private async Task<Refusal?> WhyNotWritten(DiscountCode code, CancellationToken cancel) =>
        await store.FindByCode(code.Tenant, code.Code, cancel) is not null
            ? new Refusal(Errors.DiscountCodeExists)
            : await UnknownCourses(code, cancel);

    private async Task<Refusal?> UnknownCourses(DiscountCode code, CancellationToken cancel) =>
        code.CourseIds is { } ids && await courses.Unknown(code.Tenant, ids, cancel) is [var unknown, ..]
            ? Refusal.Field(Errors.InvalidCourseId, "courseIds", $"has {unknown}, which is no course of yours")
            : null;

    private static Answer NotFound(Caller caller) => Answer.Of(new Refusal(Errors.DiscountCodeNotFound), caller.RequestId);
}
