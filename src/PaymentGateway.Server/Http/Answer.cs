namespace PaymentGateway.Http;

/// <summary>A finished answer: its very bytes, so that a repeat with the same idempotency key gets the same.</summary>
public sealed record Answer(int Status, byte[] Body, string? Location = null, int? RetryAfterSeconds = null, bool Replayed = false) : IResult
{
    /// <summary>
    /// Whose personal data may be in it: when the customer is deleted, it is taken out of the stored answer. Null: nobody's.
    /// </summary>
    public string? CustomerId { get; init; }

    /// <summary>A detail of a refusal that says how long to wait: it becomes <c>Retry-After</c>.</summary>
    public const string RetryAfterDetail = "retryAfterSeconds";

    public static Answer Ok(object view) => new(StatusCodes.Status200OK, Json.Write(view));

    public static Answer Created(object view, string location) => new(StatusCodes.Status201Created, Json.Write(view), location);

    /// <summary>The outcome is not known yet.</summary>
    public static Answer Accepted(object view) => new(StatusCodes.Status202Accepted, Json.Write(view));

    public static Answer Of(Refusal refusal, string requestId) => new(
        refusal.Kind.Status,
        Json.Write(new ErrorBody(new ErrorView(
            refusal.Kind.Code, refusal.Message ?? refusal.Kind.Sentence, refusal.Details, requestId, "/docs/errors#" + refusal.Kind.Code))),
        RetryAfterSeconds: refusal.Kind.Retry == RetryAdvice.Later && refusal.Kind.Status != StatusCodes.Status402PaymentRequired
            ? refusal.Details?.GetValueOrDefault(RetryAfterDetail) as int? ?? 1
            : null);

    public Task ExecuteAsync(HttpContext httpContext) => Send(httpContext);

    public async Task Send(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = Status;
        response.ContentType = Json.ContentType;
        response.ContentLength = Body.Length;
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (RetryAfterSeconds is { } seconds && response.Headers.RetryAfter.Count == 0)
        {
            response.Headers.RetryAfter = seconds.ToString();
        }

        if (Replayed)
        {
            response.Headers["Idempotent-Replayed"] = "true";
        }

        await response.Body.WriteAsync(Body, http.RequestAborted);
    }
}

/// <summary>The body of every error.</summary>
public sealed record ErrorBody(ErrorView Error)
{
    [System.Text.Json.Serialization.JsonPropertyOrder(-1)]
    public bool Success => false;
}

/// <param name="Code">See <c>/docs/errors</c>.</param>
/// <param name="Message">For a person.</param>
/// <param name="Details">For a program; <c>fields</c> maps a field's name to what is wrong with it.</param>
/// <param name="RequestId">Tell it to support.</param>
/// <param name="Docs">Where the code is explained.</param>
public sealed record ErrorView(
    string Code, string Message, IReadOnlyDictionary<string, object?>? Details, string RequestId, string Docs);
