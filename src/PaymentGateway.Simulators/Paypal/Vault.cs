using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>Vault v3: setup tokens that a payer approves or fills in, and the payment tokens that are kept.</summary>
internal sealed partial class Vault(PaypalBook book, PaypalErrors errors, Instruments instruments)
{
    private const string Tokens = "payment_token";
    private const string Setups = "setup_token";
    private static readonly TimeSpan setupLifetime = TimeSpan.FromDays(3);
    private static readonly TimeSpan keptFor = TimeSpan.FromHours(3);

    [GeneratedRegex("^[A-Za-z ]{2,300}$")]
    private static partial Regex PlainName { get; }

    public JsonObject? FindToken(string? id) => book.Find(Tokens, id);

    public Reply CreateSetup(Call call)
    {
        if (MissingHeader(call) is { } missing)
            return missing;
        if (call.Fields["payment_source"] is not JsonObject { Count: 1 } source)
            return errors.Issue("ONLY_ONE_PAYMENT_SOURCE_ALLOWED", "/payment_source");
        var made = new JsonObject
        {
            ["id"] = book.NewId(),
            ["customer"] = Customer(Text(call.Fields["customer"], "id")),
            ["_expires"] = Time(book.Now + setupLifetime),
        };
        var refused = source switch
        {
            _ when source["card"] is JsonObject card => SetCard(made, card),
            _ when source["paypal"] is JsonObject wallet => SetWallet(made, wallet),
            _ => errors.Issue("PAYMENT_SOURCE_NOT_SUPPORTED", "/payment_source"),
        };
        if (refused is not null)
            return refused;
        book.Save(Setups, made);
        return new(201, ShownSetup(made)) { KeepFor = keptFor };
    }

    private Reply? MissingHeader(Call call) => call.Operation!.RequiredHeaders.FirstOrDefault(name => string.IsNullOrEmpty(call.Header(name))) is { } name
        ? errors.Issue("MISSING_REQUIRED_PARAMETER", name)
        : null;

    private JsonObject Customer(string? id) => new() { ["id"] = id ?? book.World.Ids.Next(10) };

    private Reply? SetCard(JsonObject setup, JsonObject card)
    {
        ReadUrls(setup, card);
        setup["payment_source"] = new JsonObject { ["card"] = new JsonObject() };
        setup["status"] = "CREATED";
        // Without a number the payer's browser fills the card in.
        return Text(card, "number") is null ? null : Fill(setup, card, asks: Text(card, "verification_method") == "SCA_ALWAYS");
    }

    private static void ReadUrls(JsonObject setup, JsonObject source)
    {
        setup["_return_url"] = Text(source["experience_context"], "return_url");
        setup["_cancel_url"] = Text(source["experience_context"], "cancel_url");
    }

    /// <summary>A card for a setup token: from its creation, or from the payer's browser.</summary>
    public Reply? Fill(JsonObject setup, JsonObject card, bool asks)
    {
        var (instrument, refused) = instruments.ReadCard(card);
        if (instrument is null)
            return refused;
        setup["_instrument"] = instrument;
        setup["payment_source"] = new JsonObject { ["card"] = ShownCard(instrument) };
        setup["status"] = asks ? "PAYER_ACTION_REQUIRED" : "APPROVED";
        return null;
    }

    private static JsonObject ShownCard(JsonObject instrument)
    {
        var shown = new JsonObject();
        if (Text(instrument, "name") is { } name && PlainName.IsMatch(name))
            shown["name"] = name;
        Copy(instrument, shown, "last_digits", "brand", "expiry");
        shown["verification_status"] = "VERIFIED";
        return shown;
    }

    private static Reply? SetWallet(JsonObject setup, JsonObject wallet)
    {
        ReadUrls(setup, wallet);
        setup["payment_source"] = new JsonObject { ["paypal"] = new JsonObject() };
        setup["status"] = "PAYER_ACTION_REQUIRED";
        return null;
    }

    public Reply GetSetup(Call call) => book.Find(Setups, call["id"]) is { } found && !book.IsDue(found, "_expires")
        ? new(200, ShownSetup(found))
        : errors.Missing(call["id"]);

    private JsonObject ShownSetup(JsonObject setup)
    {
        var shown = Shown(setup);
        var links = new JsonArray(book.Link("self", $"/v3/vault/setup-tokens/{Text(setup, "id")}"));
        if (Text(setup, "status") is "CREATED" or "PAYER_ACTION_REQUIRED")
            links.Add(book.Link("approve", $"{PaypalPages.Agreement}?approval_session_id={Text(setup, "id")}"));
        if (Text(setup, "status") == "APPROVED")
            links.Add(book.Link("confirm", "/v3/vault/payment-tokens", "POST"));
        shown.Remove("update_time");
        shown["links"] = links;
        return shown;
    }

    /// <summary>A setup token that waits for its payer.</summary>
    public JsonObject? Waiting(string? id) =>
        book.Find(Setups, id) is { } found && Text(found, "status") is "CREATED" or "PAYER_ACTION_REQUIRED" && !book.IsDue(found!, "_expires") ? found : null;

