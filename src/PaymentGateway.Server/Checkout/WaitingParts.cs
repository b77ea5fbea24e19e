using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;

namespace PaymentGateway.Checkout;

/// <summary>Pages of a payment that waits: for the customer, or for the processor.</summary>
internal static class WaitingParts
{
    public static Html Processing(CheckoutView view) => Html.Of($"""
        <div class="result">
        <span class="mark waiting" aria-hidden="true"></span>
        <h1 tabindex="-1" data-focus>{view.Texts.ProcessingTitle}</h1>
        <p>{view.Texts.ProcessingText}</p>
        {Step(view, "check", "other", view.Texts.CheckAgain)}
        </div>
        """);

    public static Html NeedsAction(CheckoutView view) => Html.Of($"""
        {Action(view)}
        {Step(view, "check", "other without-script", view.Texts.CheckAgain)}
        {Step(view, "abandon", "quiet", view.Texts.OtherWay)}
        """);

    private static Html Action(CheckoutView view) => view.Action switch
    {
        { Type: "three_d_secure", Challenge: { } form } when SafeUrl.Web(form.AcsUrl) is not null => Challenge(view, form),
        { Type: "three_d_secure", Url: { } url } when SafeUrl.Web(url) is not null =>
            Redirect(url, view.Texts.BankTitle, view.Texts.BankText, view.Texts.ContinueToBank),
        { Type: "redirect_to_url", Url: { } url } when SafeUrl.Web(url) is not null =>
            Redirect(url, view.Texts.RedirectTitle, view.Texts.RedirectText, view.Texts.Continue),
        { Type: "upi_collect" } => Collect(view),
        { Type: "upi_intent" or "qr_code" } => Scan(view),
        _ => Html.Of($"""
            <h1 tabindex="-1" data-focus>{view.Texts.ProcessingTitle}</h1>
            <p>{view.Texts.ProcessingText}</p>
            """),
    };

    private static Html Redirect(string url, string title, string text, string label) => Html.Of($"""
        <h1 tabindex="-1" data-focus>{title}</h1>
        <p>{text}</p>
        <p><a class="pay" href="{url}" data-redirect>{label}</a></p>
        """);

    /// <summary>
    /// The form of the protocol. A page that is put in the place of another keeps the other's content policy, so the script goes by a
    /// page of its own; without script this one is fresh, and the button posts it.
    /// </summary>
    public static Html Challenge(CheckoutView view, ChallengeForm form) => Html.Of($"""
        <h1 tabindex="-1" data-focus>{view.Texts.BankTitle}</h1>
        <p>{view.Texts.BankText}</p>
        <form method="post" action="{form.AcsUrl}" data-challenge="{view.Path}/challenge">
        <input type="hidden" name="creq" value="{form.Creq}">
        <input type="hidden" name="threeDSSessionData" value="{form.SessionData}">
        <button class="pay">{view.Texts.ContinueToBank}</button>
        </form>
        """);

    private static Html Collect(CheckoutView view) => Html.Of($"""
        <div class="result">
        <span class="mark waiting" aria-hidden="true"></span>
        <h1 tabindex="-1" data-focus>{view.Texts.CollectTitle}</h1>
        <p>{Html.Fill(view.Texts.CollectText, Html.Of($"<strong>{view.Summary?.Vpa ?? view.Texts.UpiId}</strong>"))}</p>
        <p class="hint">{view.Texts.WaitText}</p>
        {TestApp(view)}
        </div>
        """);

    private static Html Scan(CheckoutView view) => Html.Of($"""
        <h1 tabindex="-1" data-focus>{view.Texts.QrTitle}</h1>
        <p>{view.Texts.QrText}</p>
        {Html.When(view.Action?.Qr is not null, $"""
            <p class="qr">
            <img src="{view.Path}/qr.svg?of={view.Stamp}" width="240" height="240"
              alt="{Html.Fill(view.Texts.QrAlternative, view.AmountText, view.Shop.Name)}">
            </p>
            """)}
        {OpenApp(view)}
        <p class="hint">{view.Texts.WaitText}</p>
        {TestApp(view)}
        """);

    private static Html OpenApp(CheckoutView view) => SafeUrl.Upi(view.Action?.Url) is { } link
        ? Html.Of($"""<p class="touch"><a class="pay" href="{link}">{view.Texts.OpenUpiApp}</a></p>""")
        : Html.Empty;

    private static Html TestApp(CheckoutView view) => view.IsTest && SafeUrl.Web(view.Action?.TestUrl) is { } url
        ? Html.Of($"""<p><a class="other" href="{url}" target="_blank" rel="noopener">{view.Texts.OpenTestApp}</a></p>""")
        : Html.Empty;

    private static Html Step(CheckoutView view, string step, string look, string label) => Html.Of($"""
        <form method="post" action="{view.Path}/{step}" data-form="{step}">
        <input type="hidden" name="clientSecret" value="{view.ClientSecret}">
        <button class="{look}">{label}</button>
        </form>
        """);
}
