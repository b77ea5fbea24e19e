using PaymentGateway.Http;

namespace PaymentGateway.Checkout;

/// <summary>The choice of methods, each with its own form. Without script a card goes to the tokenizer and comes back as a token.</summary>
internal static class PaymentForms
{
    private const int BanksWithoutSearchMax = 8;

    public static Html Render(CheckoutView view) => Html.Of($"""
        {Alert(view)}
        <h1 class="unseen">{Html.Fill(view.Texts.PageTitle, view.Shop.Name)}</h1>
        <h2 id="how">{view.Texts.HowToPay}</h2>
        {Methods(view)}
        {FinalParts.ReturnLink(view, "quiet", view.Texts.CancelToShop)}
        """);

    public static Html Confirmation(CheckoutView view, string cardToken, string cardName) => Html.Of($"""
        <h1>{view.Texts.ConfirmTitle}</h1>
        {PayForm(view, "card", Html.Of($"""
            <input type="hidden" name="cardToken" value="{cardToken}">
            <button class="pay">{Html.Fill(view.Texts.PayAmountWithCard, view.AmountText, cardName)}</button>
            """))}
        <p><a class="quiet" href="{view.Path}">{view.Texts.OtherCard}</a></p>
        """);

    private static Html Alert(CheckoutView view) => view.Problem is not { Field: null } problem ? Html.Empty : Html.Of($"""
        <div class="alert" role="alert" tabindex="-1" data-focus>
        <h2>{view.Texts.ProblemTitle}</h2>
        <p>{view.Texts.Problem(problem.Code)}{Html.When(problem.IsDecline, $" {view.Texts.NothingCharged}")}</p>
        </div>
        """);

    private static Html Methods(CheckoutView view)
    {
        var offered = view.Offer.Methods.Select(method => (Method: method, Form: Form(view, method))).Where(m => !m.Form.IsEmpty).ToList();
        if (offered.Count == 0)
        {
            return Html.Of($"<p>{Html.Fill(view.Texts.NoMethods, view.Shop.Name)}</p>");
        }

        var open = offered.Any(m => m.Method == view.OpenMethod) ? view.OpenMethod : offered[0].Method;
        return Html.Of($"""<div class="methods">{offered.Select(m => Method(view, m.Method, m.Form, isOpen: m.Method == open))}</div>""");
    }

    // Details of one name close each other: an accordion that needs no script.
    private static Html Method(CheckoutView view, string method, Html form, bool isOpen) => Html.Of($"""
        <details class="method" name="method" data-method="{method}"{Html.When(isOpen, $" open")}>
        <summary>
        <span class="icon icon-{method}" aria-hidden="true"></span><span class="method-name">{NameOf(view.Texts, method)}</span>
        </summary>
        <div class="method-body">
        {form}
        </div>
        </details>
        """);

    private static string NameOf(Texts texts, string method) => method switch
    {
        "card" => texts.Card,
        "upi" => texts.Upi,
        "netbanking" => texts.NetBanking,
        "wallet" => texts.Wallet,
        "emi" => texts.Emi,
        "bnpl" => texts.PayLater,
        _ => method,
    };

    /// <summary>Nothing for a method that this page has no form for.</summary>
    private static Html Form(CheckoutView view, string method) => (method, view.Offer) switch
    {
        ("card", { CardForm: { } form }) => ProcessorCardForm.Render(view, form, hasOthers: HasOtherThanCard(view)),
        ("card", { Cards: { } tokenizer }) => CardForm(view, tokenizer),
        ("emi", { EmiCards: { } tokenizer, HasEmi: true }) => EmiCardForm(view, tokenizer),
        ("bnpl", { PayLater.Count: > 0 }) => InstallmentForms.PayLater(view),
        ("upi", _) => UpiForms(view),
        ("netbanking", { Banks.Count: > 0 }) => BankForm(view),
        ("wallet", { Wallets.Count: > 0 }) => WalletForm(view),
        _ => Html.Empty,
    };

    private static bool HasOtherThanCard(CheckoutView view) =>
        view.Offer.Methods.Any(method => method != "card" && !Form(view, method).IsEmpty);

