using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Stripe.StripeBook;

namespace PaymentGateway.Simulators.Stripe;

/// <summary>Customers, tokens and payment methods.</summary>
internal sealed class PaymentMethods(StripeBook book)
{
    /// <summary>Either a payment method that exists, or a new one of a ready-made card.</summary>
    public (JsonObject? Method, Reply? Refused) Find(string? id, JsonNode? described)
    {
        if (described is JsonObject data)
            return Make(data);
        if (id is null)
            return (null, null);
        if (book.Find("payment_method", id) is { } known)
            return (known, null);
        return StripeCards.ById(id) is { } card ? (Make(card, 12, 2034), null) : (null, StripeErrors.Missing("PaymentMethod", id, "payment_method"));
    }

    /// <summary>Which test card it is.</summary>
    public StripeCard CardOf(JsonObject method) => StripeCards.ByNumber(Text(book.World.Shelf.Find("_card", Text(method, "id")!)!, "number")!)!;

    /// <summary>Whether a set-up or a payment with the payer there has authenticated it for later.</summary>
    public bool IsSetUp(JsonObject method) => book.World.Shelf.Find("_set_up", Text(method, "id")!) is not null;

    public void MarkSetUp(JsonObject method) => book.World.Shelf.Put("_set_up", Text(method, "id")!, []);

