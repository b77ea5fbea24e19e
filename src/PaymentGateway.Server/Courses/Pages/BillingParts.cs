using PaymentGateway.Http;
using PaymentGateway.People;
using PaymentGateway.Receipts;

namespace PaymentGateway.Courses.Pages;

/// <summary>Whom the receipt shall name, as it stands in the form.</summary>
/// <param name="Sent">Null: nothing was filled in.</param>
/// <param name="Faulty">The names of the fields that cannot be so, as the API has them.</param>
internal sealed record BillingForm(BillingBody? Sent, IReadOnlySet<string> Faulty)
{
    public const string Name = "billing_name";
    public const string Address = "billing_address";
    public const string State = "billing_state";
    public const string Pin = "billing_pin";
    public const string Gstin = "billing_gstin";

    private static readonly string[] all = [Name, Address, State, Pin, Gstin];

    public static BillingForm Blank { get; } = new(null, new HashSet<string>());

    public static BillingForm Read(SentForm form)
    {
        if (all.All(name => string.IsNullOrWhiteSpace(form[name])))
        {
            return Blank;
        }

        var faults = new FieldFaults();
        var body = new BillingBody(
            form[Name].Trim(), form[Address].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Given(form[State]), Given(form[Pin]), Given(form[Gstin])?.ToUpperInvariant());
        BillingFields.Check(body, faults);
        return new(body, faults.Fields.ToHashSet(StringComparer.Ordinal));
    }

    private static string? Given(string text) => text.Trim() is { Length: > 0 } trimmed ? trimmed : null;
}

/// <summary>Asks whom the receipt shall name: always where it must name somebody, and folded up where it may.</summary>
internal static class BillingParts
{
    private const int NameMax = 120;
    private const int AddressMax = 400;
    private const int PinLength = 6;
    private const int GstinLength = 15;

    public static Html Ask(CoursePageView view, BillingForm form, bool isNeeded)
    {
        var fields = Fields(view, form, isNeeded);
        var isOpen = Html.When(form.Sent is not null, $" open");
        return isNeeded
            ? Html.Of($"""
                <fieldset>
                <legend>{view.Texts.BillingTitle}</legend>
                <p class="hint">{view.Texts.BillingNeeded}</p>
                {fields}
                </fieldset>
                """)
            : Html.Of($"""
                <details{isOpen}>
                <summary>{view.Texts.BillingTitle}</summary>
                <p class="hint">{view.Texts.BillingOptional}</p>
                {fields}
                </details>
                """);
    }

    private static Html Fields(CoursePageView view, BillingForm form, bool isNeeded)
    {
        var (texts, sent, required) = (view.Texts, form.Sent, Html.When(isNeeded, $" required"));
        return Html.Of($"""
            {Field(view, form, BillingForm.Name, "billing.name", texts.BillingName, (id, more) => Html.Of(
                $"""<input id="{id}" name="{id}" type="text" autocomplete="name" maxlength="{NameMax}" value="{sent?.Name}"{required}{more}>"""))}
            {Field(view, form, BillingForm.Address, "billing.address", texts.BillingAddress, (id, more) => Html.Of(
                $"""<textarea id="{id}" name="{id}" rows="3" autocomplete="street-address" maxlength="{AddressMax}"{required}{more}>{Lines(sent)}</textarea>"""))}
            {Field(view, form, BillingForm.State, "billing.state", texts.BillingState, (id, more) => Html.Of(
                $"""<select id="{id}" name="{id}"{required}{more}><option value=""></option>{GstState.All.Select(state => Option(state, sent?.State))}</select>"""))}
            {Field(view, form, BillingForm.Pin, "billing.pin", texts.BillingPin, (id, more) => Html.Of(
                $"""<input id="{id}" name="{id}" type="text" inputmode="numeric" autocomplete="postal-code" maxlength="{PinLength}" value="{sent?.Pin}"{required}{more}>"""))}
            {Field(view, form, BillingForm.Gstin, "billing.gstin", texts.BillingGstin, (id, more) => Html.Of(
                $"""<input id="{id}" name="{id}" type="text" autocomplete="off" maxlength="{GstinLength}" value="{sent?.Gstin}"{more}>"""))}
            """);
    }

    private static string Lines(BillingBody? sent) => string.Join('\n', sent?.Address ?? []);

    private static Html Option(GstState state, string? chosen) =>
        Html.Of($"""<option value="{state.Code}"{Html.When(state.Code == chosen, $" selected")}>{state.Name}</option>""");

    private static Html Field(CoursePageView view, BillingForm form, string id, string fault, string label, Func<string, Html, Html> input)
    {
        var isFaulty = form.Faulty.Contains(fault);
        return Html.Of($"""
            <div class="field">
            <label for="{id}">{label}</label>
            {input(id, Html.When(isFaulty, $" aria-invalid=\"true\" aria-describedby=\"{id}-error\""))}
            {Html.When(isFaulty, $"""<p class="error" id="{id}-error">{view.Texts.BillingFault}</p>""")}
            </div>
            """);
    }
}