    private static Html CardForm(CheckoutView view, CardTokenizer tokenizer) => Html.Of($"""
        <form method="post" action="{tokenizer.FormUrl}" data-form="card"
          data-tokens="{tokenizer.JsonUrl}" data-secret="{view.ClientSecret}"{Html.When(view.IsTest, $" data-test")}>
        <input type="hidden" name="publishableKey" value="{tokenizer.PublishableKey}">
        <input type="hidden" name="returnTo" value="{view.Path}/card">
        {CardFields(view, "card")}
        <button class="pay">
        <span class="with-script">{PayAmount(view)}</span><span class="without-script">{view.Texts.Continue}</span>
        </button>
        <p class="hint privacy">{Html.Fill(view.Texts.CardPrivacyOfShop, view.Shop.Name)}</p>
        </form>
        """);

    /// <summary>Without script also for those who have it: the months are chosen on a page of their own, by what the card is.</summary>
    private static Html EmiCardForm(CheckoutView view, CardTokenizer tokenizer) => Html.Of($"""
        <form method="post" action="{tokenizer.FormUrl}">
        <input type="hidden" name="publishableKey" value="{tokenizer.PublishableKey}">
        <input type="hidden" name="returnTo" value="{view.Path}/emi">
        <p class="hint">{view.Texts.EmiHint}</p>
        {CardFields(view, "emi")}
        <button class="pay">{view.Texts.Continue}</button>
        </form>
        """);

    private static Html CardFields(CheckoutView view, string method)
    {
        var prefix = method == "card" ? "" : $"{method}-";
        return Html.Of($"""
        {new Field("number", view.Texts.CardNumber)
        {
            IdPrefix = prefix,
            Control = Html.Of($"""inputmode="numeric" autocomplete="cc-number" placeholder="1234 1234 1234 1234" maxlength="23" required"""),
            Error = CardErrorOf(view, method, "number"),
            After = Html.Of($"""<span class="network" aria-hidden="true"></span>"""),
        }.Render(view.Texts)}
        <div class="pair">
        {new Field("expiry", view.Texts.Expiry)
        {
            IdPrefix = prefix,
            Control = Html.Of($"""inputmode="numeric" autocomplete="cc-exp" placeholder="{view.Texts.ExpiryHint}" maxlength="7" required"""),
            Hint = view.Texts.ExpiryHint,
            IsHintUnseen = true,
            Error = CardErrorOf(view, method, "expiry"),
        }.Render(view.Texts)}
        {new Field("cvv", view.Texts.SecurityCode)
        {
            IdPrefix = prefix,
            Control = Html.Of($"""inputmode="numeric" autocomplete="cc-csc" placeholder="CVV" minlength="3" maxlength="4" required"""),
            Hint = view.Texts.SecurityCodeHint,
            Error = CardErrorOf(view, method, "cvv"),
        }.Render(view.Texts)}
        </div>
        {new Field("name", view.Texts.NameOnCard)
        {
            IdPrefix = prefix,
            Control = Html.Of($"""autocomplete="cc-name" maxlength="100" """),
            IsOptional = true,
            Error = CardErrorOf(view, method, "name"),
        }.Render(view.Texts)}
        """);
    }

    /// <summary>Two forms have the same fields: a fault is shown in the one that was sent.</summary>
    private static string? CardErrorOf(CheckoutView view, string method, string field) =>
        method == "emi" == (view.OpenMethod == "emi") ? ErrorOf(view, field) : null;

    private static Html UpiForms(CheckoutView view) => Html.Of($"""
        {PayForm(view, "upi", Html.Of($"""
            {new Field("vpa", view.Texts.UpiId)
    {
        Control = Html.Of($"""
            inputmode="email" autocapitalize="none" autocomplete="off" spellcheck="false"
            placeholder="name@bank" maxlength="255" required
            """),
        Hint = view.Texts.UpiIdHint,
        Error = ErrorOf(view, "vpa"),
    }.Render(view.Texts)}
            <button class="pay">{PayAmount(view)}</button>
            """))}
        <p class="or"><span>{view.Texts.Or}</span></p>
        {PayForm(view, "upi", Html.Of($"""
            <button class="other" name="flow" value="qr">{view.Texts.ShowQr}</button>
            <button class="other touch" name="flow" value="intent">{view.Texts.OpenUpiApp}</button>
            """))}
        """);

    private static Html BankForm(CheckoutView view)
    {
        var error = ErrorOf(view, "bankCode");
        var found = view.Offer.BanksNamed(view.BankSearch);
        return Html.Of($"""
            {BankSearch(view, isEmpty: found.Count == 0)}
            {PayForm(view, "netbanking", BankChoice(view, error, found.Count == 0 ? view.Offer.BanksNamed(null) : found))}
            """);
    }

