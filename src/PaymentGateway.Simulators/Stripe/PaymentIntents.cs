using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Stripe.StripeBook;

namespace PaymentGateway.Simulators.Stripe;

/// <summary>Payment intents from creation to capture, with what the payer's bank asks in between.</summary>
internal sealed class PaymentIntents(StripeBook book, PaymentMethods methods, Charges charges, Disputes disputes)
{
    private const string Kind = "payment_intent";
    private const long AmountMax = 99_999_999;

    private static readonly StripeDecline notAuthenticated = new(
        "payment_intent_authentication_failure", null, "We are unable to authenticate your payment method. Please choose a different payment method and try again.");

    private static readonly StripeDecline authenticationRequired = new(
        "authentication_required", "authentication_required", "Your card was declined. This transaction requires authentication.");

    public Reply Create(Call call)
    {
        var fields = call.Fields;
        var amount = long.Parse(Text(fields, "amount")!);
        var currency = Text(fields, "currency")!.ToLowerInvariant();
        if (Refused(amount, currency, fields) is { } refused)
            return refused;
        var made = book.New(Kind, "pi",
            ["canceled_at", "last_payment_error", "next_action", "processing", "shipping", "transfer_data", "managed_payments", "payment_method_configuration_details", "automatic_payment_methods"]);
        made.Remove("source");
        made["amount"] = amount;
        made["currency"] = currency;
        made["client_secret"] = book.Secret(Text(made, "id")!);
        made["amount_details"] = new JsonObject { ["tip"] = new JsonObject() };
        Describe(made, fields);
        var (method, unknown) = methods.Find(Text(fields, "payment_method"), fields["payment_method_data"]);
        if (unknown is not null)
            return unknown;
        made["payment_method"] = method is null ? null : Text(method, "id");
        made["status"] = method is null ? "requires_payment_method" : "requires_confirmation";
        book.Save(made);
        book.Tell("payment_intent.created", made);
        return Text(fields, "confirm") == "true" ? Confirm(made, fields) : new(200, made);
    }

    private Reply? Refused(long amount, string currency, JsonObject fields)
    {
        if (!StripeCurrencies.Knows(currency))
            return StripeErrors.Invalid($"Invalid currency: {currency}.", "invalid_currency", "currency");
        if (amount < StripeCurrencies.Least(currency))
            return StripeErrors.Invalid("Amount must convert to at least 50 cents.", "amount_too_small", "amount");
        if (amount > AmountMax)
            return StripeErrors.Invalid("Amount must be no more than 999,999.99.", "amount_too_large", "amount");
        if (amount % StripeCurrencies.Step(currency) != 0)
            return StripeErrors.Invalid($"Invalid amount: in {currency} it must be a multiple of {StripeCurrencies.Step(currency)}.", "parameter_invalid_integer", "amount");
        if (fields["automatic_payment_methods"]?["enabled"]?.ToString() == "true" && fields["payment_method_types"] is not null)
            return StripeErrors.Invalid("You may only specify one of these parameters: automatic_payment_methods, payment_method_types.", "parameter_invalid_empty");
        return Text(fields, "customer") is { } customer && book.FindUndeleted("customer", customer) is null
            ? StripeErrors.Missing("customer", customer, "customer")
            : Text(fields, "off_session") is "true" && Text(fields, "confirm") is not "true"
                ? StripeErrors.Invalid("You cannot set off_session when confirm is not true.", "parameter_missing", "off_session")
                : null;
    }

    private static void Describe(JsonObject intent, JsonObject fields)
    {
        Copy(fields, intent,
            "customer", "description", "capture_method", "confirmation_method", "setup_future_usage", "receipt_email", "statement_descriptor",
            "statement_descriptor_suffix", "payment_method_types", "transfer_group", "shipping", "payment_method_options");
        if (fields["automatic_payment_methods"] is JsonObject automatic)
        {
            intent["automatic_payment_methods"] = new JsonObject
            {
                ["enabled"] = automatic["enabled"]?.ToString() == "true",
                ["allow_redirects"] = automatic["allow_redirects"]?.ToString() ?? "always",
            };
        }
        Annotate(intent, fields);
    }

