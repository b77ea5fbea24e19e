using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>
/// The Card Fields of PayPal's JavaScript SDK. What they ask of PayPal is in no description; here <c>POST /sdk/card</c> fills in a token.
/// </summary>
internal sealed class CardFields(Vault vault, PaypalErrors errors)
{
    private const string Path = "/sdk/card";

    private readonly BrowserFiles library = new("paypal", new Dictionary<string, string>
    {
        ["/sdk/js"] = "sdk.js",
        ["/sdk/card-field"] = "card-field.html",
        ["/sdk/card-field.js"] = "card-field.js",
    });

    public Reply? Serve(Call call) =>
        library.Find(call) ?? (call.Path == Path && call.Method == HttpMethods.Post ? Fill(call.Fields) : null);

    private Reply Fill(JsonObject fields)
    {
        if (vault.Waiting(Text(fields, "setup_token")) is not { } setup || fields["card"] is not JsonObject card)
            return errors.Issue("TOKEN_ID_NOT_FOUND", "/setup_token");
        if (vault.Fill(setup, card, asks: false) is { } refused)
            return refused;
        vault.Approve(setup);
        return new(200, new JsonObject { ["status"] = "APPROVED" });
    }
}
