using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;

namespace PaymentGateway.Checkout;

/// <summary>
/// The two pages of ours in the hidden frame of 3-D Secure: one sends the browser to the page of the card's bank, and the bank sends it
/// to the other. Both tell the checkout page around them where things stand.
/// </summary>
internal sealed class MethodFrame(Assets assets)
{
    /// <summary>Says which transaction it is, and goes on to the bank's page when it has one.</summary>
    public Html Start(MethodPage page) => Document(page.ServerTransId, page.Url is null ? "U" : "", SafeUrl.Web(page.Url) is not { } url ? Html.Empty : Html.Of($"""
        <form method="post" action="{url}" data-onward>
        <input type="hidden" name="threeDSMethodData" value="{page.Data}">
        </form>
        """));

    public Html Done(string serverTransId) => Document(serverTransId, "Y", Html.Empty);

    private Html Document(string serverTransId, string outcome, Html form) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="robots" content="noindex">
        <title>3-D Secure</title>
        <script type="module" src="{assets.MethodScript}"></script>
        </head>
        <body data-trans="{serverTransId}" data-outcome="{outcome}">{form}</body>
        </html>

        """);
}
