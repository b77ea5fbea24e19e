using System.Globalization;
using PaymentGateway.Http;
using PaymentGateway.Methods.Bnpl;
using PaymentGateway.Methods.Emi;

namespace PaymentGateway.Checkout;

/// <summary>The choice of instalments. Plain forms: the browser checks them, and each answer is a page.</summary>
internal static class InstallmentForms
{
    public static Html EmiPlans(CheckoutView view, string cardToken, string cardName, IReadOnlyList<EmiPlanView> plans) => Html.Of($"""
        <h1>{view.Texts.EmiTitle}</h1>
        <p>{cardName}</p>
        {(plans.Count == 0 ? Html.Of($"<p>{view.Texts.EmiNone}</p>") : PlansForm(view, cardToken, plans))}
        <p><a class="quiet" href="{view.Path}">{view.Texts.OtherCard}</a></p>
        """);

    public static Html PayLater(CheckoutView view) => Html.Of($"""
        <form method="post" action="{view.Path}/pay">
        <input type="hidden" name="clientSecret" value="{view.ClientSecret}">
        <input type="hidden" name="method" value="bnpl">
        {view.Offer.PayLater.Select((plan, i) => Choice("bnplPlanId", plan.Id, isFirst: i == 0, Html.Of($"{PartsOf(view, plan)}")))}
        <label class="choice">
        <input type="checkbox" name="customerConsent" value="true" required>
        <span>{view.Texts.PayLaterConsent}</span>
        </label>
        <button class="pay">{view.Texts.PayLater}</button>
        </form>
        """);

    private static Html PlansForm(CheckoutView view, string cardToken, IReadOnlyList<EmiPlanView> plans) => Html.Of($"""
        <form method="post" action="{view.Path}/pay">
        <input type="hidden" name="clientSecret" value="{view.ClientSecret}">
        <input type="hidden" name="method" value="emi">
        <input type="hidden" name="cardToken" value="{cardToken}">
        {plans.Select((plan, i) => Choice("emiTenure", Number(plan.Tenure), isFirst: i == 0, Plan(view, plan)))}
        <p class="hint">{view.Texts.EmiTaxNote}</p>
        <button class="pay">{Html.Fill(view.Texts.PayAmount, view.AmountText)}</button>
        </form>
        """);

    private static Html Plan(CheckoutView view, EmiPlanView plan) => Html.Of($"""
        <strong>{Html.Fill(view.Texts.EmiMonths, Number(plan.Tenure), Amount(view, plan.MonthlyInstallment))}</strong>
        <span class="hint">{Html.Fill(view.Texts.EmiCosts, Number(plan.InterestRate), Amount(view, plan.TotalAmount))}{Html.When(plan.ProcessingFee > 0, $" · {Html.Fill(view.Texts.EmiFee, Amount(view, plan.ProcessingFee))}")}</span>
        """);

    private static string PartsOf(CheckoutView view, BnplPlanView plan) =>
        string.Join(", ", (plan.Installments ?? [new(plan.DueDate!.Value, plan.TotalAmount)]).Select(part =>
            view.Texts.PayLaterPart
                .Replace("{0}", Amount(view, part.Amount), StringComparison.Ordinal)
                .Replace("{1}", Day(view, part.DueDate), StringComparison.Ordinal)));

    private static Html Choice(string name, string value, bool isFirst, Html label) => Html.Of($"""
        <label class="choice">
        <input type="radio" name="{name}" value="{value}" required{Html.When(isFirst, $" checked")}>
        <span>{label}</span>
        </label>
        """);

    private static string Amount(CheckoutView view, decimal major) =>
        AmountFormat.Of(Money.FromMajor(major, view.Amount.Currency), view.Language.Code);

    private static string Day(CheckoutView view, DateOnly day) =>
        day.ToString(view.Language.Code is "ru" or "kk" ? "dd.MM.yyyy" : "dd/MM/yyyy", CultureInfo.InvariantCulture);

    private static string Number(decimal number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
