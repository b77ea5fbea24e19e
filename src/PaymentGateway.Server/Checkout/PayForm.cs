using System.Globalization;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Http;

namespace PaymentGateway.Checkout;

/// <summary>Reads what the customer chose.</summary>
internal static class PayForm
{
    private const int TextMax = 255;

    /// <summary>The instrument, or the problem to show. A card number in any field is refused before anything is done with it.</summary>
    /// <param name="form">As the browser sent it.</param>
    /// <param name="when">The time of a consent.</param>
    /// <param name="address">Where a consent comes from.</param>
    public static (Instrument? Instrument, Problem? Problem) Read(IFormCollection form, DateTimeOffset when, string? address)
    {
        if (form.Any(field => CardDataGuard.HoldsCardNumber(field.Value.ToString())))
        {
            return (null, new(Errors.CardDataRefused.Code));
        }

        return form["method"].ToString() switch
        {
            "card" => Required(form, "cardToken", Errors.InvalidToken, token => CardOf(form["processor"].ToString(), token)),
            "upi" => ReadUpi(form),
            "netbanking" => Required(form, "bankCode", Errors.ValidationFailed, code => new Instrument.NetBanking(code), field: "bankCode"),
            "wallet" => Required(form, "wallet", Errors.PaymentMethodNotAvailable, name => new Instrument.Wallet(name)),
            "emi" => int.TryParse(form["emiTenure"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var tenure) && tenure > 0
                ? Required(form, "cardToken", Errors.InvalidToken, token => new Instrument.Emi(token, tenure, Bank: null))
                : (null, new(Errors.EmiNotAvailable.Code)),
            "bnpl" => form["customerConsent"] == "true"
                ? Required(form, "bnplPlanId", Errors.BnplNotAvailable, plan => new Instrument.Bnpl(plan, when, address))
                : (null, new(Errors.ConsentRequired.Code)),
            _ => (null, new(Errors.PaymentMethodNotAvailable.Code)),
        };
    }

    /// <summary>The script names the processor whose form made the token; the page's own tokenizer is known by its prefix.</summary>
    private static Instrument CardOf(string processor, string token) => processor.Length == 0
        ? new Instrument.Card(token)
        : new Instrument.Cards(new Dictionary<string, string> { [processor] = token });

    private static (Instrument?, Problem?) ReadUpi(IFormCollection form)
    {
        if (form["flow"].ToString() is var flow && flow is "qr" or "intent")
        {
            return (new Instrument.Upi(flow, null), null);
        }

        var vpa = form["vpa"].ToString().Trim();
        return vpa.Length <= TextMax && UpiAddress.IsWellFormed(vpa)
            ? (new Instrument.Upi("collect", vpa), null)
            : (null, new(Errors.ValidationFailed.Code, Field: "vpa"));
    }

    private static (Instrument?, Problem?) Required(
        IFormCollection form, string name, ErrorKind missing, Func<string, Instrument> instrument, string? field = null) =>
        form[name].ToString() is { Length: > 0 and <= TextMax } text ? (instrument(text), null) : (null, new(missing.Code, field));
}
