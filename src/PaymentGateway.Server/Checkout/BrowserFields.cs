using System.Globalization;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Checkout;

/// <summary>
/// What the script adds to a card's form for the customer's bank. Without script nothing of it is there, and what does not read well is
/// left out: no payment fails for it.
/// </summary>
internal static class BrowserFields
{
    public static ThreeDSecureWish Read(IFormCollection form, HttpContext http)
    {
        var said = form.ContainsKey("browserLanguage") ? Said(form) : null;
        return new(
            Browser: ThreeDSecureFields.Seen(http.Request, http.Connection.RemoteIpAddress, said),
            ServerTransId: Guid.TryParseExact(form["threeDSServerTransId"], "D", out var id) ? id.ToString("D") : null,
            MethodCompletion: form["threeDSCompInd"].ToString() is var done && done is "Y" or "N" ? done : null);
    }

    private static BrowserBody? Said(IFormCollection form)
    {
        var said = new BrowserBody(
            JavascriptEnabled: true, form["browserJavaEnabled"] == "true", form["browserLanguage"], Number("browserColorDepth"),
            Number("browserScreenHeight"), Number("browserScreenWidth"), Number("browserTimeZone"));
        var faults = new FieldFaults();
        ThreeDSecureFields.CheckScreen(said, faults);
        return faults.Refusal is null ? said : new BrowserBody(JavascriptEnabled: true);

        int? Number(string name) =>
            int.TryParse(form[name].ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
