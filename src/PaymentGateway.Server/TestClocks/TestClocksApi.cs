using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.TestClocks;

/// <param name="Name">For you; at most 100 characters.</param>
/// <param name="AdvanceTo">Advance it at once to this time.</param>
internal sealed record CreateTestClock(string? Name, DateTimeOffset? AdvanceTo);

/// <param name="To">The time that it shall be, at most 731 days on.</param>
/// <param name="By">Seconds, at most 731 days.</param>
internal sealed record AdvanceTestClock(DateTimeOffset? To, int? By);

/// <param name="Status">advancing until all that the new time made due is done, then ready.</param>
/// <param name="Time">What time it is for the merchant.</param>
/// <param name="AheadSeconds">How far that is ahead of the real time.</param>
/// <param name="CreatedAt">Real time.</param>
/// <param name="AdvancedAt">Real time of the last advance.</param>
internal sealed record TestClockView(
    string Id, string? Name, TestClockStatus Status, DateTimeOffset Time, decimal AheadSeconds, DateTimeOffset CreatedAt,
    DateTimeOffset? AdvancedAt)
{
    public static TestClockView Of(TestClock clock, DateTimeOffset real) => new(
        clock.Id, clock.Name, clock.Status, clock.TimeAt(real), (decimal)clock.Ahead.TotalMilliseconds / 1000, clock.CreatedAt,
        clock.AdvancedAt);
}

internal sealed record DeletedTestClockView(string Id, bool Deleted);

internal sealed class TestClocksApi(TestClockStore store, Idempotency idempotency, Committer committer, MerchantClocks clocks)
{
    private const int RoundsMax = 100;

    public static void Map(IEndpointRouteBuilder routes, TestClocksApi api)
    {
        var all = routes.MapGroup("/api/payments/test-clocks").WithTags("Test clocks").WithMetadata(new RequiresKey(KeyKind.Secret));
        all.MapPost("", api.Create).WithName("createTestClock").WithSummary("Create the test clock")
            .WithDescription("One for a merchant's sandbox, in test mode only. Until it is advanced it shows the real time.")
            .Produces<TestClockView>(StatusCodes.Status201Created)
            .Example(TestClockExamples.Create, TestClockExamples.Created)
            .Errors(Errors.InvalidState);
        all.MapGet("", api.List).WithName("listTestClocks").WithSummary("List test clocks")
            .WithDescription("At most one.")
            .Produces<ListView<TestClockView>>()
            .Filters()
            .Example(OperationExample.ListOf(TestClockExamples.Ready))
            .Errors();
        all.MapGet("{id}", api.Get).WithName("getTestClock").WithSummary("Get a test clock")
            .WithDescription("Ask until status is ready: then all that the new time made due is done.")
            .Produces<TestClockView>()
            .Example(TestClockExamples.Ready)
            .Errors(Errors.TestClockNotFound);
        all.MapPost("{id}/advance", api.Advance).WithName("advanceTestClock").WithSummary("Advance a test clock")
            .WithDescription("Only forward: to a time, or by seconds, at most 731 days in one call. Time flows on from there.")
            .Produces<TestClockView>()
            .Example(TestClockExamples.Advance, TestClockExamples.Advanced)
            .Errors(Errors.TestClockNotFound);
        all.MapDelete("{id}", api.Delete).WithName("deleteTestClock").WithSummary("Delete a test clock")
            .WithDescription("Only one that was never advanced: without it, what was created since would lie in the future.")
            .Produces<DeletedTestClockView>()
            .Example(TestClockExamples.Deleted)
            .Errors(Errors.TestClockNotFound, Errors.InvalidState);
    }

    private Task<Answer> Create(Caller caller, HttpRequest request, Body<CreateTestClock> body, CancellationToken cancel) =>
        Change(caller, request, body, (present, when) =>
            TestClockDecisions.Create(present, caller.Tenant, Id.New("clock", clocks.Real), body.Value, when),
            TestClockRows.Insert, (clock, view) => Answer.Created(view, $"/api/payments/test-clocks/{clock.Id}"), cancel);

