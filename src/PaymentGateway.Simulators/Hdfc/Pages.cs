using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Hdfc.HdfcBook;

namespace PaymentGateway.Simulators.Hdfc;

/// <summary>What the payer's browser sees: the payment page, the bank's or app's question, and the way back to the shop.</summary>
internal sealed class Pages(HdfcBook book, Dashboard dashboard, Transactions transactions)
{
    public static string BankPath(string uuid) => $"/txns/{uuid}/authenticate";

    public Reply? Serve(Call call) => call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["orders", var id, "payment-page"] => book.FindById(id) is { } order ? PaymentPage(call, order) : Nothing(),
        ["txns", var uuid, "authenticate"] => book.FindByTxn(uuid) is { } order ? BankPage(call, order) : Nothing(),
        _ => null,
    };

    private static Reply Nothing() => Page(404, "<p>There is nothing to pay here.</p>");

    private Reply PaymentPage(Call call, JsonObject order)
    {
        if (call.Method == "POST" && Text(call.Fields, "leave") is not null)
            return Return(order);
        if (transactions.WhyNot(order) is { } why)
            return call.Method == "POST" || Text(order, "status") is "CHARGED" or "AUTHORIZING" ? Return(order) : Page(410, $"<p>{Shown(why)}</p>");
        if (call.Method != "POST")
            return Choices(order, fault: null);
        if (transactions.Begin(order, call.Fields) is { } fault)
            return Choices(order, fault);
        return Text(order, "status") == "PENDING_VBV" ? Reply.Redirect(BankPath(Text(order, "txn_uuid")!)) : Return(order);
    }

    private static string Shown(string text) => WebUtility.HtmlEncode(text);

    private static string Total(JsonObject order) => FormattableString.Invariant($"INR {Amount(order, "amount"):0.00}");

    private static Reply Choices(JsonObject order, string? fault) => Page(fault is null ? 200 : 400, $"""
        <p>Pay <strong>{Total(order)}</strong> for order {Shown(Text(order, "order_id")!)}</p>
        {(fault is null ? "" : $"<p role=\"alert\">{Shown(fault)}</p>")}
        {string.Concat(choices.Where(choice => PaymentFilter.Allows(order, choice.Type)).Select(choice => choice.Form))}
        <form method="post"><p><button name="leave" value="yes">Back to the shop</button></p></form>
        """);

    private static readonly (string Type, string Form)[] choices =
    [
        ("CARD", """
        <form method="post"><h2>Card</h2>
          <input type="hidden" name="payment_method_type" value="CARD">
          <p><label>Card number <input name="card_number" inputmode="numeric" autocomplete="cc-number" value="4012000000001097"></label></p>
          <p><label>Month <input name="card_exp_month" inputmode="numeric" size="2" value="12"></label>
             <label>Year <input name="card_exp_year" inputmode="numeric" size="4" value="2030"></label>
             <label>CVV <input name="card_security_code" inputmode="numeric" size="4" value="123"></label></p>
          <button>Pay by card</button>
        </form>

        """),
        ("NB", """
        <form method="post"><h2>Net banking</h2>
          <input type="hidden" name="payment_method_type" value="NB">
          <p><label>Bank <select name="payment_method"><option value="NB_HDFC">HDFC Bank</option><option value="NB_SBI">State Bank of India</option></select></label></p>
          <button>Pay by net banking</button>
        </form>

        """),
        ("UPI", """
        <form method="post"><h2>UPI</h2>
          <input type="hidden" name="payment_method_type" value="UPI">
          <p><label>UPI address <input name="upi_vpa" value="success@upi"></label></p>
          <button>Pay by UPI</button>
        </form>

        """),
        ("WALLET", """
        <form method="post"><h2>Wallet</h2>
          <input type="hidden" name="payment_method_type" value="WALLET">
          <p><label>Wallet <select name="payment_method"><option>PAYTM</option><option>MOBIKWIK</option></select></label></p>
          <button>Pay by wallet</button>
        </form>

        """),
    ];

    private Reply BankPage(Call call, JsonObject order)
    {
        if (Text(order, "status") != "PENDING_VBV")
            return Return(order);
        if (call.Method != "POST")
            return Question(order);
        transactions.Become(order, AnswerOf(order, call.Fields));
        return Return(order);
    }

    private static BankAnswer AnswerOf(JsonObject order, JsonObject fields) => Text(fields, "outcome") switch
    {
        "cancel" => new("AUTHENTICATION_FAILED", "USER_CANCELLED", "The payer has canceled"),
        _ when Text(order, "payment_method_type") == "CARD" && !Transactions.IsOtp(order, Text(fields, "otp")) =>
            new("AUTHENTICATION_FAILED", "WRONG_OTP", "The one-time password is wrong"),
        "success" => new("CHARGED"),
        "failure" => Transactions.Failed,
        "pending" => Transactions.Waits,
        _ => Transactions.ByAmount(order),
    };

    private static Reply Question(JsonObject order) => Page(200, $"""
        <p>{(Text(order, "payment_method_type") == "UPI" ? "Your app" : "Your bank")} asks whether it is you who pays <strong>{Total(order)}</strong>.</p>
        <form method="post">
          {(Text(order, "payment_method_type") == "CARD" ? "<p><label>One-time password <input name=\"otp\" inputmode=\"numeric\" autocomplete=\"one-time-code\"></label></p>" : "")}
          <p><label>The bank's answer <select name="outcome">
            <option value="by_amount">by the amount</option>
            <option value="success">success</option>
            <option value="failure">failure</option>
            <option value="pending">pending at first</option>
          </select></label></p>
          <button>Continue</button>
          <button name="outcome" value="cancel">Cancel</button>
        </form>
        """);

    // "Return URL": what the shop wrote into the address stays there and is signed with the rest.
    private Reply Return(JsonObject order)
    {
        if (Text(order, "return_url") is not { Length: > 0 } url)
            return Page(200, $"<p>The order is {Shown(Text(order, "status")!)}. You may close this page.</p>");
        var merchant = dashboard.Of(Text(order, "_merchant")!);
        var parts = url.Split('?', 2);
        var fields = QueryHelpers.ParseQuery(parts.Length > 1 ? parts[1] : "").ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.Ordinal);
        (fields["status"], fields["status_id"], fields["order_id"]) = (Text(order, "status")!, Text(order, "status_id")!, Text(order, "order_id")!);
        var signature = ReturnSignature.Of(fields, Text(merchant, "responseKey")!);
        (fields["signature"], fields["signature_algorithm"]) = (signature, "HMAC-SHA256");
        return Text(merchant, "returnMethod") == "POST" ? Posting(parts[0], fields) : Reply.Redirect(
            $"{parts[0]}?{string.Join('&', fields.Select(one => $"{Uri.EscapeDataString(one.Key)}={Uri.EscapeDataString(one.Value)}"))}");
    }

    private static Reply Posting(string url, Dictionary<string, string> fields) => Page(200, $"""
        <form method="post" action="{Shown(url)}">
          {string.Concat(fields.Select(one => $"<input type=\"hidden\" name=\"{Shown(one.Key)}\" value=\"{Shown(one.Value)}\">"))}
          <button>Back to the shop</button>
        </form>
        <script>document.forms[0].submit()</script>
        """);

    private static Reply Page(int status, string content) => new(status, Page: $$"""
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>SmartGateway test page</title>
        <style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 28rem; margin: 3rem auto; padding: 0 1rem } button, select, input { font: inherit; padding: .5rem 1rem; min-height: 44px; margin-right: .5rem; max-width: 100% }</style>
        <main><h1>SmartGateway test page</h1>{{content}}</main>
        </html>
        """);
}