    private static Html BankChoice(CheckoutView view, string? error, IReadOnlyList<KeyValuePair<string, string>> banks) => Html.Of($"""
            <div class="field">
            <label for="bankCode">{view.Texts.YourBank}</label>
            <select id="bankCode" name="bankCode" required aria-describedby="bankCode-hint bankCode-error"{Invalid(error)}>
            <option value="">{view.Texts.ChooseBank}</option>
            {banks.Select(bank => Option(view, bank))}
            </select>
            <p class="hint" id="bankCode-hint">{view.Texts.NetBankingHint}</p>
            <p class="error" id="bankCode-error">{error}</p>
            </div>
            <button class="pay">{PayAmount(view)}</button>
            """);

    /// <summary>A long list is searched by the server, so that it works without script too; a browser's own search in the list stays.</summary>
    private static Html BankSearch(CheckoutView view, bool isEmpty) => view.Offer.Banks.Count <= BanksWithoutSearchMax ? Html.Empty : Html.Of($"""
        <form method="get" action="{view.Path}" role="search">
        <div class="field">
        <label for="bank">{view.Texts.FindBank}</label>
        <input id="bank" name="bank" type="search" value="{view.BankSearch}" maxlength="{CheckoutView.BankSearchMax}" aria-describedby="bank-none">
        <p class="hint" id="bank-none">{Html.When(isEmpty, $"{view.Texts.NoBankFound}")}</p>
        </div>
        <button class="other">{view.Texts.Find}</button>
        </form>
        """);

    private static Html Option(CheckoutView view, KeyValuePair<string, string> bank) => view.Offer.BanksDown.Contains(bank.Key)
        ? Html.Of($"""
            <option value="{bank.Key}" disabled>{bank.Value} ({view.Texts.BankIsDown})</option>

            """)
        : Html.Of($"""
            <option value="{bank.Key}">{bank.Value}</option>

            """);

    private static Html WalletForm(CheckoutView view) => PayForm(view, "wallet", Html.Of($"""
        <p class="hint">{view.Texts.WalletHint}</p>
        <div class="wallets">
        {view.Offer.Wallets.OrderBy(wallet => wallet.Value, StringComparer.Ordinal).Select(wallet => Html.Of($"""
            <button class="other" name="wallet" value="{wallet.Key}">{wallet.Value}</button>

            """))}
        </div>
        """));

    private static Html PayForm(CheckoutView view, string method, Html content) => Html.Of($"""
        <form method="post" action="{view.Path}/pay" data-form="{method}">
        <input type="hidden" name="clientSecret" value="{view.ClientSecret}">
        <input type="hidden" name="method" value="{method}">
        {content}
        </form>
        """);

    private static Html PayAmount(CheckoutView view) => Html.Fill(view.Texts.PayAmount, view.AmountText);

    private static string? ErrorOf(CheckoutView view, string field) => view.Problem?.Field != field ? null : field switch
    {
        "number" => view.Texts.NumberNotTaken,
        "expiry" => view.Texts.ExpiryWrong,
        "cvv" => view.Texts.SecurityCodeWrong,
        "name" => view.Texts.NameWrong,
        "vpa" => view.Texts.UpiIdWrong,
        "bankCode" => view.Texts.BankMissing,
        _ => null,
    };

    private static Html Invalid(string? error) => Html.When(error is not null, $" aria-invalid=\"true\" data-focus");

    /// <summary>A labelled input. Hint and error are tied to it from the start; the script only fills the error.</summary>
    private sealed record Field(string Name, string Label)
    {
        public required Html Control { get; init; }

        /// <summary>Tells apart the fields of one name in two forms.</summary>
        public string IdPrefix { get; init; } = "";
        public string? Hint { get; init; }

        /// <summary>The placeholder shows it already; a placeholder alone is not reliably read aloud.</summary>
        public bool IsHintUnseen { get; init; }
        public string? Error { get; init; }
        public bool IsOptional { get; init; }
        public Html After { get; init; }

        private string Id => IdPrefix + Name;

        public Html Render(Texts texts) => Html.Of($"""
            <div class="field">
            <label for="{Id}">{Label}{Html.When(IsOptional, $" <span class=\"optional\">({texts.Optional})</span>")}</label>
            <div class="control">
            <input id="{Id}" name="{Name}" {Control} aria-describedby="{Id}-hint {Id}-error"{Invalid(Error)}>{After}
            </div>
            <p class="hint{Html.When(IsHintUnseen, $" unseen")}" id="{Id}-hint">{Hint}</p>
            <p class="error" id="{Id}-error">{Error}</p>
            </div>
            """);
    }
}