    public Reply Get(Call call) => With(call, found => new(200, found));

    public Reply List(Call call) => Page(call, "/v1/payment_intents", book.List(Kind).Where(one => Fits(call, one, "customer")));

    public Reply Update(Call call) => With(call, found =>
    {
        if (Text(found, "status") is not ("requires_payment_method" or "requires_confirmation" or "requires_action"))
            return Unexpected(found, "updated", "requires_payment_method, requires_confirmation, requires_action");
        if (Text(call.Fields, "amount") is { } amount)
            found["amount"] = long.Parse(amount);
        Describe(found, call.Fields);
        var (method, refused) = methods.Find(Text(call.Fields, "payment_method"), call.Fields["payment_method_data"]);
        if (refused is not null)
            return refused;
        if (method is not null)
            (found["payment_method"], found["status"]) = (Text(method, "id"), "requires_confirmation");
        return new(200, book.Save(found));
    });

    /// <summary>The query language has more; here it is <c>metadata["key"]:"value"</c> and <c>field:"value"</c>, joined by AND.</summary>
    public Reply Search(Call call)
    {
        var clauses = (call.Query["query"]?.ToString() ?? "").Split(" AND ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (clauses.Any(one => !one.Contains(':', StringComparison.Ordinal)))
            return StripeErrors.Invalid("We were unable to parse your search query.", "search_query_invalid", "query");
        var found = book.List(Kind).Where(one => clauses.All(clause => Says(one, clause))).Take(100).ToArray();
        return new(200, new JsonObject
        {
            ["object"] = "search_result",
            ["url"] = "/v1/payment_intents/search",
            ["has_more"] = false,
            ["next_page"] = null,
            ["data"] = new JsonArray([.. found]),
        });
    }

    private static bool Says(JsonObject intent, string clause)
    {
        var name = clause[..clause.IndexOf(':', StringComparison.Ordinal)].Trim();
        var value = clause[(clause.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim().Trim('"', '\'');
        return name.StartsWith("metadata[", StringComparison.Ordinal)
            ? Text((JsonObject)intent["metadata"]!, name[9..^1].Trim('"', '\'')) == value
            : intent[name]?.ToString() == value;
    }

    public Reply Confirm(Call call) => With(call, found =>
    {
        if (Text(found, "status") is not ("requires_payment_method" or "requires_confirmation" or "requires_action"))
            return Unexpected(found, "confirmed", "requires_payment_method, requires_confirmation, requires_action");
        Describe(found, call.Fields);
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
        {
            return StripeErrors.Invalid(
                "You cannot confirm this PaymentIntent because it's missing a payment method.", "payment_intent_unexpected_state");
        }
        if (Text(method, "customer") is { } owner && owner != Text(intent, "customer"))
            return StripeErrors.Invalid("The provided PaymentMethod belongs to a Customer. Please include the Customer in the `customer` parameter on the PaymentIntent.", "payment_method_unexpected_state");
        if (MayRedirect(intent) && Text(fields, "return_url") is null)
            return StripeErrors.Invalid("This PaymentIntent is configured to accept payment methods that may redirect: you must provide a `return_url`.", "parameter_missing", "return_url");
        return Attempt(intent, method, fields);
    }

    private static bool MayRedirect(JsonObject intent) =>
        intent["automatic_payment_methods"] is JsonObject automatic && automatic["enabled"]!.GetValue<bool>() && Text(automatic, "allow_redirects") == "always";

    private Reply Attempt(JsonObject intent, JsonObject method, JsonObject fields)
    {
        var card = methods.CardOf(method);
        var offSession = Text(fields, "off_session") is not (null or "false");
        if (!Asks(card, method, fields, offSession))
            return Finish(intent, method, authenticated: false);
        if (offSession || Text(fields, "error_on_requires_action") == "true")
            return Decline(intent, method, authenticationRequired, null);
        intent["status"] = "requires_action";
        intent["next_action"] = book.ToBank(intent, Text(fields, "return_url"));
        book.Save(intent);
        book.Tell("payment_intent.requires_action", intent);
        return new(200, intent);
    }

    private bool Asks(StripeCard card, JsonObject method, JsonObject fields, bool offSession) => card.Authentication switch
    {
        CardAuthentication.Always => true,
        CardAuthentication.UntilSetUp => !methods.IsSetUp(method),
        CardAuthentication.OnSession => !offSession,
        _ => !offSession && fields["payment_method_options"]?["card"]?["request_three_d_secure"]?.ToString() is "any" or "challenge",
    };

    /// <summary>What the payer did on the bank's page; where the browser goes next, if it was told.</summary>
    public string? Authenticated(JsonObject intent, bool passed)
    {
        var returnUrl = Text(intent["next_action"]?["redirect_to_url"] as JsonObject ?? [], "return_url");
        var method = book.Find("payment_method", Text(intent, "payment_method"))!;
        intent["next_action"] = null;
        if (!passed)
            Decline(intent, method, notAuthenticated, null);
        else if (Text(intent, "confirmation_method") == "manual")
            AwaitServer(intent);
        else
            Finish(intent, method, authenticated: true);
        var status = passed && Text(intent, "status") is not "requires_payment_method" ? "succeeded" : "failed";
        return returnUrl is null
            ? null
            : $"{returnUrl}{(returnUrl.Contains('?', StringComparison.Ordinal) ? '&' : '?')}payment_intent={Text(intent, "id")}&payment_intent_client_secret={Text(intent, "client_secret")}&redirect_status={status}";
    }

    // Confirmed by hand: the server confirms once more, and the bank does not ask again.
    private void AwaitServer(JsonObject intent)
    {
        methods.MarkSetUp(book.Find("payment_method", Text(intent, "payment_method"))!);
        intent["status"] = "requires_confirmation";
        book.Save(intent);
    }

    private Reply Finish(JsonObject intent, JsonObject method, bool authenticated)
    {
        var card = methods.CardOf(method);
        var capture = Text(intent, "capture_method") is not "manual";
        var charge = charges.Charge(intent, method, card.Decline, capture, authenticated ? StripeBook.Authentication(passed: true) : null);
        intent["latest_charge"] = Text(charge, "id");
        if (card.Decline is { } decline)
            return Decline(intent, method, decline, Text(charge, "id"));
        KeepMethod(intent, method, authenticated);
        intent["last_payment_error"] = null;
        intent["next_action"] = null;
        intent["status"] = capture ? "succeeded" : "requires_capture";
        intent[capture ? "amount_received" : "amount_capturable"] = Whole(intent, "amount");
        book.Save(intent);
        book.Tell(capture ? "payment_intent.succeeded" : "payment_intent.amount_capturable_updated", intent);
        if (card.Dispute != CardDispute.None && capture)
            disputes.Open(charge, Whole(charge, "amount"), "fraudulent", card.Dispute == CardDispute.Inquiry);
        return new(200, intent);
    }

    private void KeepMethod(JsonObject intent, JsonObject method, bool authenticated)
    {
        if (Text(intent, "setup_future_usage") is null || Text(intent, "customer") is not { } customer)
            return;
        if (authenticated)
            methods.MarkSetUp(method);
        if (Text(method, "customer") is null)
            methods.AttachTo(method, customer);
    }

    private Reply Decline(JsonObject intent, JsonObject method, StripeDecline decline, string? charge)
    {
        intent["status"] = "requires_payment_method";
        intent["next_action"] = null;
        intent["payment_method"] = null;
        intent["last_payment_error"] = StripeErrors.CardError(decline, charge, method);
        book.Save(intent);
        book.Tell("payment_intent.payment_failed", intent);
        return StripeErrors.Card(decline, charge, method, "payment_intent", intent);
    }

    public Reply Capture(Call call) => With(call, found =>
    {
        if (Text(found, "status") is not "requires_capture")
            return Unexpected(found, "captured", "requires_capture");
        var capturable = Whole(found, "amount_capturable");
        var amount = Text(call.Fields, "amount_to_capture") is { } asked ? long.Parse(asked) : capturable;
        if (amount < 1 || amount > capturable)
            return StripeErrors.Invalid($"The amount_to_capture ({amount}) must be from 1 to the capturable amount ({capturable}).", "amount_too_large", "amount_to_capture");
        var charge = book.Find("charge", Text(found, "latest_charge"))!;
        charges.Capture(charge, amount);
        var final = Text(call.Fields, "final_capture") is not "false" || amount == capturable;
        found["amount_received"] = Whole(found, "amount_received") + amount;
        found["amount_capturable"] = final ? 0 : capturable - amount;
        found["status"] = final ? "succeeded" : "requires_capture";
        Annotate(found, call.Fields);
        book.Save(found);
        book.Tell("charge.captured", charge);
        book.Tell(final ? "payment_intent.succeeded" : "payment_intent.amount_capturable_updated", found);
        if (final && methods.CardOf(book.Find("payment_method", Text(charge, "payment_method"))!) is { Dispute: not CardDispute.None } card)
            disputes.Open(charge, Whole(charge, "amount_captured"), "fraudulent", card.Dispute == CardDispute.Inquiry);
        return new(200, found);
    });

    public Reply Increment(Call call) => With(call, found =>
    {
        if (Text(found, "status") is not "requires_capture")
            return Unexpected(found, "incremented", "requires_capture");
        var amount = long.Parse(Text(call.Fields, "amount")!);
        if (amount <= Whole(found, "amount"))
            return StripeErrors.Invalid("The amount must be greater than the amount that is authorized.", "amount_too_small", "amount");
        var charge = book.Find("charge", Text(found, "latest_charge"))!;
        found["amount"] = amount;
        found["amount_capturable"] = amount;
        charge["amount"] = amount;
        book.Save(charge);
        book.Save(found);
        book.Tell("payment_intent.amount_capturable_updated", found);
        return new(200, found);
    });

    public Reply Cancel(Call call) => With(call, found =>
    {
        if (Text(found, "status") is "succeeded" or "canceled" or "processing")
            return Unexpected(found, "canceled", "requires_payment_method, requires_capture, requires_confirmation, requires_action");
        Cancel(found, Text(call.Fields, "cancellation_reason"));
        return new(200, found);
    });

    private void Cancel(JsonObject intent, string? reason)
    {
        var held = Text(intent, "status") == "requires_capture";
        intent["status"] = "canceled";
        intent["canceled_at"] = book.Now;
        intent["cancellation_reason"] = reason;
        intent["amount_capturable"] = 0;
        intent["next_action"] = null;
        book.Save(intent);
        if (held && book.Find("charge", Text(intent, "latest_charge")) is { } charge)
            book.Tell(reason == "expired" ? "charge.expired" : "charge.refunded", charge);
        book.Tell("payment_intent.canceled", intent);
    }

    /// <summary>Lets go of holds whose time is over.</summary>
    public void Expire()
    {
        foreach (var intent in book.List(Kind).Where(one => Text(one, "status") == "requires_capture"))
        {
            if (book.Find("charge", Text(intent, "latest_charge"))?["payment_method_details"]?["card"]?["capture_before"]?.GetValue<long>() <= book.Now)
                Cancel(intent, "expired");
        }
    }

    private Reply With(Call call, Func<JsonObject, Reply> work)
    {
        var id = call["intent"];
        if (book.Find(Kind, id) is not { } found)
            return StripeErrors.Missing("payment_intent", id, "intent");
        return MayUse(call, found) ? work(found) : StripeErrors.Missing("payment_intent", id, "intent");
    }

    private static Reply Unexpected(JsonObject intent, string verb, string allowed)
    {
        var refused = StripeErrors.Invalid(
            $"This PaymentIntent could not be {verb} because it has a status of {Text(intent, "status")}. Only a PaymentIntent with one of the following statuses may be {verb}: {allowed}.",
            "payment_intent_unexpected_state");
        refused.Json!["error"]!["payment_intent"] = intent.DeepClone();
        return refused;
    }
}