    private Task<Answer> Advance(
        string id, Caller caller, HttpRequest request, Body<AdvanceTestClock> body, CancellationToken cancel) =>
        Change(caller, request, body, (present, when) => present?.Id == id
            ? TestClockDecisions.Advance(present, body.Value, when)
            : new Refusal(Errors.TestClockNotFound),
            TestClockRows.Update, (_, view) => Answer.Ok(view), cancel);

    /// <summary>Loads, decides, commits with the answer; from then on this replica lives in the new time.</summary>
    private async Task<Answer> Change<T>(
        Caller caller, HttpRequest request, Body<T> body, Func<TestClock?, DateTimeOffset, Outcome<TestClock>> decide,
        RowWriter<TestClock> writer, Func<TestClock, TestClockView, Answer> answerOf, CancellationToken cancel) where T : class
    {
        if (WhyNot(caller) is { } refused)
        {
            return refused;
        }

        var answer = await idempotency.Run(caller, request, body, async _ =>
        {
            var present = await store.Find(caller.Tenant, cancel);
            var when = clocks.Real.GetUtcNow();
            var decided = decide(present, when);
            return decided.Refusal is { } refusal
                ? new Decided(null, Answer.Of(refusal, caller.RequestId))
                : new Decided(new Change().Write(writer, decided.Value), answerOf(decided.Value, TestClockView.Of(decided.Value, when)));
        }, cancel);
        await clocks.Refresh(cancel);
        return answer;
    }

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, "clock");
        if (WhyNot(caller) is { } refused)
        {
            return refused;
        }

        if (query.Refusal is { } refusal)
        {
            return Answer.Of(refusal, caller.RequestId);
        }

        var clock = await store.Find(caller.Tenant, cancel);
        var isOnPage = clock is not null && (query.Value.Before is not { } before || string.CompareOrdinal(clock.Id, before) < 0);
        return Answer.Ok(query.Value.Page<TestClock, TestClockView>(isOnPage ? [clock!] : [], c => c.Id, View));
    }

    private async Task<Answer> Get(string id, Caller caller, CancellationToken cancel) =>
        WhyNot(caller) ?? (await store.Find(caller.Tenant, cancel) is { } clock && clock.Id == id ? Answer.Ok(View(clock)) : NotFound(caller));

    private async Task<Answer> Delete(string id, Caller caller, CancellationToken cancel)
    {
        if (WhyNot(caller) is { } refused)
        {
            return refused;
        }

        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await store.Find(caller.Tenant, cancel) is not { } clock || clock.Id != id)
            {
                return NotFound(caller);
            }

            if (TestClockDecisions.WhyNotDeleted(clock) is { } refusal)
            {
                return Answer.Of(refusal, caller.RequestId);
            }

            switch (await committer.Commit(new Change().Write(TestClockRows.Delete, clock), cancel))
            {
                case CommitOutcome.Committed:
                    return Answer.Ok(new DeletedTestClockView(id, Deleted: true));
                case CommitOutcome.Rejected rejected:
                    throw new CommitRejectedException(rejected);
            }
        }

        throw new InvalidOperationException($"{id} met a conflict {RoundsMax} times in a row.");
    }

    private TestClockView View(TestClock clock) => TestClockView.Of(clock, clocks.Real.GetUtcNow());

    private static Answer? WhyNot(Caller caller) => caller.Tenant.Mode == Mode.Test
        ? null
        : Answer.Of(new Refusal(Errors.UnauthorizedAccess,
            "Test clocks exist in test mode only: live time is real. Use a test key."), caller.RequestId);

    private static Answer NotFound(Caller caller) => Answer.Of(new Refusal(Errors.TestClockNotFound), caller.RequestId);
}
