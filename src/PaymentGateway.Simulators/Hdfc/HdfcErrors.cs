using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;

namespace PaymentGateway.Simulators.Hdfc;

/// <summary>Errors in SmartGateway's shape, with the code that counts in <c>error_info</c>.</summary>
internal static class HdfcErrors
{
    public static Reply Invalid(string message) => Of(400, "INVALID_INPUT", message);

    public static Reply Missing(string field) => Of(400, "MISSING_MANDATORY_PARAMETER", $"{field} is missing.");

    public static Reply Action(string message) => Of(400, "INVALID_ACTION", message);

    public static Reply NotFound(string what) => Of(404, "RESOURCE_NOT_FOUND", $"{what} does not exist.");

    public static Reply Duplicate(string message) => Of(400, "DUPLICATE_REQUEST", message);

    public static Reply Exists(string message) => Of(400, "ALREADY_EXISTS", message);

    public static Reply Expired(string message) => Of(400, "EXPIRED", message);

    public static Reply Unauthenticated(string message = "The API key is not known.") => Of(401, "UNAUTHENTICATED", message);

    public static Reply Unauthorized() => Of(403, "UNAUTHORIZED", "The API key may not do this.");

    public static Reply Of(int status, string code, string message) => new(status, new JsonObject
    {
        ["status"] = Word(status),
        ["error_code"] = code == "INVALID_INPUT" ? "Invalid" : code.ToLowerInvariant(),
        ["error_message"] = message,
        ["error_info"] = new JsonObject
        {
            ["code"] = code,
            ["category"] = status >= 500 ? "PROCESSING_ERROR" : "USER_ERROR",
            ["user_message"] = "The request could not be done.",
            ["developer_message"] = message,
        },
    });

    private static string Word(int status) => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        _ => "Internal Server Error",
    };
}