    /// <summary>The payer agreed; where the browser goes.</summary>
    public string? Approve(JsonObject setup)
    {
        if (setup["payment_source"]!["paypal"] is not null)
        {
            var payer = instruments.NewPayer();
            setup["_instrument"] = new JsonObject { ["kind"] = "paypal", ["funding"] = "balance", ["payer"] = payer };
            setup["payment_source"] = new JsonObject { ["paypal"] = ShownWallet(payer) };
        }
        setup["status"] = "APPROVED";
        book.Save(Setups, setup);
        return Text(setup, "_return_url");
    }

    private static JsonObject ShownWallet(JsonObject payer)
    {
        var shown = new JsonObject { ["account_id"] = payer["payer_id"]!.DeepClone() };
        Copy(payer, shown, "email_address", "payer_id", "name", "address");
        return shown;
    }

    public Reply CreateToken(Call call)
    {
        if (MissingHeader(call) is { } missing)
            return missing;
        var customer = Text(call.Fields["customer"], "id");
        if (call.Fields["payment_source"]?["card"] is JsonObject card)
        {
            var (instrument, refused) = instruments.ReadCard(card);
            return instrument is null ? refused! : Made(Keep(instrument, customer));
        }
        var id = Text(call.Fields["payment_source"]?["token"], "id");
        if (book.Find(Setups, id) is not { } setup || book.IsDue(setup, "_expires"))
            return errors.Issue("TOKEN_ID_NOT_FOUND", "/payment_source/token/id");
        if (Text(setup, "status") == "VAULTED")
            return errors.Issue("TOKEN_EXPIRED", "/payment_source/token/id");
        if (Text(setup, "status") != "APPROVED")
            return errors.Issue("TOKEN_NOT_APPROVED", "/payment_source/token/id");
        setup["status"] = "VAULTED";
        book.Save(Setups, setup);
        return Made(Keep((JsonObject)setup["_instrument"]!, customer ?? Text(setup["customer"], "id")));
    }

    private static Reply Made(JsonObject token) => new(201, ShownToken(token)) { KeepFor = keptFor };

    private static JsonObject ShownToken(JsonObject token)
    {
        var shown = Shown(token);
        shown.Remove("update_time");
        return shown;
    }

    /// <summary>A new payment token.</summary>
    public JsonObject Keep(JsonObject instrument, string? customer)
    {
        var id = book.World.Ids.Next(17).ToLowerInvariant();
        var made = new JsonObject
        {
            ["id"] = id,
            ["customer"] = Customer(customer),
            ["payment_source"] = Text(instrument, "kind") == "card"
                ? new JsonObject { ["card"] = ShownCard(instrument) }
                : new JsonObject { ["paypal"] = ShownWallet((JsonObject)instrument["payer"]!) },
            ["links"] = new JsonArray(
                book.Link("self", $"/v3/vault/payment-tokens/{id}"), book.Link("delete", $"/v3/vault/payment-tokens/{id}", "DELETE")),
            ["_instrument"] = instrument.DeepClone(),
        };
        book.Save(Tokens, made);
        book.Tell("VAULT.PAYMENT-TOKEN.CREATED", "payment_token", "3.0", "A payment token has been created.", ShownToken(made));
        return made;
    }

    public Reply GetToken(Call call) => FindToken(call["id"]) is { } found ? new(200, ShownToken(found)) : errors.Missing(call["id"]);

    public Reply DeleteToken(Call call)
    {
        if (FindToken(call["id"]) is { } found)
        {
            book.World.Shelf.Remove(Tokens, call["id"]);
            book.Tell("VAULT.PAYMENT-TOKEN.DELETED", "payment_token", "3.0", "A payment token has been deleted.", ShownToken(found));
        }
        return new(204);
    }

    public Reply List(Call call)
    {
        var customer = call.Query["customer_id"]!.ToString();
        var size = Whole(call, "page_size") ?? 5;
        var page = Whole(call, "page") ?? 1;
        var all = book.List(Tokens).Where(one => Text(one["customer"], "id") == customer).ToList();
        var answer = new JsonObject { ["customer"] = new JsonObject { ["id"] = customer } };
        // Only where there is one: the description has at least 1.
        if (all.Count > 0 && call.Query["total_required"]?.ToString() == "true")
        {
            answer["total_items"] = all.Count;
            answer["total_pages"] = (all.Count + size - 1) / size;
        }
        answer["payment_tokens"] = new JsonArray([.. all.Skip((page - 1) * size).Take(size).Select(ShownToken)]);
        answer["links"] = new JsonArray(book.Link("self", $"/v3/vault/payment-tokens?customer_id={customer}&page={page}&page_size={size}"));
        return new(200, answer);
    }

    private static int? Whole(Call call, string name) =>
        int.TryParse(call.Query[name]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read > 0 ? read : null;

    public Reply Repeated(Call call, Reply first) => Text(first.Json, "id") switch
    {
        { } id when book.Find(Setups, id) is { } setup => new(200, ShownSetup(setup)),
        { } id when FindToken(id) is { } token => new(200, ShownToken(token)),
        _ => first,
    };
}
