using PaymentGateway.Http;

namespace PaymentGateway.Checkout;

/// <summary>Pages on which nothing can be paid any more.</summary>
internal static class FinalParts
{
    /// <summary>How long a person has to read the result before the script goes back to the shop.</summary>
    private const int ReturnSeconds = 10;

    public static Html Render(CheckoutView view) => view.State switch
    {
        CheckoutState.Paid => Result(view, "good", view.Texts.PaidTitle, Html.Fill(view.Texts.PaidText, view.AmountText, view.Shop.Name)),
        CheckoutState.Held => Result(view, "good", view.Texts.HeldTitle, Html.Fill(view.Texts.HeldText, view.AmountText, view.Shop.Name)),
        CheckoutState.Expired => Result(view, "bad", view.Texts.ExpiredTitle, Html.Fill(view.Texts.ExpiredText, view.Shop.Name)),
        CheckoutState.Canceled => Result(view, "bad", view.Texts.CanceledTitle, Html.Fill(view.Texts.CanceledText, view.Shop.Name)),
        CheckoutState.Failed => Result(view, "bad", view.Texts.FailedTitle, Html.Fill(view.Texts.FailedText, view.Shop.Name)),
        _ => throw new ArgumentOutOfRangeException(nameof(view), view.State, "Not a final state."),
    };

    /// <summary>The way back to the shop, when the order names one.</summary>
    /// <param name="label">With the shop as <c>{0}</c>.</param>
    public static Html ReturnLink(CheckoutView view, string look, string label) => SafeUrl.Web(view.ReturnLink) is { } url
        ? Html.Of($"""<p><a class="{look}" href="{url}" data-back>{Html.Fill(label, view.Shop.Name)}</a></p>""")
        : Html.Empty;

    private static Html Result(CheckoutView view, string mark, string title, Html text) => Html.Of($"""
        <div class="result">
        <span class="mark {mark}" aria-hidden="true"></span>
        <h1 tabindex="-1" data-focus>{title}</h1>
        <p>{text}</p>
        {Html.When(mark == "good", $"{Receipt(view)}")}
        {ReturnLink(view, "pay", view.Texts.BackToShop)}
        {Html.When(mark == "good" && view.ReturnLink is not null, $"""
            <p class="hint" data-return="{ReturnSeconds}" hidden>
            <span>{view.Texts.ReturnSoon}</span> <button type="button" class="quiet">{view.Texts.StayHere}</button>
            </p>
            """)}
        </div>
        """);

    private static Html Receipt(CheckoutView view)
    {
        Html[] rows =
        [
            Row(view.Texts.PaidWith, view.Summary is { } summary ? MethodName.Of(summary, view.Texts, view.Offer) : null),
            view.PaidAt is { } paidAt ? Row(view.Texts.PaidOn, Html.Time(paidAt)) : Html.Empty,
            Row(view.Texts.PaymentNumber, view.PaymentId),
        ];
        return Html.Of($"""<dl class="facts">{rows}</dl>""");
    }

    private static Html Row(string label, string? value) => value is null ? Html.Empty : Row(label, Html.Text(value));

    private static Html Row(string label, Html value) => Html.Of($"<div><dt>{label}</dt><dd>{value}</dd></div>");
}
