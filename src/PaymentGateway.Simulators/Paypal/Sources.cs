using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>
/// How an order is paid: a card, a saved card, the payer's wallet, a saved wallet. The order notes it as <c>_instrument</c>, which says
/// how the bank or the wallet will answer, and shows of it what PayPal shows.
/// </summary>
internal sealed class Sources(PaypalBook book, PaypalErrors errors, Instruments instruments, Vault vault)
{
    /// <summary>Gives the order its payment source and the status that follows: approved, or the payer's turn.</summary>
    public Reply? Set(JsonObject order, JsonObject source)
    {
        if (source.Count != 1)
            return errors.Issue("ONLY_ONE_PAYMENT_SOURCE_ALLOWED", "/payment_source");
        var (name, value) = source.Single();
        return (name, value) switch
        {
            ("card", JsonObject card) => SetCard(order, card),
            ("paypal", JsonObject wallet) => SetWallet(order, wallet),
            ("token", JsonObject token) => SetToken(order, token),
            _ => errors.Issue("PAYMENT_SOURCE_NOT_SUPPORTED", $"/payment_source/{name}"),
        };
    }

    private Reply? SetCard(JsonObject order, JsonObject card)
    {
        ReadUrls(order, card["experience_context"]);
        if (Text(card, "vault_id") is { } saved)
            return SetSaved(order, saved, "card") ?? Ask(order, card);
        var (instrument, refused) = instruments.ReadCard(card);
        if (instrument is null)
            return refused;
        order["_instrument"] = instrument;
        order["_keep"] = Keep(card);
        order["payment_source"] = new JsonObject { ["card"] = ShownCard(instrument) };
        return Ask(order, card);
    }

    // Whether the bank asks the card holder. Where the merchant pays without them, it cannot.
    private Reply? Ask(JsonObject order, JsonObject card)
    {
        var number = Text(order["_instrument"], "number")!;
        var alone = Text(card["stored_credential"], "payment_initiator") == "MERCHANT";
        if (alone && number == PaypalCards.Challenged)
            return errors.Issue("PAYER_ACTION_REQUIRED");
        var method = alone ? null : Text(card["attributes"]?["verification"], "method");
        var asks = method is "SCA_ALWAYS" or "3D_SECURE"
            || (method == "SCA_WHEN_REQUIRED" && (number == PaypalCards.Challenged || PaypalCards.Frictionless(number) is not null));
        order["status"] = asks ? "PAYER_ACTION_REQUIRED" : "APPROVED";
        return null;
    }

    private static JsonObject? Keep(JsonObject source) => Text(source["attributes"]?["vault"], "store_in_vault") == "ON_SUCCESS"
        ? new JsonObject { ["customer"] = Text(source["attributes"]?["customer"], "id") }
        : null;

    private static JsonObject ShownCard(JsonObject instrument)
    {
        var shown = new JsonObject();
        if (Text(instrument, "name") is { Length: >= 2 } name)
            shown["name"] = name;
        Copy(instrument, shown, "last_digits", "brand", "expiry");
        shown["type"] = "CREDIT";
        shown["available_networks"] = new JsonArray(Text(instrument, "brand"));
        return shown;
    }

    private Reply? SetWallet(JsonObject order, JsonObject wallet)
    {
        ReadUrls(order, wallet["experience_context"]);
        if (Text(wallet, "vault_id") is { } saved)
            return SetSaved(order, saved, "paypal");
        order["_keep"] = Keep(wallet);
        order["payment_source"] = new JsonObject { ["paypal"] = new JsonObject() };
        order["status"] = "PAYER_ACTION_REQUIRED";
        return null;
    }

    private static void ReadUrls(JsonObject order, JsonNode? context)
    {
        order["_return_url"] = Text(context, "return_url") ?? Text(order, "_return_url");
        order["_cancel_url"] = Text(context, "cancel_url") ?? Text(order, "_cancel_url");
    }

    private Reply? SetToken(JsonObject order, JsonObject token) => vault.FindToken(Text(token, "id")) is { } found
        ? SetSaved(order, found)
        : errors.Issue(Text(token, "type") == "BILLING_AGREEMENT" ? "BILLING_AGREEMENT_NOT_FOUND" : "TOKEN_ID_NOT_FOUND", "/payment_source/token/id");

    private Reply? SetSaved(JsonObject order, string id, string kind)
    {
        if (vault.FindToken(id) is not { } token)
            return errors.Issue("TOKEN_ID_NOT_FOUND", $"/payment_source/{kind}/vault_id");
        return Text(token["_instrument"], "kind") == kind
            ? SetSaved(order, token)
            : errors.Issue("MISMATCHED_VAULT_ID_TO_PAYMENT_SOURCE", $"/payment_source/{kind}/vault_id");
    }

    private static Reply? SetSaved(JsonObject order, JsonObject token)
    {
        var instrument = (JsonObject)token["_instrument"]!.DeepClone();
        order["_instrument"] = instrument;
        order["payment_source"] = Text(instrument, "kind") == "card"
            ? new JsonObject { ["card"] = ShownCard(instrument) }
            : new JsonObject { ["paypal"] = ShownWallet((JsonObject)instrument["payer"]!) };
        if (instrument["payer"] is { } payer)
            order["payer"] = payer.DeepClone();
        order["status"] = "APPROVED";
        return null;
    }

    private static JsonObject ShownWallet(JsonObject payer) => new()
    {
        ["email_address"] = payer["email_address"]!.DeepClone(),
        ["account_id"] = payer["payer_id"]!.DeepClone(),
        ["account_status"] = "VERIFIED",
        ["name"] = payer["name"]!.DeepClone(),
        ["address"] = payer["address"]!.DeepClone(),
    };

    /// <summary>The payer chose what to pay from.</summary>
    public void Approve(JsonObject order, string funding)
    {
        var payer = instruments.NewPayer();
        order["payer"] = payer;
        order["payment_source"] = new JsonObject { ["paypal"] = ShownWallet(payer) };
        order["_instrument"] = new JsonObject { ["kind"] = "paypal", ["funding"] = funding, ["payer"] = payer.DeepClone() };
    }

    /// <summary>Notes what 3-D Secure said. PayPal lets the merchant capture after any of it.</summary>
    public static void Authenticate(JsonObject order, CardChallenge challenge) =>
        order["payment_source"]!["card"]!["authentication_result"] = new JsonObject
        {
            ["liability_shift"] = challenge.LiabilityShift,
            ["three_d_secure"] = new JsonObject { ["enrollment_status"] = challenge.Enrollment, ["authentication_status"] = challenge.Authentication },
        };

    /// <summary>Saves the way to pay that an order was paid with, where its caller asked for that and the bank agreed.</summary>
    public void KeepOnSuccess(JsonObject order)
    {
        if (order["_keep"] is not JsonObject keep || order["_instrument"] is not JsonObject instrument || Text(instrument, "refusal") is not null)
            return;
        var token = vault.Keep(instrument, Text(keep, "customer"));
        var kind = Text(instrument, "kind")!;
        order["payment_source"]![kind]!["attributes"] = new JsonObject
        {
            ["vault"] = new JsonObject
            {
                ["id"] = token["id"]!.DeepClone(),
                ["status"] = "VAULTED",
                ["customer"] = token["customer"]!.DeepClone(),
                ["links"] = new JsonArray(book.Link("self", $"/v3/vault/payment-tokens/{Text(token, "id")}")),
            },
        };
    }
}
