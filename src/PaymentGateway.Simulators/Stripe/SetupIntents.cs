using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Stripe.StripeBook;

namespace PaymentGateway.Simulators.Stripe;

/// <summary>Set-ups: a card is saved without a charge, and authenticated where its bank asks for it.</summary>
internal sealed class SetupIntents(StripeBook book, PaymentMethods methods)
{
    private const string Kind = "setup_intent";

    private static readonly StripeDecline notAuthenticated = new(
        "setup_intent_authentication_failure", null, "The latest attempt to set up the payment method has failed because authentication failed.");

    public Reply Create(Call call)
    {
        var fields = call.Fields;
        if (Text(fields, "customer") is { } customer && book.Find("customer", customer) is null)
            return StripeErrors.Missing("customer", customer, "customer");
        var made = book.New(Kind, "seti",
            ["last_setup_error", "next_action", "automatic_payment_methods", "payment_method_configuration_details"]);
        made["client_secret"] = book.Secret(Text(made, "id")!);
        Copy(fields, made, "customer", "description", "usage", "payment_method_types", "payment_method_options");
        Annotate(made, fields);
        var (method, refused) = methods.Find(Text(fields, "payment_method"), fields["payment_method_data"]);
        if (refused is not null)
            return refused;
        made["payment_method"] = method is null ? null : Text(method, "id");
        made["status"] = method is null ? "requires_payment_method" : "requires_confirmation";
        book.Save(made);
        book.Tell("setup_intent.created", made);
        return Text(fields, "confirm") == "true" ? Confirm(made, fields) : new(200, made);
    }

    public Reply Get(Call call) => With(call, found => new(200, found));

    public Reply List(Call call) => Page(call, "/v1/setup_intents", book.List(Kind).Where(one => Fits(call, one, "customer", "payment_method")));

    public Reply Update(Call call) => With(call, found =>
    {
        Copy(call.Fields, found, "customer", "description");
        Annotate(found, call.Fields);
        return new(200, book.Save(found));
    });

    public Reply Confirm(Call call) => With(call, found =>
    {
        if (Text(found, "status") is "succeeded" or "canceled")
            return Unexpected(found, "confirmed");
        var (method, refused) = methods.Find(Text(call.Fields, "payment_method"), call.Fields["payment_method_data"]);
        if (refused is not null)
            return refused;
        if (method is not null)
            found["payment_method"] = Text(method, "id");
        return Confirm(found, call.Fields);
    });

    private Reply Confirm(JsonObject intent, JsonObject fields)
    {
        if (book.Find("payment_method", Text(intent, "payment_method")) is not { } method)
            return StripeErrors.Invalid("You cannot confirm this SetupIntent because it's missing a payment method.", "setup_intent_unexpected_state");
        if (Text(method, "customer") is { } owner && owner != Text(intent, "customer"))
        {
            return StripeErrors.Invalid(
                "The provided PaymentMethod belongs to a Customer. Please include the Customer in the `customer` parameter on the SetupIntent.",
                "payment_method_unexpected_state");
        }
        intent["latest_attempt"] = null;
        var card = methods.CardOf(method);
        if (!card.Attaches)
            return Decline(intent, method, card.Decline!, null);
        if (!Asks(card, fields))
            return Finish(intent, method, null);
        intent["status"] = "requires_action";
        intent["next_action"] = book.ToBank(intent, Text(fields, "return_url"));
        Attempted(intent, method, "requires_action", null, null);
        book.Save(intent);
        book.Tell("setup_intent.requires_action", intent);
        return new(200, intent);
    }

    private static bool Asks(StripeCard card, JsonObject fields) =>
        card.Authentication != CardAuthentication.Optional
        || fields["payment_method_options"]?["card"]?["request_three_d_secure"]?.ToString() is "any" or "challenge";

