using System.Globalization;
using System.Text.Json.Nodes;
using PaymentGateway.Simulators.Engine;
using static PaymentGateway.Simulators.Paypal.PaypalBook;

namespace PaymentGateway.Simulators.Paypal;

/// <summary>What is paid with, as the simulator notes it: a card, and how its bank will answer, or a payer's wallet.</summary>
internal sealed class Instruments(PaypalBook book, PaypalErrors errors)
{
    /// <summary>A card as the caller wrote it.</summary>
    public (JsonObject? Instrument, Reply? Refused) ReadCard(JsonObject card)
    {
        if (Text(card, "number") is not { } number)
            return (null, errors.Issue("CARD_NUMBER_REQUIRED", "/payment_source/card/number"));
        if (Text(card, "expiry") is not { } expiry)
            return (null, errors.Issue("CARD_EXPIRY_REQUIRED", "/payment_source/card/expiry"));
        if (!PaypalCards.IsNumber(number))
            return (null, errors.Issue("INVALID_PARAMETER_VALUE", "/payment_source/card/number"));
        if (string.CompareOrdinal(expiry, book.Now.ToString("yyyy-MM", CultureInfo.InvariantCulture)) < 0)
            return (null, errors.Issue("CARD_EXPIRED", "/payment_source/card/expiry"));
        var brand = PaypalCards.Brand(number);
        if (Text(card, "security_code") is { } code && code.Length != (brand == "AMEX" ? 4 : 3))
            return (null, errors.Issue("INVALID_SECURITY_CODE_LENGTH", "/payment_source/card/security_code"));
        return (new()
        {
            ["kind"] = "card",
            ["name"] = Text(card, "name"),
            ["number"] = number,
            ["last_digits"] = number[^4..],
            ["brand"] = brand,
            ["expiry"] = expiry,
            ["refusal"] = PaypalCards.Refusal(Text(card, "name")),
        }, null);
    }

    /// <summary>A payer of the sandbox.</summary>
    public JsonObject NewPayer() => new()
    {
        ["email_address"] = "buyer@example.com",
        ["payer_id"] = book.NewAccountId(),
        ["name"] = new JsonObject { ["given_name"] = "John", ["surname"] = "Doe" },
        ["address"] = new JsonObject { ["country_code"] = "US" },
    };
}
