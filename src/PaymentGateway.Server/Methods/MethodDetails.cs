using System.Text.Json;
using PaymentGateway.Http;
using PaymentGateway.Methods.Bnpl;
using PaymentGateway.Methods.Emi;

namespace PaymentGateway.Methods;

/// <summary>What an instalment method agreed for one attempt. It is stored with the charge as it is shown, and never changed.</summary>
/// <param name="ConsentAddress">Where the consent to pay later came from; kept as evidence, never shown.</param>
public sealed record MethodDetails(EmiPlanView? Emi = null, BnplDetails? Bnpl = null, string? ConsentAddress = null)
{
    public string ToJson() => JsonSerializer.Serialize(this, Json.Options);

    public static MethodDetails FromJson(string json) => JsonSerializer.Deserialize<MethodDetails>(json, Json.Options)!;
}
