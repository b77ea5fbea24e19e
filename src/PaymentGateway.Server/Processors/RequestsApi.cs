using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Processors;

/// <summary>Where a merchant reads what was said to its processors.</summary>
internal sealed class RequestsApi(RequestStore store, FindChargesOfPayment chargesOf)
{
    private static readonly string[] filters = ["connector", "paymentId", "chargeId", "outcome", "createdFrom", "createdTo"];

    private static readonly string[] outcomes = [.. Enum.GetValues<RequestEnd>().Select(Words.Of)];

    public static void Map(IEndpointRouteBuilder routes, RequestsApi api) => routes
        .MapGet("/api/payments/processors/requests", api.List).WithTags("Processors").WithMetadata(new RequiresKey(KeyKind.Secret))
        .WithName("listProcessorRequests").WithSummary("List requests to processors")
        .WithDescription("Each try of each request that was sent to a processor with your account, newest first: for what, how it ended and how "
            + "long it took. Of request and answer there are the names of the fields and those values that say nothing of a person, a card "
            + $"or a key; ids, states and amounts among them. outcome is one of {string.Join(", ", outcomes)}.")
        .Filters(filters)
        .Produces<ListView<RequestView>>()
        .Example(OperationExample.ListOf(ProcessorExamples.Request)).Errors();

    private async Task<Answer> List(Caller caller, HttpRequest request, CancellationToken cancel)
    {
        var query = ListQuery.Read(request, RequestView.IdPrefix, filters);
        if (query.IsRefused)
        {
            return Answer.Of(query.Refusal!, caller.RequestId);
        }

        if (query.Value["outcome"] is { } outcome && !outcomes.Contains(outcome))
        {
            return Answer.Of(Refusal.Field("outcome", $"must be one of {string.Join(", ", outcomes)}"), caller.RequestId);
        }

        var charges = query.Value["paymentId"] is { } paymentId ? await chargesOf(caller.Tenant, paymentId, cancel) : null;
        return Answer.Ok(await store.List(caller.Tenant, query.Value, charges, cancel));
    }
}
