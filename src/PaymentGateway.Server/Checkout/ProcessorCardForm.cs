using System.Globalization;
using System.Text.Json;
using PaymentGateway.Http;

namespace PaymentGateway.Checkout;

/// <summary>
/// The place for a processor's own card fields. They are frames of the processor, put here by its library, so this form needs script; what
/// it sends is a token.
/// </summary>
internal static class ProcessorCardForm
{
    /// <param name="view">Of a page with a processor's form.</param>
    /// <param name="offered">The form.</param>
    /// <param name="hasOthers">Whether something else can be paid with here.</param>
    public static Html Render(CheckoutView view, ProcessorForm offered, bool hasOthers) => Html.Of($"""
        <p class="without-script">{view.Texts.CardFormNeedsScript}</p>
        <div class="alert" role="alert" hidden data-blocked>
        <p>{view.Texts.CardFormBlocked}{Html.When(hasOthers, $" {view.Texts.CardFormOtherWay}")}</p>
        <p><a href="{view.Path}">{view.Texts.TryAgain}</a></p>
        </div>
        <form class="card-form" method="post" action="{view.Path}/pay" data-form="processor-card" data-adapter="{offered.Adapter}"
          data-library="{offered.Form.Library.AbsoluteUri}" data-settings="{SettingsOf(view, offered)}">
        <input type="hidden" name="clientSecret" value="{view.ClientSecret}">
        <input type="hidden" name="method" value="card">
        <input type="hidden" name="processor" value="{offered.Processor}">
        <div class="field" role="group" aria-labelledby="card-frame-label" aria-describedby="card-frame-error">
        <p class="label" id="card-frame-label">{view.Texts.CardDetails}</p>
        <div class="card-frame" id="card-frame" data-card></div>
        <p class="error" id="card-frame-error" role="alert"></p>
        </div>
        <div class="field" data-name>
        <label for="card-name">{view.Texts.NameOnCard} <span class="optional">({view.Texts.Optional})</span></label>
        <div class="control"><input id="card-name" autocomplete="cc-name" maxlength="100" aria-describedby="card-name-error"></div>
        <p class="error" id="card-name-error"></p>
        </div>
        <button class="pay">{Html.Fill(view.Texts.PayAmount, view.AmountText)}</button>
        <p class="hint privacy">{Html.Fill(view.Texts.CardPrivacyOfShop, view.Shop.Name)}</p>
        </form>
        """);

    /// <summary>For the adapter: the public part of the account, and what some libraries want to know of the payment.</summary>
    private static string SettingsOf(CheckoutView view, ProcessorForm offered) => JsonSerializer.Serialize(
        new Dictionary<string, string>(offered.Form.Settings)
        {
            ["language"] = view.Language.Code,
            ["amount"] = view.Amount.ToMajor().ToString($"F{view.Amount.Currency.Exponent}", CultureInfo.InvariantCulture),
            ["currency"] = view.Amount.Currency.Code,
            ["number"] = view.Texts.CardNumber,
            ["expiry"] = view.Texts.Expiry,
            ["cvv"] = view.Texts.SecurityCode,
            ["name"] = view.Texts.NameOnCard,
        },
        Http.Json.Options);
}
