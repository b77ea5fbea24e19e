using System.Net;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Stripe.StripeBook;

namespace PaymentGateway.Simulators.Stripe;

/// <summary>The bank's page of 3-D Secure, as Stripe's test mode shows one: complete it, or fail.</summary>
internal sealed class StripePages(StripeBook book, PaymentIntents intents, SetupIntents setups)
{
    private const string Root = "/3d-secure/";

    public Reply? Serve(Call call)
    {
        if (!call.Path.StartsWith(Root, StringComparison.Ordinal))
            return null;
        var id = call.Path[Root.Length..];
        var found = book.Find("payment_intent", id) ?? book.Find("setup_intent", id);
        if (found is null || (call.Query["client_secret"]?.ToString() ?? Text(call.Fields, "client_secret")) != Text(found, "client_secret"))
            return Page(404, "<p>There is nothing to authenticate here.</p>");
        if (Text(found, "status") is not "requires_action")
            return Page(409, "<p>This was answered already.</p>");
        return call.Method == "POST" ? Answer(found, Text(call.Fields, "outcome") == "complete") : Ask(found);
    }

    private Reply Answer(JsonObject found, bool passed)
    {
        var next = Text(found, "object") == "payment_intent" ? intents.Authenticated(found, passed) : setups.Authenticated(found, passed);
        return next is null ? Page(200, $"<p>{(passed ? "Authenticated" : "Not authenticated")}. You may close this page.</p>") : Reply.Redirect(next);
    }

    private static Reply Ask(JsonObject found)
    {
        var amount = found["amount"] is null ? "a set-up" : $"{Whole(found, "amount")} {Text(found, "currency")!.ToUpperInvariant()}";
        return Page(200, $"""
            <p>Your bank asks whether it is you who pays <strong>{WebUtility.HtmlEncode(amount)}</strong>.</p>
            <form method="post">
              <input type="hidden" name="client_secret" value="{WebUtility.HtmlEncode(Text(found, "client_secret"))}">
              <button name="outcome" value="complete">Complete</button>
              <button name="outcome" value="fail">Fail</button>
            </form>
            """);
    }

    private static Reply Page(int status, string content) => new(status, Page: $$"""
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>3-D Secure test page</title>
        <style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 28rem; margin: 3rem auto; padding: 0 1rem } button { font: inherit; padding: .5rem 1rem; min-height: 44px; margin-right: .5rem }</style>
        <main><h1>3-D Secure test page</h1>{{content}}</main>
        </html>
        """);
}
