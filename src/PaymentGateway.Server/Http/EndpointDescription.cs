using Microsoft.AspNetCore.Http.Metadata;

namespace PaymentGateway.Http;

/// <summary>Endpoint metadata: one request and its answer, as JSON, for the documents.</summary>
/// <param name="Request">Null: the endpoint takes no body.</param>
public sealed record OperationExample(string? Request, string Response)
{
    /// <summary>A list with this one item.</summary>
    public static string ListOf(string item) => $$"""{ "data": [{{item}}], "hasMore": false }""";
}

/// <summary>Endpoint metadata: what the endpoint itself can refuse with, beside what its kind of endpoint always can.</summary>
public sealed record OperationErrors(IReadOnlyList<ErrorKind> Kinds);

/// <summary>Endpoint metadata: a value of the query that the handler reads itself.</summary>
public sealed record OperationQuery(string Name, string Meaning);

/// <summary>Endpoint metadata: a list with cursor and limit, and its filters.</summary>
public sealed record OperationFilters(IReadOnlyList<string> Names);

/// <summary>Endpoint metadata: a POST that has no use for an idempotency key.</summary>
public sealed record TakesNoIdempotencyKey;

/// <summary>How an endpoint says what the documents need to know of it.</summary>
public static class EndpointDescription
{
    private static readonly ErrorKind[] always = [Http.Errors.InternalError, Http.Errors.GatewayUnavailable];

    private static readonly ErrorKind[] ofKeyed =
        [Http.Errors.AuthenticationFailed, Http.Errors.SessionExpired, Http.Errors.UnauthorizedAccess, Http.Errors.TwoFactorAuthRequired,
            Http.Errors.IpNotAllowed, Http.Errors.RateLimitExceeded];

    private static readonly ErrorKind[] ofPersonal = [Http.Errors.SessionExpired, Http.Errors.RateLimitExceeded];

    private static readonly ErrorKind[] ofBody =
        [Http.Errors.ValidationFailed, Http.Errors.UnknownField, Http.Errors.InvalidJson, Http.Errors.CardDataRefused,
            Http.Errors.BodyTooLarge, Http.Errors.UnsupportedMediaType];

    private static readonly ErrorKind[] ofIdempotent =
        [Http.Errors.IdempotencyKeyInvalid, Http.Errors.IdempotencyInProgress, Http.Errors.IdempotencyKeyReused, Http.Errors.ServerBusy];

    private static readonly ErrorKind[] ofList = [Http.Errors.ValidationFailed, Http.Errors.UnknownField];

    /// <summary>An endpoint without a body, and its answer.</summary>
    public static RouteHandlerBuilder Example(this RouteHandlerBuilder endpoint, string response) =>
        endpoint.WithMetadata(new OperationExample(null, response));

    public static RouteHandlerBuilder Example(this RouteHandlerBuilder endpoint, string request, string response) =>
        endpoint.WithMetadata(new OperationExample(request, response));

    public static RouteHandlerBuilder Query(this RouteHandlerBuilder endpoint, string name, string meaning) =>
        endpoint.WithMetadata(new OperationQuery(name, meaning));

    public static RouteHandlerBuilder Filters(this RouteHandlerBuilder endpoint, params string[] names) =>
        endpoint.WithMetadata(new OperationFilters(names));

    /// <summary>The endpoint's own errors; those of its kind (a key, a person, a body, a list, an idempotency key) are added to them.</summary>
    public static RouteHandlerBuilder Errors(this RouteHandlerBuilder endpoint, params ErrorKind[] own)
    {
        endpoint.Finally(builder =>
        {
            var kinds = own.Concat(OfKind(builder.Metadata)).Distinct().OrderBy(kind => kind.Status).ToList();
            builder.Metadata.Add(new OperationErrors(kinds));
            foreach (var status in kinds.Select(kind => kind.Status).Distinct())
            {
                builder.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ErrorBody), ["application/json"]));
            }
        });
        return endpoint;
    }

    /// <summary>Whether a repeat with the same <c>Idempotency-Key</c> is answered from the first.</summary>
    public static bool TakesIdempotencyKey(IEnumerable<object> metadata) =>
        metadata.OfType<HttpMethodMetadata>().Any(methods => methods.HttpMethods.Contains("POST"))
        && metadata.OfType<RequiresKey>().Any()
        && !metadata.OfType<TakesNoIdempotencyKey>().Any();

    private static IEnumerable<ErrorKind> OfKind(IList<object> metadata) =>
    [
        .. always,
        .. metadata.OfType<RequiresKey>().Any() ? ofKeyed : [],
        .. metadata.OfType<RequiresPerson>().Any() ? ofPersonal : [],
        .. metadata.OfType<IAcceptsMetadata>().Any() ? ofBody : [],
        .. TakesIdempotencyKey(metadata) ? ofIdempotent : [],
        .. metadata.OfType<OperationFilters>().Any() ? ofList : [],
    ];
}
