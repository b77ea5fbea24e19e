using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;

namespace PaymentGateway.Simulators.Stripe;

/// <summary>Errors in Stripe's shape: <c>{ "error": { "type", "code", "message", … } }</c>.</summary>
internal static class StripeErrors
{
    public static Reply Invalid(string message, string? code = null, string? parameter = null, int status = 400)
    {
        var error = Error("invalid_request_error", code, message);
        if (parameter is not null)
            error["param"] = parameter;
        // A request that was refused before any work leaves its key free.
        return new Reply(status, Body(error)) { Keep = status != 400 };
    }

    public static Reply Missing(string kind, string id, string? parameter = "id") =>
        Invalid($"No such {kind}: '{id}'", "resource_missing", parameter, 404);

    public static Reply Unauthorized(string message) => new(401, Body(Error("invalid_request_error", null, message))) { Keep = false };

    public static Reply KeyReused(string key) => new(400, Body(Error(
        "idempotency_error", null,
        $"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request.")))
    {
        Keep = false,
    };

    public static Reply KeyInUse() => new(409, Body(Error(
        "idempotency_error", "idempotency_key_in_use", "There is currently another in-progress request using this Idempotent Key.")))
    { Keep = false };

    public static Reply Fail(int status) => status switch
    {
        429 => new Reply(429, Body(Error("invalid_request_error", "rate_limit", "Request rate limit exceeded."))) { Keep = false },
        _ => new Reply(status, Body(Error("api_error", null, "An unknown error occurred."))) { Keep = false },
    };

    /// <summary>A card error: 402, with what it happened to.</summary>
    public static Reply Card(StripeDecline decline, string? charge, JsonObject? paymentMethod, string owner, JsonObject intent)
    {
        var error = CardError(decline, charge, paymentMethod);
        error[owner] = intent.DeepClone();
        return new(402, Body(error));
    }

    /// <summary>As it stands in <c>last_payment_error</c>.</summary>
    public static JsonObject CardError(StripeDecline decline, string? charge, JsonObject? paymentMethod)
    {
        var error = Error("card_error", decline.Code, decline.Message);
        if (decline.DeclineCode is not null)
            error["decline_code"] = decline.DeclineCode;
        if (charge is not null)
            error["charge"] = charge;
        if (paymentMethod is not null)
            error["payment_method"] = paymentMethod.DeepClone();
        return error;
    }

    private static JsonObject Error(string type, string? code, string message)
    {
        var error = new JsonObject { ["type"] = type, ["message"] = message };
        if (code is not null)
        {
            error["code"] = code;
            error["doc_url"] = $"https://stripe.com/docs/error-codes/{code.Replace('_', '-')}";
        }
        return error;
    }

    private static JsonObject Body(JsonObject error) => new() { ["error"] = error };
}