    // The description leaves an attempt open; these are the fields of "The SetupAttempt object" in the reference.
    private void Attempted(JsonObject intent, JsonObject method, string status, JsonObject? authentication, JsonObject? error)
    {
        var card = (JsonObject)method["card"]!;
        var details = new JsonObject { ["network"] = Text(card, "brand"), ["three_d_secure"] = authentication, ["wallet"] = null };
        foreach (var name in new[] { "brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4" })
            details[name] = card[name]?.DeepClone();
        var id = Text(intent, "latest_attempt") ?? $"setatt_{book.World.Ids.Next(24)}";
        book.Save(new()
        {
            ["id"] = id,
            ["object"] = "setup_attempt",
            ["application"] = null,
            ["created"] = book.Now,
            ["customer"] = Text(intent, "customer"),
            ["flow_directions"] = null,
            ["livemode"] = false,
            ["on_behalf_of"] = null,
            ["payment_method"] = Text(method, "id"),
            ["payment_method_details"] = new JsonObject { ["card"] = details, ["type"] = "card" },
            ["setup_error"] = error?.DeepClone(),
            ["setup_intent"] = Text(intent, "id"),
            ["status"] = status,
            ["usage"] = Text(intent, "usage"),
        });
        intent["latest_attempt"] = id;
    }

    private Reply Finish(JsonObject intent, JsonObject method, JsonObject? authentication)
    {
        methods.MarkSetUp(method);
        if (Text(intent, "customer") is { } customer && Text(method, "customer") is null)
            methods.AttachTo(method, customer);
        intent["status"] = "succeeded";
        intent["next_action"] = null;
        intent["last_setup_error"] = null;
        Attempted(intent, method, "succeeded", authentication, null);
        book.Save(intent);
        book.Tell("setup_intent.succeeded", intent);
        return new(200, intent);
    }

    private Reply Decline(JsonObject intent, JsonObject method, StripeDecline decline, JsonObject? authentication)
    {
        var error = StripeErrors.CardError(decline, null, method);
        Attempted(intent, method, "failed", authentication, error);
        intent["status"] = "requires_payment_method";
        intent["payment_method"] = null;
        intent["next_action"] = null;
        intent["last_setup_error"] = error;
        book.Save(intent);
        book.Tell("setup_intent.setup_failed", intent);
        return StripeErrors.Card(decline, null, method, Kind, intent);
    }

    /// <summary>What the payer did on the bank's page; where the browser goes next, if it was told.</summary>
    public string? Authenticated(JsonObject intent, bool passed)
    {
        var returnUrl = Text(intent["next_action"]?["redirect_to_url"] as JsonObject ?? [], "return_url");
        var method = book.Find("payment_method", Text(intent, "payment_method"))!;
        if (passed)
            Finish(intent, method, Authentication(passed));
        else
            Decline(intent, method, notAuthenticated, Authentication(passed));
        return returnUrl is null
            ? null
            : $"{returnUrl}{(returnUrl.Contains('?', StringComparison.Ordinal) ? '&' : '?')}setup_intent={Text(intent, "id")}&setup_intent_client_secret={Text(intent, "client_secret")}&redirect_status={(passed ? "succeeded" : "failed")}";
    }

    public Reply Cancel(Call call) => With(call, found =>
    {
        if (Text(found, "status") is "succeeded" or "canceled")
            return Unexpected(found, "canceled");
        found["status"] = "canceled";
        found["cancellation_reason"] = Text(call.Fields, "cancellation_reason");
        found["next_action"] = null;
        book.Save(found);
        book.Tell("setup_intent.canceled", found);
        return new(200, found);
    });

    private Reply With(Call call, Func<JsonObject, Reply> work)
    {
        var id = call["intent"];
        return book.Find(Kind, id) is { } found && MayUse(call, found) ? work(found) : StripeErrors.Missing("setup_intent", id, "intent");
    }

    private static Reply Unexpected(JsonObject intent, string verb) => StripeErrors.Invalid(
        $"You cannot perform this action on a SetupIntent with a status of {Text(intent, "status")}: it could not be {verb}.", "setup_intent_unexpected_state");
}
