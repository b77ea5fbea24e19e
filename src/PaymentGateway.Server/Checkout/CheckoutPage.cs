using System.Text.Json;
using PaymentGateway.Connectors.ThreeDSecure;
using PaymentGateway.Http;
using PaymentGateway.Methods.Emi;

namespace PaymentGateway.Checkout;

/// <summary>The whole page: frame, order summary, and the part that fits the state.</summary>
internal sealed class CheckoutPage(HostedDocument document, Assets assets)
{
    public Html Render(CheckoutView view) => Frame(view, view.State switch
    {
        CheckoutState.Payable => PaymentForms.Render(view),
        CheckoutState.NeedsAction => WaitingParts.NeedsAction(view),
        CheckoutState.Processing => WaitingParts.Processing(view),
        _ => FinalParts.Render(view),
    });

    /// <summary>Between the tokenizer and the charge, for browsers without script.</summary>
    public Html RenderConfirmation(CheckoutView view, string cardToken, string cardName) =>
        Frame(view, PaymentForms.Confirmation(view, cardToken, cardName));

    /// <summary>Between the tokenizer and the charge: in how many months the customer pays.</summary>
    public Html RenderEmiPlans(CheckoutView view, string cardToken, string cardName, IReadOnlyList<EmiPlanView> plans) =>
        Frame(view, InstallmentForms.EmiPlans(view, cardToken, cardName, plans));

    /// <summary>The way to the card holder's bank: the script posts its form at once.</summary>
    public Html RenderChallenge(CheckoutView view, ChallengeForm form) => Frame(view, Html.Of($"""
        <div data-onward>
        {WaitingParts.Challenge(view, form)}
        </div>
        """));

    public Html RenderNotFound(Language language, string path) =>
        Bare(language, path, language.Texts.NotFoundTitle, language.Texts.NotFoundText);

    /// <summary>For payments without an order, whose customers come back from the bank to nowhere else.</summary>
    public Html RenderDone(Language language, string path) => Bare(language, path, language.Texts.DoneTitle, language.Texts.DoneText);

    private Html Frame(CheckoutView view, Html part) => Document(
        view.Language, view.Texts.PageTitle.Replace("{0}", view.Shop.Name), view.Shop.Colour,
        $"""
        <body>
        <a class="skip" href="#payment">{view.Texts.SkipToPayment}</a>
        {Html.When(view.IsTest, $"""<p class="test" role="note">{view.Texts.TestMode}</p>""")}
        <div class="sheet">
        <header class="summary">
        {Summary(view)}
        </header>
        <main id="payment" class="payment {view.State.Word()}" tabindex="-1"{ScriptData(view)}>
        {part}
        </main>
        {Footer(view.Language, view.Path)}
        </div>
        <p id="live" class="unseen" role="status"></p>
        </body>
        """);

    private Html Bare(Language language, string path, string title, string text) => Document(language, title, BrandColour.Default,
        $"""
        <body>
        <div class="sheet narrow">
        <main class="payment">
        <h1>{title}</h1>
        <p>{text}</p>
        </main>
        {Footer(language, path)}
        </div>
        </body>
        """);

    private Html Document(Language language, string title, BrandColour colour, Html.Builder body) =>
        document.Render(language, title, assets.Script, colour.Hex, Html.Of(body));

    private static Html Summary(CheckoutView view) => Html.Of($"""
        <div class="shop">{Logo(view.Shop)}<span class="shop-name">{view.Shop.Name}</span></div>
        <p class="amount">
        <span class="amount-label">{(view.State.IsFinal() ? view.Texts.Amount : view.Texts.AmountToPay)}</span>
        <strong>{view.AmountText}</strong>
        </p>
        {Details(view)}
        {Html.When(view.State is CheckoutState.Payable or CheckoutState.NeedsAction, $"""
            <p class="deadline" hidden>{view.Texts.TimeLeft} <span role="timer" data-deadline="{view.ExpiresAt}"></span></p>
            """)}
        """);

    private static Html Details(CheckoutView view)
    {
        Html[] rows =
        [
            view.Description is { Length: > 0 } description
                ? Html.Of($"""<div><dt class="unseen">{view.Texts.YourOrder}</dt><dd class="description">{description}</dd></div>""")
                : Html.Empty,
            view.MerchantOrderId is { Length: > 0 } number
                ? Html.Of($"<div><dt>{view.Texts.OrderNumber}</dt><dd>{number}</dd></div>")
                : Html.Empty,
        ];
        return rows.All(row => row.IsEmpty) ? Html.Empty : Html.Of($"""<dl class="facts">{rows}</dl>""");
    }

    /// <summary>Without a logo, the name's first letter on the merchant's colour. The name is beside it: both are decoration.</summary>
    private static Html Logo(Shop shop) => SafeUrl.Web(shop.LogoUrl) is { } url
        ? Html.Of($"""<img class="logo" src="{url}" alt="" width="48" height="48" referrerpolicy="no-referrer">""")
        : Html.Of($"""<span class="logo letter" aria-hidden="true">{FirstLetter(shop.Name)}</span>""");

    private static string FirstLetter(string name) =>
        System.Globalization.StringInfo.GetNextTextElement(name.Trim() is { Length: > 0 } trimmed ? trimmed : "·").ToUpperInvariant();

    private static Html Footer(Language language, string path) => Html.Of($"""
        <footer class="foot">
        <p class="secure">{language.Texts.Secure}</p>
        {HostedDocument.Languages(language, path)}
        </footer>
        """);

    private static Html ScriptData(CheckoutView view) => Html.Of($"""
         data-path="{view.Path}" data-state="{view.State.Word()}" data-stamp="{view.Stamp}" data-now="{view.Now}"
         data-texts="{ScriptTexts(view)}"{Library(view.CardForm)}
        """);

    private static Html Library(ProcessorForm? form) => form is null
        ? Html.Empty
        : Html.Of($"""
             data-library="{form.Form.Library.AbsoluteUri}" data-nonce="{form.StyleNonce}"
            """);

    private static string ScriptTexts(CheckoutView view) => JsonSerializer.Serialize(
        new
        {
            number = view.Texts.NumberWrong,
            notTaken = view.Texts.NumberNotTaken,
            expiry = view.Texts.ExpiryWrong,
            past = view.Texts.ExpiryPast,
            cvv = view.Texts.SecurityCodeWrong,
            name = view.Texts.NameWrong,
            vpa = view.Texts.UpiIdWrong,
            bankCode = view.Texts.BankMissing,
            cardNotRead = view.Texts.CardNotRead,
            notConfirmed = view.Texts.NotAuthenticated,
            working = view.Texts.Working,
            offline = view.Texts.NoConnection,
        },
        Http.Json.Options);
}
