using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;

namespace PaymentGateway.Simulators.Square;

/// <summary>Errors in Square's shape: <c>{ "errors": [{ "category", "code", "detail", "field" }] }</c>, always a list.</summary>
internal static class SquareErrors
{
    /// <summary>A request that was refused before any work: its key stays free.</summary>
    public static Reply Invalid(string code, string detail, string? field = null, int status = 400) =>
        new(status, Body(Error("INVALID_REQUEST_ERROR", code, detail, field))) { Keep = false };

    public static Reply Missing(string field) => Invalid("MISSING_REQUIRED_PARAMETER", "Missing required parameter.", field);

    public static Reply NotFound(string what, string id, string? field = null) => Invalid("NOT_FOUND", $"{what} with ID `{id}` not found.", field, 404);

    public static Reply Unauthorized(string code = "UNAUTHORIZED") =>
        new(401, Body(Error("AUTHENTICATION_ERROR", code, "This request could not be authorized."))) { Keep = false };

    public static Reply Forbidden(string scope) =>
        new(403, Body(Error("AUTHENTICATION_ERROR", "INSUFFICIENT_SCOPES", $"The merchant has not given your application sufficient permissions to do that. Missing: {scope}."))) { Keep = false };

    public static Reply Refund(string code, string detail, string? field = null) => new(400, Body(Error("REFUND_ERROR", code, detail, field))) { Keep = false };

    public static Reply KeyReused() => Invalid(
        "IDEMPOTENCY_KEY_REUSED", "Different request parameters used for the same idempotency_key.", "idempotency_key");

    public static Reply KeyInUse() => Invalid("CONFLICT", "A request with this idempotency_key is still being processed.", "idempotency_key", 409);

    /// <summary>A declined payment: its errors, and the failed payment beside them.</summary>
    public static Reply Declined(JsonArray errors, JsonObject payment) => new(
        SquareSources.StatusOf(SquareBook.Text((JsonObject)errors[0]!, "code")!),
        new JsonObject { ["errors"] = errors.DeepClone(), ["payment"] = payment.DeepClone() });

    public static JsonObject OfPaymentMethod(string code) => Error("PAYMENT_METHOD_ERROR", code, $"Authorization error: '{code}'");

    public static Reply Fail(int status) => new(status, Body(status switch
    {
        429 => Error("RATE_LIMIT_ERROR", "RATE_LIMITED", "The request was rate limited."),
        502 => Error("API_ERROR", "BAD_GATEWAY", "An upstream server did not answer."),
        503 => Error("API_ERROR", "SERVICE_UNAVAILABLE", "The service is unavailable."),
        504 => Error("API_ERROR", "GATEWAY_TIMEOUT", "An upstream server did not answer in time."),
        _ => Error("API_ERROR", "INTERNAL_SERVER_ERROR", "An internal error has occurred, and the API was unable to service your request."),
    }))
    { Keep = false };

    private static JsonObject Error(string category, string code, string detail, string? field = null)
    {
        var error = new JsonObject { ["category"] = category, ["code"] = code, ["detail"] = detail };
        if (field is not null)
            error["field"] = field;
        return error;
    }

    private static JsonObject Body(JsonObject error) => new() { ["errors"] = new JsonArray(error) };
}
