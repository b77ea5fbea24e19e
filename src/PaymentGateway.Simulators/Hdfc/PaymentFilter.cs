using System.Text.Json.Nodes;
using static PaymentGateway.Simulators.Hdfc.HdfcBook;

namespace PaymentGateway.Simulators.Hdfc;

/// <summary>"Payment locking": what a session lets its page offer.</summary>
internal static class PaymentFilter
{
    public const string Field = "payment_filter";

    /// <summary>Where an order keeps it.</summary>
    public const string Kept = "_filter";

    private static readonly string[] types = ["CARD", "NB", "UPI", "WALLET"];

    public static bool IsWritten(JsonNode? filter) => filter is null || (filter is JsonObject { Count: > 0 } written
        && written["allowDefaultOptions"]?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False
        && written["options"] is JsonArray options && options.All(option => option is JsonObject one
            && types.Contains(Text(one, "paymentMethodType"))
            && one["enable"]?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False));

    public static bool Allows(JsonObject order, string type) => order[Kept] is not JsonObject filter
        || (filter["options"]!.AsArray().OfType<JsonObject>().FirstOrDefault(option => Text(option, "paymentMethodType") == type) is { } named
            ? named["enable"]!.GetValue<bool>()
            : filter["allowDefaultOptions"]!.GetValue<bool>());
}
