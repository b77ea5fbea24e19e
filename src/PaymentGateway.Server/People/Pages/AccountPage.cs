using PaymentGateway.Checkout;
using PaymentGateway.Http;

namespace PaymentGateway.People.Pages;

/// <summary>The frame of every page, and the fields that forms are made of. Looks as the checkout does.</summary>
internal sealed class AccountPage(HostedDocument document)
{
    private const string Script = "/account/js/account.js";

    public Html Render(AccountView view, string title, Html part) => document.Render(view.Language, title, Script, colour: null, Html.Of($"""
        <body>
        <div class="sheet narrow">
        <main class="payment" id="account">
        {Notice(view)}
        <h1>{title}</h1>
        {Alert(view)}
        {part}
        </main>
        <footer class="foot">
        {HostedDocument.Languages(view.Language, view.Path)}
        </footer>
        </div>
        </body>
        """));

    /// <inheritdoc cref="PageForms.Write"/>
    public static Html Form(AccountView view, string action, Html fields, string button, string look = "pay") =>
        PageForms.Write(view.Csrf, action, fields, button, look);

    /// <param name="view">Says what is wrong with it.</param>
    /// <param name="name">As the form sends it.</param>
    /// <param name="label">Above it.</param>
    /// <param name="attributes">Its type and what else it is.</param>
    /// <param name="hint">Below it.</param>
    public static Html Field(AccountView view, string name, string label, Html attributes, string? hint = null)
    {
        var error = view.FaultOf(name);
        var invalid = Html.When(error is not null, $" aria-invalid=\"true\"");
        return Html.Of($"""
            <div class="field">
            <label for="{name}">{label}</label>
            <div class="control">
            <input id="{name}" name="{name}" {attributes} aria-describedby="{name}-hint {name}-error"{invalid}>
            </div>
            <p class="hint" id="{name}-hint">{hint}</p>
            <p class="error" id="{name}-error">{error}</p>
            </div>
            """);
    }

    public static Html Link(string path, string text) => Html.Of($"""<p><a class="quiet" href="{path}">{text}</a></p>""");

    private static Html Notice(AccountView view) => view.Notice is { } notice
        ? Html.Of($"""<p class="test" role="status">{notice}</p>""")
        : Html.Empty;

    private static Html Alert(AccountView view) => view.Fault is { Field: null, Sentence: { } sentence }
        ? Html.Of($"""<div class="alert" role="alert"><p>{sentence}</p></div>""")
        : Html.Empty;
}