    private JsonObject Make(StripeCard card, int month, int year, JsonNode? billing = null)
    {
        var made = book.New("payment_method", "pm", ["customer"]);
        made["billing_details"] = Billing(billing);
        var details = (JsonObject)made["card"]!;
        details["brand"] = card.Brand;
        details["display_brand"] = card.Brand;
        details["networks"]!["available"] = new JsonArray(card.Brand);
        details["last4"] = card.Last4;
        details["funding"] = card.Funding;
        details["exp_month"] = month;
        details["exp_year"] = year;
        details["wallet"] = null;
        details["generated_from"] = null;
        details["fingerprint"] = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(card.Number)))[..16].Replace('+', 'x').Replace('/', 'y');
        book.World.Shelf.Put("_card", Text(made, "id")!, new() { ["number"] = card.Number });
        return book.Save(made);
    }

    private static JsonObject Billing(JsonNode? sent)
    {
        var address = new JsonObject { ["city"] = null, ["country"] = null, ["line1"] = null, ["line2"] = null, ["postal_code"] = null, ["state"] = null };
        var billing = new JsonObject { ["address"] = address, ["email"] = null, ["name"] = null, ["phone"] = null, ["tax_id"] = null };
        foreach (var (name, value) in sent as JsonObject ?? [])
            billing[name] = value?.DeepClone();
        return billing;
    }

    private (JsonObject? Method, Reply? Refused) Make(JsonObject data)
    {
        if (Text(data, "type") is not "card")
            return (null, StripeErrors.Invalid($"The payment method type \"{Text(data, "type")}\" is invalid.", "parameter_unknown", "payment_method_data[type]"));
        if (data["card"] is not JsonObject fields)
            return (null, StripeErrors.Invalid("Missing required param: card.", "parameter_missing", "card"));
        var (card, month, year, refused) = Read(fields);
        return card is null ? (null, refused) : (Make(card, month, year, data["billing_details"]), null);
    }

    // A card by its number, as a browser sends it, or by a token.
    private (StripeCard? Card, int Month, int Year, Reply? Refused) Read(JsonObject fields)
    {
        if (Text(fields, "token") is { } token)
            return ReadToken(token);
        var number = (Text(fields, "number") ?? "").Replace(" ", "", StringComparison.Ordinal);
        if (!StripeCards.IsNumber(number))
            return (null, 0, 0, Refused("incorrect_number", "Your card number is incorrect."));
        var now = book.World.Clock.GetUtcNow();
        if (!int.TryParse(Text(fields, "exp_month"), out var month) || month is < 1 or > 12)
            return (null, 0, 0, Refused("invalid_expiry_month", "Your card's expiration month is invalid."));
        if (!int.TryParse(Text(fields, "exp_year"), out var year) || (year < 100 ? year += 2000 : year) < now.Year || (year == now.Year && month < now.Month))
            return (null, 0, 0, Refused("invalid_expiry_year", "Your card's expiration year is invalid."));
        return StripeCards.ByNumber(number) is { } card
            ? (card, month, year, null)
            : (null, 0, 0, Refused("card_declined", "Your card was declined. Your request was in test mode, but used a non test card."));
    }

    private (StripeCard? Card, int Month, int Year, Reply? Refused) ReadToken(string token)
    {
        if (StripeCards.ById(token) is { } readyMade)
            return (readyMade, 12, 2034, null);
        if (book.Find("token", token) is not { } kept)
            return (null, 0, 0, StripeErrors.Missing("token", token, "card[token]"));
        if (kept["used"]!.GetValue<bool>())
            return (null, 0, 0, StripeErrors.Invalid($"You cannot use a Stripe token more than once: {token}.", "token_already_used"));
        kept["used"] = true;
        book.Save(kept);
        var card = (JsonObject)kept["card"]!;
        return (StripeCards.ByNumber(Text(book.World.Shelf.Find("_card", token)!, "number")!), (int)Whole(card, "exp_month"), (int)Whole(card, "exp_year"), null);
    }

    private static Reply Refused(string code, string message) => new(402, new JsonObject { ["error"] = StripeErrors.CardError(new(code, null, message), null, null) });

    public Reply CreateToken(Call call)
    {
        if (call.Fields["card"] is not JsonObject fields)
            return StripeErrors.Invalid("You must supply card details.", "parameter_missing", "card");
        var (card, month, year, refused) = Read(fields);
        if (card is null)
            return refused!;
        var made = book.New("token", "tok", []);
        var details = (JsonObject)made["card"]!;
        details["id"] = $"card_{book.World.Ids.Next(24)}";
        details["brand"] = card.Brand switch { "visa" => "Visa", "mastercard" => "MasterCard", _ => "American Express" };
        details["last4"] = card.Last4;
        details["funding"] = card.Funding;
        details["exp_month"] = month;
        details["exp_year"] = year;
        book.World.Shelf.Put("_card", Text(made, "id")!, new() { ["number"] = card.Number });
        return new(200, book.Save(made));
    }

    public Reply GetToken(Call call) => book.Find("token", call["token"]) is { } found ? new(200, found) : StripeErrors.Missing("token", call["token"]);

    public Reply Create(Call call)
    {
        var (made, refused) = Make(call.Fields);
        if (made is null)
            return refused!;
        Annotate(made, call.Fields);
        return new(200, book.Save(made));
    }

    public Reply Get(Call call) => With(call, found => new(200, found));

    public Reply Update(Call call) => With(call, found =>
    {
        Annotate(found, call.Fields);
        if (call.Fields["billing_details"] is { } billing)
            found["billing_details"] = Billing(billing);
        return new(200, book.Save(found));
    });

    public Reply List(Call call) => Page(call, "/v1/payment_methods", book.List("payment_method").Where(one => Fits(call, one, "customer", "type")));

    public Reply Attach(Call call) => With(call, found =>
    {
        var customer = Text(call.Fields, "customer");
        if (book.Find("customer", customer) is null)
            return StripeErrors.Missing("customer", customer ?? "", "customer");
        if (Text(found, "customer") is not null)
            return StripeErrors.Invalid("The payment method you provided has already been attached to a customer.", "payment_method_unexpected_state");
        var card = CardOf(found);
        if (!card.Attaches)
            return new(402, new JsonObject { ["error"] = StripeErrors.CardError(card.Decline!, null, found) });
        return new(200, AttachTo(found, customer!));
    });

    public JsonObject AttachTo(JsonObject method, string customer)
    {
        method["customer"] = customer;
        book.Save(method);
        book.Tell("payment_method.attached", method);
        return method;
    }

    public Reply Detach(Call call) => With(call, found =>
    {
        if (Text(found, "customer") is null)
            return StripeErrors.Invalid("The payment method you provided is not attached to a customer so detachment is impossible.", "payment_method_unexpected_state");
        found["customer"] = null;
        book.Save(found);
        book.Tell("payment_method.detached", found);
        return new(200, found);
    });

    private Reply With(Call call, Func<JsonObject, Reply> work)
    {
        var id = call["payment_method"];
        var (found, _) = Find(id, null);
        return found is null ? StripeErrors.Missing("PaymentMethod", id) : work(found);
    }

    public Reply CreateCustomer(Call call)
    {
        var made = book.New("customer", "cus", ["address", "discount", "shipping", "currency"]);
        Describe(made, call.Fields);
        book.Save(made);
        if (Text(call.Fields, "payment_method") is { } id)
        {
            var (method, refused) = Find(id, null);
            if (method is null)
                return refused!;
            AttachTo(method, Text(made, "id")!);
        }
        book.Tell("customer.created", made);
        return new(200, made);
    }

    private static void Describe(JsonObject customer, JsonObject fields)
    {
        Copy(fields, customer, "name", "email", "phone", "description", "address", "shipping");
        if (fields["invoice_settings"]?["default_payment_method"] is { } chosen)
            customer["invoice_settings"]!["default_payment_method"] = chosen.DeepClone();
        Annotate(customer, fields);
    }

    public Reply GetCustomer(Call call) => book.Find("customer", call["customer"]) is { } found
        ? new(200, found)
        : StripeErrors.Missing("customer", call["customer"]);

    public Reply ListCustomers(Call call) => Page(call, "/v1/customers", book.List("customer").Where(one => one["deleted"] is null && Fits(call, one, "email")));

    public Reply UpdateCustomer(Call call)
    {
        if (book.Find("customer", call["customer"]) is not { } found || found["deleted"] is not null)
            return StripeErrors.Missing("customer", call["customer"]);
        Describe(found, call.Fields);
        book.Save(found);
        book.Tell("customer.updated", found);
        return new(200, found);
    }

    public Reply DeleteCustomer(Call call)
    {
        var id = call["customer"];
        if (book.FindUndeleted("customer", id) is not { } found)
            return StripeErrors.Missing("customer", id);
        foreach (var method in book.List("payment_method").Where(one => Text(one, "customer") == id))
        {
            method["customer"] = null;
            book.Save(method);
        }
        book.Tell("customer.deleted", found);
        return new(200, book.Save(new() { ["id"] = id, ["object"] = "customer", ["deleted"] = true }));
    }

    public Reply ListOfCustomer(Call call) => book.Find("customer", call["customer"]) is null
        ? StripeErrors.Missing("customer", call["customer"])
        : Page(call, $"/v1/customers/{call["customer"]}/payment_methods", book.List("payment_method").Where(one => Text(one, "customer") == call["customer"] && Fits(call, one, "type")));
}
