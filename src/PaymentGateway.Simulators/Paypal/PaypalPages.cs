using System.Net;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>What the payer's browser sees: approval of an order or of a saved way to pay, and the bank's question about a card.</summary>
internal sealed class PaypalPages(Orders orders, Vault vault)
{
    public const string Checkout = "/checkoutnow";
    public const string ThreeDSecure = "/webapps/helios";
    public const string Agreement = "/agreements/approve";

    public Reply? Serve(Call call) => call.Path switch
    {
        Checkout => With(orders.Waiting(Token(call, "token")), found => CheckoutPage(call, found)),
        ThreeDSecure => With(orders.Waiting(Token(call, "token")) is { } order && Text(order["_instrument"], "kind") == "card" ? order : null, found => BankPage(call, found)),
        Agreement => With(vault.Waiting(Token(call, "approval_session_id")), found => AgreementPage(call, found)),
        _ => null,
    };

    private static string? Token(Call call, string name) => call.Query[name]?.ToString() ?? Text(call.Fields, name);

    private static Reply With(JsonObject? found, Func<JsonObject, Reply> work) =>
        found is null ? Page(404, "PayPal test page", "<p>There is nothing to approve here.</p>") : work(found);

    private Reply CheckoutPage(Call call, JsonObject order) => (call.Method, Text(call.Fields, "outcome")) switch
    {
        ("POST", "approve") => Approve(order, Text(call.Fields, "funding") ?? "balance"),
        ("POST", _) => Leave(Text(order, "_cancel_url"), $"token={Text(order, "id")}"),
        _ => Page(200, "PayPal test page", $"""
            <p>Pay <strong>{Amount(order)}</strong> to the test merchant?</p>
            <form method="post">
              <input type="hidden" name="token" value="{Text(order, "id")}">
              <p><label for="funding">Pay from</label>
              <select id="funding" name="funding">
                <option value="balance">balance</option>
                <option value="echeck">bank account, arrives in four days</option>
                <option value="review">balance, reviewed by PayPal first</option>
                <option value="declined">card that is declined</option>
              </select></p>
              <button name="outcome" value="approve">Approve</button>
              <button name="outcome" value="cancel">Cancel</button>
            </form>
            """),
    };

    private static string Amount(JsonObject order) => WebUtility.HtmlEncode(string.Join(", ",
        ((JsonArray)order["purchase_units"]!).Select(unit => $"{Text(unit!["amount"], "value")} {Text(unit["amount"], "currency_code")}")));

    private Reply Approve(JsonObject order, string funding)
    {
        if (funding is not ("balance" or "echeck" or "review" or "declined"))
            return Page(400, "PayPal test page", "<p>There is no such way to pay.</p>");
        var next = orders.Approve(order, funding);
        return Leave(next, $"token={Text(order, "id")}&PayerID={Text(order["payer"], "payer_id")}");
    }

    private static Reply Leave(string? url, string query) => url is null
        ? Page(200, "PayPal test page", "<p>Done. You may close this page.</p>")
        : Reply.Redirect($"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}");

    private Reply BankPage(Call call, JsonObject order)
    {
        if (Text(order["_instrument"], "number") is { } number && PaypalCards.Frictionless(number) is { } known)
            return Answer(order, known);
        if (call.Method == "POST")
        {
            return CardChallenge.ByOutcome(Text(call.Fields, "outcome")) is { } challenge
                ? Answer(order, challenge)
                : Leave(Text(order, "_cancel_url"), $"token={Text(order, "id")}");
        }
        return Page(200, "3-D Secure test page", $"""
            <p>Your bank asks whether it is you who pays <strong>{Amount(order)}</strong>.</p>
            <form method="post">
              <input type="hidden" name="token" value="{Text(order, "id")}">
              <button name="outcome" value="complete">Complete</button>
              <button name="outcome" value="attempt">Attempt only</button>
              <button name="outcome" value="fail">Fail</button>
              <button name="outcome" value="unavailable">Unavailable</button>
              <button name="outcome" value="cancel">Cancel</button>
            </form>
            """);
    }

    private Reply Answer(JsonObject order, CardChallenge challenge) => Leave(
        orders.Authenticated(order, challenge), $"token={Text(order, "id")}&liability_shift={challenge.LiabilityShift}");

    private Reply AgreementPage(Call call, JsonObject setup)
    {
        var card = setup["payment_source"]?["card"] is not null;
        if (call.Method != "POST")
            return AskAgreement(setup, card && Text(setup, "status") == "CREATED");
        if (Text(call.Fields, "outcome") != "approve")
            return Leave(Text(setup, "_cancel_url"), $"approval_token_id={Text(setup, "id")}");
        if (card && Text(setup, "status") == "CREATED" && vault.Fill(setup, call.Fields, asks: false) is { } refused)
            return Page(422, "PayPal test page", $"<p>{WebUtility.HtmlEncode($"{refused.Json!["details"]![0]!["description"]}")}</p>");
        return Leave(vault.Approve(setup), $"approval_token_id={Text(setup, "id")}&approval_session_id={Text(setup, "id")}");
    }

    private static Reply AskAgreement(JsonObject setup, bool asksCard) => Page(200, "PayPal test page", $"""
        <p>Let the test merchant keep this way to pay?</p>
        <form method="post">
          <input type="hidden" name="approval_session_id" value="{Text(setup, "id")}">
          {(asksCard ? CardFields : "")}
          <button name="outcome" value="approve">Approve</button>
          <button name="outcome" value="cancel">Cancel</button>
        </form>
        """);

    private const string CardFields = """
        <p><label>Card number <input name="number" inputmode="numeric" autocomplete="cc-number"></label></p>
        <p><label>Expiry (2030-12) <input name="expiry" autocomplete="cc-exp"></label></p>
        <p><label>Security code <input name="security_code" inputmode="numeric" autocomplete="cc-csc"></label></p>
        <p><label>Name <input name="name" autocomplete="cc-name"></label></p>
        """;

    private static Reply Page(int status, string title, string content) => new(status, Page: $$"""
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}}</title>
        <style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 28rem; margin: 3rem auto; padding: 0 1rem } button, select, input { font: inherit; padding: .5rem 1rem; min-height: 44px; margin-right: .5rem }</style>
        <main><h1>{{title}}</h1>{{content}}</main>
        </html>
        """);
}
